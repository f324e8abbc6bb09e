"""Lists of areas into the database: everything is checked first, then written in one step."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places.models import Area, AreaCode, AreaOverlap, AreaParent, Level
from tongchou.apps.places.numbering import note_new, number_new, renumber
from tongchou.apps.places.queries import normal_code
from tongchou.apps.places.rows import LEVELS, AreaRow, Problem, Reading, Source, read
from tongchou.core import access, audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope
from tongchou.domain.names import place_initials

if TYPE_CHECKING:
    from tongchou.core.models import Account

_OWN_CODE = _("Compare it with the national list of codes; under Areas you find which area has it.")
REFERENCE = Path(__file__).resolve().parents[2] / "reference" / "places" / "bijie.csv"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did."""

    created: int
    unchanged: int

    def as_dict(self) -> dict[str, Any]:
        return {"created": self.created, "unchanged": self.unchanged}


@dataclass(frozen=True, slots=True)
class Checked:
    """A list that was looked at: its lines, the numbers of the new ones, everything wrong."""

    rows: tuple[AreaRow, ...]
    fresh: frozenset[int]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Known:
    """What the database holds that the lines may speak of."""

    by_code: dict[str, Area]
    codes_from: set[tuple[str, dt.date]]
    groups: dict[int, dict[str, Area]]


@transaction.atomic
def load_areas(source: Source, *, by: Account | None, at: dt.datetime) -> LoadReport:
    """Load areas from a CSV file or from mappings with its columns; loading the same again changes nothing.

    Parameters
    ----------
    source
        A CSV file, mappings, or an ``AreaSheet`` (problems then name the rows of its file).
        Columns ``code, name, level, parent_code, valid_from`` and, if wanted, ``local, former_codes,
        overlaps``.
        A parent stands in the same list, in any order, or is known already, by any code it has or had.
        A group without a code gets ``<village>-NN``.
    by
        Who loads; ``None`` for the installation itself. An account can add only below its own areas.

    Raises
    ------
    NotAllowed
        When the account may not load areas.
    Invalid
        ``places.bad_list`` with ``problems``: every ``Problem(line, column, message)`` at once.
    """
    rows, fresh, known, problems = _read(source, by, at)
    if problems:
        raise Invalid(
            "places.bad_list",
            _("The list of areas was not loaded: correct the cells named and load it again."),
            problems=problems,
        )
    report = LoadReport(created=len(fresh), unchanged=len(rows) - len(fresh))
    if not fresh:
        return report
    _write(fresh, known)
    renumber()
    detail = {"created": report.created, "digest": audit.digest(row.canonical() for row in fresh)}
    audit.append(by=by, action="places.load", subject="places", at=at, detail=detail)
    return report


def check_areas(source: Source, *, by: Account | None, at: dt.datetime) -> Checked:
    """What ``load_areas`` would do with a list; nothing is written.

    Raises
    ------
    NotAllowed
        When the account may not load areas.
    """
    rows, fresh, _known_areas, problems = _read(source, by, at)
    return Checked(tuple(rows), frozenset(row.line for row in fresh), tuple(problems))


def _read(
    source: Source, by: Account | None, at: dt.datetime
) -> tuple[list[AreaRow], list[AreaRow], _Known, list[Problem]]:
    """The lines, those that are new, what is known, and everything wrong in order of lines."""
    reach = Scope.everything() if by is None else access.require(by, "places.load", on=clock.date_of(at))
    reading = read(source)
    known = _known()
    problems = [*reading.problems, *_check(reading.rows, known, reach, reading.broken)]
    problems += _parents_of_broken(reading, known)
    fresh = [row for row in reading.rows if _existing(row, known) is None]
    return reading.rows, fresh, known, sorted(problems, key=lambda problem: problem.line)


def load_reference(*, by: Account | None, at: dt.datetime) -> int:
    """Load the packaged list (province, prefecture, nine units); returns how many areas the list holds."""
    report = load_areas(REFERENCE, by=by, at=at)
    return report.created + report.unchanged


def _known() -> _Known:
    by_code: dict[str, Area] = {}
    codes_from: set[tuple[str, dt.date]] = set()
    # Today's holder of a code comes last and stays.
    codes = sorted(
        AreaCode.objects.select_related("area"), key=lambda held: (held.valid_to is None, held.valid_from)
    )
    for held in codes:
        by_code[held.code] = held.area
        codes_from.add((held.code, held.valid_from))
    groups: dict[int, dict[str, Area]] = defaultdict(dict)
    for group in Area.objects.filter(level=Level.GROUP):
        if group.parent_id is not None:
            groups[group.parent_id][group.name] = group
    return _Known(by_code, codes_from, groups)


def _existing(row: AreaRow, known: _Known) -> Area | None:
    """The area a line already stands for. A group without a code is known by its village and name."""
    if row.code:
        area = known.by_code.get(row.code)
        return area if area is not None and area.code == row.code else None
    village = known.by_code.get(normal_code(row.parent_code))
    return known.groups.get(village.pk, {}).get(row.name) if village is not None else None


def _check(rows: list[AreaRow], known: _Known, reach: Scope, broken: set[str]) -> list[Problem]:
    problems: list[Problem] = []
    listed = {row.code: row for row in rows if row.code}
    seen: dict[str, int] = {}
    codes_from = set(known.codes_from)
    for row in rows:
        name = row.code or f"{row.parent_code}/{row.name}"
        if name in seen:
            problems.append(_twice(row, seen[name]))
            continue
        seen[name] = row.line
        parent_level, parent_name = _parent(row, listed, known)
        if row.level != Level.PROVINCE:
            if parent_level is None and normal_code(row.parent_code) in broken:
                continue  # the line above it is named already; this one is looked at when that is mended
            if parent_level is None:
                problems.append(Problem(row.line, "parent_code", _("No area has this code.")))
            elif LEVELS.index(parent_level) != LEVELS.index(row.level) - 1:
                problems.append(
                    Problem(row.line, "parent_code", _("The area above must be one level higher."))
                )
        existing = _existing(row, known)
        if existing is not None:
            problems.extend(_differences(row, existing, parent_name))
            continue
        if not _within(row, listed, known, reach):
            problems.append(
                Problem(row.line, "parent_code", _("This lies outside the areas assigned to you."))
            )
        for code, start in _codes_of(row):
            if (code, start) in codes_from or (code == row.code and code in known.by_code):
                problems.append(Problem(row.line, "code", _("Another area has or had this code."), _OWN_CODE))
            codes_from.add((code, start))
        problems.extend(_check_overlaps(row, listed, known))
    return problems


def _twice(row: AreaRow, first: int) -> Problem:
    """A line that repeats an earlier one; a group without a code is known by its village and name."""
    where = {"line": first}
    if not row.code:
        return Problem(
            row.line,
            "name",
            _("Line %(line)s has a group of this name in the same village.") % where,
            _("Delete one of the two rows, or give this group another name."),
        )
    return Problem(
        row.line,
        "code",
        _("Line %(line)s has the same code.") % where,
        _("Delete this row if it is the same area as in row %(line)s; otherwise correct the wrong code.")
        % where,
    )


def _parents_of_broken(reading: Reading, known: _Known) -> list[Problem]:
    """Unknown parents of lines that have another wrong cell, so that everything is told at once."""
    there = known.by_code.keys() | {row.code for row in reading.rows} | reading.broken
    return [
        Problem(line, "parent_code", _("No area has this code."))
        for line, parent in reading.half
        if normal_code(parent) not in there
    ]


def _parent(row: AreaRow, listed: dict[str, AreaRow], known: _Known) -> tuple[str | None, str | None]:
    """Level and present code of the area above a line; None for an unknown one."""
    code = normal_code(row.parent_code)
    if code in listed:
        return listed[code].level, code
    area = known.by_code.get(code)
    return (area.level, area.code) if area is not None else (None, None)


def _differences(row: AreaRow, existing: Area, parent_code: str | None) -> list[Problem]:
    """A list adds areas; renaming, moving or ending one is another act than loading."""
    found = []
    if existing.name != row.name:
        text = _("Known by another name: %(name)s.") % {"name": existing.name}
        found.append(Problem(row.line, "name", text))
    if existing.level != row.level:
        found.append(Problem(row.line, "level", _("Known at another level.")))
    if existing.parent is not None and existing.parent.code != parent_code:
        text = _("Known under another area: %(name)s.") % {"name": existing.parent.name}
        found.append(Problem(row.line, "parent_code", text))
    return found


def _within(row: AreaRow, listed: dict[str, AreaRow], known: _Known, reach: Scope) -> bool:
    """True when the first known area above a line is in reach."""
    if reach.unlimited:
        return True
    steps = 0
    while row.level != Level.PROVINCE and steps < len(LEVELS):
        code = normal_code(row.parent_code)
        area = known.by_code.get(code)
        if area is not None:
            return reach.covers_interval(area.scope_no, area.scope_end)
        if code not in listed:
            return True  # the unknown parent is a problem of its own
        row, steps = listed[code], steps + 1
    return False


def _check_overlaps(row: AreaRow, listed: dict[str, AreaRow], known: _Known) -> list[Problem]:
    found = []
    if row.overlaps and not (row.local and row.level == Level.COUNTY):
        found.append(Problem(row.line, "overlaps", _("Only a local unit of county level overlaps counties.")))
    for code in row.overlaps:
        level = listed[code].level if code in listed else getattr(known.by_code.get(code), "level", None)
        if level != Level.COUNTY:
            found.append(
                Problem(row.line, "overlaps", _("No county has the code %(code)s.") % {"code": code})
            )
    return found


def _codes_of(row: AreaRow) -> list[tuple[str, dt.date]]:
    """Every code of a line with the day it began: the former ones, then its own."""
    former = [(old.code, old.valid_from) for old in row.former]
    return [*former, (row.code, _own_code_from(row))] if row.code else former


def _own_code_from(row: AreaRow) -> dt.date:
    return row.former[-1].valid_to if row.former else row.valid_from


def _write(rows: list[AreaRow], known: _Known) -> None:
    """Write the new areas level by level, each with its codes; then the overlaps."""
    made: list[tuple[AreaRow, Area]] = []
    for level in LEVELS:
        for row in (row for row in rows if row.level == level):
            parent = known.by_code[normal_code(row.parent_code)] if row.parent_code else None
            if not row.code and parent is not None:
                row.code = _next_group_code(parent, known)
            area = Area(
                code=row.code,
                name=row.name,
                initials=place_initials(row.name),
                level=row.level,
                parent=parent,
                local=row.local,
                valid_from=row.valid_from,
            )
            if level == Level.GROUP and parent is not None:
                known.groups.setdefault(_village_key(parent), {})[row.name] = area
            known.by_code[row.code] = area
            made.append((row, area))
    number_new([area for _row, area in made])
    for level in LEVELS:
        Area.objects.bulk_create([area for _row, area in made if area.level == level], batch_size=500)
    note_new([area for _row, area in made])
    codes = []
    for row, area in made:
        for old in row.former:
            codes.append(
                AreaCode(
                    area=area,
                    code=old.code,
                    name=old.name,
                    system=row.system,
                    valid_from=old.valid_from,
                    valid_to=old.valid_to,
                )
            )
        codes.append(
            AreaCode(
                area=area, code=row.code, name=row.name, system=row.system, valid_from=_own_code_from(row)
            )
        )
    AreaCode.objects.bulk_create(codes, batch_size=500)
    AreaParent.objects.bulk_create(
        (
            AreaParent(area=area, parent=area.parent, valid_from=row.valid_from)
            for row, area in made
            if area.parent is not None
        ),
        batch_size=500,
    )
    AreaOverlap.objects.bulk_create(
        AreaOverlap(unit=area, county=known.by_code[code]) for row, area in made for code in row.overlaps
    )


def _village_key(village: Area) -> int:
    """What a village's groups are kept under: its number, or for one not yet written the object itself."""
    return village.pk or -id(village)


def _next_group_code(village: Area, known: _Known) -> str:
    taken = {group.code for group in known.groups.get(_village_key(village), {}).values()}
    number = len(taken) + 1
    while f"{village.code}-{number:02d}" in taken:
        number += 1
    return f"{village.code}-{number:02d}"
