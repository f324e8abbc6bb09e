"""The books of funds: appropriations with what arrived of them, and writing both down.

One clerk writes them down, as on the page; a payment of the money takes two. Sent twice it is one entry: by
the Idempotency-Key, and where all that is sent is the same.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from tongchou.apps.payments import api as payments
from tongchou.core import clock
from tongchou.web.api.access import needs
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Code, Id, Key

router = Router(tags=["payments"])

Fen = Annotated[int, Field(ge=1, le=10**13)]
#: The number or name of a document or voucher, as it stands on it.
Paper = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$", strip_whitespace=True),
]
#: Why a number stands in the book a second time; empty where it is new.
Again = Literal["", "several", "numbered", "instead"]


class FundArrival(Schema):
    """What came into the account of an appropriation, in fen. ``entry``: its number in the book."""

    entry: int
    appropriation_id: int
    arrived_on: dt.date
    fen: int
    voucher: str


class FundAppropriation(Schema):
    """What a level has appropriated and what of it arrived, in fen. ``entry``: its number in the book.

    ``days_late``: days after ``due_on`` on which not all of it was there. ``taken_back``: reversed since.
    """

    appropriation_id: int
    entry: int
    source: str
    document: str
    appropriated_on: dt.date
    due_on: dt.date
    fen: int
    arrived_fen: int
    days_late: int
    taken_back: bool


class FundAppropriations(Schema):
    items: list[FundAppropriation]


class AppropriationWritten(Body):
    """``another``: why the document's number stands in the book already, where it does."""

    source: Code
    fen: Fen
    document: Paper
    appropriated_on: dt.date
    due_on: dt.date
    another: Again = ""


class ArrivalWritten(Body):
    """``another`` as of an appropriation, of the bank's voucher."""

    fen: Fen
    arrived_on: dt.date
    voucher: Paper
    another: Again = ""


@router.get(
    "/funds/{int:fund_id}/appropriations",
    summary=gettext_noop("What was appropriated to a fund, and what of it arrived"),
    **answers(FundAppropriations),
    **needs(payments.VIEW),
)
def appropriations(request: HttpRequest, fund_id: Id):
    fund = payments.open_fund_of(fund_id, request.auth, request.at, payments.VIEW)
    found = payments.appropriations(fund, clock.date_of(request.at))
    return FundAppropriations(items=[_shown(one) for one in found])


def _shown(one: payments.AppropriationLine) -> FundAppropriation:
    return FundAppropriation(
        appropriation_id=one.appropriation.pk,
        entry=one.appropriation.entry.no,
        source=one.appropriation.source,
        document=one.appropriation.document,
        appropriated_on=one.appropriated_on,
        due_on=one.appropriation.due_on,
        fen=one.fen,
        arrived_fen=one.arrived,
        days_late=one.punctuality.days,
        taken_back=one.taken_back,
    )


@router.post(
    "/funds/{int:fund_id}/appropriations",
    summary=gettext_noop("Write down that a level has appropriated money to a fund"),
    **answers(FundAppropriation, 201),
    **needs(payments.MANAGE),
)
def appropriate(request: HttpRequest, fund_id: Id, sent: AppropriationWritten, key: Key = None):
    def act() -> FundAppropriation:
        made = payments.appropriate(fund_id=fund_id, **sent.model_dump(), by=request.auth, at=request.at)
        fund = payments.open_fund_of(fund_id, request.auth, request.at, payments.MANAGE)
        found = payments.appropriations(fund, clock.date_of(request.at))
        return _shown(next(one for one in found if one.appropriation.pk == made.pk))

    return once(request, key, act, sent.model_dump_json(), status=201)


@router.post(
    "/appropriations/{int:appropriation_id}/arrivals",
    summary=gettext_noop("Write down what arrived of an appropriation"),
    **answers(FundArrival, 201),
    **needs(payments.MANAGE),
)
def record_arrival(request: HttpRequest, appropriation_id: Id, sent: ArrivalWritten, key: Key = None):
    def act() -> FundArrival:
        made = payments.record_arrival(
            appropriation_id=appropriation_id, **sent.model_dump(), by=request.auth, at=request.at
        )
        return FundArrival(
            entry=made.entry.no,
            appropriation_id=appropriation_id,
            arrived_on=made.entry.day,
            fen=made.entry.fen,
            voucher=made.voucher,
        )

    return once(request, key, act, sent.model_dump_json(), status=201)
