"""Kinds and columns of lists in the language of the page, and refusals of whole lists in words."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import messages
from tongchou.apps.intake.messages import Words
from tongchou.domain.lists.kinds import KINDS
from tongchou.domain.register.problems import RegisterError

#: Where a refusal needs other words than for a register.
_FILES: Final[dict[str, Words]] = {
    "no_header": Words(
        _("No header was found among the first 20 rows."),
        _("A row must name the columns, such as name, identity number and date."),
    ),
    "missing_columns": Words(
        _("The list lacks columns that are needed: %(columns)s."),
        _("Add the columns, or give their headers these names."),
    ),
    "no_people": Words(_("There are no rows below the header."), _("Choose the file that holds the list.")),
    "several_registers": Words(
        _("The workbook holds %(sheets)s sheets with lists."),
        _("Save each of them as a workbook of its own."),
    ),
    "too_large": Words(
        _("The file is far larger than a list of a county."),
        _("Save the list as several files. At most 200,000 rows and 20 MB are read."),
    ),
}


#: Said of a row that only disagrees with a row before it, which is not stored yet.
ANOTHER_ROW: Final = _("Another row of this list says otherwise. Store that first, then decide.")


def kind_label(code: str) -> str:
    """What people call a kind of list."""
    kind = KINDS.get(code)
    if kind is None:
        return code
    return kind.zh if _chinese() else kind.en


def kind_choices() -> list[tuple[str, str]]:
    return [(code, kind_label(code)) for code in KINDS]


def column_label(kind: str, name: str) -> str:
    """A column of a list; empty for none."""
    column = KINDS[kind].columns.by_name.get(name)
    if column is None:
        return ""
    return column.zh if _chinese() else column.en


def refusal(error: RegisterError, kind: str = "") -> tuple[str, str]:
    """What is wrong with a list as a whole and what to do."""
    words = _FILES.get(error.code) or messages.FILES[error.code]
    shown: dict[str, Any] = dict(error.params)
    if kind and isinstance(shown.get("columns"), list):
        listed = [_labels(kind, entry.partition(":")[0]) for entry in shown["columns"]]
        shown["columns"] = ("、" if _chinese() else ", ").join(listed)
    return str(words.text) % shown, str(words.fix) % shown


def _labels(kind: str, entry: str) -> str:
    return " / ".join(column_label(kind, name) for name in entry.split("|"))


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
