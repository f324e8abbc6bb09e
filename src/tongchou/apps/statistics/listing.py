"""Which cubes there are."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tongchou.apps.statistics.models import VERSION, Built
from tongchou.core import clock
from tongchou.core.scope import Scope

#: Said when there is nothing to count.
NO_SNAPSHOT = _("Take a snapshot first; there is none to count.")
#: Cubes are built by people, not by the minute: older ones are looked up by their day.
_SEEN = 500


def latest(*, scope: Scope | None = None, on: dt.date | None = None) -> Built | None:
    """The cubes of the newest facts on the tree of their day or a later one, that hold all areas of a scope.

    Newest is the latest day the facts are of, up to ``on`` (today when left out); of one day, the tree of the
    latest day, then what was built last. Cubes on the tree of a day before their facts are there for who asks
    for them by number. Cubes of an older version are passed over. None before the first.
    """
    built = Built.objects.filter(
        as_of__lte=on or clock.today(), boundaries__gte=F("as_of"), version=VERSION
    ).order_by("-as_of", "-boundaries", "-pk")
    if scope is None:
        return built.first()
    return next((one for one in built.iterator() if scope.intervals and _holds(held(one), scope)), None)


def trees(*, scope: Scope, on: dt.date | None = None) -> list[Built]:
    """Cubes of the newest facts that hold all areas of a scope, one a tree of areas, the latest tree first.

    Boundaries then and now: a place that has changed hands can be looked at on either tree.
    """
    newest = latest(scope=scope, on=on)
    if newest is None:
        return []
    same = Built.objects.filter(as_of=newest.as_of, version=VERSION).order_by("-boundaries", "-pk")
    found: dict[dt.date, Built] = {}
    for one in same[:_SEEN]:
        if one.boundaries not in found and _holds(held(one), scope):
            found[one.boundaries] = one
    return list(found.values())


def taken(*, scope: Scope, before: int | None = None, limit: int = 50) -> list[Built]:
    """Cubes all of whose areas a scope reaches, the newest first; ``before`` is the last number above."""
    found = Built.objects.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    inside = (one for one in found[:_SEEN] if one.intervals and _holds(scope, held(one)))
    return [one for _place, one in zip(range(limit), inside, strict=False)]


def held(built: Built) -> Scope:
    """The areas whose people are in the cubes."""
    return Scope(tuple((low, high) for low, high in built.intervals))


def _holds(wider: Scope, narrower: Scope) -> bool:
    return all(wider.covers_interval(low, high) for low, high in narrower.intervals)
