"""A department's list as a file: a workbook, or the text file (GBK) its system exports."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tongchou.synth import xls_file
from tongchou.synth.dirt import Cell

#: Forms a list or register can be written in. CSV is GBK: characters outside it become "?", as in exports.
FORMATS = ("xlsx", "xls", "csv")
ENCODING = "gbk"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: field of the record, title in one or two rows, width, how a day is written."""

    field: str
    upper: str
    lower: str | None = None
    width: int = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """How a list looks. ``titled`` lists start with a title and a line about who made them."""

    title: str
    columns: tuple[Column, ...]
    titled: bool
    maker: str = ""
    note: str = ""

    @property
    def header_rows(self) -> int:
        return 2 if any(column.lower for column in self.columns) else 1

    @property
    def first_row(self) -> int:
        """Sheet row (from 1) of the first record."""
        return 2 * self.titled + self.header_rows + 1


def write(layout: Layout, title: str, rows: Sequence[Sequence[Cell]], path: Path, *, on: dt.date) -> None:
    """Write ``rows`` in the form that the name of ``path`` says. The bytes depend on the arguments alone."""
    if path.suffix == ".csv":
        _write_csv(layout, title, rows, path, on)
    elif path.suffix == ".xls":
        _write_old_workbook(layout, title, rows, path, on)
    else:
        _write_workbook(layout, title, rows, path, on)


def _made(layout: Layout, on: dt.date) -> str:
    return f"{layout.maker}        导出日期：{on.year}年{on.month}月{on.day}日"


def _grid(layout: Layout, title: str, rows: Sequence[Sequence[Cell]], on: dt.date) -> list[Sequence[Cell]]:
    """All rows; a merged cell stands in its first cell."""
    blank: list[Cell] = [None] * (len(layout.columns) - 1)
    grid: list[Sequence[Cell]] = []
    if layout.titled:
        grid += [[title, *blank], [_made(layout, on), *blank]]
    uppers = ["", *(column.upper for column in layout.columns)]
    grid.append([None if upper == before else upper for before, upper in pairwise(uppers)])
    if layout.header_rows == 2:
        grid.append([column.lower for column in layout.columns])
    return [*grid, *rows, *([[layout.note, *blank]] if layout.note else [])]


def _write_csv(layout: Layout, title: str, rows: Sequence[Sequence[Cell]], path: Path, on: dt.date) -> None:
    with path.open("w", encoding=ENCODING, errors="replace", newline="") as file:
        csv.writer(file).writerows([csv_text(cell) for cell in row] for row in _grid(layout, title, rows, on))


def _write_old_workbook(
    layout: Layout, title: str, rows: Sequence[Sequence[Cell]], path: Path, on: dt.date
) -> None:
    last = len(layout.columns) - 1
    merges = [(0, 0, 0, last), (1, 1, 0, last)] if layout.titled else []
    merges += xls_file.header_merges(
        [(column.upper, column.lower) for column in layout.columns], 2 * layout.titled, layout.header_rows
    )
    xls_file.write(path, layout.title, _grid(layout, title, rows, on), merges)


def csv_text(cell: Cell) -> str:
    """A cell as spreadsheet programs export it: days as 2026/11/23."""
    if cell is None:
        return ""
    return f"{cell.year}/{cell.month}/{cell.day}" if isinstance(cell, dt.date) else str(cell)


def _write_workbook(
    layout: Layout, title: str, rows: Sequence[Sequence[Cell]], path: Path, on: dt.date
) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"created": dt.datetime(on.year, on.month, on.day, tzinfo=dt.UTC)})
    page = book.add_worksheet(layout.title[:31])
    last = len(layout.columns) - 1
    if layout.titled:
        big = book.add_format({"bold": True, "font_size": 14, "align": "center"})
        page.merge_range(0, 0, 0, last, title, big)
        page.merge_range(1, 0, 1, last, _made(layout, on), book.add_format({"align": "left"}))
    _header(book, page, layout)
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy/m/d"})
    for at, row in enumerate(rows, start=layout.first_row - 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(at, column, cell, text)
            elif isinstance(cell, dt.date):
                page.write_datetime(at, column, cell, day)
            elif cell is not None:
                page.write_number(at, column, cell)
    if layout.note:
        page.write_string(layout.first_row - 1 + len(rows), 0, layout.note)
    book.close()


def _header(book: Workbook, page: Worksheet, layout: Layout) -> None:
    style = book.add_format(
        {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    )
    top, column = 2 * layout.titled, 0
    for upper, members in groupby(layout.columns, key=lambda one: one.upper):
        group = list(members)
        if len(group) > 1:
            page.merge_range(top, column, top, column + len(group) - 1, upper, style)
            for offset, one in enumerate(group):
                page.write_string(top + 1, column + offset, one.lower or "", style)
        elif layout.header_rows == 2:
            page.merge_range(top, column, top + 1, column, upper, style)
        else:
            page.write_string(top, column, upper, style)
        column += len(group)
    for number, one in enumerate(layout.columns):
        page.set_column(number, number, one.width)
    page.freeze_panes(layout.first_row - 1, 0)
