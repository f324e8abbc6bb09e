"""Reading a list, matching it with the registry, and laying it by for decisions."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.lists import payload, words
from tongchou.apps.intake.lists.models import (
    STANDING,
    UNDECIDED,
    Decided,
    ListFile,
    ListProblem,
    ListStatus,
    RowState,
    StagedListRow,
)
from tongchou.apps.intake.read import open_sheet
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences
from tongchou.domain.lists.kinds import KINDS
from tongchou.domain.lists.read import ListReading, ReadRow, looks_like_list, read_list, recognise
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import column_letters

_BATCH: Final = 500
#: Reasons of rows that intake itself settles.
REPEATED, DECIDED_BEFORE = "repeated", "decided_before"


def stage_list(
    *, content: bytes, by: Account, at: dt.datetime, kind: str = "", area_id: int | None = None
) -> ListFile:
    """Read a list, match it with the people registered in its area, and lay it by for decisions.

    The registry stays as it is. The same list staged again is read again; one that was stored is returned as
    it is. Neither the upload nor its name is kept.

    Parameters
    ----------
    kind
        Which list it is; told by its headers when left out.
    area_id
        The county it is about; the only one of the account when left out.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not upload lists, or not there.
    Invalid
        ``intake.<code>`` when the list as a whole cannot be taken; ``data["fix"]`` says what to do.
    """
    on = clock.date_of(at)
    reach = access.require(by, "lists.upload", on=on)
    area = county(area_id, reach)
    sha256 = hashlib.sha256(content).hexdigest()
    known = ListFile.objects.filter(sha256=sha256, area=area)
    applied = known.filter(status__in=STANDING).first()
    if applied is not None:
        return applied
    reading = _read(content, kind, on)
    findings = _match(reading, Scope.of_area(area), on)
    with transaction.atomic():
        for staged in known.filter(status__in=UNDECIDED).select_for_update():
            if staged.status == ListStatus.APPLYING or staged.applied:
                raise Conflict("lists.begun", _("This list is being stored already. Open it to go on."))
            staged.delete()
        file = ListFile(
            sha256=sha256,
            attempt=1 + known.filter(status=ListStatus.UNDONE).count(),
            kind=reading.kind.code,
            area=area,
            scope_no=area.scope_no,
            uploaded_by=by,
            uploaded_at=at,
        )
        _describe(file, reading)
        file.save()
        StagedListRow.objects.bulk_create(_rows(file, reading, findings), batch_size=_BATCH)
        ListProblem.objects.bulk_create(_problems(file, reading), batch_size=_BATCH)
        audit.append(
            by=by,
            action="lists.stage",
            subject=f"list_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"sha256": sha256, "kind": file.kind, "rows": file.rows_read, "errors": file.error_count},
        )
    return file


def counties(reach: Scope) -> list[places.Area]:
    """The counties and local units whose lists an account may bring in: those it reaches whole."""
    found = places.Area.objects.within(reach).filter(level=places.Level.COUNTY, valid_to=None)
    return [
        area for area in found.order_by("scope_no") if reach.covers_interval(area.scope_no, area.scope_end)
    ]


def county(area_id: int | None, reach: Scope) -> places.Area:
    """The county meant.

    Raises
    ------
    NotFound, Invalid
        When it is not among those of the account, or several could be meant.
    """
    mine = counties(reach)
    if area_id is None:
        if len(mine) == 1:
            return mine[0]
        raise Invalid("lists.which_county", _("Say which county the list is about."))
    chosen = next((area for area in mine if area.pk == area_id), None)
    if chosen is None:
        raise NotFound("lists.unknown_area", _("There is no such county among your areas."))
    return chosen


def _read(content: bytes, code: str, on: dt.date) -> ListReading:
    try:
        sheet, _others = open_sheet(content, wanted=looks_like_list, long=True)
        kind = KINDS[code] if code else recognise(sheet)
        code = kind.code
        return read_list(sheet, kind, on=on)
    except RegisterError as error:
        text, fix = words.refusal(error, code)
        raise Invalid(f"intake.{error.code}", sentences(text, fix), fix=fix) from error


def _match(reading: ListReading, scope: Scope, on: dt.date) -> dict[int, registry.ListFinding]:
    rows = [read.row for read in reading.rows if read.row and not read.has_error and read.repeats is None]
    return {finding.row_no: finding for finding in registry.match_list(rows, scope=scope, on=on)}


def _describe(file: ListFile, reading: ListReading) -> None:
    problems = [problem for read in reading.rows for problem in read.problems]
    file.rows_read = len(reading.rows)
    exact = 4 if reading.kind.private else 10  # the day of a short private list would be somebody's
    file.period_from, file.period_to = (day[:exact] for day in reading.period)
    file.error_count = sum(problem.level == "error" for problem in problems)
    file.warning_count = len(problems) - file.error_count
    file.columns = {name: column_letters(column) for name, column in reading.header.columns.items()}
    file.legacy = dict(reading.legacy_matters)
    file.unknown = list(reading.header.unknown)
    file.skipped = [[skipped.row_no, skipped.reason] for skipped in reading.skipped]


def _rows(
    file: ListFile, reading: ListReading, findings: dict[int, registry.ListFinding]
) -> list[StagedListRow]:
    staged = [_row(file, read, findings.get(read.row_no)) for read in reading.rows]
    _take_over_decisions(file, staged)
    return staged


def _row(file: ListFile, read: ReadRow, finding: registry.ListFinding | None) -> StagedListRow:
    one = StagedListRow(file=file, row_no=read.row_no)
    if read.row is None or read.has_error:
        one.state, one.done = RowState.ERROR, True
        return one
    one.payload, one.digest = payload.seal_row(read.row, file.pk)
    if finding is None:
        one.payload = ""
        one.state, one.reason, one.done = RowState.KNOWN, REPEATED, True
        return one
    one.state, one.reason = finding.state, finding.reason
    one.shown = payload.shown(finding, file.pk)
    return one


def _take_over_decisions(file: ListFile, staged: list[StagedListRow]) -> None:
    """A row about which somebody decided to leave the registry as it is asks nobody again.

    Unless the list it stood in was taken back: then nothing of it counts.
    """
    asked = {row.digest: row for row in staged if row.state in (RowState.DIFFERS, RowState.CHOOSE)}
    digests = list(asked)
    for start in range(0, len(digests), _BATCH):
        before = StagedListRow.objects.filter(
            digest__in=digests[start : start + _BATCH], decided=Decided.KEEP, done=True,
            file__area=file.area, file__kind=file.kind,
        ).exclude(file__status=ListStatus.UNDONE)  # fmt: skip
        for digest in before.values_list("digest", flat=True):
            row = asked[digest]
            row.state, row.reason, row.done, row.payload = RowState.KNOWN, DECIDED_BEFORE, True, ""


def _problems(file: ListFile, reading: ListReading) -> list[ListProblem]:
    return [
        ListProblem(
            file=file,
            row_no=problem.row,
            column=problem.column,
            cell=problem.cell,
            code=problem.code,
            level=problem.level,
            params=payload.seal_params(dict(problem.params), file.pk),
        )
        for problem in reading.problems
    ]


def open_list(list_id: int, reach: Scope, *, lock: bool = False) -> Any:
    """A list of the areas reached; with ``lock`` nobody else decides about it before the transaction ends.

    Raises
    ------
    NotFound
        When there is none.
    """
    files = ListFile.objects.filter(reach.q("scope_no"), pk=list_id).select_related("area", "uploaded_by")
    if lock:
        files = ListFile.objects.filter(reach.q("scope_no"), pk=list_id).select_for_update()
    file = files.first()
    if file is None or not reach.covers_interval(file.area.scope_no, file.area.scope_end):
        raise NotFound("lists.no_list", _("There is no such list in your areas."))
    return file
