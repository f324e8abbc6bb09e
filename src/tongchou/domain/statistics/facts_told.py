"""Figures of a whole area as a publication tells them, each beside that of a year before."""

from __future__ import annotations

from typing import Final

import numpy as np

from tongchou.domain.demography.left_out import Figure, Floats
from tongchou.domain.demography.news import Verdict, news
from tongchou.domain.statistics import figures
from tongchou.domain.statistics.content import Edition, Fact
from tongchou.domain.statistics.counted import Counted, around
from tongchou.domain.statistics.series import Step

FLOWS: Final = ("births", "deaths", "arrivals", "departures")
_YEAR = np.timedelta64(12, "M")


def people_facts(counted: Counted, month: np.datetime64) -> list[Fact]:
    """Who there is at the end of a month, and a year before."""
    (now, _), (then, _) = counted.people(month), counted.people(month - _YEAR)
    found = [Fact("people", "end", number(now.sum()), before=number(then.sum()))]
    for place, code in enumerate(("men", "women", "unknown")):
        found.append(Fact(code, "end", number(now[place]), before=number(then[place])))
    return found


def flow_facts(
    counted: Counted, first: np.datetime64, last: np.datetime64, span: str, level: float
) -> list[Fact]:
    """Births, deaths, natural increase, arrivals and departures of some months, beside a year before.

    Of months that wait for records what is foreseen is compared, not what is known by now.
    """
    found = []
    totals: dict[str, tuple[float, float]] = {}
    for kind in FLOWS:
        now, then = (counted.events(kind, first - back, last - back)[0] for back in (0, _YEAR))
        totals[kind] = now, then
        open_ = kind in ("births", "deaths") and waits(counted, kind, first, last)
        expected = counted.expected(kind, first, last) if open_ else None
        compared: Figure | None = around(np.array(now), level)
        if open_:
            compared = _widened(expected, level)
        verdict = Verdict.UNKNOWN
        if compared is not None:
            verdict = Verdict(int(news(around(np.array(then), level), compared).verdict))
        found.append(
            Fact(
                kind,
                span,
                number(now),
                before=number(then),
                verdict=int(verdict),
                provisional=open_,
                expected=three(expected),
            )
        )
    (born, born_then), (died, died_then) = totals["births"], totals["deaths"]
    found.append(
        Fact(
            "births_less_deaths",
            span,
            number(born - died),
            before=number(born_then - died_then),
            provisional=any(one.provisional for one in found),
        )
    )
    return found


def waits(counted: Counted, kind: str, first: np.datetime64, last: np.datetime64) -> bool:
    """Whether any of these months still waits for records."""
    if not counted.has(first, last):
        return False
    return bool(counted.provisional(kind)[counted.at(first) : counted.at(last) + 1].any())


def _widened(expected: Figure | None, level: float) -> Figure | None:
    """What is foreseen, with the interval of its mean: of the least and of the most that may come."""
    if expected is None:
        return None
    low, high = around(expected.low, level).low, around(expected.high, level).high
    return Figure(expected.value, low, high, level)


def rate_facts(counted: Counted, last: np.datetime64, span: str, level: float) -> list[Fact]:
    """Rates and ratios of the twelve months up to one, beside those of the twelve before."""
    found = []
    for code in (*figures.rates_of(counted.place.level), *figures.STRUCTURE):
        now, then = (figures.of_year(counted, code, last - back, level=level) for back in (0, _YEAR))
        open_ = code in figures.RATES and any(
            waits(counted, kind, last - np.timedelta64(11, "M"), last) for kind in figures.MADE_OF[code]
        )
        # What still waits for records would always seem to fall.
        verdict = int(Verdict.UNKNOWN if open_ else news(then, now).verdict)
        plain = figures.of_year(counted, code, last)
        found.append(
            Fact(
                code,
                "end" if code in figures.STRUCTURE else span,
                number(plain.value),
                number(plain.low),
                number(plain.high),
                number(then.value),
                None if code in figures.STRUCTURE else verdict,
                provisional=open_,
            )
        )
    return found


def timeliness(counted: Counted, month: np.datetime64) -> list[Fact]:
    """Shares of the events of twelve months recorded in the same and by the next month.

    Of the newest twelve months up to ``month`` that are old enough to tell. To the public in whole percent,
    and of many events alone: nine of thirteen would tell that there were thirteen.
    """
    found = []
    for code in figures.RECORDS:
        series = counted.series(code, Step.ROLLING_YEAR, 0.95)
        known = np.flatnonzero((series.periods <= month) & ~np.isnan(series.figure.value[0]))
        value = series.figure.value[0, known[-1]] if known.size else np.nan
        if known.size and counted.edition is Edition.PUBLIC:
            last = series.periods[known[-1]]
            events = counted.events(code.partition("_")[0], last - np.timedelta64(11, "M"), last)[0]
            value = round(float(value)) if counted.share_may_be_told(events) else np.nan
        found.append(Fact(code, "rolling_year", number(value)))
    return found


def number(value: float | Floats) -> float | None:
    """A number to be stored; None for what is not known."""
    plain = float(value)
    return None if np.isnan(plain) else round(plain, 6)


def three(figure: Figure | None) -> tuple[float, float, float] | None:
    if figure is None or np.isnan(figure.value):
        return None
    return float(figure.value), float(figure.low), float(figure.high)
