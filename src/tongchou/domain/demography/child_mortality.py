"""Deaths of children: infant mortality per birth, and the probability of dying before the fifth birthday.

Source: Preston, Heuveline and Guillot, Demography (2001), 2.5 and 3.2; Pressat, L'analyse démographique
(1961) (double classification of infant deaths); the interval is that of Fay and Feuer for the cumulated
hazard, see ``intervals.weighted_counts``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import (
    Figure,
    LeftOut,
    Why,
    ages_last,
    numbers,
    ratio,
    usable,
)


def infant_mortality(deaths: npt.ArrayLike, births: npt.ArrayLike, *, level: float = 0.95) -> Figure:
    """Deaths before the first birthday per live birth of the same period: the usual infant mortality rate.

    Parameters
    ----------
    deaths, births
        Of the same shape, of each area; ``times(1000)`` gives it per thousand births.

    Returns
    -------
    Figure
        ``nan`` without births, which is counted as an empty area.
    """
    died, born = np.broadcast_arrays(numbers(deaths, "deaths"), numbers(births, "births"))
    died, born, left_out = usable(died[..., None], born[..., None])
    died, born = died[..., 0], born[..., 0]
    low, high = intervals.rate(died, born, level)
    none = born == 0
    if none.any():
        left_out += LeftOut({Why.EMPTY_AREA: none.astype(np.int64)})
    return Figure(ratio(died, born), low, high, level, left_out)


def infant_probability(
    lower: npt.ArrayLike, upper: npt.ArrayLike, births: npt.ArrayLike, births_before: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """The probability of dying before the first birthday in a year, from the two triangles of infant deaths.

    q₀ = 1 − (1 − Dₗ / B) (1 − Dᵤ / B₋₁)

    Deaths of this year's births are set against this year's births, those of last year's births against last
    year's, so that a rise or fall of births does not bend the rate.

    Parameters
    ----------
    lower, upper
        Infant deaths of the year among the children born in it, and among those born in the year before.
    births, births_before
        Births of the year and of the year before, all of one shape.

    Examples
    --------
    >>> round(float(infant_probability(6, 4, 1000, 2000)), 6)
    0.007988
    """
    early = ratio(numbers(lower, "lower"), numbers(births, "births"))
    late = ratio(numbers(upper, "upper"), numbers(births_before, "births_before"))
    return 1 - (1 - early) * (1 - late)


def under_five_mortality(
    deaths: npt.ArrayLike,
    exposure: npt.ArrayLike,
    *,
    widths: npt.ArrayLike = (1, 4),
    ax: npt.ArrayLike = (0.1, 1.5),
    level: float = 0.95,
) -> Figure:
    """The probability ₅q₀ of dying before the fifth birthday under the rates of a period.

    ₅q₀ = 1 − Π (1 − q),   q = n m / (1 + (n − a) m)

    Parameters
    ----------
    deaths, exposure
        (..., ages): deaths and person-years of the age groups from birth to the fifth birthday.
    widths
        Years of each group; together 5.
    ax
        Years lived in the group by those who die in it.

    Returns
    -------
    Figure
        (...) probabilities. An area is unknown where a group cannot be used or nobody lived in it.

    Raises
    ------
    ValueError
        When the widths are not 5 years together, or the ages do not fit them.

    Examples
    --------
    >>> one = under_five_mortality([10, 2], [1000, 4000]).times(1000)
    >>> one.value.round(2).tolist(), one.low.round(2).tolist(), one.high.round(2).tolist()
    (11.89, 6.16, 20.67)
    """
    n, a = numbers(widths, "widths"), numbers(ax, "ax")
    if n.sum() != 5:
        raise ValueError("widths: the groups are not 5 years together")
    died, lived, left_out = usable(deaths, exposure)
    ages_last(died, n.size, "deaths")
    m = ratio(died, lived)
    q = n * m / (1 + (n - a) * m)
    survived = np.prod(1 - q, axis=-1)
    hazard, low, high = intervals.weighted_counts(died, ratio(n, lived), level)
    true = -np.log(survived)
    scale = np.where(hazard > 0, ratio(true, hazard), 1.0)
    empty = (lived == 0).any(axis=-1)
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty.astype(np.int64)})
    return Figure(1 - survived, -np.expm1(-low * scale), -np.expm1(-high * scale), level, left_out)
