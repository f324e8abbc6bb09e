"""A whole list: from a sheet to clean rows, what was skipped, what was dropped and all that is wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tongchou.domain.lists import row as events
from tongchou.domain.lists.kinds import KINDS, ListKind
from tongchou.domain.lists.reader import ListReader
from tongchou.domain.lists.row import ListRow
from tongchou.domain.register import cells
from tongchou.domain.register.cell_reader import Noted
from tongchou.domain.register.columns import plain
from tongchou.domain.register.header import LEAST_KNOWN, SEARCHED_ROWS, Header, find_header, known_columns
from tongchou.domain.register.problems import Problem, RegisterError
from tongchou.domain.register.sheet import Sheet, cell_name
from tongchou.domain.register.skipping import NOTE, TOTAL, Skipped, counts_up, unasked

#: A list in which more rows than this share cannot be read is the wrong file, or a broken one.
TOO_MANY: Final = 0.2
#: So many wrong rows are no reason by themselves.
FEW: Final = 10


@dataclass(slots=True)
class ReadRow(Noted):
    """What became of a row; ``row`` is None when an error leaves nothing to build on. ``repeats`` is the
    earlier row that says the same."""

    row: ListRow | None = None
    repeats: int | None = None


@dataclass(slots=True)
class ListReading:
    """Everything a list says and everything wrong with it."""

    kind: ListKind
    header: Header
    rows: list[ReadRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def good_rows(self) -> list[ListRow]:
        """The rows without an error, in the order of the sheet."""
        return [read.row for read in self.rows if read.row is not None and not read.has_error]

    @property
    def problems(self) -> list[Problem]:
        found = [problem for read in self.rows for problem in read.problems]
        return sorted(found, key=lambda problem: (problem.row, problem.cell, problem.code))

    @property
    def legacy_matters(self) -> Counter[str]:
        """Closed matter → number of columns dropped for it."""
        return Counter(self.header.legacy.values())

    @property
    def period(self) -> tuple[str, str]:
        """The first and the last day the rows speak of; empty texts when none has one."""
        days = sorted(str(row.day) for row in self.good_rows if row.day and row.event != events.NOTHING)
        return (days[0], days[-1]) if days else ("", "")


def looks_like_list(sheet: Sheet) -> bool:
    """True when some row near the top names the columns of one of the lists."""
    return any(_fits(sheet, kind) for kind in KINDS.values())


def recognise(sheet: Sheet) -> ListKind:
    """The kind of list a sheet holds: the one whose needed columns are there and that knows most of them.

    Two kinds with the same columns are told apart by the title, and by how many of its words are theirs.

    Raises
    ------
    RegisterError
        ``unknown_list`` when it is none, or two could be meant.
    """
    fitting = [(known_columns(sheet, kind.columns.vocabulary), kind) for kind in _fitting(sheet)]
    title = _title(sheet)
    words = {kind.code: sum(word in title for word in kind.titles) for _known, kind in fitting}
    ranked = sorted(
        ((words[kind.code] > 0, known, words[kind.code], kind.code) for known, kind in fitting), reverse=True
    )
    if not ranked or (len(ranked) > 1 and ranked[0][:3] == ranked[1][:3]):
        raise RegisterError("unknown_list")
    return KINDS[ranked[0][3]]


def _fitting(sheet: Sheet) -> list[ListKind]:
    return [kind for kind in KINDS.values() if _fits(sheet, kind)]


def _fits(sheet: Sheet, kind: ListKind) -> bool:
    try:
        find_header(sheet, vocabulary=kind.columns.vocabulary)
    except RegisterError:
        return False
    return True


def _title(sheet: Sheet) -> str:
    """What stands in the first rows: titles, headers, and the first values of a scheme."""
    top = sheet.cells[: SEARCHED_ROWS // 2]
    return "\n".join(plain(cells.text(value)) for row in top for value in row if isinstance(value, str))


def read_list(sheet: Sheet, kind: ListKind, *, on: dt.date) -> ListReading:
    """Read a list. Cells of legacy columns are not looked at.

    Parameters
    ----------
    on
        The day of reading: later dates are mistakes.

    Raises
    ------
    RegisterError
        When the sheet as a whole cannot be taken (``empty_sheet``, ``no_header``, ``missing_columns``,
        ``column_twice``, ``no_people``, ``too_many_errors``).
    """
    header = find_header(sheet, vocabulary=kind.columns.vocabulary)
    reading = ListReading(kind, header)
    reader = ListReader(header.columns, on, sheet.base_1904)
    reading.rows = list(_rows(sheet, reading, reader))
    if not reading.rows:
        raise RegisterError("no_people")
    wrong = sum(read.has_error for read in reading.rows)
    if wrong > max(FEW, TOO_MANY * len(reading.rows)):
        raise RegisterError("too_many_errors", errors=wrong, rows=len(reading.rows))
    _find_repeats(reading)
    return reading


def _rows(sheet: Sheet, reading: ListReading, reader: ListReader) -> Iterator[ReadRow]:
    header, kind = reading.header, reading.kind
    ignored = kind.columns.vocabulary.ignored
    wanted = [(name, at) for name, at in header.columns.items() if name not in ignored]
    bad_cells = _bad_cells(sheet, {at: name for name, at in wanted})
    for number in range(header.first_person_row, len(sheet.cells)):
        values = sheet.cells[number]
        width = len(values)
        raw = {name: values[at] for name, at in wanted if at < width and values[at] not in ("", None)}
        bad = bad_cells.get(number, {})
        open_values = [value for at, value in enumerate(values) if at not in header.legacy]
        reason = _reason_to_skip(open_values, raw, bad, kind)
        if reason:
            if reason != "blank":
                reading.skipped.append(Skipped(number + 1, reason))
            continue
        read = ReadRow(number + 1)
        reader.begin(read, {name: value for name, value in raw.items() if name not in bad}, bad)
        read.row = kind.read(reader)
        yield read


def _bad_cells(sheet: Sheet, names: dict[int, str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for places, code in ((sheet.formulas, "formula_cell"), (sheet.errors, "cell_error")):
        for row, column in places:
            if column in names:
                found.setdefault(row, {})[names[column]] = code
    return found


def _reason_to_skip(
    values: list[object], raw: dict[str, object], bad: dict[str, str], kind: ListKind
) -> str | None:
    """Why a row reports nothing; ``None`` when it does. ``values`` lack closed columns."""
    if not raw and not bad:
        return unasked(values)
    if "day" in raw and len(raw) >= LEAST_KNOWN and kind.columns.match((cells.text(raw["day"]),)) is None:
        given = [value for value in values if value not in ("", None)]
        return "numbers" if len(given) >= 5 and counts_up(given) else None
    given = [value for value in values if value not in ("", None)]
    first = plain(given[0]) if given else ""
    if TOTAL.match(first) or any(isinstance(value, str) and TOTAL.fullmatch(plain(value)) for value in given):
        return "total"
    if "day" in raw and kind.columns.match((cells.text(raw["day"]),)) is not None:
        return "header"
    if len(raw) <= 2 and NOTE.match(first):
        return "note"
    return "note" if len(raw) == 1 and len(given) == 1 and len(first) > 12 else None


def _find_repeats(reading: ListReading) -> None:
    """A row that says the same as an earlier one reports nothing new, and says so."""
    seen: dict[tuple[object, ...], int] = {}
    for read in reading.rows:
        row = read.row
        if row is None or read.has_error or row.event == events.NOTHING:
            continue
        people = tuple((person.number or person.written, person.name) for person in row.people)
        key = (row.event, people, str(row.day), str(row.until), row.child, row.category, row.grade)
        first = seen.setdefault(key, row.row_no)
        if first != row.row_no:
            read.repeats = first
            at = reading.header.columns.get("day", 0)
            cell = cell_name(row.row_no - 1, at)
            read.problems.append(Problem("row_repeated", row.row_no, "day", cell, {"first_row": first}))
