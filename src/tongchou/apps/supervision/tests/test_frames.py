"""What may be drawn: entries of moves and deaths, decided cases that are not private, what the bank paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework import sampled as of_cases
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office
from tongchou.apps.registry import api as registry
from tongchou.apps.registry import sampled as of_registry
from tongchou.apps.registry.models import Event, Person
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

__all__ = ["apply", "family", "office"]
pytestmark = pytest.mark.django_db


def test_deaths_and_moves_are_listed_and_no_child(
    county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    given = {"by": township_officer, "at": frozen_clock}
    here, day = Scope.of_area(county.village), frozen_clock.date()
    month = (day.replace(day=1), day)
    rows = [
        RegisterRow(
            row_no=5 + number,
            household_no=f"000{number}",
            name=name,
            relation="02",
            sex=2,
            birth=PartialDate(1995, 3, 1 + number),
            marital="10",
            id_number=identity.compose("520599", dt.date(1995, 3, 1 + number), 22),
        )
        for number, name in enumerate(("何秀", "何梅"))
    ]
    registry.apply_register(rows, village_id=county.village.pk, source="b" * 64, **given)
    people = dict(Person.objects.values_list("name", "pk"))
    registry.record_birth(
        mother_id=people["何秀"], name="何新", sex=2, birth=PartialDate(2026, 6, 1), **given
    )
    assert Event.objects.filter(kind="person_enrolled").count() == 3
    assert of_registry.entered(here, *month) == []  # a child and who is newly entered are helped, not checked
    registry.record_death(person_id=people["何梅"], died=PartialDate(2026, 6, 3), **given)
    registry.record_move(
        person_id=people["何秀"], area_id=None, since=PartialDate(2026, 6, 5), place="广东省", **given
    )
    found = of_registry.entered(here, *month)
    assert of_registry.entered(Scope.of_area(county.other_village), *month) == []
    assert of_registry.entered(here, dt.date(2026, 5, 1), dt.date(2026, 5, 31)) == []
    told = of_registry.described([number for number, _scope in found])
    facts = sorted(dict(one.facts)["how"] for one in told.values())
    assert facts == ["death_recorded", "residence_recorded"]
    assert "何" not in repr(told) and "广东" not in repr(told)


def test_private_cases_are_in_no_frame(
    apply: Callable[..., int], county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    here, day = Scope.of_area(county.township), frozen_clock.date()
    assert of_cases.decided(here, day, day) == []
    Case.objects.filter(pk=case).update(state="approved", desk="", decided_at=frozen_clock)
    ((number, _scope),) = of_cases.decided(here, day, day)
    assert number == case and of_cases.public_scopes([case]).keys() == {case}
    told = of_cases.described([case])[case]
    assert dict(told.facts)["state"] == "approved" and "陈" not in repr(told)
    Case.objects.filter(pk=case).update(private=True)
    assert of_cases.decided(here, day, day) == []
    assert of_cases.public_scopes([case]) == {} == of_cases.described([case])
