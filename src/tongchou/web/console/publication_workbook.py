"""A bulletin or a yearbook as a workbook: a sheet a table, sums as formulas, notes, definitions."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from tongchou.domain.statistics.content import Mark, Row, Table
from tongchou.web.console.presenters import publication_words as words
from tongchou.web.console.presenters.publication import Definitions, Grid, Publication, Says, told

_FIRST_WIDTH, _WIDTH, _TEXT_WIDTH = 24, 13, 46
#: Rows above the body of a table: title, unit, an empty one, heads.
_ABOVE: Final = 4
_A4: Final = 9


def publication_workbook(publication: Publication, *, at: dt.datetime) -> bytes:
    """The bytes of an .xlsx, the same for the same publication and ``at``.

    Totals and sums are formulas over the cells they are made of; a row with a mark has its value instead.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": publication.title, "created": at.replace(tzinfo=None)})
    made = _Book(book)
    made.lines(
        _("Notes"), f"{publication.area} {publication.title} {publication.period}", _notes(publication)
    )
    for grid in publication.grids:
        made.grid(grid)
    made.definitions(publication)
    book.close()
    return target.getvalue()


def _notes(publication: Publication) -> list[tuple[str, str]]:
    """Colophon, then every sentence of every chapter."""
    found = [(_("Edition"), publication.edition), *publication.colophon]
    for chapter in publication.chapters:
        for block in chapter.blocks:
            if isinstance(block, Says):
                found += [(chapter.title, line) for line in block.lines]
    return found


class _Book:
    """The workbook with its formats; each sheet has a name of its own."""

    def __init__(self, book: Any) -> None:
        self._book, self._names = book, set[str]()
        self._bold = book.add_format({"bold": True, "font_size": 14})
        self._soft = book.add_format({"font_color": "#555555"})
        self._head = book.add_format(
            {"bold": True, "border": 1, "bg_color": "#EDEDED", "text_wrap": True, "align": "center"}
        )
        self._text = book.add_format({"border": 1, "num_format": "@"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._numbers: dict[tuple[int, bool], Any] = {}

    def _number(self, digits: int, *, bold: bool) -> Any:
        if (digits, bold) not in self._numbers:
            pattern = "#,##0" + ("." + "0" * digits if digits else "")
            self._numbers[digits, bold] = self._book.add_format(
                {"border": 1, "num_format": pattern, "bold": bold, "align": "right"}
            )
        return self._numbers[digits, bold]

    def _sheet(self, title: str, *, wide: bool = False) -> Any:
        plain = re.sub(r"[\[\]:*?/\\'：]", " ", title).strip()
        name = f"{len(self._names) + 1} {plain}"[:31]
        self._names.add(name)
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        if wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        return sheet

    def lines(self, name: str, title: str, lines: list[tuple[str, str]]) -> None:
        sheet = self._sheet(name)
        sheet.write_string(0, 0, title, self._bold)
        sheet.set_column(0, 0, _FIRST_WIDTH)
        sheet.set_column(1, 1, 100)
        for row, (label, text) in enumerate(lines, start=2):
            sheet.write_string(row, 0, label, self._wrap)
            sheet.write_string(row, 1, text, self._wrap)

    def definitions(self, publication: Publication) -> None:
        """Every term with what it is, its formula and its source."""
        terms = [
            term
            for chapter in publication.chapters
            for block in chapter.blocks
            if isinstance(block, Definitions)
            for term in block.terms
        ]
        sheet = self._sheet(_("Definitions"), wide=True)
        sheet.write_string(0, 0, _("Definitions"), self._bold)
        for column, head in enumerate((_("Figure"), _("Meaning"), _("Formula"), _("Source"))):
            sheet.write_string(2, column, head, self._head)
            sheet.set_column(column, column, _TEXT_WIDTH if column else _FIRST_WIDTH)
        for row, term in enumerate(dict.fromkeys(terms), start=3):
            for column, text in enumerate(term):
                sheet.write_string(row, column, text, self._wrap)
        sheet.repeat_rows(2)

    def grid(self, grid: Grid) -> None:
        sheet = self._sheet(grid.title, wide=len(grid.heads) > 6)
        sheet.write_string(0, 0, grid.title, self._bold)
        sheet.write_string(1, 0, grid.unit, self._soft)
        sheet.set_column(0, 0, _FIRST_WIDTH)
        sheet.set_column(1, len(grid.heads) - 1, _WIDTH if grid.table else _FIRST_WIDTH)
        for column, head in enumerate(grid.heads):
            sheet.write_string(_ABOVE - 1, column, head, self._head)
        sheet.freeze_panes(_ABOVE, 1)
        sheet.repeat_rows(_ABOVE - 1)
        if grid.table is None:
            for row, cells in enumerate(grid.rows, start=_ABOVE):
                for column, text in enumerate(cells):
                    sheet.write_string(row, column, text, self._text)
        else:
            self._body(sheet, grid, grid.table)
        if grid.note:
            sheet.write_string(_ABOVE + len(grid.rows) + 1, 0, grid.note, self._soft)

    def _body(self, sheet: Any, grid: Grid, table: Table) -> None:
        last = len(table.rows) - 1
        for place, row in enumerate(table.rows):
            at, is_total = _ABOVE + place, bool(table.total) and place == last
            sheet.write_string(at, 0, grid.rows[place][0], self._text)
            for column, code in enumerate(table.columns):
                cell = row.cells[column]
                form = self._number(words.digits(code), bold=is_total)
                formula = ""
                if is_total and code in table.total and last:
                    top, end = (xl_rowcol_to_cell(line, column + 1) for line in (_ABOVE, _ABOVE + last - 1))
                    formula = f"=SUM({top}:{end})"
                elif not is_total:
                    formula = _sum(table, row, code, at)
                if isinstance(cell, Mark):
                    sheet.write_string(at, column + 1, told(cell, code), form)
                elif formula:
                    sheet.write_formula(at, column + 1, formula, form, cell)
                else:
                    sheet.write_number(at, column + 1, cell, form)


def _sum(table: Table, row: Row, code: str, at: int) -> str:
    """The formula of a column that is made of others; empty where there is none, or one of them is a mark."""
    for made, added, taken in table.sums:
        if made != code:
            continue
        parts = [(name, "+") for name in added] + [(name, "-") for name in taken]
        places = [table.columns.index(name) for name, _sign in parts]
        if any(isinstance(row.cells[place], Mark) for place in places):
            return ""
        cells = (
            f"{sign}{xl_rowcol_to_cell(at, place + 1)}"
            for place, (_name, sign) in zip(places, parts, strict=True)
        )
        return "=" + "".join(cells).removeprefix("+")
    return ""
