"""How complete records of deaths are: growth balance, synthetic extinct generations, and both in turn.

Two counts of the population and the deaths registered between them must agree at all adult ages. Where they
do not, deaths are missing, or one count is. Migration, and ages told wrongly, look the same: the methods
are for counties and above, their spread is the message, and none gives an interval.

Source: Hill (1987), Asian and Pacific Population Forum 1, 8-13; Bennett and Horiuchi (1981), Population
Index 47, 207-221, and (1984), Demography 21, 217-233; Hill, You and Choi (2009), Demographic Research 21,
235-254; Moultrie and others, Tools for Demographic Estimation (2013), chapters 23 to 25.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Flags, Floats, LeftOut, Why, ages_last, numbers, ratio
from tongchou.domain.demography.life_table import groups

#: Ages whose points the methods use: first ages of five-year groups.
BALANCE_AGES: Final = (5, 80)
EXTINCT_AGES: Final = (25, 60)


@dataclass(frozen=True, slots=True, eq=False)
class GrowthBalance:
    """What the line through the points says.

    Attributes
    ----------
    completeness
        (...) share of deaths registered, beside the better of the two counts.
    coverage
        (...) first count relative to the second: below 1 the first missed more.
    entries, deaths
        (..., ages) the points: entries − growth (+ migration), and registered deaths, per person-year lived
        above each age. To be drawn; a bend means migration or wrong ages.
    left_out
        Areas with a group that is unknown, empty or negative.
    """

    completeness: Floats
    coverage: Floats
    entries: Floats
    deaths: Floats
    left_out: LeftOut = field(default_factory=LeftOut)


def growth_balance(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    deaths: npt.ArrayLike,
    ages: npt.ArrayLike,
    years: npt.ArrayLike,
    *,
    arrivals: npt.ArrayLike | None = None,
    fit: tuple[int, int] = BALANCE_AGES,
) -> GrowthBalance:
    """Completeness of deaths by the generalised growth balance.

    b(x+) − r(x+) = ln(k₁/k₂)/t + √(k₁k₂)/c · D(x+)/N(x+)

    with entries b(x+) = √(N₁(x−5) N₂(x)) / (5 N(x+)), growth r = ln(N₂/N₁)/t and N(x+) = √(N₁N₂), the line
    through the points by the ratio of their standard deviations.

    Parameters
    ----------
    first, second
        (..., groups) people at the two counts.
    deaths
        (..., groups) registered a year, between the counts.
    ages
        (groups,) first ages: five-year groups from 0, the last open.
    years
        t between the counts, one number or (...).
    arrivals
        (..., groups) net arrivals a year, where they are known.
    fit
        First and last age whose points are used.

    Raises
    ------
    ValueError
        When the groups are not of five years, or fewer than three points are used.
    """
    n1, n2, d, ready, left_out = _ready(first, second, deaths, ages)
    t = numbers(years, "years")[..., None]
    x = numbers(ages, "ages")
    above_1, above_2, above_d = _above(n1), _above(n2), _above(d)
    lived = np.sqrt(above_1 * above_2)
    reached = np.full_like(n1, np.nan)
    reached[..., 1:] = np.sqrt(n1[..., :-1] * n2[..., 1:]) / 5
    growth = np.log(ratio(above_2, above_1)) / t
    entries = ratio(reached, lived) - growth
    if arrivals is not None:
        entries = entries + ratio(_above(numbers(arrivals, "arrivals")), lived)
    registered = ratio(above_d, lived)
    used = _used(x, fit)
    px, py = registered[..., used], entries[..., used]
    slope = ratio(py.std(axis=-1), px.std(axis=-1))
    level = py.mean(axis=-1) - slope * px.mean(axis=-1)
    coverage = np.exp(level * t[..., 0])
    completeness = ratio(np.sqrt(np.minimum(coverage, 1 / coverage)), slope)
    return GrowthBalance(
        np.where(ready, completeness, np.nan),
        np.where(ready, coverage, np.nan),
        entries,
        registered,
        left_out,
    )


@dataclass(frozen=True, slots=True, eq=False)
class ExtinctGenerations:
    """Completeness of each age, (..., ages), and its mean over the ages used, (...)."""

    completeness: Floats
    by_age: Floats
    left_out: LeftOut = field(default_factory=LeftOut)


def extinct_generations(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    deaths: npt.ArrayLike,
    ages: npt.ArrayLike,
    years: npt.ArrayLike,
    *,
    open_expectation: npt.ArrayLike,
    coverage: npt.ArrayLike = 1.0,
    fit: tuple[int, int] = EXTINCT_AGES,
) -> ExtinctGenerations:
    """Completeness of deaths by synthetic extinct generations.

    N̂(x) = N̂(x+5) e^(5r) + D e^(2.5r),   N̂(A) = D(A+) (e^(r e) − (r e)²/6);   c = N̂(x) / N(x)

    Who is x years old now will die at all ages above x; those deaths are today's, grown at the rates r of
    each group.

    Parameters
    ----------
    first, second, deaths, ages, years
        As in ``growth_balance``.
    open_expectation
        e, years that people reaching the open age still live, one number or (...): of a model table, or a
        neighbour's.
    coverage
        First count relative to the second, (...), from ``growth_balance``: with it the method is the one in
        turn of Hill, You and Choi. Without it both counts are taken as equally complete.
    fit
        First and last age over which the mean is taken.
    """
    n1, n2, d, ready, left_out = _ready(first, second, deaths, ages)
    k = numbers(coverage, "coverage")[..., None]
    # The count that missed more is raised to the other.
    n1, n2 = n1 / np.minimum(k, 1.0), n2 * np.maximum(k, 1.0)
    t = numbers(years, "years")[..., None]
    x = numbers(ages, "ages")
    r = np.log(ratio(n2, n1)) / t
    e = numbers(open_expectation, "open_expectation")
    grown = np.empty_like(n1)
    end = r[..., -1] * e
    grown[..., -1] = d[..., -1] * (np.exp(end) - end**2 / 6)
    for at in range(x.size - 2, -1, -1):
        later = grown[..., at + 1] * np.exp(5 * r[..., at])
        grown[..., at] = later + d[..., at] * np.exp(2.5 * r[..., at])
    counted = np.full_like(n1, np.nan)
    counted[..., 1:] = np.sqrt(n1[..., :-1] * n2[..., 1:]) / 5
    by_age = ratio(grown, counted)
    used = _used(x, fit)
    mean = by_age[..., used].mean(axis=-1)
    return ExtinctGenerations(np.where(ready, mean, np.nan), by_age, left_out)


def _ready(
    first: npt.ArrayLike, second: npt.ArrayLike, deaths: npt.ArrayLike, ages: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Flags, LeftOut]:
    n1, n2, d = np.broadcast_arrays(
        numbers(first, "first"), numbers(second, "second"), numbers(deaths, "deaths")
    )
    starts, widths = groups(ages, n1.shape[-1] if n1.ndim else 0)
    if starts[0] != 0 or (widths[:-1] != 5).any():
        raise ValueError("ages: groups of five years from 0 are needed")
    ages_last(d, starts.size, "deaths")
    negative = (n1 < 0) | (n2 < 0) | (d < 0)
    empty = ~negative & ((n1 == 0) | (n2 == 0))
    unknown = np.isnan(n1) | np.isnan(n2) | np.isnan(d)
    told = {Why.NEGATIVE_EVENTS: negative, Why.EMPTY_AREA: empty, Why.UNKNOWN_CELL: unknown}
    left_out = LeftOut({why: np.asarray(one.sum(axis=-1)) for why, one in told.items() if one.any()})
    bad = negative | empty | unknown
    clean = (np.where(bad, np.nan, one) for one in (n1, n2, d))
    one, two, three = clean
    return one, two, three, np.asarray(~bad.any(axis=-1)), left_out


def _above(values: Floats) -> Floats:
    return np.flip(np.flip(values, axis=-1).cumsum(axis=-1), axis=-1)


def _used(ages: Floats, fit: tuple[int, int]) -> Flags:
    used = (ages >= max(fit[0], 5)) & (ages <= fit[1])
    if used.sum() < 3:
        raise ValueError(f"fit: fewer than three ages from {fit[0]} to {fit[1]}")
    return used
