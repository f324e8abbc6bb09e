"""Uploads as single files: archives are unfolded within bounds, their names read as they were written.

An archive of a few kilobytes can hold gigabytes, or archives within archives. Entries are counted and their
sizes added up before anything is unfolded, each is unfolded no further than it claims, and an archive inside
an archive is not opened.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from tongchou.apps.intake.archive import MOST_BYTES
from tongchou.domain.register.problems import RegisterError

#: Files of one upload, archives unfolded.
MOST_FILES: Final = 500
#: Entries of one archive, folders and files that are no registers included.
MOST_ENTRIES: Final = 2_000
#: All files of an upload together, unfolded.
MOST_UNFOLDED: Final = 100 * 1024 * 1024
#: A text table folds to a twentieth, a workbook not at all; beyond this somebody means ill.
MOST_RATIO: Final = 100
_CHUNK: Final = 1024 * 1024
_UTF8_FLAG: Final = 0x800
_LOCKED_FLAG: Final = 0x1
_UNICODE_NAME: Final = 0x7075

SUFFIXES: Final = (".xlsx", ".xls", ".et", ".csv", ".txt")
_ARCHIVE: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: Files that programs leave behind: not registers, and not worth a word.
_LITTER: Final = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file: its name without folders, and its bytes or why it has none."""

    name: str
    content: bytes = b""
    refusal: RegisterError | None = None


def is_archive(content: bytes) -> bool:
    """True for a .zip that is no workbook or document."""
    if not content.startswith(_ARCHIVE):
        return False
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return False
    return "[Content_Types].xml" not in names and not any(name.startswith(("xl/", "word/")) for name in names)


def unpacked(files: Iterable[tuple[str, bytes]]) -> list[Upload]:
    """The single files of an upload in order; what cannot be taken comes with the reason.

    Raises
    ------
    RegisterError
        ``too_many_files`` or ``archive_too_large`` when the upload as a whole is more than a county sends.
    """
    found: list[Upload] = []
    left = MOST_UNFOLDED
    for name, content in files:
        some = _from_archive(name, content, left) if is_archive(content) else [Upload(_bare(name), content)]
        left -= sum(len(one.content) for one in some)
        found += some
        if len(found) > MOST_FILES:
            raise RegisterError("too_many_files", most=MOST_FILES)
        if left < 0:
            raise RegisterError("archive_too_large")
    return found


def _from_archive(archive_name: str, content: bytes, most: int) -> list[Upload]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(archive.infolist()) > MOST_ENTRIES:
        raise RegisterError("too_many_files", most=MOST_FILES)
    wanted = [(name, entry) for entry in entries for name in [_name(entry)] if not _LITTER.search(name)]
    if len(wanted) > MOST_FILES:
        raise RegisterError("too_many_files", most=MOST_FILES)
    if sum(entry.file_size for _name_, entry in wanted) > most:
        raise RegisterError("archive_too_large")
    if not wanted:
        return [Upload(_bare(archive_name), refusal=RegisterError("empty_archive"))]
    return [_entry(archive, entry, name) for name, entry in wanted]


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Upload:
    bare = _bare(name)
    if entry.flag_bits & _LOCKED_FLAG:
        return Upload(bare, refusal=RegisterError("password"))
    if entry.file_size > MOST_BYTES or entry.file_size > max(entry.compress_size, 1024) * MOST_RATIO:
        return Upload(bare, refusal=RegisterError("too_large"))
    try:
        with archive.open(entry) as file:
            parts, size = [], 0
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > entry.file_size:
                    return Upload(bare, refusal=RegisterError("damaged"))
                parts.append(chunk)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError, struct.error):
        return Upload(bare, refusal=RegisterError("damaged"))
    inside = b"".join(parts)
    if is_archive(inside):
        return Upload(bare, refusal=RegisterError("archive_in_archive"))
    return Upload(bare, inside)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: UTF-8 where it is marked, else GBK as Chinese Windows does."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    extra, at = entry.extra, 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_NAME and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _bare(name: str) -> str:
    """The file's own name, whatever folders stand before it."""
    return PurePosixPath(name.replace("\\", "/")).name[:200] or "?"
