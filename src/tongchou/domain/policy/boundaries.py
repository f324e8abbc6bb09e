"""Boundaries without cases: where two sides meet, just below and just above.

For each comparison a programme makes, cases must stand at the distances −1, 0 and +1 of its sides, in the
unit of the comparison (years, persons, a grade), both sides known; once for every value its parameters have
had. For each dated value that becomes an amount, cases must show the year before it, its first year and the
year after. Distances the facts cannot have (a count below none) are not asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import Closures
from tongchou.domain.policy.mutants import located
from tongchou.domain.policy.outcomes import GRANTED
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rewriting import brief
from tongchou.domain.policy.rules import FIRST, LAST

#: Facts and year of a case.
Point = tuple[Mapping[str, Any], int]
_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gap:
    """A point at which no case stands: where, how far from the meeting of the sides, and a case to finish.

    ``facts`` and ``year`` reach the point; they are empty and 0 where none were found.
    """

    where: str
    distance: int
    facts: Mapping[str, Any]
    year: int

    def words(self) -> str:
        """One line: the place and below, at or above."""
        return f"{self.where}: {({-1: 'just below', 0: 'at', 1: 'just above'})[self.distance]}"


def gaps(programme: Programme, points: Sequence[Point]) -> tuple[Gap, ...]:
    """Every boundary point of a programme at which none of its cases stands."""
    # What is proposed begins with the year most cases are of.
    often = Counter(year for _facts, year in points)
    points = sorted(points, key=lambda point: -often[point[1]])
    return (*_of_comparisons(programme, points), *_of_values(programme, points))


def comparisons(programme: Programme) -> tuple[tuple[str, tree.Compare], ...]:
    """The comparisons an answer comes from, each with the conditions it stands in.

    Equal ones of one condition are there once.
    """
    found: dict[tuple[str, tree.Compare], None] = {}
    for top in programme.every_condition():
        found.update(_below(top, ""))
    if programme.benefit == "money":
        found.update(_below(programme.amount, "amount"))
    if programme.claim_by is not None:
        found.update(_below(programme.claim_by, "claim_by"))
    return tuple(found)


def _below(top: tree.Expr, path: str) -> Iterator[tuple[tuple[str, tree.Compare], None]]:
    for where, node in located(top, path):
        if isinstance(node, tree.Compare):
            yield (where, node), None


def _of_comparisons(programme: Programme, points: Sequence[Point]) -> Iterator[Gap]:
    for where, comparison in comparisons(programme):
        names = sorted({part.name for part in tree.walk(comparison) if isinstance(part, tree.Param)})
        for label, years in _epochs(programme, names, of_year=not tree.facts_of(comparison)):
            inside = [point for point in points if point[1] in years]
            met = {distance(programme, comparison, *point) for point in inside}
            for wanted in (-1, 0, 1):
                if wanted not in met and _possible(programme, comparison, years, wanted):
                    text = f"{where}: {brief(comparison)}{label}"
                    facts, year = _reach(
                        programme, comparison, [*inside, *((f, years[0]) for f, _y in points)], wanted, years
                    )
                    yield Gap(text, wanted, facts, year)


def distance(
    programme: Programme, comparison: tree.Compare, facts: Mapping[str, Any], year: int
) -> int | None:
    """Left side minus right side; ``None`` when one is unknown or the year has no value of a parameter."""
    needs = any(isinstance(part, tree.Param) for part in tree.walk(comparison))
    if year < programme.first_year and needs:
        return None
    closures = programme.at(year).closures
    left, right = closures.answer(comparison.left, facts), closures.answer(comparison.right, facts)
    return None if left is None or right is None else int(left) - int(right)


def _epochs(programme: Programme, names: Sequence[str], *, of_year: bool) -> list[tuple[str, range]]:
    """Stretches of years in which parameters keep their values, with words for them; one when they never
    change. What compares the year alone is looked at before the programme's first year as well."""
    first = FIRST if of_year else programme.first_year
    if not names:
        return [("", range(first, LAST + 1))]
    first = programme.first_year
    turns = {first} | {
        year
        for name in names
        for dated in programme.parameters[name].values
        for year in dated.turns()
        if first < year <= LAST
    }
    stretches: list[tuple[tuple[int, ...], range]] = []
    for start, end in zip(sorted(turns), [*sorted(turns)[1:], LAST + 1], strict=True):
        values = tuple(programme.parameters[name].in_year(start).value for name in names)
        if stretches and stretches[-1][0] == values:
            stretches[-1] = (values, range(stretches[-1][1].start, end))
        else:
            stretches.append((values, range(start, end)))
    if len(stretches) == 1:
        return [("", stretches[0][1])]
    return [
        (f" with {', '.join(f'{n} {v}' for n, v in zip(names, values, strict=True))}", years)
        for values, years in stretches
    ]


def _possible(programme: Programme, comparison: tree.Compare, years: range, wanted: int) -> bool:
    """Whether the sides can be so far apart, given what values the facts can have."""
    closures = programme.at(max(years.start, programme.first_year)).closures
    left, right = _bounds(comparison.left, closures, years), _bounds(comparison.right, closures, years)
    return left[0] - right[1] <= wanted <= left[1] - right[0]


def _bounds(node: tree.Expr, closures: Closures, years: range) -> _Range:
    match node:
        case tree.Fact(name):
            fact = schema.BY_NAME[name]
            return (fact.least or 0, LAST if fact.most is None else fact.most)
        case tree.Year():
            return (years.start, years.stop - 1)
        case tree.Const(value):
            return (int(value), int(value))
        case tree.Param(name):
            return (closures.parameters[name], closures.parameters[name])
        case tree.Case(branches, otherwise):
            ends = [_bounds(result, closures, years) for _question, result in branches]
            ends.append(_bounds(otherwise, closures, years))
            return (min(low for low, _high in ends), max(high for _low, high in ends))
        case tree.MaxOf(terms) | tree.MinOf(terms):
            ends = [_bounds(term, closures, years) for term in terms]
            choose = max if isinstance(node, tree.MaxOf) else min
            return (choose(low for low, _high in ends), choose(high for _low, high in ends))
        case tree.Add(left, right) | tree.Sub(left, right) | tree.Mul(left, right):
            combine = _COMBINE[type(node)]
            corners = [
                combine(a, b)
                for a, b in product(_bounds(left, closures, years), _bounds(right, closures, years))
            ]
            return (min(corners), max(corners))
        case _:
            return (FIRST, LAST)


_COMBINE: dict[type, Callable[[int, int], int]] = {
    tree.Add: lambda a, b: a + b,
    tree.Sub: lambda a, b: a - b,
    tree.Mul: lambda a, b: a * b,
}


def _reach(
    programme: Programme, comparison: tree.Compare, points: Sequence[Point], wanted: int, years: range
) -> tuple[Mapping[str, Any], int]:
    """The facts of a case, with one changed (or the year), for which the sides are so far apart."""
    names = sorted(tree.facts_of(comparison))
    for facts, year in points:
        for name in names:
            fact = schema.BY_NAME[name]
            if fact.kind != "int" or fact.least is None or fact.most is None:
                continue
            unknown = {other: facts.get(other) for other in names if other != name}
            filled = {**facts, **{n: _some(n) if v is None else v for n, v in unknown.items()}}
            for value in range(fact.least, fact.most + 1):
                if distance(programme, comparison, {**filled, name: value}, year) == wanted:
                    return {**filled, name: value}, year
        for other in years if not names else ():
            if distance(programme, comparison, facts, other) == wanted:
                return facts, other
    return {}, 0


def _some(name: str) -> Any:
    """Any value of a fact that is unknown in the case."""
    fact = schema.BY_NAME[name]
    return fact.values[0] if fact.values else True if fact.kind == "bool" else fact.least


def _of_values(programme: Programme, points: Sequence[Point]) -> Iterator[Gap]:
    """Dated values that no case shows the year before, in their first year or the year after."""
    amounts = {part.name for part in tree.walk(programme.amount) if isinstance(part, tree.Param)}
    amounts = amounts if programme.benefit == "money" else set()
    for name, parameter in programme.parameters.items():
        for dated in parameter.values:
            first = max(dated.start.year, programme.first_year)
            if dated.until is not None and dated.until.year < first:
                continue
            for step in (-1, 0, 1):
                year = first + step
                if any(_shows(programme, name, p, year, amount=name in amounts) for p in points):
                    continue
                moved = ((f, year) for f, _y in points)
                facts, found = next(
                    (p for p in moved if _shows(programme, name, p, year, amount=name in amounts)), ({}, 0)
                )
                yield Gap(f"parameters: {name} from {dated.start}", step, facts, found)


def _shows(programme: Programme, name: str, point: Point, year: int, *, amount: bool) -> bool:
    """Whether a case is of the year and, if the parameter goes into an amount, grants one resting on it."""
    facts, of = point
    if of != year:
        return False
    if year < programme.first_year or not amount:
        return True
    one = programme.evaluate_one(facts, year)
    if one.outcome not in GRANTED:
        return False
    values = programme.at(year).closures.parameters
    other = Closures(year, {**values, name: values[name] + 1})
    return bool(other.answer(programme.amount, facts) != one.amount_fen)


__all__ = ["Gap", "comparisons", "distance", "gaps"]
