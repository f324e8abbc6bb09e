"""What the days do by themselves: what is late goes up a level, and old contacts are emptied."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from tongchou.apps.complaints import access
from tongchou.apps.complaints.handling import current, move
from tongchou.apps.complaints.models import Act, Complaint, Contact, Mending, State, Why
from tongchou.apps.complaints.receiving import begin_round, note
from tongchou.apps.places import api as places
from tongchou.core import audit, clock
from tongchou.core.errors import NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.scope import Scope
from tongchou.domain.complaints.kinds import BYPASS, Kind
from tongchou.domain.complaints.moves import OPEN, Move

#: Days after the last answer when how to reach somebody is forgotten.
KEPT: Final = 180


@jobs.follower
def follow_days(at: dt.datetime) -> bool:
    """Let one late complaint go up, or forget one old contact; whether there was any."""
    return escalate_one(at=at) or forget_one(at=at)


def escalate_one(*, at: dt.datetime) -> bool:
    """The complaint that is late longest goes up a level, with days of that level's own.

    What is at the highest level stays there, late for everybody to see who handles it. The late level's days
    stand in its counts for good.
    """
    on = clock.date_of(at)
    with transaction.atomic():
        late = Complaint.objects.select_for_update(skip_locked=True).filter(
            state__in=OPEN, due__lt=on, top=False
        )
        for one in late.order_by("due", "pk"):
            if _up(one, Act.ESCALATE, Why.LATE, at):
                return True
            one.top = True
            one.save(update_fields=["top"])
    return False


def _up(one: Complaint, act: Act, why: Why, at: dt.datetime) -> bool:
    """One level up; False when there is none."""
    on, here = clock.date_of(at), current(one)
    unit = places.area_by_id(one.unit_area_id, within=Scope.everything())
    if unit is None or one.supervised:
        return False
    try:
        goes = access.route_of(
            unit,
            department=one.department_id is not None,
            bypass=Kind(one.kind) in BYPASS,
            on=on,
            above=here.level,
        )
    except NotFound:
        return False
    handler = places.area_by_id(goes.area_id, within=Scope.everything())
    assert handler is not None
    move(one, Move.ESCALATE if act == Act.ESCALATE else Move.APPEAL)
    if act == Act.ESCALATE:
        here.ended_on = on
        here.save(update_fields=["ended_on"])
    begin_round(one, handler, goes, why, on)
    note(one, act, None, at, level=handler.level)
    return True


def go_up_on_appeal(one: Complaint, at: dt.datetime) -> bool:
    """The next level looks at an answered complaint anew; False when there is none."""
    return _up(one, Act.APPEAL, Why.APPEAL, at)


def forget_one(*, at: dt.datetime) -> bool:
    """Empty the contact of one complaint that was answered long ago, and of which nothing is open."""
    on = clock.date_of(at)
    with transaction.atomic():
        ended = Contact.objects.select_for_update(skip_locked=True, of=("self",)).exclude(sealed="")
        ended = ended.filter(complaint__state__in=(State.ANSWERED, State.WITHDRAWN))
        young = Complaint.objects.filter(rounds__answered_on__gte=on - dt.timedelta(days=KEPT))
        recent = Complaint.objects.filter(rounds__ended_on__gte=on - dt.timedelta(days=KEPT))
        owed = Complaint.objects.filter(rounds__breach__state__in=(Mending.OWED, Mending.REPORTED))
        for rows in (young, recent, owed):
            ended = ended.exclude(complaint__in=rows.order_by().values("pk"))
        one = ended.order_by("pk").first()
        if one is None:
            return False
        one.sealed = ""
        one.save(update_fields=["sealed"])
        audit.append(
            by=None,
            action="complaints.forget",
            subject=f"complaint:{one.complaint_id}",
            scope_no=one.complaint.scope_no,
            at=at,
        )
    return True
