"""What of complaints is told of a month: how they were answered and mended, never by whom or how often."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Count, F, Q, QuerySet

from tongchou.apps.complaints.models import Breach, Mending, Round, State
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.accountability.periods import period

#: All that is told, in the order of ``indicators/counts.yaml``.
TOLD: Final = (
    "complaints_due",
    "complaints_answered_on_time",
    "breaches_to_mend",
    "breaches_mended_on_time",
)


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Answers that fell due in a month of the unit that owed them, and breaches of the unit that had to mend.

    A complaint is due at each level that had it on that level's own last day; one that was withdrawn before
    is due nowhere. A breach was mended in time when the unit's report that was confirmed came by its day.
    Two queries.
    """
    whole = period(f"{month:%Y-%m}")
    days = (whole.starts, whole.ends)
    withdrawn = Q(complaint__state=State.WITHDRAWN, ended_on__lte=F("answer_due"), answered_on=None)
    rounds = Round.objects.filter(answer_due__range=days).exclude(withdrawn)
    yield from _told(rounds, "handler", Q(answered_on__lte=F("answer_due")), TOLD[:2])
    mended = Q(state=Mending.CLEARED, reported_on__lte=F("due"))
    yield from _told(Breach.objects.filter(due__range=days), "unit_key", mended, TOLD[2:])


def _told(
    rows: QuerySet[Round] | QuerySet[Breach], unit: str, in_time: Q, codes: tuple[str, ...]
) -> Iterator[UnitCount]:
    found = rows.order_by().values_list(unit).annotate(of=Count("pk"), good=Count("pk", filter=in_time))
    for key, of, good in sorted(found):
        for code, value in zip(codes, (of, good), strict=True):
            yield UnitCount(key, code, value)


def satisfaction(handler: str) -> Counter[str]:
    """What was said of the handling of an area, for its own information. One query."""
    rows = Round.objects.filter(handler=handler).exclude(satisfaction="")
    return Counter(dict(rows.order_by().values_list("satisfaction").annotate(of=Count("pk"))))
