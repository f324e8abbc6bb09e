"""The key figures of an area, what is news about them, and what is not in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from tongchou.domain.demography.news import Verdict, level_for, news
from tongchou.domain.divisions import Level
from tongchou.domain.statistics.compute import series
from tongchou.domain.statistics.cube import Basis, MonthCube
from tongchou.domain.statistics.definition import Indicator, Topic
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.series import Series, Step
from tongchou.web.console import formatters
from tongchou.web.console.presenters.statistics import words
from tongchou.web.console.presenters.statistics.chosen import Chosen, shown_for
from tongchou.web.console.presenters.statistics.words import sentences

#: Months read: a year, the one before it, and the month before that, where growth begins.
_MONTHS = 25


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the last twelve months and of the twelve before."""

    code: str
    name: str
    unit: str
    value: str
    interval: str
    before: str
    remark: str
    unknown: str  # why there is no value


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    births: bool
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows."""

    until: str
    people: str
    parts: list[Part]
    left_out: list[str]
    comparisons: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which figures in which language; cubes of one digest have the same."""

    sha256: str
    basis: Basis
    villages: tuple[str, ...]
    language: str
    chosen: Chosen = field(compare=False)


def of(chosen: Chosen, language: str) -> Overview:
    """The page of what a reader chose. Intervals of forty figures take a moment: they are remembered."""
    return _of(_Asked(chosen.built.sha256, chosen.basis, chosen.villages, language, chosen))


@lru_cache(maxsize=128)
def _of(asked: _Asked) -> Overview:
    return present(asked.chosen.cube(), asked.chosen.level)


def present(cube: MonthCube, level: Level) -> Overview:
    """The page of one area.

    Parameters
    ----------
    cube
        Of one area.
    level
        Down to which the area is whole: what may be shown of it.
    """
    last = cube.months[-1]
    short = cube.between(last - (_MONTHS - 1), last)
    wanted = [
        one for one in INDICATORS.values() if one.allows(Step.ROLLING_YEAR, None) and shown_for(one, level)
    ]
    raised = level_for(max(1, len(wanted)))
    by_topic: dict[Topic, list[Line]] = {}
    left_out = short.left_out
    for one in wanted:
        found = series(short, one.code, step=Step.ROLLING_YEAR)
        verdict = _verdict(found)
        if verdict in (Verdict.UP, Verdict.DOWN):  # what is no news stays so with wider intervals
            verdict = _verdict(series(short, one.code, step=Step.ROLLING_YEAR, level=raised))
        by_topic.setdefault(one.topic, []).append(_line(one, found, verdict))
    parts = [
        Part(str(words.TOPICS[topic]), topic is Topic.BIRTHS, lines) for topic, lines in by_topic.items()
    ]
    everybody = series(short, "population", step=Step.MONTH).figure.value[0, -1]
    return Overview(
        until=formatters.day(str(last)),
        people=words.value(float(everybody), INDICATORS["population"].unit),
        parts=parts,
        left_out=sentences(left_out),
        comparisons=len(wanted),
    )


def _line(one: Indicator, found: Series, verdict: Verdict) -> Line:
    figure = found.figure
    now, then = figure.value[0, -1], figure.value[0, -13] if figure.value.shape[1] > 12 else np.nan
    return Line(
        code=one.code,
        name=words.name(one),
        unit=words.unit(one),
        value=words.value(float(now), one.unit),
        interval=words.interval(float(figure.low[0, -1]), float(figure.high[0, -1]), one.unit),
        before=words.value(float(then), one.unit),
        remark=str(words.VERDICTS[verdict]),
        unknown=words.reason(found.reason(0, figure.value.shape[1] - 1)),
    )


def _verdict(found: Series) -> Verdict:
    """What may be said of the change against the twelve months before."""
    figure = found.figure
    if figure.value.shape[1] <= 12:
        return Verdict.UNKNOWN
    then, now = (
        _End(*(ends[0, place] for ends in (figure.value, figure.low, figure.high)), figure.level)
        for place in (-13, -1)
    )
    return Verdict(int(news(then, now).verdict))


@dataclass(frozen=True, slots=True)
class _End:
    """A single figure with its interval."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: float
