"""Return files of banks in the reader's words: what is read in them, what they come to, what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongchou.apps.payments import api as payments
from tongchou.domain.payments.templates import Template
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters.files import ProblemLine

#: What a column without a heading of its own holds.
_HOLDS: Mapping[str, Promise] = {
    "seq": gettext_lazy("Row"),
    "name": gettext_lazy("Payee"),
    "id_number": gettext_lazy("ID number"),
    "bank": gettext_lazy("Bank"),
    "account": gettext_lazy("Account number"),
    "yuan": gettext_lazy("Amount in yuan"),
    "fen": gettext_lazy("Amount in fen"),
    "programme": gettext_lazy("Benefit"),
    "purpose": gettext_lazy("Purpose of the payment"),
    "batch": gettext_lazy("Batch"),
    "reference": gettext_lazy("Reference of the row"),
    "status": gettext_lazy("Result"),
    "reason": gettext_lazy("Reason"),
    "paid_on": gettext_lazy("Day paid"),
    "blank": gettext_lazy("(empty)"),
}


@dataclass(frozen=True, slots=True)
class Reads:
    """What is looked for in a bank's return file."""

    title: str
    heading: bool
    columns: str
    done: str
    failed: str


def reads(template: Template | None, *, language: str) -> Reads | None:
    """The columns and words of a bank's answer; None for a template that is no longer there."""
    if template is None:
        return None
    return Reads(
        title=template.title.of(language),
        heading=template.answer_heading,
        columns=formatters.listed([one.title or str(_HOLDS[one.field]) for one in template.answer]),
        done=formatters.listed(sorted(template.done)),
        failed=formatters.listed(sorted(template.failed)),
    )


def problem_line(one: payments.AnswerProblem, columns: Mapping[str, str]) -> ProblemLine:
    text, fix = payments.problem_words(one.code, one.params)
    level = Chip(_("Error"), "cross", "bad") if one.error else Chip(_("Note"), "warn", "warn")
    return ProblemLine(one.cell or str(one.row), columns.get(one.column, ""), level, text, fix)


def answer_verdict(file: payments.AnswerFile) -> tuple[str, str, str]:
    """What a return file comes to: title, text and tone."""
    if file.other_batch:
        return _("This file is about another batch"), _("Nothing of it can be recorded. Discard it."), "bad"
    if file.state == payments.AnswerState.RECORDED:
        text = ngettext(
            "%(n)s row had come to something else by then and was left.",
            "%(n)s rows had come to something else by then and were left.",
            file.left,
        ) % {"n": file.left}
        return _("The answer is recorded"), text if file.left else "", "good"
    if file.state == payments.AnswerState.RECORDING:
        return _("Being recorded"), _("It goes on in the background. Come back in a moment."), ""
    if file.errors:
        text = ngettext(
            "%(n)s cell does not fit. Its row stays with the bank; the others can be recorded.",
            "%(n)s cells do not fit. Their rows stay with the bank; the others can be recorded.",
            file.errors,
        ) % {"n": file.errors}
        return _("Some cells do not fit"), text, "warn"
    return _("Every row fits"), _("Nothing is recorded until you say so."), "good"


def answer_figures(file: payments.AnswerFile) -> list[tuple[str, str]]:
    """The counts of a return file."""
    paid = f"{formatters.number(file.paid_rows)} · {formatters.yuan(file.paid_fen)}"
    returned = f"{formatters.number(file.returned_rows)} · {formatters.yuan(file.returned_fen)}"
    figures = [
        (_("Rows in the file"), formatters.number(file.rows)),
        (_("Paid"), paid),
        (_("Returned"), returned),
        (_("Rows it does not settle"), formatters.number(file.not_named)),
    ]
    if file.came_back_rows:
        figures.append((_("Came back after they were paid"), formatters.number(file.came_back_rows)))
    return figures
