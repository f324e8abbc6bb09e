"""Indicators of mortality: of children, expectation of life, and death rates that can be compared."""

from __future__ import annotations

from typing import Final

import numpy as np

from tongchou.domain.demography import child_mortality, standardisation
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why
from tongchou.domain.demography.life_table import Sex
from tongchou.domain.demography.life_table_intervals import FEWEST_YEARS
from tongchou.domain.statistics.definition import (
    WHOLE_YEARS,
    Indicator,
    Kind,
    Quotient,
    Topic,
    Unit,
    Whole,
    nothing,
)
from tongchou.domain.statistics.periods import Periods
from tongchou.domain.statistics.standards import WORLD
from tongchou.domain.statistics.tables import expectation, up_to_85

_LIFE: Final = (
    "Preston, Heuveline and Guillot, Demography (2001), 3.2, closed at 85; interval: Chiang (1984) with the "
    "open group; from 5,000 person-years on (Toson and Baker 2003)"
)


def _infants(one: Periods) -> tuple[Floats, Floats]:
    return np.asarray(one.deaths[..., 0, :].sum(axis=-1)), one.born


def _under_five(one: Periods, level: float) -> Quotient:
    deaths, years = (values[..., :2, :].sum(axis=-1) for values in (one.deaths, one.person_years))
    found = child_mortality.under_five_mortality(deaths, years, level=level).times(1000)
    return Quotient(found, nothing(found.value), nothing(found.value))


def _expectation(sex: Sex, age: int) -> Whole:
    def whole(one: Periods, level: float) -> Quotient:
        found = expectation(one, sex, age, level)
        return Quotient(found, nothing(found.value), nothing(found.value))

    return whole


def _standardised(one: Periods, level: float) -> Quotient:
    deaths, years = (_from_five(up_to_85(values.sum(axis=-1))) for values in (one.deaths, one.person_years))
    found = standardisation.direct(deaths, years, WORLD, level=level).times(1000)
    few = years.sum(axis=-1) < FEWEST_YEARS
    value, low, high = (np.where(few, np.nan, ends) for ends in (found.value, found.low, found.high))
    told = {why: np.where(few, 0, number) for why, number in found.left_out.counts.items()}
    left_out = LeftOut({Why.TOO_FEW_YEARS: few.astype(np.int64), **told})
    return Quotient(Figure(value, low, high, level, left_out), nothing(value), nothing(value))


def _from_five(values: Floats) -> Floats:
    """The first two age groups (0, 1 to 4) as one."""
    return np.concatenate([values[..., :2].sum(axis=-1, keepdims=True), values[..., 2:]], axis=-1)


def _life(code: str, name: str, sex: Sex, age: int) -> Indicator:
    at = "at birth" if age == 0 else f"at age {age}"
    who = {"both": "everybody", "male": "men", "female": "women"}[sex]
    return Indicator(
        code=code, name=name, unit=Unit.YEARS, topic=Topic.DEATHS, kind=Kind.OTHER,
        formula=f"Years left {at} in the life table of the period, of {who}",
        source=_LIFE, whole=_expectation(sex, age), steps=WHOLE_YEARS, lowest="township",
    )  # fmt: skip


INDICATORS: Final = (
    Indicator(
        code="imr",
        name="Infant mortality rate",
        unit=Unit.PER_THOUSAND,
        topic=Topic.DEATHS,
        kind=Kind.RATE,
        formula="1000 × deaths before the first birthday / births of the period",
        source="Preston, Heuveline and Guillot, Demography (2001), 2.5; interval: Garwood (1936)",
        parts=_infants,
        factor=1000.0,
        steps=WHOLE_YEARS,
        lowest="township",
    ),
    Indicator(
        code="u5mr",
        name="Under-five mortality rate",
        unit=Unit.PER_THOUSAND,
        topic=Topic.DEATHS,
        kind=Kind.OTHER,
        formula="1000 × probability of dying before the fifth birthday under the death rates of the period",
        source="Preston, Heuveline and Guillot, Demography (2001), 3.2; interval: Fay and Feuer (1997)",
        whole=_under_five,
        steps=WHOLE_YEARS,
        lowest="township",
    ),
    _life("life_expectancy_0", "Life expectancy at birth", "both", 0),
    _life("life_expectancy_0_men", "Life expectancy at birth, men", "male", 0),
    _life("life_expectancy_0_women", "Life expectancy at birth, women", "female", 0),
    _life("life_expectancy_60", "Life expectancy at 60", "both", 60),
    Indicator(
        code="standardised_death_rate",
        name="Standardised death rate",
        unit=Unit.PER_THOUSAND,
        topic=Topic.DEATHS,
        kind=Kind.OTHER,
        formula="1000 × sum over the age groups of deaths / person-years × share of the group in the WHO "
        "world standard population 2000-2025",
        source="Ahmad and others (2001), GPE Discussion Paper 31, World Health Organization; interval: Fay "
        "and Feuer (1997)",
        whole=_standardised,
        steps=WHOLE_YEARS,
        lowest="township",
    ),
)
