"""The language of the rules: a closed set of typed nodes, nothing that runs text.

A node stands for a whole number, a truth value or a text of one person in one year. Every fact may be
unknown, and unknown travels upwards by Kleene's strong logic: ``All`` is false as soon as one part is,
``Any`` true as soon as one part is, and a ``Case`` whose question is open is still known when both answers
agree.

Money is whole fen. There is no division and no floating point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tongchou.domain.policy.words import Citation, Text

Operator = Literal["<", "≤", "=", "≥", ">"]
OPERATORS: tuple[Operator, ...] = ("<", "≤", "=", "≥", ">")


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of a column of the facts table (``domain/facts.py``)."""

    name: str


@dataclass(frozen=True, slots=True)
class Param:
    """The value of a dated parameter in the evaluated year."""

    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """A whole number or truth value written in the rule itself (never an amount: those are parameters)."""

    value: int | bool


@dataclass(frozen=True, slots=True)
class Year:
    """The evaluated calendar year."""


@dataclass(frozen=True, slots=True)
class Add:
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Sub:
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Mul:
    """A product; one factor must be the same for everybody (a parameter, a constant or the year)."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class MaxOf:
    """The greatest of its terms; unknown when one of them is."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class MinOf:
    """The least of its terms; unknown when one of them is."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two whole numbers; unknown when one side is."""

    left: Expr
    operator: Operator
    right: Expr


@dataclass(frozen=True, slots=True)
class In:
    """Whether a text fact is one of a closed set of its values."""

    fact: Fact
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A yes/no fact used as a condition."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a fact is known; itself always known.

    Only for what one fact implies about another: a rule must not turn on somebody's silence.
    """

    fact: Fact


@dataclass(frozen=True, slots=True)
class Unclear:
    """Unknown, whatever is known: facts that contradict one another have to be asked for again."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class All:
    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Any:
    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    term: Expr


@dataclass(frozen=True, slots=True)
class Case:
    """The result of the first branch whose question is true, else ``otherwise``.

    While a question is unknown, the value is known only if both ways give the same. What is then missing is
    what the open question needs: nobody is asked for facts that only matter after its answer.
    """

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Condition:
    """A named, cited condition; its value is that of its expression.

    Parameters
    ----------
    code
        Stable name in results, unique in a programme.
    label
        What is required, in plain words.
    citation
        Where it stands. A part of a larger condition may leave it out.
    detail, shows
        A sentence with ``{names}`` of values to fill in, and the expressions that give those values.
    hint
        What helps to find out when it is unknown: the paper or office to ask.
    begins, ends
        How to say that it will start or stop to hold, with ``{from_year}`` and ``{last_year}``.
    """

    code: str
    label: Text
    expression: Expr
    citation: Citation | None = None
    detail: Text | None = None
    shows: tuple[tuple[str, Expr], ...] = ()
    hint: Text | None = None
    begins: Text | None = None
    ends: Text | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Where an amount comes from: a sentence for when a question is true, and the values it shows."""

    when: Expr
    text: Text
    shows: tuple[tuple[str, Expr], ...]


Expr: TypeAlias = (
    Fact
    | Param
    | Const
    | Year
    | Add
    | Sub
    | Mul
    | MaxOf
    | MinOf
    | Compare
    | In
    | IsTrue
    | Known
    | Unclear
    | All
    | Any
    | Not
    | Case
    | Condition
)
TRUE, FALSE = Const(True), Const(False)


def children(node: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, in reading order."""
    match node:
        case Add() | Sub() | Mul() | Compare():
            return (node.left, node.right)
        case MaxOf() | MinOf() | All() | Any():
            return node.terms
        case In() | IsTrue() | Known():
            return (node.fact,)
        case Unclear():
            return node.facts
        case Not():
            return (node.term,)
        case Case():
            return (*(part for branch in node.branches for part in branch), node.otherwise)
        case Condition():
            return (node.expression,)
        case _:
            return ()


def walk(node: Expr) -> Iterator[Expr]:
    """The node and everything below it, parents first."""
    yield node
    for part in children(node):
        yield from walk(part)


def own(node: Expr) -> Iterator[Expr]:
    """Everything below a node; named conditions below it are yielded, not entered."""
    for part in children(node):
        yield part
        if not isinstance(part, Condition):
            yield from own(part)


def facts_of(node: Expr) -> frozenset[str]:
    """Names of all facts a node reads, those of its sentences included."""
    names = {part.name for part in walk(node) if isinstance(part, Fact)}
    for part in walk(node):
        if isinstance(part, Condition):
            for _name, shown in part.shows:
                names |= facts_of(shown)
    return frozenset(names)
