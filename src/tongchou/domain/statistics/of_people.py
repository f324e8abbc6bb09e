"""Indicators of how many people there are, and of what ages and sexes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tongchou.domain.demography import rates, structure
from tongchou.domain.demography.intervals import rate, z_value
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, ratio
from tongchou.domain.statistics.cube import AGE_STARTS, MEN, WOMEN, people
from tongchou.domain.statistics.definition import Indicator, Kind, Parts, Quotient, Topic, Unit, nothing
from tongchou.domain.statistics.periods import Periods

_STARTS: Final = np.array(AGE_STARTS)
_SHARES: Final = (
    "National Bureau of Statistics of China, China Statistical Yearbook, explanatory notes; "
    "United Nations, World Population Prospects 2024, definitions"
)


def _of_ages(first: int, last: int | None = None) -> Callable[[Periods], Floats]:
    """(areas, periods) people of full ages from ``first`` to ``last``."""
    some = (first <= _STARTS) & ((200 if last is None else last) >= _STARTS)
    return lambda one: np.asarray(one.people[..., some].sum(axis=-1))


def _share(first: int, last: int | None = None) -> Parts:
    part = _of_ages(first, last)
    return lambda one: (part(one), np.asarray(one.people.sum(axis=-1)))


def _against(part: Callable[[Periods], Floats], other: Callable[[Periods], Floats]) -> Parts:
    return lambda one: (part(one), other(one))


def _population(one: Periods) -> tuple[Floats, Floats]:
    found = one.at_end(people(one.cube))
    return found, nothing(found)


def _sexes(one: Periods) -> tuple[Floats, Floats]:
    both = one.at_end(one.cube.stock.sum(axis=-2))
    return both[..., MEN], both[..., WOMEN]


def _dependants(one: Periods) -> Floats:
    return _YOUNG(one) + _OLD(one)


def _median_age(one: Periods, level: float) -> Quotient:
    """The interval runs between the ages whose ranks bound the middle one by the binomial law."""
    number = one.people.sum(axis=-1)
    value = structure.age_at(one.people, _STARTS)
    away = z_value(level) / 2 * np.sqrt(ratio(1.0, np.where(number > 0, number, np.nan)))
    away = np.where(np.isnan(away) | (away >= 0.5), 0.0, away)
    low, high = (structure.age_at(one.people, _STARTS, 0.5 + sign * away) for sign in (-1, 1))
    sure = away > 0  # of so few that no rank bounds the middle the interval is unknown, not narrow
    figure = Figure(value, np.where(sure, low, np.nan), np.where(sure, high, np.nan), level)
    return Quotient(figure, nothing(value), nothing(value))


def _growth(one: Periods, level: float) -> Quotient:
    """The interval is that of the events behind it: births and arrivals less deaths and departures."""
    everybody = people(one.cube)
    change = one.at_end(everybody) - one.at_start(everybody)
    years = np.where(one.years > 0, one.years, np.nan)
    change = np.where(np.isnan(years), np.nan, change)
    gained = one.born + one.events(one.cube.arrivals)
    lost = one.died + one.events(one.cube.departures)
    three = [(ratio(some, years), *rate(some, years, level)) for some in (gained, lost)]
    low, high = rates.difference(three[0], three[1])
    middle = ratio(gained - lost, years)
    value = ratio(change, years)
    before = LeftOut({Why.MISSING_MONTH: np.isnan(one.at_start(one.cube.unknown)).astype(np.int64)})
    figure = Figure(value, value - (middle - low), value + (high - middle), level, before).times(1000)
    return Quotient(figure, change, years)


_YOUNG: Final = _of_ages(0, 14)
_WORKING: Final = _of_ages(15, 64)
_OLD: Final = _of_ages(65)


def _structure(
    code: str,
    name: str,
    parts: Parts,
    formula: str,
    *,
    kind: Kind = Kind.SHARE,
    unit: Unit = Unit.PER_CENT,
) -> Indicator:
    return Indicator(
        code=code, name=name, unit=unit, topic=Topic.STRUCTURE, kind=kind, formula=formula, source=_SHARES,
        parts=parts, factor=100.0, at_end=True,
    )  # fmt: skip


INDICATORS: Final = (
    Indicator(
        code="population",
        name="Population",
        unit=Unit.PERSONS,
        topic=Topic.POPULATION,
        kind=Kind.STOCK,
        formula="People at the end of the period, those of unknown age or sex included",
        source="National Bureau of Statistics of China, China Statistical Yearbook, explanatory notes",
        parts=_population,
        at_end=True,
    ),
    Indicator(
        code="growth_rate",
        name="Growth rate of the population",
        unit=Unit.PER_THOUSAND,
        topic=Topic.POPULATION,
        kind=Kind.OTHER,
        formula="1000 × (people at the end − people before the period) / person-years",
        source="Preston, Heuveline and Guillot, Demography (2001), 1.2",
        whole=_growth,
    ),
    _structure(
        "share_0_14", "Share of children aged 0 to 14", _share(0, 14), "100 × people aged 0 to 14 / people"
    ),
    _structure("share_15_59", "Share aged 15 to 59", _share(15, 59), "100 × people aged 15 to 59 / people"),
    _structure(
        "share_60_plus",
        "Share aged 60 and over",
        _share(60),
        "100 × people aged 60 and over / people",
    ),
    _structure(
        "share_65_plus",
        "Share aged 65 and over",
        _share(65),
        "100 × people aged 65 and over / people",
    ),
    _structure(
        "child_dependency",
        "Child dependency ratio",
        _against(_YOUNG, _WORKING),
        "100 × people aged 0 to 14 / people aged 15 to 64",
        kind=Kind.ODDS,
        unit=Unit.PER_100_WORKING,
    ),
    _structure(
        "old_dependency",
        "Old-age dependency ratio",
        _against(_OLD, _WORKING),
        "100 × people aged 65 and over / people aged 15 to 64",
        kind=Kind.ODDS,
        unit=Unit.PER_100_WORKING,
    ),
    _structure(
        "total_dependency",
        "Total dependency ratio",
        _against(_dependants, _WORKING),
        "100 × people aged 0 to 14 or 65 and over / people aged 15 to 64",
        kind=Kind.ODDS,
        unit=Unit.PER_100_WORKING,
    ),
    _structure(
        "ageing_index",
        "Ageing index",
        _against(_OLD, _YOUNG),
        "100 × people aged 65 and over / people aged 0 to 14",
        kind=Kind.ODDS,
        unit=Unit.PER_100_CHILDREN,
    ),
    Indicator(
        code="median_age",
        name="Median age",
        unit=Unit.YEARS,
        topic=Topic.STRUCTURE,
        kind=Kind.OTHER,
        formula="The exact age that one half of the people have not reached, even ages within a group",
        source="Shryock and Siegel, The Methods and Materials of Demography (1973), chapter 8",
        whole=_median_age,
        at_end=True,
    ),
    Indicator(
        code="sex_ratio",
        name="Sex ratio of the population",
        unit=Unit.MEN,
        topic=Topic.STRUCTURE,
        kind=Kind.ODDS,
        formula="100 × men / women",
        source=_SHARES,
        parts=_sexes,
        factor=100.0,
        at_end=True,
    ),
)
