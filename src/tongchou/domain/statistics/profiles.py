"""People and rates by age: pyramids, rates of age groups, the Lexis surface, and cohorts followed over years.

Births by the mother's age and deaths by age are shown for townships and above.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tongchou.domain.demography import migration
from tongchou.domain.demography.left_out import Figure, Floats, Ints, LeftOut, Why, ratio
from tongchou.domain.demography.life_table import life_table
from tongchou.domain.demography.rates import by_age
from tongchou.domain.statistics.compute import NotShownError, lowest_level
from tongchou.domain.statistics.cube import (
    AGE_STARTS,
    MEN,
    MOTHER_STARTS,
    WOMEN,
    MonthCube,
    Months,
    left_out_of,
)
from tongchou.domain.statistics.definition import DEPTH
from tongchou.domain.statistics.periods import Periods
from tongchou.domain.statistics.series import Step
from tongchou.domain.statistics.tables import mothers

#: First ages of five-year groups, 0 to 4 as one; the last is open.
FIVES: Final = tuple(age for age in AGE_STARTS if age != 1)
_COHORT: Final = 60  # months in which people move up one group of five years
Rate = Literal["fertility", "mortality"]


@dataclass(frozen=True, slots=True, eq=False)
class Pyramid:
    """People by age and sex at the end of a month; ``nan`` where the month has no report.

    ``ages`` are the first of five-year groups, the last open; ``men`` and ``women`` are (areas, ages), and
    ``unknown``, people of unknown age or sex, (areas,).
    """

    areas: tuple[str, ...]
    month: np.datetime64
    ages: tuple[int, ...]
    men: Floats
    women: Floats
    unknown: Floats
    left_out: LeftOut


def pyramid(cube: MonthCube, month: np.datetime64 | str) -> Pyramid:
    """The pyramid of each area.

    Parameters
    ----------
    cube
        Of any areas.
    month
        One of its months.

    Raises
    ------
    KeyError
        When the cube has no such month.

    Examples
    --------
    >>> from tongchou.synth.months import made_months
    >>> found = pyramid(made_months(villages=2, months=3), "2026-06")
    >>> found.ages[:3], found.men.shape
    ((0, 5, 10), (2, 21))
    """
    at = _place(cube, month)
    known = cube.reported[:, at]
    stock = np.where(known[:, None, None], cube.stock[:, at], np.nan)
    men, women = (_fives(stock[..., sex]) for sex in (MEN, WOMEN))
    left_out = left_out_of(cube) + LeftOut({Why.MISSING_MONTH: (~known).astype(np.int64)})
    return Pyramid(
        cube.areas,
        np.datetime64(str(month), "M"),
        FIVES,
        men,
        women,
        np.where(known, cube.unknown[:, at], np.nan),
        left_out,
    )


@dataclass(frozen=True, slots=True, eq=False)
class AgeRates:
    """Rates of age groups, per thousand: (areas, periods, ages) of fertility, (..., 2) more of mortality.

    ``ages`` are the first of each group; ``events`` and ``exposure`` are what is divided.
    """

    rate: Rate
    areas: tuple[str, ...]
    periods: Months
    step: Step
    ages: tuple[int, ...]
    figure: Figure
    events: Floats
    exposure: Floats


def age_rates(cube: MonthCube, rate: Rate, *, step: Step, level: float = 0.95) -> AgeRates:
    """Births by the mother's age, or deaths by age and sex (men, then women), per thousand person-years.

    Parameters
    ----------
    cube
        Of townships or larger areas.
    rate
        ``fertility``: ASFR, of mothers of 15 to 49; births of other or unknown mothers are spread like the
        rest. ``mortality``: of all ages and both sexes.
    step, level
        As in ``compute.series``; a year, or one that ends with any month.

    Raises
    ------
    NotShownError
        For villages, or months and quarters.
    """
    _townships(cube, step, f"{rate} by age")
    one = Periods(cube, step)
    if rate == "fertility":
        births, women, scale, told = mothers(one)
        events, exposure, ages = births * scale[..., None], women, MOTHER_STARTS
        found = by_age(events, exposure, level=level)
    else:
        events, exposure, ages, told = one.deaths, one.person_years, AGE_STARTS, LeftOut()
        found = by_age(np.moveaxis(events, -1, -2), np.moveaxis(exposure, -1, -2), level=level)
        value, low, high = (np.moveaxis(ends, -1, -2) for ends in (found.value, found.low, found.high))
        found = Figure(value, low, high, level)
    left_out = left_out_of(cube) + LeftOut(
        {why: number.sum(axis=1) for why, number in told.counts.items()}
        | ({Why.MISSING_MONTH: one.missing.sum(axis=1)} if one.missing.any() else {})
    )
    figure = Figure(found.value, found.low, found.high, level, left_out).times(1000)
    return AgeRates(rate, cube.areas, one.months, step, ages, figure, events, exposure)


@dataclass(frozen=True, slots=True, eq=False)
class Lexis:
    """The surface of ages and years: deaths and person-years of each cell, (areas, years, ages, 2).

    ``people`` stand at the end of each year. ``nan`` where a month of the year has no report.
    """

    areas: tuple[str, ...]
    periods: Months
    ages: tuple[int, ...]
    people: Floats
    deaths: Floats
    person_years: Floats


def lexis(cube: MonthCube) -> Lexis:
    """Deaths, person-years and people by age group and calendar year, men, then women.

    Parameters
    ----------
    cube
        Of townships or larger areas.

    Raises
    ------
    NotShownError
        For villages.
    """
    _townships(cube, Step.YEAR, "deaths by age")
    one = Periods(cube, Step.YEAR)
    return Lexis(cube.areas, one.months, AGE_STARTS, one.at_end(cube.stock), one.deaths, one.person_years)


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """Five-year groups of people followed from one month to that five years later.

    Attributes
    ----------
    first, second
        The two months.
    ages
        (groups,) first age at the second month, from 5 on; the last is open.
    born
        (groups, 2) years between which the people of a group were born, that is more than ``born[0]`` and not
        later than ``born[1]`` in the month; the first of the open group is 0.
    before, after
        (areas, groups, 2) people at the first and at the second month.
    ratio
        (areas, groups, 2) after / before.
    expected
        (areas, groups, 2) who would be there by the deaths of the five years.
    net
        (areas, groups, 2) after less expected: who came and went on balance, and errors of both counts.
    """

    areas: tuple[str, ...]
    first: np.datetime64
    second: np.datetime64
    ages: tuple[int, ...]
    born: Ints
    before: Floats
    after: Floats
    ratio: Floats
    expected: Floats
    net: Floats


def cohorts(cube: MonthCube, second: np.datetime64 | str) -> Cohorts:
    """People of each five-year group beside the same people five years before.

    A group moves up by one in sixty months, so the same people are compared without any being split; their
    survival is that of a life table of the five years, closed at the open group.

    Parameters
    ----------
    cube
        Of townships or larger areas, with the month five years before.
    second
        The later of the two months.

    Raises
    ------
    KeyError
        When one of the two months is not there.
    NotShownError
        For villages.
    """
    _townships(cube, Step.YEAR, "cohorts")
    late = _place(cube, second)
    early = _place(cube, cube.months[late] - _COHORT)
    known = (cube.reported[:, early] & cube.reported[:, late])[:, None, None]
    before, after = (
        np.where(known, np.stack([_fives(cube.stock[:, at, :, sex]) for sex in (MEN, WOMEN)], -1), np.nan)
        for at in (early, late)
    )
    between = slice(early + 1, late + 1)
    reported = np.asarray(cube.reported[:, between].all(axis=1))[:, None]
    kept = np.full((*before.shape[:1], len(FIVES) - 1, 2), np.nan)
    for sex, name in ((MEN, "male"), (WOMEN, "female")):
        deaths, years = (
            np.where(reported, _fives(values[:, between, :, sex].sum(axis=1)), np.nan)
            for values in (cube.deaths, cube.person_years)
        )
        table = life_table(deaths, years, FIVES, sex="male" if name == "male" else "female")
        kept[..., sex] = table.survival()
    forward = np.stack(
        [migration.by_survival(before[..., sex], after[..., sex], kept[..., sex])[0] for sex in (MEN, WOMEN)],
        axis=-1,
    )
    origin = before[:, :-1].copy()
    origin[:, -1] += before[:, -1]
    year = int(np.datetime64(cube.months[late], "Y").astype(np.int64)) + 1970
    ages = np.array(FIVES[1:])
    born = np.stack([np.append(year - ages[:-1] - 5, 0), year - ages], axis=-1)
    return Cohorts(
        cube.areas,
        cube.months[early],
        cube.months[late],
        FIVES[1:],
        born,
        origin,
        after[:, 1:],
        ratio(after[:, 1:], origin),
        after[:, 1:] - forward,
        forward,
    )


def _fives(values: Floats) -> Floats:
    """(..., ages) of a cube in five-year groups: ages 0 and 1 to 4 together."""
    return np.concatenate([values[..., :2].sum(axis=-1, keepdims=True), values[..., 2:]], axis=-1)


def _place(cube: MonthCube, month: np.datetime64 | str) -> int:
    at = np.flatnonzero(cube.months == np.datetime64(str(month), "M"))
    if not at.size:
        raise KeyError(f"no month {month}")
    return int(at[0])


def _townships(cube: MonthCube, step: Step, what: str) -> None:
    lowest = lowest_level(cube.areas)
    if step not in {Step.YEAR, Step.ROLLING_YEAR} or (
        lowest is not None and DEPTH[lowest] > DEPTH["township"]
    ):
        raise NotShownError(f"{what} is not shown by {step} for a {lowest or 'group'}")
