"""A target of a whole beside those of its parts: what they make, and why that cannot be said.

Source of the rule: the papers' target-responsibility system (row D1), counts by sum and percentages by the
mean weighted with the parts' denominators (``domain.accountability.targets``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tongchou.domain.accountability.definitions import Indicator
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.targets import Making, SumCheck, sum_check
from tongchou.domain.accountability.units import BASE, SHARE
from tongchou.domain.policy.words import Text

_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """The target of a unit right below, in the unit of the indicator.

    Attributes
    ----------
    value
        None where none is set.
    weight
        The denominator of its percentage, such as the payments due in the year before; None where not known.
    inside
        Of a unit whose people count in others too: by host, how much of ``weight`` is the host's.
    """

    unit: str
    name: str
    value: Fraction | None
    weight: Fraction | None = None
    inside: Mapping[str, Fraction] | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What the parts make of the stated whole.

    ``check`` is None while it cannot be made: nothing is stated above, parts are ``missing`` (their names),
    or for the reasons in ``why``.
    """

    check: SumCheck | None
    missing: tuple[str, ...] = ()
    why: tuple[Text, ...] = ()
    stated: bool = True

    @property
    def agrees(self) -> bool:
        """Whether nothing speaks against it: it adds up, or is not complete yet, or there is no whole."""
        return self.check.agrees if self.check is not None else not self.why


def making(indicator: Indicator) -> Making:
    """Whether parts of an indicator are added (counts) or averaged (shares and quotients)."""
    return "sum" if str(indicator.unit) in BASE else "mean"


def in_table(indicator: Indicator, value: Fraction) -> Fraction:
    """A value as tables write it: shares in per cent, everything else as it is."""
    return value * _HUNDRED if str(indicator.unit) == SHARE else value


def breakdown(
    indicator: Indicator,
    stated: Fraction | None,
    parts: Sequence[Part],
    *,
    hosts: Mapping[str, Sequence[str]] | None = None,
) -> Breakdown:
    """What parts make of the whole that is stated for them.

    Parameters
    ----------
    stated
        The target of the whole; None where it has none.
    hosts
        By unit whose people count in others too, the keys of those others.
    """
    missing = tuple(one.name for one in parts if one.value is None)
    if stated is None or missing or not parts:
        return Breakdown(None, missing, stated=stated is not None)
    names = {one.unit: one.name for one in parts}
    way = making(indicator)
    values = {names[one.unit]: in_table(indicator, one.value) for one in parts if one.value is not None}
    inside = {
        names[inner]: {names[host]: _of(parts, inner, host) for host in several if host in names}
        for inner, several in (hosts or {}).items()
        if inner in names
    }
    whole = in_table(indicator, stated)
    try:
        return Breakdown(
            sum_check(
                indicator.title,
                whole,
                values,
                making=way,
                weights={one.name: one.weight or Fraction(0) for one in parts},
                inside=inside,
                tolerance=Fraction(0) if way == "sum" else _half_of_last_digit(whole),
            )
        )
    except AccountabilityError as error:
        return Breakdown(None, why=tuple(one.text for one in error.problems))


def _of(parts: Sequence[Part], inner: str, host: str) -> Fraction:
    found = next(one for one in parts if one.unit == inner)
    return Fraction((found.inside or {}).get(host, 0))


def _half_of_last_digit(value: Fraction) -> Fraction:
    """
    Examples
    --------
    >>> _half_of_last_digit(Fraction(30)), _half_of_last_digit(Fraction("97.5"))
    (Fraction(1, 2), Fraction(1, 20))
    """
    digits = 0
    while digits < 6 and (value * 10**digits).denominator != 1:
        digits += 1
    return Fraction(1, 2 * 10**digits)


def exact(value: Decimal | None) -> Fraction | None:
    """A kept number as a fraction."""
    return None if value is None else Fraction(value)
