"""The tables of the pages as workbooks."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tongchou.web.console.presenters.statistics.chosen import Chosen
from tongchou.web.console.presenters.statistics.pyramid import Pyramid
from tongchou.web.console.presenters.statistics.tiles import Map
from tongchou.web.console.presenters.statistics.trends import Chart
from tongchou.web.console.table_workbook import Cell, table_workbook


def pyramid(found: Pyramid, chosen: Chosen) -> bytes:
    """Ages and sexes of the years, all in one table."""
    heads = [_("Age")]
    for frame in found.frames:
        heads += [f"{frame.label} {_('Male')}", f"{frame.label} {_('Female')}"]
    rows = []
    for place, bar in enumerate(found.bars):
        cells: list[Cell] = [bar.label]
        for frame in found.frames:
            cells += [_plain(frame.men[place]), _plain(frame.women[place])]
        rows.append(cells)
    about = chosen.about()
    if found.shares:
        about.append((_("Unit"), _("per thousand of all people of known age and sex")))
    return table_workbook(
        sheet=_("Pyramid"), title=_("Population by age and sex"), about=about, heads=heads, rows=rows
    )


def trends(charts: Sequence[Chart], chosen: Chosen) -> bytes:
    """Every indicator, period and area a row: value, interval, and whether it is provisional."""
    heads = [_("Indicator"), _("Unit"), _("Period"), _("Area"), _("Value"), _("Interval"), _("Remark")]
    rows: list[list[Cell]] = []
    for chart in charts:
        for line in chart.rows:
            for area, cell in zip(chart.areas, line.cells, strict=True):
                remark = cell.why or (_("provisional") if line.provisional else "")
                rows.append([chart.title, chart.unit, line.label, area, cell.shown, cell.interval, remark])
    return table_workbook(
        sheet=_("Trends"), title=_("Indicators over time"), about=chosen.about(), heads=heads, rows=rows
    )


def areas(found: Map, chosen: Chosen) -> bytes:
    """The areas in the order of the tree."""
    heads = [_("Area"), _("In"), f"{found.title} ({found.unit})", _("Interval"), _("Remark")]
    rows = [[row.name, row.above, row.value, row.interval, row.why] for row in found.rows]
    about = [*chosen.about(), (_("Period"), found.period)]
    return table_workbook(sheet=_("Areas"), title=found.title, about=about, heads=heads, rows=rows)


def _plain(text: str) -> Cell:
    number = text.replace(",", "")
    return int(number) if number.isdigit() else text
