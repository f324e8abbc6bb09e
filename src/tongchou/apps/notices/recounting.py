"""Last days of hanging notices counted anew when the holidays of a year are entered.

A notice may hang longer than its sheet says, never shorter: whoever reads it has the days it promised.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.notices.models import Notice
from tongchou.core.holidays import api as holidays
from tongchou.domain.workdays import Calendar, Due


def _hanging(first: dt.date) -> QuerySet[Notice]:
    return Notice.objects.filter(closed_at=None, closes_on__gte=first, days__isnull=False)


def _anew(there: Calendar, one: Notice) -> Due:
    due = there.add(one.opened_on, one.days or 1)
    return Due(max(one.closes_on, due.on), due.provisional)


def moving(there: Calendar, first: dt.date, on: dt.date) -> int:
    """How many notices would hang longer. One query."""
    rows = _hanging(max(first, on)).only("pk", "opened_on", "closes_on", "days")
    return sum(_anew(there, one).on != one.closes_on for one in rows.iterator(chunk_size=1000))


def find(first: dt.date, after_id: int, most: int) -> list[int]:
    found = _hanging(first).filter(pk__gt=after_id).order_by("pk")
    return list(found.values_list("pk", flat=True)[:most])


def recount(there: Calendar, numbers: list[int], on: dt.date) -> int:
    """Count notices anew; one whose days are over already is left to end."""
    rows = Notice.objects.select_for_update().filter(pk__in=numbers, closed_at=None, closes_on__gte=on)
    changed, moved = [], 0
    for one in rows:
        due = _anew(there, one)
        if (due.on, due.provisional) != (one.closes_on, one.provisional):
            moved += due.on != one.closes_on
            one.closes_on, one.provisional = due.on, due.provisional
            changed.append(one)
    Notice.objects.bulk_update(changed, ["closes_on", "provisional"], batch_size=250)
    return moved


holidays.register(holidays.Rest("notices", _("Public notices"), moving, find, recount))
