"""Working groups: the posts that sit in them, and the units that lead or answer for a share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.plans import access
from tongchou.apps.plans.acts import words_of
from tongchou.apps.plans.models import Group, GroupUnit, Part, Seat
from tongchou.apps.posts import api as posts
from tongchou.core import access as rights
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Sitting:
    """A post of a group with who holds it now; empty while nobody does."""

    seat: Seat
    holder: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with its seats and units; what may be added, for whoever makes plans there."""

    group: Group
    seats: tuple[Sitting, ...]
    units: tuple[GroupUnit, ...]
    may_make: bool
    open_units: tuple[posts.Unit, ...]
    open_posts: tuple[tuple[int, str], ...]


@transaction.atomic
def form_group(
    *, area_id: int, name: str, purpose: str, lead: str, shares: Collection[str], by: Account, at: dt.datetime
) -> Group:
    """A working group of an area, with the unit that leads and those that answer for a share.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no plans there.
    Invalid
        ``plans.words`` for words that cannot stay, ``plans.unit`` for units that are none of the area's.
    Conflict
        ``plans.group_named`` when the area has a group of this name.
    """
    areas = rights.require(by, access.MAKE, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    kept = words_of(name, 80, "name")
    if Group.objects.filter(area_id=area.pk, name=kept, until=None).exists():
        raise Conflict("plans.group_named", _("This area has a working group of this name."))
    units = _units(area, [lead, *shares])
    made = Group.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        area_name=places.paths([area.pk]).get(area.pk, area.name),
        name=kept,
        purpose=words_of(purpose, 300, "purpose"),
        since=clock.date_of(at),
        made_by=by,
    )
    GroupUnit.objects.bulk_create(
        GroupUnit(
            group=made, unit_key=one.key, unit_name=one.name, part=Part.LEAD if at_ == 0 else Part.SHARE
        )
        for at_, one in enumerate(units)
    )
    _note(made, "plans.form", by, at, units=len(units))
    return made


def _units(area: places.Area, keys: Collection[str]) -> list[posts.Unit]:
    """The units of some keys, each once, in their order."""
    found = [posts.unit_of(key, scope=Scope.of_area(area)) for key in dict.fromkeys(keys)]
    if not found or any(one is None for one in found):
        raise Invalid(
            "plans.unit", _("Choose units of this area: one leads, others may share."), field="lead"
        )
    return [one for one in found if one is not None]


@transaction.atomic
def seat(*, group_id: int, post_id: int, leads: bool, by: Account, at: dt.datetime) -> Seat:
    """Give a post a seat; whoever holds the post sits there.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no plans there.
    Invalid
        ``plans.post`` for a post outside the group's area, or one that sits there already.
    """
    group = _locked(group_id, by, at)
    post = posts.Post.objects.select_related("department").filter(pk=post_id).first()
    area = None if post is None else places.area_by_id(post.area_id, within=Scope.everything())
    home = places.area_by_id(group.area_id, within=Scope.everything())
    inside = area is not None and home is not None and Scope.of_area(home).covers(area.scope_no)
    if post is None or area is None or not inside or group.seats.filter(post_id=post_id, until=None).exists():
        raise Invalid("plans.post", _("Choose a post of this area that has no seat yet."), field="post_id")
    made = Seat.objects.create(
        group=group,
        post_id=post.pk,
        unit_name=post.department.name if post.department is not None else area.name,
        title=post.title,
        leads=leads,
        since=clock.date_of(at),
    )
    _note(group, "plans.seat", by, at, post=post.pk)
    return made


@transaction.atomic
def unseat(*, seat_id: int, by: Account, at: dt.datetime) -> Seat:
    """End a seat today.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no plans there, or the seat has ended.
    """
    number = Seat.objects.filter(pk=seat_id, until=None).values_list("group_id", flat=True).first()
    group = _locked(number or 0, by, at)
    one = Seat.objects.select_for_update().get(pk=seat_id)
    one.until = clock.date_of(at)
    one.save(update_fields=["until"])
    _note(group, "plans.unseat", by, at, post=one.post_id)
    return one


@transaction.atomic
def end_group(*, group_id: int, by: Account, at: dt.datetime) -> Group:
    """End a working group today; its meetings and tasks stay.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no plans there, or it has ended.
    """
    group = _locked(group_id, by, at)
    group.until = clock.date_of(at)
    group.save(update_fields=["until"])
    _note(group, "plans.end_group", by, at)
    return group


def groups(*, by: Account, on: dt.date) -> QuerySet[Group]:
    """The working groups of the account's areas, those that are there first.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with plans.
    """
    areas = rights.require(by, access.VIEW, on=on)
    return Group.objects.filter(areas.q("scope_no")).order_by(
        F("until").desc(nulls_first=True), "scope_no", "name"
    )


def group_view(group_id: int, *, by: Account, on: dt.date) -> GroupView:
    """One working group. A fixed number of queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account has nothing to do with plans, or there is no such group for it.
    """
    group = groups(by=by, on=on).filter(pk=group_id).first()
    if group is None:
        raise no_group()
    sitting = list(group.seats.filter(until=None).order_by("-leads", "pk"))
    held = posts.holders_of({one.post_id for one in sitting}, on=on)
    makes = group.until is None and rights.may(by, access.MAKE, scope_no=group.scope_no, on=on)
    units: tuple[posts.Unit, ...] = ()
    free: tuple[tuple[int, str], ...] = ()
    area = places.area_by_id(group.area_id, within=Scope.everything()) if makes else None
    if area is not None:
        units = (posts.of_area(area), *posts.units_below(area, on=on))
        taken = {one.post_id for one in sitting}
        free = tuple(one for one in posts.named_posts(units) if one[0] not in taken)
    return GroupView(
        group,
        tuple(Sitting(one, held.get(one.post_id, "")) for one in sitting),
        tuple(group.units.order_by("pk")),
        makes,
        units,
        free,
    )


def _locked(group_id: int, by: Account, at: dt.datetime) -> Group:
    areas = rights.require(by, access.MAKE, on=clock.date_of(at))
    rows = Group.objects.select_for_update().filter(areas.q("scope_no"), pk=group_id, until=None)
    found = rows.first()
    if found is None:
        raise no_group()
    return found


def no_group() -> NotFound:
    return NotFound("plans.no_group", _("There is no such working group in your areas."))


def _note(group: Group, action: str, by: Account, at: dt.datetime, **detail: int) -> None:
    audit.append(
        by=by,
        action=action,
        subject=f"working_group:{group.pk}",
        scope_no=group.scope_no,
        at=at,
        detail=detail,
    )
