"""Deciding about lines in question: one by one, or all lines that ask the same.

Nobody changes a settled fact alone: to take the file asks for a correction, which another person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.corrections import api as corrections
from tongchou.apps.intake import actions, claiming, comparison, left_open, payload, questions
from tongchou.apps.intake.models import UNDECIDED, FileStatus, RegisterFile, RowStatus, StagedRow
from tongchou.apps.intake.question_models import Ground, RowDecision, Verdict
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.register.row import RegisterRow

PERMISSION: Final = "intake.apply"
_BATCH: Final = 500
_WRITTEN: Final = (
    "scope_no",
    "sha256",
    "reason",
    "verdict",
    "ground",
    "correction",
    "decided_by",
    "decided_at",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says about lines. The document is needed to take the file, and for nothing else."""

    verdict: str
    ground: str
    evidence_kind: str = ""
    evidence_words: str = ""

    def checked(self) -> Said:
        """The same.

        Raises
        ------
        Invalid
            When verdict or ground are not of their lists.
        """
        if self.verdict not in Verdict.values:
            raise Invalid("intake.verdict", _("Choose what becomes of this row."), field="verdict")
        if self.ground not in Ground.values:
            raise Invalid("intake.ground", _("Choose a reason from the list."), field="ground")
        if self.verdict == Verdict.TAKE:
            registry.check_evidence(self.evidence_kind, self.evidence_words)
        return self

    def correction(self, row_no: int | None) -> dict[str, str]:
        """What a request for a correction says beside the values."""
        changed = self.ground == Ground.CHANGED
        words = _("From a village register.")
        return {
            "reason": corrections.Reason.DOCUMENT_CHANGED if changed else corrections.Reason.MISTYPED,
            "evidence_kind": self.evidence_kind,
            "evidence_words": self.evidence_words,
            "words": words if row_no is None else _("From a village register, row %(n)s.") % {"n": row_no},
        }


@dataclass(frozen=True, slots=True)
class Together:
    """How many lines were decided, and how many could not be: one of them has to be looked at alone."""

    decided: int
    left: int = 0


@transaction.atomic
def decide_row(
    *, file_id: int, row_no: int, seen: str, said: Said, by: Account, at: dt.datetime
) -> RowDecision:
    """Decide about one line of a waiting file, or one a stored file left open; deciding again changes it.

    Of a stored file, what else the line says is recorded by this, once.

    Parameters
    ----------
    seen
        The ``seen`` of the line that the person looked at.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``intake.changed_since`` when the line asks something else by now; ``intake.correction_waits`` when a
        second person has to decide first, or has approved; ``intake.decided`` when the file was discarded or
        taken back; what the registry says against the correction.
    Invalid
        When verdict, reason or document are missing, or the file cannot be taken.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    file = _open(file_id, reach, at)
    said.checked()
    row = _looked_at(file, row_no, seen, reach)
    if file.status == FileStatus.APPLIED and row.status != RowStatus.CONFLICT:
        raise claiming.changed_since()  # nothing contradicts it any more: it may be stored
    before = row.decision
    if before is not None and (before.verdict, before.ground) == (said.verdict, said.ground):
        return before
    _not_waiting(before)
    reason = before.reason if before else row.reason
    asked = None
    if said.verdict == Verdict.TAKE:
        new = _new_values(file, [row], reach)[row_no]
        if not new or row.person_id is None:
            raise _not_to_take()
        request = said.correction(row_no)
        asked = corrections.ask_correction(person_id=row.person_id, new=new, by=by, at=at, **request).pk
    corrections_of = {} if asked is None else {row_no: asked}
    _write(file, [row], {row_no: reason}, said, corrections_of, reach, by, at)
    _note(file, "decide_row", by, at, row=row_no, reason=reason, said=said)
    return RowDecision.objects.get(village=file.village_id, question=row.question)


@transaction.atomic
def decide_rows(
    *, file_id: int, reason: str, seen: int, said: Said, by: Account, at: dt.datetime
) -> Together:
    """Decide about every line of a file that asks the same and that nobody has decided about.

    Parameters
    ----------
    seen
        The ``comparison_no`` of the file that the person looked at.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        As ``decide_row``, for the file.
    Invalid
        As ``decide_row``; ``intake.one_by_one`` when the file cannot be taken for lines of that question
        together.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    file = _open(file_id, reach, at)
    said.checked()
    if said.verdict == Verdict.TAKE and reason not in questions.TAKEN_TOGETHER:
        raise Invalid("intake.one_by_one", gettext_lazy("Decide about these rows one by one."))
    _compare(file, reach)
    if file.comparison_no != seen:
        raise claiming.changed_since()
    asking = questions.to_decide(file).filter(status=RowStatus.CONFLICT, reason=reason, decision=None)
    rows = list(asking.order_by("row_no"))
    asked: dict[int, int] = {}
    chosen = rows
    if said.verdict == Verdict.TAKE:
        asked = _ask_together(file, rows, said, reach, by, at)
        chosen = [row for row in rows if row.row_no in asked]
    if chosen:
        _write(file, chosen, {row.row_no: reason for row in chosen}, said, asked, reach, by, at)
        _note(file, "decide_rows", by, at, rows=len(chosen), reason=reason, said=said)
    return Together(len(chosen), len(rows) - len(chosen))


@transaction.atomic
def store_row(*, file_id: int, row_no: int, seen: str, by: Account, at: dt.datetime) -> None:
    """Store a line that its file left open and that nothing contradicts any more.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``decide_row``; ``intake.changed_since`` when the registry contradicts the line.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    file = _open(file_id, reach, at)
    row = _looked_at(file, row_no, seen, reach)
    if file.status != FileStatus.APPLIED or row.status == RowStatus.CONFLICT:
        raise claiming.changed_since()
    left_open.record(file, row, reach=reach, by=by, at=at)
    audit.append(
        by=by,
        action="intake.store_row",
        subject=f"register_file:{file.pk}",
        at=at,
        scope_no=file.scope_no,
        detail={"row": row_no},
    )


def _looked_at(file: RegisterFile, row_no: int, seen: str, reach: Scope) -> StagedRow:
    """The line somebody looked at, beside the registry as it is now."""
    _compare(file, reach)
    row = questions.to_decide(file).select_related("decision").filter(row_no=row_no).first()
    if row is None:
        raise NotFound("intake.no_question", gettext_lazy("Nothing is in question in this row."))
    if row.shown != seen:
        raise claiming.changed_since()
    return row


def _compare(file: RegisterFile, reach: Scope) -> None:
    if file.status == FileStatus.APPLIED:
        left_open.refresh(file, scope=reach)
    else:
        comparison.refresh(file, scope=reach)


def _ask_together(
    file: RegisterFile, rows: Sequence[StagedRow], said: Said, reach: Scope, by: Account, at: dt.datetime
) -> dict[int, int]:
    """Numbers of the corrections asked for, by line; lines of which none could be asked are left out."""
    new = _new_values(file, rows, reach)
    of_person = {row.person_id: row.row_no for row in rows if row.person_id and new[row.row_no]}
    asked = {}
    for people in _batches(sorted(of_person), corrections.CHUNK):
        values = {person: new[of_person[person]] for person in people}
        made = corrections.ask_many(new=values, by=by, at=at, **said.correction(None))
        asked.update({of_person[person]: number for person, number in made.items()})
    return asked


def _new_values(file: RegisterFile, rows: Sequence[StagedRow], reach: Scope) -> dict[int, dict[str, str]]:
    """What a correction would write, by line."""
    opened = {row.row_no: _opened(file, row) for row in rows}
    beside = questions.raw(file, opened.values(), reach)
    reasons = {row.row_no: row.decision.reason if row.decision else row.reason for row in rows}
    return {
        found.row_no: questions.facts(opened[found.row_no], found, reasons[found.row_no]) for found in beside
    }


def _write(
    file: RegisterFile,
    rows: Sequence[StagedRow],
    reasons: Mapping[int, str],
    said: Said,
    asked: Mapping[int, int],
    reach: Scope,
    by: Account,
    at: dt.datetime,
) -> None:
    """Keep what was said, and bring the lines of these households up to date with it."""
    wanted = {
        row.question: RowDecision(
            village_id=file.village_id,
            scope_no=file.scope_no,
            question=row.question,
            sha256=file.sha256,
            reason=reasons[row.row_no],
            verdict=said.verdict,
            ground=said.ground,
            correction=asked.get(row.row_no),
            decided_by=by,
            decided_at=at,
        )
        for row in rows
    }
    RowDecision.objects.bulk_create(
        wanted.values(),
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["village", "question"],
        update_fields=_WRITTEN,
    )
    kept = {
        one.question: one for one in RowDecision.objects.filter(village=file.village_id, question__in=wanted)
    }
    for row in rows:
        row.decision = kept[row.question]
    StagedRow.objects.bulk_update(rows, ["decision"], batch_size=_BATCH)
    if file.status == FileStatus.APPLIED:
        left_open.settle(file, rows, reach=reach, by=by, at=at)
        return
    _compare_again(file, {row.household_index for row in rows}, reach)


def _compare_again(file: RegisterFile, households: Collection[int], reach: Scope) -> None:
    """What the lines of some households mean now that somebody decided."""
    rows = list(
        file.rows.filter(household_index__in=households, held=False)
        .exclude(payload="")
        .select_related("decision")
        .order_by("row_no")
    )
    settled = questions.settles((row.row_no, row.decision) for row in rows if row.decision)
    opened = {row.row_no: _opened(file, row) for row in rows}
    found = registry.compare(list(opened.values()), village=file.village, scope=reach, settled=settled)
    beside = {one.row_no: one for one in found}
    stored = registry.settled_lines(source=file.source, village_id=file.village_id)
    differing = [
        row
        for row in rows
        if row.row_no not in stored and row.shown != comparison.seal(beside[row.row_no], file.bound)
    ]
    for row in differing:
        comparison.take_over(row, comparison.meaning(beside[row.row_no], file.bound))
        if row.status == "conflict" and row.decision is None:
            row.question = questions.digest(opened[row.row_no], beside[row.row_no], file.village_id)
    fields = ["status", "person_id", "changed", "reason", "shown", "question"]
    StagedRow.objects.bulk_update(differing, fields, batch_size=_BATCH)
    comparison.count(file)
    file.save(update_fields=list(comparison.COUNTS.values()))


def _opened(file: RegisterFile, row: StagedRow) -> RegisterRow:
    return payload.open_row(row.payload, file.bound, row.row_no)


def _batches(numbers: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), most):
        yield numbers[start : start + most]


def _open(file_id: int, reach: Scope, at: dt.datetime) -> RegisterFile:
    file = actions.open_to_decide(file_id, reach, lock=True)
    if file.status not in (*UNDECIDED, FileStatus.APPLIED):
        raise claiming.decided()
    actions.not_being_stored(file, at)
    if file.status == FileStatus.APPLYING:
        raise Conflict(
            "intake.interrupted",
            gettext_lazy("Storing this file was interrupted. Store it again to the end first."),
        )
    return file


def _not_waiting(before: RowDecision | None) -> None:
    """Refuse while a second person has to decide about what was asked before, or has approved it."""
    if before is None or before.correction is None:
        return
    state = corrections.states([before.correction]).get(before.correction)
    if state in (corrections.WAITING, corrections.Outcome.APPROVED):
        message = gettext_lazy("A correction was asked for. Take it back, or have it decided, on its page.")
        raise Conflict("intake.correction_waits", message)


def _not_to_take() -> Invalid:
    message = gettext_lazy("The file alone cannot settle this row. Keep the registry, or ask the village.")
    return Invalid("intake.not_to_take", message)


def _note(file: RegisterFile, act: str, by: Account, at: dt.datetime, *, said: Said, **detail: Any) -> None:
    audit.append(
        by=by,
        action=f"intake.{act}",
        subject=f"register_file:{file.pk}",
        at=at,
        scope_no=file.scope_no,
        purpose=said.ground,
        detail={"verdict": said.verdict, **detail},
    )
