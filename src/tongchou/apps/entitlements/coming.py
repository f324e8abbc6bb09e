"""Who becomes entitled when the year turns: told to the village up to :data:`AHEAD` days before."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from tongchou.apps.entitlements import queries
from tongchou.apps.entitlements.models import CLAIMABLE, Entitlement, Evaluation
from tongchou.core.scope import Scope

#: Days before the year turns from which the list of the next one is made.
AHEAD = 90


def years_listed(today: dt.date) -> tuple[int, ...]:
    """The years a list is made for on a day: the one before, its own, and the next when that is near.

    Examples
    --------
    >>> years_listed(dt.date(2026, 10, 2)), years_listed(dt.date(2026, 10, 3))
    ((2025, 2026), (2025, 2026, 2027))
    """
    near = (dt.date(today.year + 1, 1, 1) - today).days <= AHEAD
    return (today.year - 1, today.year, *((today.year + 1,) if near else ()))


def next_run(year: int) -> Evaluation | None:
    """The list of the year after, once it has been made."""
    return Evaluation.objects.filter(current=True, year=year + 1).first()


def coming(
    *,
    scope: Scope,
    year: int,
    programme: str | None = None,
    language: str = "zh",
    page: int = 1,
    size: int = 50,
) -> queries.WorklistPage:
    """People who will be entitled the year after and are not in the year itself, by household.

    Empty before the list of the year after has been made. Constant in queries.
    """
    run = next_run(year)
    found = _coming(run, scope, year, programme) if run else Entitlement.objects.none()
    total = found.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    ordered = found.select_related("evaluation").order_by("household_id", "person_id", "programme")
    chosen = list(ordered[(page - 1) * size : page * size])
    items = queries.items_of(chosen, scope=scope, language=language)
    return queries.WorklistPage(items, total, page, pages)


def _coming(run: Evaluation, scope: Scope, year: int, programme: str | None) -> QuerySet[Entitlement]:
    now = Entitlement.objects.filter(
        evaluation__current=True,
        evaluation__year=year,
        person_id=OuterRef("person_id"),
        programme=OuterRef("programme"),
        outcome__in=CLAIMABLE,
    )
    found = Entitlement.objects.filter(queries._reached(scope), evaluation=run, outcome__in=CLAIMABLE)
    if programme:
        found = found.filter(programme=programme)
    return found.exclude(Exists(now))
