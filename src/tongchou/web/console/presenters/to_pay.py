"""Approved cases in no batch yet, as their page shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tongchou.apps.payments import api as payments
from tongchou.core import clock


@dataclass(frozen=True, slots=True)
class ToPayLine:
    """What waits of a programme; ``builds`` are address, fund and what it can still pay in fen."""

    title: str
    ready: int
    fen: int
    since: dt.date
    no_payee: int
    waits: int
    builds: list[tuple[str, str, int]]


def to_pay(one: payments.ToPay, language: str) -> ToPayLine:
    """A programme with approved cases in no batch yet, and the way to a batch for each fund that pays it."""
    address, waits = reverse("console:payment-new"), one.waits
    return ToPayLine(
        title=payments.title(waits.kind, language),
        ready=waits.ready,
        fen=waits.fen,
        since=clock.date_of(waits.since),
        no_payee=waits.no_payee,
        waits=waits.waits,
        builds=[
            (
                f"{address}?{urlencode({'fund': fund.pk, 'programme': waits.kind})}",
                f"{fund.area.name} · {fund.year} · {fund.title}",
                free,
            )
            for fund, free in one.funds
            if waits.ready
        ],
    )
