"""Last days of waiting complaints counted anew when the holidays of a year are entered."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.complaints.limits import limits
from tongchou.apps.complaints.models import Complaint, Round, State
from tongchou.core.holidays import api as holidays
from tongchou.domain.complaints.moves import OPEN
from tongchou.domain.workdays import Calendar, recounted


def _waiting(first: dt.date) -> QuerySet[Round]:
    rows = Round.objects.filter(answered_on=None, ended_on=None, answer_due__gte=first)
    return rows.filter(complaint__state__in=OPEN)


def _anew(there: Calendar, on: dt.date, one: Round) -> tuple[dt.date, dt.date, bool]:
    days = limits()
    accept = recounted(there, old=one.accept_due, start=one.started_on, days=days.accept, on=on)
    answer = recounted(there, old=one.answer_due, start=one.started_on, days=days.answer, on=on)
    return accept.on, answer.on, accept.provisional or answer.provisional


def moving(there: Calendar, first: dt.date, on: dt.date) -> int:
    """How many would have another last day. One query."""
    rows = _waiting(first).only("pk", "accept_due", "answer_due", "started_on")
    return sum(
        _anew(there, on, one)[:2] != (one.accept_due, one.answer_due)
        for one in rows.iterator(chunk_size=1000)
    )


def find(first: dt.date, after_id: int, most: int) -> list[int]:
    return list(_waiting(first).filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:most])


def recount(there: Calendar, numbers: list[int], on: dt.date) -> int:
    """Count them anew; what was answered meanwhile is left alone."""
    rounds, complaints, moved = [], [], 0
    rows = Round.objects.select_for_update(of=("self",)).filter(
        pk__in=numbers, answered_on=None, ended_on=None
    )
    for one in rows.select_related("complaint"):
        accept, answer, provisional = _anew(there, on, one)
        if (accept, answer, provisional) == (one.accept_due, one.answer_due, one.provisional):
            continue
        moved += (accept, answer) != (one.accept_due, one.answer_due)
        one.accept_due, one.answer_due, one.provisional = accept, answer, provisional
        of = one.complaint
        of.due = accept if of.state == State.RECEIVED else answer
        of.provisional = provisional
        rounds.append(one)
        complaints.append(of)
    Round.objects.bulk_update(rounds, ["accept_due", "answer_due", "provisional"], batch_size=250)
    Complaint.objects.bulk_update(complaints, ["due", "provisional"], batch_size=250)
    return moved


holidays.register(holidays.Rest("complaints", _("Complaints about units"), moving, find, recount))
