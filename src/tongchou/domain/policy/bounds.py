"""The most an amount can be for anybody, whatever is unknown: interval arithmetic over the tree.

Each fact lies between the bounds of the schema, parameters and the year are single numbers, a ``Case`` may
give any of its results. What comes out is an upper bound, and it is met by every programme here.

Source of the method: Moore, Kearfott and Cloud, Introduction to Interval Analysis (2009), chapter 2.
"""

from __future__ import annotations

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import Closures
from tongchou.domain.policy.rules import Rules

_Span = tuple[int, int]


def greatest_amount(programme: Rules, year: int) -> int:
    """No one is paid more than this by the programme in the year (fen).

    Raises
    ------
    TypeError
        For an amount that reads a number without bounds.
    """
    ready = programme.at(year)
    if not ready.in_force or programme.benefit == "service":
        return 0
    return max(0, _span(programme.amount, ready.closures)[1])


def _span(node: tree.Expr, closures: Closures) -> _Span:
    value = closures.constant(node)
    if value is not None:
        return int(value), int(value)
    match node:
        case tree.Fact(name):
            fact = schema.BY_NAME[name]
            if fact.least is None or fact.most is None:
                raise TypeError(f"{name} has no bounds")
            return fact.least, fact.most
        case tree.Add(left, right):
            (a, b), (c, d) = _span(left, closures), _span(right, closures)
            return a + c, b + d
        case tree.Sub(left, right):
            (a, b), (c, d) = _span(left, closures), _span(right, closures)
            return a - d, b - c
        case tree.Mul(left, right):
            ends = [x * y for x in _span(left, closures) for y in _span(right, closures)]
            return min(ends), max(ends)
        case tree.MaxOf(terms) | tree.MinOf(terms):
            spans = [_span(term, closures) for term in terms]
            choose = max if isinstance(node, tree.MaxOf) else min
            return choose(low for low, _high in spans), choose(high for _low, high in spans)
        case tree.Case(branches, otherwise):
            reached = [_span(result, closures) for question, result in _possible(branches, closures)]
            if not _decided(branches, closures):
                reached.append(_span(otherwise, closures))
            return min(low for low, _high in reached), max(high for _low, high in reached)
        case _:
            raise TypeError(f"not a checked number: {node!r}")


def _possible(
    branches: tuple[tuple[tree.Expr, tree.Expr], ...], closures: Closures
) -> list[tuple[tree.Expr, tree.Expr]]:
    """The branches somebody may take in the year, up to one whose question is true for everybody."""
    found = []
    for question, result in branches:
        answer = closures.constant(question)
        if answer is not False:
            found.append((question, result))
        if answer is True:
            break
    return found


def _decided(branches: tuple[tuple[tree.Expr, tree.Expr], ...], closures: Closures) -> bool:
    return any(closures.constant(question) is True for question, _result in branches)
