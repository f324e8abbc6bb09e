"""The second person: approve a frozen batch or send it back; give a batch up; take rows out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import awards, building, posting, reach, row_deaths
from tongchou.apps.payments.batch_models import TAKEN_OUT
from tongchou.apps.payments.models import Batch, BatchState, PaymentRow, RowState, Why
from tongchou.apps.payments.steps import CHUNK
from tongchou.core import clock, crypto
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain import ledger
from tongchou.domain.ledger import Kind

if TYPE_CHECKING:
    from tongchou.core.models import Account


class Refusal(models.TextChoices):
    """Why a batch is sent back."""

    AMOUNTS = "amounts", _("Amounts differ from the decisions")
    PAYEES = "payees", _("Payees or accounts are not right")
    FUND = "fund", _("Another fund or programme is meant")
    LATER = "later", _("To be paid at another time")


def seen_of(batch: Batch) -> str:
    """Stands for what a reviewer is shown of a batch: sent back with the decision."""
    return crypto.blind_index(f"{batch.pk}:{batch.rows}:{batch.fen}", "payments.batch")


@transaction.atomic
def approve(*, batch_id: int, seen: str, by: Account, at: dt.datetime) -> Batch:
    """Approve a frozen batch. Twice by the same person is once.

    Raises
    ------
    NotAllowed
        ``payments.needs_two`` when the account built or froze it.
    NotFound
    Conflict
        ``payments.decided``, ``payments.not_frozen``; ``payments.seen`` when a row was taken out meanwhile;
        ``payments.died`` with ``rows`` for years after a recorded death.
    """
    batch = _to_review(batch_id, by, at, BatchState.APPROVED)
    if batch.state == BatchState.APPROVED:
        return batch
    if seen != seen_of(batch):
        message = _("The batch has changed since you looked. Look at it once more, then decide.")
        raise Conflict("payments.seen", message)
    row_deaths.require_due(batch)
    batch.state, batch.reviewed_by, batch.reviewed_at = BatchState.APPROVED, by, at
    batch.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    building.note(batch, "approve", by, at, rows=batch.rows, fen=batch.fen)
    return batch


@transaction.atomic
def send_back(*, batch_id: int, refusal: str, by: Account, at: dt.datetime) -> Batch:
    """Send a frozen batch back: it ends, its money is free and its awards wait again.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``approve``.
    Invalid
        When the reason is none of ``Refusal``.
    """
    if refusal not in Refusal.values:
        raise Invalid("payments.refusal", _("Choose a reason from the list."), field="refusal")
    batch = _to_review(batch_id, by, at, BatchState.REFUSED)
    if batch.state == BatchState.REFUSED:
        return batch
    batch.reviewed_by, batch.reviewed_at, batch.refusal = by, at, refusal
    _end(batch, BatchState.REFUSED, by, at)
    building.note(batch, "send_back", by, at, reason=refusal)
    return batch


def _to_review(batch_id: int, by: Account, at: dt.datetime, wanted: str) -> Batch:
    batch = reach.batch_of(batch_id, by, at, reach.REVIEW, lock=True)
    if by.pk in (batch.built_by_id, batch.frozen_by_id):
        message = _("Who built or froze a batch does not review it. Ask a second person.")
        raise NotAllowed("payments.needs_two", message)
    if batch.state == wanted and batch.reviewed_by_id == by.pk:
        return batch
    if batch.state in (BatchState.BUILDING, BatchState.DRAFT, BatchState.FREEZING):
        raise Conflict("payments.not_frozen", _("This batch is not frozen yet. Nobody can review it before."))
    if batch.state != BatchState.FROZEN:
        raise Conflict("payments.decided", _("This batch has been decided on already."))
    return batch


@transaction.atomic
def drop(*, batch_id: int, by: Account, at: dt.datetime) -> Batch:
    """Give a batch up before its file was made: its money is free and its awards wait again. Twice is once.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``payments.issued`` when the bank has it; ``payments.busy`` while it is being built or frozen.
    """
    batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
    if batch.state == BatchState.DROPPED:
        return batch
    if batch.state in (BatchState.BUILDING, BatchState.FREEZING):
        raise Conflict("payments.busy", _("The batch is being worked on. Wait until that is done."))
    if batch.state not in (BatchState.DRAFT, BatchState.FROZEN, BatchState.APPROVED):
        raise Conflict("payments.issued", _("The bank has this batch, or it has ended. It stays as it is."))
    _end(batch, BatchState.DROPPED, by, at)
    building.note(batch, "drop", by, at, rows=batch.rows, fen=batch.fen)
    return batch


def _end(batch: Batch, state: str, by: Account, at: dt.datetime) -> None:
    if batch.state in (BatchState.FROZEN, BatchState.APPROVED):
        _release(batch, batch.fen, f"end:{batch.pk}", by, at)
    open_rows = PaymentRow.objects.filter(batch=batch, state__in=[RowState.WAITING, RowState.FROZEN])
    first_tries = list(open_rows.filter(earlier=None).values_list("award_id", flat=True))
    open_rows.update(state=RowState.DROPPED, why=Why.BATCH_ENDED)
    for first in range(0, len(first_tries), CHUNK):
        awards.source().note_untried(first_tries[first : first + CHUNK])
    batch.state = state
    batch.save(update_fields=["state", "reviewed_by", "reviewed_at", "refusal"])


@transaction.atomic
def take_out(*, batch_id: int, row_no: int, why: str, by: Account, at: dt.datetime) -> PaymentRow:
    """Take one row out of a frozen or reviewed batch: its money is free, its award waits. Twice is once.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        When the reason is none of ``TAKEN_OUT``.
    Conflict
        ``payments.issued`` when the bank has it; ``payments.last_row`` for the only row left.
    """
    if why not in TAKEN_OUT:
        raise Invalid("payments.why", _("Choose a reason from the list."), field="why")
    batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
    row = PaymentRow.objects.select_for_update().filter(batch=batch, no=row_no).first()
    if row is None:
        raise NotFound("payments.no_row", _("The batch has no such row."))
    if row.state == RowState.DROPPED:
        return row
    if batch.state not in (BatchState.FROZEN, BatchState.APPROVED) or row.state != RowState.FROZEN:
        raise Conflict("payments.issued", _("The bank has this batch, or it has ended. It stays as it is."))
    if batch.rows == 1:
        raise Conflict("payments.last_row", _("It is the only row. Give the batch up instead."))
    _release(batch, row.fen, f"take_out:{row.pk}", by, at)
    row.state, row.why = RowState.DROPPED, why
    row.save(update_fields=["state", "why"])
    if row.earlier_id is None:
        awards.source().note_untried([row.award_id])
    batch.rows -= 1
    batch.fen -= row.fen
    batch.save(update_fields=["rows", "fen"])
    building.note(batch, "take_out", by, at, row=row_no, why=why, fen=row.fen)
    return row


@transaction.atomic
def take_out_not_due(*, batch_id: int, by: Account, at: dt.datetime) -> int:
    """Take the rows for years after a recorded death out of a frozen or reviewed batch; gives how many.

    None left is none taken out. Their money is free; one audit row names them all.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``payments.issued`` when the bank has it; ``payments.last_row`` when nothing else is in the batch.
    """
    batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
    if batch.state not in (BatchState.FROZEN, BatchState.APPROVED):
        raise Conflict("payments.issued", _("The bank has this batch, or it has ended. It stays as it is."))
    rows = list(row_deaths.not_due(batch).order_by("no"))
    if not rows:
        return 0
    if len(rows) == batch.rows:
        message = _("No row of this batch is due any more. Give the batch up instead.")
        raise Conflict("payments.last_row", message)
    fen = sum(row.fen for row in rows)
    _release(batch, fen, f"take_out_not_due:{rows[0].pk}", by, at)
    for first in range(0, len(rows), CHUNK):
        part = rows[first : first + CHUNK]
        numbers = [row.pk for row in part]
        PaymentRow.objects.filter(pk__in=numbers).update(state=RowState.DROPPED, why=Why.DIED)
        awards.source().note_untried([row.award_id for row in part if row.earlier_id is None])
    batch.rows -= len(rows)
    batch.fen -= fen
    batch.save(update_fields=["rows", "fen"])
    numbered = [row.no for row in rows]
    building.note(batch, "take_out_not_due", by, at, rows=numbered, why=Why.DIED, fen=fen)
    return len(rows)


def _release(batch: Batch, fen: int, key: str, by: Account, at: dt.datetime) -> None:
    posting.post(
        batch.fund,
        ledger.entry(Kind.RELEASE, fen, programme=batch.programme),
        key=key,
        day=clock.date_of(at),
        by=by,
        at=at,
        batch=batch,
    )
