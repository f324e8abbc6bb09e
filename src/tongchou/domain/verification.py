"""Verified against reported: how right the records of a unit are, with an interval for the others.

Source: Clopper and Pearson (1934) carried over to finite populations by Buonaccorsi (1987), American
Statistician 41, 215-218; Cochran (1977), Sampling Techniques, 5.6 (strata), 6.3 (ratios), 9A.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.intervals import tails, z_value


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its interval; ``nan`` is unknown."""

    value: float
    low: float
    high: float
    level: float


def accuracy(right: int, checked: int, population: int, level: float = 0.95) -> Estimate:
    """The share of right records among all, from a simple random sample without replacement.

    The interval holds every number K of right records among the N under which neither so few nor so many
    right ones in the sample would be unlikely: P(X ≥ k | K) > α/2 and P(X ≤ k | K) > α/2. It holds what it
    promises for every N, and is a point when all were checked.

    Raises
    ------
    ValueError
        When not 0 ≤ right ≤ checked ≤ population, or nothing was checked.

    Examples
    --------
    >>> accuracy(10, 10, 10)
    Estimate(value=1.0, low=1.0, high=1.0, level=0.95)
    >>> found = accuracy(95, 100, 1000)
    >>> found.low, found.high
    (0.891, 0.982)
    """
    if not 0 <= right <= checked <= population or checked < 1:
        raise ValueError(f"{right} right of {checked} checked of {population}")
    tail = tails(level)[0]
    fewest, most = right, population - checked + right
    low, high = fewest, most
    while low < high:  # the least K with P(X ≥ k) > α/2, which grows with K
        middle = (low + high) // 2
        if hypergeometric_tail(right, checked, middle, population) > tail:
            high = middle
        else:
            low = middle + 1
    lower, low, high = low, fewest, most
    while low < high:  # the greatest K with P(X ≤ k) > α/2, which falls with K
        middle = (low + high + 1) // 2
        if 1 - hypergeometric_tail(right + 1, checked, middle, population) > tail:
            low = middle
        else:
            high = middle - 1
    return Estimate(right / checked, lower / population, low / population, level)


def hypergeometric_tail(least: int, drawn: int, marked: int, population: int) -> float:
    """P(X ≥ least): marked items among those drawn without replacement.

    Examples
    --------
    >>> round(hypergeometric_tail(1, 2, 1, 4), 12)
    0.5
    """
    first, last = max(0, drawn - (population - marked)), min(drawn, marked)
    if least <= first:
        return 1.0
    if least > last:
        return 0.0
    x = np.arange(first, last + 1)
    logs = np.array([_choose(marked, int(one)) + _choose(population - marked, drawn - int(one)) for one in x])
    weights = np.exp(logs - logs.max())
    return float(weights[x >= least].sum() / weights.sum())


def stratified_share(
    right: Mapping[str, int], checked: Mapping[str, int], population: Mapping[str, int], level: float = 0.95
) -> Estimate:
    """The share of right records over strata: Σ W p, with Σ W² (1 − f) p(1 − p)/(n − 1) as its variance.

    Raises
    ------
    ValueError
        When a stratum has fewer than two checked, unless all of it was.
    """
    total = sum(population.values())
    value = variance = 0.0
    for name, people in population.items():
        n, k = checked.get(name, 0), right.get(name, 0)
        if not 0 <= k <= n <= people or (n < 2 and n != people):
            raise ValueError(f"{name}: {k} right of {n} checked of {people}")
        if not people:
            continue
        weight, p = people / total, k / n
        value += weight * p
        if n < people:
            variance += weight**2 * (1 - n / people) * p * (1 - p) / (n - 1)
    half = z_value(level) * math.sqrt(variance)
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), level)


def ratio_estimate(
    reported: npt.ArrayLike, verified: npt.ArrayLike, population: int, level: float = 0.95
) -> Estimate:
    """Verified per reported, R = Σy/Σx, of a simple random sample of units.

    v(R) = (1 − f)/(n x̄²) · Σ(y − R x)²/(n − 1). Below 1 too much was reported.

    Parameters
    ----------
    reported, verified
        (n,) of the sampled units: their figure, and what was found.
    population
        How many units there are.

    Raises
    ------
    ValueError
        For arrays that do not fit, fewer than two units, more than there are, or nothing reported.
    """
    x, y = (np.asarray(one, dtype=np.float64) for one in (reported, verified))
    n = x.size
    if x.shape != y.shape or x.ndim != 1 or not 2 <= n <= population or x.sum() <= 0:
        raise ValueError("reported and verified: of two units or more, with something reported")
    value = float(y.sum() / x.sum())
    spread = float(((y - value * x) ** 2).sum() / (n - 1))
    variance = (1 - n / population) * spread / (n * float(x.mean()) ** 2)
    half = z_value(level) * math.sqrt(variance)
    return Estimate(value, value - half, value + half, level)


def ratio_by_size(
    reported: Mapping[str, int],
    verified: Mapping[str, float],
    certain: Sequence[str] | frozenset[str],
    level: float = 0.95,
) -> Estimate:
    """Verified per reported, of a sample drawn by size of what was reported (``sampling.by_size``).

    Items taken for certain stand for themselves; of the others the mean of y/x stands for the rest (Hansen
    and Hurwitz), with the variance of sampling with replacement, which errs on the safe side.

    Parameters
    ----------
    reported
        By item of the frame.
    verified
        By item of the sample.
    certain
        Items of the sample taken for certain.

    Raises
    ------
    ValueError
        With fewer than two items besides the certain ones, while others were not drawn.
    """
    total = sum(reported.values())
    fixed = set(certain)
    own = sum(verified[one] for one in fixed)
    rest = [verified[one] / reported[one] for one in verified if one not in fixed]
    left = total - sum(reported[one] for one in fixed)
    if not left:
        return Estimate(own / total, own / total, own / total, level)
    if len(rest) < 2:
        raise ValueError("two sampled items at least, besides those taken for certain")
    mean, spread = float(np.mean(rest)), float(np.var(rest, ddof=1))
    half = z_value(level) * (left / total) * math.sqrt(spread / len(rest))
    value = (own + left * mean) / total
    return Estimate(value, value - half, value + half, level)


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
