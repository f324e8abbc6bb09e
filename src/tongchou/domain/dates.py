"""Dates as registers know them: a year, a year and month, or a full day.

A day nobody wrote down is never invented, so a date keeps the precision it came with.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=False)
class PartialDate:
    """A calendar date known to the year, the month or the day.

    Its text form is ISO 8601 at the known precision, which sorts in time order as text
    (``"2023" < "2023-05" < "2023-05-12"``).

    Raises
    ------
    ValueError
        When the known parts do not form a date of the Gregorian calendar.

    Examples
    --------
    >>> str(PartialDate(1960, 3))
    '1960-03'
    >>> PartialDate.from_iso("2023-05-12").precision
    'day'
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not 1800 <= self.year <= 2200:
            raise ValueError(f"year out of range: {self.year}")
        if self.month is None:
            if self.day is not None:
                raise ValueError("a day needs its month")
        else:
            dt.date(self.year, self.month, self.day or 1)

    @property
    def precision(self) -> str:
        """``"year"``, ``"month"`` or ``"day"``."""
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text

    @classmethod
    def from_iso(cls, text: str) -> PartialDate:
        """The date that ``str()`` wrote; ``ValueError`` for anything else."""
        parts = text.split("-")
        if not 1 <= len(parts) <= 3 or not all(p.isascii() and p.isdigit() for p in parts):
            raise ValueError(f"not an ISO date: {text!r}")
        return cls(*(int(p) for p in parts))

    @classmethod
    def from_date(cls, day: dt.date) -> PartialDate:
        return cls(day.year, day.month, day.day)

    def agrees_with(self, other: PartialDate) -> bool:
        """True when the parts both know are equal (``1960-03`` agrees with ``1960-03-07``)."""
        return (
            self.year == other.year
            and (self.month is None or other.month is None or self.month == other.month)
            and (self.day is None or other.day is None or self.day == other.day)
        )


def clearly_before(day: str, other: str) -> bool:
    """Whether a day, written as far as it is known, lies before another however both go on.

    Examples
    --------
    >>> clearly_before("2019-12", "2020"), clearly_before("2020", "2020-05-01"), clearly_before("", "2020")
    (True, False, False)
    """
    known = min(len(day), len(other))
    return day[:known] < other[:known]
