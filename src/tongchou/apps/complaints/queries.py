"""Complaints as lists, one with all that was done, and what stands in public of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q, QuerySet

from tongchou.apps.commitments import api as commitments
from tongchou.apps.complaints import access, sealing
from tongchou.apps.complaints.handling import at_this_level, current
from tongchou.apps.complaints.models import (
    Breach,
    Complaint,
    Mending,
    Privacy,
    Question,
    Round,
    State,
    Step,
    Taken,
)
from tongchou.apps.complaints.receiving import unit_at
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import calendar, clock
from tongchou.domain.complaints import moves
from tongchou.domain.complaints.moves import OPEN
from tongchou.domain.workdays import Calendar

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.core.scope import Scope

#: What a queue may be narrowed to; without one it shows what is open.
LISTS: Final = ("late", "approve", "mending", "answered", "all")
#: Breaches of one public page.
MOST_PUBLIC: Final = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint as a queue shows it: nothing of what was said, and nobody."""

    complaint_id: int
    nature: str
    kind: str
    channel: str
    external: str
    unit_name: str
    handler: str
    state: str
    received_on: dt.date
    due: dt.date
    provisional: bool
    #: Working days left; below 0 so many too late. None once it is answered.
    left: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A step with its words opened."""

    act: str
    by: str
    at: dt.datetime
    words: str


@dataclass(frozen=True, slots=True)
class Put:
    """A question to the unit with its reply."""

    words: str
    asked_on: dt.date
    due: dt.date
    reply: str


@dataclass(frozen=True, slots=True)
class View:
    """One complaint for whoever handles it. ``moves`` are open now; ``proposed``: by the reader."""

    complaint: Complaint
    words: str
    line: Line
    rounds: tuple[tuple[Round, str, str], ...]  # with the handler and the answer
    steps: tuple[Told, ...]
    questions: tuple[Put, ...]
    breaches: tuple[Breach, ...]
    taken: tuple[Taken, ...]
    holders: tuple[posts.Holder, ...]
    promise: commitments.Promise | None
    moves: frozenset[moves.Move]
    proposed: bool
    may_show: bool


def found(*, by: Account, on: dt.date, of: str = "") -> QuerySet[Complaint]:
    """What the account may look into, the first due first; a page of it goes to ``lines_of``.

    Raises
    ------
    NotAllowed
        Without ``complaints.handle`` anywhere.
    """
    rows = access.readable(by, on)
    if of == "all":
        return rows.order_by("-pk")
    if of == "answered":
        return rows.filter(state=State.ANSWERED).order_by("-pk")
    if of == "mending":
        owed = Breach.objects.filter(state__in=(Mending.OWED, Mending.REPORTED))
        return rows.filter(pk__in=owed.values("round__complaint")).order_by("-pk")
    if of == "approve":
        return rows.filter(state=State.FOUND).order_by("due", "pk")
    if of == "late":
        return rows.filter(state__in=OPEN, due__lt=on).order_by("due", "pk")
    return rows.filter(state__in=OPEN).order_by("due", "pk")


def lines_of(rows: Collection[Complaint], on: dt.date) -> tuple[Line, ...]:
    """Complaints as lines. A fixed number of queries for any number of them."""
    where = places.paths({one.area_id for one in rows})
    days = calendar.calendar()
    return tuple(
        Line(
            complaint_id=one.pk,
            nature=one.nature,
            kind=one.kind,
            channel=one.channel,
            external=one.external,
            unit_name=one.unit_name,
            handler=where.get(one.area_id, ""),
            state=one.state,
            received_on=clock.date_of(one.received_at),
            due=one.due,
            provisional=one.provisional,
            left=_left(one, on, days) if one.state in OPEN else None,
        )
        for one in rows
    )


def _left(one: Complaint, on: dt.date, days: Calendar) -> int:
    return days.between(on, one.due) if one.due >= on else -days.between(one.due, on)


def view(complaint_id: int, *, by: Account, on: dt.date) -> View:
    """One complaint with all that was done. Constant in queries; who complains is not among it.

    Raises
    ------
    NotAllowed, NotFound
        When there is none the account may look into.
    """
    one = access.readable(by, on).filter(pk=complaint_id).first()
    if one is None:
        raise access.none()
    rounds = list(one.rounds.order_by("number"))
    where = places.paths({each.area_id for each in rounds})
    here = current(one)
    unit = unit_at(one.unit_key)
    held = () if unit is None else posts.holders([unit], on=clock.date_of(one.received_at))[unit.key]
    contact = getattr(one, "contact", None)
    kept = contact is not None and bool(contact.sealed)
    return View(
        complaint=one,
        words=sealing.unseal(one.sealed, "words", one.pk),
        line=lines_of([one], on)[0],
        rounds=tuple(
            (each, where.get(each.area_id, ""), sealing.unseal(each.answer, "answer", one.pk))
            for each in rounds
        ),
        steps=tuple(_told(each) for each in one.steps.select_related("by").order_by("pk")),
        questions=tuple(_put(each) for each in one.questions.order_by("pk")),
        breaches=tuple(Breach.objects.filter(round__complaint=one).order_by("pk")),
        taken=tuple(one.taken.order_by("pk")),
        holders=held,
        promise=commitments.promise_of(one.promise_id) if one.promise_id is not None else None,
        moves=moves.moves(moves.State(one.state)),
        proposed=here.found_by_id == by.pk,
        may_show=kept and (one.privacy == Privacy.NAMED or at_this_level(one, by, on)),
    )


def _told(one: Step) -> Told:
    words = sealing.unseal(one.sealed, "step", one.complaint_id)
    return Told(one.act, one.by.shown_name if one.by is not None else "", one.at, words)


def _put(one: Question) -> Put:
    return Put(
        sealing.unseal(one.sealed, "question", one.complaint_id),
        clock.date_of(one.asked_at),
        one.due,
        sealing.unseal(one.reply, "reply", one.pk),
    )


@dataclass(frozen=True, slots=True)
class Record:
    """The integrity record of a unit in numbers of breaches; never how many complained."""

    unit_name: str
    open: int
    late: int
    cleared: int


def record_of(*, scope: Scope, on: dt.date) -> tuple[tuple[Breach, ...], tuple[Record, ...]]:
    """What stands in public of the units of some areas: breaches, open ones by their day. Three queries."""
    rows = Breach.objects.filter(scope.q("unit_scope_no"))
    still = rows.exclude(state=Mending.CLEARED).order_by("due", "pk")
    shown = [*still[:MOST_PUBLIC]]
    shown += rows.filter(state=Mending.CLEARED).order_by("-cleared_on", "-pk")[:MOST_PUBLIC]
    owed = ~Q(state=Mending.CLEARED)
    counted = (
        rows.order_by("unit_scope_no", "unit_key")
        .values_list("unit_scope_no", "unit_key", "unit_name")
        .annotate(
            open=Count("pk", filter=owed),
            late=Count("pk", filter=owed & Q(due__lt=on)),
            cleared=Count("pk", filter=~owed),
        )
    )
    return tuple(shown), tuple(Record(*row[2:]) for row in counted[:MOST_PUBLIC])
