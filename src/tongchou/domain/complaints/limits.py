"""The working days of each step, as declared in ``reference/complaints/limits.yaml`` with their source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from tongchou.domain.workdays import Calendar, Due


@dataclass(frozen=True, slots=True)
class Limits:
    """Working days, counted from the day after.

    Attributes
    ----------
    accept, answer
        From the day it came to this level.
    reply
        For the unit to a question.
    mend, mend_at_most
        Usual and longest days in which an upheld breach is mended.
    appeal
        In which whoever complained may ask the next level.
    """

    accept: int
    answer: int
    reply: int
    mend: int
    mend_at_most: int
    appeal: int


class LimitsProblem(ValueError):  # noqa: N818 - says what is wrong with a file
    """A file of limits that cannot be right."""


def read_limits(told: Mapping[str, Any]) -> Limits:
    """The limits of a file that was read.

    Raises
    ------
    LimitsProblem
        When one is missing, no whole number of at least 1, without source, or when they do not fit together.
    """
    found: dict[str, int] = {}
    for one in fields(Limits):
        line = told.get(one.name)
        line = line if isinstance(line, Mapping) else {}
        days = line.get("days")
        if not isinstance(days, int) or isinstance(days, bool) or days < 1 or not line.get("source"):
            raise LimitsProblem(f"{one.name}: give days (a whole number of at least 1) and a source")
        found[one.name] = days
    if unknown := set(told) - set(found):
        raise LimitsProblem(f"no such limits: {', '.join(sorted(unknown))}")
    limits = Limits(**found)
    if limits.accept >= limits.answer or limits.mend > limits.mend_at_most:
        raise LimitsProblem("accept < answer and mend ≤ mend_at_most")
    return limits


@dataclass(frozen=True, slots=True)
class Clock:
    """The last days of one level. ``provisional``: holidays of a year are not announced yet."""

    accept: dt.date
    answer: dt.date
    provisional: bool


def clock_of(limits: Limits, start: dt.date, calendar: Calendar) -> Clock:
    """The last days of what came in on a day."""
    accept, answer = calendar.add(start, limits.accept), calendar.add(start, limits.answer)
    return Clock(accept.on, answer.on, accept.provisional or answer.provisional)


def late(clock: Clock, *, accepted: bool, on: dt.date) -> bool:
    """Whether the level is late with accepting or answering.

    Examples
    --------
    >>> one = Clock(dt.date(2026, 7, 7), dt.date(2026, 8, 11), provisional=False)
    >>> late(one, accepted=False, on=dt.date(2026, 7, 8)), late(one, accepted=True, on=dt.date(2026, 7, 8))
    (True, False)
    """
    return on > (clock.answer if accepted else clock.accept)


def mending(limits: Limits, start: dt.date, days: int, calendar: Calendar) -> Due:
    """The last day for mending.

    Raises
    ------
    ValueError
        For fewer than one day or more than the longest.
    """
    if not 1 <= days <= limits.mend_at_most:
        raise ValueError(f"{days} working days to mend")
    return calendar.add(start, days)
