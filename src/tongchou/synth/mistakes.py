"""Mistakes that only the source can mend, planted in registers so that finding them can be tried."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.utility import xl_rowcol_to_cell

from tongchou.synth.cells import BIRTH, GROUP, ID_NUMBER, NAME, PAGE
from tongchou.synth.dirt import Cell
from tongchou.synth.register_file import FIRST_ROW

#: Kinds of mistakes, by the words of the list that goes with the registers.
CHECK_DIGIT, DIGITS_LOST, IMPOSSIBLE_DATE, NO_NAME = (
    "check_digit",
    "id_as_number",
    "impossible_date",
    "missing_name",
)
UNKNOWN_GROUP, SAME_ID = "unknown_group", "duplicate_id"
#: Those that touch one line alone.
SINGLE = (CHECK_DIGIT, DIGITS_LOST, IMPOSSIBLE_DATE, NO_NAME)
NO_SUCH_GROUP = "九十九组"
NO_SUCH_DATE = "2026-02-30"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One planted mistake; ``right`` is what the source would say."""

    village_code: str
    cell: str
    kind: str
    written: str
    right: str


def plant(
    rows: list[list[Cell]], position: int, kind: str, *, village_code: str, id_number: str, another: str = ""
) -> Mistake:
    """Plant one mistake in the row at ``position`` (changed in place).

    ``id_number`` is the person's true number, ``another`` somebody else's for ``duplicate_id``. An unknown
    group goes to the whole page, whose group cell is merged.
    """
    row = rows[position]
    column, wrong = _wrong(kind, id_number, another)
    right = id_number if column == ID_NUMBER else row[column]
    if kind == UNKNOWN_GROUP:
        for other in rows:
            if other[PAGE] == row[PAGE]:
                other[GROUP] = wrong
        position = next(i for i, other in enumerate(rows) if other[PAGE] == row[PAGE])
    else:
        row[column] = wrong
    return Mistake(
        village_code=village_code,
        cell=xl_rowcol_to_cell(FIRST_ROW + position, column),
        kind=kind,
        written="" if wrong is None else str(wrong),
        right=str(right),
    )


def _wrong(kind: str, id_number: str, another: str) -> tuple[int, Cell]:
    if kind == CHECK_DIGIT:
        return ID_NUMBER, id_number[:17] + ("5" if id_number[17] != "5" else "6")
    if kind == DIGITS_LOST:
        # What a spreadsheet keeps of eighteen typed digits: fifteen.
        return ID_NUMBER, int(id_number[:15] + "000")
    if kind == IMPOSSIBLE_DATE:
        return BIRTH, NO_SUCH_DATE
    if kind == NO_NAME:
        return NAME, None
    if kind == UNKNOWN_GROUP:
        return GROUP, NO_SUCH_GROUP
    return ID_NUMBER, another


def write(mistakes: Sequence[Mistake], path: Path) -> None:
    """The list of planted mistakes with what mends each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("village_code", "cell", "mistake", "written", "right"))
        for mistake in mistakes:
            writer.writerow(
                (mistake.village_code, mistake.cell, mistake.kind, mistake.written, mistake.right)
            )
