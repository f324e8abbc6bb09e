"""Who supervises: the level above a unit, and nobody who works for the unit itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access, clock, roles
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.models import Account, Assignment
from tongchou.core.scope import Scope

#: Draws, checks, inspects, issues notices and looks again, of units below.
INSPECT: Final = "supervision.inspect"
#: The unit's own side: its notices, and its replies.
REPLY: Final = "supervision.reply"
#: Levels of units, and of those above them.
UNITS: Final = (places.Level.VILLAGE, places.Level.TOWNSHIP, places.Level.COUNTY)
ABOVE: Final = (places.Level.TOWNSHIP, places.Level.COUNTY, places.Level.PREFECTURE)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Watched:
    """A unit with the area that supervises it."""

    unit: posts.Unit
    area: places.Area
    watch: places.Area
    name: str

    def columns(self) -> Mapping[str, Any]:
        """What every row about the unit keeps (``models.OfUnit``)."""
        return {
            "watch_id": self.watch.pk,
            "scope_no": self.watch.scope_no,
            "watch_level": self.watch.level,
            "unit_key": self.unit.key,
            "unit_area_id": self.unit.area_id,
            "unit_scope_no": self.unit.scope_no,
            "unit_name": self.name,
            "department_id": self.unit.department_id,
        }


@dataclass(frozen=True, slots=True)
class Own:
    """The units an account works for: areas of its roles, and posts as area and department."""

    areas: frozenset[int]
    posts: frozenset[tuple[int, int | None]]

    def q(self) -> Q:
        found = Q(unit_area_id__in=self.areas, department_id=None)
        for area, department in self.posts:
            found |= Q(unit_area_id=area, department_id=department)
        return found


def own_units(by: Account, on: dt.date) -> Own:
    """The units of an account. Two queries."""
    held = Assignment.objects.filter(account_id=by.pk, role__in=sorted(roles.roles_with(REPLY))).running(on)
    return Own(frozenset(held.values_list("area_id", flat=True)), posts.held_by(by.pk, on=on))


def watched(key: str, *, by: Account, at: dt.datetime) -> Watched:
    """A unit the account supervises.

    Raises
    ------
    NotAllowed
        Without ``supervision.inspect`` anywhere; ``supervision.own_unit`` for whoever works for the unit.
    NotFound
        When there is no such unit below the account's areas.
    """
    on = clock.date_of(at)
    areas = access.require(by, INSPECT, on=on)
    unit = posts.unit_of(key, scope=areas)
    area = None if unit is None else places.area_by_id(unit.area_id, within=areas)
    if unit is None or area is None:
        raise no_unit()
    watch = area if unit.department_id is not None else area.parent
    reached = watch is not None and areas.covers_interval(watch.scope_no, watch.scope_end)
    fits = unit.department_id is not None or area.level in UNITS
    if watch is None or not reached or not fits or watch.level not in ABOVE:
        raise no_unit()
    own = own_units(by, on)
    if (unit.department_id is None and area.pk in own.areas) or (area.pk, unit.department_id) in own.posts:
        raise NotAllowed("supervision.own_unit", _("This is your own unit: the level above supervises it."))
    where = places.path_of(area.pk)
    return Watched(unit, area, watch, where if unit.department_id is None else f"{where} · {unit.name}")


def readable(model: type[M], by: Account, on: dt.date) -> QuerySet[M]:
    """Rows (of ``models.OfUnit``) about units the account supervises. Four queries before it is read.

    Raises
    ------
    NotAllowed
        Without ``supervision.inspect`` anywhere.
    """
    areas = access.require(by, INSPECT, on=on)
    rows: QuerySet[M] = model._default_manager.filter(areas.q("scope_no"))
    return rows.exclude(own_units(by, on).q())


def locked(model: type[M], number: int, by: Account, at: dt.datetime) -> M:
    """One such row, locked until the transaction ends.

    Raises
    ------
    NotAllowed, NotFound
        When there is none the account supervises.
    """
    rows = readable(model, by, clock.date_of(at)).select_for_update(of=("self",))
    found = rows.filter(pk=number).first()
    if found is None:
        raise none()
    return found


def of_the_unit(by: Account, on: dt.date) -> Q:
    """Notices of the units an account works for; a worker of several villages answers for each of them.

    Raises
    ------
    NotAllowed
        Without ``supervision.reply`` anywhere.
    """
    access.require(by, REPLY, on=on)
    found = own_units(by, on).q()
    workers = Assignment.objects.filter(account_id=by.pk, role=roles.Role.VILLAGE_WORKER).running(on)
    for low, high in workers.values_list("scope_no", "scope_end"):
        villages = [one.pk for one in places.villages(Scope(((low, high),)))]
        found |= Q(unit_area_id__in=villages, department_id=None)
    return found


def none() -> NotFound:
    """The same answer for what is elsewhere, what is about the own unit, and what does not exist."""
    return NotFound("supervision.none", _("There is no such thing for you to supervise."))


def no_unit() -> NotFound:
    return NotFound("supervision.no_unit", _("There is no such unit below your areas."))
