"""Units of counts and figures: what may be added to what, and what a product or quotient is measured in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: What counts are measured in.
BASE: Final = ("persons", "households", "villages", "cases", "posts", "records", "fen", "days")
#: Units of indicators, beside the base units and their quotients such as ``days/cases``.
SHARE: Final = "share"


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of base units; ``powers`` holds none that is 0.

    Examples
    --------
    >>> str(unit("days") / unit("cases")), str(unit("fen") / unit("fen"))
    ('days/cases', 'share')
    """

    powers: tuple[tuple[str, int], ...] = field(default=())

    def __mul__(self, other: Unit) -> Unit:
        return _combined(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combined(self, other, -1)

    def __str__(self) -> str:
        over = [one for name, power in self.powers for one in [name] * power]
        under = [one for name, power in self.powers for one in [name] * -power]
        if not over and not under:
            return SHARE
        return "/".join(["·".join(over) or "1", *under])


def unit(text: str) -> Unit:
    """The unit of a text: ``share``, a base unit, or a quotient of base units.

    Raises
    ------
    ValueError
        Naming what is no base unit.
    """
    found = Unit()
    if text == SHARE:
        return found
    for place, name in enumerate(text.split("/")):
        if name not in BASE:
            raise ValueError(f"{name!r} is none of {', '.join((SHARE, *BASE))}")
        one = Unit(((name, 1),))
        found = found / one if place else found * one
    return found


def _combined(first: Unit, second: Unit, sign: int) -> Unit:
    powers: dict[str, int] = dict(first.powers)
    more: Mapping[str, int] = dict(second.powers)
    for name, power in more.items():
        powers[name] = powers.get(name, 0) + sign * power
    return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)))
