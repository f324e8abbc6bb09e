"""How far the work for families has come, by unit: registers, results found, claimed, unclear, missed.

It counts what units do for families. Nothing here counts births or tells programmes apart, and units come in
the order of the tree of areas: there is no score to order them by.

What is found and claimed is read off the forecast, and closed where the forecast is: two pages of the same
families may not tell together what each of them hides.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from tongchou.apps.entitlements import forecast
from tongchou.apps.entitlements.forecast import ALL, CLAIMED, EXPECTED, is_claimed
from tongchou.apps.entitlements.models import CLAIMABLE, Entitlement, Evaluation, Outcome
from tongchou.apps.intake import api as intake
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain import small_cells


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One line. ``found`` holds ``claimed``; ``missed`` is of the year before, unclaimed on its last day.

    ``closed`` names the figures that would point at a few families.
    """

    area_id: int
    name: str
    villages: int
    registers: int
    people: int
    found: int
    claimed: int
    unclear: int
    missed: int
    closed: frozenset[str] = frozenset()

    def shown(self, figure: str) -> int | None:
        """A figure as it may be shown; None when it stays closed."""
        number: int = getattr(self, figure)
        return None if figure in self.closed else number


@dataclass(frozen=True, slots=True)
class Progress:
    """The lines in tree order, those registered in no unit last, and their sum."""

    year: int
    lines: tuple[UnitProgress, ...]
    total: UnitProgress


def progress(*, scope: Scope, year: int, run: Evaluation | None, on: dt.date) -> Progress:
    """The progress of the units of a scope in a year; results are of the evaluation, none without one.

    People count where they are registered, so lines add up. Six queries.
    """
    units = places.units(scope)
    living = registry.living_by_unit(units, scope=scope)
    villages, registers = _villages(scope, year, units)
    named = [*((unit.area_id, unit.name) for unit in units), (places.REST, "")]
    results = _results(scope, run, on, units) if run else _Results()
    lines = [
        UnitProgress(
            area_id=number,
            name=name,
            villages=villages[number],
            registers=registers[number],
            people=living.get(number, 0),
            **{figure: results.number(figure, number) for figure in _OF_FAMILIES},
            closed=results.closed(number),
        )
        for number, name in named
    ]
    if not any(_figures(lines[-1])):
        lines.pop()
    sums = [sum(column) for column in zip(*map(_figures, lines), strict=True)] or [0] * 7
    return Progress(year, tuple(lines), UnitProgress(places.REST, "", *sums, closed=results.closed(ALL)))


#: The figures that count what families are told or have done: these alone can point at somebody.
_OF_FAMILIES = ("found", "claimed", "unclear", "missed")
#: (figure, unit's area number or ``ALL``)
_Cell = tuple[str, int | str]


@dataclass(frozen=True, slots=True)
class _Results:
    numbers: Counter[_Cell] = field(default_factory=Counter)
    hidden: frozenset[_Cell] = frozenset()

    def number(self, figure: str, unit: int) -> int:
        return self.numbers[figure, unit]

    def closed(self, unit: int | str) -> frozenset[str]:
        return frozenset(figure for figure in _OF_FAMILIES if (figure, unit) in self.hidden)


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


def _results(scope: Scope, run: Evaluation, on: dt.date, units: list[places.Unit]) -> _Results:
    """What families of each unit are told or have done, and which of it stays closed. Two queries."""
    table = forecast.of_units(tuple(units), scope=scope, run=run, on=on)
    numbers, families = _open_answers(scope, run, on, units)
    for figure, measure in (("found", EXPECTED), ("claimed", CLAIMED)):
        for unit in table.lines:
            numbers[figure, unit] = table.cells[ALL, unit, measure].people
    return _Results(numbers, _closed(table, families, [unit.area_id for unit in units]))


def _open_answers(
    scope: Scope, run: Evaluation, on: dt.date, units: list[places.Unit]
) -> tuple[Counter[_Cell], Counter[_Cell]]:
    """How many answers lack a fact and how many were missed, and of how many families they are."""
    now = Q(evaluation=run)
    unclear = now & Q(outcome=Outcome.NEEDS_INFORMATION)
    past = Q(evaluation__current=True, evaluation__year=run.year - 1, outcome__in=CLAIMABLE, claim_by__lt=on)
    # Somebody without a household counts as a family.
    family = Coalesce("household_id", -F("person_id"))
    counted = (
        Entitlement.objects.filter(scope.q("registered_scope"))
        .annotate(unit=places.unit_case("registered_scope", units), claimed=is_claimed())
        .filter(unclear | past & Q(claimed=False))
        .order_by()
        .values("unit")
        .annotate(
            unclear=Count("pk", filter=now),
            unclear_families=Count(family, filter=now, distinct=True),
            missed=Count("pk", filter=~now),
            missed_families=Count(family, filter=~now, distinct=True),
        )
        .values_list("unit", "unclear", "unclear_families", "missed", "missed_families")
    )
    numbers, families = Counter[_Cell](), Counter[_Cell]()
    for unit, lacking, of_lacking, missed, of_missed in counted:
        numbers["unclear", unit], families["unclear", unit] = lacking, of_lacking
        numbers["missed", unit], families["missed", unit] = missed, of_missed
    return numbers, families


def _closed(table: forecast.Forecast, families: Counter[_Cell], units: list[int]) -> frozenset[_Cell]:
    lines = (*units, places.REST)
    cells = {(figure, unit): families[figure, unit] for figure in ("unclear", "missed") for unit in lines}
    sums = []
    for figure in ("unclear", "missed"):
        parts = [(figure, unit) for unit in lines]
        cells[figure, ALL] = sum(cells[part] for part in parts)
        sums.append(((figure, ALL), parts))
    by_forecast = {
        (figure, unit)
        for figure, measure in (("found", EXPECTED), ("claimed", CLAIMED))
        for unit in (*lines, ALL)
        if (ALL, unit, measure) in table.closed
    }
    return small_cells.closed_cells(cells, sums) | by_forecast  # type: ignore[arg-type, return-value]
