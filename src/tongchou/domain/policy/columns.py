"""The tree compiled for many: Narwhals expressions of whitelisted operations on whole numbers and booleans.

Whitelist: column, literal, + − ×, comparisons, and/or/not, ``is_null``, ``is_in``, ``fill_null``,
``when/then``, and casting booleans to integers. All of them give the same on Polars, DuckDB and PySpark;
nothing else may be added without a test on each engine.

Each named condition becomes two columns of its own, so that what is used twice is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import narwhals as nw

from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import Closures
from tongchou.domain.policy.trinary import NO, UNKNOWN, YES, Bit, Trinary, both, choose, either, expression

_PLAIN = (tree.Fact, tree.Param, tree.Const, tree.Year, tree.Add, tree.Sub, tree.Mul, tree.MaxOf, tree.MinOf)

#: The opposite of each comparison, so that *is false* never rests on how an engine negates null.
_OPPOSITE = {"<": "≥", "≤": ">", "=": "≠", "≥": "<", ">": "≤"}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of each person, or the same for everybody.

    ``certain`` when it is never null; ``value`` is ``None`` when it is unknown for everybody.
    """

    value: nw.Expr | int | None
    certain: bool


@dataclass
class Columns:
    """Compiles the nodes of one programme and year.

    Parameters
    ----------
    present
        Fact columns of the table; every other fact is unknown for everybody. ``True`` for those without any
        null.
    stages
        Filled by compiling: the columns to add, one mapping after the other.
    """

    closures: Closures
    present: Mapping[str, bool]
    stages: list[dict[str, nw.Expr]] = field(default_factory=list)
    _named: dict[str, tuple[Trinary, int]] = field(default_factory=dict)

    def truth(self, node: tree.Expr) -> Trinary:
        """The two booleans of a checked bool node."""
        value = self.closures.constant(node)
        if isinstance(value, bool):
            return YES if value else NO
        match node:
            case tree.IsTrue(tree.Fact(name)):
                return self._flag(name)
            case tree.In(tree.Fact(name), values):
                return self._member(name, values)
            case tree.Compare():
                return self._compare(node)
            case tree.All(terms):
                result = YES
                for term in terms:
                    result &= self.truth(term)
                return result
            case tree.Any(terms):
                result = NO
                for term in terms:
                    result |= self.truth(term)
                return result
            case tree.Not(term):
                return ~self.truth(term)
            case tree.Case(branches, otherwise):
                result = self.truth(otherwise)
                for question, answer in reversed(branches):
                    result = choose(self.truth(question), self.truth(answer), result)
                return result
            case tree.Condition():
                return self._condition(node)
            case _:
                raise TypeError(f"not a checked condition: {node!r}")

    def number(self, node: tree.Expr) -> Number:
        """The value of a checked int node."""
        value = self.closures.constant(node)
        if value is not None:
            return Number(int(value), certain=True)
        match node:
            case tree.Fact(name):
                if name not in self.present:
                    return Number(None, certain=False)
                return Number(nw.col(name), certain=self.present[name])
            case tree.Add() | tree.Sub() | tree.Mul():
                return self._arithmetic(node)
            case tree.MaxOf(terms) | tree.MinOf(terms):
                return self._extreme(
                    [self.number(term) for term in terms], greatest=isinstance(node, tree.MaxOf)
                )
            case tree.Case(branches, otherwise):
                result = self.number(otherwise)
                for question, answer in reversed(branches):
                    result = self._pick(self.truth(question), self.number(answer), result)
                return result
            case _:
                raise TypeError(f"not a checked number: {node!r}")

    def missing(self, node: tree.Expr) -> dict[str, Bit]:
        """For each fact, where it decides; only right where the node is unknown (see ``missing_of``)."""
        match node:
            case tree.Fact(name):
                return {name: nw.col(name).is_null() if name in self.present else True}
            case tree.Case(branches, otherwise):
                result = self.where_unknown(otherwise)
                for question, answer in reversed(branches):
                    result = self._missing_choice(question, answer, result)
                return result
            case tree.Condition(expression=inner):
                return self.missing(inner)
            case _:
                result = {}
                for part in tree.children(node):
                    for name, bit in self.where_unknown(part).items():
                        result[name] = either(result.get(name, False), bit)
                return result

    def _missing_choice(self, question: tree.Expr, answer: tree.Expr, rest: dict[str, Bit]) -> dict[str, Bit]:
        asked = self.truth(question)
        result: dict[str, Bit] = {}
        for where, found in (
            (asked.unknown, self.missing(question)),
            (asked.yes, self.where_unknown(answer)),
            (asked.no, rest),
        ):
            for name, bit in found.items():
                result[name] = either(result.get(name, False), both(where, bit))
        return {name: bit for name, bit in result.items() if bit is not False}

    def where_unknown(self, node: tree.Expr) -> dict[str, Bit]:
        open_here = self._open(node)
        return {name: both(open_here, bit) for name, bit in self.missing(node).items()}

    def _open(self, node: tree.Expr) -> Bit:
        if isinstance(node, _PLAIN):
            return True  # the facts below say themselves where they are null
        if isinstance(node, tree.Case) and _is_number(node):
            value = self.number(node).value
            return value is None if value is None or isinstance(value, int) else value.is_null()
        return self.truth(node).unknown

    def _condition(self, node: tree.Condition) -> Trinary:
        if node.code not in self._named:
            inner = self.truth(node.expression)
            below = [part.code for part in tree.own(node) if isinstance(part, tree.Condition)]
            level = 1 + max((self._named[code][1] for code in below), default=-1)
            self._named[node.code] = (self._keep(node.code, inner, level), level)
        return self._named[node.code][0]

    def _keep(self, code: str, value: Trinary, level: int) -> Trinary:
        while len(self.stages) <= level:
            self.stages.append({})
        kept: list[Bit] = []
        for suffix, bit in (("yes", value.yes), ("no", value.no)):
            if isinstance(bit, bool):
                kept.append(bit)
            else:
                name = f"~{code}~{suffix}"
                self.stages[level][name] = bit
                kept.append(nw.col(name))
        return Trinary(*kept)

    def _flag(self, name: str) -> Trinary:
        if name not in self.present:
            return UNKNOWN
        column = nw.col(name)
        if self.present[name]:
            return Trinary(column, ~column)
        return Trinary(column.fill_null(value=False), (~column).fill_null(value=False))

    def _member(self, name: str, values: tuple[str, ...]) -> Trinary:
        if name not in self.present:
            return UNKNOWN
        column = nw.col(name)
        inside = column == values[0] if len(values) == 1 else column.is_in(values)
        if self.present[name]:
            return Trinary(inside, ~inside)
        return Trinary(inside.fill_null(value=False), (~inside).fill_null(value=False))

    def _compare(self, node: tree.Compare) -> Trinary:
        left, right = self.number(node.left), self.number(node.right)
        if left.value is None or right.value is None:
            return UNKNOWN
        holds, fails = (
            _compared(left.value, symbol, right.value) for symbol in (node.operator, _OPPOSITE[node.operator])
        )
        if left.certain and right.certain:
            return Trinary(holds, fails)
        return Trinary(holds.fill_null(value=False), fails.fill_null(value=False))

    def _arithmetic(self, node: tree.Add | tree.Sub | tree.Mul) -> Number:
        left, right = self.number(node.left), self.number(node.right)
        if left.value is None or right.value is None:
            return Number(None, certain=False)
        a = nw.lit(left.value) if isinstance(left.value, int) else left.value
        b = right.value
        result = a + b if isinstance(node, tree.Add) else a - b if isinstance(node, tree.Sub) else a * b
        return Number(result, certain=left.certain and right.certain)

    def _extreme(self, terms: list[Number], *, greatest: bool) -> Number:
        best = terms[0]
        for term in terms[1:]:
            if best.value is None or term.value is None:
                return Number(None, certain=False)
            more = _compared(best.value, "≥" if greatest else "≤", term.value)
            # Where one side is null the comparison is null, and neither branch is taken: null stays null.
            less = _compared(best.value, "<" if greatest else ">", term.value)
            value = nw.when(more).then(_lit(best.value)).otherwise(nw.when(less).then(_lit(term.value)))
            best = Number(value, certain=best.certain and term.certain)
        return best

    def _pick(self, question: Trinary, result: Number, rest: Number) -> Number:
        if question.yes is True:
            return result
        if question.no is True:
            return rest
        known = result.certain and rest.certain and question.unknown is False
        if result.value is None and rest.value is None:
            return Number(None, certain=False)
        if rest.value is None:
            return Number(nw.when(expression(question.yes)).then(_some(result.value)), certain=False)
        if result.value is None:
            return Number(nw.when(expression(question.no)).then(_some(rest.value)), certain=False)
        same = _compared(result.value, "=", rest.value)
        value = (
            nw.when(expression(question.yes))
            .then(_lit(result.value))
            .otherwise(
                nw.when(expression(question.no))
                .then(_lit(rest.value))
                .otherwise(nw.when(same).then(_lit(rest.value)))
            )
        )
        return Number(value, certain=known)


def _is_number(node: tree.Expr) -> bool:
    while isinstance(node, tree.Case):
        node = node.otherwise
    if isinstance(node, tree.Const):
        return not isinstance(node.value, bool)
    return isinstance(node, _PLAIN)


def _lit(value: nw.Expr | int) -> nw.Expr:
    return nw.lit(value, dtype=nw.Int64) if isinstance(value, int) else value


def _some(value: nw.Expr | int | None) -> nw.Expr:
    assert value is not None
    return _lit(value)


def _compared(left: nw.Expr | int, symbol: str, right: nw.Expr | int) -> nw.Expr:
    a = _lit(left)
    match symbol:
        case "<":
            return a < right
        case "≤":
            return a <= right
        case "=":
            return a == right
        case "≠":
            return a != right
        case "≥":
            return a >= right
        case _:
            return a > right
