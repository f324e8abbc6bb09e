"""What the reviewer of a batch is told of accounts that changed, so that they are looked at before payment.

When a row is frozen its account is compared with the approval and with the last payment; the mark stays with
the row. What changes afterwards does not reach the row, and is told when the page is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tongchou.apps.payments import awards, sealing
from tongchou.apps.payments.batch_models import Changed
from tongchou.apps.payments.models import Batch, BatchState, FrozenRow, PaymentRow, RowState

#: Name and account number.
Holder = tuple[str, str]
CHUNK = 1000


def last_paid(programme: str, rows: Iterable[PaymentRow]) -> dict[int, Holder]:
    """To whom the last payment of the programme went, by person. Two queries."""
    people = [row.person_id for row in rows if row.earlier_id is None]
    paid = PaymentRow.objects.filter(person_id__in=people, batch__programme=programme, state=RowState.PAID)
    newest = {person: pk for pk, person in paid.order_by("pk").values_list("pk", "person_id")}
    found = {}
    for row, person, sealed in FrozenRow.objects.filter(row__in=newest.values()).values_list(
        "row", "row__person_id", "sealed"
    ):
        facts = sealing.unseal(sealed, row)
        found[person] = (facts.name, facts.account)
    return found


def mark(note: awards.Note | None, before: Holder | None, facts: sealing.Facts) -> str:
    """What is told of an account: a value of ``Changed``, or empty."""
    approval = note is not None and note.since_approval
    payment = before is not None and before != (facts.name, facts.account)
    if approval and payment:
        return Changed.BOTH
    return Changed.APPROVAL if approval else Changed.PAYMENT if payment else ""


def overtaken(batch: Batch, rows: Collection[PaymentRow] | None = None) -> set[int]:
    """Numbers of the rows of whose account a change waits, or was confirmed after the batch was frozen.

    Of ``rows`` alone where they are given. One query for those, else one for each thousand such accounts too;
    none once the bank has the batch.
    """
    if batch.state not in (BatchState.FROZEN, BatchState.APPROVED) or batch.frozen_at is None:
        return set()
    touched = awards.source().payees_touched_since(batch.frozen_at)
    if rows is not None:
        return {row.no for row in rows if row.state == RowState.FROZEN and row.award_id in touched}
    numbers: set[int] = set()
    listed = sorted(touched)
    for first in range(0, len(listed), CHUNK):
        part = listed[first : first + CHUNK]
        found = PaymentRow.objects.filter(batch=batch, state=RowState.FROZEN, award_id__in=part)
        numbers.update(found.values_list("no", flat=True))
    return numbers
