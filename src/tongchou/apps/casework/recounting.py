"""Last days of open cases and grievances counted anew when the holidays of a year are entered.

Each from where it was counted and by how many working days, so that counting twice says the same. What waits
for a family or is suspended keeps its days: they are counted when its clock runs again.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework.grievance_models import Grievance
from tongchou.apps.casework.grievances import ANSWERED_IN
from tongchou.apps.casework.models import Case
from tongchou.core import clock
from tongchou.core.holidays import api as holidays
from tongchou.domain.casework import steps
from tongchou.domain.workdays import Calendar, Due, recounted

_UNFINISHED = sorted(state.value for state in steps.UNFINISHED)
_CLOCK = (
    "stage_from",
    "stage_days",
    "stage_due",
    "provisional",
    "due_from",
    "due_days",
    "due",
    "due_provisional",
)
#: Rows written by one statement.
_BATCH = 250


def _cases(first: dt.date) -> QuerySet[Case]:
    ends = Q(stage_due__gte=first, stage_days__isnull=False) | Q(due__gte=first, due_days__isnull=False)
    return Case.objects.filter(ends, state__in=_UNFINISHED)


def _anew(there: Calendar, on: dt.date, start: dt.date | None, days: int | None, old: Due) -> Due:
    if start is None or not days:
        return old
    return recounted(there, old=old.on, start=start, days=days, on=on)


def _of_case(there: Calendar, on: dt.date, case: Case) -> tuple[Due, Due]:
    """The last days of the stage and of the case, which ends not before its stage if it did not before."""
    old_stage, old_whole = Due(case.stage_due, case.provisional), Due(case.due, case.due_provisional)
    stage = _anew(there, on, case.stage_from, case.stage_days, old_stage)
    whole = _anew(there, on, case.due_from, case.due_days, old_whole)
    if case.due_days and old_whole.on >= old_stage.on and whole.on < stage.on:
        whole = stage
    return stage, whole


def cases_moving(there: Calendar, first: dt.date, on: dt.date) -> int:
    """How many cases would have another last day. One query: cases begun alike are counted together."""
    found = _cases(first).order_by().values(*_CLOCK).annotate(number=Count("pk"))
    moving = 0
    for row in found:
        number = row.pop("number")
        stage, whole = _of_case(there, on, Case(**row))
        if (stage.on, whole.on) != (row["stage_due"], row["due"]):
            moving += number
    return moving


def find_cases(first: dt.date, after_id: int, most: int) -> list[int]:
    return list(_cases(first).filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:most])


def recount_cases(there: Calendar, numbers: list[int], on: dt.date) -> int:
    """Count cases anew; whatever was decided meanwhile is left alone."""
    rows = Case.objects.select_for_update().filter(pk__in=numbers, state__in=_UNFINISHED)
    changed, moved = [], 0
    for case in rows.only("pk", *_CLOCK):
        before = (case.stage_due, case.provisional, case.due, case.due_provisional)
        stage, whole = _of_case(there, on, case)
        if before == (stage.on, stage.provisional, whole.on, whole.provisional):
            continue
        moved += (stage.on, whole.on) != (case.stage_due, case.due)
        case.stage_due, case.provisional = stage.on, stage.provisional
        case.due, case.due_provisional = whole.on, whole.provisional
        changed.append(case)
    Case.objects.bulk_update(
        changed, ["stage_due", "provisional", "due", "due_provisional"], batch_size=_BATCH
    )
    return moved


def _grievances(first: dt.date) -> QuerySet[Grievance]:
    return Grievance.objects.filter(verdict="", due__gte=first)


def _of_grievance(there: Calendar, on: dt.date, one: Grievance) -> Due:
    start = clock.date_of(one.recorded_at)
    return recounted(there, old=one.due, start=start, days=ANSWERED_IN, on=on)


def grievances_moving(there: Calendar, first: dt.date, on: dt.date) -> int:
    rows = _grievances(first).only("pk", "due", "recorded_at")
    return sum(_of_grievance(there, on, one).on != one.due for one in rows.iterator(chunk_size=1000))


def find_grievances(first: dt.date, after_id: int, most: int) -> list[int]:
    found = _grievances(first).filter(pk__gt=after_id).order_by("pk")
    return list(found.values_list("pk", flat=True)[:most])


def recount_grievances(there: Calendar, numbers: list[int], on: dt.date) -> int:
    changed, moved = [], 0
    for one in Grievance.objects.select_for_update().filter(pk__in=numbers, verdict=""):
        due = _of_grievance(there, on, one)
        if (due.on, due.provisional) != (one.due, one.provisional):
            moved += due.on != one.due
            one.due, one.provisional = due.on, due.provisional
            changed.append(one)
    Grievance.objects.bulk_update(changed, ["due", "provisional"], batch_size=_BATCH)
    return moved


holidays.register(holidays.Rest("cases", _("Cases"), cases_moving, find_cases, recount_cases))
holidays.register(
    holidays.Rest("grievances", _("Grievances"), grievances_moving, find_grievances, recount_grievances)
)
