"""Fertility of populations: total fertility, reproduction, mean age at birth, parity progression.

Figures for population accounts only: each is of an area and a period, none of a person or a couple, and none
is ranked, scored or set as a target.

Source: Preston, Heuveline and Guillot, Demography (2001), chapter 5; the interval of total fertility is
that of a weighted sum of Poisson counts (Fay and Feuer 1997).
"""

from __future__ import annotations

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
    usable,
)

#: Girls among live births where nothing else is known: 105 boys for 100 girls.
SHARE_OF_GIRLS = 100 / 205


def general_fertility(births: npt.ArrayLike, women: npt.ArrayLike, *, level: float = 0.95) -> Figure:
    """Births per person-year of women of 15 to 49 years (GFR).

    Parameters
    ----------
    births, women
        (..., ages): births by age of mother and person-years of women, of the ages that are to count. Ages
        that cannot be used make the figure unknown: an age is no month that may be missing.
    """
    born, lived, left_out = usable(births, women)
    number, years = born.sum(axis=-1), lived.sum(axis=-1)
    low, high = intervals.rate(number, years, level)
    empty = years == 0
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty.astype(np.int64)})
    return Figure(ratio(number, years), low, high, level, left_out)


def total_fertility(
    births: npt.ArrayLike,
    women: npt.ArrayLike,
    *,
    widths: npt.ArrayLike = 1.0,
    instead: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Figure:
    """Children a woman would have under the rates of a period, were she to live through them (TFR).

    TFR = Σ nₓ Bₓ / Wₓ

    Parameters
    ----------
    births, women
        (..., ages): births by age of mother and person-years of women.
    widths
        Years of each age group, one number or (ages,).
    instead
        Rates of a larger area, (..., ages), that stand where no woman lived in an age group. Without them
        such an area is unknown. Each cell filled so is counted as borrowed.

    Returns
    -------
    Figure
        (...) children per woman, with the interval of Fay and Feuer; what is borrowed adds nothing to its
        width, so that an area with many borrowed cells is better joined with its neighbours.

    Examples
    --------
    >>> figure = total_fertility([20, 50, 30], [1000, 1000, 1000], widths=5)
    >>> figure.value.round(3).tolist(), figure.low.round(3).tolist(), figure.high.round(3).tolist()
    (0.5, 0.407, 0.608)
    """
    born, lived, left_out = usable(births, women)
    n = numbers(widths, "widths")
    if n.ndim:
        ages_last(born, n.shape[-1], "births")
    nobody = lived == 0
    weights = np.where(nobody, 0.0 if instead is not None else np.nan, n * ratio(1.0, lived))
    value, low, high = intervals.weighted_counts(born, weights, level)
    if instead is not None:
        added = (np.where(nobody, numbers(instead, "instead"), 0.0) * n).sum(axis=-1)
        value, low, high = value + added, low + added, high + added
    elif nobody.any():
        left_out += LeftOut({Why.EMPTY_AREA: nobody.any(axis=-1).astype(np.int64)})
    if instead is not None and nobody.any():
        left_out += LeftOut({Why.BORROWED: nobody.sum(axis=-1)})
    return Figure(value, low, high, level, left_out)


def gross_reproduction(total: npt.ArrayLike, share_of_girls: npt.ArrayLike = SHARE_OF_GIRLS) -> Floats:
    """Daughters a woman would have (GRR): total fertility times the share of girls among births.

    Parameters
    ----------
    total
        Children per woman, any shape.
    share_of_girls
        Of live births, of a shape that broadcasts.
    """
    return numbers(total, "total") * numbers(share_of_girls, "share_of_girls")


def net_reproduction(
    rates: npt.ArrayLike, lived: npt.ArrayLike, *, share_of_girls: npt.ArrayLike = SHARE_OF_GIRLS
) -> Floats:
    """Daughters of a girl under the rates of a period, deaths counted (NRR): Σ fₓ Lₓ × share of girls.

    Parameters
    ----------
    rates
        (..., ages) births per person-year of women.
    lived
        (..., ages) years lived in each age group by a woman from birth on: L of a life table of women,
        divided by its radix.

    Examples
    --------
    >>> round(float(net_reproduction([0.1, 0.1], [4.9, 4.8], share_of_girls=0.5)), 4)
    0.485
    """
    f, years = numbers(rates, "rates"), numbers(lived, "lived")
    ages_last(years, f.shape[-1], "lived")
    return np.asarray((f * years).sum(axis=-1) * numbers(share_of_girls, "share_of_girls"))


def mean_age_at_birth(rates: npt.ArrayLike, ages: npt.ArrayLike, *, widths: npt.ArrayLike = 1.0) -> Floats:
    """Mean age of mothers under the rates of a period, free of how many women there are of each age.

    Σ (x + n/2) n fₓ / Σ n fₓ

    Parameters
    ----------
    rates
        (..., ages) births per person-year of women.
    ages, widths
        (ages,) first full age of each group; its years, one number or (ages,).

    Examples
    --------
    >>> mean_age_at_birth([0.1, 0.1], [20, 25], widths=5).tolist()
    25.0
    """
    f, n = numbers(rates, "rates"), numbers(widths, "widths")
    middle = ages_last(numbers(ages, "ages"), f.shape[-1], "ages") + n / 2
    return ratio((middle * n * f).sum(axis=-1), (n * f).sum(axis=-1))


def parity_progression(women: npt.ArrayLike, *, level: float = 0.95) -> Figure:
    """Of women with at least i children, the share that had another: parity progression ratios of a cohort.

    aᵢ = women with i + 1 children or more / women with i children or more

    Parameters
    ----------
    women
        (..., parities): women of a cohort past childbearing, by children ever born, 0, 1, 2 … and more.

    Returns
    -------
    Figure
        (..., parities − 1) shares with Wilson's interval; ``nan`` where no woman had as many children.

    Examples
    --------
    >>> parity_progression([10, 30, 40, 20]).value.round(3).tolist()
    [0.9, 0.667, 0.333]
    """
    number = numbers(women, "women")
    number = np.where(number < 0, np.nan, number)
    at_least = np.flip(np.flip(number, axis=-1).cumsum(axis=-1), axis=-1)
    low, high = intervals.wilson(at_least[..., 1:], at_least[..., :-1], level)
    unknown = np.isnan(number).sum(axis=-1)
    left_out = LeftOut({Why.UNKNOWN_CELL: unknown} if unknown.any() else {})
    return Figure(ratio(at_least[..., 1:], at_least[..., :-1]), low, high, level, left_out)


def mean_children(progression: npt.ArrayLike) -> Floats:
    """Children per woman that follow from parity progression: a₀ + a₀ a₁ + a₀ a₁ a₂ + …

    Parameters
    ----------
    progression
        (..., parities) shares, as ``parity_progression`` gives them.

    Examples
    --------
    >>> mean_children([0.9, 2 / 3, 1 / 3]).round(3).tolist()  # 30 + 2 × 40 + 3 × 20 of 100 women
    1.7
    """
    shares = numbers(progression, "progression")
    return np.asarray(np.cumprod(shares, axis=-1).sum(axis=-1))
