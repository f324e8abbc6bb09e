"""What is wrong with an answer, in words: the cell's trouble, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import api as intake
from tongchou.core import spoken
from tongchou.domain.exchange.templates import Template
from tongchou.domain.register.problems import RegisterError

_AGAIN = _("Have the system's file made anew, and choose that one.")

PROBLEMS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "key_missing": (_("The row does not say which case it is about."), _AGAIN),
    "key_digits_lost": (
        _("The number was kept as a number: its last digits are lost."),
        _("Have the column kept as text, and the file made anew."),
    ),
    "key_unknown": (_("This was not in the list."), _("Choose the file on the page of its own list.")),
    "key_twice": (
        _("It stands here %(times)s times."),
        _("Ask the system's office which line counts. None of them is taken."),
    ),
    "key_of_two": (
        _("Two cases of the list have this number."),
        _("Enter the system's numbers on the pages of both cases."),
    ),
    "result_missing": (_("The row does not say what became of it."), _AGAIN),
    "result_unknown": (
        _("What is said here is neither taken nor not taken."),
        _("Wait for the final answer, or have the word added to the template."),
    ),
    "other_year": (_("The list was for %(year)s."), _("Choose the file on the page of its own list.")),
    "day_unreadable": (_("This is no day."), _("Write it like 2026-06-25.")),
    "day_in_future": (_("%(day)s has not come yet."), _AGAIN),
    "amount_unreadable": (_("This is no amount."), _AGAIN),
    "amount_differs": (
        _("%(said)s yuan stand here, %(sent)s were sent."),
        _("Have the system's office put it right, or look at the case."),
    ),
    "cell_error": (_("The cell holds an error."), _AGAIN),
    "external_odd": (_("This is no number of a system."), _AGAIN),
    "external_twice": (
        _("The same number stands here for %(times)s cases."),
        _("Ask the system's office which is right. None of them is taken."),
    ),
    "external_differs": (
        _("The case has another number elsewhere by now."),
        _("Taken over, the new one replaces it."),
    ),
    "reason_unknown": (
        _("The reason is none that is known."),
        _("It is noted as another reason; its words are kept."),
    ),
}


def problem_words(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and how to mend it, in the reader's language."""
    text, fix = PROBLEMS[code]
    told = {
        name: spoken.yuan(int(value)) if name in ("said", "sent") else value for name, value in params.items()
    }
    if "day" in told:
        told["day"] = spoken.day(told["day"])
    return str(text) % told if told else str(text), str(fix)


def file_words(error: RegisterError, template: Template) -> tuple[str, str]:
    """The same for a file that cannot be taken at all."""
    assert template.answer is not None
    titles = {one.field: one.title for one in template.answer.columns}
    choose = str(_("Choose the file the system gave back."))
    if error.code == "no_header":
        fix = _("A row has to name the columns: %(columns)s.") % {"columns": _listed(list(titles.values()))}
        return str(_("No heading of an answer was found.")), str(fix)
    if error.code == "no_people":
        return str(_("There is no row below the heading.")), choose
    if error.code == "empty_sheet":
        return str(_("The file is empty.")), choose
    if error.code in ("missing_columns", "column_twice"):
        named = [
            " / ".join(titles.get(name, name) for name in entry.partition(":")[0].split("|"))
            for entry in error.params.get("columns", ())  # type: ignore[union-attr]
        ]
        text = (
            _("The answer lacks columns: %(columns)s.")
            if error.code == "missing_columns"
            else _("Two columns mean the same: %(columns)s.")
        )
        return str(text) % {"columns": _listed(named)}, choose
    return intake.file_words(error)


def _listed(parts: list[str]) -> str:
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(parts)
