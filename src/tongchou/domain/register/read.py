"""A whole register: from a sheet to clean lines, what was skipped, what was dropped and all that is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tongchou.domain import codes
from tongchou.domain.names import compare_key
from tongchou.domain.register import cells
from tongchou.domain.register.columns import BY_NAME, match, plain
from tongchou.domain.register.header import Header, Words, find_header
from tongchou.domain.register.lines import Line, LineReader
from tongchou.domain.register.problems import Problem, RegisterError
from tongchou.domain.register.row import RegisterRow
from tongchou.domain.register.sheet import Sheet, cell_name
from tongchou.domain.register.skipping import NOTE, TOTAL, Skipped, counts_up, says_total, unasked

#: Cells without one of these are nobody's line.
_KEYS: Final = ("name", "relation", "id_number", "birth", "sex")
#: What a number says against the cells beside it.
_AGAINST_NUMBER: Final = frozenset({"birth_vs_id", "sex_vs_id", "relation_vs_sex"})
#: Where 同上 may stand: what several people of a household share.
_DITTO_HERE: Final = frozenset(
    {"ethnicity", *(name for name, column in BY_NAME.items() if column.fills_down)}
)

_DATED: Final = re.compile(
    r"(?:填报|填表|截至|截止|统计|登记|报送)?(?:日期|时间|至)?\s*:?\s*((?:19|20)\d{2})\s*(?:年|[./-])"
)
#: A register older than this is read by the year of reading instead: its printed date is not believed.
_OLDEST_REGISTER: Final = 10


@dataclass(frozen=True, slots=True)
class Household:
    """The lines of one household number in the order of the sheet; ``held`` when one of them has an error."""

    index: int
    lines: tuple[Line, ...]

    @property
    def held(self) -> bool:
        return any(line.has_error for line in self.lines)


@dataclass(slots=True)
class Reading:
    """Everything a register says and everything wrong with it. ``title`` is not to be kept."""

    header: Header
    title: str
    year: int
    households: list[Household] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[Line]:
        return (line for household in self.households for line in household.lines)

    @property
    def rows(self) -> list[RegisterRow]:
        """Every row that could be built, households with errors included, in the order of the sheet."""
        return sorted((line.row for line in self.lines if line.row is not None), key=lambda row: row.row_no)

    @property
    def good_rows(self) -> list[RegisterRow]:
        """The rows of households without an error."""
        found = (line.row for household in self.households if not household.held for line in household.lines)
        return sorted((row for row in found if row is not None), key=lambda row: row.row_no)

    @property
    def problems(self) -> list[Problem]:
        """All problems by row, those of the file as a whole first."""
        found = [problem for line in self.lines for problem in line.problems]
        if "id_number" not in self.header.columns:
            found.append(Problem("id_column_missing", 0, "id_number"))
        return sorted(found, key=lambda problem: (problem.row, problem.cell, problem.code))

    @property
    def legacy_matters(self) -> Counter[str]:
        """Closed matter → number of columns dropped for it."""
        return Counter(self.header.legacy.values())


def read_register(sheet: Sheet, *, on: dt.date, words: Words | None = None) -> Reading:
    """Read a register.

    Cells of legacy columns are not looked at; of unknown and remark columns only whether they open a total
    or note row. The declarations about children are taken
    from people of 59 and over in the register's year alone.

    Parameters
    ----------
    on
        The day of reading: later dates are mistakes.
    words
        What users have said that unknown headers mean.

    Raises
    ------
    RegisterError
        When the sheet as a whole cannot be taken (``empty_sheet``, ``no_header``, ``missing_columns``,
        ``column_twice``, ``no_people``).
    """
    header = find_header(sheet, words or {})
    title = "\n".join(cells.text(value) for row in sheet.cells[: header.top] for value in row if value)
    reading = Reading(header, title, year=_year_of(title, on))
    reader = LineReader(header.columns, on, sheet.base_1904, year=reading.year)
    lines = list(_lines(sheet, header, reader, reading.skipped))
    if not lines:
        raise RegisterError("no_people")
    reading.households = _households(lines, header)
    _find_duplicates(lines, header)
    return reading


def _year_of(title: str, on: dt.date) -> int:
    """The year the register speaks of: the one in its title rows when believable, else that of reading."""
    years = [int(year) for year in _DATED.findall(title)]
    believable = [year for year in years if on.year - _OLDEST_REGISTER <= year <= on.year]
    return max(believable, default=on.year)


def _lines(sheet: Sheet, header: Header, reader: LineReader, skipped: list[Skipped]) -> Iterator[Line]:
    wanted = [(name, column) for name, column in header.columns.items() if not BY_NAME[name].ignored]
    filled = _filled_down(sheet, header)
    name_of = {column: name for name, column in wanted}
    bad_cells: dict[int, dict[str, str]] = {}
    for places, code in ((sheet.formulas, "formula_cell"), (sheet.errors, "cell_error")):
        for row, column in places:
            if column in name_of:
                bad_cells.setdefault(row, {})[name_of[column]] = code
    before: dict[str, object] = {}
    for row in range(header.first_person_row, len(sheet.cells)):
        values = sheet.cells[row]
        width = len(values)
        raw = {name: values[at] for name, at in wanted if at < width and values[at] not in ("", None)}
        bad = bad_cells.get(row, {})
        open_values = [value for at, value in enumerate(values) if at not in header.legacy]
        reason = _reason_to_skip(open_values, raw, bad)
        if reason:
            if reason != "blank":
                skipped.append(Skipped(row + 1, reason))
            continue
        raw.update(filled.get(row, {}))
        ditto = [name for name, value in raw.items() if cells.is_ditto(value)]
        for name in ditto:
            if name in _DITTO_HERE and name in before:
                raw[name] = before[name]
            else:
                del raw[name]
                bad = {**bad, name: "ditto_not_here"}
        for name in bad:
            raw.pop(name, None)
        before = raw
        yield reader.read(row, raw, bad)


def _filled_down(sheet: Sheet, header: Header) -> dict[int, dict[str, object]]:
    """Sheet row → values that a vertically merged cell above gives it."""
    names = {column: name for name, column in header.columns.items() if BY_NAME[name].fills_down}
    found: dict[int, dict[str, object]] = {}
    for (top, left), (bottom, right) in sheet.merges:
        if left != right or left not in names or top < header.first_person_row:
            continue
        value = sheet.value(top, left)
        if value is not None:
            for row in range(top + 1, min(bottom, len(sheet.cells) - 1) + 1):
                found.setdefault(row, {})[names[left]] = value
    return found


def _reason_to_skip(values: Iterable[object], raw: dict[str, object], bad: dict[str, str]) -> str | None:
    """Why a row speaks of nobody; ``None`` when it speaks of a person. ``values`` lack closed columns."""
    if not raw and not bad:
        return unasked(values)
    if codes.RELATION.parse(raw.get("relation")):  # the common case: a person
        return None
    if match((str(raw.get("name", "")),)) == "name":
        return "header"
    given = [value for value in values if value not in ("", None)]
    first = plain(given[0]) if given else ""
    if "relation" not in raw:
        if TOTAL.match(first) or says_total(given, raw, bad):
            return "total"
        if "id_number" not in raw and NOTE.match(first):
            return "note"
    if len(given) >= 5 and counts_up(given):
        return "numbers"
    if not any(key in raw or key in bad for key in _KEYS) and len(raw) <= 2:
        return "note"
    return None


def _households(lines: list[Line], header: Header) -> list[Household]:
    """Lines by household number, in order; a line without one stands alone."""
    grouped: dict[str, list[Line]] = {}
    last: str | None = None
    apart: set[str] = set()
    for line in lines:
        key = line.household_no or f"\0{line.row_no}"
        if key in grouped and key != last and key not in apart:
            apart.add(key)
            _note(line, header, "household_apart", "household_no", first_row=grouped[key][0].row_no)
        grouped.setdefault(key, []).append(line)
        last = key
    for members in grouped.values():
        _check_head(members, header)
    return [Household(index, tuple(members)) for index, members in enumerate(grouped.values(), start=1)]


def _check_head(members: list[Line], header: Header) -> None:
    """Exactly one head a household. Where a relation could not be read, that is already said."""
    if not members[0].household_no:
        return
    heads = [line for line in members if line.row is not None and line.row.relation in codes.HEADS]
    if not heads and all(line.row is not None for line in members):
        _note(members[0], header, "household_without_head", "relation", people=len(members))
    for line in heads[1:]:
        _note(line, header, "two_heads", "relation", first_row=heads[0].row_no)


def _find_duplicates(lines: list[Line], header: Header) -> None:
    """The same number twice is an error; one name and birth date, once without number, is worth a look."""
    by_id: dict[str, list[Line]] = {}
    unnumbered: dict[str, list[Line]] = {}
    numbered: dict[str, list[Line]] = {}
    for line in lines:
        row = line.row
        if row is None:
            continue
        if row.id_number:
            by_id.setdefault(row.id_number, []).append(line)
        if row.birth is not None and row.birth.day is not None:
            (numbered if row.id_number else unnumbered).setdefault(str(row.birth), []).append(line)
    for sharing in by_id.values():
        if len(sharing) > 1:
            _note_shared_number(sharing, header)
    for birth, alike in unnumbered.items():
        _find_namesakes(alike, numbered.get(birth, []), header)


def _note_shared_number(sharing: list[Line], header: Header) -> None:
    """Lines with one number: one person twice, or under another name a number copied from another row.

    Where birth or sex speaks against such a number, it is the number that is in doubt, not its neighbours.
    """
    first = sharing[0]
    for line in sharing:
        other = sharing[1] if line is first else first
        fitting = [problem for problem in line.problems if problem.code not in _AGAINST_NUMBER]
        if len(fitting) < len(line.problems) and _key(line) != _key(other):
            line.problems[:] = fitting
            _note(line, header, "id_of_other_row", "id_number", other_row=other.row_no)
        elif line is not first:
            _note(line, header, "duplicate_in_file", "id_number", first_row=first.row_no)


def _find_namesakes(alike: list[Line], others: list[Line], header: Header) -> None:
    seen: dict[str, int] = {}
    for line in sorted((*others, *alike), key=lambda line: line.row_no):
        key = _key(line)
        if key in seen:
            _note(line, header, "same_person_twice", "name", first_row=seen[key])
        seen.setdefault(key, line.row_no)


def _key(line: Line) -> str:
    return compare_key(line.row.name) if line.row else ""


def _note(line: Line, header: Header, code: str, column: str, **params: str | int) -> None:
    cell = cell_name(line.row_no - 1, header.columns[column]) if column in header.columns else ""
    line.problems.append(Problem(code, line.row_no, column, cell, params))
