"""Last days of waiting notices counted anew when the holidays of a year are entered."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.supervision.models import Notice, NoticeState
from tongchou.core.holidays import api as holidays
from tongchou.domain.workdays import Calendar, Due, recounted


def _waiting(first: dt.date) -> QuerySet[Notice]:
    """Notices whose last day was counted; one that was set by a day stays where it is."""
    return Notice.objects.filter(state=NoticeState.ISSUED, due__gte=first, due_days__gte=1)


def _anew(there: Calendar, on: dt.date, one: Notice) -> Due:
    return recounted(there, old=one.due, start=one.due_from, days=one.due_days, on=on)


def moving(there: Calendar, first: dt.date, on: dt.date) -> int:
    """How many would have another last day. One query."""
    rows = _waiting(first).only("pk", "due", "due_from", "due_days")
    return sum(_anew(there, on, one).on != one.due for one in rows.iterator(chunk_size=1000))


def find(first: dt.date, after_id: int, most: int) -> list[int]:
    return list(_waiting(first).filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:most])


def recount(there: Calendar, numbers: list[int], on: dt.date) -> int:
    """Count them anew; what was answered meanwhile is left alone."""
    rows, moved = [], 0
    for one in Notice.objects.select_for_update().filter(pk__in=numbers, state=NoticeState.ISSUED):
        due = _anew(there, on, one)
        if (due.on, due.provisional) != (one.due, one.provisional):
            moved += due.on != one.due
            one.due, one.provisional = due.on, due.provisional
            rows.append(one)
    Notice.objects.bulk_update(rows, ["due", "provisional"], batch_size=250)
    return moved


holidays.register(holidays.Rest("rectifications", _("Rectification notices"), moving, find, recount))
