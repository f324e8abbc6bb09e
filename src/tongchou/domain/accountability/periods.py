"""Periods that are reported: months, quarters, half-years and years."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

import numpy as np

_FORM: Final = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of whole months, both ends included."""

    first: np.datetime64
    last: np.datetime64

    def months(self) -> tuple[np.datetime64, ...]:
        """The months, the oldest first."""
        return tuple(np.arange(self.first, self.last + 1))

    @property
    def starts(self) -> dt.date:
        return dt.date.fromisoformat(f"{self.first}-01")

    @property
    def ends(self) -> dt.date:
        """Its last day."""
        return dt.date.fromisoformat(f"{self.last + 1}-01") - dt.timedelta(days=1)

    def __str__(self) -> str:
        year, month, length = str(self.first)[:4], int(str(self.first)[5:]), len(self.months())
        if length == 12 and month == 1:
            return year
        if length == 6 and month in (1, 7):
            return f"{year}-H{1 + month // 7}"
        if length == 3 and month % 3 == 1:
            return f"{year}-Q{1 + month // 3}"
        return str(self.first) if length == 1 else f"{self.first}..{self.last}"


def period(text: str) -> Period:
    """The period a text names: ``2026``, ``2026-H1``, ``2026-Q2`` or ``2026-03``.

    Raises
    ------
    ValueError
        When it names none.

    Examples
    --------
    >>> str(period("2026-Q2")), period("2026-H1").ends.isoformat(), len(period("2026").months())
    ('2026-Q2', '2026-06-30', 12)
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no period such as 2026, 2026-H1, 2026-Q2 or 2026-03")
    year, month, quarter, half = found.groups()
    first, length = 1, 12
    if month:
        first, length = int(month), 1
    elif quarter:
        first, length = 3 * int(quarter) - 2, 3
    elif half:
        first, length = 6 * int(half) - 5, 6
    start = np.datetime64(f"{year}-{first:02d}", "M")
    return Period(start, start + np.timedelta64(length - 1, "M"))
