"""Limits around a common share or rate, by size: which units differ by more than chance explains.

A funnel plot shows each unit's figure against its number of cases, with the limits within which a unit of
that size falls when it is like all. Small units scatter widely and nobody is blamed for it. Two limits are
usual, at 95 % and at 99.8 %.

Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, with its exact limits and interpolation
(appendix A.1.1), and its factor of overdispersion from winsorised z-scores (appendix A.2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.intervals import tails
from tongchou.domain.demography.left_out import Floats, Ints, numbers, ratio
from tongchou.domain.demography.special import beta_cdf, gamma_cdf

LEVELS: Final = (0.95, 0.998)


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """The common value, the limits of each unit, and which units lie outside.

    Attributes
    ----------
    common
        Share or rate of all units together.
    low, high
        (levels, units), in the order of ``levels``.
    outside
        (units,): beyond how many limits a unit lies, below 0 when under them; 0 within, or unknown. Judged by
        its count, so that no limit is passed by chance more often than its level says; the limits to be drawn
        are interpolated between counts.
    dispersion
        Mean of the squared z-scores, the outermost tenths drawn in: about 1 when chance alone parts the
        units. Far above 1 the units truly differ and limits of chance say little of one of them.
    """

    common: float
    low: Floats
    high: Floats
    levels: tuple[float, ...]
    outside: Ints
    dispersion: float


def of_shares(yes: npt.ArrayLike, total: npt.ArrayLike, levels: Sequence[float] = LEVELS) -> Funnel:
    """Limits around the share of all units.

    Parameters
    ----------
    yes, total
        (units,) whole numbers; ``nan`` is unknown. Units without cases have no limits.
    levels
        Probabilities of the limits, the narrower first.

    Raises
    ------
    ValueError
        When nothing is known of any unit.
    """
    y, n = _known(yes, total)
    common = float(np.nansum(y) / np.nansum(n))
    with np.errstate(invalid="ignore"):
        z = ratio(ratio(y, n) - common, np.sqrt(ratio(common * (1 - common), n)))

    def below(count: Floats) -> Floats:
        """P(X ≤ count) of the binomial."""
        whole = np.clip(count, 0, np.maximum(n - 1, 0))
        inside = beta_cdf(np.maximum(n - whole, 0.5), whole + 1, np.full(whole.shape, 1 - common))
        return np.where(count < 0, 0.0, np.where(count >= n, 1.0, inside))

    return _limits(y, n, common, z, below, n, levels, most=1.0)


def of_rates(events: npt.ArrayLike, exposure: npt.ArrayLike, levels: Sequence[float] = LEVELS) -> Funnel:
    """Limits around the rate of all units; arguments and errors as in ``of_shares``."""
    d, e = _known(events, exposure)
    common = float(np.nansum(d) / np.nansum(e))
    mean = common * e
    z = ratio(d - mean, np.sqrt(mean))

    def below(count: Floats) -> Floats:
        """P(X ≤ count) of the Poisson."""
        inside = 1 - gamma_cdf(np.maximum(count, 0) + 1, np.maximum(mean, 1e-12))
        return np.where(count < 0, 0.0, inside)

    top = np.ceil(mean + 10 * np.sqrt(np.maximum(mean, 1)) + 20)
    return _limits(d, e, common, z, below, top, levels, most=np.inf)


def _known(over: npt.ArrayLike, under: npt.ArrayLike) -> tuple[Floats, Floats]:
    part, whole = numbers(over, "over"), numbers(under, "under")
    known = ~np.isnan(part) & ~np.isnan(whole) & (whole > 0)
    if not known.any():
        raise ValueError("nothing is known of any unit")
    return np.where(known, part, np.nan), np.where(known, whole, np.nan)


def _limits(
    seen: Floats,
    size: Floats,
    common: float,
    z: Floats,
    below: Callable[[Floats], Floats],
    top: Floats,
    levels: Sequence[float],
    *,
    most: float,
) -> Funnel:
    # The lower ends of all levels and then the upper ones, in one search.
    ends = np.array([tails(level) for level in levels]).reshape(-1, 2).T.reshape(-1, 1)
    count, passed = _quantile(below, top, ends)
    (least, greatest), (under, over) = (np.split(one, 2) for one in (count, passed))
    low = np.clip(ratio(under, size), 0.0, most)
    high = np.clip(ratio(over, size), 0.0, most)
    outside = (seen > greatest).sum(axis=0) - (seen < least).sum(axis=0)
    return Funnel(common, low, high, tuple(levels), outside, _dispersion(z))


def _quantile(below: Callable[[Floats], Floats], top: Floats, p: Floats) -> tuple[Floats, Floats]:
    """The least count r with P(X ≤ r) ≥ p, and r less the part of its step beyond p.

    ``top`` (units,), ``p`` (probabilities, 1); both results (probabilities, units).
    """
    high = np.where(np.isnan(top), 0.0, top) + np.zeros_like(p)
    low = np.full(high.shape, -1.0)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = below(middle) >= p
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    step = ratio(below(high) - p, below(high) - below(high - 1))
    unknown = np.isnan(top)
    passed = high - np.where(np.isnan(step), 0.0, step)
    return np.where(unknown, np.nan, high), np.where(unknown, np.nan, passed)


def _dispersion(z: Floats) -> float:
    known = z[~np.isnan(z)]
    if not known.size:
        return float("nan")
    low, high = np.quantile(known, [0.1, 0.9])
    return float((np.clip(known, low, high) ** 2).mean())
