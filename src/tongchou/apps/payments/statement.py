"""What a family received of all programmes, what is on its way, and what it pays back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import naming, queries, reach, recovery
from tongchou.apps.payments.models import Overpayment, OverpaymentState, PaymentRow, RowState
from tongchou.core import audit, clock, scope
from tongchou.core.errors import NotFound

if TYPE_CHECKING:
    from tongchou.core.models import Account


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One payment: of which programme and year, how much, where it stands."""

    programme: str
    year: int
    fen: int
    state: str
    settled_on: dt.date | None
    name: str
    account: str
    batch: str
    batch_id: int
    row_no: int


@dataclass(frozen=True, slots=True)
class Statement:
    """All payments of a family, the latest first; sums in fen."""

    household_id: int
    lines: Sequence[StatementLine]
    received: int
    with_bank: int
    to_pay_back: int
    paid_back: int


def statement(*, household_id: int, by: Account, at: dt.datetime) -> Statement:
    """The statement of a family. Payments of private programmes stand in it, by their neutral name, only for
    who builds or reviews payments. The look at it is noted.

    Raises
    ------
    NotAllowed
    NotFound
        When nothing was ever paid to the family in the account's areas.
    """
    from django.db import transaction

    on = clock.date_of(at)
    reach.areas(by, reach.VIEW, at)
    rows = PaymentRow.objects.filter(
        batch__in=reach.batches(by, on), household_id=household_id, state__in=queries.TOLD
    ).select_related("batch")
    working = scope.of(by, on, permission=reach.BUILD), scope.of(by, on, permission=reach.REVIEW)
    hidden = naming.private()
    seen = [
        row
        for row in rows.order_by("-pk")
        if row.batch.programme not in hidden or any(one.covers(row.batch.scope_no) for one in working)
    ]
    if not seen:
        raise NotFound("payments.no_statement", _("Nothing was paid to this family in your areas."))
    lines = queries.row_lines(seen, people=True)
    overpaid = list(
        Overpayment.objects.filter(
            row__in=seen, state__in=[OverpaymentState.RUNNING, OverpaymentState.SETTLED]
        )
    )
    with transaction.atomic():
        audit.append(
            by=by,
            action="payments.statement",
            subject=f"household:{household_id}",
            at=at,
            scope_no=seen[0].batch.scope_no,
            detail={"rows": len(seen)},
        )
    return Statement(
        household_id=household_id,
        lines=[_line(one) for one in lines],
        received=_sum(seen, RowState.PAID),
        with_bank=_sum(seen, RowState.ISSUED),
        to_pay_back=sum(recovery.open_of(one) for one in overpaid),
        paid_back=sum(one.recovered_fen for one in overpaid),
    )


def _line(one: queries.RowLine) -> StatementLine:
    return StatementLine(
        programme=one.row.batch.programme,
        year=one.row.year,
        fen=one.row.fen,
        state=one.row.state,
        settled_on=one.settled_on,
        name=one.name,
        account=one.account,
        batch=one.row.batch.name,
        batch_id=one.row.batch_id,
        row_no=one.row.no,
    )


def _sum(rows: Sequence[PaymentRow], state: str) -> int:
    return sum(row.fen for row in rows if row.state == state)
