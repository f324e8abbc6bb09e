"""A system's answer is read and compared with its list; nothing counts before somebody decides."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.exchange import exporting, reach, templates, words
from tongchou.apps.exchange.models import Answer, AnswerRow, Export, ExportRow, Problem, State
from tongchou.apps.intake import api as intake
from tongchou.core import audit, clock, crypto, keys
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.sentences import sentences
from tongchou.domain.exchange import reading
from tongchou.domain.exchange.reading import Read, Sent
from tongchou.domain.exchange.templates import Template
from tongchou.domain.payments.answers import text_sheet
from tongchou.domain.register.header import known_columns
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

_BATCH = 500
#: No number of a case or a person is shorter.
_SHORTEST = 8


def stage(*, export_id: int, content: bytes, by: Account, at: dt.datetime) -> Answer:
    """Read an answer, compare every line with the list, and lay it by for a decision.

    The same file again is the one that waits or was decided. The upload itself is not kept.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``exchange.one_way`` for a list nothing is read back to; ``exchange.answer`` when the file as a whole
        cannot be read; ``data["fix"]`` says what to do.
    """
    one = reach.export_of(export_id, by, at)
    template = templates.template_of(one.template)
    if template.answer is None:
        raise Invalid("exchange.one_way", _("Nothing is read back to this list."), field="file")
    sha256 = hashlib.sha256(content).hexdigest()
    known = Answer.objects.filter(export=one, sha256=sha256).exclude(state=State.DISCARDED)
    if (there := known.first()) is not None:
        return there
    read = _read(one, template, content, at)
    with transaction.atomic():
        reach.export_of(export_id, by, at, lock=True)
        if (there := known.first()) is not None:  # sent at the same moment
            return there
        made = _store(one, sha256, read, by, at)
        _note(made, "read", by, at, sha256=sha256, lines=made.lines, errors=made.errors)
    return made


def _read(one: Export, template: Template, content: bytes, at: dt.datetime) -> Read:
    try:
        sheet = _sheet(content, template)
        return reading.read_results(sheet, template, _sent(one, template, sheet), on=clock.date_of(at))
    except RegisterError as error:
        text, fix = words.file_words(error, template)
        raise Invalid(
            "exchange.answer", sentences(text, fix), field="file", reason=error.code, fix=fix
        ) from error


def _sheet(content: bytes, template: Template) -> Sheet:
    """The cells: of a workbook, or of a text parted as the template says."""
    assert template.answer is not None
    if not content:
        raise RegisterError("empty_sheet")
    vocabulary = template.answer.vocabulary().vocabulary

    def wanted(sheet: Sheet) -> bool:
        return known_columns(sheet, vocabulary) >= 2

    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return intake.open_sheet(content, wanted=wanted, long=True)[0]
    return text_sheet(intake.decoded_text(content), template.separator)


def _sent(one: Export, template: Template, sheet: Sheet) -> dict[str, list[Sent]]:
    """The rows of the list by key. Keys are kept as keyed hashes, so those of the answer are looked for."""
    assert template.answer is not None
    rows: dict[str, list[tuple[int, int | None]]] = {}
    for index, case, fen in ExportRow.objects.filter(export=one).values_list("key_index", "case_id", "fen"):
        rows.setdefault(index, []).append((case, fen))
    external = casework.externals([case for found in rows.values() for case, _fen in found])
    sent: dict[str, list[Sent]] = {}
    with keys.steady():
        texts = {reading.key_text(value) for row in sheet.cells for value in row}
        for key in (text for text in texts if len(text) >= _SHORTEST and text[0].isdigit()):
            for case, fen in rows.pop(exporting.key_index(key), ()):
                sent.setdefault(key, []).append(Sent(case, key, fen, one.year, external.get(case, "")))
    # Those the answer does not name stand under what no cell can hold, so that they are counted.
    for number, found in enumerate(rows.values()):
        sent[f"\0{number}"] = [Sent(case, "", fen, one.year, external.get(case, "")) for case, fen in found]
    return sent


def _store(one: Export, sha256: str, read: Read, by: Account, at: dt.datetime) -> Answer:
    made = Answer.objects.create(
        export=one,
        sha256=sha256,
        lines=read.lines,
        taken=sum(row.result == "taken" for row in read.rows),
        not_taken=sum(row.result == "not_taken" for row in read.rows),
        not_named=read.not_named,
        errors=read.errors,
        warnings=len(read.problems) - read.errors,
        uploaded_by=by,
        uploaded_at=at,
    )
    AnswerRow.objects.bulk_create(
        (
            AnswerRow(
                answer=made,
                row=row.row,
                case_id=row.case_id,
                result=row.result,
                reason=row.reason,
                external=row.external,
                sealed=crypto.encrypt(row.words, _context(row.case_id)) if row.words else "",
            )
            for row in read.rows
        ),
        batch_size=_BATCH,
    )
    Problem.objects.bulk_create(
        (
            Problem(
                answer=made,
                row=one.row,
                column=one.column,
                cell=one.cell,
                code=one.code,
                error=one.level == "error",
                params=dict(one.params),
            )
            for one in read.problems
        ),
        batch_size=_BATCH,
    )
    return made


def _context(case_id: int) -> str:
    return f"exchange.words:{case_id}"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did: rows taken over, numbers that were new to their cases, rows left."""

    rows: int
    numbers: int
    left: int


@transaction.atomic
def decide(*, answer_id: int, by: Account, at: dt.datetime, chosen: Collection[int] | None = None) -> Decided:
    """Take rows of an answer over: the case keeps the system's number, or notes why it was not taken.

    No case changes its state by it: what a system says is looked into by people.

    Parameters
    ----------
    chosen
        Cases whose rows are taken over; all when None. The others stay to be decided, until the answer is
        decided without a choice. A row that was taken over is not taken over twice.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``exchange.decided`` for an answer that was discarded.
    """
    one = reach.answer_of(answer_id, by, at, lock=True)
    if one.state == State.DISCARDED:
        raise Conflict("exchange.decided", _("This answer was discarded. Choose the file again."))
    waiting = AnswerRow.objects.filter(answer=one, decided=False)
    if chosen is not None:
        waiting = waiting.filter(case_id__in=chosen)
    rows = list(waiting.order_by("row"))
    mine = reach.cases([row.case_id for row in rows], by, at)
    rows = [row for row in rows if row.case_id in mine]
    numbers = casework.set_external_many(
        numbers={row.case_id: row.external for row in rows if row.external}, by=by, at=at
    )
    AnswerRow.objects.filter(pk__in=[row.pk for row in rows]).update(decided=True)
    left = AnswerRow.objects.filter(answer=one, decided=False).count()
    if one.state == State.STAGED and (not left or chosen is None):
        one.state, one.decided_by, one.decided_at = State.DECIDED, by, at
        one.save(update_fields=["state", "decided_by", "decided_at"])
    if rows:
        _note(one, "decide", by, at, rows=len(rows), numbers=numbers, left=left)
    return Decided(len(rows), numbers, left)


def to_decide(by: Account, on: dt.date) -> QuerySet[Answer]:
    """Answers nobody has decided about, to lists the account may read."""
    return Answer.objects.filter(export__in=reach.readable(by, on), state=State.STAGED)


@transaction.atomic
def discard(*, answer_id: int, by: Account, at: dt.datetime) -> Answer:
    """Discard an answer of which nothing was taken over; twice changes nothing.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``exchange.decided`` when rows of it were taken over.
    """
    one = reach.answer_of(answer_id, by, at, lock=True)
    if one.state == State.DISCARDED:
        return one
    if one.state == State.DECIDED or one.results.filter(decided=True).exists():
        raise Conflict("exchange.decided", _("Rows of it were taken over already; it stays."))
    one.state, one.decided_by, one.decided_at = State.DISCARDED, by, at
    one.save(update_fields=["state", "decided_by", "decided_at"])
    _note(one, "discard", by, at)
    return one


def _note(one: Answer, act: str, by: Account, at: dt.datetime, **detail: object) -> None:
    audit.append(
        by=by,
        action=f"exchange.{act}",
        subject=f"export:{one.export_id}",
        scope_no=one.export.scope_no,
        at=at,
        purpose=one.export.purpose,
        detail={"answer": one.pk, **detail},
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an answer beside its case; ``now`` is the number the case has elsewhere by now."""

    row: int
    case_id: int
    number: str
    fen: int | None
    result: str
    reason: str
    words: str
    external: str
    now: str
    decided: bool


def lines(found: Iterable[AnswerRow], export: Export, *, by: Account, at: dt.datetime) -> list[Line]:
    """Rows as lines, those of cases the account may read. Four queries, however many."""
    rows = list(found)
    numbers = [row.case_id for row in rows]
    mine = reach.cases(numbers, by, at)
    now = casework.externals(numbers)
    fen = dict(ExportRow.objects.filter(export=export, case_id__in=numbers).values_list("case_id", "fen"))
    return [
        Line(
            row=row.row,
            case_id=row.case_id,
            number=mine[row.case_id],
            fen=fen.get(row.case_id),
            result=row.result,
            reason=row.reason,
            words=crypto.decrypt(row.sealed, _context(row.case_id)) if row.sealed else "",
            external=row.external,
            now=now.get(row.case_id, ""),
            decided=row.decided,
        )
        for row in rows
        if row.case_id in mine
    ]


def rows_of(answer: Answer) -> QuerySet[AnswerRow]:
    """The rows of an answer: what was not taken first."""
    return AnswerRow.objects.filter(answer=answer).order_by("decided", "result", "row")


def problems_of(answer: Answer) -> QuerySet[Problem]:
    """What is wrong with an answer, errors first."""
    return Problem.objects.filter(answer=answer).order_by("-error", "row", "pk")


@dataclass(frozen=True, slots=True)
class Told:
    """What a system said of a case: to whom the list went, what it answered and when it was decided."""

    template: str
    result: str
    reason: str
    words: str
    decided_at: dt.datetime | None


def of_case(case_id: int) -> list[Told]:
    """What systems said of a case and was taken over, the newest first; for those who may read the case."""
    rows = AnswerRow.objects.filter(case_id=case_id, decided=True).select_related("answer__export")
    return [
        Told(
            row.answer.export.template,
            row.result,
            row.reason,
            crypto.decrypt(row.sealed, _context(case_id)) if row.sealed else "",
            row.answer.decided_at,
        )
        for row in rows.order_by("-pk")[:10]
    ]
