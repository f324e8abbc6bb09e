"""Draws, inspections and notices to read; the accuracy and the record of a unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Prefetch, Q, QuerySet

from tongchou.apps.places import api as places
from tongchou.apps.supervision import access, binding, noticing, sealing
from tongchou.apps.supervision.drawing import sample_of
from tongchou.apps.supervision.models import (
    Check,
    Draw,
    Evidence,
    Falsification,
    Inspection,
    Item,
    Notice,
    NoticeState,
    Secret,
    Step,
)
from tongchou.core import access as rights
from tongchou.core import calendar, clock

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.domain.supervision.rectification import Notice as Way

#: What the list of notices may be narrowed to; without one it shows what is open.
LISTS: Final = ("late", "replied", "closed", "all")
#: Notices of a unit's own page.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in a list; ``level`` is the level it stands before today."""

    notice_id: int
    unit_key: str
    unit_name: str
    about: str
    issued_on: dt.date
    due: dt.date
    provisional: bool
    state: str
    #: Working days left for the reply; below 0 so many too late; None where none is awaited.
    left: int | None
    level: str
    repeats: int


@dataclass(frozen=True, slots=True)
class Told:
    """A step with its words opened and its evidence."""

    act: str
    by: str
    at: dt.datetime
    words: str
    late: bool
    new_due: dt.date | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said about made-up figures, and where it stands."""

    words: str
    hear_by: dt.date
    answer: str
    proven: bool | None
    reason: str
    case_id: int | None


@dataclass(frozen=True, slots=True)
class View:
    """One notice with all that was done."""

    notice: Notice
    line: NoticeLine
    demand: str
    way: Way
    steps: tuple[Told, ...]
    claim: Claim | None
    #: Whether the reader found it or replied, and so does not look again or decide.
    own: bool


@dataclass(frozen=True, slots=True)
class DrawView:
    """One draw with its records: those to be checked, and those that were replaced."""

    draw: Draw
    items: tuple[Item, ...]
    words: dict[int, str]
    evidence: dict[int, tuple[Evidence, ...]]
    left: int
    reserve: int
    committed: str
    committed_on: dt.date
    disclosed_from: dt.date


@dataclass(frozen=True, slots=True)
class Record:
    """A unit in numbers of notices; never scored."""

    unit_key: str
    unit_name: str
    issued: int
    open: int
    late: int
    repeated: int


def draws_of(*, by: Account, on: dt.date, unit: str = "") -> QuerySet[Draw]:
    """Draws of units the account supervises, the newest first.

    Raises
    ------
    NotAllowed
        Without ``supervision.inspect`` anywhere.
    """
    rows = access.readable(Draw, by, on)
    rows = rows.filter(unit_key=unit) if unit else rows
    counted = rows.annotate(of=Count("items", filter=Q(items__replaced="")), seen=Count("items__check_made"))
    return counted.defer("frame").order_by("-pk")


def draw_view(draw_id: int, *, by: Account, on: dt.date) -> DrawView:
    """One draw. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    """
    one = access.readable(Draw, by, on).filter(pk=draw_id).select_related("secret", "by").first()
    if one is None:
        raise access.none()
    checks = Check.objects.select_related("by").prefetch_related(
        Prefetch("evidence", Evidence.objects.defer("sealed").order_by("pk"))
    )
    items = tuple(
        one.items.select_related("instead_of")
        .prefetch_related(Prefetch("check_made", checks))
        .order_by("position")
    )
    made = {item.pk: item.check_made for item in items if hasattr(item, "check_made")}
    return DrawView(
        draw=one,
        items=items,
        words={pk: sealing.unseal(each.sealed, "check", pk) for pk, each in made.items()},
        evidence={pk: tuple(each.evidence.all()) for pk, each in made.items()},
        left=sum(not item.replaced and item.pk not in made for item in items),
        reserve=sum(map(len, sample_of(one).reserve.values())),
        committed=one.secret.committed,
        committed_on=clock.date_of(one.secret.at),
        disclosed_from=binding.disclosed_from(one.month),
    )


def item_of(item_id: int, *, by: Account, on: dt.date) -> Item:
    """One record of a draw, for its form.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    """
    found = Item.objects.select_related("draw").filter(pk=item_id).first()
    if found is None or not access.readable(Draw, by, on).filter(pk=found.draw_id).exists():
        raise access.none()
    return found


def inspections(*, by: Account, on: dt.date) -> QuerySet[Inspection]:
    """Inspections of units the account supervises: those to come by their day, then the newest.

    Raises
    ------
    NotAllowed
        Without ``supervision.inspect`` anywhere.
    """
    return access.readable(Inspection, by, on).order_by("-day", "-pk")


def inspection_of(inspection_id: int, *, by: Account, on: dt.date) -> Inspection:
    """One inspection.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    """
    rows = access.readable(Inspection, by, on).select_related("planned_by", "done_by")
    found = rows.prefetch_related(Prefetch("evidence", Evidence.objects.defer("sealed"))).filter(
        pk=inspection_id
    )
    one = found.first()
    if one is None:
        raise access.none()
    return one


def notices(*, by: Account, on: dt.date, of: str = "") -> QuerySet[Notice]:
    """Notices to units the account supervises, the first due first; a page of it goes to ``lines_of``.

    Raises
    ------
    NotAllowed
        Without ``supervision.inspect`` anywhere.
    """
    rows = access.readable(Notice, by, on)
    if of == "all":
        return rows.order_by("-pk")
    if of in (NoticeState.CLOSED, NoticeState.REPLIED):
        return rows.filter(state=of).order_by("-pk")
    rows = rows.exclude(state=NoticeState.CLOSED)
    if of == "late":
        rows = rows.filter(state=NoticeState.ISSUED, due__lt=on)
    return rows.order_by("due", "pk")


def own_notices(*, by: Account, on: dt.date) -> list[NoticeLine]:
    """Notices to the account's own units, those that wait for a reply first.

    Raises
    ------
    NotAllowed
        Without ``supervision.reply`` anywhere.
    """
    rows = Notice.objects.filter(access.of_the_unit(by, on)).order_by("-pk")[:MOST]
    return sorted(lines_of(list(rows), on), key=lambda one: (one.state != NoticeState.ISSUED, one.due))


def to_reply(*, by: Account, on: dt.date) -> tuple[int, int]:
    """Notices that wait for a reply of the account's units, and how many of them are late.

    Raises
    ------
    NotAllowed
        Without ``supervision.reply`` anywhere.
    """
    rows = Notice.objects.filter(access.of_the_unit(by, on), state=NoticeState.ISSUED)
    found = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due__lt=on)))
    return found["all"], found["late"]


def lines_of(rows: Sequence[Notice], on: dt.date) -> list[NoticeLine]:
    """Notices as lines. One query for the holidays."""
    days = calendar.calendar()
    found = []
    for one in rows:
        left = None
        if one.state == NoticeState.ISSUED:
            left = days.between(on, one.due) if one.due >= on else -days.between(one.due, on)
        found.append(
            NoticeLine(
                one.pk,
                one.unit_key,
                one.unit_name,
                one.about,
                one.issued_on,
                one.due,
                one.provisional,
                one.state,
                left,
                noticing.domain_of(one, ()).level(one.watch_level, on),
                one.repeats,
            )
        )
    return found


def notice_view(notice_id: int, *, by: Account, on: dt.date, unit: bool = False) -> View:
    """One notice; ``unit``: from the unit's own side. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account neither supervises the unit nor, from its side, works for it.
    """
    rows = Notice.objects.filter(access.of_the_unit(by, on)) if unit else access.readable(Notice, by, on)
    one = rows.select_related("draw", "inspection", "falsification").filter(pk=notice_id).first()
    if one is None:
        raise access.none()
    evidence = Prefetch("evidence", Evidence.objects.defer("sealed").order_by("pk"))
    steps = list(one.steps.select_related("by").prefetch_related(evidence).order_by("pk"))
    claim: Falsification | None = getattr(one, "falsification", None)
    replied = any(step.act == "reply" and step.by_id == by.pk for step in steps)
    return View(
        notice=one,
        line=lines_of([one], on)[0],
        demand=sealing.unseal(one.demand, "demand", one.pk),
        way=noticing.domain_of(one, steps),
        steps=tuple(_told(step) for step in steps),
        claim=None if claim is None else _claim(claim),
        own=replied or one.found_by_id == by.pk,
    )


def _told(step: Step) -> Told:
    return Told(
        step.act,
        "" if step.by is None else step.by.shown_name,
        step.at,
        sealing.unseal(step.sealed, "step", step.notice_id),
        step.late,
        step.new_due,
        tuple(step.evidence.all()),
    )


def _claim(one: Falsification) -> Claim:
    return Claim(
        sealing.unseal(one.sealed, "falsified", one.notice_id),
        one.hear_by,
        sealing.unseal(one.answer, "heard", one.notice_id),
        one.proven,
        sealing.unseal(one.reason, "decided", one.notice_id),
        one.case_id,
    )


def evidence_of(evidence_id: int, *, by: Account, on: dt.date) -> tuple[str, bytes]:
    """A picture or document: its kind and content; to the level above, and of a notice also to its unit.

    Raises
    ------
    NotAllowed
        Without one of the two permissions anywhere.
    NotFound
        When it is none of theirs.
    """
    if not rights.may(by, access.INSPECT, on=on):
        rights.require(by, access.REPLY, on=on)
    one = Evidence.objects.select_related("check_made__item", "step").filter(pk=evidence_id).first()
    if one is None:
        raise access.none()
    found: QuerySet[Any] | None = None
    if rights.may(by, access.INSPECT, on=on):
        if one.check_made is not None:
            found = access.readable(Draw, by, on).filter(pk=one.check_made.item.draw_id)
        elif one.inspection_id is not None:
            found = access.readable(Inspection, by, on).filter(pk=one.inspection_id)
        elif one.step is not None:
            found = access.readable(Notice, by, on).filter(pk=one.step.notice_id)
    seen = found is not None and found.exists()
    if not seen and one.step is not None and rights.may(by, access.REPLY, on=on):
        seen = Notice.objects.filter(access.of_the_unit(by, on), pk=one.step.notice_id).exists()
    if not seen:
        raise access.none()
    return one.kind, sealing.content_of(one)


def records(*, by: Account, on: dt.date) -> list[Record]:
    """Units the account supervises, in numbers of notices; those with the most open first. Five queries.

    Raises
    ------
    NotAllowed
        Without ``supervision.inspect`` anywhere.
    """
    rows = access.readable(Notice, by, on).order_by().values_list("unit_key", "unit_name")
    open_ = ~Q(state=NoticeState.CLOSED)
    counted = rows.annotate(
        issued=Count("pk"),
        open=Count("pk", filter=open_),
        late=Count("pk", filter=Q(state=NoticeState.ISSUED, due__lt=on)),
        repeated=Count("pk", filter=Q(repeats__gt=0)),
    )
    return sorted((Record(*row) for row in counted), key=lambda one: (-one.late, -one.open, one.unit_key))


def accuracy(*, by: Account, on: dt.date, unit: str = "") -> list[Draw]:
    """Finished draws of the units, by unit, kind and month: reported against verified. Five queries.

    Raises
    ------
    NotAllowed
        Without ``supervision.inspect`` anywhere.
    """
    rows = access.readable(Draw, by, on).exclude(done_on=None)
    rows = rows.filter(unit_key=unit) if unit else rows
    return list(rows.defer("frame").order_by("unit_key", "kind", "-month", "-number")[:MOST])


def commitments(*, month: dt.date) -> list[tuple[str, str, str, dt.datetime, str]]:
    """For everybody: code and name of each area that draws, what it committed to and when, and the secret.

    The secret is empty until no draw of the month is possible any more. Two queries.
    """
    rows = list(Secret.objects.filter(month=month).order_by("code"))
    names = places.paths([one.watch_id for one in rows])
    on = clock.today()
    return [
        (one.code, names.get(one.watch_id, ""), one.committed, one.at, binding.disclosed(one, on=on))
        for one in rows
    ]


def units_below(*, by: Account, on: dt.date) -> list[places.Area]:
    """Areas right below those the account supervises from, for the choice of a unit. A query an area."""
    areas = rights.require(by, access.INSPECT, on=on)
    tops = [one for one in places.tops(areas) if one.level in access.ABOVE]
    return [one for top in tops for one in places.children(top) if one.level in access.UNITS]
