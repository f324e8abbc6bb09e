"""Migration: rates of coming and going, flows between areas, and net migration that only counts reveal.

Source: Shryock and Siegel, The Methods and Materials of Demography (1973), chapters 20 and 21; United
Nations, Manual VI: Methods of Measuring Internal Migration (1970), chapter II (survival ratios); Rogers
(1995), Multiregional Demography, chapter 4 (flows); Bell and others (2002), JRSS A 165, 435-464 (intensity,
effectiveness).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, numbers, ratio, usable
from tongchou.domain.demography.rates import difference


@dataclass(frozen=True, slots=True, eq=False)
class Migration:
    """Rates of areas, per person-year of the area; ``effectiveness`` is net over gross, −1 … 1."""

    arrivals: Figure
    departures: Figure
    net: Figure
    effectiveness: Floats


def migration(
    arrivals: npt.ArrayLike, departures: npt.ArrayLike, exposure: npt.ArrayLike, *, level: float = 0.95
) -> Migration:
    """Rates of arriving, leaving and of the two together.

    The rate of arrivals is no risk (who arrives was not exposed here), it is a share of the area's
    population.

    Parameters
    ----------
    arrivals, departures, exposure
        (..., cells): moves and person-years, of ages or months that are added up. A cell that is unknown
        makes the area unknown.

    Examples
    --------
    >>> one = migration([[30, 20]], [[45, 15]], [[1000, 1000]])
    >>> one.net.times(1000).value.tolist(), one.effectiveness.round(3).tolist()
    ([-5.0], [-0.091])
    """
    came, lived, first = usable(arrivals, exposure)
    # What arrivals have left out is not told again.
    went, both, second = usable(departures, np.where(np.isnan(lived), 1.0, lived))
    lived = np.where(np.isnan(lived) | np.isnan(both), np.nan, lived)
    years = lived.sum(axis=-1)
    empty = years == 0
    left_out = first + second
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty.astype(np.int64)})
    in_, out = came.sum(axis=-1), went.sum(axis=-1)
    in_, out = np.where(np.isnan(years), np.nan, in_), np.where(np.isnan(years), np.nan, out)
    of_in, of_out = intervals.rate(in_, years, level), intervals.rate(out, years, level)
    low, high = difference((ratio(in_, years), *of_in), (ratio(out, years), *of_out))
    return Migration(
        Figure(ratio(in_, years), *of_in, level, left_out),
        Figure(ratio(out, years), *of_out, level, left_out),
        Figure(ratio(in_ - out, years), low, high, level, left_out),
        ratio(in_ - out, in_ + out),
    )


def flow_rates(moves: npt.ArrayLike, exposure: npt.ArrayLike) -> Floats:
    """Moves from each area to each other per person-year of the area of origin.

    Parameters
    ----------
    moves
        (..., origins, destinations): who stays in an area is no move, so the diagonal is not looked at.
    exposure
        (..., origins) person-years.

    Returns
    -------
    Floats
        (..., origins, destinations), the diagonal 0: Mᵢⱼ of a multiregional table.

    Raises
    ------
    ValueError
        When there are not as many destinations as origins.

    Examples
    --------
    >>> flow_rates([[0, 20], [5, 0]], [1000, 500]).tolist()
    [[0.0, 0.02], [0.01, 0.0]]
    """
    flows, years = numbers(moves, "moves"), numbers(exposure, "exposure")
    if flows.ndim < 2 or flows.shape[-1] != flows.shape[-2]:
        raise ValueError("moves: as many destinations as origins")
    rates = ratio(flows, np.where(years > 0, years, np.nan)[..., None])
    here = np.eye(flows.shape[-1], dtype=bool)
    return np.where(here, 0.0, np.where(flows < 0, np.nan, rates))


def effectiveness(moves: npt.ArrayLike) -> Floats:
    """How much of all moving changes where people live: Σ|in − out| / (2 × moves between areas), 0 … 1.

    Parameters
    ----------
    moves
        (..., origins, destinations).

    Examples
    --------
    >>> effectiveness([[0, 30], [10, 0]]).tolist()
    0.5
    """
    flows = np.where(np.eye(np.shape(moves)[-1], dtype=bool), 0.0, numbers(moves, "moves"))
    net = np.abs(flows.sum(axis=-2) - flows.sum(axis=-1)).sum(axis=-1)
    return ratio(net, 2 * flows.sum(axis=(-2, -1)))


def by_balance(
    opening: npt.ArrayLike, closing: npt.ArrayLike, births: npt.ArrayLike, deaths: npt.ArrayLike
) -> Floats:
    """Net migration as what births and deaths do not explain: closing − opening − births + deaths.

    Errors of all four are in it: beside a register it measures these, not moves.

    Parameters
    ----------
    opening, closing, births, deaths
        People and events of each area and period, of shapes that broadcast.

    Examples
    --------
    >>> by_balance(1000, 990, 12, 8).tolist()
    -14.0
    """
    return (
        numbers(closing, "closing")
        - numbers(opening, "opening")
        - numbers(births, "births")
        + numbers(deaths, "deaths")
    )


def by_survival(
    first: npt.ArrayLike, second: npt.ArrayLike, survival: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Net migration of cohorts between two counts a group's width apart, from who should have survived.

    Forward: N₂(x+n) − S N₁(x), as if all moved at the end; backward: N₂(x+n)/S − N₁(x), at the beginning;
    and the mean of the two.

    Parameters
    ----------
    first, second
        (..., ages) people of age groups as wide as the time between the counts; the last group is open.
    survival
        (..., ages − 1) shares that survive into the next group (``LifeTable.survival``); the last is of the
        two oldest groups together.

    Returns
    -------
    forward, backward, mean
        (..., ages − 1) people who arrived (above 0) or left, by their age group at the second count from the
        second group on.

    Examples
    --------
    >>> [part.round(1).tolist() for part in by_survival([100, 80, 50], [90, 97, 100], [0.98, 0.7])]
    [[-1.0, 9.0], [-1.0, 12.9], [-1.0, 10.9]]
    """
    before, after = numbers(first, "first"), numbers(second, "second")
    stays = numbers(survival, "survival")
    if before.shape[-1] != after.shape[-1] or stays.shape[-1] != before.shape[-1] - 1:
        raise ValueError("survival: one share fewer than age groups is needed")
    origin = before[..., :-1].copy()
    origin[..., -1] += before[..., -1]
    reached = after[..., 1:]
    forward, backward = reached - stays * origin, ratio(reached, stays) - origin
    return forward, backward, (forward + backward) / 2
