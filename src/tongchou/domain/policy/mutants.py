"""Small mistakes put into a programme on purpose, one at a time, to see whether its cases notice.

A *mutant* differs from the programme in one place: an operator, a constant, a value or date of a parameter, a
part left out. A condition that stands in several places is one object and is changed everywhere at once.

Left out are changes that provably change nothing: a comparison of one fact with a number that says the same
for every value the fact can have, and parameters that are the same in every year the programme answers for.
They are counted, so that nobody has to take them on trust.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import COMPARISONS
from tongchou.domain.policy.dated import DatedValue, Parameter, in_force
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rewriting import Swap, brief, with_parts
from tongchou.domain.policy.rules import LAST

#: Puts a programme together from its parameters (``programme`` of a formula).
Builder = Callable[[Mapping[str, Parameter]], Programme]
NEIGHBOURS: dict[tree.Operator, tuple[tree.Operator, ...]] = {
    "<": ("≤", "≥"),
    "≤": ("<", ">"),
    "=": ("≤", "≥"),
    "≥": (">", "<"),
    ">": ("≥", "≤"),
}
_MONEY = ("fen", "fen_per_month")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A programme with one mistake; ``rules`` is ``None`` where loading refuses it, for the reason given.

    ``name`` is stable: where the mistake is, and what was changed into what.
    """

    programme: str
    name: str
    rules: Programme | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Mutants:
    """All of one programme, and the names of the changes that change nothing."""

    all: tuple[Mutant, ...]
    same: tuple[str, ...]


def mutants(programme: Programme, build: Builder) -> Mutants:
    """Every mutant of a programme that differs from it in one place.

    Parameters
    ----------
    programme
        As built from its own ``parameters``.
    build
        Builds it again from changed parameters.
    """
    seen: Counter[str] = Counter()
    made: list[Mutant] = []
    same: list[str] = []
    attempts = (*_of_trees(programme), *_of_programme(programme), *_of_parameters(programme, build))
    for name, attempt in attempts:
        seen[name] += 1
        full = name if seen[name] == 1 else f"{name} ({seen[name]})"
        try:
            rules = attempt()
        except LoadError as error:
            made.append(Mutant(programme.code, full, None, str(error)))
            continue
        if rules is None:
            same.append(full)
        else:
            made.append(Mutant(programme.code, full, rules))
    return Mutants(tuple(made), tuple(same))


#: A name and what makes the programme: ``None`` when nothing is different.
_Attempt = tuple[str, Callable[[], Programme | None]]


def _of_trees(programme: Programme) -> Iterator[_Attempt]:
    visited: dict[int, tree.Expr] = {}
    for path, node in _nodes(programme):
        if id(node) in visited:
            continue
        visited[id(node)] = node
        for what, new in _changes(node):
            yield f"{path}: {what}", _swapping(programme, node, new)


def _swapping(programme: Programme, old: tree.Expr, new: tree.Expr) -> Callable[[], Programme | None]:
    def attempt() -> Programme | None:
        if isinstance(old, tree.Compare) and isinstance(new, tree.Compare) and _says_the_same(old, new):
            return None
        swap = Swap(old, new)
        conditions = tuple(swap.of(condition) for condition in programme.conditions)
        return replace(
            programme,
            conditions=tuple(one for one in conditions if isinstance(one, tree.Condition)),
            amount=swap.of(programme.amount),
            claim_by=None if programme.claim_by is None else swap.of(programme.claim_by),
        )

    return attempt


def tops(programme: Programme) -> Iterator[tuple[str, tree.Expr]]:
    """Everything an answer comes from, by name; of a service there is no amount."""
    for condition in programme.conditions:
        yield condition.code, condition
    if programme.benefit == "money":
        yield "amount", programme.amount
    if programme.claim_by is not None:
        yield "claim_by", programme.claim_by


def _nodes(programme: Programme) -> Iterator[tuple[str, tree.Expr]]:
    for name, top in tops(programme):
        yield from located(top, "" if isinstance(top, tree.Condition) else name)


def located(node: tree.Expr, path: str) -> Iterator[tuple[str, tree.Expr]]:
    """The node and everything below it, each with the codes of the conditions it stands in.

    A code that begins with the one above it says it all.
    """
    if isinstance(node, tree.Condition):
        above = [code for code in path.split(" > ") if code and not node.code.startswith(f"{code}.")]
        path = " > ".join([*above, node.code])
    yield path, node
    for part in tree.children(node):
        yield from located(part, path)


def _changes(node: tree.Expr) -> Iterator[tuple[str, tree.Expr]]:
    """What can be wrong in a node itself, and the node that has it wrong."""
    for new in _other_questions(node):
        yield f"{brief(node)} ⇒ {brief(new)}", new
    yield from _other_logic(node)
    # A constant is changed where it stands: the same TRUE may be written in many places.
    if not isinstance(node, tree.In | tree.IsTrue | tree.Known | tree.Unclear):
        parts = tree.children(node)
        for place, part in enumerate(parts):
            for other in _other_constants(part):
                new = with_parts(node, [*parts[:place], other, *parts[place + 1 :]])
                if isinstance(node, tree.Case):
                    question = "else" if place == len(parts) - 1 else brief(parts[place // 2 * 2])
                    yield f"case {question}: {brief(part)} ⇒ {brief(other)}", new
                else:
                    yield f"{brief(node)} ⇒ {brief(new)}", new


def _other_constants(node: tree.Expr) -> Iterator[tree.Expr]:
    match node:
        case tree.Const(bool() as truth):
            yield tree.Const(not truth)
        case tree.Const(number):
            yield tree.Const(number - 1)
            yield tree.Const(number + 1)


def _other_questions(node: tree.Expr) -> Iterator[tree.Expr]:
    match node:
        case tree.Compare(left, operator, right):
            for other in NEIGHBOURS[operator]:
                yield tree.Compare(left, other, right)
            if operator == "=":
                yield tree.Not(node)
        case tree.IsTrue():
            yield tree.Not(node)
        case tree.In(fact, values):
            if len(values) > 1:
                for value in values:
                    yield tree.In(fact, tuple(one for one in values if one != value))
            for value in schema.BY_NAME[fact.name].values:
                if value not in values:
                    yield tree.In(fact, (*values, value))
        case tree.Add(left, right):
            yield tree.Sub(left, right)
        case tree.Sub(left, right):
            yield tree.Add(left, right)
        case tree.MaxOf(terms):
            yield tree.MinOf(terms)
        case tree.MinOf(terms):
            yield tree.MaxOf(terms)
        case tree.Not(term):
            yield term


def _other_logic(node: tree.Expr) -> Iterator[tuple[str, tree.Expr]]:
    match node:
        case tree.All(terms) | tree.Any(terms) if len(terms) > 1:
            other, word = (tree.Any, "or") if isinstance(node, tree.All) else (tree.All, "and")
            yield f"{brief(node)} ⇒ {word}", other(terms)
            for place, term in enumerate(terms):
                left = (*terms[:place], *terms[place + 1 :])
                yield f"{brief(node)} without {brief(term)}", type(node)(left) if len(left) > 1 else left[0]
        case tree.Case(branches, otherwise):
            for place, (question, result) in enumerate(branches):
                rest = (*branches[:place], *branches[place + 1 :])
                yield f"without case {brief(question)}", tree.Case(rest, otherwise) if rest else otherwise
                if result == otherwise:
                    continue
                switched = (*branches[:place], (question, otherwise), *branches[place + 1 :])
                yield f"case {brief(question)} and else switched", tree.Case(switched, result)
        case tree.Unclear(facts) if len(facts) > 1:
            for fact in facts:
                yield (
                    f"{brief(node)} without {fact.name}",
                    tree.Unclear(tuple(one for one in facts if one != fact)),
                )


def _says_the_same(old: tree.Compare, new: tree.Compare) -> bool:
    """Whether two comparisons of one fact with a constant agree for every value the fact can have."""
    match old.left, old.right, new.right:
        case tree.Fact(name), tree.Const(before), tree.Const(after):
            fact = schema.BY_NAME[name]
        case _:
            return False
    if fact.least is None or fact.most is None or new.left != old.left:
        return False
    first, second = COMPARISONS[old.operator], COMPARISONS[new.operator]
    return all(first(n, before) == second(n, after) for n in range(fact.least, fact.most + 1))


def _of_programme(programme: Programme) -> Iterator[_Attempt]:
    conditions, first = programme.conditions, programme.first_year
    for place, condition in enumerate(conditions if len(conditions) > 1 else ()):
        left = (*conditions[:place], *conditions[place + 1 :])
        yield f"without condition {condition.code}", _replacing(programme, conditions=left)
    for year in (first - 1, first + 1):
        yield f"first year {first} ⇒ {year}", _replacing(programme, first_year=year)
    if programme.claim_by is not None:
        later = tree.Add(programme.claim_by, tree.Const(1))
        earlier = tree.Sub(programme.claim_by, tree.Const(1))
        yield "claim_by: a year later", _replacing(programme, claim_by=later)
        yield "claim_by: a year earlier", _replacing(programme, claim_by=earlier)
        yield "without claim_by", _replacing(programme, claim_by=None, claiming=None)
    if programme.statement is not None:
        yield "without statement", _replacing(programme, statement=None)


def _replacing(programme: Programme, **changed: object) -> Callable[[], Programme | None]:
    return lambda: replace(programme, **changed)  # type: ignore[arg-type]


def _of_parameters(programme: Programme, build: Builder) -> Iterator[_Attempt]:
    for name, parameter in programme.parameters.items():
        history = parameter.history or parameter.values
        for place, dated in enumerate(history):
            for what, other in _other_values(dated, parameter.unit):
                changed = (*history[:place], *other, *history[place + 1 :])
                yield (
                    f"parameters: {name} from {dated.start}{what}",
                    _building(programme, build, parameter, changed),
                )


def _other_values(dated: DatedValue, unit: str) -> Iterator[tuple[str, tuple[DatedValue, ...]]]:
    steps = [-1, 1]
    if unit in _MONEY and dated.value >= 10:
        steps += [-(dated.value // 10), dated.value // 10]
    for step in steps:
        value = dated.value + step
        yield f": {dated.value} ⇒ {value}", (replace(dated, value=value),)
    months = 1 if unit == "fen_per_month" else 12
    for step in (-months, months):
        start = _moved(dated.start, step)
        yield f" ⇒ from {start}", (replace(dated, start=start),)
        if dated.until is not None:
            until = _moved(dated.until + dt.timedelta(days=1), step) - dt.timedelta(days=1)
            yield f" until {dated.until} ⇒ until {until}", (replace(dated, until=until),)
    yield " dropped", ()


def _moved(day: dt.date, months: int) -> dt.date:
    """The same day some months later; the day is one every month has, as the first is."""
    month = day.year * 12 + day.month - 1 + months
    return day.replace(year=month // 12, month=month % 12 + 1)


def _building(
    programme: Programme, build: Builder, parameter: Parameter, history: Sequence[DatedValue]
) -> Callable[[], Programme | None]:
    def attempt() -> Programme | None:
        _refuse_disorder(parameter.name, history)
        changed = replace(parameter, values=in_force(history), history=tuple(history))
        made = build({**programme.parameters, parameter.name: changed})
        return None if _answers_the_same(programme, made) else made

    return attempt


def _refuse_disorder(name: str, history: Sequence[DatedValue]) -> None:
    """What reading the file would refuse."""
    if not history:
        raise LoadError(f"parameter {name} has not been set")
    for one in history:
        if one.until is not None and one.until < one.start:
            raise LoadError(f"parameter {name}: until {one.until} lies before from {one.start}")
    for earlier, later in pairwise(history):
        if earlier.level == later.level and later.known_from is None and later.start <= earlier.start:
            raise LoadError(f"parameter {name}: from {later.start} does not follow {earlier.start}")


def _answers_the_same(one: Programme, other: Programme) -> bool:
    """The same trees, first year and values in every year from then on: nothing an answer could show."""
    if (one.first_year, one.conditions, one.amount, one.claim_by) != (
        other.first_year,
        other.conditions,
        other.amount,
        other.claim_by,
    ):
        return False
    years = {one.first_year, LAST}
    for parameter in (*one.parameters.values(), *other.parameters.values()):
        years |= {year for dated in parameter.values for year in dated.turns()}
    return all(
        one.parameters[name].in_year(year).value == other.parameters[name].in_year(year).value
        for name in one.parameters
        for year in years
        if one.first_year <= year <= LAST
    )
