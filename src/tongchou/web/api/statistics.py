"""Figures of areas over time: intervals, what they come from, what was left out; never people."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import numpy as np
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field

from tongchou.apps.statistics import api as statistics
from tongchou.core.errors import Conflict
from tongchou.core.scope import Scope
from tongchou.domain.demography.left_out import EXPLAINED, LeftOut
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.indicators import INDICATORS, UNIT_WORDS
from tongchou.domain.statistics.quality import Late
from tongchou.domain.statistics.series import Step
from tongchou.web.api.access import needs
from tongchou.web.api.areas import area_in, narrowed
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Code, Count, Id, Limit, following

router = Router(tags=["statistics"])

Level = Literal["village", "township", "county"]
Month = Annotated[str, Field(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
Number = float | None


class Indicator(Schema):
    """What an indicator is. ``neutral`` ones are never sorted, ranked, coloured or made a target."""

    code: str
    name: str
    unit: str
    topic: str
    kind: str
    formula: str
    source: str
    steps: list[str]
    lowest: str
    lowest_leaning: str | None
    leans: bool
    neutral: bool
    at_end: bool


class Indicators(Schema):
    items: list[Indicator]
    reasons: dict[str, str]


class CountedFrom(Schema):
    """What figures were counted from: the day of the facts, the day of the tree of areas, and digests."""

    as_of: dt.date
    boundaries: dt.date
    snapshot_sha256: str
    cubes_sha256: str


class AreaSeries(Schema):
    """One area: a number a period each; null is unknown, and ``unknown`` says why."""

    area: str
    name: str
    value: list[Number]
    low: list[Number]
    high: list[Number]
    over: list[Number]
    under: list[Number]
    unknown: list[str | None]
    left_out: dict[str, int]


class Series(Schema):
    """An indicator of areas over periods, named by their last months."""

    counted_from: CountedFrom
    indicator: str
    unit: str
    basis: Basis
    step: Step
    level: str
    leaning: bool
    probability: float
    periods: list[str]
    items: list[AreaSeries]
    total: int
    next: int | None


class PyramidGroup(Schema):
    first: int
    last: int | None
    men: Number
    women: Number


class Pyramid(Schema):
    """People of an area by age and sex at the end of a month."""

    counted_from: CountedFrom
    area: str
    basis: Basis
    month: str
    groups: list[PyramidGroup]
    unknown: Number
    left_out: dict[str, int]


class Band(Schema):
    """A share in per cent: when the unknown are like the others, and the least and most it may be."""

    value: Number
    least: Number
    most: Number


class RecordedLate(Schema):
    """Events recorded so far, and how many there will be when all are, of one of the latest months."""

    month: str
    recorded: Number
    expected: Number
    low: Number
    high: Number


class Records(Schema):
    """How soon events of a kind are recorded: ``known`` is the share after 0, 1, 2 … months."""

    events: str
    known: list[Number]
    latest: list[RecordedLate]


class AreaQuality(Schema):
    area: str
    name: str
    whipple: Number
    myers: Number
    myers_by_chance: Number
    accuracy: Number
    unknown_percent: Number
    young: Band
    aged: Band
    records: list[Records]
    left_out: dict[str, int]


class Quality(Schema):
    """The quality of the records of areas: of offices' work, never of families."""

    counted_from: CountedFrom
    basis: Basis
    month: str
    level: str
    items: list[AreaQuality]


class Part(Schema):
    """A part of the registered people in per cent, with the interval and the band unknown facts leave."""

    code: str
    value: Number
    low: Number
    high: Number
    least: Number
    most: Number


class AreaParts(Schema):
    area: str
    name: str
    parts: list[Part]


class Composition(Schema):
    counted_from: CountedFrom
    level: str
    items: list[AreaParts]


@router.get(
    "/statistics/indicators",
    summary=gettext_noop("The indicators with unit, formula and source, and why a value can be unknown"),
    **answers(Indicators),
    **needs("population.view"),
)
def indicators(request: HttpRequest):
    return Indicators(
        items=[
            Indicator(
                code=one.code,
                name=one.name,
                unit=UNIT_WORDS[one.unit],
                topic=one.topic,
                kind=one.kind,
                formula=one.formula,
                source=one.source,
                steps=[step for step in Step if step in one.steps],
                lowest=one.lowest,
                lowest_leaning=one.lowest_leaning,
                leans=one.leans,
                neutral=one.births,
                at_end=one.at_end,
            )
            for one in INDICATORS.values()
        ],
        reasons=dict(EXPLAINED),
    )


@router.get(
    "/statistics/series/{code}",
    summary=gettext_noop("An indicator of all areas of a level over time, with intervals"),
    **answers(Series),
    **needs("population.view"),
)
def indicator_series(
    request: HttpRequest,
    code: Code,
    level: Level,
    area: Id | None = None,
    basis: Basis = Basis.REGISTERED,
    step: Step = Step.YEAR,
    leaning: bool = False,
    start: Count = 0,
    limit: Limit = 50,
):
    built, within = counted(request, area)
    what = statistics.indicator(code)
    all_ = statistics.places_of(built, level, within)
    listed = all_[start : start + limit]
    found = statistics.figure_series(
        built,
        code,
        basis=basis,
        areas=[one.code for one in listed] if listed else level,
        step=step,
        scope=within,
        leaning=leaning,
    )
    figure = found.figure
    return Series(
        counted_from=source(built),
        indicator=code,
        unit=UNIT_WORDS[what.unit],
        basis=basis,
        step=step,
        level=level,
        leaning=found.shrunk,
        probability=figure.level,
        periods=[str(month) for month in found.periods],
        items=[
            AreaSeries(
                area=one.code,
                name=one.name,
                value=numbers(figure.value[at]),
                low=numbers(figure.low[at]),
                high=numbers(figure.high[at]),
                over=numbers(found.over[at]),
                under=numbers(found.under[at]),
                unknown=[found.reason(at, period) for period in range(found.periods.size)],
                left_out=told(figure.left_out, at),
            )
            for at, one in enumerate(listed)
        ],
        total=len(all_),
        next=following(start, listed, len(all_)),
    )


@router.get(
    "/statistics/pyramid",
    summary=gettext_noop("People of an area by age and sex at the end of a month"),
    **answers(Pyramid),
    **needs("population.view"),
)
def pyramid(request: HttpRequest, area: Id, basis: Basis = Basis.REGISTERED, month: Month | None = None):
    built, within = counted(request, area)
    code = area_in(area, request.reach).code
    found = statistics.pyramid_of(built, [code], basis=basis, scope=within, month=month)
    ends = [first - 1 for first in found.ages[1:]]
    return Pyramid(
        counted_from=source(built),
        area=code,
        basis=basis,
        month=str(found.month),
        groups=[
            PyramidGroup(first=first, last=last, men=men, women=women)
            for first, last, men, women in zip(
                found.ages, [*ends, None], numbers(found.men[0]), numbers(found.women[0]), strict=True
            )
        ],
        unknown=number(found.unknown[0]),
        left_out=told(found.left_out, 0),
    )


@router.get(
    "/statistics/quality",
    summary=gettext_noop(
        "How good the records of townships or counties are: ages, lateness, what is unknown"
    ),
    **answers(Quality),
    **needs("population.view"),
)
def quality(
    request: HttpRequest,
    level: Literal["township", "county"],
    area: Id | None = None,
    basis: Basis = Basis.REGISTERED,
):
    built, within = counted(request, area)
    card = statistics.quality_of(built, level, basis=basis, scope=within)
    named = _names(built, level, within)
    return Quality(
        counted_from=source(built),
        basis=basis,
        month=str(card.month),
        level=level,
        items=[
            AreaQuality(
                area=code,
                name=named[code],
                whipple=None if card.ages is None else number(card.ages.whipple[at]),
                myers=None if card.ages is None else number(card.ages.myers[at]),
                myers_by_chance=None if card.ages is None else number(card.ages.myers_by_chance[at]),
                accuracy=number(card.accuracy.index[at]),
                unknown_percent=number(100 * card.unknown[at]),
                young=_band(card.children, at),
                aged=_band(card.aged, at),
                records=[_records(card.births, at), _records(card.deaths, at)],
                left_out=told(card.left_out, at),
            )
            for at, code in enumerate(card.areas)
        ],
    )


@router.get(
    "/statistics/composition",
    summary=gettext_noop("Shares of registered people living away, by registration and by schooling"),
    **answers(Composition),
    **needs("population.view"),
)
def composition(request: HttpRequest, level: Level, area: Id | None = None):
    built, within = counted(request, area)
    found = statistics.composition_of(built, level, scope=within)
    named = _names(built, level, within)
    return Composition(
        counted_from=source(built),
        level=level,
        items=[
            AreaParts(
                area=code,
                name=named[code],
                parts=[
                    Part(
                        code=part.code,
                        value=number(one.figure.value[at]),
                        low=number(one.figure.low[at]),
                        high=number(one.figure.high[at]),
                        least=number(100 * one.band.least[at]),
                        most=number(100 * one.band.most[at]),
                    )
                    for part, one in found.parts
                ],
            )
            for at, code in enumerate(found.areas)
        ],
    )


def counted(request: Any, area: int | None) -> tuple[statistics.Built, Scope]:
    """The newest cubes of the areas asked for, and these areas.

    Raises
    ------
    Conflict
        ``statistics.not_yet`` when nobody counted them.
    """
    within = narrowed(area, request.reach)
    built = statistics.latest(scope=within)
    if built is None:
        raise Conflict("statistics.not_yet", _("Nobody has counted the months of these areas yet."))
    return built, within


def source(built: statistics.Built) -> CountedFrom:
    return CountedFrom(
        as_of=built.as_of,
        boundaries=built.boundaries,
        snapshot_sha256=built.snapshot.sha256,
        cubes_sha256=built.sha256,
    )


def _names(built: statistics.Built, level: Level, within: Scope) -> dict[str, str]:
    return {one.code: one.name for one in statistics.places_of(built, level, within)}


def number(value: float) -> Number:
    """JSON has no number for what is not known."""
    number = float(value)
    return None if math.isnan(number) else number


def numbers(values: Iterable[float]) -> list[Number]:
    return [number(one) for one in values]


def _band(band: Any, at: int) -> Band:
    return Band(**{name: number(100 * getattr(band, name)[at]) for name in ("value", "least", "most")})


def _records(late: Late, at: int) -> Records:
    expected = late.expected
    return Records(
        events=late.events,
        known=numbers(late.known),
        latest=[
            RecordedLate(
                month=str(month),
                recorded=number(late.recorded[at, place]),
                expected=number(expected.value[at, place]),
                low=number(expected.low[at, place]),
                high=number(expected.high[at, place]),
            )
            for place, month in enumerate(late.months)
        ],
    )


def told(left_out: LeftOut, at: int) -> dict[str, int]:
    """What was left out of an area, by reason."""
    return {why: int(np.asarray(number)[at]) for why, number in left_out.counts.items() if number[at]}
