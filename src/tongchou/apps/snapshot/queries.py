"""Finding and reading snapshots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from functools import lru_cache

import polars as pl
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.snapshot import ages, files, quality
from tongchou.apps.snapshot.models import Snapshot
from tongchou.core import clock
from tongchou.core.errors import Conflict
from tongchou.core.scope import Scope
from tongchou.domain.facts import SCHEMA_VERSION


def latest(*, scope: Scope | None = None, on: dt.date | None = None) -> Snapshot | None:
    """The snapshot with the newest facts, of those that hold all people of the scope if given.

    Newest is the latest day the facts are of, up to ``on`` (today when left out); of one day, the one taken
    last. One taken today of a day long past is therefore not the latest. None before the first.
    """
    taken = Snapshot.objects.filter(as_of__lte=on or clock.today()).order_by("-as_of", "-pk")
    if scope is None:
        return taken.first()
    for snapshot in taken.iterator():
        held = Scope(tuple((low, high) for low, high in snapshot.intervals))
        if scope.intervals and all(held.covers_interval(low, high) for low, high in scope.intervals):
            return snapshot
    return None


def held(areas: Iterable[places.Area], *, on: dt.date | None = None) -> list[places.Area]:
    """Those of some areas whose people a snapshot holds, so that ``latest`` finds one. One query."""
    taken = Snapshot.objects.filter(as_of__lte=on or clock.today()).values_list("intervals", flat=True)
    scopes = [Scope(tuple((low, high) for low, high in intervals)) for intervals in taken]
    return [
        area
        for area in areas
        if any(scope.covers_interval(area.scope_no, area.scope_end) for scope in scopes)
    ]


def last_with(sha256: str) -> Snapshot | None:
    """The snapshot taken last of those with this content: nothing had changed by then."""
    return Snapshot.objects.filter(sha256=sha256).order_by("-pk").first()


def read(snapshot: Snapshot) -> pl.DataFrame:
    """The facts of a snapshot, exactly as they were taken.

    Raises
    ------
    Conflict
        When the file is gone, was changed, or has columns of another version.
    """
    return _verified(snapshot.path, snapshot.sha256, snapshot.schema_version)


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
        raise Conflict(
            "snapshot.damaged", _("The file of this snapshot is missing or was changed. Take a new one.")
        )
    return facts
