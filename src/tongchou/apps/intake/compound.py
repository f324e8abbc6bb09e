"""The compound file that an .xls or .et workbook is, unfolded without trusting its own tables.

Chains of sectors may bite their own tail, and the tables may promise more than there is. Here every chain is
walked once and no further than the file is long; what is found is packed anew into the plainest compound file
there can be, so that a reader never sees the tables, macros or properties of the upload.

Source: Microsoft, [MS-CFB] Compound File Binary File Format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from tongchou.domain.register.problems import RegisterError

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_MOST_SECTOR: Final = 0xFFFFFFFA
_ENTRY: Final = 128
_MINI_SHIFT: Final = 6
_STREAM, _ROOT = 2, 5
#: Size of the sectors of what is packed anew: their table then needs no table of its own.
_PACKED: Final = 4096
#: Streams that say that the file is something else.
_PASSWORD: Final = frozenset({"encryptedpackage", "encryptioninfo"})
_DOCUMENT: Final = frozenset({"worddocument", "powerpoint document"})


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


def workbook_stream(content: bytes) -> bytes:
    """The stream that holds the workbook.

    Raises
    ------
    RegisterError
        ``damaged``, ``password``, ``wrong_type`` for other documents, ``old_format`` when it holds no
        workbook of the common kind.
    """
    file = _File.of(content)
    entries = file.entries()
    names = {entry.name.lower() for entry in entries}
    if names & _PASSWORD:
        raise RegisterError("password")
    streams = {entry.name.lower(): entry for entry in entries if entry.kind == _STREAM}
    found = streams.get("workbook") or streams.get("book")
    if found is None:
        raise RegisterError("wrong_type", kind="docx") if names & _DOCUMENT else RegisterError("old_format")
    root = next((entry for entry in entries if entry.kind == _ROOT), None)
    return file.stream(found, root)


def packed(stream: bytes) -> bytes:
    """A compound file with the stream as its workbook and nothing else."""
    stream = stream.ljust(_PACKED, b"\0")  # a shorter one would belong into a table of its own
    data = -(-len(stream) // _PACKED)
    tables = -(-(data + 3) // (_PACKED // 4 - 1))
    chain = [*range(1, data), _END, _END, _END, *[_FAT] * tables]  # stream, directory, small sectors, tables
    chain += [_FREE] * (tables * (_PACKED // 4) - len(chain))
    head = struct.pack("<8s16sHHHHH6s", MAGIC, b"", 0x3E, 4, 0xFFFE, 12, _MINI_SHIFT, b"")
    head += struct.pack("<9I", 1, tables, data, 0, 4096, _END, 0, _END, 0)
    places = [data + 2 + index for index in range(tables)]
    head += struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    directory = _packed_entry("Root Entry", _ROOT, 1, data + 1, _PACKED)
    directory += _packed_entry("Workbook", _STREAM, _FREE, 0, len(stream))
    return b"".join(
        (
            head.ljust(_PACKED, b"\0"),
            stream.ljust(data * _PACKED, b"\0"),
            directory.ljust(2 * _PACKED, b"\0"),
            struct.pack(f"<{len(chain)}I", *chain),
        )
    )


def _packed_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    coded = f"{name}\0".encode("utf-16-le")
    links = struct.pack("<BBIII", kind, 1, _FREE, _FREE, child)
    return struct.pack("<64sH", coded, len(coded)) + links + bytes(36) + struct.pack("<IQ", start, size)


@dataclass(frozen=True, slots=True)
class _File:
    """Sectors and the table that chains them; ``mini`` is where the table of small sectors begins."""

    content: bytes
    shift: int
    table: tuple[int, ...]
    directory: int
    mini: int
    cutoff: int

    @classmethod
    def of(cls, content: bytes) -> _File:
        if len(content) < 512 or not content.startswith(MAGIC):
            raise RegisterError("damaged")
        major, order, shift, mini_shift = struct.unpack_from("<HHHH", content, 26)
        if (major, shift) not in ((3, 9), (4, 12)) or order != 0xFFFE or mini_shift != _MINI_SHIFT:
            raise RegisterError("damaged")
        directory, cutoff, mini, _minis, further, _furthers = struct.unpack_from("<I4xIIIII", content, 48)
        places = [place for place in struct.unpack_from("<109I", content, 76) if place <= _MOST_SECTOR]
        size, most = 1 << shift, (len(content) >> shift) + 1
        seen = 0
        while further <= _MOST_SECTOR:
            sector = content[(further + 1) << shift : (further + 2) << shift]
            seen += 1
            if len(sector) < size or seen > most:
                raise RegisterError("damaged")
            *listed, further = struct.unpack(f"<{size // 4}I", sector)
            places += [place for place in listed if place <= _MOST_SECTOR]
        if len(places) > most:
            raise RegisterError("damaged")
        table: list[int] = []
        for place in places:
            sector = content[(place + 1) << shift : (place + 2) << shift]
            table += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
        return cls(content, shift, tuple(table), directory, mini, cutoff)

    def entries(self) -> list[_Entry]:
        directory = self._chain(self.directory)
        found = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            name, length, kind = struct.unpack_from("<64sHB", directory, at)
            start, size = struct.unpack_from("<II", directory, at + 116)
            if kind in (1, _STREAM, _ROOT):
                text = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                found.append(_Entry(text, kind, start, size))
        return found

    def stream(self, entry: _Entry, root: _Entry | None) -> bytes:
        if entry.size > len(self.content):
            raise RegisterError("damaged")
        if entry.size >= self.cutoff or root is None:
            body = self._chain(entry.start)
        else:
            body = self._small(entry, root)
        if len(body) < entry.size:
            raise RegisterError("damaged")
        return body[: entry.size]

    def _chain(self, start: int) -> bytes:
        parts, seen, sector = [], 0, start
        while sector <= _MOST_SECTOR:
            seen += 1
            if sector >= len(self.table) or seen > len(self.table):
                raise RegisterError("damaged")
            parts.append(self.content[(sector + 1) << self.shift : (sector + 2) << self.shift])
            sector = self.table[sector]
        return b"".join(parts)

    def _small(self, entry: _Entry, root: _Entry) -> bytes:
        held, raw = self._chain(root.start), self._chain(self.mini)
        table = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
        parts, seen, sector = [], 0, entry.start
        while sector <= _MOST_SECTOR:
            seen += 1
            if sector >= len(table) or seen > len(table):
                raise RegisterError("damaged")
            parts.append(held[sector << _MINI_SHIFT : (sector + 1) << _MINI_SHIFT])
            sector = table[sector]
        return b"".join(parts)
