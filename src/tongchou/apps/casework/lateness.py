"""How offices keep their days: what is late now, what was decided in time. Of units, never of officers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Min, Q

from tongchou.apps.casework.models import Case, Decision, Desk, State
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.scope import Scope

#: Desks at which an office is waited for.
OFFICES: Final = (Desk.VILLAGE, Desk.TOWNSHIP, Desk.COUNTY, Desk.PREFECTURE)
#: Cases whose days run: those of a case that is held stand still.
RUNS: Final = ~Q(state=State.SUSPENDED)
#: Calendar days after which what is late shows at the level above.
ESCALATED: Final = 5
#: The desks below one.
BELOW: Final = {
    Desk.TOWNSHIP: (Desk.VILLAGE,),
    Desk.COUNTY: (Desk.VILLAGE, Desk.TOWNSHIP),
    Desk.PREFECTURE: (Desk.VILLAGE, Desk.TOWNSHIP, Desk.COUNTY),
}


@dataclass(frozen=True, slots=True)
class UnitLateness:
    """How one area kept its days between two days, and what is late in it now."""

    area_id: int
    name: str
    decided: int
    in_time: int
    late_now: int
    worst_days: int
    escalated: int = 0  # of those late now, for so long that the level above is told


def late_now(*, scope: Scope, desk: str, on: dt.date) -> int:
    """Cases late at a desk in some areas. One query."""
    found = Case.objects.filter(scope.q("handling_scope"), RUNS, desk=desk, stage_due__lt=on)
    return found.count()


def escalated(*, scope: Scope, above: str, on: dt.date) -> int:
    """Cases late for more than ``ESCALATED`` days at a desk below one. One query."""
    below = BELOW.get(Desk(above), ())
    limit = on - dt.timedelta(days=ESCALATED)
    return Case.objects.filter(scope.q("handling_scope"), RUNS, desk__in=below, stage_due__lt=limit).count()


def by_unit(*, scope: Scope, first: dt.date, last: dt.date, on: dt.date) -> tuple[UnitLateness, ...]:
    """Decisions in time between two days and cases late now, of each unit below. Three queries.

    A unit without cases is listed with zeros: nothing to decide is no lateness.
    """
    units = places.units(scope)
    begin = dt.datetime.combine(first, dt.time.min, clock.SHANGHAI)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, clock.SHANGHAI)
    decided = Decision.objects.filter(
        scope.q("case__handling_scope"), ~Q(in_time=None), at__gte=begin, at__lt=end
    ).annotate(unit=places.unit_case("case__handling_scope", units))
    kept = {
        unit: (whole, in_time)
        for unit, whole, in_time in decided.values("unit")
        .annotate(whole=Count("*"), kept=Count("pk", filter=Q(in_time=True)))
        .values_list("unit", "whole", "kept")
    }
    long = Q(desk__in=BELOW[Desk.PREFECTURE], stage_due__lt=on - dt.timedelta(days=ESCALATED))
    late = Case.objects.filter(scope.q("handling_scope"), RUNS, desk__in=OFFICES, stage_due__lt=on)
    now = {
        unit: (number, worst, long)
        for unit, number, worst, long in late.annotate(unit=places.unit_case("handling_scope", units))
        .values("unit")
        .annotate(number=Count("*"), worst=Min("stage_due"), long=Count("pk", filter=long))
        .values_list("unit", "number", "worst", "long")
    }
    return tuple(_of_unit(unit, kept, now, on) for unit in units)


def _of_unit(
    unit: places.Unit, kept: dict[int, tuple[int, int]], now: dict[int, tuple[int, dt.date, int]], on: dt.date
) -> UnitLateness:
    decided, in_time = kept.get(unit.area_id, (0, 0))
    late, worst, long = now.get(unit.area_id, (0, on, 0))
    return UnitLateness(unit.area_id, unit.name, decided, in_time, late, (on - worst).days, long)
