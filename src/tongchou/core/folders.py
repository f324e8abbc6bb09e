"""Folders of derived files below the installation's folder: written whole or not at all, known by content."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

#: Sizes and moments of the last writing of the files of a folder.
State = tuple[tuple[str, int, int], ...]


def at(path: str) -> Path:
    """The place of a path below the installation's folder."""
    return Path(settings.VAR) / path


@contextmanager
def written(path: str) -> Iterator[Path]:
    """A private draft that stands at ``path`` when the block has ended well, and nowhere otherwise.

    What was written survives a power cut.
    """
    target = at(path)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix="writing-"))  # mode 0700
    try:
        yield draft
        for file in _files(draft):
            file.chmod(0o600)
            _settle(file)
        draft.rename(target)
        _settle(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def digest(place: Path) -> str:
    """SHA-256 over the names and the bytes of all files below a folder, in the order of their names."""
    total = hashlib.sha256()
    for file in _files(place):
        with file.open("rb") as stream:
            own = hashlib.file_digest(stream, "sha256").hexdigest()
        total.update(f"{file.relative_to(place).as_posix()} {own}\n".encode())
    return total.hexdigest()


def intact(path: str, sha256: str) -> bool:
    """Whether all files are there as they were written."""
    place = at(path)
    return place.is_dir() and digest(place) == sha256


def state(path: str) -> State:
    """What tells whether a file was written to, added or removed.

    Raises
    ------
    OSError
        When a file goes while it is looked at.
    """
    place = at(path)
    found = ((file, file.stat()) for file in _files(place))
    return tuple((file.relative_to(place).as_posix(), one.st_size, one.st_mtime_ns) for file, one in found)


def remove(path: str) -> None:
    shutil.rmtree(at(path), ignore_errors=True)


def _files(place: Path) -> list[Path]:
    return sorted(file for file in place.rglob("*") if file.is_file())


def _settle(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
