"""The seal of a closed month: one hash of all that was told of a unit and below, and of the close itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongchou.apps.accountability.models import Closing, Counted
from tongchou.apps.places import api as places
from tongchou.domain.accountability.sealing import seal


@dataclass(frozen=True, slots=True)
class SealedMonth:
    """When a unit closed a month, and the hash of what it holds."""

    at: dt.datetime
    sha256: str


def sealed_month(area: places.Area, month: dt.date) -> SealedMonth | None:
    """The seal of a month of an area; None while it is open. Two queries.

    Neither counts nor closings ever change, so it is the same whenever it is made; what is stated anew later
    stands beside and is no part of it.
    """
    closing = Closing.objects.filter(area_id=area.pk, month=month).first()
    if closing is None:
        return None
    rows = Counted.objects.filter(month=month, scope_no__range=(area.scope_no, area.scope_end))
    counts = sorted(rows.order_by().values_list("unit", "count", "value"))
    made = seal(closing=[closing.code, closing.month, closing.at.isoformat()], counts=counts)
    return SealedMonth(closing.at, made.sha256)
