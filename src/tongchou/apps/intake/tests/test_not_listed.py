"""People whom a stored register does not name: the village's question, never removed by a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.question_models import NotListed
from tongchou.apps.intake.tests.workbooks import demo_people, person, workbook
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()


@pytest.fixture
def lacking(stage: Any, act: dict[str, Any]) -> intake.RegisterFile:
    """The demo village in the registry, and a later register without 王小明 and 赵桂芳 stored."""
    intake.apply_file(file_id=stage().pk, **act)
    people = [one for one in demo_people() if one["姓名"] not in ("王小明", "赵桂芳")]
    file = stage(workbook(people))
    intake.apply_file(file_id=file.pk, **act)
    return file


def names() -> list[str]:
    return sorted(one.person.name for one in intake.not_listed(scope=ALL))


def task(name: str) -> int:
    return next(one.pk for one in intake.not_listed(scope=ALL) if one.person.name == name)


def test_whom_the_register_lacks_is_asked_about_and_stays_as_they_are(
    lacking: Any, act: dict[str, Any]
) -> None:
    assert names() == ["王小明", "赵桂芳"]
    assert Person.objects.filter(deceased=False).count() == 6
    assert AuditEntry.objects.filter(action="intake.apply").latest("id").detail["not_listed"] == 2
    assert intake.answer_counts(lacking.pk, scope=ALL) == {"": 2, "here": 0, "moved": 0, "died": 0}


def test_a_file_that_only_waits_asks_nobody(stage: Any, act: dict[str, Any]) -> None:
    intake.apply_file(file_id=stage().pk, **act)
    stage(workbook(demo_people()[:2]))
    assert names() == []


def test_the_village_says_who_is_still_here(
    lacking: Any, village_worker: Any, act: dict[str, Any], audited: Any
) -> None:
    events = Event.objects.count()
    with audited():
        intake.answer_not_listed(task_id=task("赵桂芳"), answer="here", by=village_worker, at=act["at"])
    assert names() == ["王小明"] and Event.objects.count() == events
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.detail["answer"]) == ("intake.answer", "here")


def test_an_answer_records_no_death_and_the_record_ends_the_task(
    lacking: Any, village_worker: Any, act: dict[str, Any]
) -> None:
    events = Event.objects.count()
    intake.answer_not_listed(task_id=task("赵桂芳"), answer="died", by=village_worker, at=act["at"])
    assert Event.objects.count() == events and names() == ["王小明", "赵桂芳"]
    assert [one.answer for one in intake.not_listed(scope=ALL)] == ["", "died"]
    number = task("赵桂芳")
    registry.record_death(person_id=Person.objects.get(name="赵桂芳").pk, died=None, **act)
    assert names() == ["王小明"]
    with pytest.raises(Conflict, match=r"intake\.answered"):
        intake.answer_not_listed(task_id=number, answer="here", by=village_worker, at=act["at"])


def test_a_recorded_move_ends_the_task_here_and_opens_none_there(
    lacking: Any, county: Any, act: dict[str, Any]
) -> None:
    mover = Person.objects.get(name="赵桂芳")
    Person.objects.filter(pk=mover.pk).update(
        registered_area_id=county.other_village.pk, registered_scope=county.other_village.scope_no
    )
    NotListed.objects.filter(person_id=mover.pk).update(registered_scope=county.other_village.scope_no)
    assert names() == ["王小明"]


def test_a_register_that_names_the_person_ends_the_task(
    lacking: Any, stage: Any, act: dict[str, Any]
) -> None:
    later = [one for one in demo_people() if one["姓名"] != "赵桂芳"]
    intake.apply_file(file_id=stage(workbook(later)).pk, **act)
    assert names() == ["赵桂芳"]


def test_an_answer_stands_for_all_registers_of_the_year(
    lacking: Any, stage: Any, act: dict[str, Any], village_worker: Any
) -> None:
    intake.answer_not_listed(task_id=task("赵桂芳"), answer="here", by=village_worker, at=act["at"])
    again = [one for one in demo_people() if one["姓名"] not in ("王小明", "赵桂芳")]
    again[0]["联系电话"] = "14000002222"
    intake.apply_file(file_id=stage(workbook(again)).pk, **act)
    assert names() == ["王小明"]
    NotListed.objects.update(year=2025)
    again[0]["联系电话"] = "14000003333"
    intake.apply_file(file_id=stage(workbook(again)).pk, **act)
    assert names() == ["王小明", "赵桂芳"]


def test_a_person_in_question_is_not_missing(stage: Any, act: dict[str, Any]) -> None:
    intake.apply_file(file_id=stage().pk, **act)
    people = demo_people()
    people[4] |= {"公民身份号码": None, "出生日期": "2023-02-28"}  # the registry knows the number
    people[2] |= {"公民身份号码": None, "出生日期": "1991-05-01"}
    file = stage(workbook(people))
    assert file.conflict_count >= 1 and file.missing_count == 0


def test_other_areas_see_and_answer_nothing(
    lacking: Any, county: Any, make_account: Any, act: dict[str, Any]
) -> None:
    worker = make_account("other", "village_worker", county.other_village)
    assert intake.not_listed(scope=Scope.of_area(county.other_village)) == []
    assert intake.not_listed(scope=Scope.nothing()) == []
    with pytest.raises(NotFound):
        intake.answer_not_listed(task_id=task("赵桂芳"), answer="here", by=worker, at=act["at"])
    reader = make_account("reader", "statistician", county.village)
    with pytest.raises(NotAllowed):
        intake.answer_not_listed(task_id=task("赵桂芳"), answer="here", by=reader, at=act["at"])


def test_an_answer_is_one_of_the_list(lacking: Any, act: dict[str, Any]) -> None:
    for answer in ("", "gone"):
        with pytest.raises(Invalid):
            intake.answer_not_listed(task_id=task("赵桂芳"), answer=answer, **act)
    for wrong in ({"answer": "x"}, {"answer": "here"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            NotListed.objects.update(**wrong)


def test_the_list_takes_a_number_of_queries_that_does_not_grow(stage: Any, act: dict[str, Any]) -> None:
    people = [
        person(f"{n:03d}", f"杨{chr(0x5B50 + n)}明", "户主", f"19{50 + n}-03-07", 100 + n) for n in range(30)
    ]
    intake.apply_file(file_id=stage(workbook(people)).pk, **act)
    with CaptureQueriesContext(connection) as storing:
        intake.apply_file(file_id=stage(workbook(people[:29])).pk, **act)
    one = len(storing)
    with CaptureQueriesContext(connection) as listing:
        assert len(intake.not_listed(scope=ALL)) == 1
    with CaptureQueriesContext(connection) as storing:
        intake.apply_file(file_id=stage(workbook(people[:9])).pk, **act)
    with CaptureQueriesContext(connection) as longer:
        assert len(intake.not_listed(scope=ALL)) == 21
    assert len(longer) == len(listing) <= 6
    assert abs(len(storing) - one) <= 2


def test_a_file_taken_back_asks_nothing_any_more(lacking: Any, act: dict[str, Any]) -> None:
    from tongchou.apps.intake import not_listed

    at: dt.datetime = act["at"]
    intake.answer_not_listed(task_id=task("赵桂芳"), answer="moved", by=act["by"], at=at)
    not_listed.forget(lacking.pk)
    assert names() == ["赵桂芳"]
