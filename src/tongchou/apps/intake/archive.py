"""The zip archive that an .xlsx workbook is, opened without trusting what it says about itself.

A few kilobytes can unfold to gigabytes: in the archive (bombs), in the sheet (one cell at the far corner
makes a reader lay out seventeen thousand million) and in the strings (one long text shown by a million
cells). Each is measured here before a reader sees the file.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Place, place_of

#: Uploads larger than this are refused at the door (the pages take no more either).
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_ENTRIES: Final = 1000
#: Unfolded, all parts together and one sheet alone.
MOST_UNFOLDED: Final = 200 * 1024 * 1024
MOST_SHEET: Final = 64 * 1024 * 1024
#: A village's register is far smaller; a sheet that reaches further is no register.
MOST_ROWS: Final = 20_000
#: A department's list is about a whole county.
MOST_LIST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 104
#: All texts of a sheet together, a text counted for every cell that shows it.
MOST_TEXT: Final = 100 * 1024 * 1024

_LOCAL_HEADER: Final = 30
_TAG = rb"<(?:\w+:)?"
_SHEET: Final = re.compile(_TAG + rb"sheet\s([^>]*)>")
_RELATION: Final = re.compile(_TAG + rb"Relationship\s([^>]*)>")
_ATTRIBUTE: Final = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_FORMULA: Final = re.compile(_TAG + rb"f[\s>/]")
_ERROR_VALUE: Final = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_STEPS: Final = re.compile(_TAG + rb"(row|c|f)(?=[\s>/])([^>]*)>")
_REFERENCE: Final = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,4})([0-9]{0,10})[\"']")
#: A reference beyond 20,000 rows or 104 columns (A … CZ).
_FAR: Final = re.compile(
    _TAG
    + rb"(row|c)\s[^>]*?\br\s*=\s*[\"']"
    + rb"(?:[A-Za-z]{3,}[0-9]+|[D-Zd-z][A-Za-z][0-9]+|[A-Za-z]*(?:[2-9][0-9]{4}|[0-9]{6,}))"
    + rb"[\"'][^>]*>"
)
#: The same beyond 200,000 rows: lists are about a whole county.
_FAR_IN_A_LIST: Final = re.compile(
    _FAR.pattern.replace(b"[2-9][0-9]{4}|[0-9]{6,}", b"[2-9][0-9]{5}|[0-9]{7,}")
)
_VALUE: Final = re.compile(_TAG + rb"(?:v|is|f)[\s>]")
_STRING_ITEM: Final = re.compile(_TAG + rb"si[\s>]")
_SHARED: Final = re.compile(rb"[\"']s[\"'][^>]*>\s*" + _TAG + rb"v>\s*([0-9]{1,9})")
_DATE_1904: Final = re.compile(rb"\bdate1904\s*=\s*[\"'](?:1|true)[\"']")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The parts of an archive that matter, unfolded."""

    parts: dict[str, bytes]

    @property
    def base_1904(self) -> bool:
        return _DATE_1904.search(self.parts["xl/workbook.xml"]) is not None

    def sheet_parts(self) -> list[bytes]:
        """The XML of every sheet in the order of the tabs; empty where a tab is no worksheet.

        Raises
        ------
        RegisterError
            ``damaged``
        """
        told = _RELATION.findall(self.parts.get("xl/_rels/workbook.xml.rels", b""))
        try:
            relations = {
                found[b"Id"]: found.get(b"Target", b"").decode()
                for found in map(_attributes, told)
                if b"Id" in found
            }
        except UnicodeDecodeError as error:
            raise RegisterError("damaged") from error
        result = []
        for found in map(_attributes, _SHEET.findall(self.parts["xl/workbook.xml"])):
            reference = next((value for name, value in found.items() if name.endswith(b":id")), b"")
            target = relations.get(reference, "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            result.append(self.parts.get(path, b""))
        return result


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(text))


def open_workbook(content: bytes) -> Workbook:
    """Unfold an .xlsx within bounds.

    Raises
    ------
    RegisterError
        ``damaged``, ``too_large`` or, for other archives, ``wrong_type`` and ``old_format``.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise RegisterError("damaged") from error
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise _other_archive(names)
    if len(names) != len(entries) or len(entries) > MOST_ENTRIES:
        raise RegisterError("damaged")
    if sum(entry.file_size for entry in entries) > MOST_UNFOLDED:
        raise RegisterError("too_large")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise RegisterError("password")
    parts = {}
    for entry in entries:
        unfolded = _unfold(content, entry)
        if entry.filename.endswith((".xml", ".rels")):
            if b"\0" in unfolded[:200] or b"<!DOCTYPE" in unfolded[:2000] or b"<!ENTITY" in unfolded[:2000]:
                raise RegisterError("damaged")
            parts[entry.filename] = unfolded
    return Workbook(parts)


def _other_archive(names: set[str]) -> RegisterError:
    if "xl/workbook.bin" in names:
        return RegisterError("old_format")
    kind = "docx" if any(name.startswith("word/") for name in names) else "zip"
    return RegisterError("wrong_type", kind=kind)


def _unfold(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """One part, never more bytes than it claims to have."""
    start = entry.header_offset
    head = content[start : start + _LOCAL_HEADER]
    if len(head) < _LOCAL_HEADER or not head.startswith(b"PK\x03\x04"):
        raise RegisterError("damaged")
    start += _LOCAL_HEADER + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        unfolded = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        try:
            unfolded = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.file_size + 1)
        except zlib.error as error:
            raise RegisterError("damaged") from error
    else:
        raise RegisterError("damaged")
    if len(unfolded) != entry.file_size:
        raise RegisterError("damaged")
    return unfolded


def check_extent(sheet: bytes, strings: bytes, *, long: bool = False) -> None:
    """Refuse a sheet that a reader could not lay out in reasonable memory.

    Parameters
    ----------
    long
        Up to 200,000 rows instead of 20,000 are believable.

    Raises
    ------
    RegisterError
        ``too_large``. Cells far out that hold nothing but a format are no reason: programs leave them behind.
    """
    if len(sheet) > MOST_SHEET:
        raise RegisterError("too_large")
    for far in (_FAR_IN_A_LIST if long else _FAR).finditer(sheet):
        if far[0].endswith(b"/>"):
            continue
        end = sheet.find(b"row>" if far[1] == b"row" else b"c>", far.end())
        if _VALUE.search(sheet, far.end(), end if end >= 0 else len(sheet)):
            raise RegisterError("too_large")
    starts = [found.start() for found in _STRING_ITEM.finditer(strings)]
    sizes = [end - start for start, end in pairwise([*starts, len(strings)])]
    if max(sizes, default=0) * sheet.count(b"v>") < MOST_TEXT:  # even if each cell showed the longest
        return
    if sum(sizes[int(found)] for found in _SHARED.findall(sheet) if int(found) < len(sizes)) > MOST_TEXT:
        raise RegisterError("too_large")


def formulas_and_errors(sheet: bytes) -> tuple[frozenset[Place], frozenset[Place]]:
    """Where formulas and error values stand, counted from 0."""
    if not _FORMULA.search(sheet) and not _ERROR_VALUE.search(sheet):
        return frozenset(), frozenset()
    formulas, errors = set(), set()
    row, column = -1, -1
    for tag, attributes in _STEPS.findall(sheet):
        if tag == b"f":
            formulas.add((row, column))
            continue
        reference = _REFERENCE.search(attributes)
        if tag == b"row":
            row = int(reference[2]) - 1 if reference and reference[2] else row + 1
            column = -1
            continue
        if reference and reference[1] and reference[2]:
            row, column = place_of(f"{reference[1].decode().upper()}{reference[2].decode()}")
        else:
            column += 1
        if _ERROR_VALUE.search(attributes):
            errors.add((row, column))
    return frozenset(formulas), frozenset(errors - formulas)
