"""Rates of small areas: each leans on the others of its group, the more the fewer people it has.

A village of 300 people has no death in one year and four in the next, and neither is news. Events of an area
are taken as Poisson around its own rate, and rates of a group's areas as gamma around the rate of the group
(shares: binomial and beta). Spread within groups is read from the data; that it is not known exactly, nor the
rate of the group, widens the intervals.

    θᵢ ~ Gamma(k, k/μ),  Dᵢ ~ Poisson(Nᵢ θᵢ)   ⇒   θᵢ | Dᵢ ~ Gamma(Dᵢ + k, Nᵢ + k/μ)
    pᵢ ~ Beta(Mμ, M(1 − μ)),  yᵢ ~ Bin(nᵢ, pᵢ) ⇒   pᵢ | yᵢ ~ Beta(yᵢ + Mμ, nᵢ − yᵢ + M(1 − μ))

Source: Clayton and Kaldor (1987), Biometrics 43, 671-681; Christiansen and Morris (1997), JASA 92, 618-632
(uniform shrinkage, intervals that know the spread to be estimated); Marshall (1991), Applied Statistics 40,
283-294.

Rates of births drawn nearer to each other this way are still figures of areas; nothing here ranks them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.intervals import tails
from tongchou.domain.demography.left_out import Floats, Ints, LeftOut, Why, ratio, usable
from tongchou.domain.demography.special import beta_quantile, gamma_quantile, log_gamma

#: ln of the concentration, from a spread so wide that areas share nothing to one that no data can see.
_LEAST, _MOST, _POINTS = -4.0, 16.0, 41
_ROUNDS = 12
#: Numbers in one array of a step along the grid.
_SLAB = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """What is known of each area when it leans on its group.

    Attributes
    ----------
    value, low, high
        (..., areas): mean and interval; ``nan`` where nobody lived.
    level
        Probability of the interval.
    mean
        (..., areas): rate or share of the area's group, μ.
    concentration
        (...): k (or M), by maximum likelihood; the greater, the more alike the areas are.
    weight
        (..., areas): how much the area's own figure counts, 0 … 1.
    left_out
        (...,) numbers of areas, by reason.
    variance
        (..., areas): of the true rate or share, given the counts; empty of figures made of these.
    """

    value: Floats
    low: Floats
    high: Floats
    level: float
    mean: Floats
    concentration: Floats
    weight: Floats
    left_out: LeftOut = field(default_factory=LeftOut)
    variance: Floats = field(default_factory=lambda: np.empty(0))


def gamma_poisson(
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    level: float | None = 0.95,
) -> Shrunk:
    """Rates of areas that lean on the rate of their group.

    Parameters
    ----------
    events, exposure
        (..., areas): events and person-years. Leading axes (ages, years) are worked out apart from each
        other. Expected numbers in place of person-years give ratios of observed to expected.
    groups
        (areas,) a number of each area's group (its county); all areas are one group without it. The spread is
        one for all groups, their rates are their own.
    level
        Probability of the intervals; without one there are none (``nan``), which is much quicker for large
        numbers.

    Returns
    -------
    Shrunk
        Rates per person-year. Areas without people, or that cannot be used, are ``nan`` and counted.

    Raises
    ------
    ValueError
        When ``groups`` does not name a group for every area.

    Examples
    --------
    >>> shrunk = gamma_poisson([0, 4, 300], [300, 300, 40000])
    >>> bool(0 < shrunk.value[0] < shrunk.value[1] < 4 / 300)
    True
    """
    d, n, left_out = usable(events, exposure)
    flat_d, flat_n, at = _flat(d, n)
    group = _groups(groups, d.shape[-1])

    def fitted(k: Floats) -> _Fit:
        shape = k[..., None]
        mean = group.mean(flat_d, flat_n, lambda m: 1 / (1 + flat_n * m / shape), k.shape)
        expected = np.maximum(flat_n * mean, 1e-300)
        terms = (
            log_gamma(flat_d + shape)
            - log_gamma(shape)
            + flat_d * np.log(expected / (shape + expected))
            + shape * np.log(shape / (shape + expected))
        )
        told = group.once(flat_n * mean / (1 + flat_n * mean / shape))
        return np.where(flat_n > 0, terms, 0.0).sum(axis=-1), mean, told

    scan = _scan(fitted, flat_d.shape, lambda k, m: k / (k + np.mean(flat_n * m, axis=1)))
    expected = np.zeros_like(flat_d)
    second = np.zeros_like(flat_d)
    for k, mean, chance in scan.points:
        a, b = flat_d + k[:, None], flat_n + ratio(k[:, None], mean)
        value = ratio(a, b)
        lean = ratio(ratio(k[:, None], mean), b)
        of_mean = ratio(mean**2, group.sum(flat_n * mean / (1 + flat_n * mean / k[:, None])))
        expected = expected + chance[:, None] * value
        second = second + chance[:, None] * (value**2 + ratio(a, b * b) + lean**2 * of_mean)
    variance = np.maximum(second - expected**2, 1e-300)
    shape = ratio(expected**2, variance)
    scale = ratio(variance, expected)
    low, high = (scale * end for end in _ends(lambda p: gamma_quantile(shape, p), level, expected.shape))
    weight = ratio(flat_n * scan.mean, flat_n * scan.mean + scan.best[:, None])
    return _result(
        (expected, low, high, variance), scan, weight, group.sum(flat_n) > 0, at, level, left_out, n
    )


def beta_binomial(
    yes: npt.ArrayLike,
    total: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    level: float | None = 0.95,
) -> Shrunk:
    """Shares of areas that lean on the share of their group; arguments and errors as in ``gamma_poisson``.

    Parameters
    ----------
    yes, total
        (..., areas): how many of how many. More than all of them makes an area unknown.
    groups
        (areas,) a number of each area's group.
    """
    y, n, left_out = usable(yes, total)
    over = y > n
    if over.any():
        left_out += LeftOut({Why.EVENTS_WITHOUT_EXPOSURE: over.sum(axis=-1)})
        y, n = np.where(over, np.nan, y), np.where(over, np.nan, n)
    flat_y, flat_n, at = _flat(y, n)
    group = _groups(groups, y.shape[-1])

    def fitted(size: Floats) -> _Fit:
        one = size[..., None]
        alike = 1 / (one + 1)
        weigh = 1 / (1 + np.maximum(flat_n - 1, 0) * alike)
        mean = np.clip(group.mean(flat_y, flat_n, lambda _m: weigh, size.shape), 1e-12, 1 - 1e-12)
        a, b = one * mean, one * (1 - mean)
        terms = (
            log_gamma(flat_y + a) + log_gamma(flat_n - flat_y + b) - log_gamma(flat_n + one)
            + log_gamma(one) - log_gamma(a) - log_gamma(b)
        )  # fmt: skip
        return np.where(flat_n > 0, terms, 0.0).sum(axis=-1), mean, group.once(flat_n * weigh)

    scan = _scan(fitted, flat_y.shape, lambda size, _m: size / (size + np.mean(flat_n, axis=1)))
    expected = np.zeros_like(flat_y)
    second = np.zeros_like(flat_y)
    for size, mean, chance in scan.points:
        one = size[:, None]
        value = (flat_y + one * mean) / (flat_n + one)
        lean = one / (flat_n + one)
        told = group.sum(flat_n / (1 + np.maximum(flat_n - 1, 0) / (one + 1)))
        inside = ratio(mean * (1 - mean), told)
        expected = expected + chance[:, None] * value
        spread = value * (1 - value) / (flat_n + one + 1) + lean**2 * inside
        second = second + chance[:, None] * (value**2 + spread)
    expected = np.clip(expected, 1e-12, 1 - 1e-12)
    variance = np.clip(second - expected**2, 1e-24, expected * (1 - expected) * 0.999)
    size = expected * (1 - expected) / variance - 1
    a, b = expected * size, (1 - expected) * size
    low, high = _ends(lambda p: beta_quantile(a, b, p), level, expected.shape)
    weight = flat_n / (flat_n + scan.best[:, None])
    return _result(
        (expected, low, high, variance), scan, weight, group.sum(flat_n) > 0, at, level, left_out, n
    )


def _ends(
    quantile: Callable[[float], Floats], level: float | None, shape: tuple[int, ...]
) -> tuple[Floats, Floats]:
    if level is None:
        return np.full(shape, np.nan), np.full(shape, np.nan)
    below, above = tails(level)
    return quantile(below), quantile(above)


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Sums over groups of areas, spread back over their areas."""

    number: Ints
    order: Ints
    starts: Ints

    def sum(self, values: Floats) -> Floats:
        return np.asarray(self.once(values)[..., self.number])

    def once(self, values: Floats) -> Floats:
        """(..., rows, groups)."""
        return np.asarray(np.add.reduceat(values[..., self.order], self.starts, axis=-1))

    def mean(
        self, events: Floats, exposure: Floats, weigh: Callable[[Floats], Floats], rows: tuple[int, ...]
    ) -> Floats:
        """(rows..., areas) events per exposure of each group, areas weighted by what they tell; by steps."""
        mean = np.broadcast_to(ratio(self.sum(events), self.sum(exposure)), (*rows, events.shape[-1]))
        moving = np.full(rows, True)
        for _round in range(_ROUNDS):
            weight = weigh(np.where(np.isnan(mean), 0.0, mean))
            after = ratio(self.sum(weight * events), self.sum(weight * exposure))
            # Each row stops by itself, so that it does not depend on the rows beside it.
            moving &= ~np.isclose(after, mean, rtol=1e-10, atol=0.0, equal_nan=True).all(axis=-1)
            if not moving.any():
                break
            mean = np.where(moving[..., None], after, mean)
        # A group without any event has no rate of its own to lean on; half an event keeps it above zero. Of a
        # group without people any number will do: its areas are unknown.
        lived = self.sum(exposure)
        return np.where(mean > 0, mean, np.where(lived > 0, ratio(0.5, lived), 0.5))


def _groups(groups: npt.ArrayLike | None, areas: int) -> _Groups:
    named = np.zeros(areas, dtype=np.int64) if groups is None else np.asarray(groups)
    if named.shape != (areas,):
        raise ValueError(f"groups: {named.shape} names for {areas} areas")
    _names, number = np.unique(named, return_inverse=True)
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(number.max(initial=0) + 1))
    return _Groups(number.astype(np.int64), order.astype(np.int64), starts.astype(np.int64))


#: Log-likelihood (..., rows), means (..., rows, areas), and what the data tell of each group's mean
#: (..., rows, groups), of concentrations (..., rows).
_Fit = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class _Scan:
    """The likelihood along the concentration: where it is greatest, and points with their probability."""

    best: Floats
    mean: Floats
    points: list[tuple[Floats, Floats, Floats]]


def _scan(
    fitted: Callable[[Floats], _Fit],
    shape: tuple[int, ...],
    share: Callable[[Floats, Floats], Floats],
) -> _Scan:
    rows = shape[0]
    grid = np.linspace(_LEAST, _MOST, _POINTS)
    # Many points of the grid at once where areas are few; no more than a slab in memory where they are many.
    slab = max(1, _SLAB // (rows * shape[1]))
    found: list[_Fit] = []
    for start in range(0, grid.size, slab):
        k = np.stack([np.full(rows, np.exp(place)) for place in grid[start : start + slab]])
        found += zip(*fitted(k), strict=True)
    likelihood = np.stack([one for one, _mean, _told in found])
    best = _finer(fitted, grid, np.asarray(likelihood.argmax(axis=0)))
    # Means fitted to few areas make these look too much alike (Cox and Reid 1987, JRSS B 49, 1-39).
    likelihood = likelihood - np.stack(
        [0.5 * np.log(np.maximum(told, 1e-300)).sum(axis=1) for _one, _mean, told in found]
    )
    top = np.asarray(likelihood.argmax(axis=0))
    # Uniform in the shrinkage s = k/(k + N̄μ): the prior along ln k is s (1 − s).
    chances = np.empty_like(likelihood)
    for at, place in enumerate(grid):
        k = np.full(rows, np.exp(place))
        s = share(k, found[at][1])
        chances[at] = np.exp(likelihood[at] - likelihood[top, np.arange(rows)]) * s * (1 - s)
    chances = ratio(chances, chances.sum(axis=0))
    chances = np.where(chances > 1e-7, chances, 0.0)
    chances = ratio(chances, chances.sum(axis=0))
    points = [
        (np.full(rows, np.exp(place)), found[at][1], chances[at])
        for at, place in enumerate(grid)
        if (chances[at] > 0).any()
    ]
    return _Scan(best, fitted(best)[1], points)


def _finer(fitted: Callable[[Floats], _Fit], grid: Floats, top: Ints) -> Floats:
    """The concentration of the greatest likelihood, by golden sections around the best point of the grid."""
    low, high = grid[np.maximum(top - 1, 0)], grid[np.minimum(top + 1, grid.size - 1)]
    golden = (np.sqrt(5) - 1) / 2
    for _step in range(18):  # 1 : 0.618¹⁸, some hundred-thousandths of a grid step
        left, right = high - golden * (high - low), low + golden * (high - low)
        less, more = fitted(np.exp(np.stack([left, right])))[0]
        better = less > more
        low, high = np.where(better, low, left), np.where(better, right, high)
    return np.asarray(np.exp((low + high) / 2))


def _flat(events: Floats, exposure: Floats) -> tuple[Floats, Floats, tuple[int, ...]]:
    """(rows, areas) with 0 for what is unknown, and the leading axes."""
    areas = events.shape[-1]
    if not areas:
        raise ValueError("events: no areas")
    known = ~np.isnan(events) & ~np.isnan(exposure)
    flat = (-1, areas)
    return (
        np.where(known, events, 0.0).reshape(flat),
        np.where(known, exposure, 0.0).reshape(flat),
        events.shape[:-1],
    )


def _result(
    found: tuple[Floats, Floats, Floats, Floats],
    scan: _Scan,
    weight: Floats,
    settled: npt.NDArray[np.bool_],
    at: tuple[int, ...],
    level: float | None,
    left_out: LeftOut,
    exposure: Floats,
) -> Shrunk:
    """Areas without people are unknown, and so is the rate of a group without any (not ``settled``)."""
    known = exposure.reshape(settled.shape) > 0
    empty = (exposure == 0).sum(axis=-1)
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty})
    value, low, high, variance = (np.where(known, one, np.nan).reshape(exposure.shape) for one in found)
    return Shrunk(
        value,
        low,
        high,
        np.nan if level is None else level,
        np.where(settled, scan.mean, np.nan).reshape(exposure.shape),
        scan.best.reshape(at),
        np.where(known, weight, np.nan).reshape(exposure.shape),
        left_out,
        variance,
    )
