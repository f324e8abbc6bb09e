"""The sheet of a public notice as PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.core.printing import pdf
from tongchou.web.console.presenters.notices import Sheet

_TEMPLATE = Path(__file__).parent / "notice.typ"


def heads() -> tuple[str, ...]:
    """What stands above the columns of a notice's list."""
    return _("No."), _("Name"), _("Born in"), _("Place"), _("Amount a year")


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    """The list as it hangs, masked."""
    return [
        (str(one.position), one.name, one.birth_year or "—", one.place, one.amount or "—")
        for one in sheet.entries
    ]


def notice_pdf(sheet: Sheet, *, at: dt.datetime) -> bytes:
    """The sheet on A4, however many entries.

    Raises
    ------
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    heading = _("Public notice: %(title)s, %(year)s") % {"title": sheet.row.title, "year": sheet.row.year}
    number = len(sheet.entries)
    says = ngettext(
        "The following person has applied, and by the record meets the conditions. The notice hangs from "
        "%(opened)s to %(closes)s.",
        "The following %(n)s people have applied, and by the record meet the conditions. The notice hangs "
        "from %(opened)s to %(closes)s.",
        number,
    ) % {"n": number, "opened": sheet.row.opened, "closes": sheet.row.closes}
    if sheet.row.provisional:
        says += " " + _("The last day is provisional until the holidays of the year are announced.")
    data = {
        "title": heading,
        "heading": heading,
        "under": f"{sheet.row.number} · {sheet.row.area} · {sheet.row.stage}",
        "says": says,
        "head": heads(),
        "rows": rows(sheet),
        "objecting": _(
            "Whoever knows that an entry is not right may say so while the notice hangs, also unnamed: the "
            "person is no longer alive, is somebody else, is not registered or does not live here, the "
            "account is somebody else's, or the same is paid already. Only that entry waits while it is "
            "looked into. Births are no ground of an objection."
        ),
        "office": sheet.office,
        "signed": sheet.unit or sheet.row.area,
        "day": sheet.row.opened,
    }
    return pdf(_TEMPLATE, data, at=at)
