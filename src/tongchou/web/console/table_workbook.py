"""A table of counts as a workbook: texts as texts, numbers as numbers, no cell a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from django.http import HttpResponse

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH, _FIRST_WIDTH = 14, 26

#: A cell: text, a whole number, or an amount of money in yuan and fen.
Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One more table of a workbook, without a title of its own; ``texts`` are its columns of words."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    texts: int = 1


def table_workbook(
    *,
    sheet: str,
    title: str,
    about: Sequence[tuple[str, str]],
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    widths: Sequence[int] = (),
    notes: Sequence[str] = (),
    long: bool = False,
    more: Sequence[Sheet] = (),
) -> bytes:
    """The bytes of an .xlsx: title, what it is about, the table with a frozen head, notes below.

    Floats are amounts in yuan, shown with two decimals. ``long``: rows are written away one by one, so that
    a hundred thousand of them need no more memory than one. ``more``: tables on sheets of their own.
    """
    target = io.BytesIO()
    kept = {"constant_memory": True} if long else {"in_memory": True}
    book = xlsxwriter.Workbook(target, kept | {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#EDEDED", "text_wrap": True})
    text = book.add_format({"border": 1, "num_format": "@"})
    number = book.add_format({"border": 1, "num_format": "#,##0"})
    money = book.add_format({"border": 1, "num_format": "#,##0.00"})
    page = book.add_worksheet(sheet)
    page.write_string(0, 0, title, bold)
    for row, (label, value) in enumerate(about, start=1):
        page.write_string(row, 0, label)
        page.write_string(row, 1, value)

    def table(page: Any, first: int, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        """Write heads and rows from line ``first``; the last line written."""
        for column, label in enumerate(heads):
            page.write_string(first, column, label, head)
        last = first
        for last, cells in enumerate(rows, start=first + 1):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    page.write_string(last, column, value, text)
                else:
                    page.write_number(last, column, value, money if isinstance(value, float) else number)
        return last

    first = len(about) + 2
    for column in range(len(heads)):
        given = widths[column] if column < len(widths) else (_WIDTH if column else _FIRST_WIDTH)
        page.set_column(column, column, given)
    row = table(page, first, heads, rows)
    for place, note in enumerate(notes, start=row + 2):
        page.write_string(place, 0, note)
    page.freeze_panes(first + 1, 1)
    for one in more:
        page = book.add_worksheet(one.name)
        page.set_column(0, len(one.heads) - 1, _WIDTH)
        page.set_column(0, one.texts - 1, _FIRST_WIDTH)
        table(page, 0, one.heads, one.rows)
        page.freeze_panes(1, one.texts)
    book.close()
    return target.getvalue()


def attachment(content: bytes, name: str, *, kind: str = WORKBOOK) -> HttpResponse:
    """The answer that hands a file over, a workbook unless ``kind`` says otherwise; never kept by a cache."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
