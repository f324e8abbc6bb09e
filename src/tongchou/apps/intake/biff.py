"""The workbook stream of an .xls: its sheets, where formulas and errors stand, how far its cells reach.

Only headers of records are looked at; the cells themselves are read by a program of its own
(``xls_reader``), within bounds of memory and time.

Source: Microsoft, [MS-XLS] Excel Binary File Format (BIFF8, and the BIFF5 of older programs).
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tongchou.apps.intake import compound, held_sheet
from tongchou.apps.intake.archive import MOST_COLUMNS, MOST_ROWS, MOST_TEXT
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Place, Sheet

_BOF, _EOF = 0x0809, 0x000A
_FILEPASS, _DATEMODE, _BOUNDSHEET, _DIMENSIONS = 0x002F, 0x0022, 0x0085, 0x0200
_FORMULA, _BOOL_ERROR, _MANY_NUMBERS = 0x0006, 0x0205, 0x00BD
#: Records that give one cell a value: formula, number, text, error, a number in short form, a shared text.
_CELLS: Final = frozenset({_FORMULA, 0x0203, 0x0204, _BOOL_ERROR, 0x027E, 0x00FD, 0x00D6})
_VERSIONS: Final = (0x0500, 0x0600)
_VISIBLE, _WORKSHEET = 0, 0
_MOST_SHEETS: Final = 255

_READER: Final = Path(__file__).with_name("xls_reader.py")
#: What one workbook may take to be read: address space, seconds of work, seconds on the clock.
MOST_MEMORY: Final = 1024 * 1024 * 1024
MOST_WORK: Final = 30
LONGEST: Final = 60.0
#: How the reader ends.
TOO_LARGE, DAMAGED = 3, 4


@dataclass(slots=True)
class _Page:
    """A sheet as the stream lists it."""

    start: int
    readable: bool
    formulas: set[Place] = field(default_factory=set)
    errors: set[Place] = field(default_factory=set)


def visible_sheets(content: bytes, *, most_rows: int = MOST_ROWS) -> list[Sheet]:
    """The worksheets of an .xls or .et that are not hidden.

    Raises
    ------
    RegisterError
        ``damaged``, ``password``, ``too_large``, ``old_format``, ``wrong_type``.
    """
    try:
        stream = bytearray(compound.workbook_stream(content))
    except RegisterError as error:
        raise _what_else(content, error) from error
    pages, base_1904 = _survey(stream, most_rows)
    wanted = [index for index, page in enumerate(pages) if page.readable]
    if not wanted:
        raise RegisterError("empty_sheet")
    found = _read(compound.packed(bytes(stream)), wanted, most_rows)
    return [
        Sheet(
            cells=held_sheet.rows_from(one["cells"]),
            merges=[((a, b), (c, d)) for a, b, c, d in one["merges"]],
            formulas=frozenset(pages[index].formulas),
            errors=frozenset(pages[index].errors - pages[index].formulas),
            base_1904=base_1904,
        )
        for index, one in zip(wanted, found, strict=True)
    ]


def _what_else(content: bytes, error: RegisterError) -> RegisterError:
    """A broken compound file may still tell what it was."""
    if error.code == "damaged" and "EncryptedPackage".encode("utf-16-le") in content:
        return RegisterError("password")
    if error.code == "damaged" and "WordDocument".encode("utf-16-le") in content:
        return RegisterError("wrong_type", kind="docx")
    return error


def _records(stream: bytearray) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the body and its length, record by record."""
    at, last = 0, len(stream)
    while at + 4 <= last:
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > last:
            raise RegisterError("damaged")
        yield kind, at + 4, length
        at += 4 + length
        if kind == 0 and length == 0:
            return  # the padding at the end


def _survey(stream: bytearray, most_rows: int) -> tuple[list[_Page], bool]:
    """The sheets of a stream; what a sheet says of its own size is struck out, for readers believe it."""
    pages: list[_Page] = []
    by_start: dict[int, _Page] = {}
    base_1904, depth, current, first = False, 0, None, True
    for kind, at, length in _records(stream):
        if kind == _BOF:
            if first and (length < 4 or struct.unpack_from("<H", stream, at)[0] not in _VERSIONS):
                raise RegisterError("old_format")
            first = False
            depth += 1
            if depth == 1:
                current = by_start.get(at - 4)
        elif first:
            raise RegisterError("old_format")
        elif kind == _EOF:
            depth -= 1
        elif kind == _FILEPASS:
            raise RegisterError("password")
        elif kind == _DATEMODE and length >= 2:
            base_1904 = struct.unpack_from("<H", stream, at)[0] == 1
        elif kind == _BOUNDSHEET and length >= 6 and len(pages) < _MOST_SHEETS:
            start, visible, form = struct.unpack_from("<IBB", stream, at)
            page = _Page(start, visible & 3 == _VISIBLE and form == _WORKSHEET)
            pages.append(page)
            by_start[start] = page
        elif kind == _DIMENSIONS:
            stream[at : at + length] = bytes(length)
        elif depth == 1 and current is not None:
            _note_cell(stream, kind, at, length, current, most_rows)
    return pages, base_1904


def _note_cell(stream: bytearray, kind: int, at: int, length: int, page: _Page, most_rows: int) -> None:
    if kind in _CELLS and length >= 6:
        row, column = struct.unpack_from("<HH", stream, at)
        last = column
    elif kind == _MANY_NUMBERS and length >= 6:
        row, column = struct.unpack_from("<HH", stream, at)
        last = struct.unpack_from("<H", stream, at + length - 2)[0]
    else:
        return
    if row >= most_rows or last >= MOST_COLUMNS:
        raise RegisterError("too_large")
    if kind == _FORMULA:
        page.formulas.add((row, column))
    elif kind == _BOOL_ERROR and length >= 8 and stream[at + 7] == 1:
        page.errors.add((row, column))


def _read(content: bytes, wanted: list[int], most_rows: int) -> list[dict[str, Any]]:
    """Cells and merged ranges, read by a program that may use so much memory and time and no more."""
    limits = [str(MOST_MEMORY), str(MOST_WORK), str(MOST_TEXT), str(most_rows), str(MOST_COLUMNS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", str(_READER), *limits, ",".join(map(str, wanted))],
            input=content,
            capture_output=True,
            timeout=LONGEST,
            check=False,
            env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ},
        )
    except subprocess.TimeoutExpired as error:
        raise RegisterError("too_large") from error
    if done.returncode == DAMAGED:
        raise RegisterError("damaged")
    if done.returncode != 0:  # ended by itself for its size, or by the system for its memory
        raise RegisterError("too_large")
    return list(json.loads(done.stdout))
