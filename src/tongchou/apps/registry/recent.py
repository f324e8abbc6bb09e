"""The households an account opened lately: its own help to find them again, never shown to anybody else.

Only numbers are kept. Whose household it is, and whether the account still reaches it, is asked anew at every
view; after ``DAYS`` days, or when the person says so, an entry is gone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from tongchou.apps.registry import access
from tongchou.apps.registry.models import RecentHousehold
from tongchou.apps.registry.searching import heads
from tongchou.apps.registry.views import PersonHit
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Households kept for an account, and for how many days.
MOST = 20
DAYS = 30
#: Opened again within this time, an entry stays as it is: reading a page twice writes once.
_SAME_VISIT = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Recent:
    """A household opened lately: its head (or first member) and when it was opened."""

    head: PersonHit
    household_id: int
    opened_at: dt.datetime


def note_opened(*, household_id: int, by: Account, at: dt.datetime) -> None:
    """Remember that the account opened a household; what is too old, of whomever, goes at the same time."""
    kept = list(
        RecentHousehold.objects.filter(account_id=by.pk)
        .order_by("-opened_at")
        .values_list("pk", "household_id", "opened_at")
    )
    if any(number == household_id and at - opened < _SAME_VISIT for _pk, number, opened in kept):
        return
    entry = RecentHousehold(account_id=by.pk, household_id=household_id, opened_at=at)
    RecentHousehold.objects.bulk_create(
        [entry],
        update_conflicts=True,
        unique_fields=["account_id", "household_id"],
        update_fields=["opened_at"],
    )
    surplus = [pk for pk, number, _opened in kept if number != household_id][MOST - 1 :]
    RecentHousehold.objects.filter(Q(pk__in=surplus) | Q(opened_at__lt=at - dt.timedelta(days=DAYS))).delete()


def recent(*, scope: Scope, by: Account, at: dt.datetime) -> list[Recent]:
    """What the account opened lately and still reaches, the latest first. At most five queries."""
    since = at - dt.timedelta(days=DAYS)
    kept = RecentHousehold.objects.filter(account_id=by.pk, opened_at__gte=since).order_by("-opened_at")
    opened = dict(kept.values_list("household_id", "opened_at")[:MOST])
    if not opened:
        return []
    reached = set(access.households(scope).filter(pk__in=opened).values_list("pk", flat=True))
    first = heads([number for number in opened if number in reached])
    return [Recent(head, number, opened[number]) for number, head in first.items()]


def forget_recent(*, by: Account) -> None:
    """Empty the account's list."""
    RecentHousehold.objects.filter(account_id=by.pk).delete()
