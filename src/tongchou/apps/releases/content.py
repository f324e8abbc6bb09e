"""What a release holds: the table that is published, and the counts behind it, which stay inside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tongchou.apps.releases import files
from tongchou.apps.releases.counting import Counted
from tongchou.apps.releases.models import Release
from tongchou.domain.releases import table as tables
from tongchou.domain.releases.cells import Cell, Layout, Place
from tongchou.domain.releases.crossing import Released
from tongchou.domain.releases.definition import Control, Measure, Method, TableDefinition
from tongchou.domain.releases.protection import Shown
from tongchou.domain.releases.table import Observation, Table


def public_table(counted: Counted, shown: Shown, *, period: str) -> Table:
    """The table as it is published."""
    layout = counted.layout
    definition = layout.definition
    cells: dict[Cell, Observation] = {}
    for cell, value in shown.items():
        if value is None:
            cells[cell] = Observation("", tables.CLOSED)
        elif definition.indicator:
            cells[cell] = _figure(counted.values[cell[0]], definition.decimals)
        else:
            cells[cell] = Observation(str(value))
    return Table(
        code=definition.code,
        period=period,
        dimensions=definition.dimensions,
        names={one.code: one.name for one in layout.places},
        cells=cells,
        spans=bool(definition.indicator),
    )


def _figure(figure: tuple[float, float, float], decimals: int) -> Observation:
    value, low, high = figure
    if math.isnan(value):
        return Observation("", tables.MISSING)
    span = (
        ("", "") if math.isnan(low) or math.isnan(high) else (f"{low:.{decimals}f}", f"{high:.{decimals}f}")
    )
    return Observation(f"{value:.{decimals}f}", tables.NORMAL, *span)


def table_of(one: Release) -> Table:
    """The published figures of a release.

    Raises
    ------
    Conflict
        When its file is gone or was changed.
    """
    return tables.read(one.code, files.read(one.content_sha256))


def hidden(counted: Counted, shown: Shown) -> dict[str, Any]:
    """Layout, counts and what is shown of them, as plain data."""
    layout = counted.layout
    return {
        "definition": _plain(layout.definition),
        "places": [
            [one.code, one.name, one.level, one.parent, sorted(one.villages)] for one in layout.places
        ],
        "categories": [list(one) for one in layout.categories],
        "counts": [[list(cell), count, shown[cell]] for cell, count in counted.counts.items()],
        "missing": counted.missing,
        "left_out": counted.left_out,
    }


def released(one: Release) -> Released:
    """A release with its counts, to be compared with others. It is read as it was defined then.

    Raises
    ------
    Conflict
        When its file is gone or was changed.
    """
    kept = files.read_json(one.hidden_sha256)
    definition = _definition(one.code, kept["definition"])
    places = tuple(
        Place(code, name, level, parent, frozenset(villages))
        for code, name, level, parent, villages in kept["places"]
    )
    layout = Layout(definition, places, tuple(tuple(codes) for codes in kept["categories"]))
    counts = {tuple(cell): count for cell, count, _value in kept["counts"]}
    shown = {tuple(cell): value for cell, _count, value in kept["counts"]}
    return Released(one.name, layout, one.period, shown, counts)


def _plain(definition: TableDefinition) -> dict[str, Any]:
    control = definition.control
    return {
        "measures": [str(one) for one in definition.measures],
        "basis": str(definition.basis),
        "levels": list(definition.levels),
        "by": list(definition.by),
        "ages": list(definition.ages),
        "step": definition.step,
        "control": [str(control.method), control.threshold, control.protection, control.base],
        "versions": definition.versions,
        "indicator": definition.indicator,
        "counts": str(definition.counts or ""),
        "from_age": definition.from_age,
    }


def _definition(code: str, kept: Mapping[str, Any]) -> TableDefinition:
    from tongchou.domain.policy.words import Text
    from tongchou.domain.statistics.cube import Basis

    nothing = Text("", "")
    method, threshold, protection, base = kept["control"]
    return TableDefinition(
        code=code,
        title=nothing,
        note=nothing,
        source=nothing,
        measures=tuple(Measure(one) for one in kept["measures"]),
        basis=Basis(kept["basis"]),
        levels=tuple(kept["levels"]),
        by=tuple(kept["by"]),
        ages=tuple(kept["ages"]),
        step=kept["step"],
        control=Control(Method(method), threshold, protection, base),
        versions=kept["versions"],
        indicator=kept["indicator"],
        counts=Measure(kept["counts"]) if kept["counts"] else None,
        from_age=kept["from_age"],
    )
