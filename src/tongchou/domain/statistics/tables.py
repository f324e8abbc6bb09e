"""Life tables of areas and periods, and what mothers of known age stand for all; used by several figures."""

from __future__ import annotations

from typing import Final

import numpy as np

from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, ratio
from tongchou.domain.demography.life_table import LifeTable, Sex, life_table
from tongchou.domain.demography.life_table_intervals import FEWEST_YEARS, chiang
from tongchou.domain.statistics.cube import AGE_STARTS, MOTHER_STARTS, WOMEN
from tongchou.domain.statistics.periods import Periods

#: Life tables of areas are closed at 85: above, townships have too few people (Toson and Baker 2003).
TABLE_AGES: Final = np.array([age for age in AGE_STARTS if age <= 85])
#: Places of the age groups of mothers among the age groups of everybody.
MOTHER_AGES: Final = np.array([AGE_STARTS.index(age) for age in MOTHER_STARTS])
WIDTH: Final = 5.0


def up_to_85(values: Floats) -> Floats:
    """(..., ages) of a cube, with 85 and over as one group."""
    last = TABLE_AGES.size - 1
    return np.concatenate([values[..., :last], values[..., last:].sum(axis=-1, keepdims=True)], axis=-1)


def tables(one: Periods, sex: Sex) -> tuple[LifeTable, Floats, Floats]:
    """Life tables of areas and periods, (areas, periods, ages), their deaths and their person-years."""
    at = {"male": slice(0, 1), "female": slice(1, 2), "both": slice(0, 2)}[sex]
    deaths, years = (up_to_85(values[..., at].sum(axis=-1)) for values in (one.deaths, one.person_years))
    return life_table(deaths, years, TABLE_AGES, sex=sex), deaths, years


def expectation(one: Periods, sex: Sex, age: int, level: float) -> Figure:
    """Remaining years at an age, with Chiang's interval; unknown below ``FEWEST_YEARS`` person-years."""
    table, deaths, years = tables(one, sex)
    place = int(np.flatnonzero(age == TABLE_AGES)[0])
    all_ages = chiang(table, deaths, level=level)
    few = years.sum(axis=-1) < FEWEST_YEARS
    value, low, high = (
        np.where(few, np.nan, ends[..., place]) for ends in (all_ages.value, all_ages.low, all_ages.high)
    )
    told = {why: np.where(few, 0, number) for why, number in all_ages.left_out.counts.items()}
    return Figure(value, low, high, level, LeftOut({Why.TOO_FEW_YEARS: few.astype(np.int64), **told}))


def mothers(one: Periods) -> tuple[Floats, Floats, Floats, LeftOut]:
    """Births by age of mother, women, and what a birth of a known mother stands for.

    Returns
    -------
    births, women
        (areas, periods, ages of mothers): to mothers of known age, and person-years of women.
    scale
        (areas, periods): all births over those of known mothers, so that the others (of unknown age, below 15
        or above 49) are spread like the known; ``nan`` where there are only others.
    left_out
        How many were spread so.
    """
    births = one.events(one.cube.mothers)
    known, apart = births[..., :-1], births[..., -1]
    women = one.person_years[..., MOTHER_AGES, WOMEN]
    total = known.sum(axis=-1)
    scale = np.where(apart == 0, np.where(np.isnan(total), np.nan, 1.0), ratio(total + apart, total))
    spread = np.where(np.isnan(apart), 0, apart).astype(np.int64)
    return known, women, scale, LeftOut({Why.SPREAD: spread} if spread.any() else {})


def women_lived(one: Periods) -> tuple[Floats, LeftOut]:
    """Years a girl lives in each age group of mothers, (areas, periods, ages), of a radix of 1.

    An area too small for a life table takes that of all areas of the period together, which is counted.
    """
    table, _deaths, years = tables(one, "female")
    known = np.where((years.sum(axis=-1) < FEWEST_YEARS)[..., None], np.nan, table.lived)
    deaths, all_years = (
        up_to_85(np.nansum(values[..., WOMEN], axis=0, keepdims=True))
        for values in (one.deaths, one.person_years)
    )
    together = life_table(deaths, all_years, TABLE_AGES, sex="female").lived
    first, last = (int(np.flatnonzero(age == TABLE_AGES)[0]) for age in (MOTHER_STARTS[0], MOTHER_STARTS[-1]))
    own, lent = known[..., first : last + 1], together[..., first : last + 1]
    missing = np.asarray(np.isnan(own).any(axis=-1))
    lived = np.where(missing[..., None], lent, own)
    return lived, LeftOut({Why.BORROWED: missing.astype(np.int64)} if missing.any() else {})
