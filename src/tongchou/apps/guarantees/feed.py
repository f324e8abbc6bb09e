"""What guarantees tell of a month: money returned, money that was to arrive, posts required and filled."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterable

from tongchou.apps.guarantees import finding
from tongchou.apps.guarantees.models import Decision
from tongchou.apps.payments import api as payments
from tongchou.apps.places import api as places
from tongchou.core.scope import Scope
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.accountability.guarantees import Guarantee

_POSTS = (Guarantee.VILLAGE_STAFF, Guarantee.TOWNSHIP_TEAM, Guarantee.EXTRA_WORKER)


def month_counts(month: dt.date) -> Iterable[UnitCount]:
    """Counts of a month by unit; ``month`` is its first day.

    A year's budget is told once, in the month its first return was accepted, with the amounts of the version
    in force: a correction restates that month and is counted in no other. Posts are those of the month's end;
    an area of which people or register are unknown is not told.
    """
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    yield from _budgets(month, last)
    yield from _arrivals(month, last)
    for line in finding.staff_of(Scope.everything(), on=last):
        found = line.finding
        if found.guarantee in _POSTS and found.needed is not None and found.have is not None:
            yield UnitCount(line.unit.key, "posts_required", found.needed)
            yield UnitCount(line.unit.key, "posts_filled", min(found.needed, found.have))


def _budgets(first: dt.date, last: dt.date) -> Iterable[UnitCount]:
    accepted = Decision.objects.filter(accepted=True, of__budget__isnull=False).select_related("of")
    begun = set(accepted.filter(at__date__range=(first, last)).values_list("of__unit", "of__year"))
    begun -= set(accepted.filter(at__date__lt=first).values_list("of__unit", "of__year"))
    years = {year for _unit, year in begun}
    rows = finding.in_force(Scope.everything(), sorted(years), on=dt.date.max)
    levels = dict(
        places.Area.objects.filter(pk__in={one.area_id for one in rows.values()}).values_list("pk", "level")
    )
    budget: Counter[str] = Counter()
    grassroots: Counter[str] = Counter()
    for key, row in rows.items():
        # Without both amounts the share cannot be said; a village has no budget of its own.
        known = row.budget is not None and row.grassroots is not None
        if key in begun and known and levels.get(row.area_id) != places.Level.VILLAGE:
            budget[row.unit] += row.budget or 0
            grassroots[row.unit] += row.grassroots or 0
    for unit in sorted(budget):
        yield UnitCount(unit, "budget_fen", budget[unit])
        yield UnitCount(unit, "grassroots_fen", grassroots[unit])


def _arrivals(first: dt.date, last: dt.date) -> Iterable[UnitCount]:
    due: Counter[str] = Counter()
    in_time: Counter[str] = Counter()
    for one in payments.given(scope=Scope.everything(), first=first, last=last):
        due[one.area_code] += one.fen
        in_time[one.area_code] += one.fen - _late(one)
    for code in sorted(due):
        yield UnitCount(code, "arrivals_due_fen", due[code])
        yield UnitCount(code, "arrived_in_time_fen", in_time[code])


def _late(one: payments.Given) -> int:
    """What was not there by its day: what came later, or has not come."""
    came = sum(fen for day, fen in one.arrivals if day <= one.due_on)
    return max(0, one.fen - came)
