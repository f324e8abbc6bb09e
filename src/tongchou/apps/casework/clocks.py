"""The days a case may take. The clock stands still while the family, not the office, is waited for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from tongchou.core import calendar
from tongchou.domain.casework.kinds import CaseKind, Stage

#: Working days a stage takes at most when its kind names none.
USUAL: Final = 15
#: Working days in which an appeal is heard.
APPEAL: Final = 20


@dataclass(frozen=True, slots=True)
class Ends:
    """A last day; ``provisional`` when it rests on a year whose holidays are not announced yet."""

    on: dt.date
    provisional: bool = False


def working(start: dt.date, days: int) -> Ends:
    """The last of so many working days after a day; of none or fewer, that day less them."""
    if days <= 0:
        return Ends(start + dt.timedelta(days=days))
    due = calendar.add_workdays(start, days)
    return Ends(due.on, due.provisional)


def of_stage(stage: Stage, start: dt.date) -> Ends:
    """The last day of a stage that begins on a day: of its yearly date and its days the later."""
    if stage.kind == "notice":
        days = stage.days or 0
        return Ends(start + dt.timedelta(days=days)) if stage.count == "calendar" else working(start, days)
    ends = working(start, stage.within or USUAL)
    if stage.by is not None:
        yearly = dt.date(start.year, *stage.by)
        if yearly > ends.on:
            return Ends(yearly)
    return ends


def of_case(kind: CaseKind, start: dt.date, last: dt.date) -> Ends:
    """The last day of a case accepted on a day; never before ``last``, the end of its first stage."""
    ends = working(start, kind.within)
    return ends if ends.on >= last else Ends(last)


def left(on: dt.date, due: dt.date) -> int:
    """Working days from a day to a last day; below zero when it has passed.

    Examples
    --------
    Stopped on the last day, none is left; it ends on the day on which the clock runs again.
    """
    if due < on:
        return -(on - due).days
    return calendar.workdays_between(on, due)
