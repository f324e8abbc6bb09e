"""Funds and payment batches: sums, rows with masked accounts, the steps of a batch, the bank's answer.

The bank file itself is made on the page and by the command alone: full account numbers pass through no
program of others.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from tongchou.apps.payments import api as payments
from tongchou.core import clock
from tongchou.core.errors import Invalid
from tongchou.web.api.access import needs
from tongchou.web.api.corrections import Mark
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Code, Count, Id, Key, Limit, Moment, following, language

router = Router(tags=["payments"])


class Fund(Schema):
    """A dedicated account: what each of its accounts holds, in fen. ``closed_to``: the last closed month."""

    fund_id: int
    area_id: int
    area: str
    year: int
    line: str
    title: str
    programmes: list[str]
    held: dict[str, int]
    closed_to: dt.date | None


class Funds(Schema):
    items: list[Fund]


class Batch(Schema):
    """A payment batch; amounts in fen. Handed to the bank is always paid, returned and outstanding together.

    ``seen`` is what an approval has to name.
    """

    payment_id: int
    name: str
    fund_id: int
    programme: str
    title: str
    attempt: str
    template: str
    state: str
    rows: int
    fen: int
    issued_fen: int
    paid_fen: int
    returned_fen: int
    outstanding_fen: int
    built_at: Moment
    seen: str


class Batches(Schema):
    """A part of the list; send ``next`` as ``before`` to read on."""

    items: list[Batch]
    next: int | None


class PaymentRow(Schema):
    """A row: the payee's name and the last digits of the account, once they are frozen.

    ``why`` it was left out, or the bank's ``reason`` for sending it back. ``changed``: the account is another
    one than at the approval, at the last payment, or at both; ``overtaken``: another one was asked for or
    confirmed after the batch was frozen, and this row pays the former. ``death``: what a recorded death says
    of a row the bank does not have: ``not_due`` for a year after it, ``stays_due`` for its year or before,
    ``unknown`` when nobody knows the year; empty without one, and for who does not see whom the batch pays.
    """

    row: int
    case_number: str
    name: str
    account: str
    fen: int
    state: str
    why: str
    reason: str
    settled_on: dt.date | None
    changed: str
    overtaken: bool
    death: str


class PaymentRows(Schema):
    """A part of the rows; send ``next`` as ``after`` to read on."""

    items: list[PaymentRow]
    next: int | None


class AnswerFile(Schema):
    """A bank's return file; amounts in fen. Nothing of it counts before it is recorded."""

    answer_id: int
    payment_id: int
    state: str
    rows: int
    paid_rows: int
    paid_fen: int
    returned_rows: int
    returned_fen: int
    came_back_rows: int
    not_named: int
    errors: int
    warnings: int
    other_batch: bool
    left: int


class AnswerProblem(Schema):
    """A cell that does not fit: what is wrong and what to do."""

    cell: str
    row: int
    column: str
    code: str
    level: str
    detail: str
    fix: str


class AnswerProblems(Schema):
    """A part of the list; send ``next`` as ``start`` to read on."""

    total: int
    items: list[AnswerProblem]
    next: int | None


class BatchBuilt(Body):
    fund_id: Id
    programme: Code
    template: Code
    attempt: Literal["first", "again"] = "first"


class BatchApproved(Body):
    """The ``seen`` of the batch as it was looked at."""

    seen: Mark


class BatchSentBack(Body):
    refusal: Code


class AnswerRecorded(Body):
    """``came_back``: record also what was paid and has come back since."""

    came_back: bool = False


@router.get(
    "/funds",
    summary=gettext_noop("The funds of the token's areas and what they hold"),
    **answers(Funds),
    **needs(payments.VIEW),
)
def funds(request: HttpRequest):
    found = payments.fund_lines(request.auth, clock.date_of(request.at))
    uses = payments.uses_of(one.fund.pk for one in found)
    return Funds(
        items=[
            Fund(
                fund_id=one.fund.pk,
                area_id=one.fund.area_id,
                area=one.fund.area.name,
                year=one.fund.year,
                line=one.fund.line,
                title=one.fund.title,
                programmes=uses.get(one.fund.pk, []),
                held={name: fen for name, fen in one.held.items() if fen},
                closed_to=one.fund.closed_to,
            )
            for one in found
        ]
    )


@router.get(
    "/payments",
    summary=gettext_noop("Payment batches, the newest first"),
    **answers(Batches),
    **needs(payments.VIEW),
)
def list_payments(request: HttpRequest, before: Id | None = None, limit: Limit = 50):
    found = payments.batch_list(request.auth, clock.date_of(request.at))
    if before is not None:
        found = found.filter(pk__lt=before)
    listed = list(found[: limit + 1])
    return Batches(
        items=[_shown(one) for one in listed[:limit]],
        next=listed[limit - 1].pk if len(listed) > limit else None,
    )


@router.post(
    "/payments",
    summary=gettext_noop("Build a batch; the open one of the fund and programme when there is one"),
    **answers(Batch),
    **needs(payments.BUILD),
)
def build_payment(request: HttpRequest, sent: BatchBuilt, key: Key = None):
    def act() -> Batch:
        return _shown(payments.build_batch(**sent.model_dump(), by=request.auth, at=request.at))

    return once(request, key, act, sent.model_dump_json())


@router.get(
    "/payments/{int:payment_id}",
    summary=gettext_noop("One batch: its state and its sums"),
    **answers(Batch),
    **needs(payments.VIEW),
)
def payment(request: HttpRequest, payment_id: Id):
    return _shown(payments.batch_view(payment_id, request.auth, request.at).batch)


@router.get(
    "/payments/{int:payment_id}/rows",
    summary=gettext_noop("The rows of a batch in order, accounts masked"),
    **answers(PaymentRows),
    **needs(payments.VIEW),
)
def payment_rows(
    request: HttpRequest, payment_id: Id, after: Count = 0, limit: Limit = 50, state: Code | None = None
):
    view = payments.batch_view(payment_id, request.auth, request.at)
    state = "" if state is None or (state == "died" and not view.sees_people) else state
    found = payments.row_list(view.batch, state).filter(no__gt=after)
    listed = list(found[: limit + 1])
    lines = payments.row_lines(listed[:limit], people=view.sees_people, batch=view.batch)
    return PaymentRows(
        items=[
            PaymentRow(
                row=one.row.no,
                case_number=one.row.case_number,
                name=one.name,
                account=one.account,
                fen=one.row.fen,
                state=one.row.state,
                why=one.row.why,
                reason=one.reason,
                settled_on=one.settled_on,
                changed=one.row.changed,
                overtaken=one.overtaken,
                death=one.death,
            )
            for one in lines
        ],
        next=listed[limit - 1].no if len(listed) > limit else None,
    )


def _act(request: HttpRequest, key: str | None, do: Callable[[], payments.Batch], *sent: str):
    return once(request, key, lambda: _shown(do()), *sent)


@router.post(
    "/payments/{int:payment_id}/freeze",
    summary=gettext_noop("Set the money of a batch aside and freeze its rows"),
    **answers(Batch),
    **needs(payments.BUILD),
)
def freeze_payment(request: HttpRequest, payment_id: Id, key: Key = None):
    given = {"batch_id": payment_id, "by": request.auth, "at": request.at}
    return _act(request, key, lambda: payments.freeze_batch(**given))


@router.post(
    "/payments/{int:payment_id}/approve",
    summary=gettext_noop("Approve a frozen batch somebody else built"),
    **answers(Batch),
    **needs(payments.REVIEW),
)
def approve_payment(request: HttpRequest, payment_id: Id, sent: BatchApproved, key: Key = None):
    given = {"batch_id": payment_id, "seen": sent.seen, "by": request.auth, "at": request.at}
    return _act(request, key, lambda: payments.approve(**given), sent.model_dump_json())


@router.post(
    "/payments/{int:payment_id}/send-back",
    summary=gettext_noop("Send a frozen batch back that somebody else built"),
    **answers(Batch),
    **needs(payments.REVIEW),
)
def send_payment_back(request: HttpRequest, payment_id: Id, sent: BatchSentBack, key: Key = None):
    given = {"batch_id": payment_id, "refusal": sent.refusal, "by": request.auth, "at": request.at}
    return _act(request, key, lambda: payments.send_back(**given), sent.model_dump_json())


@router.post(
    "/payments/{int:payment_id}/drop",
    summary=gettext_noop("Give a batch up that the bank does not have"),
    **answers(Batch),
    **needs(payments.BUILD),
)
def drop_payment(request: HttpRequest, payment_id: Id, key: Key = None):
    given = {"batch_id": payment_id, "by": request.auth, "at": request.at}
    return _act(request, key, lambda: payments.drop(**given))


@router.post(
    "/payments/{int:payment_id}/answers",
    summary=gettext_noop("Compare the bank's return file with a batch; nothing is recorded yet"),
    **answers(AnswerFile, 201),
    **needs(payments.BUILD),
)
def read_answer(
    request: HttpRequest,
    payment_id: Id,
    file: UploadedFile = File(None),  # noqa: B008 - as ninja declares a file that may be missing
    key: Key = None,
):
    content = file.read() if file is not None else b""

    def act() -> AnswerFile:
        if file is None:
            payments.require_batch(payment_id, request.auth, request.at)
            raise Invalid("payments.answer", _("Send the return file as “file”."), field="file")
        return _told(
            payments.stage_answer(batch_id=payment_id, content=content, by=request.auth, at=request.at)
        )

    return once(request, key, act, hashlib.sha256(content).hexdigest(), status=201)


@router.get(
    "/answers/{int:answer_id}",
    summary=gettext_noop("One return file: what it says, in counts"),
    **answers(AnswerFile),
    **needs(payments.VIEW),
)
def return_file(request: HttpRequest, answer_id: Id):
    return _told(payments.answer_view(answer_id, request.auth, request.at))


@router.get(
    "/answers/{int:answer_id}/problems",
    summary=gettext_noop("Every cell of a return file that does not fit, errors first"),
    **answers(AnswerProblems),
    **needs(payments.VIEW),
)
def answer_problems(request: HttpRequest, answer_id: Id, start: Count = 0, limit: Limit = 50):
    found = payments.answer_problems(payments.answer_view(answer_id, request.auth, request.at))
    total = found.count()
    listed = list(found[start : start + limit])
    items = []
    for one in listed:
        text, fix = payments.problem_words(one.code, one.params)
        level = "error" if one.error else "warning"
        items.append(
            AnswerProblem(
                cell=one.cell,
                row=one.row,
                column=one.column,
                code=one.code,
                level=level,
                detail=text,
                fix=fix,
            )
        )
    return AnswerProblems(total=total, items=items, next=following(start, listed, total))


@router.post(
    "/answers/{int:answer_id}/record",
    summary=gettext_noop("Record the rows of a return file that fit"),
    **answers(AnswerFile),
    **needs(payments.BUILD),
)
def record_answer(request: HttpRequest, answer_id: Id, sent: AnswerRecorded, key: Key = None):
    def act() -> AnswerFile:
        return _told(
            payments.record_answer(
                file_id=answer_id, came_back=sent.came_back, by=request.auth, at=request.at
            )
        )

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/answers/{int:answer_id}/discard",
    summary=gettext_noop("Forget a return file nobody has decided on"),
    **answers(AnswerFile),
    **needs(payments.BUILD),
)
def discard_answer(request: HttpRequest, answer_id: Id, key: Key = None):
    def act() -> AnswerFile:
        return _told(payments.discard_answer(file_id=answer_id, by=request.auth, at=request.at))

    return once(request, key, act)


def _shown(batch: payments.Batch) -> Batch:
    names = (
        "name", "fund_id", "programme", "attempt", "template", "state", "rows", "fen", "issued_fen",
        "paid_fen", "returned_fen", "outstanding_fen", "built_at",
    )  # fmt: skip
    return Batch(
        payment_id=batch.pk,
        title=payments.title(batch.programme, language()),
        seen=payments.seen_of(batch),
        **{name: getattr(batch, name) for name in names},
    )


def _told(file: payments.AnswerFile) -> AnswerFile:
    names = (
        "state", "rows", "paid_rows", "paid_fen", "returned_rows", "returned_fen", "came_back_rows",
        "not_named", "errors", "warnings", "other_batch", "left",
    )  # fmt: skip
    return AnswerFile(
        answer_id=file.pk, payment_id=file.batch_id, **{name: getattr(file, name) for name in names}
    )
