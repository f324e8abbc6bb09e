"""Facts files: Parquet below the installation's folder, private, and known by their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from django.conf import settings

from tongchou.apps.snapshot.facts import SCHEMA
from tongchou.domain.facts import SCHEMA_VERSION

FOLDER = "snapshots"
#: Rows turned into text at once while hashing.
_SLICE = 100_000


def digest(facts: pl.DataFrame) -> str:
    """SHA-256 over the content: schema version, column names, then the rows in order of person, as CSV.

    The same facts have the same digest whatever wrote the file and however it is compressed. Text is quoted
    and an unknown value is empty, so the two cannot be confused.
    """
    ordered = facts.select(*SCHEMA).sort("person_id")
    total = hashlib.sha256(f"tongchou facts {SCHEMA_VERSION}\n{','.join(SCHEMA)}\n".encode())
    for start in range(0, ordered.height, _SLICE):
        text = ordered.slice(start, _SLICE).write_csv(include_header=False, quote_style="non_numeric")
        total.update(text.encode())
    return total.hexdigest()


def folder() -> Path:
    place = Path(settings.VAR) / FOLDER
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def write(facts: pl.DataFrame, name: str) -> str:
    """Write a facts file, whole or not at all; returns its path below the installation's folder."""
    target = folder() / f"{name}.parquet"
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix="writing-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as stream:
            facts.write_parquet(stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return f"{FOLDER}/{target.name}"


def read(path: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The facts of a file that ``write`` wrote; some columns alone are read many times quicker."""
    return pl.read_parquet(Path(settings.VAR) / path, columns=list(columns) if columns else None)


def state(path: str) -> tuple[int, int]:
    """What tells whether a file was written to: its size and the moment of the last writing."""
    found = (Path(settings.VAR) / path).stat()
    return found.st_size, found.st_mtime_ns


def remove(path: str) -> None:
    (Path(settings.VAR) / path).unlink(missing_ok=True)
