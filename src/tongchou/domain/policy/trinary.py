"""Truth values of a column as two plain booleans, *is true* and *is false*: neither is ever null.

Engines differ in what they do with null; they do not differ in and, or and not of booleans. What is the same
for everybody is a Python ``bool`` and folds away, so that absent columns and questions about the year alone
cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tongchou.domain.policy.vectors import Vector, lit

Bit: TypeAlias = Vector | bool


def both(a: Bit, b: Bit) -> Bit:
    """a and b."""
    if isinstance(a, bool):
        return b if a else False
    if isinstance(b, bool):
        return a if b else False
    return a & b


def either(a: Bit, b: Bit) -> Bit:
    """a or b."""
    if isinstance(a, bool):
        return True if a else b
    if isinstance(b, bool):
        return True if b else a
    return a | b


def no(a: Bit) -> Bit:
    """not a."""
    return not a if isinstance(a, bool) else ~a


def expression(a: Bit) -> Vector:
    """The bit as a vector."""
    return lit(a) if isinstance(a, bool) else a


@dataclass(frozen=True, slots=True)
class Trinary:
    """A truth value by Kleene's strong logic: true, false, or neither (unknown); never both.

    ``certain`` when it is known for everybody, so that ``no`` is just the opposite of ``yes``.
    """

    yes: Bit
    no: Bit
    certain: bool = False

    @property
    def unknown(self) -> Bit:
        return False if self.certain else no(either(self.yes, self.no))

    def __and__(self, other: Trinary) -> Trinary:
        if self.certain and other.certain:
            return sure(both(self.yes, other.yes))
        return Trinary(both(self.yes, other.yes), either(self.no, other.no))

    def __or__(self, other: Trinary) -> Trinary:
        if self.certain and other.certain:
            return sure(either(self.yes, other.yes))
        return Trinary(either(self.yes, other.yes), both(self.no, other.no))

    def __invert__(self) -> Trinary:
        return Trinary(self.no, self.yes, self.certain)


def sure(yes: Bit) -> Trinary:
    """A truth value known for everybody."""
    return Trinary(yes, no(yes), certain=True)


YES, NO, UNKNOWN = sure(yes=True), sure(yes=False), Trinary(yes=False, no=False)


def choose(question: Trinary, result: Trinary, rest: Trinary) -> Trinary:
    """``result`` where the question is true, ``rest`` where it is false, and where both agree.

    Examples
    --------
    >>> choose(UNKNOWN, YES, YES).yes, choose(UNKNOWN, YES, NO).unknown
    (True, True)
    """
    yes = _agree(question, result.yes, rest.yes)
    if question.certain and result.certain and rest.certain:
        return sure(yes)
    return Trinary(yes, _agree(question, result.no, rest.no))


def _agree(question: Trinary, result: Bit, rest: Bit) -> Bit:
    # The general form is (yes & result) | (no & rest) | (result & rest); constants absorb most of it.
    if result is True:
        return either(question.yes, rest)
    if rest is True:
        return either(question.no, result)
    if result is False:
        return both(question.no, rest)
    if rest is False:
        return both(question.yes, result)
    told = either(both(question.yes, result), both(question.no, rest))
    return told if question.certain else either(told, both(result, rest))
