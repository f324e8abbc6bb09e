"""Indicators of fertility and of the sex ratio at birth: figures of populations, never of a family.

Births by the mother's age are shown for townships and above; the sex ratio at birth for counties and above,
and for townships only when they lean on their group. None is sorted, ranked, coloured or made a target.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tongchou.domain.demography import fertility, intervals
from tongchou.domain.demography.fertility import SHARE_OF_GIRLS
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, ratio
from tongchou.domain.statistics.cube import MEN, MOTHER_STARTS, WOMEN
from tongchou.domain.statistics.definition import WHOLE_YEARS, Indicator, Kind, Quotient, Topic, Unit, nothing
from tongchou.domain.statistics.periods import Periods
from tongchou.domain.statistics.tables import MOTHER_AGES, WIDTH, mothers, women_lived

_FERTILITY: Final = "Preston, Heuveline and Guillot, Demography (2001), chapter 5"


def _general(one: Periods) -> tuple[Floats, Floats]:
    return one.born, np.asarray(one.person_years[..., MOTHER_AGES, WOMEN].sum(axis=-1))


def _total(one: Periods, level: float) -> Quotient:
    births, women, scale, left_out = mothers(one)
    found = fertility.total_fertility(births, women, widths=WIDTH, level=level)
    value, low, high = (ends * scale for ends in (found.value, found.low, found.high))
    return Quotient(
        Figure(value, low, high, level, left_out + found.left_out), nothing(value), nothing(value)
    )


def _mean_age(one: Periods, level: float) -> Quotient:
    """The interval is that of a ratio of weighted counts, by its slope: Σ (n (x − mean)/W)² B / (Σ n f)².

    Where the mothers of most births are of unknown age, those of the others tell too little: it is unknown.
    """
    births, women, _scale, _left_out = mothers(one)
    other = one.events(one.cube.mothers[..., -1])
    few = 2 * births.sum(axis=-1) < other + births.sum(axis=-1)
    births[few] = np.nan
    f = ratio(births, women)
    ages = np.array(MOTHER_STARTS)
    value = fertility.mean_age_at_birth(f, ages, widths=WIDTH)
    away = ages + WIDTH / 2 - value[..., None]
    variance = ratio((ratio(WIDTH * away, women) ** 2 * births).sum(axis=-1), (WIDTH * f).sum(axis=-1) ** 2)
    half = intervals.z_value(level) * np.sqrt(variance)
    told = np.where(np.isnan(other), 0, other).astype(np.int64)
    left_out = LeftOut({Why.UNKNOWN_CELL: told} if told.any() else {})
    return Quotient(
        Figure(value, value - half, value + half, level, left_out), nothing(value), nothing(value)
    )


def _net(one: Periods, level: float) -> Quotient:
    """The chance of deaths below 50 hardly matters beside that of births: the interval is of births alone."""
    births, women, scale, left_out = mothers(one)
    lived, borrowed = women_lived(one)
    weights = SHARE_OF_GIRLS * lived * ratio(1.0, women)
    value, low, high = (ends * scale for ends in intervals.weighted_counts(births, weights, level))
    figure = Figure(value, low, high, level, left_out + borrowed)
    return Quotient(figure, nothing(value), nothing(value))


def _sexes(one: Periods) -> tuple[Floats, Floats]:
    births = one.events(one.cube.births)
    return births[..., MEN], births[..., WOMEN]


INDICATORS: Final = (
    Indicator(
        code="gfr",
        name="General fertility rate",
        unit=Unit.PER_THOUSAND,
        topic=Topic.BIRTHS,
        kind=Kind.RATE,
        formula="1000 × births / person-years of women aged 15 to 49",
        source=f"{_FERTILITY}; interval: Garwood (1936)",
        parts=_general,
        factor=1000.0,
        births=True,
    ),
    Indicator(
        code="tfr",
        name="Total fertility rate",
        unit=Unit.CHILDREN,
        topic=Topic.BIRTHS,
        kind=Kind.OTHER,
        formula="Sum over the age groups 15 to 49 of 5 × births / person-years of women; births of mothers "
        "of unknown or other age are spread like the rest",
        source=f"{_FERTILITY}; interval: Fay and Feuer (1997)",
        whole=_total,
        steps=WHOLE_YEARS,
        lowest="township",
        births=True,
    ),
    Indicator(
        code="mean_age_at_birth",
        name="Mean age of mothers at birth",
        unit=Unit.YEARS,
        topic=Topic.BIRTHS,
        kind=Kind.OTHER,
        formula="Mean of the middles of the age groups 15 to 49, weighted with births / women's person-years",
        source=_FERTILITY,
        whole=_mean_age,
        steps=WHOLE_YEARS,
        lowest="township",
        births=True,
    ),
    Indicator(
        code="nrr",
        name="Net reproduction rate",
        unit=Unit.DAUGHTERS,
        topic=Topic.BIRTHS,
        kind=Kind.OTHER,
        formula="100/205 × sum over the ages 15 to 49 of births / person-years of women × years a girl lives "
        "in the age group",
        source=f"{_FERTILITY}; interval: Fay and Feuer (1997)",
        whole=_net,
        steps=WHOLE_YEARS,
        lowest="township",
        births=True,
    ),
    Indicator(
        code="srb",
        name="Sex ratio at birth",
        unit=Unit.BOYS,
        topic=Topic.BIRTHS,
        kind=Kind.ODDS,
        formula="100 × boys / girls among births",
        source="Wilson (1927), JASA 22, 209-212 (interval); small areas: beta and binomial, partial pooling",
        parts=_sexes,
        factor=100.0,
        steps=WHOLE_YEARS,
        lowest="county",
        lowest_leaning="township",
        births=True,
    ),
)
