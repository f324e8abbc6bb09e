"""Lines of a list of areas, read and checked one by one; checks that need the database are in ``loading``."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places.models import CodeSystem, Level
from tongchou.apps.places.queries import normal_code

COLUMNS = ("code", "name", "level", "parent_code", "valid_from", "local", "former_codes", "overlaps")
REQUIRED = ("code", "name", "level", "parent_code", "valid_from")
LEVELS = tuple(Level.values)

_SHAPES = {
    Level.PROVINCE: r"\d{6}",
    Level.PREFECTURE: r"\d{6}",
    Level.COUNTY: r"\d{6}",
    Level.TOWNSHIP: r"\d{9}",
    Level.VILLAGE: r"\d{12}",
}
_LOCAL_SHAPE = r"local-[a-z0-9]+(?:-[a-z0-9]+)*"
_GROUP_SHAPE = r"\d{12}-\d{2,3}|" + _LOCAL_SHAPE
_FORMER = re.compile(r"(?P<code>[^=@]+)(?:=(?P<name>[^@]+))?@(?P<start>[\d-]+)/(?P<end>[\d-]+)")
_TRUTHS = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell; ``line`` counts from 1 as a text editor does, 0 for the file as a whole.

    ``fix`` says how to mend it, where what is said of the column in general does not help.
    """

    line: int
    column: str
    message: str | Promise
    fix: str | Promise = ""

    def __str__(self) -> str:
        return f"{self.line}: {self.column}: {self.message}" if self.line else str(self.message)


@dataclass(frozen=True, slots=True)
class FormerCode:
    """A code (and name) an area had from a day until another."""

    code: str
    name: str
    valid_from: dt.date
    valid_to: dt.date


@dataclass(slots=True)
class AreaRow:
    """A checked line. An empty ``code`` is a group that gets its number from its village."""

    line: int
    code: str
    name: str
    level: str
    parent_code: str
    valid_from: dt.date
    local: bool
    former: tuple[FormerCode, ...] = ()
    overlaps: tuple[str, ...] = ()

    @property
    def system(self) -> str:
        return system_of(self.code, self.level, local=self.local)

    def canonical(self) -> dict[str, object]:
        """The line as the digest of a load sees it."""
        former = [[old.code, old.name, old.valid_from, old.valid_to] for old in self.former]
        names = ("code", "name", "level", "parent_code", "valid_from", "local")
        return {**{name: getattr(self, name) for name in names}, "former": former, "overlaps": self.overlaps}


@dataclass(slots=True)
class Reading:
    """Checked lines, and everything that is wrong with the others."""

    rows: list[AreaRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Codes of lines with a wrong cell: such an area is not unknown to the lines below it.
    broken: set[str] = field(default_factory=set)
    #: Those lines themselves, as (line, code of the area above): a wrong parent is told as well.
    half: list[tuple[int, str]] = field(default_factory=list)


class Numbered(Protocol):
    """Mappings that know the rows of the file they stood in."""

    def numbered(self) -> list[tuple[int, dict[str, str]]]: ...


Source = Path | str | Iterable[Mapping[str, str]] | Numbered


def read(source: Source) -> Reading:
    """The lines of a CSV file, or of mappings with the same columns.

    The file is UTF-8 or GB 18030 (what Excel writes in China); lines that begin with ``#`` are remarks.
    """
    reading = Reading()
    if isinstance(source, Path | str):
        numbered = _lines(Path(source), reading)
    else:
        known = getattr(source, "numbered", None)
        given = known() if known else enumerate(source, start=1)  # type: ignore[arg-type]
        numbered = [(number, dict(cells)) for number, cells in given]
        for number, cells in numbered:
            _check_header(number, list(cells), reading)
    if not reading.problems:
        for number, cells in numbered:
            row = _row(number, cells, reading)
            if row is not None:
                reading.rows.append(row)
    return reading


def _lines(file: Path, reading: Reading) -> list[tuple[int, dict[str, str]]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        reading.problems.append(Problem(0, "", _("The file cannot be read: %s") % error.strerror))
        return []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            reading.problems.append(Problem(0, "", _("This is not a CSV text file. Save it as CSV (UTF-8).")))
            return []
    kept = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    if not kept:
        reading.problems.append(Problem(0, "", _("The file is empty.")))
        return []
    table = [(number, next(csv.reader([line]))) for number, line in kept]
    header = [cell.strip() for cell in table[0][1]]
    _check_header(table[0][0], header, reading)
    numbered = []
    for number, cells in table[1:]:
        if len(cells) > len(header):
            reading.problems.append(Problem(number, "", _("The line has more cells than the header.")))
        numbered.append((number, dict(zip(header, cells, strict=False))))
    return numbered


def _check_header(line: int, header: list[str], reading: Reading) -> None:
    for name in REQUIRED:
        if name not in header:
            reading.problems.append(Problem(line, name, _("The column is missing.")))
    for name in header:
        if name not in COLUMNS:
            reading.problems.append(Problem(line, name, _("Unknown column.")))


def _row(line: int, cells: Mapping[str, str], reading: Reading) -> AreaRow | None:
    """The checked line; None when a cell is wrong, with every wrong cell noted."""
    before = len(reading.problems)

    def wrong(column: str, message: str | Promise) -> None:
        reading.problems.append(Problem(line, column, message))

    text = {name: str(cells.get(name) or "").strip() for name in COLUMNS}
    if not text["name"] or len(text["name"]) > 60:
        wrong("name", _("Give a name of at most 60 characters."))
    local = _TRUTHS.get(text["local"].lower())
    if local is None:
        wrong("local", _("Write 1 or 0."))
    if text["level"] not in LEVELS:
        wrong("level", _("Use one of: province, prefecture, county, township, village, group."))
    elif not code_fits(text["code"], text["level"], bool(local)):
        wrong("code", _("This is not a code of that level (6, 9 or 12 digits, local-… for a local unit)."))
    if text["level"] == Level.PROVINCE and text["parent_code"]:
        wrong("parent_code", _("A province has no parent."))
    elif text["level"] != Level.PROVINCE and not text["parent_code"]:
        wrong("parent_code", _("Name the code of the area above."))
    valid_from = _day(text["valid_from"])
    if valid_from is None:
        wrong("valid_from", _("Write the date as 2011-10-22."))
    former = _former(text["former_codes"], text["name"])
    if former is None:
        wrong(
            "former_codes",
            _("Write former codes as code=name@2000-01-01/2011-10-22, separated by semicolons."),
        )
    if len(reading.problems) > before:
        reading.broken.add(normal_code(text["code"]))
        if text["level"] != Level.PROVINCE and text["parent_code"]:
            reading.half.append((line, text["parent_code"]))
        return None
    assert valid_from is not None and former is not None
    return AreaRow(
        line=line,
        code=text["code"],
        name=text["name"],
        level=text["level"],
        parent_code=text["parent_code"],
        valid_from=valid_from,
        local=bool(local),
        former=former,
        overlaps=tuple(part.strip() for part in text["overlaps"].split(";") if part.strip()),
    )


def system_of(code: str, level: str, *, local: bool) -> str:
    """Who gave the code out."""
    if local or level == Level.GROUP:
        return CodeSystem.LOCAL
    return CodeSystem.GB if len(code) == 6 else CodeSystem.STAT


def code_fits(code: str, level: str, local: bool) -> bool:
    """True for a code of the shape its level has; a group may have none."""
    if level == Level.GROUP:
        return not code or re.fullmatch(_GROUP_SHAPE, code, re.ASCII) is not None
    shape = _LOCAL_SHAPE if local else _SHAPES[Level(level)]
    return len(code) <= 40 and re.fullmatch(shape, code, re.ASCII) is not None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _former(text: str, name: str) -> tuple[FormerCode, ...] | None:
    """Former codes in order of time; None when one cannot be read."""
    found = []
    for part in (part.strip() for part in text.split(";") if part.strip()):
        match = _FORMER.fullmatch(part)
        start, end = (_day(match["start"]), _day(match["end"])) if match else (None, None)
        if match is None or start is None or end is None or start >= end:
            return None
        found.append(FormerCode(match["code"].strip(), (match["name"] or name).strip(), start, end))
    return tuple(sorted(found, key=lambda old: old.valid_from))
