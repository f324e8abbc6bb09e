"""Working groups and the acceptance of stages, for programs of governments; officials hold public posts."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.plans import api as plans
from tongchou.core import clock
from tongchou.web.api.access import needs
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Code, Count, Id, Key, Limit, Typed, Year, following

router = Router(tags=["plans"])


class GroupLine(Schema):
    """A working group; ``until`` is null while it is there."""

    group_id: int
    area_id: int
    area: str
    name: str
    purpose: str
    since: dt.date
    until: dt.date | None


class GroupLines(Schema):
    items: list[GroupLine]
    total: int
    next: int | None


class GroupSeat(Schema):
    """A post of the group; ``holder`` is empty while nobody holds it."""

    seat_id: int
    post_id: int
    unit: str
    title: str
    holder: str
    leads: bool
    since: dt.date


class GroupPart(Schema):
    """``part``: ``lead`` or ``share``."""

    unit_key: str
    unit_name: str
    part: str


class GroupWhole(GroupLine):
    """A group with its seats, those who lead first, and its units."""

    seats: list[GroupSeat]
    units: list[GroupPart]


class GroupFormed(Body):
    """``lead`` and ``shares`` are keys of units: a code, or ``code/department``."""

    area_id: Id
    name: str
    purpose: str
    lead: Typed
    shares: list[Typed] = []


class SeatGiven(Body):
    post_id: Id
    leads: bool = False


class AcceptanceLine(Schema):
    """``state``: ``proposed``, ``accepted`` or ``returned``; ``tasks`` are those of the day of asking."""

    acceptance_id: int
    area_id: int
    area: str
    year: int
    stage: str
    evidence: str
    tasks: int
    tasks_done: int
    tasks_late: int
    asked_on: dt.date
    state: str
    decided_on: dt.date | None
    said: str


class AcceptanceLines(Schema):
    items: list[AcceptanceLine]
    total: int
    next: int | None


class AcceptanceAsked(Body):
    area_id: Id
    year: Year
    stage: Code
    evidence: str


class AcceptanceSaid(Body):
    """``said`` is needed when it is given back."""

    said: str = ""


@router.get(
    "/plans/groups",
    summary=gettext_noop("Working groups of the own areas, those that are there first"),
    **answers(GroupLines),
    **needs(plans.VIEW),
)
def list_groups(request: HttpRequest, start: Count = 0, limit: Limit = 50):
    found = plans.groups(by=request.auth, on=clock.date_of(request.at))
    total = found.count()
    rows = [GroupLine(**_group(one)) for one in found[start : start + limit]]
    return GroupLines(items=rows, total=total, next=following(start, rows, total))


@router.get(
    "/plans/groups/{int:group_id}",
    summary=gettext_noop("One working group with its posts and units"),
    **answers(GroupWhole),
    **needs(plans.VIEW),
)
def group(request: HttpRequest, group_id: Id):
    return _whole(request, group_id)


@router.post(
    "/plans/groups",
    summary=gettext_noop("Form a working group of an area, with the unit that leads"),
    **answers(GroupWhole),
    **needs(plans.MAKE),
)
def form_group(request: HttpRequest, sent: GroupFormed, key: Key = None):
    def act() -> GroupWhole:
        made = plans.form_group(**sent.model_dump(), by=request.auth, at=request.at)
        return _whole(request, made.pk)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/plans/groups/{int:group_id}/seats",
    summary=gettext_noop("Give a post a seat in a working group"),
    **answers(GroupWhole),
    **needs(plans.MAKE),
)
def give_seat(request: HttpRequest, group_id: Id, sent: SeatGiven, key: Key = None):
    def act() -> GroupWhole:
        plans.seat(group_id=group_id, **sent.model_dump(), by=request.auth, at=request.at)
        return _whole(request, group_id)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/plans/seats/{int:seat_id}/end",
    summary=gettext_noop("End a seat of a working group today"),
    **answers(GroupWhole),
    **needs(plans.MAKE),
)
def end_seat(request: HttpRequest, seat_id: Id, key: Key = None):
    def act() -> GroupWhole:
        return _whole(request, plans.unseat(seat_id=seat_id, by=request.auth, at=request.at).group_id)

    return once(request, key, act)


@router.post(
    "/plans/groups/{int:group_id}/end",
    summary=gettext_noop("End a working group today; its meetings and tasks stay"),
    **answers(GroupWhole),
    **needs(plans.MAKE),
)
def end_group(request: HttpRequest, group_id: Id, key: Key = None):
    def act() -> GroupWhole:
        plans.end_group(group_id=group_id, by=request.auth, at=request.at)
        return _whole(request, group_id)

    return once(request, key, act)


@router.get(
    "/plans/acceptances",
    summary=gettext_noop(
        "What the own areas asked to have accepted of a year's stages, and what was decided"
    ),
    **answers(AcceptanceLines),
    **needs(plans.VIEW),
)
def list_acceptances(request: HttpRequest, year: Year | None = None, start: Count = 0, limit: Limit = 50):
    on = clock.date_of(request.at)
    found = plans.acceptances(by=request.auth, on=on, year=year or on.year)
    rows = [_acceptance(one.acceptance) for one in found[start : start + limit]]
    return AcceptanceLines(items=rows, total=len(found), next=following(start, rows, len(found)))


@router.post(
    "/plans/acceptances",
    summary=gettext_noop("Ask that a stage of the plan be accepted, with what shows it"),
    **answers(AcceptanceLine),
    **needs(plans.MAKE),
)
def ask_acceptance(request: HttpRequest, sent: AcceptanceAsked, key: Key = None):
    def act() -> AcceptanceLine:
        return _acceptance(plans.ask_acceptance(**sent.model_dump(), by=request.auth, at=request.at))

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/plans/acceptances/{int:acceptance_id}/accept",
    summary=gettext_noop("Accept a stage somebody below asked for"),
    **answers(AcceptanceLine),
    **needs(plans.MAKE),
)
def accept_stage(request: HttpRequest, acceptance_id: Id, sent: AcceptanceSaid, key: Key = None):
    return _decided(request, acceptance_id, sent, key, accept=True)


@router.post(
    "/plans/acceptances/{int:acceptance_id}/return",
    summary=gettext_noop("Give a stage somebody below asked for back, with the reason"),
    **answers(AcceptanceLine),
    **needs(plans.MAKE),
)
def return_stage(request: HttpRequest, acceptance_id: Id, sent: AcceptanceSaid, key: Key = None):
    return _decided(request, acceptance_id, sent, key, accept=False)


def _decided(request: HttpRequest, number: int, sent: AcceptanceSaid, key: str | None, *, accept: bool):
    def act() -> AcceptanceLine:
        return _acceptance(
            plans.decide_acceptance(
                acceptance_id=number, accept=accept, said=sent.said, by=request.auth, at=request.at
            )
        )

    return once(request, key, act, sent.model_dump_json())


def _group(one: plans.Group) -> dict[str, object]:
    same = ("area_id", "name", "purpose", "since", "until")
    return {"group_id": one.pk, "area": one.area_name, **{name: getattr(one, name) for name in same}}


def _whole(request: HttpRequest, number: int) -> GroupWhole:
    view = plans.group_view(number, by=request.auth, on=clock.date_of(request.at))
    return GroupWhole(
        **_group(view.group),
        seats=[
            GroupSeat(
                seat_id=one.seat.pk,
                post_id=one.seat.post_id,
                unit=one.seat.unit_name,
                title=one.seat.title,
                holder=one.holder,
                leads=one.seat.leads,
                since=one.seat.since,
            )
            for one in view.seats
        ],
        units=[
            GroupPart(unit_key=one.unit_key, unit_name=one.unit_name, part=one.part) for one in view.units
        ],
    )


def _acceptance(one: plans.Acceptance) -> AcceptanceLine:
    counts = {name: one.numbers.get(name, 0) for name in ("tasks", "done", "late")}
    same = ("area_id", "year", "stage", "evidence", "asked_on", "state", "decided_on", "said")
    return AcceptanceLine(
        acceptance_id=one.pk,
        area=one.area_name,
        tasks=counts["tasks"],
        tasks_done=counts["done"],
        tasks_late=counts["late"],
        **{name: getattr(one, name) for name in same},
    )
