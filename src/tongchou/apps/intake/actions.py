"""What can be done with a register that was staged: apply it, discard it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import (
    claiming,
    comparison,
    holding,
    left_open,
    not_listed,
    payload,
    queries,
    questions,
)
from tongchou.apps.intake.models import FileStatus, RegisterFile, RowStatus
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, keys
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.register.row import RegisterRow

Progress = Callable[[int, int], None]

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class ApplyOutcome:
    """What became of a file. ``changed`` is False when it had been applied before."""

    file: RegisterFile
    changed: bool
    people: int = 0
    settled: int = 0
    held_people: int = 0
    conflicts: int = 0


def apply_file(
    *,
    file_id: int,
    by: Account,
    at: dt.datetime,
    accept_partial: bool = False,
    seen: int | None = None,
    unseen: bool = False,
    resume: bool = False,
    lines: Sequence[RegisterRow] | None = None,
    progress: Progress | None = None,
) -> ApplyOutcome:
    """Record a staged file in the registry, in one confirmed step.

    The registry settles it in chunks, each a transaction with its audit row. Interrupted, the same call goes
    on where it stopped. Afterwards the staged lines are emptied; problems stay listed, and lines in question
    stay open to a decision.

    Parameters
    ----------
    accept_partial
        Record the households without errors and leave the others out.
    seen
        The ``comparison_no`` that was decided on; without it, the one stored.
    unseen
        Nobody was shown the comparison, so it need not be what it was: the registry compares each chunk
        anew, and the lines it leaves in question are noted.
    resume
        This is another try of the same job: go on at once.
    lines
        What ``open_lines`` gives, when whoever laid the file by has it at hand still.

    Raises
    ------
    Conflict
        ``intake.has_errors`` when there are errors and a part was not asked for; ``intake.discarded``;
        ``intake.changed_since`` when the registry has changed so that the file would do other things than
        were shown; ``intake.being_applied`` and ``intake.village_busy`` when somebody else is at it.
    """
    reach = access.require(by, "intake.apply", on=clock.date_of(at))
    file = open_to_decide(file_id, reach)
    if file.status == FileStatus.APPLIED:
        return ApplyOutcome(file, changed=False)
    if file.status == FileStatus.DISCARDED:
        raise Conflict("intake.discarded", _("This file was discarded. Choose it again."))
    if file.status in (FileStatus.UNDOING, FileStatus.UNDONE):
        raise Conflict("intake.undone", _("This file is being, or was, taken back. Choose it again."))
    if file.status == FileStatus.REFUSED:
        raise Conflict(
            "intake.refused",
            _("This file holds too many errors and was refused. Mend it and choose it again."),
        )
    if file.error_count and not accept_partial:
        raise Conflict(
            "intake.has_errors",
            _("The file holds errors. Mend them, or apply the households without errors."),
        )
    if not claiming.take(file, at=at, resume=resume):
        file.refresh_from_db()
        return ApplyOutcome(file, changed=False)
    outcome = None
    try:
        if not unseen:
            require_unchanged(file, reach, seen)
        outcome = _store(file, by, at, lines, progress)
    finally:
        if outcome is None:
            claiming.release(file, since=at)
    return outcome


def require_unchanged(file: RegisterFile, reach: Scope, seen: int | None) -> None:
    """Storing the file would do what was shown. A comparison that comes out otherwise is kept.

    Raises
    ------
    Conflict
        ``intake.changed_since``
    """
    before = file.comparison_no if seen is None else seen
    comparison.refresh(file, scope=reach)
    if file.comparison_no != before:
        raise claiming.changed_since()


@keys.steady()
def _store(
    file: RegisterFile,
    by: Account,
    at: dt.datetime,
    lines: Sequence[RegisterRow] | None,
    progress: Progress | None,
) -> ApplyOutcome:
    rows = open_lines(file) if lines is None else lines
    report = registry.apply_register(
        rows,
        village_id=file.village_id,
        source=file.source,
        by=by,
        at=at,
        settled=questions.settled_rows(file),
        progress=progress,
    )
    with transaction.atomic():
        file = RegisterFile.objects.select_for_update().get(pk=file.pk)
        if (file.status, file.applying_since) != (FileStatus.APPLYING, at):  # somebody took over
            return ApplyOutcome(file, changed=False)
        counts = report.as_dict()
        _note_conflicts(file, report.conflicts)
        left_open.leave_open(file, report.conflicts, rows)
        file.applied = counts
        _decide(file, FileStatus.APPLIED, by, at)
        asked = not_listed.note(file, at=at)
        audit.append(
            by=by,
            action="intake.apply",
            subject=f"register_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"sha256": file.sha256, "held_people": file.held_people, "not_listed": asked, **counts},
        )
    return ApplyOutcome(file, True, report.people, report.settled, file.held_people, report.conflict)


def open_lines(file: RegisterFile) -> list[RegisterRow]:
    """The lines of a waiting file that can go in, in order."""
    staged = (
        file.rows.filter(held=False).exclude(payload="").order_by("row_no").values_list("row_no", "payload")
    )
    return [payload.open_row(token, file.bound, row_no) for row_no, token in staged]


def discard_file(*, file_id: int, by: Account, at: dt.datetime) -> RegisterFile:
    """Forget a staged file. Discarding twice changes nothing.

    Raises
    ------
    Conflict
        When the file has been applied, or is being applied in the background.
    """
    reach = access.require(by, "intake.upload", on=clock.date_of(at))
    with transaction.atomic():
        file = open_to_decide(file_id, reach, lock=True)
        if file.status in (FileStatus.APPLIED, FileStatus.UNDOING, FileStatus.UNDONE):
            raise Conflict("intake.applied", _("The file has been applied and can no longer be discarded."))
        if file.status == FileStatus.DISCARDED:
            return file
        not_being_stored(file, at)
        file.problems.all().delete()
        _decide(file, FileStatus.DISCARDED, by, at)
        audit.append(
            by=by,
            action="intake.discard",
            subject=f"register_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"sha256": file.sha256},
        )
    return file


def open_to_decide(file_id: int, reach: Scope, *, lock: bool = False) -> RegisterFile:
    """A file of the areas reached; with ``lock`` nobody else decides about it before the transaction ends.

    Raises
    ------
    NotFound
        When there is none.
    """
    files = RegisterFile.objects.filter(reach.q("scope_no"), pk=file_id)
    file = (files.select_for_update() if lock else files).first()
    if file is None:
        raise NotFound("intake.no_file", _("There is no such file in your areas."))
    return file


def not_being_stored(file: RegisterFile, at: dt.datetime) -> None:
    """Refuse while somebody stores the file, in the foreground or the background."""
    if claiming.is_running(file, at):
        raise claiming.being_applied()
    job = queries.storing_job(file.pk)
    if job is not None and not job.ended:
        raise Conflict(
            "intake.being_stored",
            _("This file is being stored in the background. Wait until the job is done, or cancel it."),
        )


def _note_conflicts(file: RegisterFile, conflicts: list[registry.RowComparison]) -> None:
    """What the registry left out at the moment of applying, which may differ from the moment of staging."""
    file.rows.filter(status=RowStatus.CONFLICT, held=False).update(status=RowStatus.CHANGED, reason="")
    by_reason: dict[str, list[int]] = {}
    for row in conflicts:
        by_reason.setdefault(row.reason, []).append(row.row_no)
    for reason, numbers in by_reason.items():
        for start in range(0, len(numbers), _BATCH):
            chosen = numbers[start : start + _BATCH]
            file.rows.filter(row_no__in=chosen).update(status=RowStatus.CONFLICT, reason=reason)
    file.conflict_count = len(conflicts)


def _decide(file: RegisterFile, status: FileStatus, by: Account, at: dt.datetime) -> None:
    file.status, file.decided_by, file.decided_at = status, by, at
    file.applying_since = None
    file.save()
    holding.forget(file)
    if status == FileStatus.DISCARDED:
        file.rows.all().delete()
