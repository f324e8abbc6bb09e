"""Working days by the announced holidays, and provisional ones by what is fixed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.calendar import shipped
from tongchou.domain.workdays import Calendar, HolidayProblem, read_year, recounted

D = dt.date
#: The years that come with the installation.
THERE = Calendar(shipped())
DAYS = st.dates(D(2025, 1, 1), D(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (D(2025, 1, 26), True),  # a Sunday that is worked
        (D(2025, 1, 28), False),
        (D(2025, 10, 8), False),  # a Wednesday off
        (D(2025, 10, 11), True),  # a Saturday that is worked
        (D(2026, 2, 23), False),
        (D(2026, 2, 28), True),
        (D(2026, 6, 22), True),
        (D(2026, 9, 25), False),
        (D(2026, 10, 10), True),
    ],
)
def test_announced_days(day: dt.date, worked: bool) -> None:
    assert THERE.is_workday(day) is worked


def test_the_national_holiday_is_skipped() -> None:
    due = THERE.add(D(2026, 9, 30), 1)
    assert (due.on, due.provisional) == (D(2026, 10, 8), False)


def test_thirty_days_from_late_november_are_provisional() -> None:
    """2027 is not announced: the days are counted, and say that they may move."""
    due = THERE.add(D(2026, 11, 26), 30)
    assert due.provisional
    assert due.on == D(2027, 1, 8)
    announced = {**THERE.years, 2027: read_year(2027, ["2027-01-01..2027-01-03"], ["2027-01-09"])}
    assert Calendar(announced).add(D(2026, 11, 26), 30) == type(due)(D(2027, 1, 8), False)


@given(start=DAYS, days=st.integers(1, 300))
def test_the_last_day_is_worked_and_counts_back(start: dt.date, days: int) -> None:
    due = THERE.add(start, days)
    assert THERE.is_workday(due.on)
    assert THERE.between(start, due.on) == days


@given(start=DAYS, first=st.integers(1, 100), second=st.integers(1, 100))
def test_days_add_up(start: dt.date, first: int, second: int) -> None:
    assert THERE.add(THERE.add(start, first).on, second).on == THERE.add(start, first + second).on


def test_a_wrong_table_says_everything_at_once() -> None:
    with pytest.raises(HolidayProblem) as error:
        off = ["2027-13-01", "2026-05-01", "2027-05-05..2027-05-01", "2027-05-01"]
        read_year(2027, off, ["2027-05-01", "2027-05-04", "x"])
    assert len(error.value.problems) == 6


@pytest.mark.parametrize("days", [0, -1, 5_001])
def test_days_that_cannot_be_counted(days: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        THERE.add(D(2026, 1, 1), days)


@given(start=DAYS, days=st.integers(1, 60), on=DAYS, old=DAYS)
def test_nobody_is_late_by_an_announcement(start: dt.date, days: int, on: dt.date, old: dt.date) -> None:
    due = recounted(THERE, old=old, start=start, days=days, on=on)
    assert due.on >= THERE.add(start, days).on
    assert due.on >= min(old, on)
    assert due == recounted(THERE, old=due.on, start=start, days=days, on=on)  # twice is once
