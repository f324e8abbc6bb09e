"""The tree compiled for many: :mod:`vectors` of whitelisted operations on whole numbers and booleans.

Whitelist: column, literal, + − ×, comparisons, and/or/not, null or not, false for null, one or the other, and
casting integers to wider ones. All of them give the same on Polars, DuckDB and PySpark; nothing else may be
added without a test on each engine.

Each named condition becomes two columns of its own, so that what is used twice is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import Closures
from tongchou.domain.policy.numbers import (
    NOBODY_KNOWS,
    Number,
    compared,
    computed,
    constant,
    count,
    of_fact,
    union,
)
from tongchou.domain.policy.trinary import (
    NO,
    UNKNOWN,
    YES,
    Bit,
    Trinary,
    both,
    choose,
    either,
    expression,
    no,
    sure,
)
from tongchou.domain.policy.vectors import Vector, col, pick

_PLAIN = (tree.Fact, tree.Param, tree.Const, tree.Year, tree.Add, tree.Sub, tree.Mul, tree.MaxOf, tree.MinOf)


@dataclass
class Columns:
    """Compiles the nodes of one programme and year.

    Parameters
    ----------
    present
        Fact columns of the table, ``True`` for those without any null. Every other fact is unknown for all.
    stages
        Filled by compiling: the columns to add, one mapping after the other. What is used twice is a column,
        so that it is computed once.
    later
        The same for columns that only tell what is missing, to be added to the rows that miss something.
    leaves
        The questions asked of single facts. Programmes that are run together share these and ``stages``.
    prefix
        Begins the names of this programme's own columns.
    """

    closures: Closures
    present: Mapping[str, bool]
    stages: list[dict[str, Vector]] = field(default_factory=list)
    later: list[dict[str, Vector]] = field(default_factory=list)
    leaves: dict[object, Trinary] = field(default_factory=dict)
    prefix: str = ""
    _asked: dict[str, dict[str, Bit]] = field(default_factory=dict)
    _named: dict[str, Trinary] = field(default_factory=dict)

    def truth(self, node: tree.Expr) -> Trinary:
        """The two booleans of a checked bool node."""
        value = self.closures.constant(node)
        if isinstance(value, bool):
            return YES if value else NO
        match node:
            case tree.IsTrue() | tree.In() | tree.Compare():
                key = self._leaf_key(node)
                if key not in self.leaves:
                    self.leaves[key] = self._leaf(node)
                return self.leaves[key]
            case tree.Known(fact):
                return sure(self._known(fact.name))
            case tree.Unclear():
                return UNKNOWN
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
            return constant(int(value))
        match node:
            case tree.Fact(name):
                return of_fact(name, self._known(name)) if name in self.present else NOBODY_KNOWS
            case tree.Add() | tree.Sub() | tree.Mul():
                return count(node, self.number(node.left), self.number(node.right))
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
                open_here = no(self._known(name))
                return {} if open_here is False else {name: open_here}
            case tree.Unclear(facts):
                return {fact.name: True for fact in facts}
            case tree.Known():
                return {}
            case tree.Case(branches, otherwise):
                result = self.where_unknown(otherwise)
                for question, answer in reversed(branches):
                    result = self._missing_choice(question, answer, result)
                return result
            case tree.Condition(expression=inner):
                return self.missing(inner)
            case tree.IsTrue(fact) | tree.In(fact, _):
                return self.missing(fact)
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
        """For each fact, where the node is unknown and the fact decides; conditions are kept in ``later``."""
        if isinstance(node, tree.Condition) and node.code in self._asked:
            return self._asked[node.code]
        open_here = self._open(node)
        bits = {name: both(open_here, bit) for name, bit in self.missing(node).items()}
        bits = {name: bit for name, bit in bits.items() if bit is not False}
        if isinstance(node, tree.Condition):
            level = _level(node)
            bits = {
                name: self._stage(f"~{self.prefix}{_safe(node.code)}~needs~{name}", bit, level, self.later)
                for name, bit in bits.items()
            }
            self._asked[node.code] = bits
        return bits

    def _open(self, node: tree.Expr) -> Bit:
        if isinstance(node, _PLAIN):
            return True  # the facts below say themselves where they are null
        if isinstance(node, tree.Case) and _is_number(node):
            return no(self.number(node).known)
        return self.truth(node).unknown

    def _condition(self, node: tree.Condition) -> Trinary:
        if node.code not in self._named:
            inner = self.truth(node.expression)
            self._named[node.code] = self._keep(node.code, inner, _level(node))
        return self._named[node.code]

    def _keep(self, code: str, value: Trinary, level: int) -> Trinary:
        name = f"~{self.prefix}{_safe(code)}"
        yes = self._stage(f"{name}~yes", value.yes, level)
        if value.certain:
            return sure(yes)
        return Trinary(yes, self._stage(f"{name}~no", value.no, level))

    def _stage(self, name: str, bit: Bit, level: int, stages: list[dict[str, Vector]] | None = None) -> Bit:
        """The bit as a column of its own, added at a level."""
        if isinstance(bit, bool):
            return bit
        stages = self.stages if stages is None else stages
        while len(stages) <= level:
            stages.append({})
        stages[level][name] = bit
        return col(name)

    def _known(self, name: str) -> Bit:
        """Where a fact is not null."""
        if name not in self.present:
            return False
        return True if self.present[name] else self._stage(f"~{name}~known", ~col(name).is_null(), 0)

    def _leaf_key(self, node: tree.Expr) -> object:
        """What is equal asks the same, whatever programme asks it."""
        return _with_values(node, self.closures) or (self.prefix, node)

    def _leaf(self, node: tree.Compare | tree.In | tree.IsTrue) -> Trinary:
        holds, known = self._question(node)
        if holds is None:
            return UNKNOWN
        name, level = f"~leaf{len(self.leaves)}", _level(node)
        if isinstance(holds, bool):
            return Trinary(both(holds, known), both(not holds, known), certain=known is True)
        if known is True:
            return sure(self._stage(f"{name}~yes", holds, level - 1))
        yes = self._stage(f"{name}~yes", holds.filled(), level - 1)
        return Trinary(yes, self._stage(f"{name}~no", both(known, no(yes)), level))

    def _question(self, node: tree.Compare | tree.In | tree.IsTrue) -> tuple[Vector | bool | None, Bit]:
        """The nullable answer of the engine, and where it is known."""
        if isinstance(node, tree.Compare):
            left, right = self.number(node.left), self.number(node.right)
            if left.value is None or right.value is None:
                return None, False
            return compared(left, node.operator, right), both(left.known, right.known)
        name = node.fact.name
        if name not in self.present:
            return None, False
        column, known = col(name), self._known(name)
        if isinstance(node, tree.IsTrue):
            return column, known
        inside = column == node.values[0]
        for value in node.values[1:]:
            inside = inside | (column == value)
        return inside, known

    def _extreme(self, terms: list[Number], *, greatest: bool) -> Number:
        best = terms[0]
        for term in terms[1:]:
            if best.value is None or term.value is None:
                return NOBODY_KNOWS
            one, other = best.wide(), term.wide()
            more, less = (one >= other, one < other) if greatest else (one <= other, one > other)
            # Where one side is null neither comparison is true, so null stays null.
            value = pick(more, one, pick(less, other))
            best = computed(value, both(best.known, term.known))
        return best

    def _pick(self, question: Trinary, result: Number, rest: Number) -> Number:
        if question.yes is True or question.no is True:
            return result if question.yes is True else rest
        told = either(both(question.yes, result.known), both(question.no, rest.known))
        if result.value is None or rest.value is None:
            if result.value is None and rest.value is None:
                return NOBODY_KNOWS
            bit, number = (question.no, rest) if result.value is None else (question.yes, result)
            return computed(pick(expression(bit), number.wide()), told)
        ends = union(result, rest)
        one, other = (side.held("Int64" if ends is None else "Int32") for side in (result, rest))
        if question.certain:
            taken = pick(expression(question.yes), one, other)
            return computed(taken, True if result.known is True and rest.known is True else told, ends)
        same = one == other
        agreed = pick(same, other)
        otherwise = pick(expression(question.no), other, agreed)
        value = pick(expression(question.yes), one, otherwise)
        both_known = both(result.known, rest.known)
        return computed(value, either(told, both(both_known, same.filled())), ends)


def _is_number(node: tree.Expr) -> bool:
    while isinstance(node, tree.Case):
        node = node.otherwise
    if isinstance(node, tree.Const):
        return not isinstance(node.value, bool)
    return isinstance(node, _PLAIN)


def _level(node: tree.Expr) -> int:
    """The stage after which a node's columns are all there: a leaf takes two, a condition one more."""
    below = max((_level(part) for part in tree.children(node)), default=-1)
    if isinstance(node, tree.Compare | tree.In | tree.IsTrue):
        return below + 2
    return below + 1 if isinstance(node, tree.Condition | tree.Known) else below


def _with_values(node: tree.Expr, closures: Closures) -> tree.Expr | None:
    """A question of plain facts with the values of the year in the place of parameters."""
    value = closures.constant(node)
    if value is not None:
        return tree.Const(int(value))
    if isinstance(node, tree.Fact | tree.In | tree.IsTrue):
        return node
    if not isinstance(node, tree.Compare | tree.Add | tree.Sub | tree.Mul):
        return None
    left, right = _with_values(node.left, closures), _with_values(node.right, closures)
    if left is None or right is None:
        return None
    if isinstance(node, tree.Compare):
        return tree.Compare(left, node.operator, right)
    return type(node)(left, right)


def _safe(code: str) -> str:
    """A code as part of a column's name: a dot would be a field of a struct to Spark."""
    return code.replace(".", ":")
