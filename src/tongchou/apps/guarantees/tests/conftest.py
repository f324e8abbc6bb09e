"""Workbooks of returns, as townships fill them in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from tongchou.apps.guarantees.files import COLUMNS


def workbook(*rows: Sequence[Any], columns: Sequence[str] = tuple(COLUMNS.values())) -> bytes:
    """The bytes of an .xlsx with the template's columns and some rows."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("年报")
    for number, row in enumerate((columns, *rows)):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()
