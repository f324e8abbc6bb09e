"""Trees written out in one line, and trees with one part replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tongchou.domain.policy import tree

#: Longer texts of one part are cut: a name has to be read, and a number tells equal ones apart.
MOST = 72


def written(node: tree.Expr) -> str:
    """A node in one line; named conditions by their code.

    Examples
    --------
    >>> written(tree.Compare(tree.Add(tree.Fact("birth_year"), tree.Param("age")), "≤", tree.Year()))
    'birth_year + age ≤ year'
    """
    match node:
        case tree.Fact(name) | tree.Param(name) | tree.IsTrue(tree.Fact(name)):
            return name
        case tree.Const(value):
            return str(value).lower()
        case tree.Year():
            return "year"
        case tree.Add(left, right):
            return f"{written(left)} + {written(right)}"
        case tree.Sub(left, right):
            return f"{written(left)} - {_closed(right)}"
        case tree.Mul(left, right):
            return f"{_closed(left)} × {_closed(right)}"
        case tree.Compare(left, operator, right):
            return f"{written(left)} {operator} {written(right)}"
        case tree.In(fact, values):
            return f"{fact.name} in {'/'.join(values)}"
        case tree.Known(fact):
            return f"known({fact.name})"
        case tree.Not(term):
            return f"not {_closed(term)}"
        case tree.All(terms):
            return " and ".join(_closed(term) for term in terms)
        case tree.Any(terms):
            return " or ".join(_closed(term) for term in terms)
        case tree.Case(branches, otherwise):
            parts = [f"{written(question)}: {written(result)}" for question, result in branches]
            return f"case({', '.join(parts)}, else {written(otherwise)})"
        case tree.Condition():
            return node.code
        case tree.MaxOf() | tree.MinOf() | tree.Unclear():
            name = {tree.MaxOf: "max", tree.MinOf: "min", tree.Unclear: "unclear"}[type(node)]
            return f"{name}({', '.join(written(part) for part in tree.children(node))})"


def _closed(node: tree.Expr) -> str:
    plain = isinstance(node, tree.Fact | tree.Param | tree.Const | tree.IsTrue | tree.Known | tree.Condition)
    return written(node) if plain or len(tree.children(node)) < 2 else f"({written(node)})"


def brief(node: tree.Expr) -> str:
    """As :func:`written`, cut to :data:`MOST` characters."""
    text = written(node)
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"


def with_parts(node: tree.Expr, parts: Sequence[tree.Expr]) -> tree.Expr:
    """The node with other direct parts, in the order of :func:`tree.children`.

    Raises
    ------
    TypeError
        For a node whose parts are facts only.
    """
    match node:
        case tree.Add() | tree.Sub() | tree.Mul() | tree.Compare():
            return replace(node, left=parts[0], right=parts[1])
        case tree.MaxOf() | tree.MinOf() | tree.All() | tree.Any():
            return replace(node, terms=tuple(parts))
        case tree.Not():
            return tree.Not(parts[0])
        case tree.Case():
            pairs = tuple(zip(parts[:-1:2], parts[1::2], strict=True))
            return tree.Case(pairs, parts[-1])
        case tree.Condition():
            return replace(node, expression=parts[0])
        case _:
            raise TypeError(f"{type(node).__name__} has no parts to replace")


class Swap:
    """Replaces one object wherever it stands; what stands in several places stays one object."""

    def __init__(self, old: tree.Expr, new: tree.Expr) -> None:
        self.done: dict[int, tree.Expr] = {id(old): new}

    def of(self, node: tree.Expr) -> tree.Expr:
        """The tree with the object replaced; the same tree when it does not hold it."""
        made = self.done.get(id(node))
        if made is None:
            parts = tree.children(node)
            fresh = [self.of(part) for part in parts]
            same = all(one is other for one, other in zip(parts, fresh, strict=True))
            made = self.done[id(node)] = node if same else with_parts(node, fresh)
        return made
