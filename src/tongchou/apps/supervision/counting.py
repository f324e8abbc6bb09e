"""What of supervision is told of a month: records checked by sample, and those found right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from tongchou.apps.supervision.models import Draw
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month

TOLD: Final = ("records_checked", "records_right")


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Records checked of the units whose draws were finished in a month. One query.

    Right are as many as the design says: its share of the checked, rounded, so that its weights are in it.
    """
    rows = Draw.objects.filter(done_on__gte=month, done_on__lt=next_month(month))
    for unit, checked, value in rows.order_by("unit_key", "pk").values_list("unit_key", "checked", "value"):
        yield UnitCount(unit, TOLD[0], checked)
        yield UnitCount(unit, TOLD[1], min(checked, round(value * checked)))
