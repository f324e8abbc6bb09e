"""A register without what present law has closed, before it is laid by or given back.

The cells of closed columns go without a trace. A text elsewhere that speaks of a closed matter goes too: it
is empty where nothing reads it, and replaced by a mark where reading has to notice that something was there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tongchou.domain.register import legacy
from tongchou.domain.register.cells import NEVER_A_NAME
from tongchou.domain.register.columns import BY_NAME
from tongchou.domain.register.header import Survey
from tongchou.domain.register.sheet import Place, Sheet

_NOTHING: Final = ""


def closed_places(sheet: Sheet, survey: Survey) -> dict[Place, str]:
    """Cells that must go, and what stands there instead: nothing, or the mark of something left out.

    Names are left as they are unless they cannot be names: 王诚信 is somebody.
    """
    closed = survey.closed
    loose = {
        column
        for column in survey.paths
        if column not in survey.names or BY_NAME[survey.names[column]].ignored
    }
    found: dict[Place, str] = {}
    for row, values in enumerate(sheet.cells):
        for column, value in enumerate(values):
            if value in ("", None):
                continue
            if column in closed and row >= survey.top:
                found[row, column] = _NOTHING
            elif isinstance(value, str) and legacy.matter_in(value):
                mark = _instead(value, survey.names.get(column, ""), column in loose)
                if mark != value:
                    found[row, column] = mark if row >= survey.top else legacy.OMITTED
    for row, column in sheet.formulas | sheet.errors:
        if column in closed and row >= survey.top:
            found[row, column] = _NOTHING
    return found


def _instead(value: str, name: str, is_loose: bool) -> str:
    if name == "name":
        return legacy.OMITTED if any(word in value for word in NEVER_A_NAME) else value
    return _NOTHING if is_loose or not name else legacy.OMITTED


def without(sheet: Sheet, places: dict[Place, str]) -> Sheet:
    """The sheet with those cells replaced."""
    cells = [list(row) for row in sheet.cells]
    for (row, column), mark in places.items():
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = mark
    gone = {place for place, mark in places.items() if mark == _NOTHING}
    return replace(sheet, cells=cells, formulas=sheet.formulas - gone, errors=sheet.errors - gone)
