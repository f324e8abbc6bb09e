"""Recording what a return file says: a thousand rows at a time, each once and for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import building, posting, reach, sealing
from tongchou.apps.payments.models import (
    AnswerFile,
    AnswerState,
    Batch,
    BatchState,
    Fund,
    Overpayment,
    OverpaymentState,
    PaymentRow,
    RowOutcome,
    RowState,
    StagedOutcome,
)
from tongchou.apps.payments.steps import CHUNK, Steps
from tongchou.core import clock
from tongchou.core.errors import Conflict, NotFound
from tongchou.domain import ledger
from tongchou.domain.ledger import Kind

if TYPE_CHECKING:
    from tongchou.core.models import Account


def answer_of(file_id: int, by: Account, at: dt.datetime, permission: str = reach.BUILD) -> AnswerFile:
    """One return file of a batch in the account's areas.

    Raises
    ------
    NotAllowed, NotFound
    """
    inside = reach.areas(by, permission, at)
    found = AnswerFile.objects.filter(inside.q("batch__scope_no"), pk=file_id).select_related("batch").first()
    if found is None:
        raise NotFound("payments.no_answer", _("There is no such return file in your areas."))
    return found


@transaction.atomic
def begin_record(*, file_id: int, came_back: bool, by: Account, at: dt.datetime) -> AnswerFile:
    """Decide that a return file counts; ``record`` then does it. Twice is once.

    Parameters
    ----------
    came_back
        Whether rows that were paid and have come back since are recorded too.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``payments.other_batch``, ``payments.discarded``; ``payments.nothing_to_record`` when no row fits.
    """
    file = _locked(file_id, by, at)
    if file.state in (AnswerState.RECORDING, AnswerState.RECORDED):
        return file
    if file.state == AnswerState.DISCARDED:
        raise Conflict("payments.discarded", _("This file was discarded. Choose it again."))
    if file.other_batch:
        raise Conflict("payments.other_batch", _("This file is about another batch. Discard it."))
    staged = StagedOutcome.objects.filter(file=file)
    if not (staged if came_back else staged.filter(came_back=False)).exists():
        message = _("No row of this file fits the batch. Look at its problems, or discard it.")
        raise Conflict("payments.nothing_to_record", message)
    file.state, file.with_came_back = AnswerState.RECORDING, came_back
    file.decided_by, file.decided_at = by, at
    file.save(update_fields=["state", "with_came_back", "decided_by", "decided_at"])
    building.note(file.batch, "begin_record", by, at, file=file.pk, came_back=came_back, errors=file.errors)
    return file


def record(*, file_id: int, by: Account, at: dt.datetime, steps: Steps | None = None) -> AnswerFile:
    """Record what is left of a file that was decided on, step by step.

    Raises
    ------
    NotAllowed, NotFound
    """
    steps = steps or Steps()
    file = answer_of(file_id, by, at)
    while file.state == AnswerState.RECORDING:
        with steps.step() as settle:
            file = _locked(file_id, by, at)
            done: dict[str, int] = {}
            reached = 0
            if file.state == AnswerState.RECORDING:
                reached, done = _step(file, by, at)
            recorded = StagedOutcome.objects.filter(file=file, done=True).count()
            settle(reached, recorded, recorded + StagedOutcome.objects.filter(file=file, done=False).count())
            building.note(file.batch, "record", by, at, file=file.pk, **done)
    return file


def _locked(file_id: int, by: Account, at: dt.datetime) -> AnswerFile:
    known = answer_of(file_id, by, at)
    Fund.objects.select_for_update().get(pk=known.batch.fund_id)
    batch = Batch.objects.select_for_update().get(pk=known.batch_id)
    file = AnswerFile.objects.select_for_update().get(pk=file_id)
    file.batch = batch
    return file


def _step(file: AnswerFile, by: Account, at: dt.datetime) -> tuple[int, dict[str, int]]:
    part = list(StagedOutcome.objects.filter(file=file, done=False).order_by("no")[:CHUNK])
    if not part:
        _finish(file)
        return 0, {"left": file.left}
    rows = {
        row.no: row
        for row in PaymentRow.objects.select_for_update().filter(
            batch=file.batch, no__in=[one.no for one in part]
        )
    }
    bound = set(
        Overpayment.objects.filter(row__in=[row.pk for row in rows.values()])
        .exclude(state=OverpaymentState.REFUSED)
        .values_list("row", flat=True)
    )
    paid, returned, back, left = [], [], [], 0
    for one in part:
        row = rows[one.no]
        if not one.came_back and row.state == RowState.ISSUED:
            (paid if one.result == "paid" else returned).append((one, row))
        elif one.came_back and file.with_came_back and row.state == RowState.PAID and row.pk not in bound:
            back.append((one, row))
        else:
            left += 1
    _outcomes(file, [*paid, *returned, *back], at)
    for rows_of, state in ((paid, RowState.PAID), (returned, RowState.RETURNED), (back, RowState.RETURNED)):
        PaymentRow.objects.filter(pk__in=[row.pk for _one, row in rows_of]).update(state=state)
    sums = [sum(row.fen for _one, row in some) for some in (paid, returned, back)]
    _move(file, part[-1].no, sums, by, at)
    _count(file.batch, sums, [len(paid), len(returned), len(back)])
    StagedOutcome.objects.filter(pk__in=[one.pk for one in part]).update(done=True)
    AnswerFile.objects.filter(pk=file.pk).update(left=F("left") + left)
    return part[-1].no, {"paid": len(paid), "returned": len(returned), "came_back": len(back), "left": left}


def _outcomes(file: AnswerFile, settled: Sequence[tuple[StagedOutcome, PaymentRow]], at: dt.datetime) -> None:
    day = clock.date_of(file.uploaded_at)
    RowOutcome.objects.bulk_create(
        (
            RowOutcome(
                row=row,
                outcome=one.result,
                reason=one.reason,
                sealed=sealing.seal_words(
                    sealing.unseal_words(one.sealed, "answer", file.pk), "outcome", row.pk
                ),
                paid_on=one.paid_on or day,
                file=file,
                at=at,
            )
            for one, row in settled
        ),
        batch_size=500,
    )


def _move(file: AnswerFile, reached: int, sums: Sequence[int], by: Account, at: dt.datetime) -> None:
    """One entry a kind and step: what the bank paid, what came back, what came back after it was paid."""
    for kind, fen in zip((Kind.PAYMENT, Kind.RETURN, Kind.BOUNCE), sums, strict=True):
        if fen:
            posting.post(
                file.batch.fund,
                ledger.entry(kind, fen, programme=file.batch.programme),
                key=f"answer:{file.pk}:{reached}:{kind}",
                day=clock.date_of(at),
                by=by,
                at=at,
                batch=file.batch,
            )


def _count(batch: Batch, sums: Sequence[int], numbers: Sequence[int]) -> None:
    paid, returned, back = sums
    batch.paid_fen += paid - back
    batch.returned_fen += returned + back
    batch.outstanding_fen -= paid + returned
    batch.paid_rows += numbers[0] - numbers[2]
    batch.returned_rows += numbers[1] + numbers[2]
    if batch.outstanding_fen == 0:
        batch.state = BatchState.SETTLED
    batch.save(
        update_fields=[
            "paid_fen",
            "returned_fen",
            "outstanding_fen",
            "paid_rows",
            "returned_rows",
            "state",
        ]
    )


def _finish(file: AnswerFile) -> None:
    file.state = AnswerState.RECORDED
    file.save(update_fields=["state"])


@transaction.atomic
def discard_answer(*, file_id: int, by: Account, at: dt.datetime) -> AnswerFile:
    """Forget a return file nobody has decided on. Twice is once.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``payments.recorded`` when it has been, or is being, recorded.
    """
    file = _locked(file_id, by, at)
    if file.state == AnswerState.DISCARDED:
        return file
    if file.state != AnswerState.STAGED:
        raise Conflict("payments.recorded", _("This file has been recorded. What it says stays."))
    file.problems.all().delete()
    file.staged.all().delete()
    file.state, file.decided_by, file.decided_at = AnswerState.DISCARDED, by, at
    file.save(update_fields=["state", "decided_by", "decided_at"])
    building.note(file.batch, "discard_answer", by, at, file=file.pk)
    return file
