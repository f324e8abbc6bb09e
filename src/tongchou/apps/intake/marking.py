"""The second step of ``own_workbook``: the column that says what to mend, and the wrong cells coloured."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from tongchou.apps.intake.own_workbook import DANGEROUS, TITLE, safe
from tongchou.apps.intake.read import Opened, open_file
from tongchou.domain.register.columns import plain
from tongchou.domain.register.header import Words, survey
from tongchou.domain.register.sheet import place_of

_WRONG: Final = {"error": PatternFill("solid", "FFC7CE"), "warning": PatternFill("solid", "FFEB9C")}
_WIDTH: Final = 60


def marked(
    content: bytes, *, notes: Mapping[int, Sequence[str]], wrong: Mapping[str, str], words: Words
) -> bytes:
    """The workbook that ``reduced`` made, with one column more and the wrong cells coloured.

    Parameters
    ----------
    notes
        Row, counted from 1 (0 for the file as a whole), and what to mend there.
    wrong
        Cell and ``error`` or ``warning``.
    words
        With which the register was read.
    """
    opened = open_file(content)
    header = survey(opened.sheet, words)
    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    page = book.worksheets[0]
    _defuse(page)
    top, last = (header.top + 1, header.first_person_row) if header else (1, 1)
    column = _free_column(opened, top, last)
    _title(page, top, last, column)
    for row_no, texts in notes.items():
        row = row_no or (top - 1)
        if row:
            _write(page, row, column, "\n".join(texts))
    for cell, level in wrong.items():
        row, at = place_of(cell)
        found = page.cell(row + 1, at + 1)
        if not isinstance(found, MergedCell):
            found.fill = _WRONG[level]
    book.properties.creator = book.properties.lastModifiedBy = book.properties.title = None
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _defuse(page: Any) -> None:
    """Texts that begin like a formula are marked as texts, whatever becomes of the file later."""
    for cell in page._cells.values():
        if isinstance(cell, MergedCell):
            continue
        if cell.data_type == "s" and isinstance(cell.value, str) and cell.value.startswith(DANGEROUS):
            cell.quotePrefix = True


def _free_column(opened: Opened, top: int, last: int) -> int:
    """The column of an earlier return, else the first one to the right of the register; counted from 1."""
    for row in range(top - 1, last):
        for column, value in enumerate(opened.sheet.cells[row]):
            if isinstance(value, str) and plain(value) == plain(TITLE):
                return column + 1
    return opened.sheet.width + 1


def _title(page: Any, top: int, last: int, column: int) -> None:
    for row in range(last + 1, page.max_row + 1):  # what an earlier return said
        if (row, column) in page._cells and not isinstance(page._cells[row, column], MergedCell):
            page.cell(row, column).value = None
    _write(page, last, column, TITLE)
    beside = page.cell(last, max(1, column - 1))
    head = page.cell(last, column)
    head.font = Font(bold=True, color="9C0006")
    if not isinstance(beside, MergedCell):
        head.border = copy(beside.border)
    page.column_dimensions[get_column_letter(column)].width = _WIDTH


def _write(page: Any, row: int, column: int, text: str) -> None:
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    cell.value = safe(text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
