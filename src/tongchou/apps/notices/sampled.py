"""Public notices hung in a month, as records a sample may be drawn of: when and where, not who is on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongchou.apps.notices.models import Notice
from tongchou.core.record_frames import Described
from tongchou.core.scope import Scope


def hung(scope: Scope, first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Notices of some areas that began to hang between two days. One query."""
    rows = Notice.objects.filter(scope.q("scope_no"), opened_on__gte=first, opened_on__lte=last)
    return list(rows.order_by("pk").values_list("pk", "scope_no"))


def described(numbers: Collection[int]) -> dict[int, Described]:
    """What some notices are. One query."""
    return {
        one.pk: Described(
            one.number,
            (
                ("day", one.opened_on.isoformat()),
                ("until", one.closes_on.isoformat()),
                ("place", one.place),
            ),
        )
        for one in Notice.objects.filter(pk__in=numbers)
    }
