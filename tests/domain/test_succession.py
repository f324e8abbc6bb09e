"""Figures carried through changes of areas: nothing is gained or lost, and order within a day counts."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.succession import WHOLE, Step, apportioned, carried, check_shares

START, END = dt.date(2019, 1, 1), dt.date(2026, 1, 1)


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Areas that split and merge, each into later ones, so that no circle can be."""
    steps = []
    for area in range(1, draw(st.integers(1, 6)) + 1):
        parts = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
        successors = draw(
            st.lists(st.integers(area + 1, 12), min_size=len(parts), max_size=len(parts), unique=True)
        )
        shares = [WHOLE * part // sum(parts) for part in parts]
        shares[0] += WHOLE - sum(shares)
        on = dt.date(2020, 1, 1) + dt.timedelta(days=draw(st.integers(0, 1500)))
        steps += [Step(on, area, to, share, area) for to, share in zip(successors, shares, strict=True)]
    return steps


@given(histories(), st.dictionaries(st.integers(1, 12), st.integers(0, 10_000)))
def test_carrying_figures_over_keeps_the_total(steps: list[Step], values: dict[int, int]) -> None:
    check_shares(steps)
    shares = carried(steps, since=START, until=END)
    assert all(sum(into.values()) == 1 for into in shares.values())
    after = apportioned(values, shares)
    assert sum(after.values()) == sum(values.values())
    assert all(number >= 0 for number in after.values())


@given(histories())
def test_two_stretches_of_time_make_one(steps: list[Step]) -> None:
    middle = dt.date(2022, 1, 1)
    whole = carried(steps, since=START, until=END)
    first = carried(steps, since=START, until=middle)
    second = carried(steps, since=middle, until=END)
    for area in range(1, 13):
        joined: dict[int, Fraction] = {}
        for between, share in first.get(area, {area: Fraction(1)}).items():
            for last, part in second.get(between, {between: Fraction(1)}).items():
                joined[last] = joined.get(last, Fraction()) + share * part
        assert joined == whole.get(area, {area: Fraction(1)})


def test_changes_of_one_day_happen_in_order() -> None:
    day = dt.date(2024, 1, 1)
    first, then = Step(day, 1, 2, WHOLE, 1), Step(day, 2, 3, WHOLE, 2)
    assert carried([then, first], since=START, until=END)[1] == {3: 1}


def test_nothing_is_carried_backwards() -> None:
    step = Step(dt.date(2024, 1, 1), 1, 2, WHOLE)
    assert carried([step], since=END, until=START) == {}
    assert carried([step], since=dt.date(2024, 1, 1), until=END) == {}


@pytest.mark.parametrize("shares", [(400_000, 500_000), (0, WHOLE), (WHOLE, 1)])
def test_shares_that_make_no_whole_are_refused(shares: tuple[int, int]) -> None:
    day = dt.date(2024, 1, 1)
    with pytest.raises(ValueError, match="share"):
        check_shares([Step(day, 1, to, share) for to, share in enumerate(shares, 2)])
