"""When a condition changes its answer if nothing but the year moves on: "turns 60 in 2028".

A comparison of year and facts can only turn where its two sides meet. Those years, and the years in which a
parameter changes, are the only ones looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import Facts
from tongchou.domain.policy.rules import LAST, Rules

#: Years ahead worth telling; who knows the law of a later day.
HORIZON = 15


@dataclass(frozen=True, slots=True)
class Change:
    """From 1 January of ``from_year`` on the condition holds, or no longer holds."""

    from_year: int
    holds: bool


@dataclass(frozen=True, slots=True)
class About:
    """What a condition is made of, found once: own facts and parameters, all comparisons with the year."""

    facts: tuple[str, ...]
    parameters: tuple[str, ...]
    comparisons: tuple[tuple[tree.Compare, int | None], ...]
    steps: tuple[int, ...]
    named: bool  # whether there are named conditions below it


def about(rules: Rules, condition: tree.Condition) -> About:
    """The make-up of a condition; kept with the rules."""
    known = rules.about.get(condition.code)
    if isinstance(known, About):
        return known
    own, below = list(tree.own(condition)), list(tree.walk(condition))
    slopes = [
        (part, slope(tree.Sub(part.left, part.right))) for part in below if isinstance(part, tree.Compare)
    ]
    names = {part.name for part in below if isinstance(part, tree.Param)}
    made = rules.about[condition.code] = About(
        facts=tuple(dict.fromkeys(part.name for part in own if isinstance(part, tree.Fact))),
        parameters=tuple(dict.fromkeys(part.name for part in own if isinstance(part, tree.Param))),
        comparisons=tuple(pair for pair in slopes if pair[1] != 0),
        named=any(isinstance(part, tree.Condition) for part in own),
        steps=tuple(sorted({year for name in names for year in rules.parameters[name].change_years()})),
    )
    return made


def slope(node: tree.Expr) -> int | None:
    """By how much a whole number grows when the year grows by one; ``None`` when that is not always the same.

    Examples
    --------
    >>> slope(tree.Sub(tree.Year(), tree.Fact("birth_year")))
    1
    """
    match node:
        case tree.Year():
            return 1
        case tree.Add(left, right) | tree.Sub(left, right):
            a, b = slope(left), slope(right)
            if a is None or b is None:
                return None
            return a + b if isinstance(node, tree.Add) else a - b
        case _:
            return None if any(isinstance(part, tree.Year) for part in tree.walk(node)) else 0


def next_change(
    rules: Rules, condition: tree.Condition, facts: Facts, year: int, *, now: bool
) -> Change | None:
    """The first later year in which a condition turns from its answer of now, all facts staying as they are.

    ``None`` when there is none within :data:`HORIZON` years. Becoming unknown is no change.
    """
    last = min(year + HORIZON, LAST)
    for later in sorted({y for y in candidates(rules, condition, facts, year) if year < y <= last}):
        ready = rules.at(later)
        then = ready.closures.answer(condition, facts) if ready.in_force else None
        if then is not None and then is not now:
            return Change(later, then)
    return None


def candidates(
    rules: Rules, condition: tree.Condition, facts: Facts, year: int, horizon: int = HORIZON
) -> Iterator[int]:
    """The only years up to ``horizon`` ahead in which a condition can turn; others may be among them."""
    made = about(rules, condition)
    steps = [step for step in made.steps if step > year]
    yield from steps
    for base in (year, *steps):
        closures = rules.at(max(base, rules.first_year)).closures
        for comparison, grows in made.comparisons:
            left, right = closures.answer(comparison.left, facts), closures.answer(comparison.right, facts)
            if left is None or right is None:
                continue
            if grows is None:
                # A number that bends: look at every year.
                yield from range(year + 1, year + horizon + 1)
            else:
                meets = closures.year - (left - right) // grows
                yield from range(meets - 1, meets + 3)
