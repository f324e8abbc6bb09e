"""What is stored is what was shown; one person stores a file, one file of a village at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import claiming
from tongchou.apps.intake.models import RegisterFile
from tongchou.apps.intake.tests.workbooks import COLUMNS, demo_people, workbook
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core.errors import Conflict
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()


def with_phone(number: str) -> bytes:
    people = demo_people()
    people[0]["联系电话"] = number
    return workbook(people)


@pytest.fixture
def known(stage: Any, act: dict[str, Any]) -> RegisterFile:
    """The demo village, in the registry."""
    file = stage()
    intake.apply_file(file_id=file.pk, **act)
    return file


def test_newer_data_is_not_overwritten_unseen(known: Any, stage: Any, act: dict[str, Any]) -> None:
    older, newer = stage(with_phone("14000002222")), stage(with_phone("14000003333"))
    shown = older.comparison_no
    intake.apply_file(file_id=newer.pk, by=act["by"], at=act["at"] + dt.timedelta(minutes=1))
    events = registry.last_event()
    with pytest.raises(Conflict, match=r"intake\.changed_since"):
        intake.apply_file(file_id=older.pk, seen=shown, **act)
    assert registry.last_event() == events
    older.refresh_from_db()
    assert (older.status, older.applying_since) == (intake.FileStatus.STAGED, None)
    assert older.comparison_no == shown + 1 and intake.stored_after(older) == newer
    with pytest.raises(Conflict, match=r"intake\.changed_since"):  # decided on the page of before
        intake.apply_file(file_id=older.pk, seen=shown, **act)
    assert intake.apply_file(file_id=older.pk, seen=older.comparison_no, **act).people == 1


def test_a_change_elsewhere_that_alters_nothing_here_does_not_stop(
    known: Any, stage: Any, act: dict[str, Any], county: Any
) -> None:
    waiting = stage(with_phone("14000002222"))
    others = [person | {"村民组": None, "公民身份号码": None} for person in demo_people()[3:4]]
    others[0] |= {"与户主关系": "户主"}
    content = workbook(others, title="云岭镇白水村户籍人口登记表", notes=[])
    intake.apply_file(file_id=stage(content, village_id=county.other_village.pk).pk, **act)
    assert not intake.compare_again(waiting, scope=ALL, at=act["at"])
    assert intake.apply_file(file_id=waiting.pk, seen=waiting.comparison_no, **act).people == 1


def test_opening_the_page_compares_again_in_one_query_when_nothing_moved(
    known: Any, stage: Any, act: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    older, newer = stage(with_phone("14000002222")), stage(demo_without_one())
    intake.apply_file(file_id=newer.pk, **act)
    assert not intake.compare_again(older, scope=ALL, at=act["at"])
    with django_assert_max_num_queries(2):
        assert not intake.compare_again(older, scope=ALL, at=act["at"])


def demo_without_one() -> bytes:
    return workbook(demo_people()[:5])


def test_lines_of_held_households_do_not_disturb_the_comparison(
    known: Any, stage: Any, act: dict[str, Any]
) -> None:
    people = demo_people()
    people[2]["公民身份号码"] = "1"
    people[0]["联系电话"] = "14000004444"
    waiting = stage(workbook(people))
    intake.apply_file(file_id=stage(demo_without_one()).pk, **act)
    done = intake.apply_file(file_id=waiting.pk, accept_partial=True, **act)
    assert (done.people, done.held_people) == (1, 3)
    waiting.refresh_from_db()
    assert waiting.missing_count == 0  # the people held back are on the list


def test_another_name_under_the_number_is_a_question(known: Any, stage: Any, act: dict[str, Any]) -> None:
    people = demo_people()
    people[5]["姓名"] = "钱万里"
    people[1]["姓名"] = "李秀瑛"
    file = stage(workbook(people))
    assert (file.conflict_count, file.changed_count) == (2, 0)
    typo, row = intake.preview(file.pk, scope=ALL, status="conflict")
    assert row.name == "钱万里" and row.reason and typo.reason and typo.reason != row.reason
    intake.apply_file(file_id=file.pk, **act)
    assert Person.objects.filter(name__in=("赵桂芳", "李秀英")).count() == 2


def test_changes_are_shown_old_and_new_without_marriage_and_children(known: Any, stage: Any) -> None:
    people = demo_people()
    people[0] |= {"联系电话": "14000005555", "存活女孩数": 1, "婚姻状况": "丧偶"}
    people[1] |= {"婚姻状况": "丧偶"}
    file = stage(workbook(people))
    first, second = intake.preview(file.pk, scope=ALL, status="changed")
    told = {change.label: (change.old, change.new) for change in first.changes}
    assert set(told.values()) >= {("", "")} and len(told) == 2
    assert "14000005555" not in str(first) and any("*" in old and "*" in new for old, new in told.values())
    assert [(one.old, one.new) for one in second.changes] == [("", "")]
    assert "30" not in str(second.changes) and second.relation


def test_a_second_click_finds_the_file_taken(
    stage: Any, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stage()
    usual, refused = registry.apply_register, []

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        for decide in (intake.apply_file, intake.discard_file):
            with pytest.raises(Conflict) as refusal:
                decide(file_id=file.pk, **act)
            refused.append(refusal.value.code)
        return usual(*args, **kwargs)

    monkeypatch.setattr(registry, "apply_register", meanwhile)
    assert intake.apply_file(file_id=file.pk, **act).people == 6
    assert refused == ["intake.being_applied"] * 2
    assert AuditEntry.objects.filter(action="intake.apply").count() == 1
    assert intake.apply_file(file_id=file.pk, **act).changed is False


def test_another_file_of_the_village_waits(stage: Any, act: dict[str, Any]) -> None:
    one, other = stage(), stage(with_phone("14000002222"))
    assert claiming.take(one, at=act["at"], resume=False)
    with pytest.raises(Conflict, match=r"intake\.village_busy"):
        intake.apply_file(file_id=other.pk, **act)


def test_what_was_left_behind_is_taken_over_after_ten_minutes(stage: Any, act: dict[str, Any]) -> None:
    file = stage()
    assert claiming.take(file, at=act["at"], resume=False)
    soon, later = (act["at"] + dt.timedelta(minutes=minutes) for minutes in (9, 10))
    with pytest.raises(Conflict, match=r"intake\.being_applied"):
        intake.apply_file(file_id=file.pk, by=act["by"], at=soon)
    assert list(intake.waiting(scope=ALL)) == [file]
    assert intake.apply_file(file_id=file.pk, by=act["by"], at=later).people == 6


def test_a_missing_number_column_is_said_once(stage: Any) -> None:
    columns = [column for column in COLUMNS if column != ("公民身份号码",)]
    file = stage(workbook(demo_people(), columns=columns))
    codes = [view.code for view in intake.problems(file.pk, scope=ALL)]
    assert codes.count("id_column_missing") == 1 and "id_missing" not in codes


def test_whom_another_register_entered_may_stand_in_a_line_that_waits_to_be_mended(
    stage: Any, act: dict[str, Any]
) -> None:
    people = demo_people()
    people[2]["公民身份号码"] = "1"
    waiting = stage(workbook(people))
    assert waiting.held_people == 3 and waiting.missing_count == 0
    intake.apply_file(file_id=stage(workbook(demo_people())).pk, **act)
    intake.compare_again(waiting, scope=ALL, at=act["at"])
    waiting.refresh_from_db()
    assert waiting.missing_count == 0, "three people of the file are not missing in it"
