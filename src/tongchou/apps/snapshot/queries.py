"""Finding and reading snapshots."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext_lazy as _

from tongchou.apps.snapshot import files
from tongchou.apps.snapshot.models import Snapshot
from tongchou.core.errors import Conflict
from tongchou.core.scope import Scope
from tongchou.domain.facts import SCHEMA_VERSION


def latest(*, scope: Scope | None = None) -> Snapshot | None:
    """The snapshot taken last, of those that hold all people of the scope if given; None before the first."""
    taken = Snapshot.objects.order_by("-pk")
    if scope is None:
        return taken.first()
    for snapshot in taken.iterator():
        held = Scope(tuple((low, high) for low, high in snapshot.intervals))
        if scope.intervals and all(held.covers_interval(low, high) for low, high in scope.intervals):
            return snapshot
    return None


def read(snapshot: Snapshot) -> pl.DataFrame:
    """The facts of a snapshot, exactly as they were taken.

    Raises
    ------
    Conflict
        When the file is gone, was changed, or has columns of another version.
    """
    if snapshot.schema_version != SCHEMA_VERSION:
        raise Conflict("snapshot.version", _("This snapshot was taken by another version. Take a new one."))
    try:
        facts = files.read(snapshot.path)
        intact = files.digest(facts) == snapshot.sha256
    except (OSError, pl.exceptions.PolarsError):
        intact = False
    if not intact:
        raise Conflict(
            "snapshot.damaged", _("The file of this snapshot is missing or was changed. Take a new one.")
        )
    return facts
