"""Rates made comparable: as if all areas had the same ages (direct), or the same rates (indirect).

Source: Preston, Heuveline and Guillot, Demography (2001), 2.2 and 2.3; intervals of Fay and Feuer (1997) and
Garwood (1936).
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


def direct(
    events: npt.ArrayLike, exposure: npt.ArrayLike, standard: npt.ArrayLike, *, level: float = 0.95
) -> Figure:
    """The crude rate an area would have with the ages of a standard population: Σ cₓ mₓ.

    Parameters
    ----------
    events, exposure
        (..., ages).
    standard
        (ages,) or (..., ages): people (or shares) of the standard, 0 or more. Only proportions matter:
        c = standard / Σ standard.

    Returns
    -------
    Figure
        (...) per person-year. Unknown where nobody lived at an age that the standard has, or a cell of it
        cannot be used; ages the standard has not do not matter.

    Raises
    ------
    ValueError
        When the standard has another number of ages, a negative one, or nobody.

    Examples
    --------
    >>> figure = direct([[2, 30], [10, 10]], [[1000, 1000], [5000, 500]], [1, 1])
    >>> figure.value.tolist()
    [0.016, 0.011]
    """
    happened, lived, left_out = usable(events, exposure)
    weights = ages_last(numbers(standard, "standard"), happened.shape[-1], "standard")
    if not (weights >= 0).all() or not (weights.sum(axis=-1) > 0).all():
        raise ValueError("standard: numbers of 0 or more, not all of them 0")
    share = np.broadcast_to(weights / weights.sum(axis=-1, keepdims=True), happened.shape)
    counted = share > 0
    empty = (counted & (lived == 0)).any(axis=-1)
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty.astype(np.int64)})
    value, low, high = intervals.weighted_counts(
        np.where(counted, happened, 0.0), np.where(counted, ratio(share, lived), 0.0), level
    )
    return Figure(value, low, high, level, left_out)


def indirect(
    events: npt.ArrayLike, exposure: npt.ArrayLike, rates: npt.ArrayLike, *, level: float = 0.95
) -> Figure:
    """Events over those expected under the rates of a standard (SMR); 1 is as expected.

    Parameters
    ----------
    events
        (..., ages) or (..., 1) when only their sum is known.
    exposure
        (..., ages) person-years.
    rates
        (ages,) or (..., ages) events per person-year of the standard.

    Returns
    -------
    Figure
        (...) Σ D / Σ N m with Garwood's interval. Right for small areas, where ages are too few for
        ``direct``; ratios of two areas are compared with the standard, not with each other.

    Examples
    --------
    >>> figure = indirect([[12]], [[1000, 1000]], [0.002, 0.008])
    >>> figure.value.tolist(), figure.low.round(2).tolist(), figure.high.round(2).tolist()
    ([1.2], [0.62], [2.1])
    """
    lived, norm = numbers(exposure, "exposure"), numbers(rates, "rates")
    ages_last(norm, lived.shape[-1], "rates")
    happened = numbers(events, "events")
    _same, lived, left_out = usable(np.zeros_like(lived), lived)
    expected = (lived * norm).sum(axis=-1)
    negative = np.asarray((happened < 0).any(axis=-1))
    if negative.any():
        left_out += LeftOut({Why.NEGATIVE_EVENTS: np.asarray(negative, dtype=np.int64)})
    number = np.where(negative, np.nan, happened.sum(axis=-1))
    empty = expected == 0
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty.astype(np.int64)})
    low, high = intervals.rate(number, expected, level)
    return Figure(ratio(number, expected), low, high, level, left_out)


def decomposed(
    exposure_first: npt.ArrayLike,
    rates_first: npt.ArrayLike,
    exposure_second: npt.ArrayLike,
    rates_second: npt.ArrayLike,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How much of a difference of two crude rates is the rates', how much the ages' (Kitagawa 1955).

    Σ (m₂ − m₁)(c₁ + c₂)/2  and  Σ (c₂ − c₁)(m₁ + m₂)/2;  together the second crude rate less the first.

    Parameters
    ----------
    exposure_first, exposure_second
        (..., ages) person-years of the two periods or areas.
    rates_first, rates_second
        (..., ages) events per person-year.

    Examples
    --------
    >>> of_rates, of_ages = decomposed([900, 100], [0.002, 0.05], [800, 200], [0.001, 0.05])
    >>> round(float(of_rates), 6), round(float(of_ages), 6)
    (-0.00085, 0.00485)
    """
    first, second = numbers(exposure_first, "exposure_first"), numbers(exposure_second, "exposure_second")
    one, two = numbers(rates_first, "rates_first"), numbers(rates_second, "rates_second")
    c_first = ratio(first, first.sum(axis=-1, keepdims=True))
    c_second = ratio(second, second.sum(axis=-1, keepdims=True))
    of_rates = ((two - one) * (c_first + c_second) / 2).sum(axis=-1)
    of_ages = ((c_second - c_first) * (one + two) / 2).sum(axis=-1)
    return np.asarray(of_rates), np.asarray(of_ages)
