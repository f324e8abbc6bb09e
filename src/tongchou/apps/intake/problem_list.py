"""All problems of a file as a workbook that points at the cells; no other cell of the register is in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter
from django.utils.translation import gettext as _

from tongchou.apps.intake.models import ProblemLevel
from tongchou.apps.intake.queries import ProblemView, problems
from tongchou.core.scope import Scope

_WIDTHS: Final = (10, 8, 24, 12, 64, 64)
#: First characters by which a spreadsheet takes a text for a formula or a command.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(text: str) -> str:
    """The text with an apostrophe before a first character that could start a formula.

    Examples
    --------
    >>> safe("=1+1"), safe("F12")
    ("'=1+1", 'F12')
    """
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def problem_workbook(file_id: int, *, scope: Scope) -> bytes:
    """The bytes of an .xlsx with cell, row, column, weight, problem and fix, in the language of the page.

    Raises
    ------
    NotFound
        When there is no such file in the scope.
    """
    return workbook_of(problems(file_id, scope=scope, limit=None))


def workbook_of(found: Sequence[ProblemView]) -> bytes:
    """The same for problems at hand."""
    levels = dict(ProblemLevel.choices)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#EDEDED"})
    body = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(_("Problems"))
    titles = (_("Cell"), _("Row"), _("Column"), _("Weight"), _("What is wrong"), _("How to mend it"))
    for column, (title, width) in enumerate(zip(titles, _WIDTHS, strict=True)):
        page.write_string(0, column, title, head)
        page.set_column(column, column, width)
    for row, view in enumerate(found, start=1):
        shown = (
            view.cell,
            str(view.row_no or ""),
            view.column,
            str(levels[view.level]),
            view.text,
            view.fix,
        )
        for column, text in enumerate(shown):
            page.write_string(row, column, safe(text), body)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(found)), len(titles) - 1)
    book.close()
    return target.getvalue()
