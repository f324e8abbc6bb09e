"""Reading snapshots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import lru_cache

import polars as pl
from django.utils.translation import gettext_lazy as _

from tongchou.apps.snapshot import ages, files, history, quality
from tongchou.apps.snapshot.facts import SCHEMA
from tongchou.apps.snapshot.models import Snapshot
from tongchou.core import folders
from tongchou.core.errors import Conflict
from tongchou.domain.facts import SCHEMA_VERSION


def read(snapshot: Snapshot) -> pl.DataFrame:
    """The facts of a snapshot, exactly as they were taken.

    Raises
    ------
    Conflict
        When the file is gone, was changed, or has columns of another version.
    """
    return _verified(snapshot.path, snapshot.sha256, snapshot.schema_version)


def read_columns(snapshot: Snapshot, names: Collection[str]) -> pl.DataFrame:
    """Some facts of a snapshot, exactly as they were taken; names it has no column for are left out.

    The file is verified once per process, and again when it was written to.

    Raises
    ------
    Conflict
        As ``read``.
    """
    try:
        state = files.state(snapshot.path)
    except OSError as error:
        raise _damaged() from error
    _intact(snapshot.path, snapshot.sha256, snapshot.schema_version, state)
    return files.read(snapshot.path, [name for name in names if name in SCHEMA])


def read_history(snapshot: Snapshot) -> history.History:
    """The lives over time that were read with the facts, exactly as they were taken.

    Raises
    ------
    Conflict
        When the snapshot was taken before there was a history, or a file is gone or was changed.
    """
    if not snapshot.history_path:
        raise Conflict(
            "snapshot.no_history", _("This snapshot holds no history to count months from. Take a new one.")
        )
    if not folders.intact(snapshot.history_path, snapshot.history_sha256):
        raise _damaged()
    return history.read(snapshot.history_path)


def age_sex(snapshot: Snapshot, *, area_codes: Collection[str]) -> ages.AgeSex:
    """Living people registered in these areas on the snapshot's day, by five-year age group and sex.

    No code counts nobody; people whose place of registration is unknown belong to no area. The file is read
    and verified once per process and snapshot; after that an area is a sum over a few cells.

    Raises
    ------
    Conflict
        As ``read``.
    """
    counted = _counted(snapshot.path, snapshot.sha256, snapshot.schema_version, snapshot.as_of)
    return ages.total(counted, snapshot.as_of, area_codes)


def unknown_facts(snapshot: Snapshot, *, area_codes: Collection[str]) -> list[quality.Unknown]:
    """Of how many living people registered in these areas each fact is unknown. Read as ``age_sex``.

    Raises
    ------
    Conflict
        As ``read``.
    """
    return quality.total(_gaps(snapshot.path, snapshot.sha256, snapshot.schema_version), area_codes)


@lru_cache(maxsize=4)
def _gaps(path: str, sha256: str, schema_version: int) -> pl.DataFrame:
    return quality.count(_verified(path, sha256, schema_version).select(quality.COLUMNS))


@lru_cache(maxsize=4)
def _intact(path: str, sha256: str, schema_version: int, state: tuple[int, int]) -> None:
    """Nothing when the file holds what was taken; ``state`` is part of what is remembered."""
    _verified(path, sha256, schema_version)


# By content, not by number: what is kept stays true whatever becomes of the row.
@lru_cache(maxsize=4)
def _counted(path: str, sha256: str, schema_version: int, as_of: dt.date) -> pl.DataFrame:
    return ages.count(_verified(path, sha256, schema_version).select(ages.COLUMNS), as_of)


def _verified(path: str, sha256: str, schema_version: int) -> pl.DataFrame:
    if schema_version != SCHEMA_VERSION:
        raise Conflict("snapshot.version", _("This snapshot was taken by another version. Take a new one."))
    try:
        facts = files.read(path)
        intact = files.digest(facts) == sha256
    except (OSError, pl.exceptions.PolarsError):
        intact = False
    if not intact:
        raise _damaged()
    return facts


def _damaged() -> Conflict:
    return Conflict(
        "snapshot.damaged", _("The file of this snapshot is missing or was changed. Take a new one.")
    )
