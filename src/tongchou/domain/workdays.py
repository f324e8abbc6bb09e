"""Working days by the holidays the State Council announces each year, weekends that are worked included.

A year that is not announced yet (usually until November of the year before) is counted with weekends and the
holidays whose date is fixed by law (全国年节及纪念日放假办法): what rests on such a year is *provisional*.
The movable ones are not guessed: a guess would be wrong without saying so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

#: New Year, Labour Day (two days since 2025) and National Day: ``(month, day)``.
FIXED: Final = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_DAY: Final = dt.timedelta(days=1)
#: Longer limits are slips of the pen.
MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Year:
    """Days off and weekend days that are worked in one year, as announced."""

    off: frozenset[dt.date]
    work: frozenset[dt.date]


@dataclass(frozen=True, slots=True)
class Due:
    """A last day. ``provisional``: a year it was counted through is not announced yet."""

    on: dt.date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The announced years."""

    years: Mapping[int, Year] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        return year in self.years

    def is_workday(self, day: dt.date) -> bool:
        """Whether offices work on a day; of a year not announced, by weekends and fixed holidays.

        Examples
        --------
        >>> Calendar().is_workday(dt.date(2027, 10, 1))
        False
        """
        year = self.years.get(day.year)
        if year is None:
            return day.weekday() < 5 and (day.month, day.day) not in FIXED
        return day in year.work or (day.weekday() < 5 and day not in year.off)

    def add(self, start: dt.date, days: int) -> Due:
        """The last of so many working days after a day, which itself does not count (民法典, art. 201).

        Raises
        ------
        ValueError
            For fewer than one day or more than ``MOST``.

        Examples
        --------
        >>> Calendar().add(dt.date(2027, 3, 5), 1)  # a Friday
        Due(on=datetime.date(2027, 3, 8), provisional=True)
        """
        if not 1 <= days <= MOST:
            raise ValueError(f"{days} working days cannot be counted")
        day, provisional = start, False
        while days:
            day += _DAY
            provisional = provisional or not self.knows(day.year)
            days -= self.is_workday(day)
        return Due(day, provisional)

    def between(self, start: dt.date, end: dt.date) -> int:
        """How many working days follow a day until another, the last one included; none when it is not later.

        Examples
        --------
        >>> Calendar().between(dt.date(2027, 3, 5), dt.date(2027, 3, 9))
        2
        """
        days = (end - start).days
        return sum(self.is_workday(start + _DAY * number) for number in range(1, days + 1))


def recounted(there: Calendar, *, old: dt.date, start: dt.date, days: int, on: dt.date) -> Due:
    """A last day counted anew on a day, now that more years are announced.

    It may come earlier, but not on a day that is past: nobody is late by an announcement.

    Examples
    --------
    >>> friday, day = dt.date(2027, 3, 5), dt.date(2027, 3, 12)
    >>> recounted(Calendar(), old=day, start=friday, days=1, on=dt.date(2027, 3, 10)).on
    datetime.date(2027, 3, 10)
    """
    new = there.add(start, days)
    return Due(max(new.on, min(old, on)), new.provisional)


class HolidayProblem(ValueError):  # noqa: N818 - says what is wrong with a table
    """A table of holidays that cannot be right; ``problems`` lists everything found."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


def read_year(year: int, off: Iterable[str], work: Iterable[str]) -> Year:
    """A year's table from days (``2026-05-01``) and spans (``2026-05-01..2026-05-05``).

    Raises
    ------
    HolidayProblem
        All at once: no day, a day of another year, a span that runs backwards, a day both off and worked, a
        day worked that is no weekend anyway, or no holiday at all.

    Examples
    --------
    >>> sorted(read_year(2026, ["2026-01-01..2026-01-02"], ["2026-01-04"]).off)[0]
    datetime.date(2026, 1, 1)
    """
    problems: list[str] = []
    found_off = {day for text in off for day in _days(str(text), year, problems)}
    found_work = {day for text in work for day in _days(str(text), year, problems)}
    if not found_off:
        problems.append(f"{year}: no day off is named")
    problems += [f"{day}: both off and worked" for day in sorted(found_off & found_work)]
    weekdays = (day for day in sorted(found_work) if day.weekday() < 5)
    problems += [f"{day}: no weekend, so it is worked anyway" for day in weekdays]
    if problems:
        raise HolidayProblem(problems)
    return Year(frozenset(found_off), frozenset(found_work))


def _days(text: str, year: int, problems: list[str]) -> list[dt.date]:
    first, dots, last = text.strip().partition("..")
    try:
        start = dt.date.fromisoformat(first)
        end = dt.date.fromisoformat(last) if dots else start
    except ValueError:
        problems.append(f"{text}: not a day such as {year}-05-01, nor a span {year}-05-01..{year}-05-05")
        return []
    if end < start or start.year != year or end.year != year:
        problems.append(f"{text}: not within {year}, or backwards")
        return []
    return [start + _DAY * number for number in range((end - start).days + 1)]
