"""How complete records of births are, of an area as a whole: children counted later, and Brass's P/F ratio.

Completeness is of the records. It names no mother and no child; a birth that is missing is helped to be
registered.

Source: United Nations, Manual X: Indirect Techniques for Demographic Estimation (1983), chapters II and VIII;
Moultrie and others, Tools for Demographic Estimation (2013), chapters 6 and 7; multipliers k: Brass and Coale
(1968), The Demography of Tropical Africa, as printed in United Nations, Manual IV (1967), annex table V.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import (
    Figure,
    Floats,
    LeftOut,
    Why,
    ages_last,
    numbers,
    ratio,
)

#: k of the age groups 15-19 … 45-49 in eight patterns of fertility, from late to early.
_K: Final = np.array(
    [
        [1.120, 1.310, 1.615, 1.950, 2.305, 2.640, 2.925, 3.170],
        [2.555, 2.690, 2.780, 2.840, 2.890, 2.925, 2.960, 2.985],
        [2.925, 2.960, 2.985, 3.010, 3.035, 3.055, 3.075, 3.095],
        [3.055, 3.075, 3.095, 3.120, 3.140, 3.165, 3.190, 3.215],
        [3.165, 3.190, 3.215, 3.245, 3.285, 3.325, 3.375, 3.435],
        [3.325, 3.375, 3.435, 3.510, 3.610, 3.740, 3.915, 4.150],
        [3.640, 3.895, 4.150, 4.395, 4.630, 4.840, 4.985, 5.000],
    ]
)
#: What tells the patterns apart: P₁/P₂ for the first three groups, the mean age of mothers for the others.
_P_RATIO: Final = np.array([0.014, 0.045, 0.090, 0.143, 0.205, 0.268, 0.330, 0.387])
_MEAN_AGE: Final = np.array([31.7, 30.7, 29.7, 28.7, 27.7, 26.7, 25.7, 24.7])
_GROUPS: Final = 7


def reverse_survival(
    children: npt.ArrayLike, lived: npt.ArrayLike, registered: npt.ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Figure]:
    """Births that children counted now must come from, and the share of them that was registered.

    Bₓ = Nₓ / Lₓ

    Parameters
    ----------
    children
        (..., ages) children by single age from 0 on the day of the count; migration must be small, or
        children be counted with their place of birth.
    lived
        (ages,) or (..., ages) years lived in each age by a newborn (L of a life table whose radix is 1).
    registered
        (..., ages) births registered for the same cohorts: of the twelve months before the count for age 0,
        of the twelve before those for age 1, and so on.

    Returns
    -------
    births
        (..., ages) of each cohort.
    completeness
        (..., ages) registered over births, 1 = complete, with the interval of the ratio of two counts.
        Above 1 children are missing from the count, not births from the register.

    Examples
    --------
    >>> births, share = reverse_survival([970, 950], [0.98, 0.97], [940, 960])
    >>> births.round(1).tolist(), share.value.round(3).tolist()
    ([989.8, 979.4], [0.95, 0.98])
    """
    number, years = numbers(children, "children"), numbers(lived, "lived")
    ages_last(years, number.shape[-1], "lived")
    known = numbers(registered, "registered")
    bad = (number < 0) | (known < 0)
    number, known = np.where(bad, np.nan, number), np.where(bad, np.nan, known)
    births = ratio(number, years)
    low, high = intervals.log_ratio(known, number, level)
    told = {Why.NEGATIVE_EVENTS: bad, Why.EMPTY_AREA: births == 0}
    left_out = LeftOut({why: np.asarray(one.sum(axis=-1)) for why, one in told.items() if one.any()})
    return births, Figure(ratio(known, births), low * years, high * years, level, left_out)


def relative_coverage(first: npt.ArrayLike, second: npt.ArrayLike, survival: npt.ArrayLike) -> Floats:
    """How well a count caught a cohort, measured by a later count of it: N₁ S / N₂.

    Children are missed most: 2010 of 2020 in China 0.88 at ages 0-4.

    Parameters
    ----------
    first, second
        People of the cohort at the earlier and the later count, any shape.
    survival
        Share of the cohort that lives from the one to the other.

    Returns
    -------
    Floats
        1 where both caught alike; ``nan`` where the second is 0 or one is unknown.

    Examples
    --------
    >>> round(float(relative_coverage(75532610, 85255994, 0.995)), 3)
    0.882
    """
    return ratio(numbers(first, "first") * numbers(survival, "survival"), second)


@dataclass(frozen=True, slots=True, eq=False)
class PF:
    """Brass's comparison of children ever born with the births of a year.

    Attributes
    ----------
    cumulated, ratio
        (..., 7) F, children a woman of the group would have had by now under the year's rates, and P/F.
        Even ratios from 20 to 34: births of the year are missed by that share. Rising ones: fertility has
        fallen.
    adjusted
        (..., 7) rates multiplied by the ratio of the groups asked for; ``total`` is 5 Σ of them.
    outside
        (...) whether the pattern of fertility lies outside the tables, so that k is the nearest.
    """

    cumulated: Floats
    ratio: Floats
    adjusted: Floats
    total: Floats
    outside: npt.NDArray[np.bool_]
    left_out: LeftOut = field(default_factory=LeftOut)


def brass_pf(parity: npt.ArrayLike, rates: npt.ArrayLike, *, by: tuple[int, ...] = (20,)) -> PF:
    """P/F ratios of an area: Fᵢ = 5 Σ_{j<i} fⱼ + kᵢ fᵢ.

    Parameters
    ----------
    parity
        (..., 7) children ever born per woman of 15-19, 20-24 … 45-49.
    rates
        (..., 7) births of a year per woman of these ages, whose age is half a year above that at the birth.
    by
        First ages of the groups whose mean ratio adjusts the rates.

    Raises
    ------
    ValueError
        When there are not seven groups, or ``by`` names none of them.

    Notes
    -----
    It needs fertility that was constant for some years. Where it fell fast, as in China, ratios tell of the
    past and not of completeness: use ``reverse_survival``.
    """
    p, f = np.broadcast_arrays(numbers(parity, "parity"), numbers(rates, "rates"))
    ages_last(p, _GROUPS, "parity")
    chosen = [(age - 15) // 5 for age in by if age in range(15, 50, 5)]
    if not chosen or len(chosen) < len(by):
        raise ValueError("by: first ages of five-year groups from 15 to 45")
    bad = (p < 0) | (f < 0)
    p, f = np.where(bad, np.nan, p), np.where(bad, np.nan, f)
    early = ratio(p[..., 0], p[..., 1])
    mean_age = ratio((f * (np.arange(15, 50, 5) + 2.5)).sum(axis=-1), f.sum(axis=-1))
    k = np.empty_like(f)
    for at in range(_GROUPS):
        if at < 3:
            k[..., at] = np.interp(early, _P_RATIO, _K[at])
        else:
            k[..., at] = np.interp(mean_age, _MEAN_AGE[::-1], _K[at][::-1])
    before = 5 * (f.cumsum(axis=-1) - f)
    cumulated = before + k * f
    quotient = ratio(p, cumulated)
    adjusted = f * quotient[..., chosen].mean(axis=-1, keepdims=True)
    outside = (early < _P_RATIO[0]) | (early > _P_RATIO[-1])
    outside |= (mean_age > _MEAN_AGE[0]) | (mean_age < _MEAN_AGE[-1])
    left_out = LeftOut({Why.NEGATIVE_EVENTS: np.asarray(bad.sum(axis=-1))} if bad.any() else {})
    total = np.asarray(5 * adjusted.sum(axis=-1))
    return PF(cumulated, quotient, adjusted, total, np.asarray(outside), left_out)
