"""The sheet of a public notice as PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.core.printing import pdf
from tongchou.web.console.presenters.notices import Sheet
from tongchou.web.sheets.certificates import square

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
    data = {
        "title": sheet.heading,
        "heading": sheet.heading,
        "under": f"{sheet.row.number} · {sheet.row.area} · {sheet.row.stage}",
        "says": sheet.says,
        "head": heads(),
        "rows": rows(sheet),
        "object": pgettext("notice", "How to object"),
        "objecting": sheet.objecting,
        "grounds": sheet.grounds,
        "births": _("Births are no ground of an objection."),
        "ways": sheet.ways,
        "square": square(sheet.online) if sheet.online else "",
        "signed": sheet.signed,
        "day": sheet.row.opened,
    }
    return pdf(_TEMPLATE, data, at=at)
