"""The bank file of a reviewed batch: made from the frozen rows alone, the same bytes whenever it is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import building, naming, posting, reach, row_deaths, sealing, templates
from tongchou.apps.payments.models import Batch, BatchState, FrozenRow, PaymentRow, RowState
from tongchou.core import clock, keys
from tongchou.core.errors import Conflict
from tongchou.domain import ledger
from tongchou.domain.ledger import Kind
from tongchou.domain.payments import writing
from tongchou.domain.payments.templates import Template
from tongchou.domain.payments.writing import PayLine

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Rows of a batch that are in its file.
_SENT: Final = (RowState.FROZEN, RowState.ISSUED, RowState.PAID, RowState.RETURNED)
#: Workbooks say when they were made; this one always says the same.
_MADE: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file to be carried to the bank: full account numbers stand in it."""

    name: str
    content: bytes
    sha256: str
    new: bool


@transaction.atomic
def bank_file(*, batch_id: int, by: Account, at: dt.datetime) -> BankFile:
    """The file of a reviewed batch. The first time its money goes to the bank; later it is only made again.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``payments.not_reviewed``; ``payments.died`` with ``rows`` for years after a recorded death, the first
        time alone; ``payments.changed_row`` with ``rows`` that do not carry their mark;
        ``payments.file_differs`` when the file would no longer be the one the bank has.
    """
    batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
    if batch.state not in (BatchState.APPROVED, BatchState.ISSUED, BatchState.SETTLED):
        raise Conflict("payments.not_reviewed", _("A second person has to review the batch first."))
    template = templates.template_of(batch.template)
    with keys.steady():
        lines = pay_lines(batch)
    content = write(template, lines, batch.name)
    sha256 = hashlib.sha256(content).hexdigest()
    new = batch.state == BatchState.APPROVED
    if new:
        row_deaths.require_due(batch)
        _issue(batch, lines, sha256, by, at)
    elif sha256 != batch.file_sha256:
        message = _("The bank's template was changed since. Put the former one back to get the same file.")
        raise Conflict("payments.file_differs", message)
    building.note(
        batch, "issue" if new else "file_again", by, at, rows=len(lines), fen=batch.fen, sha256=sha256
    )
    return BankFile(template.named(batch.name), content, sha256, new)


def pay_lines(batch: Batch) -> list[PayLine]:
    """The rows of the file, opened and compared with their marks.

    Raises
    ------
    Conflict
        ``payments.changed_row``.
    """
    title = naming.title(batch.programme, "zh")
    lines, wrong = [], []
    rows = FrozenRow.objects.filter(row__batch=batch, row__state__in=_SENT).order_by("row__no")
    fields = ("row_id", "sealed", "mark", "row__no", "row__award_id", "row__fen", "row__issue_no")
    for number, sealed, mark, no, award, fen, issue_no in rows.values_list(*fields).iterator(chunk_size=2000):
        facts = sealing.unseal(sealed, number)
        told = (facts.award_id, facts.fen, facts.issue_no)
        if told != (award, fen, issue_no) or not sealing.is_marked(facts, mark):
            wrong.append(no)
        lines.append(
            PayLine(
                seq=no,
                name=facts.name,
                id_number=facts.id_number,
                bank=facts.bank,
                account=facts.account,
                fen=facts.fen,
                programme=title,
                purpose=f"{title}{facts.year}年",
                batch=batch.name,
            )
        )
    if wrong or len(lines) != batch.rows:
        message = _("Rows of this batch are not as they were frozen. Pay nothing; tell the office that runs "
                    "the system.")  # fmt: skip
        raise Conflict("payments.changed_row", message, rows=wrong)
    return lines


def _issue(batch: Batch, lines: Sequence[PayLine], sha256: str, by: Account, at: dt.datetime) -> None:
    fen = sum(line.fen for line in lines)
    posting.post(
        batch.fund,
        ledger.entry(Kind.ISSUE, fen, programme=batch.programme),
        key=f"issue:{batch.pk}",
        day=clock.date_of(at),
        by=by,
        at=at,
        batch=batch,
    )
    PaymentRow.objects.filter(batch=batch, state=RowState.FROZEN).update(state=RowState.ISSUED)
    batch.state, batch.issued_by, batch.issued_at = BatchState.ISSUED, by, at
    batch.issued_fen = batch.outstanding_fen = fen
    batch.file_sha256 = sha256
    batch.save(
        update_fields=["state", "issued_by", "issued_at", "issued_fen", "outstanding_fen", "file_sha256"]
    )


def write(template: Template, lines: Sequence[PayLine], batch: str) -> bytes:
    """The bytes of a file in the form of its template."""
    if template.form == "text":
        return writing.write_text(template, lines, batch)
    return _workbook(template, lines)


def _workbook(template: Template, lines: Sequence[PayLine]) -> bytes:
    """A workbook in which accounts and numbers are text cells, and amounts are numbers of two decimals."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": _MADE})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    text = book.add_format({"border": 1, "num_format": "@"})
    money = book.add_format({"border": 1, "num_format": "0.00"})
    page = book.add_worksheet("Sheet1")
    for column, one in enumerate(template.columns):
        page.set_column(column, column, one.width)
    for row, cells in enumerate(writing.table(template, lines)):
        for column, cell in enumerate(cells):
            heading = template.heading and row == 0
            if not heading and template.columns[column].field == "yuan":
                page.write_number(row, column, float(cell), money)
            else:
                page.write_string(row, column, cell, head if heading else text)
    page.freeze_panes(1 if template.heading else 0, 0)
    book.close()
    return target.getvalue()
