"""Qualified villages (合格村): which fulfil the declared criteria, by unit against the staged targets.

It gates awards of units. Nothing of a family, a service or a village's money depends on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.accountability import access, computing
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core.errors import Conflict
from tongchou.core.models import Account
from tongchou.domain.accountability.figures import UnitFigure, evaluate
from tongchou.domain.accountability.periods import Period

CRITERIA: Final = "qualified_village"
#: The staged shares of the plan, first and second, in per cent.
STAGES: Final = ("qualified_villages_first", "qualified_villages_second")


@dataclass(frozen=True, slots=True)
class Qualified:
    """Villages of a unit: how many there are, fulfil all criteria, fail one, and how many are not known."""

    unit: str
    name: str
    villages: int
    qualified: int
    failed: int
    #: Shares the plan states for the unit, by stage; without one there is none for it.
    targets: Mapping[str, Fraction]

    @property
    def unknown(self) -> int:
        return self.villages - self.qualified - self.failed

    def met(self, stage: str) -> bool | None:
        """Whether a stage is reached; None while unknown villages decide it, or without a target."""
        target = self.targets.get(stage)
        if target is None or not self.villages:
            return None
        if self.qualified >= target * self.villages:
            return True
        return None if self.qualified + self.unknown >= target * self.villages else False


def qualified(area_id: int, *, kind: str, period: str, by: Account, at: dt.datetime) -> tuple[Qualified, ...]:
    """Qualified villages of the units right below an area in a closed period, by code.

    Raises
    ------
    NotAllowed, NotFound, Invalid, Conflict
        As ``make``.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.VIEW)
    one = computing.span(kind, period)
    return counted(area, one)


def judged(area: places.Area, one: Period) -> dict[str, bool | None]:
    """Each village of an area: fulfils all criteria, fails one, or None.

    A criterion of which nothing fell due in a village is left out: where nothing was owed nothing failed. One
    that nobody tells stays unknown, so that the village is at best not known; so is one left without any.

    Raises
    ------
    Conflict
        ``accountability.open`` when a month is not closed.
    """
    catalogue, found = indicators.load(), computing.ground(area, one)
    wanted = catalogue.sets[CRITERIA]
    codes = [each.indicator for each in wanted.criteria]
    keys = set(found.counts.areas)
    villages = [
        each.code for each in places.Area.objects.valid(one.ends).filter(
            level=places.Level.VILLAGE, scope_no__range=(area.scope_no, area.scope_end)
        ).order_by("scope_no")
    ]  # fmt: skip
    told = {code: (code,) for code in villages if code in keys}
    figures: dict[str, UnitFigure] = {}
    if told:
        known = [code for code in codes if computing.known(catalogue, code)]
        figures = evaluate(catalogue, known, found.counts, told, one)
    place = {code: at for at, code in enumerate(told)}
    result: dict[str, bool | None] = {}
    for code in villages:
        at = place.get(code)
        if at is None:
            result[code] = None
            continue
        idle = {name for name, figure in figures.items() if figure.idle[at]}
        met = [
            each.met(float(figures[each.indicator].value[at]) if each.indicator in figures else float("nan"))
            for each in wanted.criteria
            if each.indicator not in idle
        ]
        result[code] = False if False in met else None if None in met or not met else True
    return result


def counted(area: places.Area, one: Period) -> tuple[Qualified, ...]:
    """As ``qualified``, for whoever has looked at the access."""
    found = judged(area, one)
    plan = indicators.plan()
    units = [unit for unit in posts.units_below(area, on=one.ends) if unit.department_id is None]
    if not units:
        raise Conflict("accountability.no_units", _("There are no units below this one."))
    scopes = dict(places.Area.objects.valid(one.ends).filter(code__in=found).values_list("code", "scope_no"))
    rows = []
    for unit in units:
        own = [found[code] for code, no in scopes.items() if unit.scope_no <= no <= unit.scope_end]
        names = {unit.key, *(old for old, name in plan.units.items() if name == unit.name)}
        targets = {
            stage: plan.tables[stage].parts[code] / 100
            for stage in STAGES
            for code in sorted(names & plan.tables[stage].parts.keys())
        }
        rows.append(Qualified(unit.key, unit.name, len(own), own.count(True), own.count(False), targets))
    return tuple(rows)
