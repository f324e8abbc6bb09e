"""Where the answer turns on one fact: its values cut into stretches that all mean the same.

For fixed other facts and year, a rule looks at a whole number only through comparisons. A comparison whose
difference is ``s·x + c`` can turn at ``x = -c/s`` and nowhere else, so a limit such as "three years after
2023" is found from the comparison; nothing is tried year by year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import Closure, Closures, Facts
from tongchou.domain.policy.outcomes import GRANTED, outcome_of
from tongchou.domain.policy.rules import Rules

#: A number that becomes an amount (months paid) is taken value by value, if it has no more values than these.
FEW = 31
#: ``slope · x + constant``.
_Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """Values of one fact that mean the same: ``among`` of a closed set, or ``least`` to ``most``."""

    fact: str
    among: tuple[bool | str, ...] = ()
    least: int = 0
    most: int = 0

    @property
    def sample(self) -> int | bool | str:
        """One of the values."""
        return self.among[0] if self.among else self.least

    def samples(self) -> tuple[int | bool | str, ...]:
        """All values of a closed set; first, last and one between of a stretch of numbers."""
        if self.among:
            return self.among
        return tuple(sorted({self.least, (self.least + self.most) // 2, self.most}))

    def admits(self, value: object) -> bool:
        """Whether a known value of the fact is one of these."""
        if self.among:
            return value in self.among
        return isinstance(value, int) and self.least <= value <= self.most

    def distance(self, value: int) -> int:
        """How far a number is from the nearest of these; 0 when it is one of them."""
        return max(self.least - value, value - self.most, 0)

    @property
    def whole(self) -> bool:
        """Whether these are all values the fact can have."""
        known = schema.BY_NAME[self.fact]
        if known.kind == "bool":
            return len(self.among) == 2
        if self.among:
            return len(self.among) == len(known.values)
        return (self.least, self.most) == (known.least, known.most)

    def joined(self, other: Span) -> Span:
        """These and the values of a span that follows."""
        if self.among:
            return Span(self.fact, among=self.among + other.among)
        return Span(self.fact, least=self.least, most=other.most)


@dataclass(frozen=True, slots=True)
class Way:
    """One way some facts may be, and the outcome it leads to in the year, with its fen if it grants.

    The outcome may be *needs_information*: then more is asked.
    """

    spans: tuple[Span, ...]
    outcome: str
    amount_fen: int | None

    @property
    def granted(self) -> bool:
        return self.outcome in GRANTED

    def samples(self) -> list[dict[str, int | bool | str]]:
        """The facts this way: every combination of the samples of its spans."""
        chosen: list[dict[str, int | bool | str]] = [{}]
        for span in self.spans:
            chosen = [{**one, span.fact: value} for one in chosen for value in span.samples()]
        return chosen


@dataclass(frozen=True, slots=True)
class Reading:
    """How a programme reads its facts; depends on the rules only.

    ``comparisons`` and ``choices`` (cases) are by the fact they read, ``paid`` are the facts whose number
    becomes an amount, ``joint`` the facts that one comparison reads together, ``reads`` the facts each
    condition of the programme looks at.
    """

    comparisons: dict[str, tuple[tree.Compare, ...]]
    choices: dict[str, tuple[tree.Case, ...]]
    paid: frozenset[str]
    joint: tuple[frozenset[str], ...]
    reads: dict[str, frozenset[str]]

    def together(self, names: Collection[str]) -> bool:
        """Whether one comparison reads two of the facts: then the limit of one depends on the other."""
        return any(len(group.intersection(names)) > 1 for group in self.joint)


def reading(rules: Rules) -> Reading:
    """How a programme reads its facts; kept with the rules."""
    known = rules.about.get("thresholds:reading")
    if isinstance(known, Reading):
        return known
    comparisons: dict[str, dict[tree.Compare, None]] = {}
    choices: dict[str, dict[tree.Case, None]] = {}
    for top in (*rules.every_condition(), rules.amount):
        for part in tree.walk(top):
            if isinstance(part, tree.Compare):
                for name in _inside(part):
                    comparisons.setdefault(name, {})[part] = None
            elif isinstance(part, tree.Case):
                for name in _numbers(part):
                    choices.setdefault(name, {})[part] = None
    groups = [frozenset(_inside(part)) for parts in comparisons.values() for part in parts]
    made = rules.about["thresholds:reading"] = Reading(
        comparisons={name: tuple(parts) for name, parts in comparisons.items()},
        choices={name: tuple(parts) for name, parts in choices.items()},
        paid=frozenset(_numbers(rules.amount)),
        joint=tuple(dict.fromkeys(group for group in groups if len(group) > 1)),
        reads={condition.code: frozenset(_inside(condition)) for condition in rules.every_condition()},
    )
    return made


def spans(rules: Rules, name: str, facts: Facts, year: int) -> tuple[Span, ...]:
    """All values of a fact, in order, cut wherever outcome or amount can change.

    Empty when they cannot be cut: a text of any words, or a number without bounds or with too many amounts.
    """
    fact = schema.BY_NAME[name]
    if fact.kind == "bool":
        return (Span(name, among=(True,)), Span(name, among=(False,)))
    if fact.kind == "text":
        return tuple(Span(name, among=(value,)) for value in fact.values)
    if fact.least is None or fact.most is None:
        return ()
    least, most = fact.least, fact.most
    read = reading(rules)
    if name in read.paid:
        return (
            tuple(Span(name, least=n, most=n) for n in range(least, most + 1)) if most - least < FEW else ()
        )
    cuts = {least, most + 1, *_cuts(read, name, facts, rules.at(year).closures)}
    inside = sorted(cut for cut in cuts if least <= cut <= most + 1)
    return tuple(Span(name, least=low, most=high - 1) for low, high in pairwise(inside))


def ways(
    rules: Rules, names: tuple[str, ...], facts: Facts, year: int, states: Sequence[bool | None]
) -> tuple[Way, ...]:
    """Every way the named facts may be, those that mean the same put together; together they are all ways.

    ``states`` are the answers of the programme's conditions for ``facts``: those that read none of the named
    facts keep theirs. Empty when a fact cannot be cut or one comparison reads two of the facts.
    """
    if reading(rules).together(names):
        return ()
    return tuple(_Ways(rules, names, year, states).of(names, facts))


class _Ways:
    """Evaluates again only the conditions that read one of the facts."""

    def __init__(
        self, rules: Rules, names: tuple[str, ...], year: int, states: Sequence[bool | None]
    ) -> None:
        self.rules, self.year = rules, year
        ready, reads = rules.at(year), reading(rules).reads
        self.record = ready.closures.blank()
        self.amount = ready.amount
        self.touched: list[Closure] = []
        self.others: list[bool | None] = []
        for (condition, closure), state in zip(ready.conditions, states, strict=True):
            if reads[condition.code].isdisjoint(names):
                self.others.append(state)
            else:
                self.touched.append(closure)

    def of(self, names: tuple[str, ...], facts: Facts) -> list[Way]:
        if not names:
            return [self.way(facts)]
        first, rest = names[0], names[1:]
        groups: list[tuple[Span, list[Way]]] = []
        for span in spans(self.rules, first, facts, self.year):
            below = self.of(rest, {**facts, first: span.sample})
            # Numbers are put together with their neighbours only, words wherever they mean the same.
            near = range(len(groups)) if span.among else range(max(len(groups) - 1, 0), len(groups))
            same = next((place for place in near if groups[place][1] == below), None)
            if same is None:
                groups.append((span, below))
            else:
                groups[same] = (groups[same][0].joined(span), below)
        return [
            Way((span, *way.spans), way.outcome, way.amount_fen) for span, below in groups for way in below
        ]

    def way(self, facts: Facts) -> Way:
        states = self.others + [closure(facts, self.record) for closure in self.touched]
        amount = None if False in states else self.amount(facts, self.record)
        outcome = outcome_of(self.rules, states, amount)
        return Way((), outcome, amount if outcome in GRANTED else None)


def _cuts(read: Reading, name: str, facts: Facts, closures: Closures) -> Iterator[int]:
    """First values of the stretches above each limit."""
    for comparison in read.comparisons.get(name, ()):
        left = _lines(comparison.left, name, facts, closures)
        right = _lines(comparison.right, name, facts, closures)
        for slope, constant in _differences(left, right):
            # The root rounded up, and the first whole number above it.
            up, over = -(constant // slope), -constant // slope + 1
            if comparison.operator in ("≥", "<", "="):
                yield up if slope > 0 else over
            if comparison.operator in (">", "≤", "="):
                yield over if slope > 0 else up
    for case in read.choices.get(name, ()):
        # While the question is open the value is known only where two results meet.
        results = [_lines(result, name, facts, closures) for _question, result in case.branches]
        results.append(_lines(case.otherwise, name, facts, closures))
        for place, one in enumerate(results):
            for other in results[:place]:
                for slope, constant in _differences(one, other):
                    yield from (-(constant // slope), -constant // slope + 1)


def _differences(left: list[_Line], right: list[_Line]) -> Iterator[_Line]:
    for slope, constant in left:
        for other_slope, other_constant in right:
            if slope != other_slope:
                yield slope - other_slope, constant - other_constant


def _lines(node: tree.Expr, name: str, facts: Facts, closures: Closures) -> list[_Line]:
    """The straight pieces a number is made of, seen as a function of one fact; none when it is unknown."""
    match node:
        case tree.Fact(other) if other == name:
            return [(1, 0)]
        case tree.Add(left, right) | tree.Sub(left, right):
            sign = 1 if isinstance(node, tree.Add) else -1
            return [
                (a + sign * c, b + sign * d)
                for a, b in _lines(left, name, facts, closures)
                for c, d in _lines(right, name, facts, closures)
            ]
        case tree.Mul(left, right):
            # One factor has no slope: a product of two facts is not part of the language.
            return [
                (a * d + c * b, b * d)
                for a, b in _lines(left, name, facts, closures)
                for c, d in _lines(right, name, facts, closures)
            ]
        case tree.MaxOf(terms) | tree.MinOf(terms):
            pieces = [_lines(term, name, facts, closures) for term in terms]
            return [] if [] in pieces else [line for piece in pieces for line in piece]
        case tree.Case(branches, otherwise):
            found = [line for _q, result in branches for line in _lines(result, name, facts, closures)]
            return found + _lines(otherwise, name, facts, closures)
        case tree.Const(bool()) | tree.All() | tree.Any() | tree.Not() | tree.Condition():
            return []
        case tree.Compare() | tree.In() | tree.IsTrue() | tree.Known() | tree.Unclear():
            return []
        case _:
            value = closures.answer(node, facts)
            return [] if value is None or isinstance(value, str | bool) else [(0, value)]


def _inside(node: tree.Expr) -> set[str]:
    return {part.name for part in tree.walk(node) if isinstance(part, tree.Fact)}


def _numbers(node: tree.Expr) -> Iterator[str]:
    """Facts whose number goes into a number, those only asked about left out."""
    match node:
        case tree.Fact(name):
            yield name
        case tree.Case(branches, otherwise):
            for _question, result in branches:
                yield from _numbers(result)
            yield from _numbers(otherwise)
        case tree.Compare() | tree.In() | tree.IsTrue() | tree.Known() | tree.Unclear():
            return
        case _:
            for part in tree.children(node):
                yield from _numbers(part)
