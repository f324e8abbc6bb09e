"""Returns of many units as one workbook: all mistakes at once, each with its cell and what mends it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from tongchou.apps.guarantees import access, returning
from tongchou.apps.guarantees.models import AMOUNTS, YearReturn
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import access as core_access
from tongchou.core import audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Columns as the template names them.
COLUMNS: Final = {
    "unit": "单位代码",
    "name": "单位名称",
    "year": "年度",
    "budget": "人口工作经费预算（元）",
    "revenue": "财政收入（元）",
    "grassroots": "用于乡村两级（元）",
    "reward_fund": "奖励资金（元）",
    "pay_total": "村干部报酬（元）",
    "pay_performance": "其中绩效（元）",
    "pay_indicators": "绩效依据指标代码",
    "reason": "更正理由",
}
REQUIRED: Final = ("unit", "year")
MOST_ROWS: Final = 5000
MOST_BYTES: Final = 5 * 1024 * 1024
_WHOLE, _FEN = Decimal(1), Decimal(100)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell, and how to mend it."""

    cell: str
    value: str
    fix: Any


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: returns sent, and rows that say what is there already."""

    sent: int
    same: int


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    unit: posts.Unit
    year: int
    figures: returning.Figures
    reason: str


@transaction.atomic
def take(*, content: bytes, by: Account, at: dt.datetime) -> Taken:
    """Send the returns of a workbook: all of them or, with one mistake, none.

    Raises
    ------
    NotAllowed
        When the account sends no returns.
    Invalid
        ``guarantees.file`` when it is no workbook or lacks columns; ``guarantees.cells`` with
        ``data["problems"]``, every mistake of the file.
    """
    areas = core_access.require(by, access.SEND, on=clock.date_of(at))
    columns, table = _table(content)
    units = _units({_text(row, columns, "unit") for _number, row in table}, areas)
    rows, problems = _rows(columns, table, units, clock.date_of(at))
    before = _before(rows)
    fresh, same = [], 0
    for one in rows:
        last = before.get((one.unit.key, one.year))
        if last is not None and returning.same(last, one.figures):
            same += 1
            continue
        if last is not None and not hasattr(last, "decision"):
            fix = _("The last return of this year still waits for the level above.")
            problems.append(_problem(columns, one.number, "unit", one.unit.key, fix))
        elif last is not None and not one.reason:
            fix = _("A return for this year is there. Say why it is corrected.")
            problems.append(_problem(columns, one.number, "reason", "", fix))
        fresh.append((one, last))
    if problems:
        raise Invalid(
            "guarantees.cells", _("Nothing was taken in. Mend these cells and upload again."),
            problems=sorted(problems, key=lambda one: _place(one.cell)),
        )  # fmt: skip
    for one, last in fresh:
        returning.add(one.unit, one.year, one.figures, one.reason, last, by=by, at=at)
    audit.append(
        by=by,
        action="guarantees.import",
        subject=f"account:{by.pk}",
        at=at,
        detail={"sent": len(fresh), "same": same},
    )
    return Taken(len(fresh), same)


def _table(content: bytes) -> tuple[dict[str, int], list[tuple[int, list[Any]]]]:
    if len(content) > MOST_BYTES:
        raise Invalid("guarantees.file", _("This file is larger than 5 MB."))
    try:
        page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        table = list(enumerate(page.to_python(skip_empty_area=False), start=1))
    except (CalamineError, IndexError, ValueError, OSError) as error:
        message = _("This workbook cannot be opened. Use the template, saved as .xlsx.")
        raise Invalid("guarantees.file", message) from error
    names = {said: name for name, said in COLUMNS.items()}
    for number, cells in table[:10]:
        columns: dict[str, int] = {}
        for place, value in enumerate(cells):
            name = names.get(str(value).strip())
            if name is not None:
                columns.setdefault(name, place)
        if all(name in columns for name in REQUIRED):
            rows = [(at, row) for at, row in table if at > number and any(str(cell).strip() for cell in row)]
            if not 0 < len(rows) <= MOST_ROWS:
                raise Invalid("guarantees.file", _("Give between 1 and 5,000 rows below the column names."))
            return columns, rows
    message = _("The row with the column names is missing. Use the template.")
    raise Invalid("guarantees.file", message)


def _units(keys: set[str], areas: Scope) -> dict[str, posts.Unit]:
    """The units of keys inside the areas. Two queries."""
    codes = {key.partition("/")[0] for key in keys if key}
    held = places.Area.objects.within(areas).filter(code__in=codes, valid_to=None, level__in=access.LEVELS)
    known = {one.code: one for one in held}
    found = {code: posts.of_area(one) for code, one in known.items()}
    by_pk = {one.pk: one for one in known.values()}
    for department in posts.Department.objects.filter(area_id__in=by_pk, until=None):
        unit = posts.of_department(by_pk[department.area_id], department)
        found[unit.key] = unit
    return found


def _rows(
    columns: dict[str, int], table: list[tuple[int, list[Any]]], units: dict[str, posts.Unit], on: dt.date
) -> tuple[list[_Row], list[CellProblem]]:
    rows: list[_Row] = []
    problems: list[CellProblem] = []
    seen: dict[tuple[str, int], int] = {}
    for number, cells in table:
        wrong: dict[str, Any] = {}
        key = _text(cells, columns, "unit")
        unit = units.get(key)
        if unit is None:
            wrong["unit"] = _("Give the code of a unit of your areas; of a department with “/” and its code.")
        said = _text(cells, columns, "year")
        year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else None
        if year is None:
            wrong["year"] = _("Give the year in four digits, as 2026.")
        amounts: dict[str, int | None] = {}
        for name in AMOUNTS:
            try:
                amounts[name] = _fen(_text(cells, columns, name))
            except ValueError:
                wrong[name] = _("Give an amount in yuan with at most two decimals, or leave the cell empty.")
        codes = _text(cells, columns, "pay_indicators").replace("，", " ").replace(",", " ")
        reason = _text(cells, columns, "reason")
        if len(reason) > 200:
            wrong["reason"] = _("Keep the reason to 200 characters.")
        if not wrong and unit is not None and year is not None:
            figures = returning.Figures(**amounts, pay_indicators=tuple(codes.replace("、", " ").split()))
            wrong = returning.faults(unit.key, year, figures, on=on)
            if (unit.key, year) in seen:
                wrong["unit"] = _(
                    "This unit and year stand in row %(row)d already. Leave one of them out."
                ) % {"row": seen[unit.key, year]}
            seen.setdefault((unit.key, year), number)
            rows.append(_Row(number, unit, year, figures, reason))
        problems += [
            _problem(columns, number, name, _text(cells, columns, name), fix) for name, fix in wrong.items()
        ]
    return rows, problems


def _before(rows: Sequence[_Row]) -> dict[tuple[str, int], YearReturn]:
    """The last version of each unit and year. One query."""
    found = YearReturn.objects.filter(
        unit__in={one.unit.key for one in rows}, year__in={one.year for one in rows}
    )
    return {(one.unit, one.year): one for one in found.select_related("decision").order_by("version")}


def _text(cells: list[Any], columns: dict[str, int], name: str) -> str:
    place = columns.get(name)
    if place is None or place >= len(cells):
        return ""
    value = cells[place]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _fen(text: str) -> int | None:
    """Fen of an amount in yuan; None for an empty cell.

    Raises
    ------
    ValueError
        When it is no amount of whole fen.

    Examples
    --------
    >>> _fen("1,200.5"), _fen("")
    (120050, None)
    """
    if not text:
        return None
    try:
        fen = Decimal(text.replace(",", "").replace("，", "")) * _FEN
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not fen.is_finite() or fen % _WHOLE or not 0 <= fen <= returning.MOST:
        raise ValueError(text)
    return int(fen)


def _problem(columns: dict[str, int], row: int, name: str, value: str, fix: Any) -> CellProblem:
    place = columns.get(name, columns["unit"])
    return CellProblem(f"{chr(65 + place) if place < 26 else '?'}{row}", value, fix)


def _place(cell: str) -> tuple[int, str]:
    return int(cell[1:]), cell[0]
