"""How far the work for families has come, by unit: registers, results found, claimed, unclear, missed.

It counts what units do for families. Nothing here counts births or tells programmes apart, and units come in
the order of the tree of areas: there is no score to order them by.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from tongchou.apps.entitlements.forecast import is_claimed
from tongchou.apps.entitlements.models import CLAIMABLE, Entitlement, Evaluation, Outcome
from tongchou.apps.intake import api as intake
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One line. ``found`` holds ``claimed``; ``missed`` is of the year before, unclaimed on its last day."""

    area_id: int
    name: str
    villages: int
    registers: int
    people: int
    found: int
    claimed: int
    unclear: int
    missed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The lines in tree order, those registered in no unit last, and their sum."""

    year: int
    lines: tuple[UnitProgress, ...]
    total: UnitProgress


def progress(*, scope: Scope, year: int, run: Evaluation | None, on: dt.date) -> Progress:
    """The progress of the units of a scope in a year; results are of the evaluation, none without one.

    People count where they are registered, so lines add up. Five queries.
    """
    units = places.units(scope)
    living = registry.living_by_unit(units, scope=scope)
    villages, registers = _villages(scope, year, units)
    results = _results(scope, run, on, units) if run else {}
    lines = [
        UnitProgress(
            area_id=number,
            name=name,
            villages=villages[number],
            registers=registers[number],
            people=living.get(number, 0),
            **results.get(number, _NOTHING),
        )
        for number, name in [*((unit.area_id, unit.name) for unit in units), (places.REST, "")]
    ]
    if not any(_figures(lines[-1])):
        lines.pop()
    sums = [sum(column) for column in zip(*map(_figures, lines), strict=True)] or [0] * 7
    return Progress(year, tuple(lines), UnitProgress(places.REST, "", *sums))


_NOTHING = {"found": 0, "claimed": 0, "unclear": 0, "missed": 0}


def _figures(line: UnitProgress) -> tuple[int, ...]:
    return (line.villages, line.registers, line.people, line.found, line.claimed, line.unclear, line.missed)


def _villages(scope: Scope, year: int, units: list[places.Unit]) -> tuple[Counter[int], Counter[int]]:
    """Villages of each unit, and those of them whose register of the year is in."""
    there, done = Counter[int](), Counter[int]()
    registered = intake.villages_with_register(scope=scope, year=year)
    for village in places.villages(scope):
        unit = next((one.area_id for one in units if one.holds(village.scope_no)), places.REST)
        there[unit] += 1
        done[unit] += village.pk in registered
    return there, done


def _results(
    scope: Scope, run: Evaluation, on: dt.date, units: list[places.Unit]
) -> dict[int, dict[str, int]]:
    past = Q(evaluation__current=True, evaluation__year=run.year - 1, outcome__in=CLAIMABLE, claim_by__lt=on)
    listed = Entitlement.objects.filter(Q(evaluation=run) | past, scope.q("registered_scope"))
    now, found = Q(evaluation=run), Q(evaluation=run, outcome__in=CLAIMABLE)
    counted = (
        listed.annotate(unit=places.unit_case("registered_scope", units), claimed=is_claimed())
        .order_by()
        .values("unit", "claimed")
        .annotate(
            found=Count("pk", filter=found),
            unclear=Count("pk", filter=now & Q(outcome=Outcome.NEEDS_INFORMATION)),
            past=Count("pk", filter=~now),
        )
        .values_list("unit", "claimed", "found", "unclear", "past")
    )
    results: dict[int, dict[str, int]] = {}
    for unit, claimed, number, unclear, before in counted:
        line = results.setdefault(unit, dict(_NOTHING))
        line["found"] += number
        line["claimed"] += number if claimed else 0
        line["unclear"] += unclear
        line["missed"] += 0 if claimed else before
    return results
