"""The units a reader's areas fall into: what a table of a county or a prefecture has lines for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Value, When

from tongchou.apps.places.models import Area, Level
from tongchou.core.scope import Scope

_ORDER = {level: place for place, level in enumerate(Level.values)}
_VILLAGE = _ORDER[Level.VILLAGE]
#: Stands for what lies in the areas but in none of the units, such as people registered at the county itself.
REST = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """An area with its interval of scope numbers, both ends included."""

    area_id: int
    name: str
    level: str
    low: int
    high: int

    def holds(self, scope_no: int) -> bool:
        return self.low <= scope_no <= self.high


def units(scope: Scope) -> list[Unit]:
    """The areas one step below the widest of the scope, in tree order; no two overlap.

    Counties of a prefecture, townships of a county, villages of a township. An area of the scope that is
    narrower than that and lies under none of them is a unit itself, and so is a lone village. None for a
    scope without areas. One query.
    """
    inside = Area.objects.within(scope).filter(valid_to=None)
    # A villagers' group is of interest only where its village is not reached.
    inside = inside.exclude(scope.q("parent__scope_no"), level=Level.GROUP)
    areas = list(inside.annotate(above=F("parent__scope_no")).order_by("scope_no"))
    tops = [area for area in areas if area.above is None or not scope.covers(area.above)]
    if not tops:
        return []
    step = min(_ORDER[area.level] for area in tops) + 1
    highest = {area.pk for area in tops}
    return [
        Unit(area.pk, area.name, area.level, area.scope_no, area.scope_end)
        for area in areas
        if _ORDER[area.level] == step <= _VILLAGE
        or (area.pk in highest and _ORDER[area.level] >= min(step, _VILLAGE))
    ]


def units_below(scope: Scope, among: Sequence[Unit]) -> dict[int, tuple[Unit, ...]]:
    """The areas one step below each unit, and below each of those, down to villages, by area number.

    In tree order; an area without any below it is left out. One query.
    """
    areas = Area.objects.within(scope).filter(valid_to=None).exclude(level=Level.GROUP).order_by("scope_no")
    found: dict[int, list[Unit]] = {}
    path: list[Unit] = []
    highest = {unit.area_id for unit in among}
    for area in areas:
        one = Unit(area.pk, area.name, area.level, area.scope_no, area.scope_end)
        while path and not path[-1].holds(one.low):
            path.pop()
        if path:
            found.setdefault(path[-1].area_id, []).append(one)
        if path or one.area_id in highest:
            path.append(one)
    return {number: tuple(below) for number, below in found.items()}


def unit_case(field: str, among: Sequence[Unit]) -> Case | Value:
    """An expression for the unit (its area's number) of a row with a scope number; ``REST`` for no unit."""
    if not among:
        return Value(REST, output_field=IntegerField())
    whens = [When(**{f"{field}__range": (unit.low, unit.high)}, then=Value(unit.area_id)) for unit in among]
    return Case(*whens, default=Value(REST), output_field=IntegerField())


def covers_all(scope: Scope) -> bool:
    """True when every area there is lies within the scope: the reader of the whole installation."""
    roots = list(Area.objects.filter(parent=None).values_list("scope_no", "scope_end"))
    return bool(roots) and all(scope.covers_interval(low, high) for low, high in roots)
