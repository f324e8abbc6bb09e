"""How far the signed letters have come: townships of which every village has one, households that hold it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

from django.db.models import Count

from tongchou import indicators
from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Delivery, Letter, Stage
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access as rights
from tongchou.core.models import Account
from tongchou.domain.accountability.plan_tables import Plan
from tongchou.domain.accountability.rollout import Pilots, StageResult, households_missing, stages
from tongchou.domain.commitments import rollout


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the letters have come in some areas."""

    townships: tuple[tuple[str, rollout.Township], ...]  # with their names
    households: int
    reached: int
    #: Pilots, the share and all of the townships there are, as the plan states them.
    stages: tuple[StageResult, ...] = ()
    #: Households that are still to be reached until the plan's share holds the letter.
    missing: int = 0


def spread(*, by: Account, on: dt.date) -> Spread:
    """The staged roll-out in the account's areas: whole townships alone. Six queries.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with commitments.
    """
    areas = rights.require(by, access.VIEW, on=on)
    villages = places.villages(areas)
    parents = {one.parent_id for one in villages if one.parent_id is not None}
    townships = {
        one.pk: one
        for one in places.Area.objects.filter(pk__in=parents)
        if one.level == places.Level.TOWNSHIP and areas.covers_interval(one.scope_no, one.scope_end)
    }
    own = Letter.objects.filter(areas.q("scope_no"), stage=Stage.PUBLISHED, department="")
    published_in = set(own.values_list("area_id", flat=True))
    # Counted by the database: a county has more households than a page should read.
    rows = Delivery.objects.filter(letter__in=own.order_by().values("pk")).values_list("letter__area_id")
    reached = dict(rows.annotate(number=Count("household_id", distinct=True)).order_by())
    households = registry.count_by_village(areas)
    found: list[tuple[str, rollout.Township]] = []
    for pk, township in sorted(townships.items(), key=lambda one: one[1].scope_no):
        inside = [one.pk for one in villages if one.parent_id == pk]
        # A household that was reached and closed since is no longer among those there are.
        total = sum(households.get(one, 0) for one in inside)
        found.append(
            (
                township.name,
                rollout.Township(
                    code=township.code,
                    villages=len(inside),
                    published=sum(one in published_in for one in inside),
                    households=total,
                    reached=min(total, sum(reached.get(one, 0) for one in inside)),
                ),
            )
        )
    every = [one for _name, one in found]
    total, there = sum(one.households for one in every), sum(one.reached for one in every)
    counties = dict(
        places.Area.objects.filter(pk__in={one.parent_id for one in townships.values()}).values_list(
            "pk", "name"
        )
    )
    in_county = {one.code: counties.get(one.parent_id or 0, "") for one in townships.values()}
    plan = indicators.plan()
    return Spread(
        tuple(found),
        total,
        there,
        _stages(plan, [(in_county[one.code], one.taking_part) for one in every]),
        households_missing(plan.rollout, there, total),
    )


def _stages(plan: Plan, townships: list[tuple[str, bool]]) -> tuple[StageResult, ...]:
    """The stages over the townships there are, by the name of their county and whether they take part.

    The plan states its pilots by unit and its townships as 250; where a county alone looks, its own
    pilots and townships stand for them.
    """
    if not townships:
        return ()
    there = Counter(county for county, _begun in townships)
    begun = Counter(county for county, part in townships if part)
    pilots = {
        plan.units[unit]: min(number, there[plan.units[unit]])
        for unit, number in plan.rollout.pilots.by_unit.items()
        if there[plan.units[unit]]
    }
    here = replace(plan.rollout, pilots=Pilots(pilots), townships=len(townships))
    return stages(here, begun, there)
