"""Pilots beside the rest: no verdict without certainty, and none where there is nothing beside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou import indicators
from tongchou.apps.accountability import api as accountability
from tongchou.core.errors import Conflict
from tongchou.domain.accountability.definitions import Use
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.demography.news import Verdict

from .conftest import MONTH

pytestmark = pytest.mark.django_db


def closed(units: Any, at: dt.datetime) -> None:
    accountability.close(area_id=units.county.pk, month=MONTH, with_below=True, by=units.maker, at=at)


def test_only_scored_indicators_and_only_what_is_certain(
    units: Any, good: Any, feeds: Any, frozen_clock: dt.datetime
) -> None:
    good()
    closed(units, frozen_clock)
    given = {"kind": "month", "period": f"{MONTH:%Y-%m}", "by": units.maker, "at": frozen_clock}
    first = [units.villages[0].parent_id]
    rows = accountability.compared(units.county.pk, first=first, **given)
    scored = {one.code for one in indicators.load().used(Use.SCORED)}
    assert rows and {one.indicator for one in rows} <= scored
    for row in rows:
        assert row.first.low <= row.first.value <= row.first.high
        certain = row.low > 0 or row.high < 0
        assert (row.verdict is not Verdict.NO_NEWS) == certain
    with pytest.raises(Conflict) as refused:
        accountability.compared(units.county.pk, first=[units.county.pk], **given)
    assert refused.value.code == "accountability.nothing_beside"


def test_alike_they_cannot_be_told_apart(
    units: Any, good: Any, feeds: Any, frozen_clock: dt.datetime
) -> None:
    good()
    rows = feeds[MONTH]
    alike = {one.count: one.value for one in rows if one.unit == units.villages[0].code}
    feeds[MONTH] = [type(one)(one.unit, one.count, alike[one.count]) for one in rows]
    closed(units, frozen_clock)
    told = accountability.compared(
        units.county.pk, first=[units.villages[0].pk], kind="month", period=f"{MONTH:%Y-%m}", by=units.maker,
        at=frozen_clock,
    )  # fmt: skip
    assert {one.verdict for one in told} <= {Verdict.NO_NEWS}


def test_beside_pilots_stands_what_governments_of_their_level_count(
    units: Any, good: Any, feeds: Any, frozen_clock: dt.datetime
) -> None:
    """A government's own counts are beside pilots of its level or above, and not beside those below it."""
    good()
    one, other = units.villages[0], units.villages[-1].parent
    feeds[MONTH] += [UnitCount(other.code, count, 1_000) for count in ("payments_due", "payments_on_time")]
    closed(units, frozen_clock)
    given = {"kind": "month", "period": f"{MONTH:%Y-%m}", "by": units.maker, "at": frozen_clock}

    def beside(first: int) -> float:
        rows = accountability.compared(units.county.pk, first=[first], **given)
        return next(row.others.under for row in rows if row.indicator == "paid_on_time")

    assert beside(one.parent_id) - beside(one.pk) == 1_000


def test_it_asks_as_often_for_many_pilots_as_for_one(
    units: Any, good: Any, feeds: Any, frozen_clock: dt.datetime
) -> None:
    good()
    closed(units, frozen_clock)
    given = {"kind": "month", "period": f"{MONTH:%Y-%m}", "by": units.maker, "at": frozen_clock}
    counts = []
    for number in (1, 6):
        first = [village.parent_id for village in units.villages[:number]]
        with CaptureQueriesContext(connection) as asked:
            assert accountability.compared(units.county.pk, first=first, **given)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
