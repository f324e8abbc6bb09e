"""Qualified villages: all criteria, none failed for want of work, unknown where nobody tells."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tongchou.apps.accountability import api
from tongchou.apps.accountability.tests.conftest import COUNTS, MONTH, feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.core import unit_feeds
from tongchou.core.errors import Conflict
from tongchou.domain.accountability.feed import UnitCount

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def all_told(feeds: Any) -> Any:
    """The made-up app also tells what was offered to those who asked: every criterion is known."""
    unit_feeds.register("test", counts=(*COUNTS, "services_answered"), tells=unit_feeds.all_feeds()[0].tells)
    return feeds


def tell(units: Any, feeds: Any, done: dict[str, int]) -> None:
    pairs = [*zip(COUNTS[::2], COUNTS[1::2], strict=True), ("services_asked", "services_answered")]
    feeds[MONTH] = [
        row
        for village in units.villages
        for whole, part in pairs
        for row in (
            *((UnitCount(village.code, whole, 20),) if (whole, part) != pairs[-1] else ()),
            UnitCount(village.code, part, done.get(village.code, 20)),
        )
    ]


def found(units: Any) -> dict[str, api.Qualified]:
    given = {"kind": "month", "period": "2026-05", "by": units.maker, "at": AT}
    return {one.unit: one for one in api.qualified(units.county.pk, **given)}


def test_all_criteria_or_not_qualified(units: Any, all_told: Any, county: Any) -> None:
    tell(units, all_told, {units.villages[0].code: 15})
    close(units)
    rows = found(units)
    bad, good_one = rows["520521801"], rows[county.township.code]
    assert (bad.villages, bad.qualified, bad.failed, bad.unknown) == (1, 0, 1, 0)
    assert (good_one.villages, good_one.qualified, good_one.unknown) == (2, 2, 0)


def test_what_nobody_tells_is_unknown_and_not_failed(units: Any, good: Any) -> None:
    good()
    close(units)
    row = found(units)["520521801"]
    assert (row.qualified, row.failed, row.unknown) == (0, 0, 1)


def test_where_nothing_was_owed_nothing_failed(units: Any, all_told: Any) -> None:
    tell(units, all_told, {})
    village = units.villages[0].code
    all_told[MONTH] = [
        row for row in all_told[MONTH] if not (row.unit == village and row.count.startswith("complaints"))
    ]
    close(units)
    assert found(units)["520521801"].qualified == 1


def test_an_open_month_is_refused(units: Any) -> None:
    with pytest.raises(Conflict):
        found(units)


def test_a_stage_is_reached_not_reached_or_open() -> None:
    def row(qualified: int, failed: int) -> api.Qualified:
        return api.Qualified("u", "u", 10, qualified, failed, {api.STAGES[0]: Fraction(30, 100)})

    assert [one.met(api.STAGES[0]) for one in (row(3, 0), row(2, 8), row(2, 7))] == [True, False, None]
    assert row(10, 0).met(api.STAGES[1]) is None
