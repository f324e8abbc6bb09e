"""Complaints about units, for programs of the level that handles them: the queue, never who complains.

Complaining needs no token: whoever does so uses the page for everybody.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.complaints import api as complaints
from tongchou.core import clock
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Id, Limit

router = Router(tags=["complaints"])


class ComplaintLine(Schema):
    """``days_left``: working days until the last day, below 0 so many too late; null once answered."""

    complaint_id: int
    nature: str
    kind: str
    channel: str
    unit: str
    handler: str
    state: str
    received_on: dt.date
    due: dt.date
    provisional: bool
    days_left: int | None


class ComplaintLines(Schema):
    """A part of the list; send ``next`` as ``after`` to read on."""

    items: list[ComplaintLine]
    next: int | None


@router.get(
    "/complaints",
    summary=gettext_noop("Open complaints about units below the own level, the oldest first"),
    **answers(ComplaintLines),
    **needs(complaints.HANDLE),
)
def list_complaints(request: HttpRequest, after: Id | None = None, limit: Limit = 50):
    on = clock.date_of(request.at)
    rows = complaints.found(by=request.auth, on=on).order_by("pk")
    rows = rows if after is None else rows.filter(pk__gt=after)
    found = list(rows[: limit + 1])
    shown = complaints.lines_of(found[:limit], on)
    return ComplaintLines(
        items=[_shown(one) for one in shown],
        next=shown[-1].complaint_id if len(found) > limit else None,
    )


@router.get(
    "/complaints/{int:complaint_id}",
    summary=gettext_noop("One complaint: where it stands and by when"),
    **answers(ComplaintLine),
    **needs(complaints.HANDLE),
)
def complaint(request: HttpRequest, complaint_id: Id):
    return _shown(complaints.view(complaint_id, by=request.auth, on=clock.date_of(request.at)).line)


def _shown(line: complaints.Line) -> ComplaintLine:
    same = (
        "complaint_id",
        "nature",
        "kind",
        "channel",
        "handler",
        "state",
        "received_on",
        "due",
        "provisional",
    )
    return ComplaintLine(
        unit=line.unit_name, days_left=line.left, **{name: getattr(line, name) for name in same}
    )
