"""Reading the audit chain: within the areas of the reader, by key, never by offset.

A row carries the number its area had on that day. What a reader reaches is therefore told by stretches of the
chain, as the layer that knows the areas gives them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from tongchou.core.models import Account, Assignment, AuditEntry
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Period:
    """What some areas were called in the rows after one number, up to and with another (None: till now)."""

    after: int
    until: int | None
    scope: Scope

    @property
    def q(self) -> Q:
        inside = Q(pk__gt=self.after) & self.scope.q("scope_no")
        return inside if self.until is None else inside & Q(pk__lte=self.until)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader of the chain may see: all of it, or rows of some areas and of the accounts at work there.

    Rows without an area concern the installation; of them only those about the accounts are reached.
    """

    everything: bool = False
    periods: tuple[Period, ...] = ()
    accounts: tuple[int, ...] = ()

    @property
    def q(self) -> Q:
        if self.everything:
            return Q()
        subjects = [f"account:{number}" for number in self.accounts]
        found = Q(scope_no=None, subject__in=subjects)
        for period in self.periods:
            found |= period.q
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; an empty field asks for nothing. Days are those of the reader's clock."""

    actions: tuple[str, ...] = ()
    since: dt.datetime | None = None
    before: dt.datetime | None = None
    actor: int | None = None
    #: An area of the reader's, by stretches.
    area: tuple[Period, ...] | None = None

    @property
    def q(self) -> Q:
        wanted = Q()
        if self.actions:
            wanted &= Q(action__in=self.actions)
        if self.since is not None:
            wanted &= Q(at__gte=self.since)
        if self.before is not None:
            wanted &= Q(at__lt=self.before)
        if self.actor is not None:
            wanted &= Q(actor_id=self.actor)
        if self.area is not None:
            here = Q(pk__in=[])
            for period in self.area:
                here |= period.q
            wanted &= here
        return wanted


def last_id() -> int:
    """The number of the newest row; 0 before the first."""
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def entries(
    reach: Reach, asked: Asked | None = None, *, before: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Rows of the chain, the newest first; ``before`` is the last number of the page above. One query."""
    found = _found(reach, asked)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-id")[:limit])


def by_action(reach: Reach, asked: Asked) -> dict[str, int]:
    """How many rows there are of each act, the most frequent first. One query."""
    counted = _found(reach, asked).order_by().values_list("action").annotate(n=Count("pk"))
    return dict(sorted(counted, key=lambda pair: (-pair[1], pair[0])))


def accounts_in(scope: Scope, on: dt.date) -> list[Account]:
    """Accounts that hold a role on a day in areas wholly within a scope, by user name. One query."""
    if scope.is_empty:
        return []
    held = Assignment.objects.running(on).filter(scope.q("scope_no") & scope.q("scope_end"))
    return list(Account.objects.filter(pk__in=held.values("account_id")).order_by("username"))


def known_actions() -> list[str]:
    """The acts the chain holds, by name."""
    found: Iterable[str] = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
    return list(found)


def _found(reach: Reach, asked: Asked | None) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(reach.q & (asked.q if asked else Q()))


def numbers(accounts: Collection[Account]) -> tuple[int, ...]:
    return tuple(account.pk for account in accounts)
