"""A bank's return file is read and compared with its batch. Nothing is recorded before somebody decides."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import api as intake
from tongchou.apps.payments import building, reach, sealing, templates, words
from tongchou.apps.payments.models import (
    AnswerFile,
    AnswerProblem,
    AnswerState,
    Batch,
    BatchState,
    FrozenRow,
    RowState,
    StagedOutcome,
)
from tongchou.core import clock, keys
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.sentences import sentences
from tongchou.domain.payments import answers
from tongchou.domain.payments.reconcile import Issued, Reconciliation, reconcile
from tongchou.domain.payments.templates import Template
from tongchou.domain.register.header import known_columns
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

if TYPE_CHECKING:
    from tongchou.core.models import Account

_BATCH = 500


def stage_answer(*, batch_id: int, content: bytes, by: Account, at: dt.datetime) -> AnswerFile:
    """Read a return file, compare every cell with the batch, and lay it by for a decision.

    The same file again is the one that waits or was recorded. The upload itself is not kept.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``payments.not_issued`` when the bank has nothing of the batch.
    Invalid
        ``payments.answer`` when the file as a whole cannot be read; ``data["fix"]`` says what to do.
    """
    batch = reach.batch_of(batch_id, by, at, reach.BUILD)
    _require_issued(batch)
    sha256 = hashlib.sha256(content).hexdigest()
    known = AnswerFile.objects.filter(batch=batch, sha256=sha256).exclude(state=AnswerState.DISCARDED)
    if (there := known.first()) is not None:
        return there
    found, rows = _read(batch, content, at)
    with transaction.atomic():
        batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
        if (there := known.first()) is not None:  # sent at the same moment
            return there
        file = _store(batch, sha256, found, rows, by, at)
        building.note(
            batch, "read_answer", by, at, sha256=sha256, rows=rows, errors=file.errors, file=file.pk
        )
    return file


def _require_issued(batch: Batch) -> None:
    if batch.state not in (BatchState.ISSUED, BatchState.SETTLED):
        raise Conflict("payments.not_issued", _("The bank has nothing of this batch. Make its file first."))


def _read(batch: Batch, content: bytes, at: dt.datetime) -> tuple[Reconciliation, int]:
    template = templates.template_of(batch.template)
    on = clock.date_of(at)
    try:
        answer = answers.read_answer(_sheet(content, template), template, latest_year=on.year)
    except RegisterError as error:
        text, fix = words.file_words(error, template)
        raise Invalid("payments.answer", sentences(text, fix), reason=error.code, fix=fix) from error
    assert batch.issued_at is not None
    found = reconcile(
        issued_rows(batch), answer, batch=batch.name, issued_on=clock.date_of(batch.issued_at), on=on
    )
    return found, len(answer.rows)


def _sheet(content: bytes, template: Template) -> Sheet:
    """The cells: of a workbook, or of a text parted as the bank's template says."""
    if not content:
        raise RegisterError("empty_sheet")
    vocabulary = answers.vocabulary(template).vocabulary

    def wanted(sheet: Sheet) -> bool:
        return known_columns(sheet, vocabulary) >= 3

    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return intake.open_sheet(content, wanted=wanted, long=True)[0]
    return answers.text_sheet(intake.decoded_text(content), template.separator)


def issued_rows(batch: Batch) -> dict[int, Issued]:
    """The rows of the bank file by number, opened, and where each stands."""
    standing = {RowState.ISSUED: "issued", RowState.PAID: "paid", RowState.RETURNED: "returned"}
    rows = FrozenRow.objects.filter(row__batch=batch, row__state__in=list(standing))
    found = {}
    with keys.steady():
        for number, sealed, no, state in rows.values_list(
            "row_id", "sealed", "row__no", "row__state"
        ).iterator(chunk_size=2000):
            facts = sealing.unseal(sealed, number)
            found[no] = Issued(no, facts.name, facts.account, facts.fen, standing[state])  # type: ignore[arg-type]
    return found


def _store(
    batch: Batch, sha256: str, found: Reconciliation, rows: int, by: Account, at: dt.datetime
) -> AnswerFile:
    amounts = dict(batch.lines.filter(no__in=[one.seq for one in found.outcomes]).values_list("no", "fen"))
    counted = [one for one in found.outcomes if not one.came_back]
    paid = [amounts[one.seq] for one in counted if one.result == "paid"]
    returned = [amounts[one.seq] for one in counted if one.result == "returned"]
    file = AnswerFile.objects.create(
        batch=batch,
        sha256=sha256,
        rows=rows,
        paid_rows=len(paid),
        paid_fen=sum(paid),
        returned_rows=len(returned),
        returned_fen=sum(returned),
        came_back_rows=len(found.outcomes) - len(counted),
        not_named=found.not_named,
        errors=found.errors,
        warnings=len(found.problems) - found.errors,
        other_batch=found.other_batch,
        uploaded_by=by,
        uploaded_at=at,
    )
    StagedOutcome.objects.bulk_create(
        (
            StagedOutcome(
                file=file,
                no=one.seq,
                result=one.result,
                reason=one.reason,
                sealed=sealing.seal_words(one.words, "answer", file.pk),
                paid_on=one.paid_on,
                came_back=one.came_back,
            )
            for one in sorted(found.outcomes, key=lambda one: one.seq)
        ),
        batch_size=_BATCH,
    )
    AnswerProblem.objects.bulk_create(
        (
            AnswerProblem(
                file=file,
                row=one.row,
                column=one.column,
                cell=one.cell,
                code=one.code,
                error=one.level == "error",
                params=dict(one.params),
            )
            for one in found.problems
        ),
        batch_size=_BATCH,
    )
    return file
