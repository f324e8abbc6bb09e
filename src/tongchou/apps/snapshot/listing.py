"""Which snapshots there are."""

from __future__ import annotations

from tongchou.apps.snapshot.models import Snapshot
from tongchou.core.scope import Scope

#: A snapshot is taken by people, not by the minute: older ones are looked up by their day.
_SEEN = 500


def taken(*, scope: Scope, before: int | None = None, limit: int = 50) -> list[Snapshot]:
    """Snapshots all of whose areas a scope reaches, the newest first; ``before`` is the last number above."""
    found = Snapshot.objects.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    inside = (one for one in found[:_SEEN] if one.intervals and _holds(scope, one))
    return [one for _place, one in zip(range(limit), inside, strict=False)]


def _holds(scope: Scope, snapshot: Snapshot) -> bool:
    return all(scope.covers_interval(low, high) for low, high in snapshot.intervals)
