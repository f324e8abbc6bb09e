"""What to mend, to take away: a list that points at the cells, or the user's own workbook with marks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from tongchou.apps.intake import holding, messages, questions, words
from tongchou.apps.intake.models import HeldForm, ProblemLevel, RegisterFile
from tongchou.apps.intake.own_workbook import safe
from tongchou.apps.intake.queries import ProblemKind, ProblemView, open_file, problem_kinds, problems
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences

__all__ = ["problem_workbook", "returned_workbook", "safe"]

_WIDTHS: Final = (10, 8, 24, 12, 64, 64)


def problem_workbook(file_id: int, *, scope: Scope) -> bytes:
    """The bytes of an .xlsx with cell, row, column, weight, problem and fix, in the language of the page.

    Lines about which somebody asks the village stand at the end. A second sheet counts the kinds of
    problems and names the first cells of each. No other cell of the register is in it.

    Raises
    ------
    NotFound
        When there is no such file in the scope.
    """
    found = [*problems(file_id, scope=scope, limit=None), *_asked(open_file(file_id, scope=scope))]
    return workbook_of(found, kinds=problem_kinds(file_id, scope=scope))


def workbook_of(found: Sequence[ProblemView], *, kinds: Sequence[ProblemKind] = ()) -> bytes:
    """The same for problems at hand; the second sheet only when their kinds are given."""
    import xlsxwriter  # for what is taken away alone

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
    if kinds:
        _kinds(book, kinds, head, body)
    book.close()
    return target.getvalue()


def _kinds(book: Any, kinds: Sequence[ProblemKind], head: Any, body: Any) -> None:
    page = book.add_worksheet(_("By kind"))
    titles = (_("Number"), _("Weight"), _("What is wrong"), _("How to mend it"), _("First cells"))
    levels = dict(ProblemLevel.choices)
    for column, (title, width) in enumerate(zip(titles, (8, 12, 64, 64, 30), strict=True)):
        page.write_string(0, column, title, head)
        page.set_column(column, column, width)
    for row, kind in enumerate(kinds, start=1):
        page.write_number(row, 0, kind.count, body)
        shown = (str(levels[kind.level]), kind.text, kind.fix, " ".join(kind.cells))
        for column, text in enumerate(shown, start=1):
            page.write_string(row, column, safe(text), body)
    page.freeze_panes(1, 0)


def returned_workbook(file_id: int, *, scope: Scope) -> bytes:
    """The user's own workbook with one column more that says what to mend, and the wrong cells coloured.

    Raises
    ------
    NotFound
        When there is no such file in the scope, or its workbook is not held (any more).
    """
    from tongchou.apps.intake import marking  # brings openpyxl along

    file = open_file(file_id, scope=scope)
    held = holding.of_file(file.pk)
    if held is None or held.form != HeldForm.WORKBOOK:
        raise NotFound("intake.not_held", _("This file is no longer held here. Choose it again."))
    notes: dict[int, list[str]] = {}
    wrong: dict[str, str] = {}
    for view in (*problems(file_id, scope=scope, limit=None), *_asked(file)):  # errors first
        notes.setdefault(view.row_no, []).append(_line(view))
        if view.cell:
            wrong.setdefault(view.cell, view.level)
    known = words.words_of(words.county_of(file.village))
    return marking.marked(holding.take_out(held).content, notes=notes, wrong=wrong, words=known)


def _asked(file: RegisterFile) -> list[ProblemView]:
    """What the village is asked about lines in question, as it is told what to mend."""
    return [
        ProblemView(one.cell, one.row_no, one.column, "ask_village", ProblemLevel.WARNING, one.text, one.fix)
        for one in questions.asked_of_village(file)
    ]


def _line(view: ProblemView) -> str:
    """A problem on one line: where, what is wrong, what to do."""
    place = " ".join(filter(None, (view.cell, view.column)))
    return messages.labelled(place, sentences(view.text, view.fix))
