"""The settlement of a year (年度结算): what was first published of each unit beside what stands today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tongchou import indicators
from tongchou.apps.accountability import access, computing
from tongchou.apps.accountability.both_bases import OnBoth, reconciled
from tongchou.apps.accountability.models import PUBLIC, Issue
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.models import Account
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.bulletin import RestatedFigure
from tongchou.domain.accountability.definitions import Use
from tongchou.domain.accountability.figures import UnitFigure, evaluate
from tongchou.domain.accountability.periods import Period


@dataclass(frozen=True, slots=True)
class Settled:
    """A figure of a unit: as told when the months were closed, as first published, and as it stands now.

    ``published`` is None where nothing of the period was published, or the unit stood in it without one.
    """

    unit: str
    name: str
    indicator: str
    told: float | None
    published: float | None
    now: float | None

    @property
    def moved(self) -> bool:
        """Whether what stands now is another than what was first published, else than what was told."""
        before = self.told if self.published is None else self.published
        return before != self.now


@dataclass(frozen=True, slots=True)
class Settlement:
    """The figures of a period by unit, and what was stated anew of it with the reasons."""

    area: places.Area
    period: str
    published_on: dt.date | None
    rows: tuple[Settled, ...]
    restated: tuple[RestatedFigure, ...]
    #: Names of the units in ``rows`` and ``restated``, by key.
    names: Mapping[str, str]
    #: Counts that differ between the trees they were told on and the one of the last day; none when no area
    #: began or ended inside the period.
    both: tuple[OnBoth, ...] = ()


def settlement(
    area_id: int, *, kind: str, period: str, by: Account, at: dt.datetime, departments: bool = False
) -> Settlement:
    """Every scored figure of the units right below an area, first and now, by unit and indicator.

    Raises
    ------
    NotAllowed, NotFound, Invalid, Conflict
        As ``make``.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.VIEW)
    one = computing.span(kind, period)
    found, catalogue = computing.ground(area, one, departments=departments), indicators.load()
    measured = {unit.key: found.members[unit.key] for unit in found.units if found.members[unit.key]}
    codes = [each.code for each in catalogue.used(Use.SCORED) if computing.known(catalogue, each.code)]
    told, now = (
        evaluate(catalogue, codes, counts, measured, one) if measured else {}
        for counts in (found.first, found.counts)
    )
    first = _first_published(area, kind, str(one), departments)
    names = {unit.key: unit.name for unit in found.units}
    rows = [
        Settled(
            unit,
            names[unit],
            code,
            _plain(told[code], place),
            first.figures.get((unit, code)),
            _plain(now[code], place),
        )
        for place, unit in enumerate(measured)
        for code in codes
    ]
    inside = [each for each in computing.restated_of(area, one) if each.period >= f"{one.starts:%Y-%m}"]
    others = places.Area.objects.filter(code__in={each.unit for each in inside} - set(names))
    names = dict(others.values_list("code", "name")) | names
    changed = bool(found.closed_areas) or _began_inside(area, one)
    both = reconciled(area, one) if changed and not departments else ()
    return Settlement(area, str(one), first.on, tuple(rows), tuple(inside), names, both)


@dataclass(frozen=True, slots=True)
class _First:
    on: dt.date | None
    figures: Mapping[tuple[str, str], float | None]


def _first_published(area: places.Area, kind: str, period: str, departments: bool) -> _First:
    rows = Issue.objects.filter(
        area_id=area.pk, kind=kind, period=period, departments=departments, state__in=PUBLIC
    )
    issue = rows.order_by("decided_at", "pk").first()
    if issue is None or issue.decided_at is None:
        return _First(None, {})
    content = bulletin_text.read(bytes(issue.content))
    figures = {(row.unit, code): cell.value for row in content.rows for code, cell in row.cells.items()}
    return _First(clock.date_of(issue.decided_at), figures)


def _began_inside(area: places.Area, one: Period) -> bool:
    inside = places.Area.objects.filter(scope_no__range=(area.scope_no, area.scope_end))
    return inside.filter(valid_from__gt=one.starts, valid_from__lte=one.ends).exists()


def _plain(figure: UnitFigure, place: int) -> float | None:
    value = figure.value[place]
    return None if np.isnan(value) else float(value)
