"""Reads of what units have set."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from tongchou.apps.local import catalogue
from tongchou.apps.local.models import LocalValue, Setup
from tongchou.apps.places.api import Area
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Known:
    """One parameter and what is known of it; ``row`` is None while it is not yet known."""

    parameter: catalogue.Parameter
    row: LocalValue | None

    @property
    def is_missing(self) -> bool:
        return self.row is None and self.parameter.needed

    @property
    def shown(self) -> str:
        return self.parameter.kind.show(self.row.value) if self.row is not None else ""

    @property
    def source(self) -> str:
        """The document that sets it, or that the unit says so itself; empty while it is not known."""
        if self.row is None:
            return ""
        return (
            gettext("said by the unit itself") if self.row.source == catalogue.OWN_WORD else self.row.source
        )


def unit() -> Area | None:
    """The county or prefecture this installation is for; None before it was named."""
    row = Setup.objects.select_related("unit").first()
    return row.unit if row else None


def own_values(area: Area) -> dict[str, LocalValue]:
    """What was recorded last for each parameter by the area itself, whenever it counts from."""
    return {row.name: row for row in LocalValue.objects.filter(area=area).order_by("id")}


def values_at(area: Area, *, on: dt.date | None) -> dict[str, LocalValue]:
    """What counts in an area on a day (``None``: whenever), its own before that of the areas above it.

    Of one area's records the one made last counts, from its day on: so a wrong day can be put right.
    """
    rows = LocalValue.objects.filter(
        area__scope_no__lte=area.scope_no, area__scope_end__gte=area.scope_end
    ).order_by("area__scope_no", "id")
    found: dict[tuple[str, int], LocalValue] = {}
    for row in rows:
        if on is None or row.effective_from <= on:
            found[row.name, row.area_id] = row
    chosen: dict[str, LocalValue] = {}
    for (name, _area), row in found.items():
        if row.value is not None:
            chosen[name] = row
    return chosen


def known(area: Area, *, on: dt.date | None) -> list[Known]:
    """Every parameter in order, with what counts in the area."""
    values = values_at(area, on=on)
    return [Known(parameter, values.get(parameter.name)) for parameter in catalogue.PARAMETERS]


def value(name: str, area: Area, *, on: dt.date) -> Any:
    """One value, or None while it is not known.

    Raises
    ------
    KeyError
        When there is no such parameter.
    """
    parameter = catalogue.BY_NAME[name]
    row = values_at(area, on=on).get(parameter.name)
    return row.value if row is not None else None


def unit_within(reach: Scope) -> Area | None:
    """The installation's unit when a scope reaches all of it."""
    found = unit()
    return found if found is not None and reach.covers_interval(found.scope_no, found.scope_end) else None
