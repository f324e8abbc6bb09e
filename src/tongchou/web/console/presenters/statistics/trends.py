"""Lines over time: indicators of areas with intervals, and the newest months as far as they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from tongchou.domain.divisions import Level
from tongchou.domain.statistics.compute import series
from tongchou.domain.statistics.counted import of_kind
from tongchou.domain.statistics.cube import DELAYS, MonthCube
from tongchou.domain.statistics.definition import Indicator, Topic
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.periods import SETTLED
from tongchou.domain.statistics.quality import Events, late
from tongchou.domain.statistics.series import Series, Step
from tongchou.web.console.parts import Option
from tongchou.web.console.presenters.statistics import words
from tongchou.web.console.presenters.statistics.chosen import shown_for

#: Charts on a page, lines in a chart, periods in a table: more cannot be read.
MOST_CHARTS, MOST_LINES, MOST_PERIODS = 4, 6, 72
USUAL: Final = ("population", "share_60_plus")
#: Numbers of events that are recorded late, and what their months are filled up by.
_LATE: Final[Mapping[str, Events]] = {"births": "births", "deaths": "deaths"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An indicator that can be chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    title: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a text, and as the numbers a chart is drawn from; empty where it is unknown."""

    shown: str
    interval: str
    value: str
    low: str
    high: str
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    provisional: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Chart:
    """One indicator of some areas over time."""

    code: str
    title: str
    unit: str
    areas: list[str]
    rows: list[Row]
    summary: str
    births: bool
    provisional: bool
    expected: bool  # the newest months are filled up by how records came in before
    from_zero: bool
    left_out: list[str]


def offered(level: Level, chosen: Sequence[str]) -> list[Choices]:
    """The indicators there are for an area, by topic, in their fixed order."""
    found: dict[Topic, list[Choice]] = {}
    for one in INDICATORS.values():
        if shown_for(one, level):
            found.setdefault(one.topic, []).append(Choice(one.code, words.name(one), one.code in chosen))
    return [Choices(str(words.TOPICS[topic]), choices) for topic, choices in found.items()]


def steps() -> list[Option]:
    return [Option(step, str(label)) for step, label in words.STEPS.items()]


def wanted(asked: Sequence[str], level: Level) -> list[Indicator]:
    """The indicators asked for that may be shown; the usual ones for none."""
    named = list(dict.fromkeys(one for one in asked if one in INDICATORS))
    return [INDICATORS[one] for one in named or USUAL if shown_for(INDICATORS[one], level)][:MOST_CHARTS]


def present(
    cube: MonthCube, names: Sequence[str], indicators: Sequence[Indicator], *, step: Step, level: Level
) -> list[Chart]:
    """A chart for each indicator; one that has no such periods, or is not shown for such areas, has none.

    Parameters
    ----------
    cube
        Of the areas named, in the same order.
    level
        The lowest level among them.
    """
    drawn = []
    for one in indicators:
        at = step if step in one.steps else Step.YEAR
        if not one.allows(at, level) or not shown_for(one, level):
            continue
        found = series(cube, one.code, step=at)
        drawn.append(_chart(one, found, _expected(cube, one, at), names, cube))
    return drawn


def _expected(cube: MonthCube, one: Indicator, step: Step) -> Mapping[int, tuple[np.ndarray, ...]]:
    """What the newest months come to once late records are in, by place: value, low and high of the areas.

    By the curve of all areas together, as small ones have too few events for their own. None of a month whose
    share is not known, as where a register named everybody.
    """
    if one.code not in _LATE or step is not Step.MONTH or cube.months.size < 2 * DELAYS:
        return {}
    told = late(cube, _LATE[one.code])
    figure, first = told.expected, cube.months.size - told.months.size
    # A child first named by a register has no month of record: added as it is.
    more = of_kind(cube, one.code)[:, first:] - told.recorded
    return {
        first + place: tuple(
            part[:, place] + more[:, place] for part in (figure.value, figure.low, figure.high)
        )
        for place in range(told.months.size)
        if not np.isnan(figure.value[:, place]).any()
    }


def _chart(
    one: Indicator,
    found: Series,
    expected: Mapping[int, tuple[np.ndarray, ...]],
    names: Sequence[str],
    cube: MonthCube,
) -> Chart:
    figure, count = found.figure, found.periods.size
    newest = cube.months[-1]
    rows = []
    for place in range(max(0, count - MOST_PERIODS), count):
        month = found.periods[place]
        settled = one.at_end or month <= newest - SETTLED
        more = expected.get(int((month - cube.months[0]).astype(int)), ()) if not settled else ()
        cells = []
        for area in range(len(names)):
            ends = tuple(float(part[area]) for part in more) or tuple(
                float(part[area, place]) for part in (figure.value, figure.low, figure.high)
            )
            cells.append(_cell(one, ends, words.reason(found.reason(area, place))))
        rows.append(Row(words.period(month, found.step), not settled, cells))
    provisional = any(row.provisional for row in rows)
    return Chart(
        code=one.code,
        title=words.name(one),
        unit=words.unit(one),
        areas=list(names),
        rows=rows,
        summary=_summary(one, rows, names),
        births=one.births,
        provisional=provisional,
        expected=bool(expected),
        from_zero=bool(np.nanmin(figure.value) >= 0) if not np.isnan(figure.value).all() else True,
        left_out=[],
    )


def _cell(one: Indicator, ends: tuple[float, ...], why: str) -> Cell:
    value, low, high = ends
    known = not np.isnan(value)
    sure = known and not np.isnan(low) and not np.isnan(high)
    return Cell(
        shown=words.value(value, one.unit),
        interval=words.interval(low, high, one.unit),
        value=f"{value:.6g}" if known else "",
        low=f"{low:.6g}" if sure else "",
        high=f"{high:.6g}" if sure else "",
        why="" if known else why,
    )


def _summary(one: Indicator, rows: Sequence[Row], names: Sequence[str]) -> str:
    """The line in a sentence, for those who do not see it."""
    known = [row for row in rows if row.cells[0].value]
    if not known:
        return _("%(indicator)s: no value is known yet.") % {"indicator": words.name(one)}
    return _(
        "%(indicator)s of %(areas)s, %(first)s to %(last)s. In %(areas_first)s it was %(from)s at first and "
        "%(to)s at last. All numbers are in the table."
    ) % {
        "indicator": words.name(one),
        "areas": words.listed(list(names)),
        "areas_first": names[0],
        "first": known[0].label,
        "last": known[-1].label,
        "from": known[0].cells[0].shown,
        "to": known[-1].cells[0].shown,
    }
