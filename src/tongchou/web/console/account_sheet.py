"""Reads a filled-in workbook of accounts: checked lines, or every mistake at once, with cell and mending."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import override
from python_calamine import CalamineError, CalamineWorkbook

from tongchou.core import clock, roles
from tongchou.core.account_import import MOST, ImportLine
from tongchou.core.area_facts import KEEPER_LEVELS
from tongchou.core.models import Account
from tongchou.core.roles import Role
from tongchou.core.scope import Scope
from tongchou.web.console.account_forms import find_area

_COLUMNS = ("username", "display_name", "role", "area", "valid_from")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
#: Days a role may begin before or after today.
_NEAR = 366


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """A mistake: the cell, what is wrong, how to mend it."""

    cell: str
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it before it is confirmed."""

    username: str
    name: str
    role: str
    area: str
    since: str


@dataclass(slots=True)
class Checked:
    """What a workbook holds. Only without problems are the lines of any use."""

    lines: list[ImportLine] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    problems: list[SheetProblem] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    number: int
    username: str
    display_name: str
    role: str
    area: str
    valid_from: object
    area_id: int | None = None


def read(content: bytes, *, scope: Scope) -> Checked:
    """The lines of a workbook for a reader who serves these areas."""
    checked = Checked()
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = list(_rows(sheet.to_python(skip_empty_area=False)))
    except (CalamineError, IndexError, ValueError, OSError):
        checked.problems.append(
            SheetProblem("—", _("This is not a workbook."), _("Save the template as .xlsx and upload that."))
        )
        return checked
    if not rows:
        checked.problems.append(
            SheetProblem("A2", _("The list is empty."), _("Write one account a line, below the headers."))
        )
    elif len(rows) > MOST:
        checked.problems.append(
            SheetProblem(
                f"A{rows[MOST].number}",
                _("The list has more than 200 lines."),
                _("Split it into several files."),
            )
        )
    else:
        taken = set(
            Account.objects.filter(username__in={row.username for row in rows}).values_list(
                "username", flat=True
            )
        )
        for row in rows:
            _check(row, scope, taken, checked)
        _check_together(rows, checked)
    return checked


def _rows(cells: list[list[object]]) -> Iterator[_Row]:
    for number, line in enumerate(cells[1:], start=2):
        values = [*line, *[""] * len(_COLUMNS)][: len(_COLUMNS)]
        if any(str(value).strip() for value in values):
            yield _Row(number, *(_text(value) for value in values[:4]), values[4])


def _text(value: object) -> str:
    """A cell as text; a code typed as a number keeps its digits."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _check(row: _Row, scope: Scope, taken: set[str], checked: Checked) -> None:
    before = len(checked.problems)

    def wrong(column: str, text: str, fix: str) -> None:
        letter = "ABCDE"[_COLUMNS.index(column)]
        checked.problems.append(SheetProblem(f"{letter}{row.number}", text, fix))

    if not _NAME.fullmatch(row.username):
        wrong(
            "username", _("This is no user name."), _("Use 3 to 40 of a–z, 0–9 and . _ -, such as wangfang.")
        )
    elif row.username in taken:
        wrong("username", _("This user name is taken."), _("Choose another one, such as one with a number."))
    if not row.display_name:
        wrong("display_name", _("The name is missing."), _("Write the name colleagues know."))
    elif len(row.display_name) > 60:
        wrong("display_name", _("The name is too long."), _("Use 60 characters at most."))
    role = _role_names().get(row.role)
    if role is None:
        wrong("role", _("There is no such role."), _("Choose one from the drop-down list."))
    area = _area(row, scope, wrong)
    row.area_id = area.pk if area is not None else None
    if role in roles.KEEPERS and area is not None and area.level not in KEEPER_LEVELS:
        wrong(
            "area",
            _("Administrators and auditors serve a county or more. Choose the county."),
            _("Write the code of the county."),
        )
    day = _day(row.valid_from)
    if day is None:
        wrong("valid_from", _("This is no day within a year from today."), _("Write the day as 2026-07-01."))
    if len(checked.problems) == before and area is not None and role is not None and day is not None:
        line = ImportLine(row.username, row.display_name, role, area.pk, area.scope_no, area.scope_end, day)
        checked.lines.append(line)
        checked.shown.append(Shown(row.username, row.display_name, roles.label(role), area.name, day))


def _area(row: _Row, scope: Scope, wrong: object) -> object:
    if not row.area:
        wrong("area", _("The area is missing."), _("Write its code; the second sheet lists them."))
        return None
    try:
        return find_area(row.area, scope)
    except forms.ValidationError as error:
        wrong("area", " ".join(error.messages), _("Take a code from the second sheet."))
        return None


def _check_together(rows: list[_Row], checked: Checked) -> None:
    """What only shows when lines are looked at beside each other."""
    names, first, seen = _role_names(), {}, {}
    for row in rows:
        # An area may be written by its code in one line and by its name in the other.
        place = (row.username, names.get(row.role, row.role), row.area_id or row.area)
        if place in seen:
            checked.problems.append(
                SheetProblem(
                    f"A{row.number}",
                    _("This line is the same as line %(line)d.") % {"line": seen[place]},
                    _("Delete one of the two."),
                )
            )
        seen.setdefault(place, row.number)
        before = first.setdefault(row.username, row)
        if before.display_name != row.display_name:
            checked.problems.append(
                SheetProblem(
                    f"B{row.number}",
                    _("Line %(line)d gives the same user name to another person.") % {"line": before.number},
                    _("Give each person a user name of their own."),
                )
            )
        kinds = {roles.kind_of(names[one.role]) for one in (before, row) if one.role in names}
        if len(kinds) > 1:
            checked.problems.append(
                SheetProblem(
                    f"C{row.number}",
                    _("An administrator or auditor holds no other role, and line %(line)d gives one.")
                    % {"line": before.number},
                    _("Make an account of its own for it."),
                )
            )
    checked.problems.sort(key=lambda one: (int(one.cell[1:] or 0) if one.cell[1:].isdigit() else 0, one.cell))


def _role_names() -> dict[str, str]:
    """Roles by their name in either language, and by their code."""
    found = {role.value: role.value for role in Role}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(role.label): role.value for role in Role}
    return found


def _day(value: object) -> str | None:
    """The day of a cell in ISO form, empty for an empty cell, None when it is none or far off."""
    if isinstance(value, dt.datetime):
        day = value.date()
    elif isinstance(value, dt.date):
        day = value
    else:
        text = str(value).strip().replace("/", "-").replace(".", "-")
        if not text:
            return ""
        try:
            day = dt.date(*(int(part) for part in text.split("-")))
        except (ValueError, TypeError):
            return None
    return day.isoformat() if abs((day - clock.today()).days) <= _NEAR else None
