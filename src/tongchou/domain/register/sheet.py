"""A sheet as intake hands it over: cell values, merged ranges, where formulas and error values stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

#: First and last row and column of a merged range, counted from 0, both inclusive.
Merge = tuple[tuple[int, int], tuple[int, int]]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Values by row and column, counted from 0 at cell A1; empty cells are ``""`` or ``None``."""

    cells: Sequence[Sequence[object]]
    merges: Sequence[Merge] = ()
    formulas: frozenset[Place] = frozenset()
    errors: frozenset[Place] = frozenset()
    base_1904: bool = False

    def value(self, row: int, column: int) -> object:
        """The cell's value; ``None`` outside the sheet and for an empty cell."""
        if row < len(self.cells) and column < len(self.cells[row]):
            found = self.cells[row][column]
            return None if found == "" else found
        return None

    @property
    def width(self) -> int:
        return max((len(row) for row in self.cells), default=0)

    def covered(self, first_row: int, last_row: int) -> Iterator[tuple[Place, object]]:
        """Every cell within the rows that lies under a merged range, with the value shown there."""
        width = self.width
        for (top, left), (bottom, right) in self.merges:
            if top > last_row or bottom < first_row:
                continue
            shown = self.value(top, left)
            for row in range(max(top, first_row), min(bottom, last_row) + 1):
                for column in range(left, min(right, width - 1) + 1):
                    yield (row, column), shown


_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def column_letters(column: int) -> str:
    """A spreadsheet's name of a column counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = _LETTERS[rest] + text
    return text


def cell_name(row: int, column: int) -> str:
    """A spreadsheet's name of a cell, both counted from 0.

    Examples
    --------
    >>> cell_name(11, 5)
    'F12'
    """
    return f"{column_letters(column)}{row + 1}"


def place_of(cell: str) -> Place:
    """Row and column, counted from 0, of a cell's name.

    Examples
    --------
    >>> place_of("F12")
    (11, 5)
    """
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + _LETTERS.index(letter) + 1
    return int(cell[len(letters) :]) - 1, column - 1
