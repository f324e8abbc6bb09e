"""The progress of units as its page and its workbook show it: in tree order, counts beside each share."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.apps.entitlements import api as entitlements
from tongchou.web.console import formatters


@dataclass(frozen=True, slots=True)
class Line:
    """A unit, or the sum of all."""

    label: str
    figures: entitlements.UnitProgress
    share: str

    @property
    def numbers(self) -> tuple[int, ...]:
        one = self.figures
        return (one.villages, one.registers, one.people, one.found, one.claimed, one.unclear, one.missed)


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything the page shows."""

    year: int
    as_of: str
    results: bool
    lines: list[Line]
    total: Line


def present(table: entitlements.Progress, *, run: entitlements.Evaluation | None) -> Progress:
    """The page of a progress table."""
    return Progress(
        year=table.year,
        as_of=formatters.day(entitlements.list_date(run).as_of) if run else "",
        results=run is not None,
        lines=[_line(one.name or _("In no unit below"), one) for one in table.lines],
        total=_line(_("Total"), table.total),
    )


def _line(label: str, one: entitlements.UnitProgress) -> Line:
    return Line(label, one, formatters.share(one.claimed, one.found))
