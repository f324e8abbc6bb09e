"""What payments tell of a month, by township: awards to be paid by a day in it, and those that were."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tongchou.apps.casework import api as casework
from tongchou.apps.payments.models import RowOutcome
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month

COUNTS: Final = ("payments_due", "payments_on_time")
#: Days from approval to payment. A setting of this platform: programmes say how often a year is paid, and two
#: months are what a quarterly round leaves on average with its review.
PAY_WITHIN: Final = 60
_CHUNK: Final = 1_000


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Awards that fell due for payment in a month. A query a thousand awards, and two."""
    end = next_month(month) - dt.timedelta(days=1)
    within = dt.timedelta(days=PAY_WITHIN)
    awards = casework.awards_approved(month - within, end - within)
    paid: dict[int, dt.date] = {}
    numbers = [number for number, _code, _day in awards]
    for start in range(0, len(numbers), _CHUNK):
        some = numbers[start : start + _CHUNK]
        rows = RowOutcome.objects.filter(outcome="paid", row__award_id__in=some)
        for award, day in rows.values_list("row__award_id", "paid_on"):
            paid[award] = min(day, paid.get(award, day))
    due: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for number, code, approved in awards:
        due[code] += 1
        good[code] += number in paid and paid[number] <= approved + within
    for code, some_due in sorted(due.items()):
        yield UnitCount(code, "payments_due", some_due)
        yield UnitCount(code, "payments_on_time", good[code])
