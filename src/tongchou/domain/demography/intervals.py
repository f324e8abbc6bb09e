"""Intervals of counts, proportions and rates, for whole arrays.

Sources: Garwood (1936), Biometrika 28, 437-442 (exact Poisson); Wilson (1927), JASA 22, 209-212; Clopper and
Pearson (1934), Biometrika 26, 404-413; Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133
(Jeffreys); Fay and Feuer (1997), Statistics in Medicine 16, 791-801 (weighted sums of counts).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, numbers, ratio
from tongchou.domain.demography.special import beta_quantile, gamma_quantile, normal_quantile

Bounds = tuple[Floats, Floats]


def tails(level: float) -> tuple[float, float]:
    """The two probabilities that bound a central interval: 0.95 gives 0.025 and 0.975.

    Raises
    ------
    ValueError
        When the level does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level} does not lie between 0 and 1")
    return (1 - level) / 2, (1 + level) / 2


@lru_cache(maxsize=1024)  # found by steps, and asked for the same few levels again and again
def z_value(level: float) -> float:
    """Half the width of a central interval in standard errors: 1.96 for 0.95."""
    return float(normal_quantile(tails(level)[1]))


def poisson(count: npt.ArrayLike, level: float = 0.95) -> Bounds:
    """The exact interval of a Poisson mean, from one count each (Garwood).

    Parameters
    ----------
    count
        Any shape, 0 or more; ``nan`` or below 0 gives ``nan``.

    Returns
    -------
    low, high
        ½ χ²(α/2; 2D) and ½ χ²(1 − α/2; 2D + 2), of the same shape; low is 0 where nothing happened.

    Examples
    --------
    >>> low, high = poisson([0, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 4.795], [3.689, 18.39])
    """
    # Villages have few different counts: each is worked out once.
    seen, place = np.unique(numbers(count, "count"), return_inverse=True)
    below, above = tails(level)
    known = seen >= 0
    low = np.where(known, np.where(seen == 0, 0.0, gamma_quantile(seen, below)), np.nan)
    high = np.where(known, gamma_quantile(seen + 1, above), np.nan)
    shape = np.shape(count)
    return low[place].reshape(shape), high[place].reshape(shape)


def rate(events: npt.ArrayLike, exposure: npt.ArrayLike, level: float = 0.95) -> Bounds:
    """The exact interval of events per person-year; ``nan`` without exposure.

    Parameters
    ----------
    events, exposure
        Numbers and person-years, of shapes that broadcast.

    Returns
    -------
    low, high
        Per person-year (Garwood's limits of the number, divided).
    """
    low, high = poisson(events, level)
    return ratio(low, exposure), ratio(high, exposure)


def wilson(yes: npt.ArrayLike, total: npt.ArrayLike, level: float = 0.95) -> Bounds:
    """Wilson's score interval of a proportion; ``nan`` where nobody was asked.

    Parameters
    ----------
    yes, total
        Numbers, of shapes that broadcast.

    Returns
    -------
    low, high
        (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), within 0 … 1.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4902, 0.9433)
    """
    n = numbers(total, "total")
    p = ratio(numbers(yes, "yes"), n)
    z = z_value(level)
    share = ratio(z * z, n)
    middle = (p + share / 2) / (1 + share)
    inside = np.maximum(ratio(p * (1 - p), n) + ratio(z * z, 4 * n * n), 0.0)
    half = z * np.sqrt(inside) / (1 + share)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def clopper_pearson(yes: npt.ArrayLike, total: npt.ArrayLike, level: float = 0.95) -> Bounds:
    """The exact interval of a proportion; never narrower than promised.

    Parameters
    ----------
    yes, total
        Numbers, of shapes that broadcast.

    Returns
    -------
    low, high
        Quantiles of Beta(k, n − k + 1) and Beta(k + 1, n − k); ``nan`` where k is not among 0 … n.

    Examples
    --------
    >>> low, high = clopper_pearson(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4439, 0.9748)
    """
    k, n = np.broadcast_arrays(numbers(yes, "yes"), numbers(total, "total"))
    below, above = tails(level)
    known = (n > 0) & (k >= 0) & (k <= n)
    low = np.where(k == 0, 0.0, beta_quantile(k, n - k + 1, below))
    high = np.where(k == n, 1.0, beta_quantile(k + 1, n - k, above))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def jeffreys(yes: npt.ArrayLike, total: npt.ArrayLike, level: float = 0.95) -> Bounds:
    """The interval of a proportion under the prior Beta(½, ½); 0 and 1 are kept when all were alike.

    Parameters
    ----------
    yes, total
        Numbers, of shapes that broadcast.

    Returns
    -------
    low, high
        Quantiles of Beta(k + ½, n − k + ½); ``nan`` where k is not among 0 … n.
    """
    k, n = np.broadcast_arrays(numbers(yes, "yes"), numbers(total, "total"))
    below, above = tails(level)
    known = (n > 0) & (k >= 0) & (k <= n)
    low = np.where(k == 0, 0.0, beta_quantile(k + 0.5, n - k + 0.5, below))
    high = np.where(k == n, 1.0, beta_quantile(k + 0.5, n - k + 0.5, above))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def log_ratio(first: npt.ArrayLike, second: npt.ArrayLike, level: float = 0.95) -> Bounds:
    """The interval of the ratio of two Poisson counts, by its logarithm.

    exp(ln(a/b) ± z √(1/a + 1/b)); ``nan`` where a count is 0.

    Parameters
    ----------
    first, second
        Counts independent of each other, of shapes that broadcast.

    Examples
    --------
    >>> low, high = log_ratio(652073, 537987)
    >>> round(float(low) * 100, 4), round(float(high) * 100, 4)
    (120.7693, 121.6444)
    """
    a, b = numbers(first, "first"), numbers(second, "second")
    both = (a > 0) & (b > 0)
    spread = z_value(level) * np.sqrt(ratio(1.0, a) + ratio(1.0, b))
    middle = np.log(np.where(both, ratio(a, b), np.nan))
    return np.exp(middle - spread), np.exp(middle + spread)


def weighted_counts(
    counts: npt.ArrayLike, weights: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """A weighted sum of Poisson counts with the gamma interval of Fay and Feuer.

    Parameters
    ----------
    counts
        (..., cells).
    weights
        Of each cell, 0 or more, of a shape that broadcasts: of a directly standardised rate the standard's
        share divided by the person-years of the cell.

    Returns
    -------
    value, low, high
        (...), in the unit of the weights. The interval holds at least what it promises, also when nothing
        happened.
    """
    d, w = np.broadcast_arrays(numbers(counts, "counts"), numbers(weights, "weights"))
    value = (d * w).sum(axis=-1)
    variance = (d * w * w).sum(axis=-1)
    widest = w.max(axis=-1, initial=0.0)
    below, above = tails(level)
    spread = ratio(variance, value)
    low = np.where(variance > 0, spread * gamma_quantile(ratio(value * value, variance), below), 0.0)
    more, wider = value + widest, variance + widest * widest
    high = ratio(wider, more) * gamma_quantile(ratio(more * more, wider), above)
    known = ~np.isnan(value)
    return value, np.where(known, low, np.nan), np.where(known, high, np.nan)
