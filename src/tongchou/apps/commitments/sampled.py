"""Deliveries and call-backs of a month, as records a sample may be drawn of; no household is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongchou.apps.commitments.models import Delivery, Step
from tongchou.core import clock
from tongchou.core.record_frames import Described
from tongchou.core.scope import Scope


def delivered(scope: Scope, first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Deliveries of letters of some areas between two days. One query."""
    rows = Delivery.objects.filter(scope.q("letter__scope_no"), on__gte=first, on__lte=last)
    return list(rows.order_by("pk").values_list("pk", "letter__scope_no"))


def deliveries(numbers: Collection[int]) -> dict[int, Described]:
    """What some deliveries are; whether somebody would rather not have it is told to nobody. One query."""
    rows = Delivery.objects.filter(pk__in=numbers)
    return {one.pk: Described(f"C{one.letter_id}-{one.pk}", (("day", one.on.isoformat()),)) for one in rows}


def called_back(scope: Scope, first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Call-backs about promises of letters of some areas between two days. One query."""
    rows = Step.objects.filter(
        scope.q("letter__scope_no"), act="answer", at__date__gte=first, at__date__lte=last
    )
    return list(rows.order_by("pk").values_list("pk", "letter__scope_no"))


def call_backs(numbers: Collection[int]) -> dict[int, Described]:
    """What some call-backs are; what was answered stays with the letter. One query."""
    rows = Step.objects.filter(pk__in=numbers, act="answer")
    return {
        one.pk: Described(f"C{one.letter_id}-{one.pk}", (("day", clock.date_of(one.at).isoformat()),))
        for one in rows
    }
