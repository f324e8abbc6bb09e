"""Approved cases that are in no batch yet: how many and how much by programme, and which funds pay them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tongchou.apps.casework import api as casework
from tongchou.apps.payments import queries, reach
from tongchou.apps.payments.models import Fund
from tongchou.core import scope
from tongchou.domain.ledger import Account

if TYPE_CHECKING:
    from tongchou.core.models import Account as Person


@dataclass(frozen=True, slots=True)
class ToPay:
    """What waits of a programme, and the funds that pay it with what each can still pay, the latest first."""

    waits: casework.Unpaid
    funds: tuple[tuple[Fund, int], ...]


def waiting_cases(by: Person, on: dt.date) -> QuerySet[Any]:
    """Awards that can have their first payment, where the account builds batches: to be counted.

    One index of what is not paid is walked, however much was paid before. One query, for the roles.
    """
    return casework.to_pay(scope.of(by, on, permission=reach.BUILD))


def to_pay(by: Person, on: dt.date) -> list[ToPay]:
    """The same by programme, with those that have no account yet. Constant in queries."""
    waits = casework.unpaid(scope=scope.of(by, on, permission=reach.BUILD))
    lines = queries.fund_lines(by, on, reach.BUILD) if waits else []
    uses = queries.uses_of(one.fund.pk for one in lines)
    return [
        ToPay(
            one,
            tuple(
                (line.fund, line.of(Account.FREE)) for line in lines if one.kind in uses.get(line.fund.pk, ())
            ),
        )
        for one in waits
    ]
