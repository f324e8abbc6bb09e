"""From the bytes of an upload to a ``Sheet``: what kind of file it is, and its cells. Nothing is written."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tongchou.apps.intake import archive, biff, compound, text_table
from tongchou.domain.register.header import looks_like_register
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

#: First bytes of files that are no tables: PDF, pictures, other archives, rich text.
_OTHER_TYPES: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM\x00",
    b"II*\0",
    b"MM\0*",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
)


#: Endings of workbooks: a text file with one of them was only renamed, or saved wrongly.
_WORKBOOKS: Final = frozenset({".xlsx", ".xls", ".et"})


@dataclass(frozen=True, slots=True)
class Opened:
    """The sheet of an upload that holds the register.

    ``others`` counts further sheets that hold something; ``workbook`` and ``part`` (the XML of the sheet) are
    there for .xlsx alone; ``text`` tells a text table. ``legacy`` counts the closed columns that were dropped
    already, by their matter.
    """

    sheet: Sheet
    others: int
    workbook: archive.Workbook | None = None
    part: bytes = b""
    legacy: Mapping[str, int] = field(default_factory=dict)
    text: bool = False


def named(error: RegisterError, opened: Opened | None, file_name: str) -> RegisterError:
    """The refusal of a file, or a better one where a text bears the name of a workbook and holds no table."""
    ending = PurePath(file_name).suffix.lower()
    if error.code == "no_header" and opened is not None and opened.text and ending in _WORKBOOKS:
        return RegisterError("text_named_workbook", ending=ending)
    return error


def open_sheet(
    content: bytes, *, wanted: Callable[[Sheet], bool] = looks_like_register, long: bool = False
) -> tuple[Sheet, int]:
    """The sheet of a file that holds a register, and how many other sheets hold something.

    Parameters
    ----------
    wanted
        Tells the sheet to be read from the others where several hold something.
    long
        Whether a sheet may have more rows than a village's register.

    Raises
    ------
    RegisterError
        When there is no such sheet, or the bytes are nothing this reads.
    """
    opened = open_file(content, wanted=wanted, long=long)
    return opened.sheet, opened.others


def open_file(
    content: bytes, *, wanted: Callable[[Sheet], bool] = looks_like_register, long: bool = False
) -> Opened:
    """The same, with what else is known of the upload.

    Raises
    ------
    RegisterError
        As ``open_sheet``.
    """
    if not content:
        raise RegisterError("empty_sheet")
    if len(content) > archive.MOST_BYTES:
        raise RegisterError("too_large")
    if content.startswith(b"PK\x03\x04"):
        workbook = archive.open_workbook(content)
        pages = _visible_sheets(content, workbook, long)
        sheet, others = _choose([page for page, _part in pages], wanted)
        return Opened(sheet, others, workbook, next(part for page, part in pages if page is sheet))
    most_rows = archive.MOST_LIST_ROWS if long else archive.MOST_ROWS
    if content.startswith(compound.MAGIC):
        return Opened(*_choose(biff.visible_sheets(content, most_rows=most_rows), wanted))
    if not _may_be_text(content):
        raise RegisterError("wrong_type", kind="other")
    return Opened(*_choose([text_table.read(content, most_rows=most_rows)], wanted), text=True)


def _choose(all_sheets: list[Sheet], wanted: Callable[[Sheet], bool]) -> tuple[Sheet, int]:
    sheets = [sheet for sheet in all_sheets if _holds_something(sheet)]
    if not sheets:
        raise RegisterError("empty_sheet")
    if len(sheets) == 1:
        return sheets[0], 0
    registers = [sheet for sheet in sheets if wanted(sheet)]
    if not registers:
        raise RegisterError("no_header")
    if len(registers) > 1:
        raise RegisterError("several_registers", sheets=len(registers))
    return registers[0], len(sheets) - 1


def _visible_sheets(content: bytes, workbook: archive.Workbook, long: bool) -> list[tuple[Sheet, bytes]]:
    parts = workbook.sheet_parts()
    strings = workbook.parts.get("xl/sharedStrings.xml", b"")
    for part in parts:
        archive.check_extent(part, strings, long=long)
    found = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for position, about in enumerate(book.sheets_metadata):
            if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet:
                part = parts[position] if position < len(parts) else b""
                found.append((_sheet(book, position, part, workbook.base_1904), part))
    except CalamineError as error:
        raise RegisterError("damaged") from error
    return found


def _sheet(book: CalamineWorkbook, position: int, part: bytes, base_1904: bool) -> Sheet:
    page = book.get_sheet_by_index(position)
    formulas, errors = archive.formulas_and_errors(part)
    return Sheet(
        cells=page.to_python(skip_empty_area=False),
        merges=page.merged_cell_ranges or (),
        formulas=formulas,
        errors=errors,
        base_1904=base_1904,
    )


def _holds_something(sheet: Sheet) -> bool:
    return any(value not in ("", None) for row in sheet.cells for value in row)


def _may_be_text(content: bytes) -> bool:
    """False for files whose first bytes say that they are no tables."""
    if content.startswith(_OTHER_TYPES):
        return False
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return not head.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"mime-version"))
