"""What commitments tell of a month, by unit: promises due and kept, households that have their letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.db.models import Count, F, Q

from tongchou.apps.commitments.models import Delivery, Promise, Stage, State, Step
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month

COUNTS: Final = ("commitments_due", "commitments_kept", "households", "households_reached")


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Promises of areas that fell due in a month, and those of them families say were kept in time.

    Of departments nothing is told yet: their letters bear a name and no code. Households are those of today,
    since a register knows who lives where now; a month is closed soon after it ends. Four queries.
    """
    end = next_month(month)
    codes = dict(places.Area.objects.filter(valid_to=None).values_list("pk", "code"))
    due = Promise.objects.filter(
        letter__stage=Stage.PUBLISHED, letter__department="", due__gte=month, due__lt=end
    )
    kept = Q(state=State.KEPT, kept_on__lte=F("due"), broken_on=None)
    rows = (
        due.order_by().values_list("letter__area_id").annotate(n=Count("pk"), kept=Count("pk", filter=kept))
    )
    for area, number, good in rows:
        if area in codes:
            yield UnitCount(codes[area], "commitments_due", number)
            yield UnitCount(codes[area], "commitments_kept", good)
    inside = registry.count_by_village(Scope.everything())
    handed = dict(
        Delivery.objects.filter(letter__stage=Stage.PUBLISHED, letter__department="", on__lt=end)
        .order_by()
        .values_list("letter__area_id")
        .annotate(n=Count("household_id", distinct=True))
    )
    for area, households in inside.items():
        if area in codes:
            yield UnitCount(codes[area], "households", households)
            # A household that was reached and closed since is no longer among those there are.
            yield UnitCount(codes[area], "households_reached", min(households, handed.get(area, 0)))


def confirmed_in(month: dt.date) -> list[tuple[int, int, dt.datetime]]:
    """Call-backs recorded in a month: recorder, number of the letter's area, moment. One query."""
    end = next_month(month)
    rows = Step.objects.filter(act="answer", at__date__gte=month, at__date__lt=end).order_by("at", "pk")
    return list(rows.values_list("by_id", "letter__scope_no", "at"))
