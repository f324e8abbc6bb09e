"""Acceptance of the plan's stages (检查验收), and what units say of its initiatives: numbers alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.places import api as places
from tongchou.apps.plans import access
from tongchou.apps.plans.acts import words_of
from tongchou.apps.plans.models import Acceptance, Accepted, State, Task, Told
from tongchou.core import access as rights
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: 百千万工程: troupes, courtyards and model homes.
INITIATIVES: Final = ("folk_troupes", "culture_courtyards", "model_homes")
MOST: Final = 1_000_000


@transaction.atomic
def ask_acceptance(
    *, area_id: int, year: int, stage: str, evidence: str, by: Account, at: dt.datetime
) -> Acceptance:
    """An area's government asks that a stage be accepted, and says what shows it; its tasks are counted.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no plans for the area.
    Invalid
        ``plans.stage`` for a stage there is not, ``plans.words`` without evidence.
    Conflict
        ``plans.stage_ahead`` before the stage has begun, ``plans.stage_asked`` when it was asked for already.
    """
    today = clock.date_of(at)
    areas = rights.require(by, access.MAKE, on=today)
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    found = next((one for one in indicators.stages()[0] if one.code == stage), None)
    if found is None or not 2000 <= year <= 2100:
        raise Invalid("plans.stage", _("Choose a stage of the plan."), field="stage")
    if found.days(year)[0] > today:
        raise Conflict("plans.stage_ahead", _("This stage has not begun yet."))
    there = Acceptance.objects.filter(area_id=area.pk, year=year, stage=stage)
    if there.exclude(state=Accepted.RETURNED).exists():
        raise Conflict("plans.stage_asked", _("This was asked for already."))
    made = Acceptance.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        area_name=places.paths([area.pk]).get(area.pk, area.name),
        year=year,
        stage=stage,
        evidence=words_of(evidence, 500, "evidence"),
        numbers=_tasks(Scope.of_area(area), today),
        asked_on=today,
        asked_by=by,
    )
    return _noted(made, "plans.ask_acceptance", by, at)


def _tasks(scope: Scope, on: dt.date) -> dict[str, int]:
    rows = Task.objects.filter(scope.q("scope_no"))
    return rows.aggregate(
        tasks=Count("pk"),
        done=Count("pk", filter=Q(state=State.DONE)),
        late=Count("pk", filter=Q(state=State.OPEN, due__lt=on)),
    )


@transaction.atomic
def decide_acceptance(
    *, acceptance_id: int, accept: bool, said: str, by: Account, at: dt.datetime
) -> Acceptance:
    """The level above accepts a stage or gives it back with a reason; never whoever asked for it.

    Above an area nobody stands above, a second person of the same government decides.

    Raises
    ------
    NotAllowed
        ``plans.maker`` for whoever asked, ``plans.own_level`` for the area itself.
    NotFound, Conflict
        When there is none there; ``plans.state`` when it was decided.
    Invalid
        ``plans.words`` when it is given back without a reason.
    """
    today = clock.date_of(at)
    areas = rights.require(by, access.MAKE, on=today)
    one = Acceptance.objects.select_for_update().filter(areas.q("scope_no"), pk=acceptance_id).first()
    if one is None:
        raise NotFound("plans.no_acceptance", _("There is no such acceptance in your areas."))
    if not _above(one, areas):
        raise NotAllowed("plans.own_level", _("The level above accepts a stage, not the area itself."))
    if one.asked_by_id == by.pk:
        raise NotAllowed("plans.maker", _("You asked for it. Somebody else accepts it."))
    if one.state != Accepted.PROPOSED:
        raise Conflict("plans.state", _("It was decided already."))
    one.said = words_of(said, 500, "said") if not accept or said.strip() else ""
    one.state = Accepted.ACCEPTED if accept else Accepted.RETURNED
    one.decided_on, one.decided_by = today, by
    one.save(update_fields=["said", "state", "decided_on", "decided_by"])
    return _noted(one, "plans.accept" if accept else "plans.return_stage", by, at)


def _above(one: Acceptance, areas: Scope) -> bool:
    area = places.area_by_id(one.area_id, within=Scope.everything())
    if area is None:
        return False
    return areas.covers(one.scope_no) if area.parent is None else areas.covers(area.parent.scope_no)


@dataclass(frozen=True, slots=True)
class Line:
    """An acceptance, and whether the reader may decide it."""

    acceptance: Acceptance
    may_decide: bool


def acceptances(*, by: Account, on: dt.date, year: int) -> tuple[Line, ...]:
    """What was asked for and accepted in the account's areas. A fixed number of queries.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with plans.
    """
    areas = rights.require(by, access.VIEW, on=on)
    rows = Acceptance.objects.filter(areas.q("scope_no"), year=year)
    found = list(rows.select_related("asked_by", "decided_by").order_by("scope_no", "pk")[:500])
    judged = rights.require(by, access.MAKE, on=on) if rights.may(by, access.MAKE, on=on) else None
    parents = dict(
        places.Area.objects.filter(pk__in={one.area_id for one in found}).values_list(
            "pk", "parent__scope_no"
        )
    )

    def may(one: Acceptance) -> bool:
        if judged is None or one.state != Accepted.PROPOSED or one.asked_by_id == by.pk:
            return False
        above = parents.get(one.area_id)
        return judged.covers(one.scope_no if above is None else above)

    return tuple(Line(one, may(one)) for one in found)


@transaction.atomic
def tell(*, area_id: int, initiative: str, number: int, by: Account, at: dt.datetime) -> Told:
    """Say how many of an initiative a unit has: a number, nobody's name. What was said before stays.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no plans for the area.
    Invalid
        ``plans.initiative`` for one there is not, ``plans.number`` for a number that cannot be.
    """
    areas = rights.require(by, access.MAKE, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    if initiative not in INITIATIVES:
        raise Invalid("plans.initiative", _("Choose one of the list."), field="initiative")
    if not 0 <= number <= MOST:
        raise Invalid("plans.number", _("Write a number from 0 on."), field="number")
    made = Told.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        initiative=initiative,
        number=number,
        on=clock.date_of(at),
        by=by,
        at=at,
    )
    audit.append(
        by=by,
        action="plans.tell",
        subject=f"area:{area.pk}",
        scope_no=area.scope_no,
        at=at,
        detail={"initiative": initiative, "number": number},
    )
    return made


def told(*, scope: Scope) -> Mapping[str, dict[str, int]]:
    """What each area of a scope said last, by its name and initiative. Two queries."""
    newest = (
        Told.objects.filter(scope.q("scope_no"), initiative__in=INITIATIVES)
        .order_by()
        .values("area_id", "initiative")
        .annotate(last=Max("pk"))
        .values("last")
    )
    found: dict[str, dict[str, int]] = {}
    rows = list(Told.objects.filter(pk__in=newest).values_list("area_id", "initiative", "number"))
    names = dict(places.Area.objects.filter(pk__in={area for area, *_rest in rows}).values_list("pk", "name"))
    for area, initiative, number in rows:
        found.setdefault(names.get(area, ""), {})[initiative] = number
    return found


def _noted(one: Acceptance, action: str, by: Account, at: dt.datetime) -> Acceptance:
    audit.append(
        by=by,
        action=action,
        subject=f"acceptance:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"year": one.year, "stage": one.stage},
    )
    return one
