"""Round dates and P/F: nothing where dates are as the calendar has them, and what is planted is found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.demography.births_completeness import brass_pf
from tongchou.domain.demography.heaping import CALENDAR
from tongchou.domain.statistics.brass import GROUPS, TOLD, pf
from tongchou.domain.statistics.date_digits import FEWEST, date_digits

MONTHS = np.array([31, 28.2425, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def even(dates: float) -> np.ndarray:
    """Dates as the calendar has them, all known to the day."""
    table = np.zeros((13, 32))
    lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for month, days in enumerate(lengths, start=1):
        table[month, 1 : days + 1] = 1
    table[2, 29] = 97 / 400
    return table * dates / table.sum()


def test_dates_of_the_calendar_have_no_preference() -> None:
    found = date_digits(even(100_000))
    assert float(found.days.index) == pytest.approx(0, abs=1e-9)
    assert float(found.months.index) == pytest.approx(0, abs=1e-9)
    assert found.times == pytest.approx(np.ones(31)) and float(found.new_year) == pytest.approx(1)
    assert float(found.known) == pytest.approx(100_000) and CALENDAR.sum() == pytest.approx(1)


@given(st.integers(1_000, 50_000), st.floats(0.01, 0.9))
def test_a_share_moved_to_the_first_is_the_index(dates: int, share: float) -> None:
    """What is moved to a day of the month is uneven, less what stood there."""
    table = even(dates) * (1 - share)
    table[1, 1] += dates * share
    found = date_digits(table)
    assert float(found.days.index) == pytest.approx(100 * share * (1 - CALENDAR[0]))
    assert float(found.times[0]) == pytest.approx((1 - share) + share / CALENDAR[0])
    assert float(found.new_year) == pytest.approx((1 - share) + share * 365.2425)


def test_what_is_not_known_to_the_day_is_counted_apart_and_few_are_not_told() -> None:
    table = even(2 * FEWEST)
    table[3, 0], table[0, 0], table[0, 7] = 40, 5, 2
    found = date_digits(np.stack([table, even(FEWEST / 2)]))
    assert found.to_month.tolist() == [40, 0] and found.to_year.tolist() == [7, 0]
    assert not np.isnan(found.days.index[0]) and np.isnan(found.days.index[1])
    assert np.isnan(found.times[1]).all() and np.isnan(found.new_year[1])
    with pytest.raises(ValueError, match="13 months"):
        date_digits(np.zeros((12, 31)))


def test_a_constant_fertility_gives_one_and_missing_births_show() -> None:
    """With P made of the very rates, P/F is 1; a third of the last year's births missing makes it 1.5."""
    women = np.full(7, 100_000.0)
    rates = np.array([0.02, 0.12, 0.13, 0.07, 0.03, 0.008, 0.001])
    start = 5 * (rates.cumsum() - rates) + 2.5 * rates
    for _again in range(60):  # k hangs on P1/P2: until both agree
        start = brass_pf(start, rates).cumulated
    found = pf(women, women * start, women * rates)
    assert found.ages == TOLD and found.ratio == pytest.approx(1, abs=1e-6)
    late = pf(women, women * start, women * rates * 2 / 3)
    assert late.ratio == pytest.approx(1.5, abs=1e-6)
    assert late.on_record == pytest.approx(found.on_record)
    assert len(GROUPS) == 7
