"""Who sees what of complaints: the level above, and nobody of the unit complained of.

A complaint carries the scope number of the level that handles it, so an officer of the unit, whose areas end
below, reaches none about it. Whoever also works for the unit itself, by a role in its area or by a post, is
left out once more, whatever other role is held.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.complaints.models import Breach, Complaint, Question
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access, clock, roles, scope
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.models import Assignment
from tongchou.core.scope import Scope
from tongchou.domain.complaints.routing import Place, Route, route

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Takes down what somebody says by telephone or on paper.
RECORD: Final = "complaints.record"
#: Looks into what came to the own level, and answers.
HANDLE: Final = "complaints.handle"
#: Of a county above which nobody is.
SUPERVISE: Final = "complaints.supervise"
#: The unit's own side.
REPLY: Final = "complaints.reply"


@dataclass(frozen=True, slots=True)
class Own:
    """The units an account works for: areas of its roles, and posts as area and department."""

    areas: frozenset[int]
    posts: frozenset[tuple[int, int | None]]

    def q(self) -> Q:
        """Rows about one of these units."""
        found = Q(unit_area_id__in=self.areas, department_id=None)
        for area, department in self.posts:
            found |= Q(unit_area_id=area, department_id=department)
        return found

    def holds(self, unit: posts.Unit) -> bool:
        by_role = unit.department_id is None and unit.area_id in self.areas
        return by_role or (unit.area_id, unit.department_id) in self.posts


def own_units(by: Account, on: dt.date) -> Own:
    """The units of an account. Two queries."""
    held = Assignment.objects.filter(account_id=by.pk, role__in=sorted(roles.roles_with(REPLY))).running(on)
    return Own(frozenset(held.values_list("area_id", flat=True)), posts.held_by(by.pk, on=on))


def readable(by: Account, on: dt.date) -> QuerySet[Complaint]:
    """The complaints an account may look into. Four queries before it is read.

    Raises
    ------
    NotAllowed
        Without ``complaints.handle`` anywhere.
    """
    areas = access.require(by, HANDLE, on=on)
    above = scope.of(by, on, permission=SUPERVISE)
    reached = Q(supervised=False) & areas.q("scope_no") | Q(supervised=True) & above.q("scope_no")
    return Complaint.objects.filter(reached).exclude(own_units(by, on).q())


def locked(complaint_id: int, by: Account, at: dt.datetime) -> Complaint:
    """One complaint, its row locked until the transaction ends.

    Raises
    ------
    NotAllowed, NotFound
        Without the permission, or when there is none the account may look into.
    """
    on = clock.date_of(at)
    found = readable(by, on).select_for_update(of=("self",)).filter(pk=complaint_id).first()
    if found is None:
        raise none()
    return found


def none() -> NotFound:
    """The same answer for complaints elsewhere, those about the own unit, and those that do not exist."""
    return NotFound("complaints.none", _("There is no such complaint for you to look into."))


def of_the_unit(by: Account, on: dt.date) -> Q:
    """Questions and breaches of the units an account works for.

    A worker of several villages answers for each of them; nobody of a level above does.

    Raises
    ------
    NotAllowed
        Without ``complaints.reply`` anywhere.
    """
    access.require(by, REPLY, on=on)
    own = own_units(by, on)
    workers = Assignment.objects.filter(account_id=by.pk, role=roles.Role.VILLAGE_WORKER).running(on)
    found = own.q()
    for low, high in workers.values_list("scope_no", "scope_end"):
        inside = Scope(((low, high),))
        villages = [one.pk for one in places.villages(inside)]
        found |= Q(unit_area_id__in=villages, department_id=None)
    return found


def question(question_id: int, by: Account, at: dt.datetime) -> Question:
    """A question to the account's unit, its row locked.

    Raises
    ------
    NotAllowed, NotFound
        Without the permission, or when none is put to the account's units.
    """
    rows = Question.objects.select_for_update(of=("self",)).filter(of_the_unit(by, clock.date_of(at)))
    found = rows.filter(pk=question_id).first()
    if found is None:
        raise NotFound("complaints.no_question", _("No such question is put to your unit."))
    return found


def own_breach(breach_id: int, by: Account, at: dt.datetime) -> Breach:
    """What the account's unit has to mend, its row locked.

    Raises
    ------
    NotAllowed, NotFound
        As ``question``.
    """
    rows = Breach.objects.select_for_update(of=("self",)).filter(of_the_unit(by, clock.date_of(at)))
    found = rows.filter(pk=breach_id).first()
    if found is None:
        raise NotFound("complaints.no_breach", _("Your unit has no such breach to mend."))
    return found


def route_of(area: places.Area, *, department: bool, bypass: bool, on: dt.date, above: str = "") -> Route:
    """Who handles a complaint about a unit of an area. Two queries.

    Raises
    ------
    NotFound
        ``complaints.nobody_above`` when no level is left.
    """
    line = [area, *reversed(places.ancestors(area))]
    held = list(
        Assignment.objects.filter(role__in=sorted(roles.roles_with(HANDLE)), account__is_active=True)
        .running(on)
        .filter(scope_no__lte=area.scope_no, scope_end__gte=area.scope_end)
        .values_list("scope_no", "scope_end")
        .distinct()
    )
    found = route(
        [
            Place(
                one.pk,
                one.level,
                any(low <= one.scope_no and one.scope_end <= high for low, high in held),
            )
            for one in line
        ],
        department=department,
        bypass=bypass,
        above=above,
    )
    if found is None:
        raise NotFound("complaints.nobody_above", _("No level above is left to look at it here."))
    return found


def not_of_the_unit(by: Account, unit: posts.Unit, on: dt.date) -> None:
    """Refuse whoever works for the unit that is complained of.

    Raises
    ------
    NotAllowed
        ``complaints.own_unit``.
    """
    if own_units(by, on).holds(unit):
        message = _(
            "This is about your own unit. Ask the resident to use the public page, or the level above: what "
            "is said about a unit does not pass through its hands."
        )
        raise NotAllowed("complaints.own_unit", message)
