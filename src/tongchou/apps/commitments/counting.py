"""What commitments tell of a month, by unit: promises due and kept, households that have their letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.db.models import Count, F, Q

from tongchou.apps.commitments.models import Delivery, Promise, Stage, State, Step
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month

COUNTS: Final = ("commitments_due", "commitments_kept", "households", "households_reached")


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Promises of units that fell due in a month, and those of them families say were kept in time.

    Units are areas and those of their departments that stand in the list of posts. Households are those of
    today, since a register knows who lives where now; a month is closed soon after it ends. Five queries.
    """
    end = next_month(month)
    codes = dict(places.Area.objects.filter(valid_to=None).values_list("pk", "code"))
    due = Promise.objects.filter(letter__stage=Stage.PUBLISHED, due__gte=month, due__lt=end)
    kept = Q(state=State.KEPT, kept_on__lte=F("due"), broken_on=None)
    unit = ("letter__area_id", "letter__department_id")
    # A letter of a department that stands in no list of posts is of nobody who could be judged.
    rows = due.filter(Q(letter__department="") | Q(letter__department_id__isnull=False)).order_by()
    counted = list(rows.values_list(*unit).annotate(n=Count("pk"), kept=Count("pk", filter=kept)))
    of_department = posts.department_codes({pk for _area, pk, *_counts in counted if pk is not None})
    for area, department, number, good in counted:
        if area in codes and (department is None or department in of_department):
            key = codes[area] if department is None else f"{codes[area]}/{of_department[department]}"
            yield UnitCount(key, "commitments_due", number)
            yield UnitCount(key, "commitments_kept", good)
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
