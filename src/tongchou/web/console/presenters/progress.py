"""The progress of units as its page and its workbook show it: in tree order, counts beside each share."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.domain import small_cells
from tongchou.web.console import formatters

#: The columns in their order.
FIGURES = ("villages", "registers", "people", "found", "claimed", "unclear", "missed")


@dataclass(frozen=True, slots=True)
class Line:
    """A unit, or the sum of all; a figure or share that stays closed is None."""

    label: str
    named: bool  # the label is an area's name
    figures: dict[str, int | None]
    share: str | None
    opens: int | None = None  # the area whose villages can be looked at

    @property
    def cells(self) -> tuple[int | str, ...]:
        """The figures and the share as a workbook has them."""
        numbers = ("*" if self.figures[name] is None else self.figures[name] for name in FIGURES)
        return (*numbers, "*" if self.share is None else self.share)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything the page shows."""

    year: int
    as_of: str
    results: bool
    lines: list[Line]
    total: Line
    any_closed: bool
    fewest: int
    area: str = ""
    area_id: int | None = None


def present(
    table: entitlements.Progress,
    *,
    run: entitlements.Evaluation | None,
    area: places.Area | None = None,
    opens: Set[int] = frozenset(),
) -> Progress:
    """The page of a progress table, of one ``area`` or of all; units of ``opens`` lead to their villages."""
    return Progress(
        year=table.year,
        as_of=formatters.day(entitlements.list_date(run).as_of) if run else "",
        results=run is not None,
        lines=[
            _line(one.name or _("In no unit below"), one, one.area_id if one.area_id in opens else None)
            for one in table.lines
        ],
        total=_line(_("Total"), table.total),
        any_closed=any(one.closed for one in (*table.lines, table.total)),
        fewest=small_cells.FEWEST,
        area=area.name if area else "",
        area_id=area.pk if area else None,
    )


def _line(label: str, one: entitlements.UnitProgress, opens: int | None = None) -> Line:
    figures = {name: one.shown(name) for name in FIGURES}
    return Line(label, bool(one.name), figures, take_up(one), opens)


def take_up(one: entitlements.UnitProgress) -> str | None:
    """Claimed of found; None when one of the two stays closed, which the share would tell."""
    found, claimed = one.shown("found"), one.shown("claimed")
    return None if found is None or claimed is None else formatters.share(claimed, found)
