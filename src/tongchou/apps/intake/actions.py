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

from tongchou.apps.intake import messages, payload, village
from tongchou.apps.intake.models import (
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
    compared = registry.compare(reading.rows, village=place, scope=reach)
    with transaction.atomic():
        known.filter(status=FileStatus.STAGED).delete()
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
    progress: Progress | None = None,
) -> ApplyOutcome:
    """Record a staged file in the registry, in one confirmed step.

    The registry settles it in chunks, each a transaction with its audit row. Interrupted, the same call goes
    on where it stopped. Afterwards the staged lines are emptied; problems and lines in question stay listed.

    Parameters
    ----------
    accept_partial
        Record the households without errors and leave the others out.

    Raises
    ------
    Conflict
        ``intake.has_errors`` when there are errors and a part was not asked for; ``intake.discarded``.
    """
    reach = access.require(by, "intake.apply", on=clock.date_of(at))
    file = _open(file_id, reach)
    if file.status == FileStatus.APPLIED:
        return ApplyOutcome(file, changed=False)
    if file.status == FileStatus.DISCARDED:
        raise Conflict("intake.discarded", _("This file was discarded. Choose it again."))
    if file.error_count and not accept_partial:
        raise Conflict(
            "intake.has_errors",
            _("The file holds errors. Mend them, or apply the households without errors."),
        )
    staged = (
        file.rows.filter(held=False).exclude(payload="").order_by("row_no").values_list("row_no", "payload")
    )
    rows = [payload.open_row(token, file.pk, row_no) for row_no, token in staged]
    report = registry.apply_register(
        rows, village_id=file.village_id, source=file.sha256, by=by, at=at, progress=progress
    )
    with transaction.atomic():
        file = RegisterFile.objects.select_for_update().get(pk=file.pk)
        if file.status != FileStatus.STAGED:  # a second click; the registry has counted each line once
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
    return ApplyOutcome(file, True, report.people, file.held_people, report.conflict)


def discard_file(*, file_id: int, by: Account, at: dt.datetime) -> RegisterFile:
    """Forget a staged file. Discarding twice changes nothing.

    Raises
    ------
    Conflict
        When the file has been applied.
    """
    reach = access.require(by, "intake.upload", on=clock.date_of(at))
    with transaction.atomic():
        file = _open(file_id, reach, lock=True)
        if file.status == FileStatus.APPLIED:
            raise Conflict("intake.applied", _("The file has been applied and can no longer be discarded."))
        if file.status == FileStatus.DISCARDED:
            return file
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


def _open(file_id: int, reach: Scope, *, lock: bool = False) -> RegisterFile:
    files = RegisterFile.objects.filter(reach.q("scope_no"), pk=file_id)
    file = (files.select_for_update() if lock else files).first()
    if file is None:
        raise NotFound("intake.no_file", _("There is no such file in your areas."))
    return file


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


def _describe(
    file: RegisterFile, reading: Reading, notes: list[Problem], compared: registry.Comparison
) -> None:
    held = [household for household in reading.households if household.held]
    problems = [*notes, *reading.problems]
    going_in = {row.row_no for row in reading.good_rows}
    statuses = [row.status for row in compared if row.row_no in going_in]
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
    file.missing = [person.person_id for person in compared.missing]


def _rows(file: RegisterFile, reading: Reading, compared: registry.Comparison) -> list[StagedRow]:
    found = {row.row_no: row for row in compared}
    staged = []
    for household in reading.households:
        for line in household.lines:
            comparison = found.get(line.row_no)
            mend = line.has_error or comparison is None
            staged.append(
                StagedRow(
                    file=file,
                    row_no=line.row_no,
                    household_index=household.index,
                    held=household.held,
                    status=RowStatus.ERROR if mend or comparison is None else comparison.status,
                    person_id=comparison.person_id if comparison else None,
                    changed=list(comparison.fields) if comparison else [],
                    reason=comparison.reason if comparison else "",
                    payload="" if household.held or line.row is None else payload.seal_row(line.row, file.pk),
                )
            )
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
    file.save()
    if status == FileStatus.DISCARDED:
        file.rows.all().delete()
    else:
        file.rows.exclude(payload="").update(payload="")
