"""Names of indicators, their units and numbers, and why something is unknown, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongchou.domain.demography.left_out import LeftOut, Why
from tongchou.domain.demography.news import Verdict
from tongchou.domain.statistics.cube import AGE_STARTS, Basis
from tongchou.domain.statistics.definition import Indicator, Topic, Unit
from tongchou.domain.statistics.series import Step
from tongchou.web.console import formatters

Words = Mapping[str, str | Promise]

#: As ``domain.statistics.indicators`` names them; a test holds the two together.
INDICATORS: Final[Words] = {
    "population": pgettext_lazy("indicator", "Population"),
    "growth_rate": gettext_lazy("Growth rate of the population"),
    "share_0_14": gettext_lazy("Share of children aged 0 to 14"),
    "share_15_59": gettext_lazy("Share aged 15 to 59"),
    "share_60_plus": gettext_lazy("Share aged 60 and over"),
    "share_65_plus": gettext_lazy("Share aged 65 and over"),
    "child_dependency": gettext_lazy("Child dependency ratio"),
    "old_dependency": gettext_lazy("Old-age dependency ratio"),
    "total_dependency": gettext_lazy("Total dependency ratio"),
    "ageing_index": gettext_lazy("Ageing index"),
    "median_age": gettext_lazy("Median age"),
    "sex_ratio": gettext_lazy("Sex ratio of the population"),
    "births": pgettext_lazy("indicator", "Births"),
    "deaths": pgettext_lazy("indicator", "Deaths"),
    "arrivals": gettext_lazy("Arrivals"),
    "departures": gettext_lazy("Departures"),
    "cbr": gettext_lazy("Crude birth rate"),
    "cdr": gettext_lazy("Crude death rate"),
    "natural_increase": gettext_lazy("Rate of natural increase"),
    "in_migration_rate": gettext_lazy("Rate of arrivals"),
    "out_migration_rate": gettext_lazy("Rate of departures"),
    "net_migration_rate": gettext_lazy("Net migration rate"),
    "gfr": gettext_lazy("General fertility rate"),
    "tfr": gettext_lazy("Total fertility rate"),
    "mean_age_at_birth": gettext_lazy("Mean age of mothers at birth"),
    "nrr": gettext_lazy("Net reproduction rate"),
    "srb": gettext_lazy("Sex ratio at birth"),
    "imr": gettext_lazy("Infant mortality rate"),
    "u5mr": gettext_lazy("Under-five mortality rate"),
    "life_expectancy_0": gettext_lazy("Life expectancy at birth"),
    "life_expectancy_0_men": gettext_lazy("Life expectancy at birth, men"),
    "life_expectancy_0_women": gettext_lazy("Life expectancy at birth, women"),
    "life_expectancy_60": gettext_lazy("Life expectancy at 60"),
    "standardised_death_rate": gettext_lazy("Standardised death rate"),
    "births_recorded_same_month": gettext_lazy("Births recorded in the same month"),
    "births_recorded_next_month": gettext_lazy("Births recorded by the end of the next month"),
    "deaths_recorded_same_month": gettext_lazy("Deaths recorded in the same month"),
    "deaths_recorded_next_month": gettext_lazy("Deaths recorded by the end of the next month"),
    "unknown_share": gettext_lazy("Share of unknown age or sex"),
}
TOPICS: Final[Words] = {
    Topic.POPULATION: pgettext_lazy("indicator", "Population"),
    Topic.STRUCTURE: gettext_lazy("Ages and sexes"),
    Topic.BIRTHS: pgettext_lazy("indicator", "Births"),
    Topic.DEATHS: pgettext_lazy("indicator", "Deaths"),
    Topic.MIGRATION: gettext_lazy("Moves"),
    Topic.RECORDS: gettext_lazy("How records are kept"),
}
UNITS: Final[Words] = {
    Unit.PERSONS: pgettext_lazy("unit", "persons"),
    Unit.EVENTS: pgettext_lazy("unit", "events"),
    Unit.PER_THOUSAND: pgettext_lazy("unit", "per thousand"),
    Unit.PER_CENT: pgettext_lazy("unit", "per cent"),
    Unit.YEARS: pgettext_lazy("unit", "years"),
    Unit.CHILDREN: pgettext_lazy("unit", "children per woman"),
    Unit.DAUGHTERS: pgettext_lazy("unit", "daughters per woman"),
    Unit.BOYS: pgettext_lazy("unit", "boys per 100 girls"),
    Unit.MEN: pgettext_lazy("unit", "men per 100 women"),
    Unit.PER_100_WORKING: pgettext_lazy("unit", "per 100 people of working age"),
    Unit.PER_100_CHILDREN: pgettext_lazy("unit", "per 100 children"),
}
_DECIMALS: Final = {
    Unit.PERSONS: 0,
    Unit.EVENTS: 0,
    Unit.PER_THOUSAND: 2,
    Unit.CHILDREN: 2,
    Unit.DAUGHTERS: 2,
}
BASES: Final[Words] = {
    Basis.REGISTERED: gettext_lazy("Registered population"),
    Basis.RESIDENT: gettext_lazy("Resident population"),
}
STEPS: Final[Words] = {
    Step.YEAR: gettext_lazy("Years"),
    Step.QUARTER: gettext_lazy("Quarters"),
    Step.ROLLING_YEAR: gettext_lazy("Twelve months to each month"),
    Step.MONTH: gettext_lazy("Months"),
}
#: A remark in a text; no colour and no order follows from it.
VERDICTS: Final[Words] = {
    Verdict.UP: gettext_lazy("Up"),
    Verdict.DOWN: gettext_lazy("Down"),
    Verdict.NO_NEWS: gettext_lazy("No news"),
    Verdict.UNKNOWN: gettext_lazy("Cannot be said"),
}
#: As ``EXPLAINED`` of the domain has them.
REASONS: Final[Words] = {
    Why.AGE_ABOVE_120: gettext_lazy(
        "older than 120 years: the date of birth or a missing death needs a look"
    ),
    Why.BEFORE_BIRTH: gettext_lazy("dated before the person was born"),
    Why.UNKNOWN_BIRTH: gettext_lazy("date of birth not known"),
    Why.UNKNOWN_DATE: gettext_lazy("day of the event, or start of the spell, not known"),
    Why.UNKNOWN_AREA: gettext_lazy("area not known, or not among the areas asked for"),
    Why.ENDS_BEFORE_START: gettext_lazy("spell that ends before it starts"),
    Why.NEGATIVE_EXPOSURE: gettext_lazy("person-years below zero"),
    Why.NEGATIVE_EVENTS: gettext_lazy("number of events below zero"),
    Why.EVENTS_WITHOUT_EXPOSURE: gettext_lazy("events where nobody was recorded as living"),
    Why.UNKNOWN_CELL: gettext_lazy("cell whose number is not known"),
    Why.MISSING_MONTH: gettext_lazy("month without a report"),
    Why.EMPTY_AREA: gettext_lazy("area without anybody to count"),
    Why.OPEN_WITHOUT_DEATHS: gettext_lazy(
        "area where nobody died in the open age group, so that it has no end"
    ),
    Why.TOO_FEW_YEARS: gettext_lazy("area too small for this figure: too few person-years"),
    Why.TOO_RECENT: gettext_lazy("period too recent: what is recorded late is not known yet"),
    Why.SPREAD: gettext_lazy("event of which a fact is not known, spread like the others"),
    Why.BORROWED: gettext_lazy("cell without anybody, for which the figure of the larger area stands"),
}


def decimals(unit: Unit) -> int:
    return _DECIMALS.get(unit, 1)


def value(number: float, unit: Unit) -> str:
    """A figure in its unit's decimals; a dash when it is unknown.

    Examples
    --------
    >>> value(1234.0, Unit.PERSONS), value(7.125, Unit.PER_THOUSAND), value(float("nan"), Unit.YEARS)
    ('1,234', '7.12', '—')
    """
    return "—" if math.isnan(number) else f"{number:,.{decimals(unit)}f}".replace("-", "−")


def interval(low: float, high: float, unit: Unit) -> str:
    """From where to where a figure may lie; empty where it is exact or unknown.

    Examples
    --------
    >>> interval(1.5, 2.25, Unit.PER_CENT), interval(3.0, 3.0, Unit.PERSONS)
    ('1.5 – 2.2', '')
    """
    if math.isnan(low) or math.isnan(high) or low == high:
        return ""
    return f"{value(low, unit)} – {value(high, unit)}"


def reason(why: Why | None) -> str:
    """Why a value is unknown; empty for one that is known."""
    return str(REASONS[why]) if why is not None else ""


def name(one: Indicator) -> str:
    return str(INDICATORS[one.code])


def unit(one: Indicator) -> str:
    return str(UNITS[one.unit])


def period(month: object, step: Step) -> str:
    """A period by its last month.

    Examples
    --------
    >>> import numpy as np
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     [period(np.datetime64("2026-06", "M"), step) for step in Step]
    ['June 2026', '2nd quarter of 2026', '2026', '12 months to June 2026']
    >>> with translation.override("zh-hans"):
    ...     period(np.datetime64("2026-06", "M"), Step.MONTH)
    '2026年6月'
    """
    text = str(month)
    year, number = int(text[:4]), int(text[5:7])
    if step is Step.YEAR:
        return pgettext("a period", "%(year)s") % {"year": year}
    if step is Step.QUARTER:
        quarters = (
            _("1st quarter of %(year)s"),
            _("2nd quarter of %(year)s"),
            _("3rd quarter of %(year)s"),
            _("4th quarter of %(year)s"),
        )
        return quarters[(number - 1) // 3] % {"year": year}
    shown = formatters.day(text)
    return shown if step is Step.MONTH else _("12 months to %(month)s") % {"month": shown}


def age_group(place: int) -> str:
    """The name of an age group of the cube, by its place.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     [age_group(place) for place in (0, 1, 2, 21)]
    ['0', '1–4', '5–9', '100+']
    """
    first = AGE_STARTS[place]
    if place == len(AGE_STARTS) - 1:
        return _("%(age)s+") % {"age": first}
    last = AGE_STARTS[place + 1] - 1
    return str(first) if first == last else f"{first}–{last}"


def listed(texts: list[str]) -> str:
    """Some words in a row."""
    return pgettext("between parts of a phrase", ", ").join(texts)


def sentences(left_out: LeftOut) -> list[str]:
    """What was left out in words, the most frequent reason first."""
    ordered = sorted(left_out.totals().items(), key=lambda one: (-one[1], one[0]))
    return [
        _("%(number)s × %(reason)s") % {"number": formatters.number(number), "reason": reason(why)}
        for why, number in ordered
    ]
