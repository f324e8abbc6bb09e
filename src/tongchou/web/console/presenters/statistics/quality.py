"""How good the records behind the figures are, each index with what it means; nobody is scored by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.duplicates.api import Tally
from tongchou.domain.demography.left_out import Floats
from tongchou.domain.divisions import Level
from tongchou.domain.statistics.completeness import completeness
from tongchou.domain.statistics.cube import DELAYS, Basis, MonthCube
from tongchou.domain.statistics.quality import Scorecard, quality
from tongchou.web.console import formatters
from tongchou.web.console.presenters.statistics import quality_dates, quality_lists
from tongchou.web.console.presenters.statistics.words import sentences

#: Of fewer people these indices are chance.
FEWEST: Final = 1000
#: Completeness is told of counties and above with so many people: of fewer the slope is chance.
FEWEST_WHOLE: Final = 10_000
#: Bounds of Whipple's index in words: United Nations, Demographic Yearbook.
_WHIPPLE: Final = (105.0, 110.0, 125.0, 175.0)
#: Of the accuracy index: United Nations, Manual II (1955).
_ACCURACY: Final = (20.0, 40.0)
#: Facts of the stock of which some are unknown, and the values a band is of.
_BANDS: Final = (("residence", "away"), ("hukou_kind", "agricultural"))


@dataclass(frozen=True, slots=True)
class Index:
    """A figure of the records with its reading and what it means."""

    code: str
    title: str
    value: str
    reading: str
    why: str


@dataclass(frozen=True, slots=True)
class Delay:
    """Of all events, how many per cent are known so many months later."""

    label: str
    births: str
    deaths: str
    births_value: str
    deaths_value: str


@dataclass(frozen=True, slots=True)
class Band:
    """A share that lies between two bounds, as of some people the fact is not known."""

    title: str
    low: str
    high: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Complete:
    """One check of completeness: of what, per cent registered, between which bounds, how it was found."""

    title: str
    value: str
    interval: str
    how: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything the page shows."""

    indices: list[Index]
    too_few: bool
    delays: list[Delay]
    delay_summary: str
    bands: list[Band]
    left_out: list[str]
    people: str
    complete: list[Complete]
    twice: list[str]
    listed: quality_lists.Listed | None
    dates: quality_dates.Dates | None = None
    ratios: quality_dates.Ratios | None = None


def present(
    cube: MonthCube,
    stock: pl.DataFrame,
    level: Level,
    tally: Tally,
    listed: quality_lists.Listed | None = None,
    dates: quality_dates.Dates | None = None,
    ratios: quality_dates.Ratios | None = None,
) -> Quality:
    """The page of one area.

    Parameters
    ----------
    cube
        Of one area.
    stock
        The rows of its villages, as ``statistics.stock`` has them.
    level
        Down to which the area is whole; of a village the delays of births are not shown.
    tally
        Pairs of records that may be of one person.
    listed
        Births on several lists, of counties and above.
    dates
        Round dates, of townships and above.
    ratios
        P/F, of counties and above.
    """
    total = float(stock["people"].sum())
    few = total < FEWEST
    card = quality(cube, single_ages=single_ages(stock)[None])
    delays = [] if level == "village" else _delays(cube, card)
    return Quality(
        indices=[] if few else _indices(card),
        too_few=few,
        delays=delays,
        delay_summary=_said(delays),
        bands=[_band(stock, column, value, total) for column, value in _BANDS] if total else [],
        left_out=sentences(cube.left_out),
        people=formatters.number(round(total)),
        complete=_complete(cube, stock, level) if total >= FEWEST_WHOLE else [],
        twice=_twice(tally, total),
        listed=listed,
        dates=dates,
        ratios=ratios if total >= FEWEST_WHOLE else None,
    )


def _twice(tally: Tally, total: float) -> list[str]:
    """Double counting: what is suspected and not decided is the most that people may be counted too often."""
    if not (tally.undecided or tally.joined or tally.two):
        return [
            _(
                "No two records here are known to look alike. "
                "They are compared in the background by the county."
            )
        ]
    found = [
        ngettext(
            "%(n)s pair of records may be of one person and is not decided yet.",
            "%(n)s pairs of records may be of one person and are not decided yet.",
            tally.undecided,
        )
        % {"n": formatters.number(tally.undecided)},
        _("Found to be one person and joined: %(joined)s. Found to be two people: %(two)s.")
        % {"joined": formatters.number(tally.joined), "two": formatters.number(tally.two)},
    ]
    if tally.undecided and total:
        share = f"{100 * tally.undecided / total:.2f}"
        found.append(
            _("If all of them were one person, %(share)s %% of the people here are counted too often.")
            % {"share": share}
        )
    return found


def single_ages(stock: pl.DataFrame) -> Floats:
    """(121,) people of known age by full years.

    Examples
    --------
    >>> single_ages(pl.DataFrame({"age": [3, 3, None], "people": [1.0, 2.0, 9.0]}))[3]
    np.float64(3.0)
    """
    found = np.zeros(121)
    known = stock.filter(pl.col("age").is_between(0, 120))
    np.add.at(found, known["age"].to_numpy().astype(np.int64), known["people"].to_numpy())
    return found


def _indices(card: Scorecard) -> list[Index]:
    assert card.ages is not None
    whipple, myers = 100 * float(card.ages.whipple[0]), float(card.ages.myers[0])
    accuracy = float(card.accuracy.index[0])
    return [
        Index(
            "whipple",
            _("Whipple's index"),
            _number(whipple),
            _reading(whipple, _WHIPPLE),
            _(
                "Ages that end in 0 or 5 against the others, from 23 to 62 years. 100: no preference for "
                "round ages; 500: all ages are round. Round ages come of birth dates that were guessed."
            ),
        ),
        Index(
            "myers",
            _("Myers' index"),
            _number(myers),
            _("0 is best, 90 is worst."),
            _(
                "How many people in a hundred would have to be given another last digit of age, so that all "
                "ten digits are as frequent as each other."
            ),
        ),
        Index(
            "accuracy",
            _("Age–sex accuracy index of the United Nations"),
            _number(accuracy),
            _reading(accuracy, _ACCURACY),
            _(
                "How evenly people go from one five-year group to the next, men and women. True waves of "
                "births and people who work away raise it too: compare it with a neighbour's."
            ),
        ),
    ]


def _complete(cube: MonthCube, stock: pl.DataFrame, level: Level) -> list[Complete]:
    """Births and deaths of the area as a whole; of nothing below a county."""
    if level in ("township", "village", "group") or cube.basis is not Basis.REGISTERED:
        return []
    found = completeness(cube, single_ages(stock)[None])
    share, low, high = (100 * ends[0] for ends in (found.births.value, found.births.low, found.births.high))
    counted = _(
        "Births registered in those twelve months, against the children of this age who are counted now and "
        "those who have died since."
    )
    rows = [
        Complete(
            _("Births of the last twelve months")
            if not age
            else _("Births %(n)s years earlier") % {"n": age},
            f"{share[age]:.1f}%",
            f"{low[age]:.1f}–{high[age]:.1f}%",
            counted,
        )
        for age in range(share.size)
        if not np.isnan(share[age])
    ]
    if not np.isnan(found.deaths[0]):
        balanced = _(
            "Growth balance over %(years)s years: at each age, who comes into it, less the growth above it, "
            "against the deaths above it. Moves look like missing deaths."
        )
        title = _("Deaths at ages 5 and over")
        years = f"{found.years:.1f}"
        rows.append(Complete(title, f"{100 * found.deaths[0]:.1f}%", "—", balanced % {"years": years}))
    if not np.isnan(found.deaths_in_turn[0]):
        extinct = _(
            "Extinct generations: who is of an age now will die above it; those deaths are today's, grown as "
            "the ages grow. How far this lies from the growth balance is the doubt about both."
        )
        rows.append(Complete(_("Deaths of adults"), f"{100 * found.deaths_in_turn[0]:.1f}%", "—", extinct))
    return rows


def _reading(value: float, bounds: tuple[float, ...]) -> str:
    if np.isnan(value):
        return _("Cannot be said")
    steps = (
        (_("very accurate"), _("fairly accurate"), _("approximate"), _("rough"), _("very rough"))
        if len(bounds) > 2
        else (_("accurate"), _("inaccurate"), _("very inaccurate"))
    )
    return steps[int(np.searchsorted(np.array(bounds), value, side="right"))]


def _number(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:,.1f}"


def _delays(cube: MonthCube, card: Scorecard) -> list[Delay]:
    """Of events recorded within a year; none where nobody wrote down when anything was recorded."""
    if cube.months.size < 2 * DELAYS:
        return []
    curves = [100 * card.births.known, 100 * card.deaths.known]
    for curve in curves:
        if np.isnan(curve[:-1]).all():
            curve[-1] = np.nan  # that all of it is known in the end says nothing then
    if all(np.isnan(curve).all() for curve in curves):
        return []
    return [
        Delay(
            _("in the same month") if not place else _("after %(n)s months") % {"n": place},
            *(_number(float(one[place])) for one in curves),
            *("" if np.isnan(one[place]) else f"{one[place]:.4g}" for one in curves),
        )
        for place in range(DELAYS - 1)
    ]


def _said(delays: list[Delay]) -> str:
    if not delays:
        return ""
    return _(
        "Of all births %(births)s %% are recorded in the same month, of all deaths %(deaths)s %%; after one "
        "month %(births_next)s %% and %(deaths_next)s %%. All numbers are in the table."
    ) % {
        "births": delays[0].births,
        "deaths": delays[0].deaths,
        "births_next": delays[1].births,
        "deaths_next": delays[1].deaths,
    }


def _band(stock: pl.DataFrame, column: str, value: str, total: float) -> Band:
    titles = {
        "residence": _("People who live outside the county of their registration"),
        "hukou_kind": _("People of agricultural registration"),
    }
    sure = float(stock.filter(pl.col(column) == value)["people"].sum())
    unknown = float(stock.filter(pl.col(column).is_null())["people"].sum())
    return Band(
        titles[column],
        f"{100 * sure / total:.1f}%",
        f"{100 * (sure + unknown) / total:.1f}%",
        formatters.number(round(unknown)),
    )
