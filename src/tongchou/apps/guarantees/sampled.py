"""The staff register at the end of a month, as records a sample may be drawn of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongchou.apps.guarantees.models import Worker
from tongchou.core.record_frames import Described
from tongchou.core.scope import Scope


def on_the_register(scope: Scope, first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Workers of some areas on the last of the days. One query."""
    rows = Worker.objects.filter(scope.q("scope_no"), since__lte=last).exclude(until__lte=last)
    return list(rows.order_by("pk").values_list("pk", "scope_no"))


def described(numbers: Collection[int]) -> dict[int, Described]:
    """What some entries are: the post and since when; the register itself says who. One query."""
    return {
        one.pk: Described(f"W{one.pk}", (("post", one.post), ("day", one.since.isoformat())))
        for one in Worker.objects.filter(pk__in=numbers)
    }
