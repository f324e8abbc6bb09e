"""Whole numbers of a column: what they are, for whom they are known, and between which bounds they lie.

Bounds decide two things. A comparison that comes out the same for every possible value is no comparison; and
Polars holds facts in as few bytes as their bounds allow (``validate.packed``), so arithmetic must widen
before a result could be too great for that. A constant that is added is kept apart (``shift``), so that
``born + 60 ≤ 2026`` is asked as ``born ≤ 1966`` of the column as it is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.closures import COMPARISONS
from tongchou.domain.policy.trinary import Bit, both
from tongchou.domain.policy.vectors import Held, Vector, col, lit

#: Bits of the whole numbers an engine may hold a fact in.
NARROW, SHORT, LONG, WIDE = 8, 16, 32, 64
_TURNED: Mapping[tree.Operator, tree.Operator] = {"<": ">", "≤": "≥", "=": "=", "≥": "≤", ">": "<"}
_ASKED: Mapping[tree.Operator, Callable[..., Vector]] = {
    "<": operator.lt,
    "≤": operator.le,
    "=": operator.eq,
    "≥": operator.ge,
    ">": operator.gt,
}
_COUNTED: Mapping[type, Callable[..., Vector]] = {
    tree.Add: operator.add,
    tree.Sub: operator.sub,
    tree.Mul: operator.mul,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of each person, or the same for everybody.

    ``value`` is ``None`` when it is unknown for everybody, an ``int`` when it is the same for everybody;
    ``known`` says for whom it is not null; ``shift`` is still to be added to a column. ``least`` and ``most``
    are of the column, ``None`` where there is no bound.
    """

    value: Vector | int | None
    known: Bit
    least: int | None = None
    most: int | None = None
    shift: int = 0

    @property
    def bits(self) -> int:
        """What the column is held in at least."""
        return bits_for(self.least, self.most)

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The least and the greatest value, the shift added."""
        if isinstance(self.value, int):
            return self.value, self.value
        if self.least is None or self.most is None:
            return None
        return self.least + self.shift, self.most + self.shift

    @property
    def short(self) -> bool:
        """Whether the whole value fits 32 bits, and all that is added on the way to it."""
        fits = self.bounds is not None and bits_for(*self.bounds) < WIDE
        return fits and (isinstance(self.value, int) or self.bits < WIDE)

    def wide(self) -> Vector:
        """The whole value in 64 bits."""
        return self.held("Int64")

    def held(self, kind: Held) -> Vector:
        """The whole value in 64 bits, or in 32 where it is ``short``."""
        if isinstance(self.value, int):
            return lit(self.value, kind)
        assert self.value is not None
        column = self.value if self.bits == WIDE else self.value.cast(kind)
        return column + lit(self.shift, kind) if self.shift else column


NOBODY_KNOWS = Number(None, known=False)


def bits_for(least: int | None, most: int | None) -> int:
    """Bits that hold all numbers between the bounds.

    Examples
    --------
    >>> bits_for(0, 30), bits_for(1850, 2150), bits_for(0, None)
    (8, 16, 64)
    """
    if least is None or most is None:
        return WIDE
    return next(
        (bits for bits in (NARROW, SHORT, LONG) if -(2 ** (bits - 1)) <= least <= most < 2 ** (bits - 1)),
        WIDE,
    )


def constant(value: int) -> Number:
    return Number(value, known=True)


def of_fact(name: str, known: Bit) -> Number:
    fact = schema.BY_NAME[name]
    return Number(col(name), known, fact.least, fact.most)


def computed(value: Vector, known: Bit, ends: tuple[int, int] | None = None) -> Number:
    """A number of 64 bits that may be anything, or one of 32 between two ends."""
    return Number(value, known, *(ends or (None, None)))


def union(one: Number, other: Number) -> tuple[int, int] | None:
    """Between which numbers both lie; ``None`` when one of them may need more than 32 bits."""
    if one.bounds is None or other.bounds is None or not (one.short and other.short):
        return None
    return min(one.bounds[0], other.bounds[0]), max(one.bounds[1], other.bounds[1])


def count(node: tree.Add | tree.Sub | tree.Mul, left: Number, right: Number) -> Number:
    """Sum, difference or product of two numbers that are not both the same for everybody."""
    if left.value is None or right.value is None:
        return NOBODY_KNOWS
    if isinstance(node, tree.Add) and isinstance(left.value, int):
        left, right = right, left
    if isinstance(right.value, int) and not isinstance(node, tree.Mul):
        step = right.value if isinstance(node, tree.Add) else -right.value
        return replace(left, shift=left.shift + step)
    known = both(left.known, right.known)
    ends = _ends(node, left, right)
    if isinstance(node, tree.Mul) and ends is not None and bits_for(*ends) < WIDE:
        return computed(left.held("Int32") * right.held("Int32"), known, ends)
    if ends is not None and _narrow(left) and _narrow(right):
        held = max(left.bits, right.bits)
        if bits_for(*ends) <= held:
            return Number(_COUNTED[type(node)](left.value, right.value), known, *ends)
    return computed(_COUNTED[type(node)](left.wide(), right.wide()), known)


def _narrow(number: Number) -> bool:
    return isinstance(number.value, Vector) and not number.shift and number.bits < WIDE


def _ends(node: tree.Expr, left: Number, right: Number) -> tuple[int, int] | None:
    if left.bounds is None or right.bounds is None:
        return None
    (a, b), (c, d) = left.bounds, right.bounds
    if isinstance(node, tree.Mul):
        corners = (a * c, a * d, b * c, b * d)
        return (min(corners), max(corners)) if left.short and right.short else None
    return (a + c, b + d) if isinstance(node, tree.Add) else (a - d, b - c)


def compared(left: Number, symbol: tree.Operator, right: Number) -> Vector | bool:
    """The answer of the engine, null where a side is; ``bool`` where it is the same for whoever is known."""
    assert left.value is not None and right.value is not None
    if isinstance(left.value, int):
        left, symbol, right = right, _TURNED[symbol], left
    if not isinstance(right.value, int):
        if not left.shift and not right.shift:
            return _ASKED[symbol](left.value, right.value)
        return _ASKED[symbol](left.wide(), right.wide())
    wanted = right.value - left.shift
    assert isinstance(left.value, Vector)
    if left.least is not None and left.most is not None and not left.least <= wanted <= left.most:
        return COMPARISONS[symbol](left.least, wanted)
    return _ASKED[symbol](left.value, wanted)
