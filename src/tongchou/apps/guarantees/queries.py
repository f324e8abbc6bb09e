"""Lists of returns, of staff, of trainings and of marked areas."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q, QuerySet

from tongchou.apps.guarantees import access
from tongchou.apps.guarantees.models import Kind, Marked, Training, Worker, YearReturn
from tongchou.core import access as core_access
from tongchou.core import scope as reach
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Ways to look at returns.
LISTS = ("waiting", "accepted", "refused")


def returns(*, scope: Scope, of: str = "", year: int | None = None) -> QuerySet[YearReturn]:
    """Returns of some areas, the newest first, with their decisions."""
    found = YearReturn.objects.filter(scope.q("scope_no")).select_related(
        "decision", "decision__by", "sent_by"
    )
    if year is not None:
        found = found.filter(year=year)
    if of == "waiting":
        found = found.filter(decision=None)
    elif of in ("accepted", "refused"):
        found = found.filter(decision__accepted=of == "accepted")
    return found.order_by("-pk")


def open_return(return_id: int, *, by: Account, on: dt.date) -> tuple[YearReturn, tuple[YearReturn, ...]]:
    """A return with all versions of its unit and year, the newest first. Two queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not see it.
    """
    areas = core_access.require(by, access.VIEW, on=on)
    found = returns(scope=areas).filter(pk=return_id).first()
    if found is None:
        raise access.none()
    every = returns(scope=areas).filter(unit=found.unit, year=found.year).order_by("-version")
    return found, tuple(every)


def may_decide(one: YearReturn, *, by: Account, on: dt.date) -> bool:
    """Whether the account could accept a return; decides what a page shows, not what an act allows."""
    if hasattr(one, "decision") or one.sent_by_id == by.pk:
        return False
    areas = reach.of(by, on, permission=access.ACCEPT)
    return areas.covers(one.scope_no) and access.is_above(one, areas)


def workers(*, scope: Scope, on: dt.date, gone: bool = False) -> QuerySet[Worker]:
    """The staff of some areas in the order of the tree; with ``gone`` also those who left."""
    found = Worker.objects.filter(scope.q("scope_no"))
    if not gone:
        found = found.filter(Q(until=None) | Q(until__gt=on))
    return found.order_by("scope_no", F("until").desc(nulls_first=True), "pk")


def trainings(*, scope: Scope) -> QuerySet[Training]:
    """Trainings of some areas, the newest first."""
    return Training.objects.filter(scope.q("scope_no")).order_by("-on", "-pk")


def marked(*, scope: Scope, kind: str = "") -> QuerySet[Marked]:
    """The lists of towns and key communities, those in force first."""
    found = Marked.objects.filter(scope.q("scope_no"))
    if kind in Kind.values:
        found = found.filter(kind=kind)
    return found.order_by("kind", F("until").desc(nulls_first=True), "scope_no")
