"""Which unit holds a place in the tree, and which numbers of closed months stand today."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from tongchou.apps.accountability.models import Restated


class Held(Protocol):
    """An area or unit: its code or key, and the interval of its numbers."""

    @property
    def scope_no(self) -> int: ...

    @property
    def scope_end(self) -> int: ...


T = TypeVar("T", bound=Held)


def holders(units: Sequence[T]) -> Callable[[int], T | None]:
    """Which of some units that do not overlap a place belongs to; None for none of them."""
    ordered = sorted(units, key=lambda one: one.scope_no)
    starts = [one.scope_no for one in ordered]

    def holder(scope_no: int) -> T | None:
        at = bisect_right(starts, scope_no) - 1
        return ordered[at] if at >= 0 and scope_no <= ordered[at].scope_end else None

    return holder


def restated(place: Held, *, last: str | dt.date, first: str | dt.date = dt.date.min) -> QuerySet[Restated]:
    """What was stated anew of counts of some months (their first days) inside an area, and confirmed.

    Few counts ever are, among very many: named so that no index serves, neither place nor month makes a
    database begin with the counts.
    """
    month = F("counted__month")
    rows = Restated.objects.filter(waits=False).alias(
        place=F("counted__scope_no") + 0, month=Coalesce(month, month)
    )
    return rows.filter(place__range=(place.scope_no, place.scope_end), month__range=(first, last))


def standing(rows: QuerySet[Restated]) -> dict[int, int]:
    """By number of the count, what was stated anew last. One query."""
    return dict(rows.order_by("pk").values_list("counted_id", "value"))
