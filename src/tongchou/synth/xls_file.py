"""Workbooks in the old binary form (.xls) that many offices still export: BIFF8 in a compound file.

Only what the synthetic files need: one sheet of texts, numbers and days, with merged cells. Sources:
Microsoft, [MS-XLS] Excel Binary File Format and [MS-CFB] Compound File Binary File Format.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from tongchou.synth.dirt import Cell
from tongchou.synth.errors import SynthError

#: First row, last row, first column, last column, from 0.
Merge = tuple[int, int, int, int]
MOST_ROWS = 65_536
_SECTOR = 512
_END, _FREE, _FAT, _DIFAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
_PLAIN, _DAY = 16, 17  # cell formats; 0 to 15 are the styles every workbook has
#: Day 0 of spreadsheets; it makes up for their 29 February 1900.
_EPOCH = dt.date(1899, 12, 30)
_MERGES_A_RECORD = 1026


def write(path: Path, title: str, rows: Sequence[Sequence[Cell]], merges: Iterable[Merge] = ()) -> None:
    """Write one sheet.

    Raises
    ------
    SynthError
        When there are more rows than the form can hold.
    """
    if len(rows) > MOST_ROWS:
        raise SynthError(
            f".xls 最多 {MOST_ROWS} 行，请改用 csv 或 xlsx。.xls holds {MOST_ROWS} rows at most: use csv"
        )
    path.write_bytes(_compound(_globals(title, _sheet(rows, list(merges)))))


def header_merges(columns: Sequence[tuple[str, str | None]], top: int, depth: int) -> list[Merge]:
    """Merged cells of a header of ``depth`` rows at row ``top``; columns are upper and lower titles."""
    found, start = [], 0
    for _, members in groupby(columns, key=lambda pair: pair[0]):
        width = len(list(members))
        if width > 1:
            found.append((top, top, start, start + width - 1))
        elif depth > 1:
            found.append((top, top + depth - 1, start, start))
        start += width
    return found


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, length: str) -> bytes:
    coded = text.encode("utf-16-le")
    return struct.pack(f"<{length}B", len(coded) // 2, 1) + coded


def _globals(title: str, sheet: bytes) -> bytes:
    font = struct.pack("<HHHHHBBBB", 220, 0, 0x7FFF, 400, 0, 0, 0, 134, 0) + _text("宋体", "B")
    formats = [_cell_format(0, style=True)] * 16 + [_cell_format(0), _cell_format(14)]
    before = b"".join(
        [
            _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)),
            _record(0x0042, struct.pack("<H", 1200)),
            _record(0x003D, struct.pack("<9H", 0, 0, 0x4000, 0x2000, 0x38, 0, 0, 1, 600)),
            *[_record(0x0031, font)] * 5,
            *[_record(0x00E0, body) for body in formats],
            _record(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF)),
        ]
    )
    name = _text(title[:31], "B")
    start = len(before) + 4 + 6 + len(name) + 4
    return before + _record(0x0085, struct.pack("<IBB", start, 0, 0) + name) + _record(0x000A, b"") + sheet


def _cell_format(number: int, *, style: bool = False) -> bytes:
    kind = 0xFFF5 if style else 0x0001
    return struct.pack("<HHHBBBBIIH", 0, number, kind, 0x20, 0, 0, 0 if style else 0x04, 0, 0, 0x20C0)


def _sheet(rows: Sequence[Sequence[Cell]], merges: list[Merge]) -> bytes:
    columns = max((len(row) for row in rows), default=0)
    parts = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)),
        _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, columns, 0)),
    ]
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                parts.append(_record(0x0204, struct.pack("<HHH", at, column, _PLAIN) + _text(cell, "H")))
                continue
            day = isinstance(cell, dt.date)
            value = (cell - _EPOCH).days if isinstance(cell, dt.date) else cell
            place = struct.pack("<HHH", at, column, _DAY if day else _PLAIN)
            parts.append(_record(0x0203, place + struct.pack("<d", value)))
    parts.append(_record(0x023E, struct.pack("<HHHIHHI", 0x06B6, 0, 0, 64, 0, 0, 0)))
    for first in range(0, len(merges), _MERGES_A_RECORD):
        some = merges[first : first + _MERGES_A_RECORD]
        body = b"".join(struct.pack("<4H", *merge) for merge in some)
        parts.append(_record(0x00E5, struct.pack("<H", len(some)) + body))
    return b"".join([*parts, _record(0x000A, b"")])


def _compound(stream: bytes) -> bytes:
    """The compound file with ``stream`` as its workbook: stream, directory, table of the tables, tables."""
    # Streams under 4,096 bytes would belong into a smaller table; padding spares that.
    stream = stream.ljust(4096, b"\0")
    data = -(-len(stream) // _SECTOR)
    tables = more = 0
    while tables * 128 < data + 1 + more + tables:
        tables += 1
        more = -(-max(0, tables - 109) // 127)
    chain = [*range(1, data), _END, _END, *[_DIFAT] * more, *[_FAT] * tables]
    chain += [_FREE] * (tables * 128 - len(chain))
    first_table = data + 1 + more
    places = list(range(first_table, first_table + tables))
    header = struct.pack("<8s16sHHHHH6s", bytes.fromhex("D0CF11E0A1B11AE1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"")
    header += struct.pack("<IIIIIIIII", 0, tables, data, 0, 4096, _END, 0, data + 1 if more else _END, more)
    header += _numbers(places[:109], 109)
    further = b""
    for index in range(more):
        listed = places[109 + 127 * index : 109 + 127 * (index + 1)]
        following = data + 2 + index if index + 1 < more else _END
        further += _numbers(listed, 127) + struct.pack("<I", following)
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0)
    directory += _entry("Workbook", 2, child=_FREE, start=0, size=len(stream))
    directory += _entry("", 0, child=_FREE, start=0, size=0) * 2
    body = stream.ljust(data * _SECTOR, b"\0") + directory + further
    return header + body + _numbers(chain, len(chain))


def _numbers(values: list[int], length: int) -> bytes:
    return struct.pack(f"<{length}I", *values, *[_FREE] * (length - len(values)))


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    coded = f"{name}\0".encode("utf-16-le") if name else b""
    links = struct.pack("<BBIII", kind, 1, _FREE, _FREE, child)
    return struct.pack("<64sH", coded, len(coded)) + links + bytes(36) + struct.pack("<IQ", start, size)
