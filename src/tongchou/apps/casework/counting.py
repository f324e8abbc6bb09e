"""What cases tell of a month, by township: applications whose last day was in it, and those decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from tongchou.apps.casework.models import Award, Case
from tongchou.apps.places import api as places
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month

COUNTS: Final = ("decisions_due", "decisions_on_time")


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Applications due for a decision in a month, of the township that handles them. Two queries.

    Withdrawn ones and those whose clock stands still (the family is asked for something) are not due.
    """
    end = next_month(month)
    due = Case.objects.filter(due__gte=month, due__lt=end, left_whole=None).exclude(state="withdrawn")
    decided = due.annotate(day=TruncDate("decided_at"))
    good = Q(day__isnull=False, day__lte=F("due"))
    rows = list(
        decided.order_by()
        .values_list("handling_area_id")
        .annotate(n=Count("pk"), good=Count("pk", filter=good))
    )
    above = _townships([area for area, _number, _good in rows])
    number: Counter[str] = Counter()
    on_time: Counter[str] = Counter()
    for area, some, in_time in rows:
        number[above[area]] += some
        on_time[above[area]] += in_time
    for code, some in sorted(number.items()):
        yield UnitCount(code, "decisions_due", some)
        yield UnitCount(code, "decisions_on_time", on_time[code])


def _townships(areas: list[int]) -> dict[int, str]:
    """The code of the township each area lies in, or its own where it is wider."""
    found = {}
    rows = places.Area.objects.filter(pk__in=areas).select_related("parent__parent")
    for area in rows:
        here: places.Area | None = area
        while here is not None and here.level in (places.Level.GROUP, places.Level.VILLAGE):
            here = here.parent
        found[area.pk] = (here or area).code
    return found


def awards_approved(first: dt.date, last: dt.date) -> list[tuple[int, str, dt.date]]:
    """Awards approved between two days that stand: number, code of the township, day. Two queries."""
    rows = list(
        Award.objects.filter(void_at=None)
        .annotate(day=TruncDate("approved_at"))
        .filter(day__gte=first, day__lte=last)
        .order_by("pk")
        .values_list("pk", "handling_area_id", "day")
    )
    above = _townships([area for _pk, area, _day in rows])
    return [(pk, above[area], day) for pk, area, day in rows]
