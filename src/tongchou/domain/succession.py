"""Figures carried from the areas of one day to those of another, by the shares each change declared.

A change says to which areas an area's people went, and with what share. Shares of one area add up to a whole,
so a total never changes by being carried over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

#: Shares are written in millionths, so that every database keeps them exactly.
WHOLE: Final = 1_000_000
Shares = dict[int, Fraction]


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on, ``share`` (millionths) of the predecessor is the successor.

    ``order`` tells changes of one day apart: those of a higher one happen after.
    """

    on: dt.date
    predecessor: int
    successor: int
    share: int
    order: int = 0


def check_shares(steps: Iterable[Step]) -> None:
    """Nothing when the shares of each predecessor on each day make a whole.

    Raises
    ------
    ValueError
        When they do not, or a share is not within 1 and a whole.
    """
    total: dict[tuple[dt.date, int, int], int] = {}
    for step in steps:
        if not 1 <= step.share <= WHOLE:
            raise ValueError(f"a share of {step.share} millionths")
        key = (step.on, step.order, step.predecessor)
        total[key] = total.get(key, 0) + step.share
    wrong = [f"{area} on {on}: {share}" for (on, _order, area), share in total.items() if share != WHOLE]
    if wrong:
        raise ValueError(f"shares do not make a whole: {', '.join(sorted(wrong))}")


def carried(steps: Iterable[Step], *, since: dt.date, until: dt.date) -> dict[int, Shares]:
    """For each area that changed after ``since`` and up to ``until``: what it had become, by share.

    Areas without a change are left out: they stay themselves. When ``until`` lies before ``since`` nothing is
    carried, for shares say where people went and not where they came from.

    Examples
    --------
    >>> first = Step(dt.date(2020, 1, 1), 1, 2, 600_000), Step(dt.date(2020, 1, 1), 1, 3, 400_000)
    >>> later = Step(dt.date(2024, 1, 1), 2, 4, WHOLE)
    >>> found = carried([*first, later], since=dt.date(2019, 1, 1), until=dt.date(2026, 1, 1))
    >>> {area: str(share) for area, share in found[1].items()}
    {3: '2/5', 4: '3/5'}
    """
    found: dict[int, Shares] = {}
    days: dict[tuple[dt.date, int], dict[int, Shares]] = {}
    for step in steps:
        if since < step.on <= until:
            into = days.setdefault((step.on, step.order), {}).setdefault(step.predecessor, {})
            into[step.successor] = into.get(step.successor, Fraction()) + Fraction(step.share, WHOLE)
    for day in sorted(days):
        moves = days[day]
        for area in moves:
            found.setdefault(area, {area: Fraction(1)})
        for area, shares in found.items():
            found[area] = _moved(shares, moves)
    return found


def _moved(shares: Shares, moves: Mapping[int, Shares]) -> Shares:
    result: Shares = {}
    for area, share in shares.items():
        for successor, part in moves.get(area, {area: Fraction(1)}).items():
            result[successor] = result.get(successor, Fraction()) + share * part
    return dict(sorted(result.items()))


def apportioned(values: Mapping[int, int], shares: Mapping[int, Shares]) -> dict[int, int]:
    """Whole numbers by area, carried over; the total is kept to the last one.

    What a share leaves over goes to the largest remainders, the smaller area number first among equals
    (Hamilton's method), separately for each area of before.

    Examples
    --------
    >>> apportioned({1: 101, 9: 5}, {1: {2: Fraction(1, 2), 3: Fraction(1, 2)}})
    {2: 51, 3: 50, 9: 5}
    """
    result: dict[int, int] = {}
    for area, value in sorted(values.items()):
        parts = shares.get(area, {area: Fraction(1)})
        whole = {one: int(value * share) for one, share in parts.items()}
        rest = value - sum(whole.values())
        by_remainder = sorted(parts, key=lambda one: (-(value * parts[one] - whole[one]), one))
        for one in by_remainder[:rest]:
            whole[one] += 1
        for one, number in whole.items():
            result[one] = result.get(one, 0) + number
    return dict(sorted(result.items()))
