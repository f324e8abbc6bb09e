"""What is computed for each person, not yet bound to an engine.

A vector is a whole number or truth value a person: a column, a constant, or one of few operations on others.
``translated`` makes a Narwhals expression of it for DuckDB and Spark, :mod:`program` runs it on Polars. All
operations give the same on each of them; nothing else may be added without a test on each engine.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import narwhals as nw

Held = Literal["Int8", "Int32", "Int64", "Boolean"]
#: Operations of one or two vectors, by name. ``pick`` and ``cast`` are the only others.
ACTS: Final[Mapping[str, Callable[..., Any]]] = {
    "and": operator.and_,
    "or": operator.or_,
    "not": operator.invert,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    "≤": operator.le,
    "=": operator.eq,
    "≥": operator.ge,
    ">": operator.gt,
}


class Vector:
    """A node: its operation, the vectors it is made of, and a name, constant or type.

    ``==`` and its like make vectors, as for columns of any table library; nodes are told apart by ``is``.
    """

    __slots__ = ("act", "parts", "value")

    def __init__(self, act: str, parts: tuple[Vector, ...] = (), value: object = None) -> None:
        self.act, self.parts, self.value = act, parts, value

    __hash__ = object.__hash__

    def _with(self, act: str, other: object) -> Vector:
        return Vector(act, (self, other if isinstance(other, Vector) else Vector("lit", value=(other, None))))

    def __and__(self, other: Vector) -> Vector:
        return self._with("and", other)

    def __or__(self, other: Vector) -> Vector:
        return self._with("or", other)

    def __invert__(self) -> Vector:
        return Vector("not", (self,))

    def __add__(self, other: Vector | int) -> Vector:
        return self._with("+", other)

    def __sub__(self, other: Vector | int) -> Vector:
        return self._with("-", other)

    def __mul__(self, other: Vector | int) -> Vector:
        return self._with("*", other)

    def __lt__(self, other: Vector | int) -> Vector:
        return self._with("<", other)

    def __le__(self, other: Vector | int) -> Vector:
        return self._with("≤", other)

    def __ge__(self, other: Vector | int) -> Vector:
        return self._with("≥", other)

    def __gt__(self, other: Vector | int) -> Vector:
        return self._with(">", other)

    def __eq__(self, other: object) -> Vector:  # type: ignore[override]
        return self._with("=", other)

    def is_null(self) -> Vector:
        return Vector("null", (self,))

    def filled(self) -> Vector:
        """A truth value with false for null."""
        return Vector("filled", (self,))

    def cast(self, held: Held) -> Vector:
        return Vector("cast", (self,), held)


def col(name: str) -> Vector:
    return Vector("col", value=name)


def lit(value: int | bool | None, held: Held = "Boolean") -> Vector:
    return Vector("lit", value=(value, held))


def pick(question: Vector, yes: Vector, otherwise: Vector | None = None) -> Vector:
    """``yes`` where the question is true, ``otherwise`` (else null) where it is false or null."""
    return Vector("pick", (question, yes) if otherwise is None else (question, yes, otherwise))


def translated(vector: Vector, known: dict[Vector, nw.Expr]) -> nw.Expr:
    """The vector as an expression of Narwhals; what is in ``known`` is not translated again."""
    made = known.get(vector)
    if made is None:
        made = known[vector] = _translated(vector, [translated(part, known) for part in vector.parts])
    return made


def _translated(vector: Vector, parts: list[nw.Expr]) -> nw.Expr:
    match vector.act, vector.value:
        case "col", str(name):
            return nw.col(name)
        case "lit", tuple(constant):
            value, held = constant
            return nw.lit(value, dtype=getattr(nw, held) if held else None)
        case "pick", _:
            chosen = nw.when(parts[0]).then(parts[1])
            return chosen.otherwise(parts[2]) if len(parts) > 2 else chosen
        case "cast", str(held):
            return parts[0].cast(getattr(nw, held))
        case "null", _:
            return parts[0].is_null()
        case "filled", _:
            return parts[0].fill_null(value=False)
        case act, _:
            made: nw.Expr = ACTS[act](*parts)
            return made
