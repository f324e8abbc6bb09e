"""A table as it is released: its rows in one order, its bytes, and what changed since another version."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tongchou.domain.releases.cells import Cell

#: SDMX CL_OBS_STATUS: normal value, suppressed, missing.
NORMAL, CLOSED, MISSING = "A", "Q", "O"
#: Names of the columns after the dimensions.
_VALUES: Final = ("OBS_VALUE", "OBS_STATUS")
_SPAN: Final = ("LOWER", "UPPER")
#: SDMX concept of each dimension.
CONCEPTS: Final[Mapping[str, str]] = {
    "measure": "MEASURE",
    "sex": "SEX",
    "age": "AGE",
    "month": "MONTH",
    "hukou": "HUKOU",
    "residence": "RESIDENCE",
    "education": "EDUCATION",
}


class UnreadableError(ValueError):
    """A file that is no release, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What is shown of a cell, as text with its decimals; empty where it is closed or not known."""

    value: str
    status: str = NORMAL
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A released table.

    Attributes
    ----------
    dimensions
        Names of the parts of a cell after the area.
    period
        ``2026`` or ``2026-06``.
    names
        The name of each area, in their order.
    cells
        In their order.
    """

    code: str
    period: str
    dimensions: tuple[str, ...]
    names: Mapping[str, str]
    cells: Mapping[Cell, Observation]
    spans: bool = False

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns of the canonical text."""
        concepts = tuple(CONCEPTS[name] for name in self.dimensions)
        return (
            "REF_AREA",
            "REF_AREA_NAME",
            *concepts,
            "TIME_PERIOD",
            *_VALUES[:1],
            *(_SPAN if self.spans else ()),
            *_VALUES[1:],
        )

    def rows(self) -> Iterable[tuple[str, ...]]:
        """The rows of the canonical text."""
        for cell, one in self.cells.items():
            span = (one.lower, one.upper) if self.spans else ()
            yield (cell[0], self.names[cell[0]], *cell[1:], self.period, one.value, *span, one.status)

    def canonical(self) -> bytes:
        """The text that is hashed and signed: CSV by RFC 4180 with line feeds, UTF-8, no mark in front."""
        return _text([self.heads, *self.rows()], "\n").encode()

    def digest(self) -> str:
        """SHA-256 of the canonical text, with the code of the table in front."""
        return hashlib.sha256(f"{self.code}\n".encode() + self.canonical()).hexdigest()


def _text(rows: Iterable[Iterable[str]], ending: str) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator=ending).writerows(rows)
    return target.getvalue()


def read(code: str, content: bytes) -> Table:
    """The table of a canonical text.

    Raises
    ------
    UnreadableError
        Naming what is wrong.
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(f"no table: {error}") from error
    if not rows:
        raise UnreadableError("no table: nothing in it")
    return of_rows(code, rows[0], rows[1:])


def of_rows(code: str, heads: list[str], rows: Iterable[list[str]]) -> Table:
    """The table of rows with the canonical columns; others are not looked at.

    Raises
    ------
    UnreadableError
        A column that is missing, two periods, a cell twice, a row that is too short.
    """
    at = {name: place for place, name in enumerate(heads)}
    known = {concept: name for name, concept in CONCEPTS.items()}
    dimensions = tuple(known[name] for name in heads if name in known)
    for name in ("REF_AREA", "REF_AREA_NAME", "TIME_PERIOD", *_VALUES):
        if name not in at:
            raise UnreadableError(f"the column {name} is missing")
    spans = "LOWER" in at and "UPPER" in at
    names: dict[str, str] = {}
    cells: dict[Cell, Observation] = {}
    periods = set()
    for number, row in enumerate(rows, start=2):
        if len(row) != len(heads):
            raise UnreadableError(f"line {number} has {len(row)} fields, not {len(heads)}")
        cell = (row[at["REF_AREA"]], *(row[at[CONCEPTS[name]]] for name in dimensions))
        if cell in cells:
            raise UnreadableError(f"line {number} stands there twice")
        if names.setdefault(cell[0], row[at["REF_AREA_NAME"]]) != row[at["REF_AREA_NAME"]]:
            raise UnreadableError(f"line {number}: two names of one area")
        periods.add(row[at["TIME_PERIOD"]])
        span = (row[at["LOWER"]], row[at["UPPER"]]) if spans else ("", "")
        cells[cell] = Observation(row[at["OBS_VALUE"]], row[at["OBS_STATUS"]], *span)
    if len(periods) != 1:
        raise UnreadableError("a release is of one period")
    return Table(code, periods.pop(), dimensions, names, cells, spans)


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that another version shows otherwise; None where it is not in that version."""

    cell: Cell
    before: Observation | None
    after: Observation | None


def changes(before: Table, after: Table) -> tuple[Change, ...]:
    """What a restatement shows otherwise, cell by cell, in the order of the new version."""
    cells = [*after.cells, *(cell for cell in before.cells if cell not in after.cells)]
    return tuple(
        Change(cell, before.cells.get(cell), after.cells.get(cell))
        for cell in cells
        if before.cells.get(cell) != after.cells.get(cell)
    )


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside a table in every file, as plain data that JSON can hold.

    Attributes
    ----------
    words
        Code, titles, note, source, method, basis, unit, licence, restatement note: texts or zh/en pairs.
    labels
        Of each dimension, its title and the label of each code, in zh and en.
    proof
        Hash, versions and signature.
    """

    words: Mapping[str, Any]
    labels: Mapping[str, Mapping[str, Any]]
    proof: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {**self.words, "dimensions": dict(self.labels), "proof": dict(self.proof)}
