"""Lines still in question when their register was stored: decided afterwards, once, and until a newer one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction
from tongchou.apps.intake import api as intake
from tongchou.apps.intake.question_models import RowDecision
from tongchou.apps.intake.tests.workbooks import demo_people, person, workbook
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person, Phone
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()
KEEP = intake.Said("keep", "paper")
TAKE = intake.Said("take", "paper", "id_card", "2026-06-29")
ASK = intake.Said("ask", "unclear")


def differing(phone: str = "14000002222") -> bytes:
    """Another name for 李秀英, another for 陈红, and a new telephone for both."""
    people = demo_people()
    people[1] |= {"姓名": "李秀瑛", "联系电话": phone}
    people[3] |= {"姓名": "陈虹", "联系电话": phone}
    return workbook(people)


@pytest.fixture
def put(stage: Any, act: dict[str, Any]) -> Any:
    """``put(content)``: staged and stored, whatever is in question."""

    def putting(content: bytes | None = None) -> intake.RegisterFile:
        file = stage(content)
        intake.apply_file(file_id=file.pk, **act)
        file.refresh_from_db()
        return file

    return putting


@pytest.fixture
def left(put: Any) -> intake.RegisterFile:
    put()
    return put(differing())


@pytest.fixture
def second_officer(make_account: Any, county: Any) -> Any:
    return make_account("second", "township_officer", county.township)


@pytest.fixture
def decide(act: dict[str, Any]) -> Any:
    def deciding(file: Any, said: intake.Said, name: str = "李秀瑛", **more: Any) -> Any:
        question = asked(file)[name]
        given = {"file_id": file.pk, "row_no": question.row_no, "seen": question.seen, "said": said}
        done = intake.decide_row(**(given | act | more))
        file.refresh_from_db()
        return done

    return deciding


def asked(file: intake.RegisterFile) -> dict[str, intake.RowQuestion]:
    file.refresh_from_db()
    intake.compare_again(file, scope=ALL, at=file.uploaded_at)
    return {one.name: one for one in intake.questions(file, scope=ALL)}


def kept(file: intake.RegisterFile) -> int:
    return file.rows.exclude(payload="").count()


def approve(number: int, by: Any, at: Any) -> None:
    seen = corrections.open_correction(number, by=by, at=at).seen
    corrections.approve(correction_id=number, seen=seen, by=by, at=at)


def change_name(name: str, new: str, second: Any, act: dict[str, Any]) -> None:
    """By a correction of two people, beside any file."""
    made = corrections.ask_correction(
        person_id=Person.objects.get(name=name).pk,
        new={"name": new},
        reason="mistyped",
        evidence_kind="id_card",
        evidence_words="1",
        **act,
    )
    approve(made.pk, second, act["at"])


def test_a_stored_file_keeps_its_questions_and_nothing_else(left: Any) -> None:
    assert (left.status, left.left_open, kept(left), left.conflict_count) == ("applied", 2, 2, 2)
    assert set(asked(left)) == {"李秀瑛", "陈虹"}
    assert asked(left)["陈虹"].may_take and left.comparison_no == 1
    assert [one.pk for one in intake.left_open(scope=ALL)] == [left.pk]
    assert not intake.left_open(scope=Scope(())).exists()
    assert "李秀" not in str(list(left.rows.values()))


def test_keeping_the_registry_records_the_rest_once(
    left: Any, act: dict[str, Any], decide: Any, audited: Any
) -> None:
    question = asked(left)["李秀瑛"]
    with audited():
        decide(left, KEEP)
    assert AuditEntry.objects.latest("id").action == "intake.decide_row"
    known = Person.objects.get(name="李秀英")
    assert Phone.objects.filter(person=known).count() == 1
    assert (left.left_open, kept(left), left.conflict_count) == (1, 1, 1)
    events = Event.objects.count()
    given = {"file_id": left.pk, "row_no": question.row_no, "seen": question.seen}
    with pytest.raises(NotFound, match=r"intake\.no_question"):
        intake.decide_row(**given, said=KEEP, **act)
    assert Event.objects.count() == events and registry.check_state().ok


def test_taking_the_file_asks_a_second_person_and_records_the_rest(
    left: Any, act: dict[str, Any], decide: Any, second_officer: Any
) -> None:
    made = decide(left, TAKE)
    assert Phone.objects.filter(person__name="李秀英").count() == 1  # not the name, before it was approved
    assert (left.left_open, kept(left)) == (1, 1)
    with pytest.raises(NotAllowed):
        approve(made.correction, act["by"], act["at"])
    approve(made.correction, second_officer, act["at"])
    assert Person.objects.filter(name="李秀瑛").exists() and registry.check_state().ok


def test_whoever_was_asked_of_the_village_can_be_decided_later(left: Any, decide: Any) -> None:
    decide(left, ASK)
    assert (left.left_open, kept(left)) == (1, 2)
    decide(left, KEEP)
    assert (left.left_open, kept(left)) == (1, 1) and RowDecision.objects.get().verdict == "keep"


def test_all_that_ask_the_same_together(left: Any, act: dict[str, Any]) -> None:
    given = {"file_id": left.pk, "reason": "name_differs", "said": KEEP}
    with pytest.raises(Conflict, match=r"intake\.changed_since"):
        intake.decide_rows(**given, seen=7, **act)
    assert [kind.number for kind in intake.question_kinds(left)] == [2]
    done = intake.decide_rows(**given, seen=left.comparison_no, **act)
    left.refresh_from_db()
    assert (done.decided, done.left, left.left_open, kept(left)) == (2, 0, 0, 0)
    assert Phone.objects.filter(person__name__in=("李秀英", "陈红")).count() == 2
    assert not intake.left_open(scope=ALL).exists()


def test_what_changed_since_is_compared_anew_first(
    left: Any, act: dict[str, Any], decide: Any, second_officer: Any
) -> None:
    old = asked(left)["李秀瑛"]
    change_name("李秀英", "李秀云", second_officer, act)
    with pytest.raises(Conflict, match=r"intake\.changed_since"):
        intake.decide_row(file_id=left.pk, row_no=old.row_no, seen=old.seen, said=KEEP, **act)
    assert asked(left)["李秀瑛"].changes[0].old == "李秀云"
    decide(left, KEEP)
    assert Phone.objects.filter(person__name="李秀云").count() == 1


def test_what_nothing_contradicts_any_more_is_stored(
    left: Any, act: dict[str, Any], decide: Any, second_officer: Any, audited: Any
) -> None:
    question = asked(left)["李秀瑛"]
    given = {"file_id": left.pk, "row_no": question.row_no}
    with pytest.raises(Conflict, match=r"intake\.changed_since"):
        intake.store_row(**given, seen=question.seen, **act)
    change_name("李秀英", "李秀瑛", second_officer, act)
    free = asked(left)["李秀瑛"]
    assert free.may_store and not free.may_take and not free.may_decide
    with pytest.raises(Conflict, match=r"intake\.changed_since"):
        intake.decide_row(**given, seen=free.seen, said=KEEP, **act)
    with audited():
        intake.store_row(**given, seen=free.seen, **act)
    left.refresh_from_db()
    assert (left.left_open, kept(left)) == (1, 1)
    assert Phone.objects.filter(person__name="李秀瑛").count() == 1 and registry.check_state().ok
    with pytest.raises(NotFound):
        intake.store_row(**given, seen=free.seen, **act)


def test_what_the_registry_says_by_now_is_done(put: Any, act: dict[str, Any], second_officer: Any) -> None:
    put()
    people = demo_people()
    people[1]["姓名"] = "李秀瑛"
    file = put(workbook(people))
    change_name("李秀英", "李秀瑛", second_officer, act)
    assert asked(file) == {}
    file.refresh_from_db()
    assert (file.left_open, kept(file), file.conflict_count) == (0, 0, 0)


def test_a_number_that_was_corrected_lets_the_line_be_stored(
    put: Any, act: dict[str, Any], decide: Any, second_officer: Any
) -> None:
    put()
    people = demo_people()
    people[5] |= {"姓名": "钱万里", "联系电话": "14000003333"}
    file = put(workbook(people))
    with pytest.raises(Invalid, match=r"intake\.one_by_one"):
        intake.decide_rows(file_id=file.pk, reason="other_name", seen=file.comparison_no, said=TAKE, **act)
    made = decide(file, TAKE, "钱万里")
    assert (file.left_open, kept(file)) == (0, 1) and asked(file)["钱万里"].correction == "waiting"
    with pytest.raises(Conflict, match=r"intake\.correction_waits"):
        decide(file, KEEP, "钱万里")
    approve(made.correction, second_officer, act["at"])
    free = asked(file)["钱万里"]
    assert free.may_store
    intake.store_row(file_id=file.pk, row_no=free.row_no, seen=free.seen, **act)
    assert Phone.objects.filter(person__name="钱万里").exists() and kept(file) == 0
    assert Correction.objects.count() == 1


def test_a_person_named_twice_stays_in_question(left: Any, act: dict[str, Any], decide: Any) -> None:
    row_no = asked(left)["李秀瑛"].row_no
    left.rows.filter(row_no=row_no).update(reason="repeated")
    events = Event.objects.count()
    registry.record_death(
        person_id=Person.objects.get(name="赵桂芳").pk, died=None, by=act["by"], at=act["at"]
    )
    question = asked(left)["李秀瑛"]  # the registry has moved on; alone, the line would not be a second one
    assert question.reason == "repeated" and not (question.may_store or question.may_take)
    decide(left, KEEP)
    assert kept(left) == 1 and Event.objects.count() == events + 1


def test_a_newer_register_of_the_village_asks_instead(left: Any, put: Any) -> None:
    newer = put(differing("14000003333"))
    left.refresh_from_db()
    assert (left.left_open, kept(left)) == (0, 0) and asked(left) == {}
    assert (newer.left_open, kept(newer)) == (2, 2)
    assert intake.superseded_by(left).pk == newer.pk and intake.superseded_by(newer) is None


def test_a_register_taken_back_asks_nothing(left: Any, act: dict[str, Any], decide: Any) -> None:
    from tongchou.apps.intake.undoing import _withdraw_questions

    question = asked(left)["李秀瑛"]
    _withdraw_questions(left)
    intake.RegisterFile.objects.filter(pk=left.pk).update(status="undone")
    assert kept(left) == 0 and not intake.left_open(scope=ALL).exists()
    with pytest.raises(Conflict, match=r"intake\.decided"):
        intake.decide_row(file_id=left.pk, row_no=question.row_no, seen=question.seen, said=KEEP, **act)


def test_what_was_recorded_afterwards_goes_with_the_file(left: Any, decide: Any) -> None:
    before = registry.standing(source=left.source, village_id=left.recorded_in).entries
    decide(left, KEEP)
    assert registry.standing(source=left.source, village_id=left.recorded_in).entries > before


def test_nobody_decides_in_areas_of_others(left: Any, make_account: Any, county: Any, decide: Any) -> None:
    for role, area in (("township_officer", county.other_village), ("village_worker", county.village)):
        with pytest.raises((NotFound, NotAllowed)):
            decide(left, KEEP, by=make_account(role, role, area))
    question = asked(left)["李秀瑛"]
    outsider = make_account("outsider", "township_officer", county.other_village)
    with pytest.raises(NotFound):
        intake.store_row(
            file_id=left.pk, row_no=question.row_no, seen=question.seen, by=outsider, at=left.uploaded_at
        )


def test_queries_do_not_grow_with_the_lines(put: Any, stage: Any, act: dict[str, Any]) -> None:
    def village(last: str, size: int) -> bytes:
        return workbook(
            [
                person(f"{n:03d}", f"杨{chr(0x5B50 + n)}{last}", "户主", f"19{50 + n}-03-07", 100 + n)
                for n in range(size)
            ]
        )

    put(village("明", 30))
    used = []
    for size in (6, 24):
        with transaction.atomic():
            file = put(village("红", size))
            assert file.left_open == size
            with CaptureQueriesContext(connection) as comparing:
                intake.compare_again(file, scope=ALL, at=act["at"])
            with CaptureQueriesContext(connection) as deciding:
                intake.decide_rows(
                    file_id=file.pk, reason="name_differs", seen=file.comparison_no, said=KEEP, **act
                )
            used.append((len(comparing), len(deciding)))
            transaction.set_rollback(True)
    assert used[0] == used[1]


def test_what_only_storing_found_in_question_is_open_as_well(
    stage: Any, act: dict[str, Any], decide: Any
) -> None:
    """Nobody was shown the comparison, as on the command line."""
    file, first = stage(differing()), stage()
    intake.apply_file(file_id=first.pk, **act)
    assert not file.rows.filter(status="conflict").exists()
    intake.apply_file(file_id=file.pk, unseen=True, **act)
    assert set(asked(file)) == {"李秀瑛", "陈虹"} and file.left_open == 2
    decide(file, KEEP)
    assert Phone.objects.filter(person__name="李秀英").count() == 1 and file.left_open == 1


#: Registers of a village in the order of their storing: years, and how many of two people each disputes.
stored = st.lists(st.tuples(st.sampled_from([2025, 2026]), st.integers(0, 2)), min_size=1, max_size=4)


@pytest.mark.long
@given(files=stored)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_register_of_a_village_asks_at_a_time(
    put: Any, stage: Any, act: dict[str, Any], files: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        put()
        made = []
        for at, (year, disputes) in enumerate(files):
            people = demo_people()
            for index, name in ((1, "李秀瑛"), (3, "陈虹"))[:disputes]:
                people[index]["姓名"] = name
            people[0]["联系电话"] = f"1400000{at:04d}"
            file = stage(workbook(people))
            intake.RegisterFile.objects.filter(pk=file.pk).update(year=year)
            intake.apply_file(file_id=file.pk, **act)
            made.append((year, at, disputes, file))
        newest = max(one for one in made if one[0] == max(year for year, *_rest in made))
        for one in made:
            file = one[3]
            file.refresh_from_db()
            assert file.left_open == file.rows.filter(decision=None).exclude(payload="").count()
            # The first register, of 2026, disputes nothing: an earlier one asks nothing beside it.
            expected = one[2] if one is newest and one[0] == 2026 else 0
            assert file.left_open == expected
        transaction.set_rollback(True)
