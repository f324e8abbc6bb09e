"""Targets as a workbook: all of it taken in or none, every mistake with its cell; what goes out comes in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from tongchou import indicators
from tongchou.apps.responsibility import access, setting
from tongchou.apps.responsibility.models import Target
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.accountability.definitions import Use
from tongchou.domain.accountability.problems import Problem
from tongchou.domain.accountability.units import SHARE
from tongchou.domain.policy.words import Text

#: Columns as the template names them. A host's part stands as ``522422=20000；522423=30000``.
COLUMNS: Final = {
    "unit": "单位代码",
    "name": "单位名称",
    "indicator": "指标代码",
    "title": "指标名称",
    "period": "期间",
    "value": "目标值",
    "weight": "分母",
    "inside": "含在其他单位的分母",
    "reason": "理由或文号",
}
REQUIRED: Final = ("unit", "indicator", "period", "value")
MOST_ROWS: Final = 20_000
MOST_BYTES: Final = 5 * 1024 * 1024
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell, and how to mend it."""

    cell: str
    value: str
    fix: str


@transaction.atomic
def take(*, content: bytes, by: Account, at: dt.datetime) -> setting.Made:
    """Write down the targets of a workbook: all of them or, with one mistake, none.

    Raises
    ------
    NotAllowed
        When the account sets no targets.
    Invalid
        ``targets.file`` when it is no workbook or lacks columns; ``targets.cells`` with ``data["cells"]``,
        every mistake of the file.
    """
    columns, table = _table(content)
    shares = {code for code, one in indicators.load().indicators.items() if str(one.unit) == SHARE}
    rows, found = [], []
    for number, cells in table:
        said = {name: _text(cells, columns, name) for name in COLUMNS}
        value = _decimal(said["value"])
        weight = _decimal(said["weight"]) if said["weight"] else None
        inside = _hosts(said["inside"])
        if value is None:
            found.append(
                _wrong(
                    number, "value", "应为数字；比例写百分数，如95。", "a number; shares in per cent, as 95."
                )
            )
        if said["weight"] and weight is None:
            found.append(_wrong(number, "weight", "应为数字，或留空。", "a number, or empty."))
        if inside is None:
            found.append(
                _wrong(
                    number, "inside", "写法如522422=20000；522423=30000。", "as 522422=20000；522423=30000."
                )
            )
        rows.append(
            setting.Wanted(
                unit=said["unit"],
                indicator=said["indicator"],
                period=said["period"],
                value=_kept(value, said["indicator"] in shares),
                weight=weight,
                inside=inside or {},
                reason=said["reason"],
                line=number,
            )
        )
    if found:  # everything else is looked for as well
        found += _rest(rows, by=by, at=at)
    else:
        try:
            return setting.propose(rows, by=by, at=at)
        except Invalid as error:
            found = list(error.data.get("problems", ()))
    cells_of = dict(table)
    said_of = [
        CellProblem(
            _cell(columns, one.field, one.line),
            _text(cells_of.get(one.line, []), columns, one.field),
            getattr(one.text, access.language(), one.text.zh),
        )
        for one in sorted(set(found), key=lambda one: (one.line, list(COLUMNS).index(one.field)))
    ]
    message = _("Nothing was taken in. Mend these cells and upload again.")
    raise Invalid("targets.cells", message, cells=said_of)


def _rest(rows: list[setting.Wanted], *, by: Account, at: dt.datetime) -> list[Problem]:
    """What else is wrong with rows of which some have no number."""
    point = transaction.savepoint()
    try:
        setting.propose(rows, by=by, at=at)
    except Invalid as error:
        return list(error.data.get("problems", ()))
    finally:
        transaction.savepoint_rollback(point)
    return []


def out(rows: Iterable[Target]) -> list[list[str]]:
    """Targets as rows under ``COLUMNS``, shares in per cent."""
    found, known = [], indicators.load().indicators
    for one in rows:
        indicator = known.get(one.indicator)
        share = indicator is not None and str(indicator.unit) == SHARE
        value = "" if one.value is None else plain(one.value * _HUNDRED if share else one.value)
        inside = "；".join(f"{key}={part}" for key, part in sorted(one.inside.items()))
        found.append([
            one.unit, one.unit_name, one.indicator, indicator.title.zh if indicator else "", one.period,
            value, "" if one.weight is None else plain(one.weight), inside, "",
        ])  # fmt: skip
    return found


def targeted() -> list[tuple[str, str, str]]:
    """Code, title and unit of the indicators of which targets may be set."""
    several = sorted(indicators.load().used(Use.TARGETED), key=lambda one: one.code)
    return [(one.code, one.title.zh, "%" if str(one.unit) == SHARE else str(one.unit)) for one in several]


def plain(value: Decimal) -> str:
    """A number without needless zeros.

    Examples
    --------
    >>> plain(Decimal("95.500000")), plain(Decimal("120.00"))
    ('95.5', '120')
    """
    return f"{value.normalize():f}"


def _kept(value: Decimal | None, share: bool) -> Decimal:
    """Rows without a number go on with 0, which no problem is told of: the missing one is."""
    if value is None:
        return Decimal(0)
    return value / _HUNDRED if share else value


def _table(content: bytes) -> tuple[dict[str, int], list[tuple[int, list[Any]]]]:
    if len(content) > MOST_BYTES:
        raise Invalid("targets.file", _("This file is larger than 5 MB."))
    try:
        page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        table = list(enumerate(page.to_python(skip_empty_area=False), start=1))
    except (CalamineError, IndexError, ValueError, OSError) as error:
        message = _("This workbook cannot be opened. Use the template, saved as .xlsx.")
        raise Invalid("targets.file", message) from error
    names = {said: name for name, said in COLUMNS.items()}
    for number, cells in table[:10]:
        columns: dict[str, int] = {}
        for place, value in enumerate(cells):
            name = names.get(str(value).strip())
            if name is not None:
                columns.setdefault(name, place)
        if all(name in columns for name in REQUIRED):
            rows = [
                (line, row)
                for line, row in table
                if line > number and any(_text(row, columns, name) for name in ("value", "weight", "reason"))
            ]
            if not 0 < len(rows) <= MOST_ROWS:
                raise Invalid("targets.file", _("Give between 1 and 20,000 rows with a target."))
            return columns, rows
    message = _("The row with the column names is missing. Use the template.")
    raise Invalid("targets.file", message)


def _text(cells: list[Any], columns: dict[str, int], name: str) -> str:
    place = columns.get(name)
    if place is None or place >= len(cells):
        return ""
    value = cells[place]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _decimal(text: str) -> Decimal | None:
    """A number below 10^10 with at most six decimals; None for anything else.

    Examples
    --------
    >>> _decimal("97.5%"), _decimal("1，200"), _decimal("约95"), _decimal("1e400")
    (Decimal('97.5'), Decimal('1200'), None, None)
    """
    try:
        found = Decimal(text.replace(",", "").replace("，", "").rstrip("%％"))
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 10:
        return None
    return found if found == round(found, 4) else None


def _hosts(text: str) -> dict[str, str] | None:
    """
    Examples
    --------
    >>> _hosts("522422=20000；522423=30000"), _hosts(""), _hosts("大方")
    ({'522422': '20000', '522423': '30000'}, {}, None)
    """
    found = {}
    for part in text.replace(";", "；").split("；"):
        if not part.strip():
            continue
        key, mark, number = (one.strip() for one in part.partition("="))
        value = _decimal(number) if mark else None
        if not key or value is None or value < 0:
            return None
        found[key] = plain(value)
    return found


def _wrong(line: int, name: str, zh: str, en: str) -> Problem:
    return Problem("targets", name, Text(zh, en), line)


def _cell(columns: dict[str, int], name: str, row: int) -> str:
    place = columns.get(name, columns["unit"])
    return f"{chr(65 + place) if place < 26 else '?'}{row}"
