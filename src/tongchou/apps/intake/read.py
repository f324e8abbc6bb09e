"""From the bytes of an upload to a ``Sheet``: what kind of file it is, and its cells. Nothing is written."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tongchou.apps.intake import archive
from tongchou.domain.register.header import looks_like_register
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: First bytes of files that are no tables, and what people call them.
_OTHER_TYPES: Final = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "zip"),
    (b"7z\xbc\xaf", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"{\\rtf", "docx"),
)


def open_sheet(
    content: bytes, *, wanted: Callable[[Sheet], bool] = looks_like_register, long: bool = False
) -> tuple[Sheet, int]:
    """The sheet of a workbook that holds a register, and how many other sheets hold something.

    Parameters
    ----------
    wanted
        Tells the sheet to be read from the others where several hold something.
    long
        Whether a sheet may have more rows than a village's register.

    Raises
    ------
    RegisterError
        When there is no such sheet, or the bytes are no workbook this reads.
    """
    if not content:
        raise RegisterError("empty_sheet")
    if len(content) > archive.MOST_BYTES:
        raise RegisterError("too_large")
    if not content.startswith(b"PK\x03\x04"):
        raise _not_a_workbook(content)
    workbook = archive.open_workbook(content)
    sheets = [sheet for sheet in _visible_sheets(content, workbook, long) if _holds_something(sheet)]
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


def _visible_sheets(content: bytes, workbook: archive.Workbook, long: bool) -> list[Sheet]:
    parts = workbook.sheet_parts()
    strings = workbook.parts.get("xl/sharedStrings.xml", b"")
    for part in parts:
        archive.check_extent(part, strings, long=long)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        wanted = [
            position
            for position, about in enumerate(book.sheets_metadata)
            if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet
        ]
        return [
            _sheet(book, position, parts[position] if position < len(parts) else b"", workbook.base_1904)
            for position in wanted
        ]
    except CalamineError as error:
        raise RegisterError("damaged") from error


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


def _not_a_workbook(content: bytes) -> RegisterError:
    """What the file is instead, as far as its first bytes tell."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return RegisterError("password")
        if "WordDocument".encode("utf-16-le") in content:
            return RegisterError("wrong_type", kind="docx")
        return RegisterError("old_format")
    for start, kind in _OTHER_TYPES:
        if content.startswith(start):
            return RegisterError("wrong_type", kind=kind)
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"mime-version")):
        return RegisterError("wrong_type", kind="web")
    return RegisterError("text_table" if _is_text(content[:4096]) else "wrong_type", kind="other")


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # A character may be cut in two at the end of the sample.
            head[: len(head) - 4 if len(head) == 4096 else len(head)].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
