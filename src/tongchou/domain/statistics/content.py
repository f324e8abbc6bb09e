"""What a bulletin or a yearbook says, as figures and tables without a word: stored, hashed, told in any
language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias


class Kind(StrEnum):
    """What is made."""

    BULLETIN = "bulletin"  # of a month
    YEARBOOK = "yearbook"


class Edition(StrEnum):
    """For whom."""

    PUBLIC = "public"  # every count a multiple of five
    INTERNAL = "internal"  # exact, for the offices of the area


class Mark(StrEnum):
    """What stands in a cell instead of a number: never a nought for what is not known."""

    UNKNOWN = "unknown"  # nothing was reported, or it cannot be worked out
    CLOSED = "closed"  # few stand behind it


Cell: TypeAlias = int | float | Mark

#: Levels whose parts may show births and deaths; of a village people alone are told.
WIDE: Final = ("prefecture", "county", "township")


@dataclass(frozen=True, slots=True)
class Place:
    """An area with its villages and the areas right below it, in the order of the tree."""

    code: str
    name: str
    level: str
    villages: tuple[str, ...]
    parts: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """What a row is of: an area, month, year, age, age of mothers, or a code of its own."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    label: Label
    cells: tuple[Cell, ...]
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes
    ----------
    code, of
        What it is, and the name of the area it is of where that is not the area of the whole.
    columns
        Codes of the columns.
    total
        The last row is the sum of the others in the columns named.
    sums
        Columns that are made of others: (column, added, taken away).
    """

    code: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: tuple[str, ...] = ()
    sums: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    of: str = ""

    def column(self, code: str) -> list[Cell]:
        """The cells of a column, from the first row to the last."""
        place = self.columns.index(code)
        return [row.cells[place] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the whole area.

    Attributes
    ----------
    code, span
        What, and of which time: ``end``, ``month``, ``to_date``, ``rolling_year``, ``year``.
    value, low, high
        In the unit of the code; None is unknown.
    before
        The same a year earlier.
    verdict
        Up, down, no news or unknown (``demography.news``), of value against before.
    provisional
        Not all is recorded yet; ``expected`` is then what is foreseen, with its interval.
    """

    code: str
    span: str
    value: float | None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    verdict: int | None = None
    provisional: bool = False
    expected: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a bulletin or a yearbook says.

    Attributes
    ----------
    period
        ``2026-05`` or ``2025``.
    known_until
        The last month of which records are in: what it knows.
    reported
        Villages that reported the last month of the period, and all.
    left_out
        By reason.
    inputs
        SHA-256 of the counts it was made from.
    """

    kind: Kind
    area: str
    area_name: str
    level: str
    period: str
    edition: Edition
    basis: str
    boundaries: str
    known_until: str
    reported: tuple[int, int]
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
    left_out: tuple[tuple[str, int], ...]
    inputs: str

    def fact(self, code: str, span: str) -> Fact:
        """The figure of that code and time.

        Raises
        ------
        KeyError
            When there is none.
        """
        for one in self.facts:
            if (one.code, one.span) == (code, span):
                return one
        raise KeyError((code, span))

    def table(self, code: str) -> Table:
        """The first table of that code.

        Raises
        ------
        KeyError
            When there is none.
        """
        for one in self.tables:
            if one.code == code:
                return one
        raise KeyError(code)

    def has(self, code: str) -> bool:
        return any(one.code == code for one in self.tables)

    def as_json(self) -> str:
        """The same text for the same content: what is stored and hashed."""
        return json.dumps(
            asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )

    @property
    def sha256(self) -> str:
        """The digest of all that is said."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


def from_json(text: str) -> Content:
    """The content again.

    Raises
    ------
    ValueError, KeyError, TypeError
        When the text is no content.
    """
    said: dict[str, Any] = json.loads(text)
    said["kind"], said["edition"] = Kind(said["kind"]), Edition(said["edition"])
    said["facts"] = tuple(_fact(one) for one in said["facts"])
    said["tables"] = tuple(_table(one) for one in said["tables"])
    said["reported"] = tuple(said["reported"])
    said["left_out"] = tuple((why, number) for why, number in said["left_out"])
    return Content(**said)


def _fact(said: Mapping[str, Any]) -> Fact:
    expected = said["expected"]
    return Fact(**{**said, "expected": tuple(expected) if expected is not None else None})


def _table(said: Mapping[str, Any]) -> Table:
    rows = tuple(
        Row(Label(**row["label"]), tuple(_cell(cell) for cell in row["cells"]), row["provisional"])
        for row in said["rows"]
    )
    sums = tuple((made, tuple(added), tuple(taken)) for made, added, taken in said["sums"])
    return Table(said["code"], tuple(said["columns"]), rows, tuple(said["total"]), sums, said["of"])


def _cell(value: Any) -> Cell:
    return Mark(value) if isinstance(value, str) else value


def with_totals(
    code: str, columns: Sequence[str], rows: Sequence[Row], *, summed: Sequence[str], **more: Any
) -> Table:
    """A table with a last row of sums of some columns; of the others it has a mark.

    An unknown cell is left out of the sum of its column, unless all are unknown.
    """
    cells: list[Cell] = []
    for place, column in enumerate(columns):
        known = [v for row in rows if not isinstance(v := row.cells[place], Mark)]
        cells.append(sum(known) if column in summed and known else Mark.UNKNOWN)
    last = Row(Label("total", ""), tuple(cells))
    return Table(code, tuple(columns), (*rows, last), total=tuple(summed), **more)
