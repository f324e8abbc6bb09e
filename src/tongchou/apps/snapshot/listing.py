"""Which snapshots there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongchou.apps.places import api as places
from tongchou.apps.snapshot.models import Snapshot
from tongchou.core import clock
from tongchou.core.scope import Scope

#: A snapshot is taken by people, not by the minute: older ones are looked up by their day.
_SEEN = 500


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


def days(*, on: dt.date, limit: int) -> list[dt.date]:
    """The last days whose facts were taken, up to a day, the newest first. One query."""
    found = Snapshot.objects.filter(as_of__lte=on).order_by("-as_of").values_list("as_of", flat=True)
    return list(found.distinct()[:limit])


def held(areas: Iterable[places.Area], *, on: dt.date | None = None) -> list[places.Area]:
    """Those of some areas whose people a snapshot holds, so that ``latest`` finds one. One query."""
    taken = Snapshot.objects.filter(as_of__lte=on or clock.today()).values_list("intervals", flat=True)
    scopes = [Scope(tuple((low, high) for low, high in intervals)) for intervals in taken]
    return [
        area
        for area in areas
        if any(scope.covers_interval(area.scope_no, area.scope_end) for scope in scopes)
    ]


def areas_of(numbers: Iterable[int]) -> dict[int, Scope]:
    """The areas whose people these snapshots hold, by number; one that is gone is left out. One query."""
    found = Snapshot.objects.filter(pk__in=list(numbers)).values_list("pk", "intervals")
    return {pk: Scope(tuple((low, high) for low, high in intervals)) for pk, intervals in found}


def last_with(sha256: str) -> Snapshot | None:
    """The snapshot taken last of those with this content: nothing had changed by then."""
    return Snapshot.objects.filter(sha256=sha256).order_by("-pk").first()


def taken(*, scope: Scope, before: int | None = None, limit: int = 50) -> list[Snapshot]:
    """Snapshots all of whose areas a scope reaches, the newest first; ``before`` is the last number above."""
    found = Snapshot.objects.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    inside = (one for one in found[:_SEEN] if one.intervals and _holds(scope, one))
    return [one for _place, one in zip(range(limit), inside, strict=False)]


def _holds(scope: Scope, snapshot: Snapshot) -> bool:
    return all(scope.covers_interval(low, high) for low, high in snapshot.intervals)
