"""Changing areas by dated succession: plan, look, put in force, undo while nothing depends on it.

Registry rows stay where they were written: a household of a village that was merged keeps its village, and
the village lies inside the one that took it over. So permission follows today's tree without touching a
fact, and figures of an earlier day keep their areas.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import plans
from tongchou.apps.places.models import (
    Area,
    AreaChange,
    AreaCode,
    AreaParent,
    AreaSuccession,
    ChangeStatus,
)
from tongchou.apps.places.numbering import renumber
from tongchou.apps.places.plans import Plan
from tongchou.apps.places.rewriting import Rewriting
from tongchou.core import access, audit, clock, scope_holders
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.names import place_initials

if TYPE_CHECKING:
    from tongchou.core.models import Account

PERMISSION = "places.change"


@dataclass(frozen=True, slots=True)
class Holding:
    """How many rows of a table name the areas of a change, or one below them."""

    model: str  # "registry.Person"
    column: str  # "registered_area_id"
    rows: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a planned change would move: areas by level, and rows of every table that follows areas."""

    change: AreaChange
    areas: dict[str, int]
    holdings: tuple[Holding, ...]


@transaction.atomic
def plan_change(
    *, plan: Plan, effective_on: dt.date, document: str, by: Account | None, at: dt.datetime
) -> AreaChange:
    """Write a change down. Nothing else changes.

    Raises
    ------
    NotAllowed
        When the account may not change areas.
    Invalid
        ``places.bad_change`` with ``problems`` by field, all at once.
    """
    reach = _reach(by, at)
    found = plans.check(plan, on=effective_on, reach=reach)
    if not 2 <= len(document.strip()) <= 200:
        found.wrong("document", _("Name the document that orders the change."))
    if found.problems:
        raise _bad(found.problems)
    area = found.areas[plan.area]
    change = AreaChange.objects.create(
        kind=plan.kind,
        effective_on=effective_on,
        document=document.strip(),
        scope_no=area.scope_no,
        area=area,
        plan=plan.as_dict(),
        planned_by=by.pk if by else None,
        planned_at=at,
    )
    _record(change, "plan", by, at)
    return change


def preview(change_id: int, *, scope: Scope) -> Preview:
    """What a change touches. A constant number of queries.

    Raises
    ------
    NotFound
        When the scope does not reach the change.
    """
    change = open_change(change_id, scope=scope)
    numbers = Plan.of(change.plan).areas
    inside = Q()
    for low, high in Area.objects.filter(pk__in=numbers).values_list("scope_no", "scope_end"):
        inside |= Q(scope_no__range=(low, high))
    touched = list(Area.objects.filter(inside, valid_to=None).values_list("pk", "level", "scope_no"))
    levels: dict[str, int] = {}
    for _pk, level, _number in touched:
        levels[level] = levels.get(level, 0) + 1
    return Preview(change, levels, tuple(_holdings([pk for pk, _level, _number in touched])))


def _holdings(area_ids: Iterable[int]) -> list[Holding]:
    wanted = list(area_ids)
    found = []
    for holder in scope_holders.all_holders():
        if holder.model == AreaChange._meta.label:
            continue  # the plan itself
        rows = apps.get_model(holder.model)._default_manager.filter(**{f"{holder.area_id}__in": wanted})
        found.append(Holding(holder.model, holder.area_id, rows.count()))
    return found


def changes(*, scope: Scope, before: int | None = None, limit: int = 50) -> list[AreaChange]:
    """Changes in the areas of a scope, the newest first. One query."""
    found = AreaChange.objects.filter(scope.q("scope_no")).select_related("area")
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def open_change(change_id: int, *, scope: Scope) -> AreaChange:
    """One change.

    Raises
    ------
    NotFound
        When the scope does not reach it.
    """
    found = AreaChange.objects.filter(scope.q("scope_no"), pk=change_id).select_related("area").first()
    if found is None:
        raise NotFound("places.no_change", _("There is no such change in your areas."))
    return found


@transaction.atomic
def withdraw_change(*, change_id: int, by: Account | None, at: dt.datetime) -> AreaChange:
    """Take a planned change back; a second time changes nothing.

    Raises
    ------
    Conflict
        When it has been in force.
    """
    change = _locked(change_id, _reach(by, at))
    if change.status == ChangeStatus.WITHDRAWN:
        return change
    if change.status != ChangeStatus.PLANNED:
        raise Conflict("places.change_decided", _("This change has been decided on already."))
    _decide(change, ChangeStatus.WITHDRAWN, by, at)
    _record(change, "withdraw", by, at)
    return change


@transaction.atomic
def apply_change(*, change_id: int, by: Account | None, at: dt.datetime) -> AreaChange:
    """Put a planned change in force; a second time changes nothing.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``places.own_plan`` when the account planned it itself; ``places.too_early`` before its day;
        ``places.change_decided`` when it was withdrawn or undone.
    Invalid
        ``places.bad_change`` when the areas have changed since it was planned.
    """
    reach = _reach(by, at)
    change = _locked(change_id, reach)
    if change.status == ChangeStatus.APPLIED:
        return change
    if change.status != ChangeStatus.PLANNED:
        raise Conflict("places.change_decided", _("This change has been decided on already."))
    if by is not None and change.planned_by == by.pk:
        raise Conflict("places.own_plan", _("A change is put in force by somebody who did not plan it."))
    if change.effective_on > clock.date_of(at):
        raise Conflict("places.too_early", _("The day on which the change takes effect has not come yet."))
    plan = Plan.of(change.plan)
    found = plans.check(plan, on=change.effective_on, reach=reach)
    if found.problems:
        raise _bad(found.problems)
    work = Rewriting(change, found.areas)
    made = work.do(plan)
    AreaSuccession.objects.bulk_create(
        AreaSuccession(change=change, predecessor_id=one, successor_id=other, share=share)
        for one, other, share in plans.steps(plan, made)
    )
    change.before = work.before
    _decide(change, ChangeStatus.APPLIED, by, at)
    renumber()
    _record(change, "apply", by, at, made=made)
    return change


def hindrances(change: AreaChange) -> list[Any]:
    """Why a change in force can no longer be undone, in words; empty while it can."""
    if change.status != ChangeStatus.APPLIED:
        return [_("The change is not in force.")]
    found: list[Any] = []
    made = change.before["made"]
    held = sum(holding.rows for holding in _holdings(made)) if made else 0
    if held:
        text = _("%(rows)s records name an area that this change made.")
        found.append(text % {"rows": held})
    touched = {*map(int, change.before["areas"]), *made}
    later = (
        AreaCode.objects.filter(area__in=touched).exclude(pk__in=change.before["codes"]),
        AreaParent.objects.filter(Q(area__in=touched) | Q(parent__in=made)).exclude(
            pk__in=change.before["parents"]
        ),
    )
    if any(rows.filter(valid_from__gte=change.effective_on).exists() for rows in later):
        found.append(_("One of the areas has changed again since then."))
    return found


@transaction.atomic
def undo_change(*, change_id: int, by: Account | None, at: dt.datetime) -> AreaChange:
    """Everything as before the change, as long as nothing depends on it; a second time changes nothing.

    Raises
    ------
    Conflict
        ``places.depends`` with ``reasons`` when something does.
    """
    change = _locked(change_id, _reach(by, at))
    if change.status == ChangeStatus.UNDONE:
        return change
    reasons = hindrances(change)
    if reasons:
        raise Conflict(
            "places.depends",
            _("This change can no longer be undone. Plan another one that puts things right."),
            reasons=reasons,
        )
    before = change.before
    AreaSuccession.objects.filter(change=change).delete()
    for number, was in before["areas"].items():
        Area.objects.filter(pk=number).update(
            name=was["name"],
            code=was["code"],
            initials=place_initials(was["name"]),
            parent_id=was["parent"],
            valid_to=None,
            succeeded_by=None,
        )
    AreaCode.objects.filter(pk__in=before["codes"]).delete()
    AreaParent.objects.filter(pk__in=before["parents"]).delete()
    reopened = {"area__in": [int(number) for number in before["areas"]], "valid_to": change.effective_on}
    AreaCode.objects.filter(**reopened).update(valid_to=None)
    AreaParent.objects.filter(**reopened).update(valid_to=None)
    Area.objects.filter(pk__in=before["made"]).delete()
    change.status, change.undone_by, change.undone_at = ChangeStatus.UNDONE, by.pk if by else None, at
    change.save(update_fields=["status", "undone_by", "undone_at"])
    renumber()
    _record(change, "undo", by, at)
    return change


def _reach(by: Account | None, at: dt.datetime) -> Scope:
    return Scope.everything() if by is None else access.require(by, PERMISSION, on=clock.date_of(at))


def _locked(change_id: int, reach: Scope) -> AreaChange:
    open_change(change_id, scope=reach)
    return AreaChange.objects.select_for_update().get(pk=change_id)


def _decide(change: AreaChange, status: str, by: Account | None, at: dt.datetime) -> None:
    change.status, change.decided_by, change.decided_at = status, by.pk if by else None, at
    change.save(update_fields=["status", "decided_by", "decided_at", "before"])


def _bad(problems: dict[str, list[Any]]) -> Invalid:
    return Invalid("places.bad_change", _("The change cannot be made like this."), problems=problems)


def _record(
    change: AreaChange, act: str, by: Account | None, at: dt.datetime, made: Iterable[int] = ()
) -> None:
    audit.append(
        by=by,
        action=f"places.change_{act}",
        subject=f"area_change:{change.pk}",
        at=at,
        scope_no=change.scope_no,
        detail={"kind": change.kind, "on": change.effective_on.isoformat(), "made": list(made)},
    )
