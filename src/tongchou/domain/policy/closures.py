"""The tree compiled for one person: plain closures over a mapping of facts, one set for each evaluated year.

A closure gives ``None`` for *unknown*. Named conditions leave their answer in the record, by their number, so
that the whole why is there when the outcome is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tongchou.domain.policy import tree

Facts = Mapping[str, Any]
Record = list[bool | None]
#: A compiled node: facts and record in, an int, a bool or ``None`` (unknown) out.
Closure = Callable[[Facts, Record], Any]

COMPARISONS: dict[tree.Operator, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "≤": operator.le,
    "=": operator.eq,
    "≥": operator.ge,
    ">": operator.gt,
}
_ARITHMETIC: dict[type, Callable[[int, int], int]] = {
    tree.Add: operator.add,
    tree.Sub: operator.sub,
    tree.Mul: operator.mul,
}


class Closures:
    """Compiles nodes for one year, given the parameters' values of that year.

    ``numbers`` gives every named condition its place in the record, parents before the conditions below them.
    """

    def __init__(self, year: int, parameters: Mapping[str, int]) -> None:
        self.year = year
        self.parameters = parameters
        self.numbers: dict[str, int] = {}
        self._unrecorded: dict[int, Closure] = {}

    def blank(self) -> Record:
        """A record with every condition unanswered."""
        return [None] * len(self.numbers)

    def constant(self, node: tree.Expr) -> int | bool | None:
        """The value a node has for everybody in this year, or ``None`` when it depends on the person."""
        match node:
            case tree.Const(value):
                return value
            case tree.Year():
                return self.year
            case tree.Param(name):
                return self.parameters[name]
            case tree.Add() | tree.Sub() | tree.Mul():
                left, right = self.constant(node.left), self.constant(node.right)
                return None if left is None or right is None else _ARITHMETIC[type(node)](left, right)
            case tree.MaxOf(terms) | tree.MinOf(terms):
                values = [self.constant(term) for term in terms]
                choose = max if isinstance(node, tree.MaxOf) else min
                return None if None in values else choose(value for value in values if value is not None)
            case tree.Compare(left_node, symbol, right_node):
                left, right = self.constant(left_node), self.constant(right_node)
                return None if left is None or right is None else COMPARISONS[symbol](left, right)
            case _:
                return None

    def compile(self, node: tree.Expr) -> Closure:
        """The closure of a checked node."""
        value = self.constant(node)
        if value is not None:
            return lambda facts, record: value
        match node:
            case tree.Fact(name) | tree.IsTrue(tree.Fact(name)):
                return lambda facts, record: facts.get(name)
            case tree.Add() | tree.Sub() | tree.Mul():
                return self._arithmetic(node)
            case tree.MaxOf(terms):
                return _extreme([self.compile(term) for term in terms], max)
            case tree.MinOf(terms):
                return _extreme([self.compile(term) for term in terms], min)
            case tree.Compare():
                return self._compare(node)
            case tree.In(fact, values):
                return _member(fact.name, frozenset(values))
            case tree.Known(tree.Fact(name)):
                return lambda facts, record: facts.get(name) is not None
            case tree.Unclear():
                return lambda facts, record: None
            case tree.All(terms):
                return _every([self.compile(term) for term in terms])
            case tree.Any(terms):
                return _some([self.compile(term) for term in terms])
            case tree.Not(term):
                return _negation(self.compile(term))
            case tree.Case(branches, otherwise):
                compiled = self.compile(otherwise)
                for question, result in reversed(branches):
                    compiled = _choice(self.compile(question), self.compile(result), compiled)
                return compiled
            case tree.Condition():
                return self._named(node)
            case _:
                raise TypeError(f"not a checked node: {node!r}")

    def answer(self, node: tree.Expr, facts: Facts) -> Any:
        """The value of any node for these facts, outside a record (for explanations)."""
        return self.apart(node)(facts, [])

    def apart(self, node: tree.Expr) -> Closure:
        """The closure of any node, which leaves the record alone; kept for the next question."""
        compiled = self._unrecorded.get(id(node))
        if compiled is None:
            own = Closures(self.year, self.parameters)
            inner = own.compile(node)
            blank = own.blank()
            compiled = self._unrecorded[id(node)] = (
                (lambda facts, record: inner(facts, blank)) if blank else inner
            )
        return compiled

    def known(self, node: tree.Expr, facts: Facts, record: Record | None) -> Any:
        """As :meth:`answer`; a record of these facts has the answers of named conditions."""
        if record is not None and isinstance(node, tree.Condition):
            return record[self.numbers[node.code]]
        return self.answer(node, facts)

    def _named(self, node: tree.Condition) -> Closure:
        place = self.numbers.setdefault(node.code, len(self.numbers))
        inner = self.compile(node.expression)

        def named(facts: Facts, record: Record) -> Any:
            record[place] = answer = inner(facts, record)
            return answer

        return named

    def _arithmetic(self, node: tree.Add | tree.Sub | tree.Mul) -> Closure:
        left, right, combine = self.compile(node.left), self.compile(node.right), _ARITHMETIC[type(node)]

        def arithmetic(facts: Facts, record: Record) -> int | None:
            a, b = left(facts, record), right(facts, record)
            return None if a is None or b is None else combine(a, b)

        return arithmetic

    def _compare(self, node: tree.Compare) -> Closure:
        compare = COMPARISONS[node.operator]
        limit = self.constant(node.right)
        if isinstance(node.left, tree.Fact) and limit is not None:
            name = node.left.name

            def compare_fact(facts: Facts, record: Record) -> bool | None:
                value = facts.get(name)
                return None if value is None else compare(value, limit)

            return compare_fact
        left, right = self.compile(node.left), self.compile(node.right)

        def compare_values(facts: Facts, record: Record) -> bool | None:
            a, b = left(facts, record), right(facts, record)
            return None if a is None or b is None else compare(a, b)

        return compare_values


def _extreme(terms: Sequence[Closure], choose: Callable[[Iterable[int]], int]) -> Closure:
    def extreme(facts: Facts, record: Record) -> int | None:
        values = [term(facts, record) for term in terms]
        return None if None in values else choose(values)

    return extreme


def _member(name: str, values: frozenset[str]) -> Closure:
    def member(facts: Facts, record: Record) -> bool | None:
        value = facts.get(name)
        return None if value is None else value in values

    return member


def _every(terms: Sequence[Closure]) -> Closure:
    # No short cut: every named part leaves its answer in the record.
    def every(facts: Facts, record: Record) -> bool | None:
        answers = [term(facts, record) for term in terms]
        return False if False in answers else None if None in answers else True

    return every


def _some(terms: Sequence[Closure]) -> Closure:
    def some(facts: Facts, record: Record) -> bool | None:
        answers = [term(facts, record) for term in terms]
        return True if True in answers else None if None in answers else False

    return some


def _negation(term: Closure) -> Closure:
    def negation(facts: Facts, record: Record) -> bool | None:
        answer = term(facts, record)
        return None if answer is None else not answer

    return negation


def _choice(question: Closure, result: Closure, rest: Closure) -> Closure:
    def choice(facts: Facts, record: Record) -> Any:
        answer, a, b = question(facts, record), result(facts, record), rest(facts, record)
        if answer is None:
            return a if a is not None and a == b else None
        return a if answer else b

    return choice


def missing_of(node: tree.Expr, facts: Facts, closures: Closures, record: Record | None = None) -> set[str]:
    """The facts that decide an unknown node; with the record of an evaluation nothing named is asked again.

    All parts still open of ``All`` and ``Any``; of a ``Case`` its open question; all facts of ``Unclear``.
    Empty for a node that is known.
    """
    if closures.known(node, facts, record) is not None:
        return set()
    match node:
        case tree.Fact(name):
            return {name}
        case tree.Unclear(asked):
            return {fact.name for fact in asked}
        case tree.Case(branches, otherwise):
            for question, result in branches:
                answer = closures.known(question, facts, record)
                if answer is None:
                    return missing_of(question, facts, closures, record)
                if answer:
                    return missing_of(result, facts, closures, record)
            return missing_of(otherwise, facts, closures, record)
        case _:
            found: set[str] = set()
            for part in tree.children(node):
                found |= missing_of(part, facts, closures, record)
            return found
