"""What can be done with a register: stage it, apply it, discard it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import claiming, comparison, messages, payload, queries, village
from tongchou.apps.intake.models import (
    UNDECIDED,
    FileStatus,
    RegisterFile,
    RowStatus,
    StagedProblem,
    StagedRow,
)
from tongchou.apps.intake.read import open_sheet
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.register.problems import Problem, RegisterError
from tongchou.domain.register.read import Reading, read_register
from tongchou.domain.register.sheet import column_letters

Progress = Callable[[int, int], None]

#: A file's name is kept when it is a code and perhaps a date, nothing else.
_HARMLESS_NAME: Final = re.compile(r"[0-9]{6,12}(?:[-_ ][0-9]{1,8})?\.xlsx", re.IGNORECASE)
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


def stage_register(
    *, content: bytes, file_name: str, village_id: int, by: Account, at: dt.datetime
) -> RegisterFile:
    """Read a register, compare it with the registry and lay it by for a decision.

    The registry stays as it is. The same file staged again is read again; one that was applied is returned as
    it is. Neither the upload nor its name is kept.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not upload there.
    Invalid
        ``intake.<code>`` when the file as a whole cannot be taken; ``data["fix"]`` says what to do.
    """
    on = clock.date_of(at)
    reach = access.require(by, "intake.upload", on=on)
    place = _village(village_id, reach)
    sha256 = hashlib.sha256(content).hexdigest()
    known = RegisterFile.objects.filter(sha256=sha256, village=place)
    applied = known.filter(status=FileStatus.APPLIED).first()
    if applied is not None:
        return applied
    try:
        reading, notes = _read(content, place, reach, on)
    except RegisterError as error:
        text, fix = messages.file_words(error)
        raise Invalid(f"intake.{error.code}", messages.sentences(text, fix), fix=fix) from error
    compared_up_to = registry.last_event()  # before comparing: what comes in between is then noticed
    compared = _Compared.of(reading, place, reach)
    with transaction.atomic():
        for staged in known.filter(status__in=UNDECIDED).select_for_update():
            _not_being_stored(staged, at)
            staged.delete()
        if known.filter(status=FileStatus.APPLIED).exists():  # by somebody else, meanwhile
            raise Conflict("intake.applied_meanwhile", _("This file has just been applied by somebody else."))
        name = file_name if _HARMLESS_NAME.fullmatch(file_name) else f"{place.name}.xlsx"
        file = RegisterFile(
            sha256=sha256,
            name=name[:80],
            village=place,
            scope_no=place.scope_no,
            uploaded_by=by,
            uploaded_at=at,
            compared_up_to=compared_up_to,
        )
        _describe(file, reading, notes, compared)
        file.save()
        StagedRow.objects.bulk_create(_rows(file, reading, compared), batch_size=_BATCH)
        StagedProblem.objects.bulk_create(_problems(file, [*notes, *reading.problems]), batch_size=_BATCH)
        audit.append(
            by=by,
            action="intake.stage",
            subject=f"register_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"sha256": sha256, "people": file.people, "errors": file.error_count},
        )
    return file


def apply_file(
    *,
    file_id: int,
    by: Account,
    at: dt.datetime,
    accept_partial: bool = False,
    seen: int | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> ApplyOutcome:
    """Record a staged file in the registry, in one confirmed step.

    The registry settles it in chunks, each a transaction with its audit row. Interrupted, the same call goes
    on where it stopped. Afterwards the staged lines are emptied; problems and lines in question stay listed.

    Parameters
    ----------
    accept_partial
        Record the households without errors and leave the others out.
    seen
        The ``comparison_no`` that was decided on; without it, the one stored.
    resume
        This is another try of the same job: go on at once.

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
        require_unchanged(file, reach, seen)
        outcome = _store(file, by, at, progress)
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
        raise Conflict(
            "intake.changed_since",
            _("The register has changed since you looked. Please look again and decide."),
        )


def _store(file: RegisterFile, by: Account, at: dt.datetime, progress: Progress | None) -> ApplyOutcome:
    staged = (
        file.rows.filter(held=False).exclude(payload="").order_by("row_no").values_list("row_no", "payload")
    )
    rows = [payload.open_row(token, file.pk, row_no) for row_no, token in staged]
    report = registry.apply_register(
        rows, village_id=file.village_id, source=file.sha256, by=by, at=at, progress=progress
    )
    with transaction.atomic():
        file = RegisterFile.objects.select_for_update().get(pk=file.pk)
        if (file.status, file.applying_since) != (FileStatus.APPLYING, at):  # somebody took over
            return ApplyOutcome(file, changed=False)
        counts = report.as_dict()
        _note_conflicts(file, report.conflicts)
        file.applied = counts
        _decide(file, FileStatus.APPLIED, by, at)
        audit.append(
            by=by,
            action="intake.apply",
            subject=f"register_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"sha256": file.sha256, "held_people": file.held_people, **counts},
        )
    return ApplyOutcome(file, True, report.people, report.settled, file.held_people, report.conflict)


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
        if file.status == FileStatus.APPLIED:
            raise Conflict("intake.applied", _("The file has been applied and can no longer be discarded."))
        if file.status == FileStatus.DISCARDED:
            return file
        _not_being_stored(file, at)
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


def _village(village_id: int, reach: Scope) -> Any:
    place = places.area_by_id(village_id, within=reach)
    if place is None:
        raise NotFound("intake.unknown_area", _("There is no such village in your areas."))
    if place.level != places.Level.VILLAGE or place.valid_to is not None:
        raise Invalid("intake.not_a_village", _("Choose a village; a register is kept village by village."))
    return place


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


def _not_being_stored(file: RegisterFile, at: dt.datetime) -> None:
    if claiming.is_running(file, at):
        raise claiming.being_applied()
    job = queries.storing_job(file.pk)
    if job is not None and not job.ended:
        raise Conflict(
            "intake.being_stored",
            _("This file is being stored in the background. Wait until the job is done, or cancel it."),
        )


def _read(content: bytes, place: Any, reach: Scope, on: dt.date) -> tuple[Reading, list[Problem]]:
    """The register and what is to be said of the file as a whole."""
    sheet, others = open_sheet(content)
    reading = read_register(sheet, on=on)
    notes = [Problem("sheets_ignored", 0, params={"sheets": others})] if others else []
    title = village.check_title(reading.title, place, reach)
    if title is not None:
        notes.append(title)
    village.settle_groups(reading, place)
    return reading, notes


@dataclass(frozen=True, slots=True)
class _Compared:
    """All lines beside the registry, and those of households that can go in, as storing will see them."""

    whole: registry.Comparison
    good: registry.Comparison

    @classmethod
    def of(cls, reading: Reading, place: Any, reach: Scope) -> _Compared:
        whole = registry.compare(reading.rows, village=place, scope=reach)
        good = reading.good_rows
        if len(good) == len(whole):
            return cls(whole, whole)
        return cls(whole, registry.compare(good, village=place, scope=reach))


def _describe(file: RegisterFile, reading: Reading, notes: list[Problem], compared: _Compared) -> None:
    held = [household for household in reading.households if household.held]
    problems = [*notes, *reading.problems]
    statuses = [row.status for row in compared.good]
    file.year = reading.year
    file.people = sum(len(household.lines) for household in reading.households)
    file.households = len(reading.households)
    file.held_households = len(held)
    file.held_people = sum(len(household.lines) for household in held)
    file.error_count = sum(problem.level == "error" for problem in problems)
    file.warning_count = len(problems) - file.error_count
    file.new_count, file.changed_count = statuses.count("new"), statuses.count("changed")
    file.same_count, file.conflict_count = statuses.count("same"), statuses.count("conflict")
    file.columns = {name: column_letters(column) for name, column in reading.header.columns.items()}
    file.legacy = dict(reading.legacy_matters)
    file.unknown = list(reading.header.unknown)
    file.skipped = [[skipped.row_no, skipped.reason] for skipped in reading.skipped]
    file.missing = [person.person_id for person in compared.whole.missing]


def _rows(file: RegisterFile, reading: Reading, compared: _Compared) -> list[StagedRow]:
    found = {row.row_no: row for row in (*compared.whole, *compared.good)}
    staged = []
    for household in reading.households:
        for line in household.lines:
            meaning = found.get(line.row_no)
            one = StagedRow(
                file=file,
                row_no=line.row_no,
                household_index=household.index,
                held=household.held,
                payload="" if household.held or line.row is None else payload.seal_row(line.row, file.pk),
            )
            if meaning is not None:
                comparison.take_over(one, meaning)
            if line.has_error or meaning is None:
                one.status = RowStatus.ERROR
            staged.append(one)
    return sorted(staged, key=lambda row: row.row_no)


def _problems(file: RegisterFile, problems: list[Problem]) -> list[StagedProblem]:
    return [
        StagedProblem(
            file=file,
            row_no=problem.row,
            column=problem.column,
            cell=problem.cell,
            code=problem.code,
            level=problem.level,
            params=payload.seal_params(dict(problem.params), file.pk),
        )
        for problem in problems
    ]


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
    if status == FileStatus.DISCARDED:
        file.rows.all().delete()
    else:
        file.rows.exclude(payload="").update(payload="")
