"""A registered family with one member for every outcome."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

YEAR = 2026
_RURAL = {"hukou_kind": "agricultural", "converted": False}
#: 陈老根 (1960, one child: entitled), 吴秀英 (1964, declared nothing: needs information),
#: 陈勇 (1990, nothing), 陈小苗 (2025, entitled).
FAMILY = (
    RegisterRow(
        row_no=5, household_no="0001", name="陈老根", relation="02", sex=1, birth=PartialDate(1960, 3, 12),
        marital="20", living_sons=1, living_daughters=0, children_ever=1, **_RURAL,
    ),
    RegisterRow(
        row_no=6, household_no="0001", name="吴秀英", relation="12", sex=2, birth=PartialDate(1964, 7, 1),
        marital="20", **_RURAL,
    ),
    RegisterRow(
        row_no=7, household_no="0001", name="陈勇", relation="21", sex=1, birth=PartialDate(1990, 1, 2),
        marital="10", **_RURAL,
    ),
    RegisterRow(
        row_no=8, household_no="0001", name="陈小苗", relation="42", sex=2, birth=PartialDate(2025, 2, 3),
        marital="10", **_RURAL,
    ),
)  # fmt: skip


def larger(size: int) -> list[RegisterRow]:
    """A household of ``size`` people under one roof: the family and many children of the son."""
    children = [
        replace(
            FAMILY[3], row_no=20 + n, household_no="0002", name=f"陈小{'苗禾谷豆麦'[n % 5]}{n}", sex=1 + n % 2
        )
        for n in range(size - 3)
    ]
    adults = [replace(row, row_no=row.row_no + 100, household_no="0002") for row in FAMILY[:3]]
    return [*adults, *children]


@pytest.fixture
def family(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    """The registered family; person numbers by name."""
    registry.apply_register(
        FAMILY, village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    from tongchou.apps.registry.models import Person

    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def evaluated(family: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    """The family after a snapshot and an evaluation of 2026."""
    from tongchou.apps.entitlements import api

    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="test")
    return family
