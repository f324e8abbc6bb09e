"""What is expected to be paid in a year: the amounts people are entitled to, by programme and unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tongchou.apps.entitlements import programmes
from tongchou.apps.entitlements.models import CLAIMABLE, Claim, Entitlement, Evaluation
from tongchou.apps.places import api as places
from tongchou.core.scope import Scope
from tongchou.domain import small_cells

CLAIMED, OPEN, EXPECTED = "claimed", "open", "expected"
MEASURES = (CLAIMED, OPEN, EXPECTED)
#: Stands for all programmes, and for all units.
ALL = "all"

#: (programme or ``ALL``, unit's area number or ``ALL``, measure)
Key = tuple[str, int | str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """People, the families they are of, and fen. Of cells added up, families are a lower bound."""

    people: int = 0
    families: int = 0
    fen: int = 0

    def with_(self, other: Cell, *, apart: bool) -> Cell:
        """Both together; ``apart`` when no family can be in both."""
        families = self.families + other.families if apart else max(self.families, other.families)
        return Cell(self.people + other.people, families, self.fen + other.fen)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The table of a year, its margins, and which of its cells stay closed.

    ``earlier`` is what the year before still gives to those who claim in time; None when that is too few.
    """

    year: int
    units: tuple[places.Unit, ...]
    rest: bool  # people registered in the areas but in no unit have a line of their own
    programmes: tuple[str, ...]
    cells: Mapping[Key, Cell]
    closed: frozenset[Key]
    earlier: Cell | None

    @property
    def lines(self) -> tuple[int, ...]:
        """Area numbers of the lines in tree order, ``places.REST`` last when it is there."""
        return (*(unit.area_id for unit in self.units), *((places.REST,) if self.rest else ()))

    def shown(self, programme: str, unit: int | str, measure: str) -> Cell | None:
        """A cell as it may be shown; None when it stays closed."""
        key = (programme, unit, measure)
        return None if key in self.closed else self.cells.get(key, Cell())


def forecast(*, scope: Scope, run: Evaluation, on: dt.date) -> Forecast:
    """The expected payments of the evaluation's year for people registered in a scope. Two queries.

    Counted is by registration, as the money follows it; so units add up to their total. Results that still
    lack a fact have no amount and are not in it.
    """
    return of_units(tuple(places.units(scope)), scope=scope, run=run, on=on)


def of_units(units: tuple[places.Unit, ...], *, scope: Scope, run: Evaluation, on: dt.date) -> Forecast:
    """The same for units that are known already. One query."""
    basic: dict[Key, Cell] = {}
    earlier = Cell()
    for row in _grouped(scope, run, on, units):
        programme, year, unit, claimed, cell = row
        if year == run.year:
            basic[programme, unit, CLAIMED if claimed else OPEN] = cell
        elif not claimed:
            earlier = earlier.with_(cell, apart=False)
    codes = tuple(p.code for p in programmes.in_force())
    rest = any(unit == places.REST for _programme, unit, _measure in basic)
    lines = (*(unit.area_id for unit in units), *((places.REST,) if rest else ()))
    cells = _with_margins(basic, codes, lines)
    families: dict[Key, int] = {key: cell.families for key, cell in cells.items()}
    return Forecast(
        year=run.year,
        units=units,
        rest=rest,
        programmes=codes,
        cells=cells,
        closed=frozenset(small_cells.closed_cells(families, list(_sums(codes, lines)))),  # type: ignore[arg-type]
        earlier=None if 0 < earlier.families < small_cells.FEWEST else earlier,
    )


def _grouped(
    scope: Scope, run: Evaluation, on: dt.date, units: tuple[places.Unit, ...]
) -> Iterator[tuple[str, int, int, bool, Cell]]:
    still = Q(evaluation__current=True, evaluation__year=run.year - 1, claim_by__gte=on)
    listed = Entitlement.objects.filter(
        Q(evaluation=run) | still,
        scope.q("registered_scope"),
        outcome__in=CLAIMABLE,
    )
    grouped: QuerySet[Entitlement, tuple[str, int, int, bool, int, int, int | None]] = (
        listed.annotate(unit=places.unit_case("registered_scope", units), claimed=is_claimed())
        .order_by()
        .values("programme", "evaluation__year", "unit", "claimed")
        .annotate(
            people=Count("pk"),
            # Somebody without a household counts as a family.
            families=Count(Coalesce("household_id", -F("person_id")), distinct=True),
            fen=Sum("amount_fen"),
        )
        .values_list("programme", "evaluation__year", "unit", "claimed", "people", "families", "fen")
    )
    for programme, year, unit, claimed, people, families, fen in grouped:
        yield programme, year, unit, claimed, Cell(people, families, fen or 0)


def is_claimed() -> ExpressionWrapper:
    """An expression: true for results whose person has claimed."""
    claim = Claim.objects.standing().filter(
        person_id=OuterRef("person_id"), programme=OuterRef("programme"), year=OuterRef("evaluation__year")
    )
    return ExpressionWrapper(Exists(claim), output_field=BooleanField())


def _with_margins(
    basic: Mapping[Key, Cell], codes: tuple[str, ...], lines: tuple[int, ...]
) -> dict[Key, Cell]:
    """The basic cells, and what they add up to: both measures, all programmes, all units."""
    cells: dict[Key, Cell] = {}
    for unit in lines:
        for measure in MEASURES:
            cells[ALL, unit, measure] = Cell()
        for code in codes:
            claimed, still = (basic.get((code, unit, measure), Cell()) for measure in (CLAIMED, OPEN))
            together = claimed.with_(still, apart=False)
            for measure, cell in zip(MEASURES, (claimed, still, together), strict=True):
                cells[code, unit, measure] = cell
                cells[ALL, unit, measure] = cells[ALL, unit, measure].with_(cell, apart=False)
    for code in (*codes, ALL):
        for measure in MEASURES:
            total = Cell()
            for unit in lines:
                total = total.with_(cells[code, unit, measure], apart=True)
            cells[code, ALL, measure] = total
    return cells


def _sums(codes: tuple[str, ...], lines: tuple[int, ...]) -> Iterator[tuple[Key, list[Key]]]:
    """Which cells add up to which: these are what a reader could subtract."""
    for unit in (*lines, ALL):
        for code in (*codes, ALL):
            yield (code, unit, EXPECTED), [(code, unit, CLAIMED), (code, unit, OPEN)]
        for measure in MEASURES:
            yield (ALL, unit, measure), [(code, unit, measure) for code in codes]
    for code in (*codes, ALL):
        for measure in MEASURES:
            yield (code, ALL, measure), [(code, unit, measure) for unit in lines]
