"""Sums of money for a village's board: arrived by area, paid by programme, nobody to be found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Sum

from tongchou.apps.payments.fund_models import Arrival
from tongchou.apps.payments.models import RowOutcome, RowState
from tongchou.apps.payments.naming import private
from tongchou.core.scope import Scope

#: A sum paid to fewer households is not told: the neighbours would know whose it is.
LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class PaidSum:
    """What was paid for a programme; both numbers are None where fewer than ``LEAST`` were paid."""

    programme: str
    households: int | None
    fen: int | None


def paid_sums(*, scope: Scope, first: dt.date, last: dt.date) -> tuple[PaidSum, ...]:
    """Sums paid between two days to people registered in some areas, by programme. One query.

    Private programmes are left out altogether, and there is no total from which a small sum could be worked
    out.
    """
    rows = (
        RowOutcome.objects.filter(
            scope.q("row__registered_scope"),
            outcome="paid",
            paid_on__range=(first, last),
            row__state=RowState.PAID,
        )
        .exclude(row__batch__programme__in=private())
        .order_by("row__batch__programme")
        .values_list("row__batch__programme")
        .annotate(households=Count("row__household_id", distinct=True), fen=Sum("row__fen"))
    )
    return tuple(
        PaidSum(programme, *((households, fen) if households >= LEAST else (None, None)))
        for programme, households, fen in rows
    )


def arrived_sums(*, area_ids: Collection[int], first: dt.date, last: dt.date) -> dict[int, int]:
    """Appropriated money that came into funds of some areas between two days, in fen by area. One query."""
    rows = Arrival.objects.filter(
        entry__fund__area_id__in=area_ids, entry__day__range=(first, last), entry__reversed_by=None
    )
    return dict(rows.order_by().values_list("entry__fund__area_id").annotate(fen=Sum("entry__fen")))
