"""What unknown facts could do to a figure, as a band from least to most; and records counted twice.

An interval tells what chance does; a band tells what is simply not known. Both are shown: with one person
in ten of unknown age no test of significance makes a share sure to a point.

Source: Manski (2003), Partial Identification of Probability Distributions, chapter 1 (bounds without
assumptions); Shryock and Siegel, The Methods and Materials of Demography (1973), chapter 8 (unknown ages
distributed).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.intervals import z_value
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, numbers, ratio


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A figure when the unknown are like the known, and the least and most it may be whatever they are.

    ``unknown`` is their share among all, 0 … 1.
    """

    value: Floats
    least: Floats
    most: Floats
    unknown: Floats

    def around(self, figure: Figure) -> Figure:
        """The interval of a figure of the known, widened on either side by the band."""
        return Figure(
            figure.value,
            figure.low - (self.value - self.least),
            figure.high + (self.most - self.value),
            figure.level,
            figure.left_out,
        )


def share_band(yes: npt.ArrayLike, no: npt.ArrayLike, unknown: npt.ArrayLike) -> Band:
    """A share: y/(y + n), between y/(y + n + u) and (y + u)/(y + n + u).

    Parameters
    ----------
    yes, no, unknown
        Numbers of any one shape; a negative one makes an area unknown.

    Examples
    --------
    >>> band = share_band(40, 50, 10)
    >>> band.value.round(3).tolist(), band.least.tolist(), band.most.tolist()
    (0.444, 0.4, 0.5)
    """
    y, n, u = _known(yes, no, unknown)
    total = y + n + u
    return Band(ratio(y, y + n), ratio(y, total), ratio(y + u, total), ratio(u, total))


def count_band(known: npt.ArrayLike, unknown: npt.ArrayLike) -> Band:
    """Numbers of cells, (..., cells), when some things, (...), belong to a cell that is not known.

    The unknown are spread like the known; each cell has none of them, or all.

    Parameters
    ----------
    known
        (..., cells).
    unknown
        (...) things of which the cell is not known.

    Examples
    --------
    >>> band = count_band([60, 30], 10)
    >>> band.value.round(1).tolist(), band.least.tolist(), band.most.tolist()
    ([66.7, 33.3], [60.0, 30.0], [70.0, 40.0])
    """
    cells, apart = numbers(known, "known"), numbers(unknown, "unknown")[..., None]
    cells, apart = np.where(cells < 0, np.nan, cells), np.where(apart < 0, np.nan, apart)
    total = cells.sum(axis=-1, keepdims=True)
    spread = cells + apart * ratio(cells, total)
    share = np.broadcast_to(ratio(apart, total + apart), cells.shape)
    return Band(spread, cells, cells + apart, share)


def rate_band(
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    *,
    events_unknown: npt.ArrayLike = 0.0,
    exposure_unknown: npt.ArrayLike = 0.0,
) -> Band:
    """A rate when events and person-years may belong here or not: D/(N + U) … (D + V)/N.

    Parameters
    ----------
    events, exposure
        Surely of the cell.
    events_unknown, exposure_unknown
        Perhaps of it: those whose age or village is not known.

    Examples
    --------
    >>> band = rate_band(10, 1000, events_unknown=2, exposure_unknown=100)
    >>> band.least.round(5).tolist(), band.value.tolist(), band.most.tolist()
    (0.00909, 0.01, 0.012)
    """
    d, n, v = _known(events, exposure, events_unknown)
    u = numbers(exposure_unknown, "exposure_unknown")
    u = np.where(u < 0, np.nan, u)
    return Band(ratio(d, n), ratio(d, n + u), ratio(d + v, n), ratio(v + u, d + n + v + u))


def mean_band(
    total: npt.ArrayLike, known: npt.ArrayLike, unknown: npt.ArrayLike, *, lowest: float, highest: float
) -> Band:
    """A mean of something that lies between two bounds: unknown ones are all at the one, or all at the other.

    Parameters
    ----------
    total
        Sum over those known.
    known, unknown
        Numbers of both.
    lowest, highest
        Bounds of a single value: 0 and 120 years of age.
    """
    if lowest > highest:
        raise ValueError("lowest, highest: the first is the greater")
    n, u, _zero = _known(known, unknown, 0.0)
    s = numbers(total, "total")
    return Band(ratio(s, n), ratio(s + u * lowest, n + u), ratio(s + u * highest, n + u), ratio(u, n + u))


def double_counting(
    chances: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    areas: int,
    level: float = 0.95,
) -> Figure:
    """How many people stand in the records twice, from the chances that pairs of records are one person.

    Parameters
    ----------
    chances
        (pairs,) probabilities from matching, of pairs of which none shares a record with another.
    first, second
        (pairs,) the area of each of the two records; a person too many is counted half in either.
    areas
        Their number. Pairs with an area that is not known are left out and counted.

    Returns
    -------
    Figure
        (areas,) people counted too often: Σ p, with a normal interval of its chance and never below 0.
        Twins and namesakes are the matching's concern: their chances must be low.

    Examples
    --------
    >>> found = double_counting([1.0, 0.5, 0.5], [0, 0, 1], [0, 1, 1], areas=2)
    >>> found.value.tolist()
    [1.25, 0.75]
    """
    p = np.atleast_1d(numbers(chances, "chances"))
    a, b = (np.atleast_1d(np.asarray(one, dtype=np.int64)) for one in (first, second))
    if not p.shape == a.shape == b.shape:
        raise ValueError("chances, first and second differ in length")
    if ((p < 0) | (p > 1)).any():
        raise ValueError("chances: between 0 and 1")
    outside = (a < 0) | (a >= areas) | (b < 0) | (b >= areas)
    unknown = ~outside & np.isnan(p)
    used = ~outside & ~unknown
    p, a, b = p[used], a[used], b[used]
    whole = np.where(a == b, 1.0, 0.5)
    value = np.bincount(a, p * whole, areas) + np.bincount(b, np.where(a == b, 0.0, p / 2), areas)
    spread = p * (1 - p) * whole**2
    variance = np.bincount(a, spread, areas) + np.bincount(b, np.where(a == b, 0.0, spread), areas)
    half = z_value(level) * np.sqrt(variance)
    told = {Why.UNKNOWN_AREA: outside, Why.UNKNOWN_CELL: unknown}
    left_out = LeftOut({why: np.asarray(one.sum(), dtype=np.int64) for why, one in told.items() if one.any()})
    number = np.asarray(value, dtype=np.float64)
    return Figure(number, np.maximum(number - half, 0.0), number + half, level, left_out)


def _known(*values: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    one, two, three = np.broadcast_arrays(*(numbers(value, "counts") for value in values))
    bad = (one < 0) | (two < 0) | (three < 0)
    return np.where(bad, np.nan, one), np.where(bad, np.nan, two), np.where(bad, np.nan, three)
