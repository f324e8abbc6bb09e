"""Freezing a batch: the money is set aside, each payee is read once and sealed with a mark.

Afterwards no row changes. Rows that cannot be paid are left out with the reason; their money is free again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import (
    awards,
    building,
    naming,
    payee_marks,
    posting,
    reach,
    row_deaths,
    sealing,
    sharing,
    templates,
)
from tongchou.apps.payments.models import (
    Batch,
    BatchState,
    Entry,
    FrozenRow,
    PaymentRow,
    RowOutcome,
    RowState,
    Why,
)
from tongchou.apps.payments.steps import CHUNK, Steps
from tongchou.core import clock, keys
from tongchou.core.errors import Conflict
from tongchou.domain import ledger
from tongchou.domain.ledger import Kind
from tongchou.domain.payments import writing
from tongchou.domain.payments.answers import NEED_ANOTHER_ACCOUNT
from tongchou.domain.payments.templates import Template

if TYPE_CHECKING:
    from tongchou.core.models import Account


@transaction.atomic
def begin_freeze(*, batch_id: int, by: Account, at: dt.datetime) -> Batch:
    """Set the money of a built batch aside; its rows are frozen by ``freeze``. Twice is once.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``payments.not_built``; ``funds.short`` with the ``missing`` fen when the fund has less than the batch
        needs: nothing is frozen then.
    """
    batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
    if batch.state == BatchState.BUILDING:
        raise Conflict("payments.not_built", _("This batch is still being built. Wait until that is done."))
    if batch.state != BatchState.DRAFT:
        return batch
    posting.post(
        batch.fund,
        ledger.entry(Kind.COMMITMENT, batch.fen, programme=batch.programme),
        key=commitment_key(batch),
        day=clock.date_of(at),
        by=by,
        at=at,
        batch=batch,
    )
    batch.sharing = sharing.in_force(batch.area, batch.programme, clock.date_of(at))
    batch.state, batch.reached, batch.frozen_by, batch.frozen_at = BatchState.FREEZING, 0, by, at
    batch.save(update_fields=["sharing", "state", "reached", "frozen_by", "frozen_at"])
    building.note(batch, "commit", by, at, fen=batch.fen, rows=batch.rows)
    return batch


def commitment_key(batch: Batch) -> str:
    return f"commitment:{batch.pk}"


def freeze(*, batch_id: int, by: Account, at: dt.datetime, steps: Steps | None = None) -> Batch:
    """Freeze the rows of a batch whose money is set aside, step by step.

    Raises
    ------
    NotAllowed, NotFound
    """
    steps = steps or Steps()
    batch = reach.batch_of(batch_id, by, at, reach.BUILD)
    template = templates.template_of(batch.template)
    while batch.state == BatchState.FREEZING:
        with steps.step() as settle, keys.steady():
            batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
            left = 0
            if batch.state == BatchState.FREEZING:
                left = _step(batch, template, by, at)
            settle(batch.reached, batch.reached, batch.rows_taken)
            building.note(
                batch, "freeze", by, at, rows=batch.rows, fen=batch.fen, reached=batch.reached, left=left
            )
    return batch


def _step(batch: Batch, template: Template, by: Account, at: dt.datetime) -> int:
    waiting = PaymentRow.objects.filter(batch=batch, state=RowState.WAITING).select_for_update()
    rows = list(waiting.order_by("no")[:CHUNK])
    if not rows:
        _finish(batch, by, at)
        return 0
    left = _freeze_rows(batch, rows, template, at)
    batch.reached = rows[-1].no
    batch.rows -= len(left)
    batch.fen -= sum(row.fen for row in left)
    batch.save(update_fields=["reached", "rows", "fen"])
    return len(left)


def _freeze_rows(
    batch: Batch, rows: list[PaymentRow], template: Template, at: dt.datetime
) -> list[PaymentRow]:
    """Seal what can be paid; gives the rows that were left out."""
    source = awards.source()
    numbers = [row.award_id for row in rows]
    held = source.hold_awards(numbers)
    standing, payees = source.awards(numbers), source.payees(numbers)
    notes, last = source.payee_notes(numbers), payee_marks.last_paid(batch.programme, rows)
    before = _before([row.earlier_id for row in rows if row.earlier_id])
    gone = row_deaths.gone(rows)
    title = naming.title(batch.programme, "zh")
    frozen: list[FrozenRow] = []
    left: dict[str, list[PaymentRow]] = defaultdict(list)
    changed: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        award, payee = standing.get(row.award_id), payees.get(row.award_id)
        note = notes.get(row.award_id)
        if row.pk in gone:
            left[Why.DIED].append(row)
        elif note is not None and note.waits:
            left[Why.PAYEE_WAITS].append(row)
        elif row.award_id not in held or award is None or award.amount_fen != row.fen:
            left[Why.NOT_STANDING].append(row)
        elif payee is None:
            left[Why.NO_PAYEE].append(row)
        else:
            facts = _facts(batch, row, payee)
            why = writing.unfit(template, facts.name, facts.account, facts.bank, facts.id_number, title)
            if not why and _comes_back_again(before.get(row.earlier_id or 0), facts):
                why = Why.NOT_CORRECTED
            if why:
                left[why].append(row)
            else:
                sealed, mark = sealing.seal(facts, row.pk)
                earlier = before.get(row.earlier_id or 0)
                was = earlier[:2] if earlier else last.get(row.person_id)
                changed[payee_marks.mark(note, was, facts)].append(row.pk)
                frozen.append(FrozenRow(row=row, sealed=sealed, mark=mark, at=at))
    FrozenRow.objects.bulk_create(frozen, batch_size=500)
    for told, numbered in changed.items():
        PaymentRow.objects.filter(pk__in=numbered).update(state=RowState.FROZEN, changed=told)
    for why, some in left.items():
        PaymentRow.objects.filter(pk__in=[row.pk for row in some]).update(state=RowState.LEFT_OUT, why=why)
    out = [row for some in left.values() for row in some]
    # What came back before was tried, whatever becomes of this try.
    source.note_untried([row.award_id for row in out if row.earlier_id is None])
    return out


def _facts(batch: Batch, row: PaymentRow, payee: awards.Payee) -> sealing.Facts:
    return sealing.Facts(
        award_id=row.award_id,
        case_number=row.case_number,
        person_id=row.person_id,
        programme=batch.programme,
        year=row.year,
        fen=row.fen,
        issue_no=row.issue_no,
        name=" ".join(payee.name.split()),
        id_number=payee.id_number,
        bank=" ".join(payee.bank.split()),
        account=writing.account_key(payee.account),
        relation=payee.relation,
    )


def _before(row_ids: list[int]) -> dict[int, tuple[str, str, str]]:
    """Name, account and reason of rows that came back, by number."""
    reasons = dict(
        RowOutcome.objects.filter(row__in=row_ids, outcome="returned").values_list("row", "reason")
    )
    found = {}
    for number, sealed in FrozenRow.objects.filter(row__in=row_ids).values_list("row", "sealed"):
        facts = sealing.unseal(sealed, number)
        found[number] = (facts.name, facts.account, reasons.get(number, ""))
    return found


def _comes_back_again(before: tuple[str, str, str] | None, facts: sealing.Facts) -> bool:
    """Whether the bank asked for another account and there is none."""
    if before is None or before[2] not in NEED_ANOTHER_ACCOUNT:
        return False
    return (facts.name, facts.account) == before[:2]


def _finish(batch: Batch, by: Account, at: dt.datetime) -> None:
    """Give back what was set aside for rows left out, and hand the batch to the second person."""
    committed = Entry.objects.get(key=commitment_key(batch)).fen
    if committed > batch.fen:
        posting.post(
            batch.fund,
            ledger.entry(Kind.RELEASE, committed - batch.fen, programme=batch.programme),
            key=f"release:{batch.pk}",
            day=clock.date_of(at),
            by=by,
            at=at,
            batch=batch,
        )
    # A batch of which every row was left out pays nobody: there is nothing to review.
    batch.state = BatchState.FROZEN if batch.rows else BatchState.DROPPED
    batch.save(update_fields=["state"])


def left_out(batch: Batch) -> dict[str, int]:
    """How many rows were left out or taken out, by reason."""
    found = PaymentRow.objects.filter(batch=batch).exclude(why="").values_list("why")
    counts: dict[str, int] = defaultdict(int)
    for (why,) in found:
        counts[why] += 1
    return dict(counts)


def live_sum(batch: Batch) -> int:
    """Fen of the rows that are frozen or further, counted anew."""
    rows = PaymentRow.objects.filter(
        batch=batch, state__in=[RowState.FROZEN, RowState.ISSUED, RowState.PAID, RowState.RETURNED]
    )
    total: dict[str, Any] = rows.aggregate(fen=Sum("fen"))
    return int(total["fen"] or 0)
