"""Paying again what came back: once without asking, once more only when a second person allows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import building, reach, sealing
from tongchou.apps.payments.models import LIVE, MoreTries, PaymentRow, RowState
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.payments.answers import NEED_ANOTHER_ACCOUNT

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Tries without anybody's word: the first one and one more.
USUAL: Final = 2
LONGEST: Final = 200


@transaction.atomic
def allow_more(*, batch_id: int, row_no: int, words: str, by: Account, at: dt.datetime) -> MoreTries:
    """Let a row that came back twice be tried once more. Twice is once.

    Raises
    ------
    NotAllowed
        ``payments.needs_two`` for whoever built the batch.
    NotFound
    Invalid
        Without words that say why.
    Conflict
        ``payments.not_returned``, ``payments.usual_try`` when it may be paid again anyway.
    """
    words = " ".join(words.split())
    if not words or len(words) > LONGEST:
        raise Invalid("payments.words", _("Say why in at most 200 characters."), field="words")
    batch = reach.batch_of(batch_id, by, at, reach.REVIEW, lock=True)
    row = PaymentRow.objects.select_for_update().filter(batch=batch, no=row_no).first()
    if row is None:
        raise NotFound("payments.no_row", _("The batch has no such row."))
    known = MoreTries.objects.filter(row=row).first()
    if known is not None:
        return known
    if by.pk == batch.built_by_id:
        raise NotAllowed(
            "payments.needs_two", _("Who built the batch does not allow it. Ask a second person.")
        )
    if row.state != RowState.RETURNED:
        raise Conflict("payments.not_returned", _("This row did not come back."))
    if row.issue_no < USUAL:
        raise Conflict("payments.usual_try", _("It may be paid again without this."))
    made = MoreTries.objects.create(
        row=row,
        built_by_id=batch.built_by_id,
        allowed_by=by,
        sealed=sealing.seal_words(words, "more_tries", row.pk),
        at=at,
    )
    building.note(batch, "allow_more", by, at, row=row_no, tries=row.issue_no)
    return made


def spent(numbers: Collection[int]) -> set[int]:
    """Those of some awards for which money has gone out or is on its way.

    Casework asks before it takes one back.
    """
    states = [RowState.FROZEN, RowState.ISSUED, RowState.PAID]
    rows = PaymentRow.objects.filter(award_id__in=numbers, state__in=states)
    return set(rows.values_list("award_id", flat=True))


def refused_accounts() -> QuerySet[PaymentRow]:
    """Rows that came back because of their account and are not on their way again, with ``came_back_at``.

    Casework asks for them, and shows the cases to whoever can mend the account.
    """
    again = PaymentRow.objects.filter(earlier=OuterRef("pk"), state__in=[*LIVE, RowState.RETURNED])
    rows = PaymentRow.objects.filter(
        state=RowState.RETURNED, outcomes__outcome="returned", outcomes__reason__in=NEED_ANOTHER_ACCOUNT
    )
    return rows.exclude(Exists(again)).annotate(came_back_at=F("outcomes__at"))


def paid(award_id: int) -> bool:
    """Whether the bank has said that the money of an award arrived. One query."""
    return PaymentRow.objects.filter(award_id=award_id, state=RowState.PAID).exists()
