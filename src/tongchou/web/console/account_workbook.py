"""The workbooks of an account import: the template to fill in, and the first passwords."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.places import api as places
from tongchou.core import roles
from tongchou.core.account_import import MOST, NewAccount
from tongchou.core.scope import Scope

#: Villages of a county or two; a wider reader looks the codes of villages up elsewhere.
AREAS = 5000
_WIDTHS = (20, 18, 22, 18, 14)


def headers() -> list[str]:
    """The columns of the template in the reader's language."""
    return [_("User name"), _("Name"), _("Role"), _("Area code"), _("From")]


def template(scope: Scope) -> bytes:
    """The bytes of an .xlsx: an empty list with a drop-down of roles, and the areas of a scope beside it."""
    target = io.BytesIO()
    book = _book(target)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#EDEDED"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(pgettext("sheet", "Accounts"))
    for column, (label, width) in enumerate(zip(headers(), _WIDTHS, strict=True)):
        sheet.write_string(0, column, label, head)
        sheet.set_column(column, column, width, text)
    labels = [str(role.label) for role in roles.Role]
    areas = _areas(book, scope, head, text)
    choices = book.add_worksheet(_("Roles"))
    choices.set_column(0, 0, 30)
    choices.write_string(0, 0, _("Role"), head)
    for row, label in enumerate(labels, start=1):
        choices.write_string(row, 0, label)
    sheet.data_validation(
        1,
        2,
        MOST,
        2,
        {
            "validate": "list",
            "source": f"='{_('Roles')}'!$A$2:$A${len(labels) + 1}",
            "error_title": _("Role"),
            "error_message": _("Choose a role from the list."),
        },
    )
    sheet.write_comment(
        0, 3, _("See the sheet of areas. Administrators and auditors serve a county or more."), {"x_scale": 2}
    )
    sheet.write_comment(
        0, 4, _("A day such as 2026-07-01. Empty: from the day it is granted."), {"x_scale": 2}
    )
    sheet.freeze_panes(1, 0)
    areas.freeze_panes(1, 0)
    sheet.activate()
    book.close()
    return target.getvalue()


def _areas(book: Any, scope: Scope, head: Any, text: Any) -> Any:
    sheet = book.add_worksheet(pgettext("sheet", "Areas"))
    for column, (label, width) in enumerate(((_("Area code"), 18), (_("Area"), 50))):
        sheet.write_string(0, column, label, head)
        sheet.set_column(column, column, width, text)
    inside = places.Area.objects.within(scope).filter(valid_to=None).exclude(level="group")
    found = list(inside.order_by("scope_no")[:AREAS])
    names = places.paths(area.pk for area in found)
    for row, area in enumerate(found, start=1):
        sheet.write_string(row, 0, area.code, text)
        sheet.write_string(row, 1, names[area.pk], text)
    return sheet


def passwords(made: Sequence[NewAccount]) -> bytes:
    """The bytes of an .xlsx with user names and first passwords, to be handed over and then deleted."""
    target = io.BytesIO()
    book = _book(target)
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#EDEDED"})
    cell = book.add_format({"border": 1, "num_format": "@"})
    sheet = book.add_worksheet(_("First passwords"))
    sheet.write_string(0, 0, _("First passwords"), title)
    sheet.write_string(
        1, 0, _("Hand each one over to its owner alone, then delete this file. It cannot be fetched again.")
    )
    columns = (_("User name"), _("Name"), _("First password"), _("Roles proposed"))
    for column, (label, width) in enumerate(zip(columns, (20, 18, 20, 60), strict=True)):
        sheet.write_string(3, column, label, head)
        sheet.set_column(column, column, width)
    names = places.paths(line.area_id for one in made for line in one.lines)
    for row, one in enumerate(made, start=4):
        given = _listed(f"{roles.label(line.role)} · {names.get(line.area_id, '')}" for line in one.lines)
        for column, value in enumerate((one.account.username, one.account.display_name, one.password, given)):
            sheet.write_string(row, column, value, cell)
    book.close()
    return target.getvalue()


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _book(target: io.BytesIO) -> Any:
    return xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
