"""Village registers as workbooks: title, unit line, two-row header, merged households, total, signatures."""

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
from tongchou.synth.areas import MARK, Village
from tongchou.synth.cells import COLUMNS, GROUP, NUMBER, PAGE
from tongchou.synth.dirt import Cell
from tongchou.synth.list_file import ENCODING, csv_text

#: Row (from 0) of the first person.
FIRST_ROW = 4
_NOTE = "备注：本表以户为单位填写，一式两份。        填表人（签字）：            审核人（签字）："
_WIDTHS = {3: 10, 8: 22, 21: 16, 26: 14, 30: 14}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a register says: ``rows`` are people in page order, each a list of cells by ``COLUMNS``."""

    county: str
    village: Village
    rows: Sequence[Sequence[Cell]]
    on: dt.date


def write(sheet: Sheet, path: Path) -> None:
    """Write one register in the form the name of ``path`` says. The bytes depend on ``sheet`` alone."""
    if path.suffix == ".csv":
        with path.open("w", encoding=ENCODING, errors="replace", newline="") as file:
            csv.writer(file).writerows([csv_text(cell) for cell in row] for row in _grid(sheet))
    elif path.suffix == ".xls":
        xls_file.write(path, "户籍人口登记表", _grid(sheet), _header_merges())
    else:
        _write_workbook(sheet, path)


def _grid(sheet: Sheet) -> list[list[Cell]]:
    """As a system exports it: no merged people, so household and group stand in every line."""
    blank: list[Cell] = [None] * (len(COLUMNS) - 1)
    title, made = _titles(sheet)
    uppers = ["", *(upper for upper, _ in COLUMNS)]
    households = len({cells[PAGE] for cells in sheet.rows})
    return [
        [title, *blank],
        [made, *blank],
        [None if upper == before else upper for before, upper in pairwise(uppers)],
        [lower for _, lower in COLUMNS],
        *([number, *row[1:]] for number, row in enumerate(sheet.rows, start=1)),
        ["合计", f"{households}户", None, f"{len(sheet.rows)}人", *blank[3:]],
        [_NOTE, *blank],
    ]


def _header_merges() -> list[xls_file.Merge]:
    last = len(COLUMNS) - 1
    return [(0, 0, 0, last), (1, 1, 0, last), *xls_file.header_merges(COLUMNS, 2, 2)]


def _titles(sheet: Sheet) -> tuple[str, str]:
    village = sheet.village
    by = f"填报单位：{village.township}{village.name}村民委员会"
    on = f"填报日期：{sheet.on.year}年{sheet.on.month}月{sheet.on.day}日"
    return f"{sheet.county}{MARK}{village.township}{village.name}户籍人口登记表", f"{by}        {on}"


def _write_workbook(sheet: Sheet, path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    # A fixed time stamp: the same county is the same bytes.
    book.set_properties({"created": dt.datetime(sheet.on.year, sheet.on.month, sheet.on.day, tzinfo=dt.UTC)})
    page = book.add_worksheet("户籍人口登记表")
    _head(book, page, sheet)
    _people(book, page, sheet.rows)
    _foot(book, page, sheet)
    book.close()


def _head(book: Workbook, page: Worksheet, sheet: Sheet) -> None:
    last = len(COLUMNS) - 1
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    line = book.add_format({"align": "left"})
    header = book.add_format(
        {
            "bold": True,
            "border": 1,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
            "bg_color": "#EDEDED",
        }
    )
    heading, made = _titles(sheet)
    page.merge_range(0, 0, 0, last, heading, title)
    page.merge_range(1, 0, 1, last, made, line)
    column = 0
    for upper, group in groupby(COLUMNS, key=lambda pair: pair[0]):
        lower = [below for _, below in group]
        if lower == [None]:
            page.merge_range(2, column, 3, column, upper, header)
        else:
            page.merge_range(2, column, 2, column + len(lower) - 1, upper, header)
            for offset, below in enumerate(lower):
                page.write_string(3, column + offset, below or "", header)
        column += len(lower)
    for number in range(last + 1):
        page.set_column(number, number, _WIDTHS.get(number, 9))
    page.freeze_panes(FIRST_ROW, 4)


def _people(book: Workbook, page: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    text = book.add_format({"border": 1, "num_format": "@"})
    number = book.add_format({"border": 1})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    merged = book.add_format({"border": 1, "num_format": "@", "align": "center", "valign": "vcenter"})
    row = FIRST_ROW
    for _, members in groupby(rows, key=lambda cells: cells[PAGE]):
        first = row
        for cells in members:
            page.write_number(row, NUMBER, row - FIRST_ROW + 1, number)
            for column, cell in enumerate(cells):
                if cell is None or column <= GROUP:
                    continue
                if isinstance(cell, str):
                    page.write_string(row, column, cell, text)
                elif isinstance(cell, dt.date):
                    page.write_datetime(row, column, cell, day)
                else:
                    page.write_number(row, column, cell, number)
            row += 1
        opening = rows[first - FIRST_ROW]
        for column in (PAGE, GROUP):
            if row - first > 1:
                page.merge_range(first, column, row - 1, column, opening[column], merged)
            else:
                page.write_string(first, column, str(opening[column]), merged)


def _foot(book: Workbook, page: Worksheet, sheet: Sheet) -> None:
    total = book.add_format({"border": 1, "bold": True})
    households = len({cells[PAGE] for cells in sheet.rows})
    row = FIRST_ROW + len(sheet.rows)
    page.write_string(row, 0, "合计", total)
    page.write_string(row, PAGE, f"{households}户", total)
    page.write_string(row, 3, f"{len(sheet.rows)}人", total)
    page.merge_range(
        row + 1, 0, row + 1, len(COLUMNS) - 1,
        _NOTE,
        book.add_format({"align": "left"}),
    )  # fmt: skip
