"""A small county with a family of every outcome, evaluated, and programs that ask about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.entitlements.tests.conftest import FAMILY
from tongchou.apps.intake import api as intake
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Household, Person
from tongchou.apps.snapshot import api as snapshots


@dataclass(frozen=True)
class Seeded:
    """Numbers of what stands in 青山村."""

    county: Any
    people: dict[str, int]
    household_id: int


def seed(county: Any, officer: Any, reviewer: Any, at: dt.datetime) -> Seeded:
    registry.apply_register(FAMILY, village_id=county.village.pk, source="a" * 64, by=officer, at=at)
    snapshots.take_snapshot(by=reviewer, at=at, as_of=at.date(), purpose="test")
    entitlements.evaluate_latest(year=at.year, by=reviewer, at=at, purpose="test")
    return Seeded(county, dict(Person.objects.values_list("name", "pk")), Household.objects.get().pk)


@pytest.fixture
def seeded(county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Seeded:
    return seed(county, township_officer, county_reviewer, frozen_clock)


@pytest.fixture
def stage(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> Callable[..., Any]:
    """A register of 青山村 laid by for a decision."""

    def act(people: list[dict[str, Any]] | None = None) -> intake.RegisterFile:
        return intake.stage_register(
            content=workbook(demo_people() if people is None else people),
            file_name="1.xlsx",
            village_id=county.village.pk,
            by=township_officer,
            at=frozen_clock,
        )

    return act
