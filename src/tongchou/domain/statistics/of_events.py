"""Indicators of what happened: births, deaths and moves, as numbers and per thousand people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tongchou.domain.demography import migration, rates
from tongchou.domain.demography.left_out import Floats
from tongchou.domain.statistics.definition import Indicator, Kind, Parts, Quotient, Topic, Unit, nothing
from tongchou.domain.statistics.periods import Periods

_RATES: Final = "Preston, Heuveline and Guillot, Demography (2001), 1.4; interval: Garwood (1936)"
_MOVES: Final = "Shryock and Siegel, The Methods and Materials of Demography (1973), chapter 20"

Events = Callable[[Periods], Floats]


def _born(one: Periods) -> Floats:
    return one.born


def _died(one: Periods) -> Floats:
    return one.died


def _came(one: Periods) -> Floats:
    return one.events(one.cube.arrivals)


def _went(one: Periods) -> Floats:
    return one.events(one.cube.departures)


def _number(events: Events) -> Parts:
    def parts(one: Periods) -> tuple[Floats, Floats]:
        found = events(one)
        return found, nothing(found)

    return parts


def _rate(events: Events) -> Parts:
    return lambda one: (events(one), one.years)


def _natural_increase(one: Periods, level: float) -> Quotient:
    found = rates.natural_increase(
        one.born[..., None], one.died[..., None], one.years[..., None], level=level
    )
    return Quotient(found.times(1000), one.born - one.died, one.years)


def _net(one: Periods, level: float) -> Quotient:
    came, went = _came(one), _went(one)
    found = migration.migration(came[..., None], went[..., None], one.years[..., None], level=level)
    return Quotient(found.net.times(1000), came - went, one.years)


def _counted(code: str, name: str, topic: Topic, events: Events, formula: str, *, births: bool) -> Indicator:
    return Indicator(
        code=code, name=name, unit=Unit.EVENTS, topic=topic, kind=Kind.COUNT, formula=formula,
        source="Garwood (1936), Biometrika 28, 437-442 (interval)", parts=_number(events), births=births,
    )  # fmt: skip


def _per_thousand(
    code: str, name: str, topic: Topic, events: Events, formula: str, source: str, *, births: bool = False
) -> Indicator:
    return Indicator(
        code=code, name=name, unit=Unit.PER_THOUSAND, topic=topic, kind=Kind.RATE, formula=formula,
        source=source, parts=_rate(events), factor=1000.0, births=births,
    )  # fmt: skip


INDICATORS: Final = (
    _counted("births", "Births", Topic.BIRTHS, _born, "Live births in the period", births=True),
    _counted("deaths", "Deaths", Topic.DEATHS, _died, "Deaths in the period", births=False),
    _counted("arrivals", "Arrivals", Topic.MIGRATION, _came, "People who moved into the area", births=False),
    _counted(
        "departures", "Departures", Topic.MIGRATION, _went, "People who moved out of the area", births=False
    ),
    _per_thousand(
        "cbr", "Crude birth rate", Topic.BIRTHS, _born, "1000 × births / person-years", _RATES, births=True
    ),
    _per_thousand("cdr", "Crude death rate", Topic.DEATHS, _died, "1000 × deaths / person-years", _RATES),
    Indicator(
        code="natural_increase",
        name="Rate of natural increase",
        unit=Unit.PER_THOUSAND,
        topic=Topic.BIRTHS,
        kind=Kind.OTHER,
        formula="1000 × (births − deaths) / person-years",
        source=f"{_RATES}; Zou and Donner (2008), Statistics in Medicine 27, 1693-1702",
        whole=_natural_increase,
        births=True,
    ),
    _per_thousand(
        "in_migration_rate",
        "Rate of arrivals",
        Topic.MIGRATION,
        _came,
        "1000 × arrivals / person-years",
        _MOVES,
    ),
    _per_thousand(
        "out_migration_rate",
        "Rate of departures",
        Topic.MIGRATION,
        _went,
        "1000 × departures / person-years",
        _MOVES,
    ),
    Indicator(
        code="net_migration_rate",
        name="Net migration rate",
        unit=Unit.PER_THOUSAND,
        topic=Topic.MIGRATION,
        kind=Kind.OTHER,
        formula="1000 × (arrivals − departures) / person-years",
        source=f"{_MOVES}; Zou and Donner (2008), Statistics in Medicine 27, 1693-1702",
        whole=_net,
    ),
)
