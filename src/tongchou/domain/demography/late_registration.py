"""Events that become known late: how late, and how many of the latest months are still to come (now-casting).

Of each month of occurrence it is counted how many events were registered in the same month, in the next,
and so on. The latest months show only the beginning of their rows. From the older rows follows how
registration goes on.

    share known after d months:  F(d) = Π_{j>d} 1/f(j),   f(j) = Σ C(·, j) / Σ C(·, j−1)

Source: Mack (1993), ASTIN Bulletin 23, 213-225 (development factors and their errors, without a
distribution); Lawless (1994), Canadian Journal of Statistics 22, 15-31 (reporting delay).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.intervals import tails, z_value
from tongchou.domain.demography.left_out import Figure, Flags, Floats, LeftOut, Why, numbers, ratio
from tongchou.domain.demography.special import gamma_quantile


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """How registration goes on.

    Attributes
    ----------
    known
        (..., delays) share of all events known after so many months, 0 … 1, the last 1 by definition: what
        comes later than the longest delay seen is not in it.
    factors
        (..., delays − 1) cumulated numbers of a delay over those of the one before.
    spread
        (..., delays − 1) σ² of Mack: how much single months depart from the factor.
    weights
        (..., delays − 1) Σ C behind each factor.
    """

    known: Floats
    factors: Floats
    spread: Floats
    weights: Floats


def triangle(
    occurred: npt.ArrayLike,
    registered: npt.ArrayLike,
    area: npt.ArrayLike,
    *,
    areas: int,
    since: str,
    until: str,
) -> tuple[Floats, LeftOut]:
    """Events counted by area, month of occurrence and months until they were registered.

    Parameters
    ----------
    occurred, registered
        (events,) days, anything NumPy reads as ``datetime64[D]``.
    area
        (events,) numbers 0 … ``areas`` − 1; others are unknown areas.
    since, until
        ISO days that begin months; what is registered from ``until`` on is not known yet.

    Returns
    -------
    counts
        (areas, months, months): by delay 0, 1, 2 … ``nan`` where the month of registration is not over.
    left_out
        By area, the unknown area last: dates not known, and registered before they occurred.

    Raises
    ------
    ValueError
        When the arrays differ in length or ``until`` is not later than ``since``.
    """
    first, last = np.datetime64(since, "M"), np.datetime64(until, "M")
    months = int((last - first).astype(int))
    if months < 1:
        raise ValueError("until: later than since")
    was, known = (np.atleast_1d(np.asarray(one, dtype="datetime64[D]")) for one in (occurred, registered))
    place = np.atleast_1d(np.asarray(area, dtype=np.int64))
    if not was.shape == known.shape == place.shape:
        raise ValueError("occurred, registered and area differ in length")
    outside = (place < 0) | (place >= areas)
    unknown = ~outside & (np.isnat(was) | np.isnat(known))
    before = ~outside & ~unknown & (known < was)
    month = was.astype("datetime64[M]")
    row = (month - first).astype(np.int64)
    delay = (known.astype("datetime64[M]") - month).astype(np.int64)
    used = ~outside & ~unknown & ~before & (row >= 0) & (row + delay < months)
    flat = (place[used] * months + row[used]) * months + delay[used]
    counts = np.bincount(flat, minlength=areas * months * months).reshape(areas, months, months).astype(float)
    counts[:, ~_seen(months)] = np.nan
    where = np.where(outside, areas, place)
    told = {Why.UNKNOWN_AREA: outside, Why.UNKNOWN_DATE: unknown, Why.BEFORE_BIRTH: before}
    return counts, LeftOut(
        {
            why: np.bincount(where[one], minlength=areas + 1).astype(np.int64)
            for why, one in told.items()
            if one.any()
        }
    )


def curve(counts: npt.ArrayLike) -> Curve:
    """Development of registration, from a triangle.

    Parameters
    ----------
    counts
        (..., months, delays) newly registered, oldest month first; the lower right is not looked at. Small
        areas: sum the triangles of a county first, and use its curve for its villages.

    Raises
    ------
    ValueError
        When there are more delays than months.
    """
    c, seen = _cumulated(counts)
    delays = c.shape[-1]
    pairs = seen[:, 1:] & seen[:, :-1]
    before, after = np.where(pairs, c[..., :-1], 0.0), np.where(pairs, c[..., 1:], 0.0)
    weights = before.sum(axis=-2)
    factors = ratio(after.sum(axis=-2), weights)
    each = ratio(after, before)
    parts = np.where(pairs & (before > 0), before * (each - factors[..., None, :]) ** 2, 0.0).sum(axis=-2)
    free = pairs.sum(axis=0) - 1
    spread = ratio(parts, np.where(free > 0, free, np.nan))
    if delays > 3 and free[-1] == 0:
        # Of the last factor one pair is seen: Mack's rule goes on as the two before it did.
        one, two = spread[..., -2], spread[..., -3]
        spread[..., -1] = np.minimum(ratio(one**2, two), np.minimum(one, two))
    known = np.ones((*c.shape[:-2], delays))
    known[..., :-1] = 1 / np.flip(np.flip(factors, axis=-1).cumprod(axis=-1), axis=-1)
    return Curve(known, factors, spread, weights)


def nowcast(counts: npt.ArrayLike, *, level: float = 0.95) -> tuple[Figure, Figure]:
    """Events of each month when all are known, and of all months together, by the triangle's own curve.

    Parameters
    ----------
    counts
        (..., months, delays) newly registered, as in ``curve``.

    Returns
    -------
    months
        (..., months) with log-normal intervals of Mack's error.
    total
        (...) of all months together.

    Examples
    --------
    >>> months, total = nowcast([[90, 10], [45, np.nan]])
    >>> months.value.round(2).tolist()
    [100.0, 50.0]
    """
    c, seen = _cumulated(counts)
    found = curve(counts)
    delays = c.shape[-1]
    last = seen.sum(axis=-1) - 1
    latest = np.take_along_axis(c, np.broadcast_to(last[:, None], (*c.shape[:-1], 1)), -1)[..., 0]
    ultimate = latest / found.known[..., last]
    # Mack: relative variance of each month, and what months share through the same factors.
    per_factor = ratio(found.spread, found.factors**2)
    grown = c.copy()
    for delay in range(1, delays):
        grown[..., delay] = np.where(
            seen[:, delay], c[..., delay], grown[..., delay - 1] * found.factors[..., None, delay - 1]
        )
    ahead = (np.arange(delays - 1) >= last[:, None]).astype(
        float
    )  # factors still to come, (months, delays - 1)
    own = np.where(ahead > 0, per_factor[..., None, :] * ratio(1.0, grown[..., :-1]), 0.0).sum(axis=-1)
    shared = np.where(ahead > 0, ratio(per_factor, found.weights)[..., None, :], 0.0)
    variance = ultimate**2 * (own + shared.sum(axis=-1))
    order = np.argsort(-last, kind="stable")  # oldest first
    later = np.flip(np.flip(ultimate[..., order], axis=-1).cumsum(axis=-1), axis=-1) - ultimate[..., order]
    common = 2 * (ultimate[..., order] * later * shared.sum(axis=-1)[..., order]).sum(axis=-1)
    of_months = _log_normal(latest, ultimate, variance, level)
    of_total = _log_normal(latest.sum(axis=-1), ultimate.sum(axis=-1), variance.sum(axis=-1) + common, level)
    return of_months, of_total


def nowcast_small(seen: npt.ArrayLike, known: npt.ArrayLike, *, level: float = 0.95) -> Figure:
    """Events of small areas when all are known, by the curve of a larger one: n / F, exact for few.

    Given a share F known, those still to come are about Poisson with mean θ (1 − F), θ ~ Gamma(n + ½, F).

    Parameters
    ----------
    seen
        Numbers registered so far, any shape.
    known
        F of the month's age, of a shape that broadcasts: ``Curve.known`` of the county.

    Returns
    -------
    Figure
        n / F, from n up: what is known is known. ``nan`` where F is 0 or unknown.

    Examples
    --------
    >>> found = nowcast_small([0, 18], [0.5, 0.9])
    >>> found.value.round(2).tolist(), found.low.tolist(), found.high.round(1).tolist()
    ([0.0, 20.0], [0.0, 18.0], [4.0, 24.0])
    """
    n, share = np.broadcast_arrays(numbers(seen, "seen"), numbers(known, "known"))
    good = (n >= 0) & (share > 0) & (share <= 1)
    n, share = np.where(good, n, np.nan), np.where(good, share, np.nan)
    below, above = tails(level)
    # The number to come is negative binomial; a gamma of the same mean and variance, rounded outward.
    shape = n + 0.5
    mean = shape * (1 - share) / share
    variance = mean / share
    form, scale = ratio(mean * mean, variance), ratio(variance, mean)
    low = np.where(share == 1, 0.0, np.floor(scale * gamma_quantile(form, below)))
    high = np.where(share == 1, 0.0, np.ceil(scale * gamma_quantile(form, above)))
    return Figure(n / share, n + low, n + high, level)


def _log_normal(latest: Floats, ultimate: Floats, variance: Floats, level: float) -> Figure:
    """Never below what is known already."""
    error = np.sqrt(np.log1p(np.where(ultimate > 0, ratio(variance, ultimate**2), 0.0)))
    factor = np.exp(z_value(level) * error)
    low = np.maximum(ultimate / factor, latest)
    none = np.isnan(ultimate)
    left_out = LeftOut({Why.UNKNOWN_CELL: none.astype(np.int64)} if none.any() else {})
    return Figure(
        ultimate, np.where(none, np.nan, low), np.where(none, np.nan, ultimate * factor), level, left_out
    )


def mack_error(figure: Figure) -> Floats:
    """The standard error behind a now-cast's interval, in events; for comparison with published tables.

    Parameters
    ----------
    figure
        What ``nowcast`` gave; its upper end is value × exp(z σ), with the error value × √(e^σ² − 1).
    """
    spread = np.log(ratio(figure.high, figure.value)) / z_value(figure.level)
    return figure.value * np.sqrt(np.expm1(spread**2))


def _seen(months: int) -> Flags:
    row, column = np.indices((months, months))
    return np.asarray(row + column < months)


def _cumulated(counts: npt.ArrayLike) -> tuple[Floats, Flags]:
    """Cumulated numbers, and which cells are known by now: the oldest month has all delays."""
    new = numbers(counts, "counts")
    if new.ndim < 2 or new.shape[-1] > new.shape[-2]:
        raise ValueError("counts: (months, delays), at least as many months as delays")
    months, delays = new.shape[-2:]
    seen = np.asarray(np.add.outer(np.arange(months), np.arange(delays)) < months)
    return np.where(seen, new, 0.0).cumsum(axis=-1), seen
