"""A queue of cases as a workbook has it."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.casework import api as casework
from tongchou.web.console.presenters import cases as present
from tongchou.web.console.table_workbook import Cell


def heads() -> tuple[str, ...]:
    """The heads of the cells of a queue's workbook."""
    return (
        pgettext("of a case", "Number"),
        _("Person"),
        _("ID number"),
        _("Place"),
        _("Benefit"),
        _("Year"),
        _("Amount, yuan"),
        _("Stage"),
        _("Last day"),
        _("Days late"),
        pgettext("of a case", "State"),
    )


def cells(line: casework.Line, *, on: dt.date, language: str) -> tuple[Cell, ...]:
    """A case as cells of a workbook."""
    return (
        line.number,
        line.person_name,
        line.id_masked,
        line.place,
        present.text(line.title_zh, line.title_en, language),
        str(line.year),
        line.amount_fen / 100 if line.amount_fen else "",
        present.text(line.stage_zh, line.stage_en, language),
        line.due.isoformat() if line.desk else "",
        (on - line.due).days if line.late else "",
        str(casework.State(line.state).label),
    )


def chosen_words(chosen: casework.Filter) -> str:
    """Which list was chosen, in words."""
    told = [
        str(present.WAITS[chosen.waits]) if chosen.waits else "",
        str(casework.Desk(chosen.desk).label) if chosen.desk else "",
        str(casework.State(chosen.state).label) if chosen.state else "",
        pgettext("cases", "Late") if chosen.late else "",
    ]
    return _("; ").join(one for one in told if one) or _("All cases under way")
