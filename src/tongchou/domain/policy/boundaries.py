"""Boundaries without cases: where two sides meet, just below and just above.

For each comparison a programme makes, cases must stand at the distances −1, 0 and +1 of its sides, in the
unit of the comparison (years, persons, a grade), both sides known; once for every value its parameters have
had. For each dated value that becomes an amount, cases must show the year before it, its first year and the
year after. Distances the facts cannot have (a count below none) are not asked for.

A case only stands at a boundary when the comparison is asked at all: a year of death says nothing of somebody
alive. Where that cannot be (a branch before has answered), a case with these facts is enough.
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
    boundaries = Boundaries(programme, sorted(points, key=lambda point: -often[point[1]]))
    return (*boundaries.of_comparisons(), *boundaries.of_values())


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison of a programme, its name, and the condition, amount or last day it stands in.

    ``always``: in an amount or last day the far side of a boundary may be what a condition refuses, so facts
    that reach it are enough.
    """

    where: str
    comparison: tree.Compare
    top: tree.Expr
    always: bool


class Boundaries:
    """The comparisons of a programme and the cases that stand at them."""

    def __init__(self, programme: Programme, points: Sequence[Point]) -> None:
        self.programme, self.points = programme, points
        self.asked = tuple(self._asked())
        self._closures: dict[int, Closures] = {}

    def _asked(self) -> Iterator[Asked]:
        programme = self.programme
        tops: list[tuple[str, tree.Expr, bool]] = [("", one, False) for one in programme.every_condition()]
        if programme.benefit == "money":
            tops.append(("amount", programme.amount, True))
        if programme.claim_by is not None:
            tops.append(("claim_by", programme.claim_by, True))
        seen: set[int] = set()
        names: Counter[str] = Counter()
        for path, top, always in tops:
            for where, node in located(top, path):
                if isinstance(node, tree.Compare) and id(node) not in seen:
                    seen.add(id(node))
                    name = f"{where}: {brief(node)}"
                    names[name] += 1
                    yield Asked(name if names[name] == 1 else f"{name} ({names[name]})", node, top, always)

    def closures(self, year: int) -> Closures:
        """Of a year; apart from the programme's own, which remember nodes by identity."""
        if year not in self._closures:
            self._closures[year] = Closures(year, self.programme.at(year).closures.parameters)
        return self._closures[year]

    def distance(self, asked: Asked, facts: Mapping[str, Any], year: int) -> int | None:
        """Left side minus right side; ``None`` when one is unknown or a parameter has no value yet."""
        sides = (asked.comparison.left, asked.comparison.right)
        if year < self.programme.first_year and any(
            isinstance(part, tree.Param) for side in sides for part in tree.walk(side)
        ):
            return None
        left, right = (self.closures(year).answer(side, facts) for side in sides)
        return None if left is None or right is None else int(left) - int(right)

    def live(self, asked: Asked, facts: Mapping[str, Any], year: int) -> bool:
        """Whether the comparison is asked for these facts."""
        return asked.always or any(
            part is asked.comparison for part in _followed(asked.top, facts, self.closures(year))
        )

    def of_comparisons(self) -> Iterator[Gap]:
        for asked in self.asked:
            names = sorted(
                {part.name for part in tree.walk(asked.comparison) if isinstance(part, tree.Param)}
            )
            for label, years in self._epochs(names, of_year=not tree.facts_of(asked.comparison)):
                yield from self._of_epoch(asked, label, years)

    def _of_epoch(self, asked: Asked, label: str, years: range) -> Iterator[Gap]:
        inside = [point for point in self.points if point[1] in years]
        met: set[int | None] = set()
        stood: set[int | None] = set()
        for point in inside:
            far = self.distance(asked, *point)
            met.add(far)
            if far not in stood and self.live(asked, *point):
                stood.add(far)
        others = [moved for point in self.points if (moved := _moved(point, years.start)) is not None]
        for wanted in (-1, 0, 1):
            if wanted in stood or not self._possible(asked.comparison, years, wanted):
                continue
            found = self._reach(asked, [*inside, *others], wanted, years)
            if wanted in met and not (found and self.live(asked, *found)):
                continue
            facts, year = found or ({}, 0)
            yield Gap(f"{asked.where}{label}", wanted, facts, year)

    def _epochs(self, names: Sequence[str], *, of_year: bool) -> list[tuple[str, range]]:
        """Stretches of years in which parameters keep their values, with words for them.

        What compares the year alone is looked at before the programme's first year as well.
        """
        parameters, first = self.programme.parameters, self.programme.first_year
        if not names:
            return [("", range(FIRST if of_year else first, LAST + 1))]
        turns = {
            year
            for name in names
            for dated in parameters[name].values
            for year in dated.turns()
            if first < year <= LAST
        }
        starts = [first, *sorted(turns)]
        stretches: list[tuple[tuple[int, ...], range]] = []
        for start, end in zip(starts, [*starts[1:], LAST + 1], strict=True):
            values = tuple(parameters[name].in_year(start).value for name in names)
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

    def _possible(self, comparison: tree.Compare, years: range, wanted: int) -> bool:
        """Whether the sides can be so far apart, given what values the facts can have."""
        closures = self.closures(max(years.start, self.programme.first_year))
        left, right = _bounds(comparison.left, closures, years), _bounds(comparison.right, closures, years)
        return left[0] - right[1] <= wanted <= left[1] - right[0]

    def _reach(self, asked: Asked, points: Sequence[Point], wanted: int, years: range) -> Point | None:
        """A case with one number changed (or the year) so that the sides are so far apart.

        If need be with one answer more changed so that the comparison is asked. Where no change of one case
        makes it asked, the first that is so far apart.
        """
        second: Point | None = None
        for facts, year in points:
            for found in self._solved(asked, facts, year, wanted, years):
                if self.live(asked, *found):
                    return found
                second = second or found
                for other in self._answered(found[0]):
                    far = self.distance(asked, other, found[1])
                    if far == wanted and self.live(asked, other, found[1]):
                        return other, found[1]
        return second

    def _solved(
        self, asked: Asked, facts: Mapping[str, Any], year: int, wanted: int, years: range
    ) -> Iterator[Point]:
        names = sorted(tree.facts_of(asked.comparison))
        if not names:
            yield from ((facts, one) for one in years if self.distance(asked, facts, one) == wanted)
        for name in names:
            fact = schema.BY_NAME[name]
            if fact.kind != "int" or fact.least is None or fact.most is None:
                continue
            filled = {**facts, **{n: _some(n) for n in names if n != name and facts.get(n) is None}}
            ends = (fact.least, fact.least + 1)
            near, next_to = (self.distance(asked, {**filled, name: end}, year) for end in ends)
            if near is None or next_to is None or near == next_to:
                continue
            # A side is straight in one fact nearly always; where it bends nothing is proposed.
            value = fact.least + (wanted - near) // (next_to - near)
            changed = {**filled, name: value}
            if fact.least <= value <= fact.most and self.distance(asked, changed, year) == wanted:
                yield changed, year

    def _answered(self, facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The facts with one yes or no, or one word, given otherwise."""
        for name in self.programme.facts:
            fact = schema.BY_NAME[name]
            for value in (True, False) if fact.kind == "bool" else fact.values:
                if facts.get(name) != value:
                    yield {**facts, name: value}

    def of_values(self) -> Iterator[Gap]:
        """Dated values no case shows the year before, in their first year or the year after."""
        money = self.programme.benefit == "money"
        amounts = {part.name for part in tree.walk(self.programme.amount) if isinstance(part, tree.Param)}
        for name, parameter in self.programme.parameters.items():
            for dated in parameter.values:
                first = max(dated.start.year, self.programme.first_year)
                if dated.until is not None and dated.until.year < first:
                    continue
                for step in (-1, 0, 1):
                    year, amount = first + step, money and name in amounts
                    if any(of == year and self._shows(name, f, of, amount=amount) for f, of in self.points):
                        continue
                    tried = (moved for point in self.points if (moved := _moved(point, year)) is not None)
                    shown = next((one for one in tried if self._shows(name, *one, amount=amount)), ({}, 0))
                    yield Gap(f"parameters: {name} from {dated.start}", step, *shown)

    def _shows(self, name: str, facts: Mapping[str, Any], year: int, *, amount: bool) -> bool:
        """Whether a case, if the parameter goes into an amount, grants one that rests on it."""
        if year < self.programme.first_year or not amount:
            return True
        one = self.programme.evaluate_one(facts, year)
        if one.outcome not in GRANTED:
            return False
        values = self.closures(year).parameters
        other = Closures(year, {**values, name: values[name] + 1})
        return bool(other.answer(self.programme.amount, facts) != one.amount_fen)


def _followed(node: tree.Expr, facts: Mapping[str, Any], closures: Closures) -> Iterator[tree.Expr]:
    """The node and all below it that is asked: of a ``Case`` the questions up to the first that is true."""
    yield node
    if not isinstance(node, tree.Case):
        for part in tree.children(node):
            yield from _followed(part, facts, closures)
        return
    for question, result in node.branches:
        yield from _followed(question, facts, closures)
        answer = closures.answer(question, facts)
        if answer is None:
            return
        if answer:
            yield from _followed(result, facts, closures)
            return
    yield from _followed(node.otherwise, facts, closures)


def _moved(point: Point, year: int) -> Point | None:
    """The same case in another year, all its years moved alike; ``None`` when a fact has no such year."""
    facts, of = point
    moved = dict(facts)
    for name, value in facts.items():
        if name.endswith("_year") and value is not None:
            fact = schema.BY_NAME[name]
            moved[name] = value + year - of
            if fact.most is not None and moved[name] > fact.most:
                return None
    return moved, year


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


def _some(name: str) -> Any:
    """Any value of a fact that is unknown in the case."""
    fact = schema.BY_NAME[name]
    return fact.values[0] if fact.values else True if fact.kind == "bool" else fact.least
