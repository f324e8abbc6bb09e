"""Household registration moved to another village: who may, what stays, and the events fold to the state."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow


@pytest.fixture
def people(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    for number, (village, name) in enumerate(zip(county.villages, ("孙大", "钱大"), strict=True)):
        row = RegisterRow(
            row_no=5, household_no="0001", name=name, relation="02", sex=1, birth=PartialDate(1960)
        )
        registry.apply_register(
            [row], village_id=village.pk, source=f"{number:064x}", by=township_officer, at=frozen_clock
        )
    return dict(Person.objects.values_list("name", "pk"))


def home(person: int) -> int:
    found = registry.open_person(person, scope=Scope.everything()).household_id
    assert found is not None
    return found


def test_a_person_moves_with_the_day_it_happened(
    people: dict[str, int], county: Any, township_officer: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    there = home(people["钱大"])
    words = {"person_id": people["孙大"], "household_id": there, "relation": "70", "by": township_officer}
    with audited():
        registry.move_registration(since=PartialDate(2026, 5), at=frozen_clock, **words)
    moved = Person.objects.get(name="孙大")
    assert (moved.registered_area_id, moved.registered_scope) == (
        county.other_village.pk,
        county.other_village.scope_no,
    )
    assert home(moved.pk) == there
    assert registry.check_state().ok
    with pytest.raises(Conflict):
        registry.move_registration(since=None, at=frozen_clock, **words)


def test_only_who_answers_for_both_places_moves_anybody(
    people: dict[str, int], county: Any, village_worker: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    words: dict[str, Any] = {"relation": "70", "since": None, "at": frozen_clock}
    here, there = home(people["孙大"]), home(people["钱大"])
    one_village = make_account("onevillage", "township_officer", county.village)
    with pytest.raises(NotAllowed):
        registry.move_registration(person_id=people["孙大"], household_id=there, by=village_worker, **words)
    with pytest.raises(NotFound):
        registry.move_registration(person_id=people["孙大"], household_id=there, by=one_village, **words)
    with pytest.raises(NotFound):
        registry.move_registration(person_id=people["钱大"], household_id=here, by=one_village, **words)


def test_what_cannot_be_is_refused(
    people: dict[str, int], township_officer: Any, frozen_clock: dt.datetime
) -> None:
    words = {"person_id": people["孙大"], "household_id": home(people["钱大"]), "by": township_officer}
    with pytest.raises(Invalid):
        registry.move_registration(relation="xx", since=None, at=frozen_clock, **words)
    with pytest.raises(Invalid):
        registry.move_registration(relation="70", since=PartialDate(2027), at=frozen_clock, **words)
    registry.record_death(person_id=people["孙大"], died=None, by=township_officer, at=frozen_clock)
    with pytest.raises(Conflict):
        registry.move_registration(relation="70", since=None, at=frozen_clock, **words)
