"""From the counts of closed months to a bulletin: pure but for reading the counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.accountability.closing import told_counts
from tongchou.apps.accountability.holding import holders, restated, standing
from tongchou.apps.accountability.models import Closing, Counted
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import clock, unit_feeds
from tongchou.core.errors import Conflict, Invalid
from tongchou.domain.accountability.attainment import Verdict, verdict
from tongchou.domain.accountability.awards import Prize, awards, comparison_level, improvement
from tongchou.domain.accountability.bulletin import (
    Bulletin,
    Cell,
    Kind,
    Mark,
    Raise,
    RestatedFigure,
    UnitRow,
    Unranked,
)
from tongchou.domain.accountability.composite import Scored, lifts, rank_composite
from tongchou.domain.accountability.definitions import Catalogue, Use
from tongchou.domain.accountability.figures import Counts, UnitFigure, evaluate, grounds
from tongchou.domain.accountability.periods import Period, period
from tongchou.domain.accountability.sealing import seal
from tongchou.domain.accountability.units import SHARE
from tongchou.domain.ranking import Ranking, State

COMPOSITE: Final = "county_year"
#: Raises shown of each unit.
MOST_RAISES: Final = 3
_MONTHS: Final = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF: 6, Kind.YEAR: 12}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a bulletin is made of: units and the keys whose counts they hold, and the counts."""

    units: tuple[posts.Unit, ...]
    members: Mapping[str, tuple[str, ...]]
    counts: Counts
    first: Counts
    unknown: Mapping[str, tuple[str, ...]]
    closed_areas: Mapping[str, tuple[str, ...]]


def span(kind: str, text: str) -> Period:
    """The period a bulletin looks back on.

    Raises
    ------
    Invalid
        ``accountability.period`` when the text names none, or one of another length.
    """
    try:
        found, wanted = period(text), _MONTHS[Kind(kind)]
    except (ValueError, KeyError):
        found, wanted = None, 0
    if found is None or len(found.months()) != wanted:
        message = _("Choose a month (2026-03), quarter (2026-Q1), half-year (2026-H1) or year (2026).")
        raise Invalid("accountability.period", message, field="period")
    return found


def before(one: Period) -> Period:
    """The period of the same length right before."""
    length = len(one.months())
    return Period(one.first - length, one.first - 1)


def ground(area: places.Area, one: Period, *, departments: bool = False) -> Ground:
    """The counts of the units right below an area, of a period and the one before.

    The tree is that of the last day of the period. What an area that has ended since its counts were told
    counted goes to whoever took it over. With ``departments`` the units are the area's departments alone:
    a group of their own, since an area's government is no department's equal.

    Raises
    ------
    Conflict
        ``accountability.open`` when a month of the period is not closed at the area.
    """
    months = [dt.date.fromisoformat(f"{month}-01") for month in one.months()]
    closed = set(Closing.objects.filter(area_id=area.pk, month__in=months).values_list("month", flat=True))
    missing = [f"{month:%Y-%m}" for month in months if month not in closed]
    if missing:
        message = _("These months are not closed yet: %(months)s.") % {"months": ", ".join(missing)}
        raise Conflict("accountability.open", message)
    below = posts.units_below(area, on=one.ends)
    units = tuple(one_ for one_ in below if (one_.department_id is not None) is departments)
    if not units and departments:
        raise Conflict(
            "accountability.no_units", _("No department of this area stands in the list of posts.")
        )
    if not units:
        raise Conflict("accountability.no_units", _("There are no units below this one."))
    span_ = np.arange(before(one).first, one.last + 1)
    # Month by month, so that the index gives the places of each; a range of months would be read whole.
    rows = Counted.objects.filter(
        scope_no__range=(area.scope_no, area.scope_end), month__in=[f"{month}-01" for month in span_]
    ).values_list("pk", "scope_no", "unit", "month", "count", "value")
    anew = standing(restated(area, first=f"{span_[0]}-01", last=f"{span_[-1]}-01"))
    keys: dict[str, int] = {}
    cells: list[tuple[int, int, str, int, int]] = []
    members: dict[str, list[str]] = {one_.key: [] for one_ in units}
    closed_areas: dict[str, list[str]] = {}
    holder = holders([] if departments else units)
    place_of = {dt.date.fromisoformat(f"{month}-01"): at for at, month in enumerate(span_)}
    for pk, scope_no, unit, month, count, value in rows.order_by("unit", "month").iterator():
        place = keys.get(unit)
        if place is None:
            place = keys[unit] = len(keys)
            held_by = holder(scope_no)
            if held_by is not None:
                members[held_by.key].append(unit)
            elif departments and unit in members:
                members[unit].append(unit)
        cells.append((place, place_of[month], count, value, anew.get(pk, value)))
    ended = places.Area.objects.filter(
        code__in=[key.partition("/")[0] for key in keys], valid_to__gt=one.starts, valid_to__lte=one.ends
    )
    for gone in ended.select_related("succeeded_by"):
        taken = gone.succeeded_by
        closed_areas[gone.code] = [taken.code] if taken is not None else []
    return Ground(
        units,
        {code: tuple(some) for code, some in members.items()},
        _counts(tuple(keys), span_, cells, now=True),
        _counts(tuple(keys), span_, cells, now=False),
        _unknown(units),
        {code: tuple(some) for code, some in closed_areas.items()},
    )


def _counts(
    keys: tuple[str, ...], months: np.ndarray, cells: Sequence[tuple[int, int, str, int, int]], *, now: bool
) -> Counts:
    """A count that some app tells is 0 where it told nothing; one that nobody tells is unknown."""
    told = told_counts()
    shape = (len(keys), months.size)
    values = {
        code: np.zeros(shape) if code in told else np.full(shape, np.nan) for code in indicators.load().counts
    }
    for place, when, count, first, last in cells:
        values[count][place, when] = last if now else first
    return Counts(keys, months, values)


def _unknown(units: Sequence[posts.Unit]) -> dict[str, tuple[str, ...]]:
    told = told_counts()
    return {
        code: tuple(one.key for one in units) for code in sorted(indicators.load().counts) if code not in told
    }


def bulletin(area: places.Area, kind: str, text: str, *, departments: bool = False) -> Bulletin:
    """The bulletin of the units right below an area, or of its departments; of the same counts the same one.

    Its day is that since which its counts are as they are: of the last month's closing, or of what was
    stated anew since.

    Raises
    ------
    Invalid, Conflict
        As ``span`` and ``ground``.
    """
    one = span(kind, text)
    catalogue, found = indicators.load(), ground(area, one, departments=departments)
    named = {unit.key: unit.name for unit in found.units}
    empty = frozenset() if departments else _without_people(found, one)
    # A unit nobody told anything of cannot be measured: it stands below, unknown.
    measured = {code: found.members[code] for code in named if found.members[code] and code not in empty}
    codes = [one_.code for one_ in catalogue.used(Use.SCORED) if known(catalogue, one_.code)]
    composite = catalogue.composites[COMPOSITE]
    targets = {key: value for key, value in unit_feeds.targets(str(one)).items() if key[0] in named}
    inputs = seal(
        counts=found.counts,
        first=found.first,
        units=measured,
        names=named,
        period=str(one),
        texts=indicators.texts(),
        composite=COMPOSITE,
        targets=targets,
    )
    seed = int(inputs.sha256[:8], 16)
    weighed = [code for code in composite.weights if code in codes]
    rows: list[UnitRow] = []
    if measured:
        figures = evaluate(catalogue, codes, found.counts, measured, one)
        every = {code: figures.get(code) or _nothing(code, len(measured)) for code in composite.weights}
        scored, ranking = rank_composite(catalogue, composite, every, list(measured), seed=seed)
        better = _better(catalogue, weighed, found, measured, one)
        rows = _rows(catalogue, named, figures, every, scored, ranking, better, targets)
    rows += [
        _silent(code, named[code], Unranked.EMPTY if code in empty else Unranked.UNKNOWN)
        for code in sorted(named)
        if code not in measured
    ]
    return Bulletin(
        area=area.code,
        area_name=area.name,
        kind=Kind(kind),
        period=str(one),
        made_on=_stands_since(area, one),
        composite=COMPOSITE,
        weights={code: str(weight) for code, weight in composite.weights.items()},
        rows=tuple(rows),
        indicators=tuple(codes),
        restated=tuple(each for each in restated_of(area, one) if not departments or each.unit in named),
        unknown=found.unknown,
        closed_areas=found.closed_areas,
        sha256=inputs.sha256,
        versions={**inputs.parts, "numpy": np.__version__},
    )


def known(catalogue: Catalogue, code: str) -> bool:
    """Whether every count an indicator rests on is told by some app."""
    return grounds(catalogue, catalogue.indicators[code].formula) <= told_counts()


def _nothing(code: str, size: int) -> UnitFigure:
    """An indicator nobody can tell: of no unit was anything there to be measured by."""
    none = np.full(size, np.nan)
    return UnitFigure(code, none, np.zeros(size), np.zeros(size), "none", 0.95, none, none)


Better = Mapping[str, tuple[float, float, float]]


def _better(
    catalogue: Catalogue,
    codes: Sequence[str],
    found: Ground,
    measured: Mapping[str, Sequence[str]],
    one: Period,
) -> Better:
    """How far the weighed indicators moved on average against the period before, with an interval."""
    level = comparison_level(len(measured))
    weights = catalogue.composites[COMPOSITE].weights
    now = evaluate(catalogue, codes, found.counts, measured, one, level=level)
    then = evaluate(catalogue, codes, found.counts, measured, before(one), level=level)
    total = np.zeros(len(measured))
    change, down, up = (np.zeros(len(measured)) for _n in range(3))
    for code in codes:
        direction = catalogue.indicators[code].direction
        moved = improvement(list(measured), then[code], now[code], direction)
        sign = 1.0 if direction == "higher" else -1.0
        known = ~np.isnan(moved.difference)
        weight = np.where(known, float(weights[code]), 0.0)
        value = np.where(known, sign * moved.difference, 0.0)
        low, high = (np.where(known, sign * ends, 0.0) for ends in (moved.low, moved.high))
        total += weight
        change += weight * value
        down += (weight * (value - np.minimum(low, high))) ** 2
        up += (weight * (np.maximum(low, high) - value)) ** 2
    result = {}
    for at, unit in enumerate(measured):
        if total[at] > 0:
            value = change[at] / total[at]
            result[unit] = (
                float(value),
                float(value - np.sqrt(down[at]) / total[at]),
                float(value + np.sqrt(up[at]) / total[at]),
            )
    return result


def _rows(
    catalogue: Catalogue,
    named: Mapping[str, str],
    figures: Mapping[str, UnitFigure],
    every: Mapping[str, UnitFigure],
    scored: Scored,
    ranking: Ranking,
    better: Better,
    targets: Mapping[tuple[str, str], float],
) -> list[UnitRow]:
    composite = catalogue.composites[COMPOSITE]
    prizes = {one.unit: one.prize for one in awards(ranking)}
    marks = {Prize.RED_FLAG: Mark.RED_FLAG, Prize.YELLOW_CARD: Mark.YELLOW_CARD}
    rows = []
    alone = ranking.ranked == 1
    for at, unit in enumerate(ranking.units):
        ranked = ranking.state[at] == State.RANKED and not alone
        up = lifts(catalogue, composite, every, scored, unit)[:MOST_RAISES] if ranked else ()
        moved = better.get(unit)
        rows.append(
            UnitRow(
                unit=unit,
                name=named[unit],
                composite=_plain(ranking.value[at]),
                low=_plain(ranking.low[at]),
                high=_plain(ranking.high[at]),
                rank=int(ranking.rank[at]) if ranked else None,
                rank_low=int(ranking.rank_low[at]) if ranked else None,
                rank_high=int(ranking.rank_high[at]) if ranked else None,
                band=int(ranking.band[at]) if ranked else None,
                unranked=Unranked.NO if ranked else _why(State(int(ranking.state[at]))),
                mark=marks.get(prizes[unit], Mark.NONE) if unit in prizes else Mark.NONE,
                better=None if moved is None else moved[0],
                better_low=None if moved is None else moved[1],
                better_high=None if moved is None else moved[2],
                raises=tuple(Raise(one.indicator, one.gain, _plain(one.cases)) for one in up),
                cells={
                    code: _cell(catalogue, one, at, targets.get((unit, code)))
                    for code, one in figures.items()
                },
            )
        )
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.unit))


def _without_people(found: Ground, one: Period) -> frozenset[str]:
    """Units in which no household lived in the last month, where other units told of theirs."""
    told = found.counts.values["households"][:, list(found.counts.months).index(one.last)]
    place = {key: at for at, key in enumerate(found.counts.areas)}
    lived = {
        unit: float(np.nansum([told[place[key]] for key in keys])) for unit, keys in found.members.items()
    }
    return (
        frozenset(unit for unit, number in lived.items() if not number)
        if any(lived.values())
        else frozenset()
    )


def _silent(code: str, name: str, why: Unranked) -> UnitRow:
    nothing = (None,) * 7
    return UnitRow(code, name, *nothing, why, Mark.NONE, None, None, None, (), {})


def _why(state: State) -> Unranked:
    reasons = {State.SMALL: Unranked.SMALL, State.UNKNOWN: Unranked.UNKNOWN, State.RANKED: Unranked.ALONE}
    return reasons[state]


def _cell(catalogue: Catalogue, one: UnitFigure, at: int, target: float | None) -> Cell:
    found = catalogue.indicators[one.indicator]
    value, low, high = (_plain(each[at]) for each in (one.value, one.low, one.high))
    share = str(found.unit) == SHARE
    said = verdict(target, value, low, high, direction=found.direction, share=share)
    return Cell(
        value,
        _plain(one.over[at]),
        _plain(one.under[at]),
        low,
        high,
        one.chance,
        bool(one.idle[at]),
        None if said is Verdict.NONE else target,
        said,
    )


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _stands_since(area: places.Area, one: Period) -> dt.date:
    days = [
        *Closing.objects.filter(area_id=area.pk, month=f"{one.last}-01").values_list("at", flat=True),
        *restated(area, last=one.ends)
        .annotate(since=Coalesce("confirmed_at", "at"))
        .order_by("-since")
        .values_list("since", flat=True)[:1],
    ]
    return clock.date_of(max(days))


def restated_of(area: places.Area, one: Period) -> tuple[RestatedFigure, ...]:
    """Counts of the area's closed months up to the end of the period that were stated anew."""
    rows = (
        restated(area, last=one.ends)
        .select_related("counted")
        .order_by("counted__unit", "counted__month", "counted__count", "pk")
    )
    closed = dict(Closing.objects.filter(area_id=area.pk).values_list("month", "at"))
    latest = {row.counted_id: row for row in rows}
    return tuple(
        RestatedFigure(
            row.counted.unit,
            row.counted.count,
            f"{row.counted.month:%Y-%m}",
            float(row.counted.value),
            clock.date_of(closed.get(row.counted.month, row.at)),
            float(row.value),
            row.reason,
        )
        for row in latest.values()
    )
