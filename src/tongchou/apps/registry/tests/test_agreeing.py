"""What holds between people is asked before anything is recorded or taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Max

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Household, Person
from tongchou.apps.registry.tests.conftest import FAMILY
from tongchou.core.errors import AppError
from tongchou.domain.dates import PartialDate

ENTRY = {"evidence_kind": "village_letter", "evidence_words": "2026-06", "sex": 1, "birth": PartialDate(1990)}


def refusal(record: Callable[..., Any], **values: Any) -> str:
    before = Event.objects.count()
    with pytest.raises(AppError) as caught:
        record(**values)
    assert Event.objects.count() == before
    return caught.value.code


def last() -> int:
    return int(Event.objects.aggregate(last=Max("pk"))["last"])


@pytest.fixture
def act(township_officer: Any, frozen_clock: Any) -> dict[str, Any]:
    return {"by": township_officer, "at": frozen_clock}


def test_nobody_becomes_the_second_head_of_a_household(
    person: Callable[[str], int], act: dict[str, Any]
) -> None:
    mother, home = person("孙丽"), Household.objects.get(number="001").pk
    child = {"name": "赵小满", "sex": 1, "birth": PartialDate(2025, 3, 1)}
    second = "registry.second_head"
    assert refusal(registry.record_birth, mother_id=mother, relation="02", **child, **act) == second
    entered = {"household_id": home, "name": "李秋分", "relation": "02", **ENTRY}
    assert refusal(registry.enter_person, **entered, **act) == second
    registry.record_death(person_id=person("赵大山"), died=None, **act)
    died = last()
    registry.enter_person(**entered, **act)
    assert refusal(reversed_entry, event=died, **act) == "registry.reverse_head"


def reversed_entry(event: int, **act: Any) -> None:
    registry.reverse(event_ids=[event], reason="mistake", subject="registry", **act)


def test_a_line_that_would_give_a_second_head_is_in_question(apply: Callable[..., Any]) -> None:
    apply()
    stranger = replace(FAMILY[0], row_no=5, name="李秋分", id_number=None, phones=())
    report = apply([stranger, *FAMILY[1:]], source="b" * 64)
    assert [(one.row_no, one.reason) for one in report.conflicts] == [(5, "other_head")]
    heir = replace(FAMILY[2], relation="02")
    report = apply([replace(FAMILY[0], relation="51"), *FAMILY[1:2], heir, *FAMILY[3:]], source="c" * 64)
    assert report.conflict == 0, "the head who hands over stands in the file"


def test_a_child_is_younger_than_both_parents(person: Callable[[str], int], act: dict[str, Any]) -> None:
    child = {"name": "赵小满", "sex": 1, "birth": PartialDate(1990, 3, 1)}
    mother, father = person("钱小兰"), person("赵小雨")
    refused = refusal(registry.record_birth, mother_id=mother, father_id=father, **child, **act)
    assert refused == "registry.before_father"


def test_marriages_follow_one_another(person: Callable[[str], int], act: dict[str, Any]) -> None:
    a, b, c = person("孙丽"), person("赵强"), person("赵小雨")
    Person.objects.filter(pk=c).update(birth_year=1989)
    registry.record_divorce(person_id=a, spouse_id=b, divorced_on=PartialDate(2015, 3), **act)
    divorced = last() - 1  # what it made of the other one is an entry of its own
    married = {"person_id": a, "spouse_id": c, **act}
    assert (
        refusal(registry.record_marriage, married_on=PartialDate(2012), **married) == "registry.ended_later"
    )
    registry.record_marriage(married_on=PartialDate(2015), **married)
    assert refusal(reversed_entry, event=divorced, **act) == "registry.reverse_married"


def test_a_death_stands_when_the_one_left_has_married_again(
    person: Callable[[str], int], act: dict[str, Any]
) -> None:
    dead, left, new = person("赵强"), person("孙丽"), person("赵小雨")
    Person.objects.filter(pk=new).update(birth_year=1989)
    registry.record_marriage(person_id=dead, spouse_id=left, married_on=PartialDate(2012), **act)
    registry.record_death(person_id=dead, died=PartialDate(2020), **act)
    death = last()
    registry.record_marriage(person_id=left, spouse_id=new, married_on=PartialDate(2022), **act)
    assert refusal(reversed_entry, event=death, **act) == "registry.reverse_married"
    assert [one.person_id for one in registry.obstacles([death])] == [left]
