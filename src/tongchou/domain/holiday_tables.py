"""Reading a year's table of holidays as somebody hands it in: lines of a CSV, or the one YAML.

Everything that is wrong is named with its line; nothing is guessed. ::

    date,kind,name                       source: {zh: …, en: …}
    2027-01-01..2027-01-03,off,元旦      off: [2027-01-01..2027-01-03]
    2027-02-14,work,                     work: [2027-02-14]
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from tongchou.domain.workdays import FIXED, Year

#: Longer texts are not a table of one year; letters of a name, of a document.
LARGEST, LONGEST_NAME, LONGEST_SOURCE = 50_000, 40, 300
OFF: Final = frozenset({"off", "休", "放假", "休息"})
WORK: Final = frozenset({"work", "班", "上班", "补班", "调休上班"})
_COLUMNS: Final = {
    "date": "date",
    "日期": "date",
    "kind": "kind",
    "类型": "kind",
    "name": "name",
    "名称": "name",
}
_DATE: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_SEPARATOR: Final = re.compile(r"[,\t，;]")
_DAY: Final = dt.timedelta(days=1)
#: The days between which the Spring Festival can fall.
_SPRING: Final = ((1, 21), (2, 21))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line (0: in the whole table); ``value`` stands there, ``other``: a line or year."""

    line: int
    code: str
    value: str = ""
    other: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """A day off, or a day of a weekend that is worked."""

    on: dt.date
    work: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A year's table, its days in order; ``source`` is the document that announces it."""

    year: int
    days: tuple[Day, ...]
    source: str

    def as_year(self) -> Year:
        return Year(
            frozenset(one.on for one in self.days if not one.work),
            frozenset(one.on for one in self.days if one.work),
        )


class TableProblem(ValueError):  # noqa: N818 - says what is wrong with a table
    """A table that cannot be used; ``problems`` lists everything found, in the order of its lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.line == 0, one.line)))
        super().__init__("; ".join(f"{one.line}: {one.code}" for one in self.problems))


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    days: str
    kind: str
    name: str


def text_of(content: bytes) -> str:
    """The text of a file in UTF-8 or, as spreadsheets in China write it, GB 18030.

    Raises
    ------
    TableProblem
        ``unreadable`` for a workbook or another file that is no text.
    """
    if b"\0" not in content and not content.startswith(b"PK\x03\x04"):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise TableProblem([Problem(0, "unreadable")])


def read_table(text: str, *, year: int | None = None, source: str = "") -> Table:
    """The table a text describes.

    Parameters
    ----------
    year
        The year it is for; None takes the one most of its dates are of.
    source
        The document that announces it; left empty, what the YAML says.

    Raises
    ------
    TableProblem
        All at once. ``unreadable``, ``key``, ``columns``, ``date``, ``backwards``, ``year``, ``kind``,
        ``twice``, ``weekday`` (a day worked that is no weekend), ``name``; of the whole ``empty``, ``large``,
        ``missing`` (a holiday with a fixed date), ``spring`` (the Spring Festival), ``source``.

    Examples
    --------
    >>> read_table("date,kind,name\\n2027-02-30,off,x", year=2027).days
    Traceback (most recent call last):
    tongchou.domain.holiday_tables.TableProblem: 2: date; 0: missing; 0: spring; 0: source
    """
    problems: list[Problem] = []
    text = text.lstrip("\ufeff")
    if len(text) > LARGEST:
        raise TableProblem([Problem(0, "large")])
    if not text.strip():
        raise TableProblem([Problem(0, "empty")])
    if _is_yaml(text):
        entries, said = _from_yaml(text, problems)
    else:
        entries, said = list(_from_lines(text, problems)), ""
    read = [(entry, _days(entry, problems)) for entry in entries]
    wanted = year or _year_of(read)
    found = _found(read, wanted, problems)
    _check_whole(found, wanted, problems)
    document = " ".join((source.strip() or said).split())
    if not 4 <= len(document) <= LONGEST_SOURCE:
        problems.append(Problem(0, "source"))
    if problems:
        raise TableProblem(problems)
    return Table(wanted, tuple(found[on] for on in sorted(found)), document)


def _is_yaml(text: str) -> bool:
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return re.match(r"[A-Za-z]+\s*:", first) is not None


def _from_lines(text: str, problems: list[Problem]) -> Iterator[_Entry]:
    order = ["date", "kind", "name"]
    begun = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = [cell.strip().strip('"') for cell in _SEPARATOR.split(line)]
        if not begun:
            begun = True
            named = [_COLUMNS.get(cell.lower(), "") for cell in cells]
            if any(named):
                order = named
                if missing := {"date", "kind"} - set(named):
                    problems.append(Problem(number, "columns", ", ".join(sorted(missing))))
                    return
                continue
        given = dict(zip(order, cells, strict=False))
        if len(cells) < 2 or len([cell for cell in cells[len(order) :] if cell]):
            problems.append(Problem(number, "columns", line[:LONGEST_NAME]))
            continue
        yield _Entry(number, given.get("date", ""), given.get("kind", ""), given.get("name", ""))


def _from_yaml(text: str, problems: list[Problem]) -> tuple[list[_Entry], str]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(Problem(mark.line + 1 if mark else 0, "unreadable"))
        return [], ""
    if not isinstance(root, yaml.MappingNode):
        problems.append(Problem(1, "unreadable"))
        return [], ""
    entries: list[_Entry] = []
    source = ""
    for key, value in root.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(line, "key", "…"))
        elif key.value == "source":
            source = _source(value)
        elif key.value in ("off", "work") and isinstance(value, yaml.SequenceNode):
            for one in value.value:
                if isinstance(one, yaml.ScalarNode):
                    entries.append(_Entry(one.start_mark.line + 1, one.value, key.value, ""))
                else:
                    problems.append(Problem(one.start_mark.line + 1, "date"))
        else:
            problems.append(Problem(line, "key", key.value[:LONGEST_NAME]))
    return entries, source


def _source(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.MappingNode):
        texts = {
            str(key.value): str(value.value)
            for key, value in node.value
            if isinstance(value, yaml.ScalarNode)
        }
        return texts.get("zh") or texts.get("en") or ""
    return ""


def _days(entry: _Entry, problems: list[Problem]) -> list[dt.date]:
    """The days of a line; none when they cannot be read."""
    first, dots, last = (part.strip() for part in entry.days.partition(".."))
    start = _date(first)
    end = _date(last) if dots else start
    if start is None or end is None:
        problems.append(Problem(entry.line, "date", entry.days[:LONGEST_NAME]))
        return []
    if end < start or (end - start).days > 31:
        problems.append(Problem(entry.line, "backwards", entry.days[:LONGEST_NAME]))
        return []
    return [start + _DAY * number for number in range((end - start).days + 1)]


def _date(text: str) -> dt.date | None:
    match = _DATE.fullmatch(text)
    try:
        return dt.date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def _year_of(read: list[tuple[_Entry, list[dt.date]]]) -> int:
    years = Counter(day.year for _entry, days in read for day in days)
    return years.most_common(1)[0][0] if years else 1


def _found(
    read: list[tuple[_Entry, list[dt.date]]], year: int, problems: list[Problem]
) -> dict[dt.date, Day]:
    found: dict[dt.date, Day] = {}
    lines: dict[dt.date, int] = {}
    for entry, days in read:
        kind = entry.kind.strip().lower()
        if kind not in OFF | WORK:
            problems.append(Problem(entry.line, "kind", entry.kind[:LONGEST_NAME]))
        if len(entry.name) > LONGEST_NAME:
            problems.append(Problem(entry.line, "name"))
        if any(day.year != year for day in days):
            problems.append(Problem(entry.line, "year", entry.days[:LONGEST_NAME], year))
            continue
        for day in days:
            if day in found:
                problems.append(Problem(entry.line, "twice", day.isoformat(), lines[day]))
                continue
            if kind in WORK and day.weekday() < 5:
                problems.append(Problem(entry.line, "weekday", day.isoformat()))
            found[day], lines[day] = Day(day, kind in WORK, entry.name), entry.line
    return found


def _check_whole(found: dict[dt.date, Day], year: int, problems: list[Problem]) -> None:
    off = {on for on, one in found.items() if not one.work}
    missing = [dt.date(year, *one).isoformat() for one in FIXED if dt.date(year, *one) not in off]
    if missing:
        problems.append(Problem(0, "missing", ", ".join(missing)))
    first, last = (dt.date(year, *one) for one in _SPRING)
    if not any(first <= on <= last for on in off):
        problems.append(Problem(0, "spring", f"{first.isoformat()}..{last.isoformat()}"))
