"""Whatever is done in whatever order: locked months never change, published equals stored, restated equals
differences. And the bytes are the same in another process with another hash seed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.accountability import api
from tongchou.apps.accountability.tests.conftest import feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT
from tongchou.core.errors import AppError
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.feed import UnitCount

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db
MONTHS = [dt.date(2026, 3, 1), dt.date(2026, 4, 1), dt.date(2026, 5, 1)]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.integers(0, 2), st.integers(0, 60)),
        st.tuples(st.just("close"), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("restate"), st.integers(0, 2), st.integers(0, 60)),
        st.tuples(st.just("make"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("publish"), st.integers(0, 2), st.just(0)),
    ),
    max_size=14,
)


class _UndoneError(Exception):
    """Takes one example back."""


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_in_whatever_order(units: Any, feeds: Any, acts: list[tuple[str, int, Any]]) -> None:
    feeds.clear()
    with pytest.raises(_UndoneError), transaction.atomic():
        _follow(units, feeds, acts)
        raise _UndoneError


def _follow(units: Any, feeds: Any, acts: list[tuple[str, int, Any]]) -> None:
    village = units.villages[0].code
    locked: dict[tuple[str, str, str], int] = {}
    out: dict[int, str] = {}
    for act, at, value in acts:
        try:
            with transaction.atomic():
                _one(units, feeds, village, act, MONTHS[at], value)
        except AppError:
            pass
        now = {
            (str(month), unit, count): number
            for month, unit, count, number in api.Counted.objects.values_list(
                "month", "unit", "count", "value"
            )
        }
        # A locked month never changes, and nothing is counted of one that is not closed.
        assert locked.items() <= now.items()
        locked = now
        closed = {str(month) for month in api.Closing.objects.values_list("month", flat=True)}
        assert {month for month, _unit, _count in now} <= closed
        for issue in api.Issue.objects.filter(state="published"):
            content = bytes(issue.content)
            # What was published is what is stored, from the day it was published on.
            assert (
                hashlib.sha256(content).hexdigest() == issue.sha256 == out.setdefault(issue.pk, issue.sha256)
            )
            _line, shown, _replies = api.open_public(issue.pk)
            assert bulletin_text.written(shown) == content
    _restated_is_the_difference(units)


def _one(units: Any, feeds: Any, village: str, act: str, month: dt.date, value: Any) -> None:
    if act == "tell":
        feeds[month] = [
            UnitCount(village, "payments_due", 60), UnitCount(village, "payments_on_time", value)
        ]  # fmt: skip
    elif act == "close":
        api.close(area_id=units.county.pk, month=month, with_below=value, by=units.maker, at=AT)
    elif act == "restate":
        stated = api.restate(
            unit=village,
            month=month,
            count="payments_on_time",
            value=value,
            reason="核对",
            by=units.maker,
            at=AT,
        )
        api.confirm_restated(restated_id=stated.pk, by=units.second, at=AT)
    elif act == "make":
        api.make(area_id=units.county.pk, kind="month", period=f"{month:%Y-%m}", by=units.maker, at=AT)
    else:
        for issue in api.Issue.objects.filter(state="made", period=f"{month:%Y-%m}"):
            api.publish(issue_id=issue.pk, by=units.second, at=AT)


def _restated_is_the_difference(units: Any) -> None:
    """The list of the last month's bulletin names exactly the counts that are another number today."""
    if not api.Closing.objects.filter(area_id=units.county.pk, month=MONTHS[-1]).exists():
        return
    made = api.make(area_id=units.county.pk, kind="month", period="2026-05", by=units.maker, at=AT)
    told = {
        (one.unit, one.indicator, one.period): (one.first, one.now)
        for one in bulletin_text.read(bytes(made.content)).restated
    }
    latest = {
        (row.counted.unit, row.counted.count, f"{row.counted.month:%Y-%m}"): (row.counted.value, row.value)
        for row in api.Restated.objects.select_related("counted").order_by("pk")
    }
    assert told == latest


_SCRIPT = """
import datetime as dt, hashlib, sys
import numpy as np
from tongchou import indicators
from tongchou.domain.accountability.composite import rank_composite
from tongchou.domain.accountability.figures import Counts, evaluate
from tongchou.domain.accountability.periods import period
from tongchou.domain.accountability.sealing import canonical, seal
catalogue = indicators.load()
composite = catalogue.composites["county_year"]
draw = np.random.default_rng(3)
areas = tuple(f"a{number}" for number in range(9))
months = np.arange(np.datetime64("2026-01"), np.datetime64("2026-02"))
values = {code: np.full((9, 1), 60.0) for code, one in catalogue.counts.items() if not one.over}
values |= {
    code: draw.binomial(60, 0.8, (9, 1)).astype(float)
    for code in sorted(catalogue.counts) if catalogue.counts[code].over
}
counts = Counts(areas, months, values)
order = list({one: [one] for one in sorted(areas)})
units, month = {one: [one] for one in order}, period("2026-01")
figures = evaluate(catalogue, list(composite.weights), counts, units, month)
sealed = seal(counts=counts, units=frozenset(areas), texts=indicators.texts())
scored, ranking = rank_composite(catalogue, composite, figures, order, seed=int(sealed.sha256[:8], 16))
print(sealed.sha256, hashlib.sha256(canonical([ranking, scored.value])).hexdigest())
"""


def test_the_same_bytes_in_another_process_with_another_hash_seed() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _SCRIPT], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(said) == 1
