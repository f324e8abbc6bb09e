"""What is approved and waits for its first payment, in counts and sums: no people."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet, Sum

from tongchou.apps.casework import payee_notes
from tongchou.apps.casework.models import Award
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Approved cases of a kind that are in no batch.

    ``ready`` of the ``cases`` can be paid; ``no_payee`` have no account yet, of ``waits`` a change of it
    waits. ``fen`` is what the ready ones come to, ``since`` when the first of all was approved.
    """

    kind: str
    cases: int
    ready: int
    fen: int
    no_payee: int
    waits: int
    since: dt.datetime


def _unpaid(scope: Scope) -> QuerySet[Award]:
    """Awards nobody has tried to pay. Written as the partial index has it, which then is all that is read."""
    return Award.objects.filter(scope.q("handling_scope"), void_at=None, tried=False)


def to_pay(scope: Scope) -> QuerySet[Award]:
    """Awards that wait for their first payment and can have it, as a query: to be counted."""
    return _unpaid(scope).filter(has_payee=True).exclude(case__in=payee_notes.cases_that_wait())


def unpaid(*, scope: Scope) -> list[Unpaid]:
    """What waits in some areas, by kind, whatever has waited longest first. Two queries."""
    held = payee_notes.cases_that_wait(case__award__isnull=False)
    kept: Counter[str] = Counter()
    kept_fen: Counter[str] = Counter()
    for kind, fen in _unpaid(scope).filter(has_payee=True, case__in=held).values_list("kind", "amount_fen"):
        kept[kind] += 1
        kept_fen[kind] += fen
    with_payee = Q(has_payee=True)
    rows = (
        _unpaid(scope)
        .order_by()
        .values_list("kind")
        .annotate(
            n=Count("pk"), paid=Count("pk", filter=with_payee), fen=Sum("amount_fen", filter=with_payee),
            since=Min("approved_at"),
        )
    )  # fmt: skip
    found = [
        Unpaid(
            kind=kind,
            cases=cases,
            ready=with_account - kept[kind],
            fen=int(fen or 0) - kept_fen[kind],
            no_payee=cases - with_account,
            waits=kept[kind],
            since=since,
        )
        for kind, cases, with_account, fen, since in rows
    ]
    return sorted(found, key=lambda one: (one.since, one.kind))
