"""Lines in question: decided alone or together, remembered; nobody changes a settled fact alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction
from tongchou.apps.intake import api as intake
from tongchou.apps.intake.question_models import RowDecision
from tongchou.apps.intake.tests.workbooks import demo_people, person, workbook
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person, Phone
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()
KEEP = intake.Said("keep", "paper")
TAKE = intake.Said("take", "paper", "id_card", "2026-06-29")
ASK = intake.Said("ask", "unclear")


@pytest.fixture
def known(stage: Any, act: dict[str, Any]) -> intake.RegisterFile:
    file = stage()
    intake.apply_file(file_id=file.pk, **act)
    return file


@pytest.fixture
def second_officer(make_account: Any, county: Any) -> Any:
    return make_account("second", "township_officer", county.township)


def differing(phone: str = "14000002222") -> bytes:
    """Another name for 李秀英, another for 陈红, and a new telephone for both."""
    people = demo_people()
    people[1] |= {"姓名": "李秀瑛", "联系电话": phone}
    people[3] |= {"姓名": "陈虹", "联系电话": phone}
    return workbook(people)


def asked(file: intake.RegisterFile) -> list[intake.RowQuestion]:
    file.refresh_from_db()
    return intake.questions(file, scope=ALL)


@pytest.fixture
def decide(act: dict[str, Any]) -> Callable[..., Any]:
    def deciding(file: Any, said: intake.Said, at: int = 0, **more: Any) -> Any:
        question = asked(file)[at]
        given = {"file_id": file.pk, "row_no": question.row_no, "seen": question.seen, "said": said}
        return intake.decide_row(**(given | act | more))

    return deciding


def test_what_is_asked_shows_both_sides_with_numbers_masked(known: Any, stage: Any) -> None:
    file = stage(differing())
    first, second = asked(file)
    assert (first.reason, first.name, first.person.name) == ("name_differs", "李秀瑛", "李秀英")
    assert [(one.old, one.new) for one in first.changes] == [("李秀英", "李秀瑛")]
    assert first.may_take and first.together and first.decision is None and "*" in first.id_masked
    assert [(kind.reason, kind.number, kind.together) for kind in intake.question_kinds(file)] == [
        ("name_differs", 2, True)
    ]
    assert second.row_no > first.row_no


def test_keeping_the_registry_stores_the_rest_of_the_line(
    known: Any, stage: Any, act: dict[str, Any], decide: Any, audited: Any
) -> None:
    file = stage(differing())
    with audited():
        decide(file, KEEP)
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.purpose, entry.detail["verdict"]) == ("intake.decide_row", "paper", "keep")
    assert "李" not in str(entry.detail)
    file.refresh_from_db()
    assert (file.conflict_count, file.changed_count) == (1, 1)
    assert intake.question_counts(file) == {"": 1, "keep": 1, "take": 0, "ask": 0}
    done = intake.apply_file(file_id=file.pk, seen=file.comparison_no, **act)
    assert (done.people, done.conflicts) == (1, 1)
    kept = Person.objects.get(name="李秀英")
    assert Phone.objects.filter(person=kept).exists()
    assert not Person.objects.filter(name__in=("李秀瑛", "陈虹")).exists()
    assert registry.check_state().ok


def test_taking_the_file_asks_a_second_person(
    known: Any, stage: Any, act: dict[str, Any], decide: Any, second_officer: Any
) -> None:
    file = stage(differing())
    decision = decide(file, TAKE)
    request = Correction.objects.get()
    assert decision.correction == request.pk and request.asked_by == act["by"]
    [_other, question] = asked(file)
    assert (question.correction, question.may_decide) == ("waiting", False)
    with pytest.raises(Conflict, match=r"intake\.correction_waits"):
        decide(file, KEEP, at=1)
    intake.apply_file(file_id=file.pk, seen=file.comparison_no, **act)
    assert Person.objects.filter(name="李秀英").exists()  # not before somebody else has approved
    seen = corrections.open_correction(request.pk, by=act["by"], at=act["at"]).seen
    with pytest.raises(NotAllowed):
        corrections.approve(correction_id=request.pk, seen=seen, **act)
    corrections.approve(correction_id=request.pk, seen=seen, by=second_officer, at=act["at"])
    assert Person.objects.filter(name="李秀瑛").exists() and registry.check_state().ok


def test_an_approved_correction_answers_the_question(
    known: Any, stage: Any, act: dict[str, Any], decide: Any, second_officer: Any
) -> None:
    file = stage(differing())
    request = decide(file, TAKE).correction
    seen = corrections.open_correction(request, by=second_officer, at=act["at"]).seen
    corrections.approve(correction_id=request, seen=seen, by=second_officer, at=act["at"])
    file.refresh_from_db()
    intake.compare_again(file, scope=ALL, at=act["at"])
    assert [one.name for one in asked(file)] == ["陈虹"]
    file.refresh_from_db()
    assert intake.apply_file(file_id=file.pk, seen=file.comparison_no, **act).people == 1


def test_the_document_is_needed_to_take_the_file_and_lists_are_closed(
    known: Any, stage: Any, decide: Any
) -> None:
    file = stage(differing())
    for said, code in (
        (intake.Said("take", "paper"), "registry.evidence"),
        (intake.Said("no", "paper"), "intake.verdict"),
        (intake.Said("keep", "because"), "intake.ground"),
    ):
        with pytest.raises(Invalid) as refusal:
            decide(file, said)
        assert refusal.value.code == code
    assert not RowDecision.objects.exists() and not Correction.objects.exists()


def test_what_nobody_can_tell_goes_back_to_the_village(
    known: Any, stage: Any, act: dict[str, Any], decide: Any
) -> None:
    file = stage(differing(), hold=True)
    decide(file, ASK)
    row_no = asked(file)[1].row_no
    file.refresh_from_db()
    assert file.conflict_count == 2 and intake.may_be_returned(file)
    page = load_workbook(io.BytesIO(intake.returned_workbook(file.pk, scope=ALL))).worksheets[0]
    place = file.columns["name"] + str(row_no)
    assert [str(cell.value).startswith(place) for cell in page[row_no]].count(True) == 1
    listed = load_workbook(io.BytesIO(intake.problem_workbook(file.pk, scope=ALL))).worksheets[0]
    assert listed.cell(2, 2).value == str(row_no)
    intake.apply_file(file_id=file.pk, seen=file.comparison_no, **act)
    listed = load_workbook(io.BytesIO(intake.problem_workbook(file.pk, scope=ALL))).worksheets[0]
    assert listed.cell(2, 2).value == str(row_no)  # to be taken along after storing, too


def test_together_in_a_number_of_queries_that_does_not_grow(
    county: Any, stage: Any, act: dict[str, Any]
) -> None:
    def village(last: str, size: int) -> bytes:
        return workbook(
            [
                person(f"{n:03d}", f"杨{chr(0x5B50 + n)}{last}", "户主", f"19{50 + n}-03-07", 100 + n)
                for n in range(size)
            ]
        )

    intake.apply_file(file_id=stage(village("明", 30)).pk, **act)
    used = []
    for size, said in ((6, KEEP), (24, KEEP), (6, TAKE), (18, TAKE)):
        with transaction.atomic():
            file = stage(village("红", size))
            with CaptureQueriesContext(connection) as captured:
                done = intake.decide_rows(
                    file_id=file.pk, reason="name_differs", seen=file.comparison_no, said=said, **act
                )
            used.append(len(captured))
            assert (done.decided, done.left) == (size, 0)
            entry = AuditEntry.objects.latest("id")
            assert (entry.action, entry.detail["rows"]) == ("intake.decide_rows", size)
            with CaptureQueriesContext(connection) as captured:
                assert len(intake.questions(file, scope=ALL)) == min(size, 20)
            assert len(captured) <= 16
            transaction.set_rollback(True)
    assert used[0] == used[1] and used[2] == used[3]


def test_taken_together_leaves_out_whom_a_correction_waits_for(
    known: Any, stage: Any, act: dict[str, Any]
) -> None:
    waits = Person.objects.get(name="李秀英")
    corrections.ask_correction(
        person_id=waits.pk,
        new={"name": "李秀云"},
        reason="mistyped",
        evidence_kind="id_card",
        evidence_words="1",
        **act,
    )
    file = stage(differing())
    given = {"file_id": file.pk, "reason": "name_differs", "seen": file.comparison_no, "said": TAKE}
    done = intake.decide_rows(**given, **act)
    assert (done.decided, done.left) == (1, 1)
    assert intake.question_counts(file)["take"] == 1


def test_whose_number_it_is_is_decided_line_by_line(
    known: Any, stage: Any, act: dict[str, Any], decide: Any
) -> None:
    people = demo_people()
    people[5]["姓名"] = "钱万里"
    file = stage(workbook(people))
    given = {"file_id": file.pk, "reason": "other_name", "seen": file.comparison_no}
    with pytest.raises(Invalid, match=r"intake\.one_by_one"):
        intake.decide_rows(said=TAKE, **given, **act)
    [question] = asked(file)
    assert question.may_take and not question.together
    decide(file, TAKE)
    assert Correction.objects.get().about == "name"


def test_what_a_file_cannot_settle_is_kept_or_asked(
    known: Any, stage: Any, act: dict[str, Any], decide: Any
) -> None:
    registry.record_death(
        person_id=Person.objects.get(name="赵桂芳").pk, died=None, by=act["by"], at=act["at"]
    )
    file = stage()
    assert file.pk == known.pk  # the same upload is not read again
    file = stage(workbook(demo_people(), notes=[]))
    [question] = asked(file)
    assert (question.reason, question.may_take) == ("recorded_dead", False)
    with pytest.raises(Invalid, match=r"intake\.not_to_take"):
        decide(file, TAKE)
    decide(file, KEEP)
    file.refresh_from_db()
    assert file.conflict_count == 1 and intake.question_counts(file)["keep"] == 1


def test_a_decision_is_remembered_and_nothing_is_done_twice(
    known: Any, stage: Any, act: dict[str, Any], decide: Any
) -> None:
    file = stage(differing())
    first = decide(file, TAKE)
    decide(file, ASK)
    entries, again = AuditEntry.objects.count(), stage(differing())
    assert again.pk != file.pk and not intake.RegisterFile.objects.filter(pk=file.pk).exists()
    assert intake.question_counts(again) == {"": 0, "keep": 0, "take": 1, "ask": 1}
    assert {one.decision.pk for one in asked(again)} >= {first.pk}
    decide(again, ASK, at=1)  # said already: nothing happens
    assert Correction.objects.count() == 1 and AuditEntry.objects.count() == entries + 1  # the reading
    mended = stage(differing("14000003333"))
    counts = intake.question_counts(mended)  # another file may be the village's answer
    assert counts == {"": 1, "keep": 0, "take": 1, "ask": 0}
    intake.apply_file(file_id=mended.pk, seen=mended.comparison_no, **act)
    assert stage(differing("14000003333")).pk == mended.pk


def test_another_value_in_the_registry_is_another_question(
    known: Any, stage: Any, act: dict[str, Any], decide: Any, second_officer: Any
) -> None:
    file = stage(differing())
    decide(file, KEEP)
    made = corrections.ask_correction(
        person_id=Person.objects.get(name="李秀英").pk,
        new={"name": "李秀云"},
        reason="mistyped",
        evidence_kind="id_card",
        evidence_words="1",
        **act,
    )
    seen = corrections.open_correction(made.pk, by=second_officer, at=act["at"]).seen
    corrections.approve(correction_id=made.pk, seen=seen, by=second_officer, at=act["at"])
    old = asked(file)[1].seen
    with pytest.raises(Conflict, match=r"intake\.changed_since"):
        intake.decide_row(file_id=file.pk, row_no=asked(file)[1].row_no, seen=old, said=ASK, **act)
    file.refresh_from_db()
    intake.compare_again(file, scope=ALL, at=act["at"])
    assert intake.question_counts(file)[""] == 2


def test_deciding_again_changes_the_decision(known: Any, stage: Any, decide: Any) -> None:
    file = stage(differing())
    decide(file, KEEP)
    assert [one.decision is None for one in asked(file)] == [True, False]
    decide(file, ASK, at=1)
    file.refresh_from_db()
    assert (file.conflict_count, file.changed_count) == (2, 0)
    assert RowDecision.objects.get().verdict == "ask"
    decide(file, KEEP, at=1)
    file.refresh_from_db()
    assert (file.conflict_count, file.changed_count) == (1, 1)


def test_a_correction_taken_back_leaves_the_question_open_to_another_answer(
    known: Any, stage: Any, act: dict[str, Any], decide: Any
) -> None:
    file = stage(differing())
    corrections.withdraw(correction_id=decide(file, TAKE).correction, **act)
    assert asked(file)[1].may_decide
    assert decide(file, KEEP, at=1).correction is None


@pytest.mark.parametrize("role", ["village_worker", "statistician"])
def test_who_may_not_store_decides_nothing(
    role: str, known: Any, stage: Any, act: dict[str, Any], county: Any, make_account: Any, decide: Any
) -> None:
    file = stage(differing())
    with pytest.raises(NotAllowed):
        decide(file, KEEP, by=make_account("other", role, county.village))


def test_nobody_decides_in_areas_of_others(
    known: Any, stage: Any, act: dict[str, Any], county: Any, make_account: Any, decide: Any
) -> None:
    file = stage(differing())
    outsider = make_account("outsider", "township_officer", county.other_village)
    with pytest.raises(NotFound):
        decide(file, KEEP, by=outsider)
    given = {"file_id": file.pk, "reason": "name_differs", "seen": file.comparison_no, "said": KEEP}
    with pytest.raises(NotFound):
        intake.decide_rows(**given, by=outsider, at=act["at"])


def test_a_discarded_file_asks_nothing_any_more(
    known: Any, stage: Any, act: dict[str, Any], decide: Any
) -> None:
    file = stage(differing())
    question = asked(file)[0]
    intake.discard_file(file_id=file.pk, **act)
    assert asked(file) == []
    with pytest.raises(Conflict, match=r"intake\.decided"):
        intake.decide_row(file_id=file.pk, row_no=question.row_no, seen=question.seen, said=KEEP, **act)


def test_the_database_keeps_take_and_correction_together(
    known: Any, stage: Any, act: dict[str, Any], decide: Any
) -> None:
    file = stage(differing())
    decision = decide(file, KEEP)
    for wrong in ({"verdict": "take"}, {"correction": 1}, {"verdict": "x"}, {"ground": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RowDecision.objects.filter(pk=decision.pk).update(**wrong)


def test_nothing_of_a_question_is_kept_in_plain(known: Any, stage: Any, decide: Any) -> None:
    file = stage(differing())
    decide(file, TAKE)
    kept = str(list(RowDecision.objects.values())) + str(list(file.rows.values()))
    assert "李秀" not in kept and "陈" not in kept
