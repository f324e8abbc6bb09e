"""What is wrong with a return file, in words: the cell's trouble, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import api as intake
from tongchou.core import spoken
from tongchou.domain.payments.templates import Template
from tongchou.domain.register.problems import RegisterError

_ASK = _("Ask the bank for a corrected file.")

PROBLEMS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "row_number_missing": (_("The row has no number."), _("Give it the number the bank file has for it.")),
    "row_unknown": (_("Row %(number)s was not in the bank file."), _ASK),
    "row_repeated": (
        _("Row %(number)s stands here %(times)s times."),
        _("None of these lines is recorded. Ask the bank which one holds; what fits can be recorded now."),
    ),
    "amount_unreadable": (_("This is no amount."), _("Write it in yuan with two decimals.")),
    "amount_above": (_("%(said)s yuan were paid, %(sent)s were sent."), _ASK),
    "amount_below": (_("%(said)s yuan were paid, %(sent)s were sent."), _ASK),
    "account_missing": (_("The row names no account."), _ASK),
    "account_digits_lost": (
        _("The account was kept as a number: its last digits are lost."),
        _("Have the column kept as text, and the file made anew."),
    ),
    "other_account": (_("This is not the account the row was sent to."), _ASK),
    "other_name": (_("This is not the name the row was sent for."), _ASK),
    "other_batch": (_("This is about another batch."), _("Choose the file on the page of its own batch.")),
    "status_missing": (_("The row does not say what became of it."), _ASK),
    "status_unknown": (
        _("What the bank says here is neither paid nor returned."),
        _("Wait for the final answer, or have the word added to the bank's template."),
    ),
    "day_unreadable": (_("This is no day."), _("Write it like 2026-06-25.")),
    "day_in_future": (_("%(day)s has not come yet."), _ASK),
    "day_before_issue": (_("On %(day)s the bank did not have the batch yet."), _ASK),
    "contradicts": (
        _("This row came back before; now it is said to be paid."),
        _("Ask the bank which is right. What is recorded stays."),
    ),
    "cell_error": (_("The cell holds an error."), _ASK),
    "came_back": (
        _("This row was paid and has come back since."),
        _("It is recorded only if you say so when you record the file."),
    ),
    "already_known": (_("This is recorded already."), _("Nothing to do.")),
    "reason_unknown": (
        _("The reason is none that is known."),
        _("It is recorded as another reason; its words are kept."),
    ),
    "sum_differs": (
        _("The first line says %(said)s rows, %(rows)s follow."),
        _("Ask the bank whether rows are missing."),
    ),
}

REASONS: Mapping[str, str | Promise] = {
    "name_differs": _("The name is not that of the account"),
    "account_unknown": _("There is no such account"),
    "account_closed": _("The account is closed"),
    "not_activated": _("The card has not been activated"),
    "function_off": _("The card has no bank function yet"),
    "limit": _("Above the limit of the account"),
    "blocked": _("The account is blocked"),
    "payee_died": _("The holder has died"),
    "other": _("Another reason"),
}
#: What helps after each reason.
MENDING: Mapping[str, str | Promise] = {
    "name_differs": _("Have the township compare name and card, and correct the account on the case."),
    "account_unknown": _("Have the township correct the account on the case."),
    "account_closed": _("Have the township ask the family for another account."),
    "not_activated": _("The family activates the card at the bank; then pay again."),
    "function_off": _("The family has the bank function opened at the bank; then pay again."),
    "limit": _("The family has the limit raised, or names another account."),
    "blocked": _("The family asks the bank; or it names another account."),
    "payee_died": _("The township looks at the case: who receives it now is decided there."),
    "other": _("Read the bank's words on the row."),
}


def problem_words(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and what to do, in the language of the page; amounts in yuan."""
    text, fix = PROBLEMS[code]
    shown = dict(params)
    for name in ("said", "sent"):
        if code.startswith("amount") and isinstance(shown.get(name), int):
            shown[name] = spoken.yuan(shown[name])
    if "day" in shown:
        shown["day"] = spoken.day(shown["day"])
    return str(text) % shown, str(fix)


def file_words(error: RegisterError, template: Template) -> tuple[str, str]:
    """The same for a file that cannot be taken at all."""
    if error.code == "no_header":
        titles = _listed([one.title for one in template.answer if one.title])
        fix = _("A row has to name the columns: %(columns)s.") % {"columns": titles}
        return str(_("No heading of a return file was found.")), str(fix)
    if error.code == "no_people":
        return str(_("There is no row below the heading.")), str(_("Choose the bank's return file."))
    if error.code == "empty_sheet":
        return str(_("The file is empty.")), str(_("Choose the bank's return file."))
    if error.code in ("missing_columns", "column_twice"):
        titled = {one.field: one.title for one in template.answer}
        named = [
            " / ".join(titled.get(name, name) for name in entry.partition(":")[0].split("|"))
            for entry in error.params.get("columns", ())  # type: ignore[union-attr]
        ]
        text = (
            _("The return file lacks columns: %(columns)s.")
            if error.code == "missing_columns"
            else _("Two columns mean the same: %(columns)s.")
        )
        return str(text) % {"columns": _listed(named)}, str(_("Choose the file as the bank made it."))
    return intake.file_words(error)


def _listed(parts: list[str]) -> str:
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(parts)
