"""Overpayments in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from tongchou.apps.payments import api as payments
from tongchou.web.console.parts import Chip


@dataclass(frozen=True, slots=True)
class OverpaymentLine:
    """A line of the list of overpayments."""

    url: str
    programme: str
    reason: str
    chip: Chip
    fen: int
    open: int
    asked: dt.datetime
    by: str


def overpayment_chip(one: payments.Overpayment) -> Chip:
    icon, tone = {
        "waiting": ("eye", "warn"),
        "running": ("clock", "warn"),
        "settled": ("check", "good"),
        "refused": ("cross", ""),
    }[one.state]
    return Chip(str(payments.OverpaymentState(one.state).label), icon, tone)


def overpayment_lines(found: Iterable[payments.Overpayment], language: str) -> list[OverpaymentLine]:
    return [
        OverpaymentLine(
            url=reverse("console:overpayment", args=[one.pk]),
            programme=payments.title(one.programme, language),
            reason=str(payments.Overpaid(one.reason).label),
            chip=overpayment_chip(one),
            fen=one.fen,
            open=payments.open_of(one) if one.state != "refused" else 0,
            asked=one.asked_at,
            by=one.asked_by.shown_name,
        )
        for one in found
    ]
