"""Registers in: read one, compare it with the registry and lay it by for a decision."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import (
    actions,
    claiming,
    comparison,
    holding,
    limits,
    messages,
    payload,
    questions,
    village,
    words,
)
from tongchou.apps.intake.models import (
    REPLACEABLE,
    STANDING,
    FileStatus,
    RegisterFile,
    RowStatus,
    StagedProblem,
    StagedRow,
)
from tongchou.apps.intake.read import Opened, named, open_file
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, keys, rows
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences
from tongchou.domain.register.problems import Problem, RegisterError
from tongchou.domain.register.read import Reading, read_register
from tongchou.domain.register.row import RegisterRow
from tongchou.domain.register.sheet import column_letters

#: A file's name is kept when it is a code and perhaps a date, nothing else.
_HARMLESS_NAME: Final = re.compile(r"[0-9]{6,12}(?:[-_ ][0-9]{1,8})?\.(?:xlsx|xls|et|csv|txt)", re.IGNORECASE)
_BATCH: Final = 500
_ROW_COLUMNS: Final = (
    "file_id",
    "row_no",
    "household_index",
    "held",
    "status",
    "person_id",
    "changed",
    "reason",
    "shown",
    "payload",
    "question",
    "decision_id",
)


def stage_register(
    *, content: bytes, file_name: str, village_id: int, by: Account, at: dt.datetime, hold: bool = False
) -> RegisterFile:
    """``lay_by``, for those who need no lines."""
    return lay_by(content=content, file_name=file_name, village_id=village_id, by=by, at=at, hold=hold).file


def lay_by(
    *, content: bytes, file_name: str, village_id: int, by: Account, at: dt.datetime, hold: bool = False
) -> LaidBy:
    """Read a register, compare it with the registry and lay it by for a decision.

    The registry stays as it is. The same file staged again is read again; one that was applied is returned as
    it is. One with too many errors is returned as refused, with its problems. Neither the upload nor its name
    is kept.

    Parameters
    ----------
    hold
        Lay the register by in cipher until the decision, so that it can be read again with other words and
        be given back with marks.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not upload there.
    Invalid
        ``intake.<code>`` when the file as a whole cannot be taken; ``data["fix"]`` says what to do.
    """
    reach = access.require(by, "intake.upload", on=clock.date_of(at))
    place = village_in_reach(village_id, reach)
    sha256 = hashlib.sha256(content).hexdigest()
    applied = applied_before(sha256, place)
    if applied is not None:
        return LaidBy(applied)
    opened: Opened | None = None
    parcel = None
    try:
        opened = open_file(content)
        if hold:
            opened, parcel = holding.pack(opened, words.words_of(words.county_of(place)))
    except RegisterError as error:
        refusal = named(error, opened, file_name)
        raise in_words(refusal) from refusal
    return _lay_by_opened(
        opened=opened, parcel=parcel, sha256=sha256, file_name=file_name, village_id=village_id, by=by, at=at
    )


def stage_opened(
    *,
    opened: Opened,
    parcel: holding.Parcel | None,
    sha256: str,
    file_name: str,
    village_id: int,
    by: Account,
    at: dt.datetime,
) -> RegisterFile:
    """``stage_register`` for an upload that has been opened already; ``parcel`` is laid by with it."""
    return _lay_by_opened(
        opened=opened, parcel=parcel, sha256=sha256, file_name=file_name, village_id=village_id, by=by, at=at
    ).file


@keys.steady()
def _lay_by_opened(
    *,
    opened: Opened,
    parcel: holding.Parcel | None,
    sha256: str,
    file_name: str,
    village_id: int,
    by: Account,
    at: dt.datetime,
) -> LaidBy:
    on = clock.date_of(at)
    reach = access.require(by, "intake.upload", on=on)
    place = village_in_reach(village_id, reach)
    county = words.county_of(place)
    applied = applied_before(sha256, place)
    if applied is not None:
        return LaidBy(applied)
    try:
        reading, notes = _read(opened, words.words_of(county), place, reach, on)
    except RegisterError as error:
        refusal = named(error, opened, file_name)
        raise in_words(refusal) from refusal
    excess = limits.excess(reading)
    compared_up_to = registry.last_event()  # before comparing: what comes in between is then noticed
    compared = None if excess else _Compared.of(reading, place, sha256, reach)
    known = RegisterFile.objects.filter(sha256=sha256, village=place)
    problems = [*notes, *reading.problems]
    mark = secrets.token_hex(16)
    # Sealed before the transaction: meanwhile others may write.
    lines = _rows(mark, reading, compared) if compared is not None else []
    said = _problems(mark, problems)
    with transaction.atomic():
        for staged in known.filter(status__in=REPLACEABLE).select_for_update():
            actions.not_being_stored(staged, at)
            staged.delete()
        if known.filter(status__in=STANDING).exists():  # by somebody else, meanwhile
            raise Conflict("intake.applied_meanwhile", _("This file has just been applied by somebody else."))
        name = file_name if _HARMLESS_NAME.fullmatch(file_name) else f"{place.name}.xlsx"
        file = RegisterFile(
            sha256=sha256,
            attempt=1 + known.filter(status=FileStatus.UNDONE).count(),
            name=name[:80],
            village=place,
            scope_no=place.scope_no,
            mark=mark,
            uploaded_by=by,
            uploaded_at=at,
            compared_up_to=compared_up_to,
            status=FileStatus.REFUSED if excess else FileStatus.STAGED,
            refusal=excess,
        )
        _describe(file, reading, notes, compared)
        file.legacy = dict(opened.legacy) or dict(reading.legacy_matters)
        file.save()
        rows.insert(StagedRow, _ROW_COLUMNS, [(file.pk, *line) for line in lines])
        for problem in said:
            problem.file = file
        StagedProblem.objects.bulk_create(said, batch_size=_BATCH)
        if parcel is not None:
            holding.forget_old(at)
            holding.lay_by(parcel, sha256=sha256, at=at, file=file)
        words.count_use(county, reading.header.learned, at)
        audit.append(
            by=by,
            action="intake.refuse" if excess else "intake.stage",
            subject=f"register_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"sha256": sha256, "people": file.people, "errors": file.error_count},
        )
    return LaidBy(file, tuple(reading.good_rows) if compared is not None else ())


def explain(
    *, file_id: int, meanings: dict[str, str], by: Account, at: dt.datetime
) -> tuple[RegisterFile, bool]:
    """Remember what headers of a waiting file mean, and read it again.

    Returns
    -------
    tuple
        The file, a new one when it was read again, and whether it was: a file that is no longer held has to
        be chosen again.

    Raises
    ------
    Conflict
        When the file has been decided on; as ``words.remember``.
    Invalid
        As ``words.remember``; ``intake.word_twice`` when the file has another column of that meaning.
    """
    reach = access.require(by, "intake.upload", on=clock.date_of(at))
    file = actions.open_to_decide(file_id, reach)
    if file.status not in REPLACEABLE:
        raise claiming.decided()
    actions.not_being_stored(file, at)
    wanted = {word: meaning for word, meaning in meanings.items() if word in file.open_words}
    if not wanted:
        raise Invalid("intake.no_words", _("Choose what at least one of the columns is."))
    chosen = [meaning for meaning in wanted.values() if meaning]
    if len(set(chosen)) < len(chosen) or set(chosen) & set(file.columns):
        raise Invalid("intake.word_twice", _("The file has another column for that already."))
    words.remember(county=words.county_of(file.village), meanings=wanted, by=by, at=at)
    held = holding.of_file(file.pk)
    if held is None:
        return file, False
    parcel = holding.take_out(held)
    again = stage_opened(
        opened=holding.opened(parcel),
        parcel=parcel,
        sha256=file.sha256,
        file_name=file.name,
        village_id=file.village_id,
        by=by,
        at=at,
    )
    return again, True


def in_words(error: RegisterError) -> Invalid:
    """The refusal of a whole file in the language of the page."""
    text, fix = messages.file_words(error)
    return Invalid(f"intake.{error.code}", sentences(text, fix), fix=fix, open_words=list(error.open_words))


def village_in_reach(village_id: int, reach: Scope) -> Any:
    """The village of that number.

    Raises
    ------
    NotFound, Invalid
        When the reach has no such area, or it is no village.
    """
    place = places.area_by_id(village_id, within=reach)
    if place is None:
        raise NotFound("intake.unknown_area", _("There is no such village in your areas."))
    if place.level != places.Level.VILLAGE or place.valid_to is not None:
        raise Invalid("intake.not_a_village", _("Choose a village; a register is kept village by village."))
    return place


def applied_before(sha256: str, place: Any) -> RegisterFile | None:
    """The same upload, when it has been applied to the village already and was not taken back."""
    return RegisterFile.objects.filter(sha256=sha256, village=place, status__in=STANDING).first()


def _read(
    opened: Opened, known: dict[str, str], place: Any, reach: Scope, on: dt.date
) -> tuple[Reading, list[Problem]]:
    """The register and what is to be said of the file as a whole."""
    reading = read_register(opened.sheet, on=on, words=known)
    notes = [Problem("sheets_ignored", 0, params={"sheets": opened.others})] if opened.others else []
    title = village.check_title(reading.title, place, reach)
    if title is not None:
        notes.append(title)
    village.settle_groups(reading, place)
    return reading, notes


@dataclass(frozen=True, slots=True)
class LaidBy:
    """A file as it was laid by, and its lines that can go in, as ``actions.open_lines`` would open them."""

    file: RegisterFile
    lines: tuple[RegisterRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compared:
    """All lines beside the registry, and those of households that can go in, as storing will see them."""

    whole: registry.Comparison
    good: questions.Compared

    @classmethod
    def of(cls, reading: Reading, place: Any, sha256: str, reach: Scope) -> _Compared:
        rows = reading.good_rows
        good = questions.compared(rows, village=place, sha256=sha256, scope=reach)
        if len(rows) == len(reading.rows):
            return cls(good.rows, good)
        return cls(registry.compare(reading.rows, village=place, scope=reach), good)


def _describe(file: RegisterFile, reading: Reading, notes: list[Problem], compared: _Compared | None) -> None:
    held = [household for household in reading.households if household.held]
    problems = [*notes, *reading.problems]
    statuses = [row.status for row in compared.good.rows] if compared else []
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
    file.unknown = list(reading.header.unknown)
    file.open_words, file.learned = list(reading.header.open_words), list(reading.header.learned)
    file.skipped = [[skipped.row_no, skipped.reason] for skipped in reading.skipped]
    file.missing = [person.person_id for person in compared.whole.missing] if compared else []


def _rows(mark: str, reading: Reading, compared: _Compared) -> list[tuple[Any, ...]]:
    """The columns of the staged rows but for the file, in order of the lines."""
    found = {row.row_no: row for row in (*compared.whole, *compared.good.rows)}
    staged = []
    for household in reading.households:
        held = household.held
        for line in household.lines:
            meaning = found.get(line.row_no)
            status, person, changed, reason, shown = comparison.NOTHING
            asked, decision = "", None
            if meaning is not None:
                status, person, changed, reason, shown = comparison.meaning(meaning, mark)
                asked, decision = comparison.question(line.row_no, compared.good)
            if line.has_error or meaning is None:
                status = RowStatus.ERROR.value
            text = "" if held or line.row is None else payload.seal_row(line.row, mark)
            staged.append(
                (
                    line.row_no,
                    household.index,
                    held,
                    status,
                    person,
                    json.dumps(changed),
                    reason,
                    shown,
                    text,
                    asked,
                    decision.pk if decision else None,
                )
            )
    return sorted(staged, key=itemgetter(0))


def _problems(mark: str, problems: list[Problem]) -> list[StagedProblem]:
    return [
        StagedProblem(
            row_no=problem.row,
            column=problem.column,
            cell=problem.cell,
            code=problem.code,
            level=problem.level,
            params=payload.seal_params(dict(problem.params), mark),
        )
        for problem in problems
    ]
