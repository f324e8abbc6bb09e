"""The age and sex table as a workbook: counts alone."""

from __future__ import annotations

import io
from typing import Final

import xlsxwriter
from django.utils.translation import gettext as _

from tongchou.web.console import formatters
from tongchou.web.console.presenters.population import Line, Population

_WIDTHS: Final = (16, 12, 12, 14, 12)
#: Rows above the header of the table.
_ABOVE: Final = 5


def population_workbook(population: Population, *, area: str) -> bytes:
    """The bytes of an .xlsx with the table, its area, day and source, in the language of the page.

    Texts are written as texts and numbers as numbers: no cell is a formula, whatever an area is called.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#EDEDED", "text_wrap": True})
    text = book.add_format({"border": 1, "num_format": "@"})
    number = book.add_format({"border": 1, "num_format": "#,##0"})
    sheet = book.add_worksheet(_("Population"))
    sheet.write_string(0, 0, _("Population by age and sex"), title)
    for row, (label, value) in enumerate(_about(population, area), start=1):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, value)
    titles = (_("Age"), _("Male"), _("Female"), _("Sex unknown"), _("Total"))
    for column, (label, width) in enumerate(zip(titles, _WIDTHS, strict=True)):
        sheet.write_string(_ABOVE, column, label, head)
        sheet.set_column(column, column, width)
    for row, line in enumerate((*population.lines, population.total), start=_ABOVE + 1):
        sheet.write_string(row, 0, line.label, text)
        for column, people in enumerate(_numbers(line), start=1):
            sheet.write_number(row, column, people, number)
    sheet.freeze_panes(_ABOVE + 1, 1)
    book.close()
    return target.getvalue()


def _about(population: Population, area: str) -> list[tuple[str, str]]:
    return [
        (_("Area"), area),
        (_("As of"), formatters.day(population.counts.as_of)),
        (
            _("Source"),
            _("Registered people who are alive, snapshot %(sum)s") % {"sum": population.sha256[:12]},
        ),
    ]


def _numbers(line: Line) -> tuple[int, int, int, int]:
    return line.men, line.women, line.unknown_sex, line.total
