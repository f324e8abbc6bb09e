"""The target table: a county's registered population by age and sex, brought forward from the 2010 census.

The method, its formulas and its sources stand in ``docs/methods/synthetic-county.md``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.synth.census import AGES, CENSUS_DAY, GROUP_STARTS, County, Floats, birth_rates, survivors
from tongchou.synth.errors import SynthError

Ints = npt.NDArray[np.int64]

#: Assumed share of each census age group among the people registered but not counted in the county in 2010.
ABSENT_BY_GROUP = np.array(
    [0.005, 0.025, 0.035, 0.04, 0.16, 0.23, 0.17, 0.12, 0.09, 0.065, 0.03, 0.015, 0.01, 0.005]
    + [0.0] * (len(GROUP_STARTS) - 14)
)
#: Assumed male share of those absent.
ABSENT_MALE = 0.52
#: Boys per girl at birth: China Population Census Yearbook 2020, 111.3 per 100.
SEX_RATIO_AT_BIRTH = 1.113
#: The smallest and largest county that can be made.
LEAST, MOST = 200, 5_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """What a synthetic county must reproduce.

    ``cells`` [sex, census age group] and ``urban``/``rural`` are the table itself (real numbers that sum to
    the registered population); ``people`` [sex, single age] and ``urban_people`` allocate it to whole people.
    """

    cells: Floats
    people: Ints
    urban: float
    rural: float
    urban_people: int

    @property
    def registered(self) -> int:
        return int(self.people.sum())


def target(county: County, *, registered: int, on: dt.date) -> Target:
    """The target table of ``county`` for ``registered`` people on the day ``on``.

    Raises
    ------
    SynthError
        When ``registered`` is out of range or ``on`` lies before 2012 or more than 80 years after the census.
    """
    if not LEAST <= registered <= MOST:
        raise SynthError(f"人数须在 {LEAST} 至 {MOST} 之间。registered must lie between {LEAST} and {MOST}")
    if not dt.date(2012, 1, 1) <= on < dt.date(2090, 1, 1):
        raise SynthError(f"日期须在 2012 年至 2089 年之间。on must lie in 2012–2089, not {on}")
    single = brought_forward(county, on)
    single *= registered / single.sum()
    cells = group_sums(single)
    groups = largest_remainder(cells.ravel(), registered).reshape(cells.shape)
    people = np.zeros((2, AGES), dtype=np.int64)
    for sex in range(2):
        for index, (low, high) in enumerate(group_limits()):
            share = single[sex, low:high]
            people[sex, low:high] = largest_remainder(share, int(groups[sex, index]))
    urban = registered * county.urban / (county.urban + county.rural)
    return Target(cells, people, urban, registered - urban, round(urban))


def group_limits() -> list[tuple[int, int]]:
    """Half-open limits ``[low, high)`` of the census age groups in single ages."""
    return list(zip(GROUP_STARTS, (*GROUP_STARTS[1:], AGES), strict=True))


def group_sums(single: Floats) -> Floats:
    """Single ages added up to the census age groups."""
    return np.add.reduceat(single, GROUP_STARTS, axis=1)


def brought_forward(county: County, on: dt.date) -> Floats:
    """Registered people [sex, single age] on ``on``: the cohort method from the census day.

    Each whole year moves everybody up one age with survival ``l(x + 1½) / l(x + ½)``; the last part,
    ``f`` long, moves the share ``f`` of each age up. Births of a step: the year's rate times the population.
    """
    living = survivors()
    people = registered_2010(county, living)
    rates = birth_rates()
    # The Guizhou series carries the course over time, the county's own 2010 rate its level; the rate of
    # residents becomes one of registered people because births are entered where the family is registered.
    level = county.births_per_1000 / rates[2010] * county.residents.sum() / county.registered
    day = CENSUS_DAY
    while day < on:
        following = min(day.replace(year=day.year + 1), on)
        step = (following - day).days / (day.replace(year=day.year + 1) - day).days
        rate = rates[min(day.year + 1, max(rates))] * level / 1000.0
        people = advance(people, living, step, births=rate * step * float(people.sum()))
        day = following
    return people


def advance(people: Floats, living: Floats, step: float, *, births: float) -> Floats:
    """The population ``step`` years later (0 < step ≤ 1), deaths taken and births added."""

    def alive(age: Floats) -> Floats:
        grid = np.arange(living.shape[1])
        return np.stack([np.interp(age, grid, row) for row in living])

    age = np.arange(AGES, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Of an age, the younger part (share 1 - step) stays, the other moves up; each from its mid-point.
        staying = (1 - step) * np.nan_to_num(alive(age + (1 + step) / 2) / alive(age + (1 - step) / 2))
        moving = step * np.nan_to_num(alive(age + 1 + step / 2) / alive(age + 1 - step / 2))
    later = people * staying
    later[:, 1:] += (people * moving)[:, :-1]
    boys = SEX_RATIO_AT_BIRTH / (1 + SEX_RATIO_AT_BIRTH)
    later[:, 0] += births * np.array([boys, 1 - boys]) * alive(np.array([step / 2]))[:, 0]
    return later


def registered_2010(county: County, living: Floats) -> Floats:
    """People registered in the county at the census by single age: its residents plus those absent."""
    sexes = np.array([ABSENT_MALE, 1 - ABSENT_MALE])
    by_group = ABSENT_BY_GROUP / ABSENT_BY_GROUP.sum()
    absent = (county.registered - county.residents.sum()) * np.outer(sexes, by_group)
    return np.stack([graduate(row, living[sex]) for sex, row in enumerate(county.residents + absent)])


def graduate(groups: Floats, living: Floats) -> Floats:
    """Single ages from the census age groups; every group keeps its total and no age is negative.

    Monotone cubic interpolation of the cumulated counts (F. N. Fritsch and R. E. Carlson, SIAM J. Numer.
    Anal. 17, 1980); the open group is spread like the life table's survivors.
    """
    knots = np.array(GROUP_STARTS, dtype=np.float64)
    summed = np.concatenate([[0.0], np.cumsum(groups[:-1])])
    single = np.zeros(AGES)
    last = GROUP_STARTS[-1]
    single[:last] = np.diff(monotone_cubic(knots, summed, np.arange(last + 1, dtype=np.float64)))
    single[last:] = groups[-1] * living[last:AGES] / living[last:AGES].sum()
    return single


def monotone_cubic(x: Floats, y: Floats, at: Floats) -> Floats:
    """Values at ``at`` of the monotone cubic through non-decreasing ``(x, y)``."""
    width = np.diff(x)
    slope = np.diff(y) / width
    w1, w2 = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    with np.errstate(divide="ignore"):
        inner = (w1 + w2) / (w1 / slope[:-1] + w2 / slope[1:])
    inner = np.where((slope[:-1] > 0) & (slope[1:] > 0), inner, 0.0)
    tangent = np.concatenate([[slope[0]], inner, [slope[-1]]])
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(width) - 1)
    h, t = width[k], (at - x[k]) / width[k]
    return np.asarray(
        y[k] * (2 * t**3 - 3 * t**2 + 1)
        + h * tangent[k] * (t**3 - 2 * t**2 + t)
        + y[k + 1] * (3 * t**2 - 2 * t**3)
        + h * tangent[k + 1] * (t**3 - t**2)
    )


def largest_remainder(shares: Floats, total: int) -> Ints:
    """Whole numbers that sum to ``total``, in proportion to ``shares``, each within one of its quota.

    Ties go to the earlier share. All-zero shares with a positive total fall on the first one.

    Examples
    --------
    >>> largest_remainder(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    whole = float(shares.sum())
    if whole <= 0:
        result = np.zeros(len(shares), dtype=np.int64)
        result[0] = total
        return result
    if not np.isfinite(total / whole):  # shares next to zero, of which only the proportion counts
        shares = shares / shares.max()
        whole = float(shares.sum())
    quota = shares * (total / whole)
    floor = np.floor(quota).astype(np.int64)
    order = np.argsort(-(quota - floor), kind="stable")
    floor[order[: total - int(floor.sum())]] += 1
    return floor
