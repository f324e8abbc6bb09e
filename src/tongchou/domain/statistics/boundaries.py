"""Where the villages of a record belong on the tree of a chosen day, then or now.

Somebody who came to a village before it was merged, split or ended belongs to what it became. Of a split
nobody may know to which part a family went: it is counted in all parts, by the shares the change declared.
A village that did not exist yet on the chosen day is taken back to those it was made of, by the people each
brought. Shares of one village add up to a whole, so that no total changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction

from tongchou.domain.succession import Shares, Step, carried


def epochs(steps: Iterable[Step]) -> list[dt.date]:
    """The days on which areas changed, in order: between two of them a record means the same areas."""
    return sorted({step.on for step in steps})


def belongs(
    areas: Collection[int],
    since: dt.date,
    *,
    steps: Sequence[Step],
    on: dt.date,
    exists: Collection[int],
    people: Callable[[int, dt.date], float],
) -> dict[int, Shares]:
    """The areas of the tree of a day that records of each area belong to, by share; none when nobody knows.

    Parameters
    ----------
    areas, since
        Areas that records name, and the day they were named: changes after that day concern the records.
    steps
        All changes in force.
    on, exists
        The chosen day, and the areas that existed then.
    people
        Number of people of an area just before a day: decides in which proportion an area that did not exist
        yet is taken back to those it was made of.

    Examples
    --------
    >>> merge = [Step(dt.date(2024, 1, 1), 1, 3, 1_000_000), Step(dt.date(2024, 1, 1), 2, 3, 1_000_000)]
    >>> size = lambda area, on: {1: 300, 2: 100}[area]
    >>> belongs([1], dt.date(2020, 1, 1), steps=merge, on=dt.date(2026, 1, 1), exists={3}, people=size)
    {1: {3: Fraction(1, 1)}}
    >>> belongs([3], dt.date(2025, 1, 1), steps=merge, on=dt.date(2022, 1, 1), exists={1, 2}, people=size)
    {3: {1: Fraction(3, 4), 2: Fraction(1, 4)}}
    """
    became = carried(steps, since=since, until=on)
    ever = carried(steps, since=dt.date.min, until=on)
    found: dict[int, Shares] = {}
    for area in areas:
        result: Shares = {}
        for one, share in became.get(area, {area: Fraction(1)}).items():
            whole = {one: Fraction(1)} if one in exists else _backwards(one, steps, on, exists, people)
            # Recorded under an area that had ended already: what that became holds.
            for place, part in (whole or ever.get(one, {})).items():
                if place in exists:
                    result[place] = result.get(place, Fraction()) + share * part
        found[area] = dict(sorted(result.items())) if sum(result.values()) == 1 else {}
    return found


def _backwards(
    area: int,
    steps: Sequence[Step],
    on: dt.date,
    exists: Collection[int],
    people: Callable[[int, dt.date], float],
) -> Shares:
    """What an area was on an earlier day: those it was made of, by the people they brought."""
    made = [step for step in steps if step.on > on and step.successor == area != step.predecessor]
    if not made:
        return {}
    first = min((step.on, step.order) for step in made)
    brought = {
        step.predecessor: Fraction(people(step.predecessor, step.on)) * step.share
        for step in made
        if (step.on, step.order) == first
    }
    total = sum(brought.values())
    result: Shares = {}
    for one, number in brought.items():
        share = number / total if total else Fraction(1, len(brought))
        whole = {one: Fraction(1)} if one in exists else _backwards(one, steps, on, exists, people)
        for place, part in whole.items():
            result[place] = result.get(place, Fraction()) + share * part
    return result
