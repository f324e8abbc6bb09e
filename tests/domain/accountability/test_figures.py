"""Figures from counts: sums against a loop, no value for a division by zero, problems all at once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.domain.accountability.made import indicator, read

from tongchou.domain.accountability.figures import Counts, evaluate
from tongchou.domain.accountability.periods import Period, period
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.demography.intervals import wilson
from tongchou.domain.statistics.cube import month_range

CATALOGUE = read(
    indicator("ratio(sum(paid), sum(due))", code="share"),
    indicator("share", code="other_name"),
    indicator("rate(sum(days), sum(paid))", code="wait", unit="days/cases"),
    indicator("rate(sum(paid), sum(days))", code="pace", unit="cases/days"),
    indicator("last(posts)", code="end", unit="posts"),
    indicator("average(posts)", code="mean", unit="posts"),
    indicator("sum(due − 0.5 × paid)", code="mixed", unit="cases"),
    indicator("share ÷ (1 − share)", code="odds"),
)
MONTHS = month_range("2026-01", "2026-06")
AREAS = ("v1", "v2", "v3")


def counts(**values: object) -> Counts:
    whole = {
        "paid": np.ones((3, 6)),
        "due": np.full((3, 6), 2.0),
        "days": np.full((3, 6), 3.0),
        "posts": np.arange(18.0).reshape(3, 6),
    }
    return Counts(AREAS, MONTHS, whole | {name: np.asarray(value) for name, value in values.items()})


WHOLE = arrays.arrays(np.float64, (3, 6), elements=st.integers(0, 40).map(float))


@given(WHOLE, WHOLE, st.lists(st.sampled_from(AREAS), min_size=1), st.sampled_from(["2026-Q1", "2026-04"]))
def test_sums_are_those_of_a_loop(paid: np.ndarray, extra: np.ndarray, members: list[str], name: str) -> None:
    due, span = paid + extra, period(name)
    found = evaluate(CATALOGUE, ["share", "mixed"], counts(paid=paid, due=due), {"u": members}, span)
    over = under = 0.0
    for area in set(members):
        for at, month in enumerate(MONTHS):
            if span.first <= month <= span.last:
                over += paid[AREAS.index(area), at]
                under += due[AREAS.index(area), at]
    share = found["share"]
    assert (share.over[0], share.under[0]) == (over, under)
    if under:
        assert share.value[0] == over / under
        assert share.low[0] <= share.value[0] <= share.high[0]
    else:
        assert np.isnan(share.value[0]) and share.idle[0]  # no value, not zero
    assert found["mixed"].value[0] == pytest.approx(under - 0.5 * over)


def test_stocks_and_intervals_and_another_name() -> None:
    units = {"a": ["v1", "v2"], "b": ["v3"]}
    wanted = ["end", "mean", "share", "other_name", "wait", "pace", "odds"]
    found = evaluate(CATALOGUE, wanted, counts(), units, period("2026-Q1"))
    assert found["end"].value.tolist() == [2 + 8, 14]
    assert found["mean"].value.tolist() == [1 + 7, 13]
    assert found["share"].low.tolist() == wilson([6, 3], [12, 6])[0].tolist()
    assert found["other_name"].over.tolist() == found["share"].over.tolist()
    assert found["other_name"].chance == "share"
    # days are not counted one by one: no interval; cases are
    assert found["wait"].chance == "none" and found["wait"].low.tolist() == [3, 3]
    assert found["pace"].chance == "rate" and found["pace"].low[0] < 1 / 3 < found["pace"].high[0]
    assert found["odds"].chance == "none" and found["odds"].value.tolist() == [1, 1]


def test_a_division_by_zero_further_inside_gives_no_value() -> None:
    found = evaluate(CATALOGUE, ["odds"], counts(paid=np.full((3, 6), 2.0)), {"u": ["v1"]}, period("2026-01"))
    assert np.isnan(found["odds"].value[0])


def test_an_unreported_cell_makes_the_sum_unknown_and_a_closed_area_does_not() -> None:
    paid = np.ones((3, 6))
    paid[1, 2:] = np.nan
    exists = np.full((3, 6), True)
    units, span = {"a": ["v1", "v2"], "b": ["v3"]}, period("2026-H1")
    unknown = evaluate(CATALOGUE, ["share"], counts(paid=paid), units, span)["share"]
    assert np.isnan(unknown.value[0]) and unknown.value[1] == 0.5 and not unknown.idle.any()
    exists[1, 2:] = False
    known = counts(paid=paid)
    closed = Counts(AREAS, MONTHS, known.values, exists)
    figure = evaluate(CATALOGUE, ["share"], closed, units, span)["share"]
    assert (figure.over[0], figure.under[0]) == (8, 16)


def test_a_merger_is_the_same_on_both_bases() -> None:
    """v2 went into v1 after March: before it by two areas, after it by one; the quarter's total is kept."""
    paid = np.array([[1.0, 1, 1, 5, 5, 5], [2, 2, 2, 0, 0, 0], [0, 0, 0, 0, 0, 0]])
    exists = np.full((3, 6), True)
    exists[1, 3:] = False
    table = Counts(AREAS, MONTHS, counts(paid=paid, due=paid).values, exists)
    new = evaluate(CATALOGUE, ["share"], table, {"v1": ["v1", "v2"]}, period("2026-H1"))["share"]
    old = evaluate(CATALOGUE, ["share"], table, {"v1": ["v1"], "v2": ["v2"]}, period("2026-H1"))["share"]
    assert new.over[0] == old.over.sum() == 24


def test_everything_that_is_missing_is_told_at_once() -> None:
    table = counts(paid=np.full((3, 6), -1.0))
    del table.values["due"]  # type: ignore[attr-defined]
    with pytest.raises(AccountabilityError) as raised:
        evaluate(CATALOGUE, ["share", "gone"], table, {"a": ["v9"], "b": []}, period("2026-Q3"))
    said = raised.value.lines("en")
    assert [line.removeprefix("counts, ") for line in said] == [
        "2026-07: there are no counts of this month.",
        "2026-08: there are no counts of this month.",
        "2026-09: there are no counts of this month.",
        "a: there are no counts of area v9.",
        "b: this unit has no areas.",
        "due: is not published; share needs it.",
        "gone: there is no such indicator.",
        "paid: has a number below 0.",
    ]


def test_a_part_above_its_whole_is_refused() -> None:
    with pytest.raises(AccountabilityError, match=r"share, u: the part \(18\) is more than the whole \(12\)"):
        evaluate(CATALOGUE, ["share"], counts(paid=np.full((3, 6), 3.0)), {"u": ["v1"]}, period("2026-H1"))


@given(
    st.integers(1990, 2100),
    st.sampled_from(["", *(f"-{one:02d}" for one in range(1, 13)), "-Q1", "-Q4", "-H1", "-H2"]),
)
def test_periods_are_read_back(year: int, rest: str) -> None:
    found = period(f"{year}{rest}")
    assert str(found) == f"{year}{rest}"
    assert found.ends + dt.timedelta(days=1) == Period(found.last + 1, found.last + 1).starts


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-Q5", "2026-H3", "2026-1", " 2026", "2026年"])
def test_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        period(text)
