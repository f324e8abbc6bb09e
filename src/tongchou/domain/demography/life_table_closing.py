"""Death rates of the oldest ages, where few are left and ages are less certain: closing by Kannisto's law.

    logit m(x) = ln α + β x,   m(x) = α e^(βx) / (1 + α e^(βx))

The line is fitted to the ages just below by weighted least squares, in one step for all areas; rates then
rise ever more slowly, toward 1, as those of people above 100 do.

Source: Thatcher, Kannisto and Vaupel, The Force of Mortality at Ages 80 to 120 (1998); fitting on 80 and
above as in the methods protocol of the Human Mortality Database (Wilmoth and others 2021), here by least
squares.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, LeftOut, Why, ages_last, numbers, ratio
from tongchou.domain.demography.life_table import groups

_LEAST_AGES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """Death rates up to a high last age.

    Attributes
    ----------
    ages
        (ages,) first full ages; the last is of an open group.
    rates
        (..., ages) deaths per person-year: the given ones below, those of the law from ``since`` on.
    level, slope
        (...) ln α at age 80 and β of the law; ``nan`` where it could not be fitted.
    left_out
        Areas in which fewer than two ages with deaths could be fitted; their old ages are unknown.
    """

    ages: Floats
    rates: Floats
    level: Floats
    slope: Floats
    left_out: LeftOut = field(default_factory=LeftOut)


def kannisto(
    rates: npt.ArrayLike,
    ages: npt.ArrayLike,
    *,
    deaths: npt.ArrayLike | None = None,
    fit: tuple[float, float] = (80, 100),
    since: float | None = None,
    last: float = 110,
) -> Closed:
    """Rates closed by Kannisto's law.

    Parameters
    ----------
    rates
        (..., ages) deaths per person-year.
    ages
        (ages,) first full ages; the last group is open and not fitted.
    deaths
        (..., ages) behind the rates: the weight of each age, D (1 − m). Without them all weigh the same.
    fit
        Ages to which the line is fitted: groups that begin at the first or later and end at the second.
    since
        First age whose rate is the law's; without it, the age of the open group.
    last
        The new open age. Between, groups are as wide as the one before ``since``.

    Returns
    -------
    Closed
        A slope below zero is put to zero: old age does not protect.

    Raises
    ------
    ValueError
        When ``fit`` has fewer than two groups, ``since`` is no first age, or ``last`` is not above it.

    Examples
    --------
    >>> x = np.arange(0, 101)
    >>> m = 1 / (1 + np.exp(-(x + 0.5 - 104) / 9))
    >>> closed = kannisto(m, x)
    >>> law = 1 / (1 + np.exp(-(np.arange(110) + 0.5 - 104) / 9))
    >>> float(closed.ages[-1]), bool(np.allclose(closed.rates[:-1], law))
    (110.0, True)
    """
    m = numbers(rates, "rates")
    first, widths = groups(ages, m.shape[-1])
    used = (first >= fit[0]) & (first + widths <= fit[1])
    if used.sum() < _LEAST_AGES:
        raise ValueError(f"fit: fewer than {_LEAST_AGES} closed groups from {fit[0]} to {fit[1]}")
    begin = float(first[-1]) if since is None else since
    if begin not in first[1:] or last <= begin:
        raise ValueError(f"since, last: {begin} is not a first age, or {last} is not above it")
    weight = np.ones_like(m) if deaths is None else numbers(deaths, "deaths")
    weight = np.broadcast_to(ages_last(weight, m.shape[-1], "deaths"), m.shape)
    level, slope = _line(m[..., used], (first + widths / 2)[used] - 80, weight[..., used])
    at = int(np.searchsorted(first, begin))
    width = widths[at - 1]
    new = np.arange(begin, last + width / 2, width)
    middle = new + width / 2 - 80
    odds = level[..., None] + slope[..., None] * middle
    closed = 1 / (1 + np.exp(-odds))
    unknown = np.isnan(level)
    return Closed(
        np.concatenate([first[:at], new]),
        np.concatenate([m[..., :at], closed], axis=-1),
        level,
        slope,
        LeftOut({Why.EMPTY_AREA: unknown.astype(np.int64)} if unknown.any() else {}),
    )


def _line(m: Floats, x: Floats, deaths: Floats) -> tuple[Floats, Floats]:
    """Level and slope of the weighted line through logit m."""
    inside = (m > 0) & (m < 1)
    safe = np.where(inside, m, 0.5)
    y = np.log(safe / (1 - safe))
    w = np.where(inside & (deaths > 0), deaths * (1 - safe), 0.0)
    total = w.sum(axis=-1)
    x_mean, y_mean = ratio((w * x).sum(axis=-1), total), ratio((w * y).sum(axis=-1), total)
    away = x - x_mean[..., None]
    slope = ratio((w * away * y).sum(axis=-1), (w * away**2).sum(axis=-1))
    enough = (w > 0).sum(axis=-1) >= _LEAST_AGES
    slope = np.where(enough, np.maximum(slope, 0.0), np.nan)
    return np.where(enough, y_mean - slope * x_mean, np.nan), slope
