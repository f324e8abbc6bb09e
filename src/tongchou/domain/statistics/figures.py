"""The indicators a bulletin tells of an area and a year, as an edition may show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from tongchou.domain.demography import rates
from tongchou.domain.demography.left_out import Figure, Floats, ratio
from tongchou.domain.divisions import Level
from tongchou.domain.small_cells import FEWEST
from tongchou.domain.statistics.content import Edition
from tongchou.domain.statistics.counted import Counted
from tongchou.domain.statistics.definition import Kind, quotient
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.series import Step

#: Of the twelve months up to one; codes of ``INDICATORS``.
RATES: Final = (
    "cbr", "cdr", "natural_increase", "srb", "tfr", "in_migration_rate", "out_migration_rate",
    "life_expectancy_0_men", "life_expectancy_0_women",
)  # fmt: skip
#: Of the end of a month.
STRUCTURE: Final = (
    "share_0_14", "share_15_59", "share_60_plus", "share_65_plus", "total_dependency", "median_age",
)  # fmt: skip
#: How complete and timely the records are.
RECORDS: Final = (
    "births_recorded_same_month", "births_recorded_next_month",
    "deaths_recorded_same_month", "deaths_recorded_next_month",
)  # fmt: skip
#: Events behind each rate that are recorded late.
MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "cbr": ("births",),
    "cdr": ("deaths",),
    "natural_increase": ("births", "deaths"),
    "srb": ("births",),
    "tfr": ("births",),
    "in_migration_rate": (),
    "out_migration_rate": (),
    "life_expectancy_0_men": ("deaths",),
    "life_expectancy_0_women": ("deaths",),
}
#: Counts behind the rates that are shown as counts too: the public edition's rates are of what it shows.
_OF_COUNTS: Final = {
    "cbr": "births",
    "cdr": "deaths",
    "in_migration_rate": "arrivals",
    "out_migration_rate": "departures",
}
#: Digits of what the public edition tells exactly, where not one.
_DIGITS: Final = {"tfr": 2}


def rates_of(level: str) -> tuple[str, ...]:
    """The rates that may be told of an area of a level."""
    return tuple(code for code in RATES if INDICATORS[code].allows(Step.ROLLING_YEAR, _LEVELS[level]))


_LEVELS: Final[Mapping[str, Level]] = {
    "prefecture": "prefecture",
    "county": "county",
    "township": "township",
}


def of_year(counted: Counted, code: str, last: np.datetime64, *, level: float = 0.95) -> Figure:
    """An indicator of the twelve months up to and including ``last``, or of its end for the make-up by age.

    ``nan`` where a month has no report. Crude rates, the sex ratio at birth and shares of the public edition
    are those of the rounded counts that are shown.
    """
    step = Step.MONTH if code in STRUCTURE else Step.ROLLING_YEAR
    found = counted.series(code, step, level)
    at = np.flatnonzero(found.periods == last)
    if at.size == 0:
        return _plain(np.nan, level)
    value, low, high = (one[0, at[0]] for one in (found.figure.value, found.figure.low, found.figure.high))
    figure = Figure(value, low, high, level)
    if counted.edition is Edition.INTERNAL or np.isnan(figure.value):
        return figure
    return _as_shown(counted, code, last, figure)


def _as_shown(counted: Counted, code: str, last: np.datetime64, exact: Figure) -> Figure:
    """As the public edition may tell it; unknown where fewer than ten events, as shown, stand behind it."""
    first, level = last - np.timedelta64(11, "M"), exact.level
    if code in STRUCTURE:
        shares = of_broad(counted.broad(last)[0], code)
        return _short(exact, code) if shares is None else _plain(shares, level)
    if code == "srb":
        births = counted.own.between(first, last).births.sum(axis=1)
        (boys, girls), _rows = counted.table(births, f"births_by_sex:{first}:{last}")
        if min(boys, girls) < FEWEST:
            return _plain(np.nan, level)
        return quotient(Kind.ODDS, np.array(boys), np.array(girls), 100.0, level)
    years = counted.years(first, last)[0]
    made_of = {"tfr": ("births",), "natural_increase": ("births", "deaths")}.get(code)
    for kind in made_of or ((_OF_COUNTS[code],) if code in _OF_COUNTS else ()):
        if counted.events(kind, first, last)[0] < FEWEST:
            return _plain(np.nan, level)
    if code == "natural_increase":
        born, died = (counted.events(kind, first, last)[0] for kind in ("births", "deaths"))
        return rates.natural_increase([born], [died], [years], level=level).times(1000)
    if code not in _OF_COUNTS:
        return _short(exact, code)
    events = counted.events(_OF_COUNTS[code], first, last)[0]
    return quotient(Kind.RATE, np.array(events), np.array(years), 1000.0, level)


def _short(exact: Figure, code: str) -> Figure:
    """What is told exactly, in as many digits as are printed: with more, counts could be searched for."""
    digits = _DIGITS.get(code, 1)
    value, low, high = (np.round(one, digits) for one in (exact.value, exact.low, exact.high))
    return Figure(value, low, high, exact.level, exact.left_out)


def of_broad(people: Floats, code: str) -> float | None:
    """A share of people by broad age group (``Counted.broad``), in percent; None for the median age."""
    young, able, sixty, old = people
    total = people.sum()
    if code == "median_age":
        return None
    over, under = {
        "share_0_14": (young, total),
        "share_15_59": (able, total),
        "share_60_plus": (sixty + old, total),
        "share_65_plus": (old, total),
        "total_dependency": (young + old, able + sixty),
    }[code]
    return float(100 * ratio(over, under))


def _plain(value: float, level: float) -> Figure:
    return Figure(np.array(value), np.array(value), np.array(value), level)
