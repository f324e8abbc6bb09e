"""Reads for the two administrators: accounts of their areas, what waits for them, who is locked out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Sum

from tongchou.core import account_reach, clock
from tongchou.core.account_models import Factor, FactorReset, ProposalStatus, RoleProposal
from tongchou.core.models import Account, Assignment
from tongchou.core.roles import Role

if TYPE_CHECKING:
    from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of accounts of some areas."""

    active: int
    closed: int
    without_role: int
    without_factor: int
    waiting: int
    locked: int


@dataclass(frozen=True, slots=True)
class Locked:
    """An account that is locked out for now."""

    account: Account
    failures: int
    last: dt.datetime
    until: dt.datetime


def accounts_of(
    scope: Scope, *, on: dt.date, text: str = "", state: str = "", role: str = "", within: Scope | None = None
) -> QuerySet[Account]:
    """Accounts of some areas with their running roles (``.running``), by user name.

    Parameters
    ----------
    text
        Part of the user name or the shown name.
    state
        ``"active"``, ``"closed"``, ``"bare"`` (active, without a running role); anything else: all.
    role, within
        Only those with this role running, and with a running role in these areas.
    """
    running = Assignment.objects.running(on)
    found = account_reach.visible(scope)
    if text:
        found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    mine = running.filter(account=OuterRef("pk"))
    if state == "active":
        found = found.filter(is_active=True)
    elif state == "closed":
        found = found.filter(is_active=False)
    elif state == "bare":
        found = found.filter(~Exists(mine), is_active=True)
    if role in Role.values:
        found = found.filter(Exists(mine.filter(role=role)))
    if within is not None:
        found = found.filter(Exists(mine.filter(within.q("scope_no"))))
    return (
        found.annotate(has_factor=Exists(Factor.objects.filter(account=OuterRef("pk"))))
        .prefetch_related(Prefetch("assignments", running.order_by("scope_no", "role"), to_attr="running"))
        .order_by("username")
    )


def roles_of(account: Account, *, within: Scope) -> list[Assignment]:
    """All roles an account holds or held, the newest first; those outside the areas are left out."""
    held = Assignment.objects.filter(within.q("scope_no"), account=account)
    return list(held.order_by(F("valid_to").desc(nulls_first=True), "-valid_from", "-pk"))


def proposals_of(account: Account, *, within: Scope) -> list[RoleProposal]:
    """What waits for an account, in some areas."""
    waiting = RoleProposal.objects.filter(
        within.q("scope_no"), account=account, status=ProposalStatus.WAITING
    )
    return list(waiting.select_related("proposed_by").order_by("pk"))


def waiting_grants(scope: Scope) -> QuerySet[RoleProposal]:
    """Proposals that wait in some areas, the oldest first."""
    waiting = RoleProposal.objects.filter(scope.q("scope_no"), status=ProposalStatus.WAITING)
    return waiting.select_related("account", "proposed_by").order_by("proposed_at", "pk")


def waiting_resets(scope: Scope) -> list[FactorReset]:
    """Keepers of some areas whose lost factors somebody asked to reset."""
    asked = FactorReset.objects.filter(done_at=None, account__in=account_reach.visible(scope))
    return list(asked.select_related("account", "asked_by").order_by("asked_at"))


def locked_accounts(scope: Scope, *, at: dt.datetime | None = None) -> list[Locked]:
    """Accounts of some areas that failed sign-ins have locked, the latest first."""
    moment = at or clock.now()
    pause = get_cool_off() or dt.timedelta()
    rows = (
        AccessAttempt.objects.filter(attempt_time__gte=moment - pause)
        .values("username")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-last")
    )
    by_name = {row["username"]: row for row in rows}
    found = account_reach.visible(scope).filter(username__in=list(by_name))
    locked = [
        Locked(one, by_name[one.username]["failures"], last, last + pause)
        for one in found
        for last in (by_name[one.username]["last"],)
    ]
    return sorted(locked, key=lambda one: one.last, reverse=True)


def accounts_summary(scope: Scope, *, on: dt.date | None = None) -> Summary:
    """Counts for a home page, in three queries."""
    day = on or clock.today()
    running = Exists(Assignment.objects.running(day).filter(account=OuterRef("pk")))
    factor = Exists(Factor.objects.filter(account=OuterRef("pk")))
    counted = account_reach.visible(scope).aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        closed=Count("pk", filter=Q(is_active=False)),
        without_role=Count("pk", filter=Q(is_active=True) & ~Q(running)),
        without_factor=Count("pk", filter=Q(is_active=True) & ~Q(factor)),
    )
    return Summary(**counted, waiting=waiting_grants(scope).count(), locked=len(locked_accounts(scope)))
