"""What a part of the platform tells of a month: counts by unit, nothing else and nothing about a person.

Every app that knows something to be judged offers ``month_counts(month)``; whoever closes the month asks them
all, adds villages to townships and counties, and never looks behind the counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class UnitCount:
    """One count of one unit in one month.

    Attributes
    ----------
    unit
        Code of the lowest area that is answerable (a village where the work is a village's, a township where
        it is the township's own), or ``area code/department code``. Never added up by whoever tells it.
    count
        Code of a count of ``indicators/counts.yaml``.
    value
        In the count's unit, not below 0. A unit that is not named had nothing to count: 0 of a flow.
    """

    unit: str
    count: str
    value: int


#: What each app offers; ``month`` is the month's first day.
MonthCounts: TypeAlias = Callable[[dt.date], Iterable[UnitCount]]
