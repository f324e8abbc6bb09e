"""Bulletins and yearbooks as PDF, in the active language."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongchou.core.printing import pdf
from tongchou.web.console.presenters.publication import Publication

_HERE = Path(__file__).parent


def bulletin_pdf(publication: Publication, *, at: dt.datetime) -> bytes:
    """A bulletin on A4; the same bytes for the same words and ``at``.

    Raises
    ------
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    return pdf(_HERE / "bulletin.typ", as_data(publication), at=at)


def yearbook_pdf(publication: Publication, *, at: dt.datetime) -> bytes:
    """A yearbook on A4 with cover and contents; the same bytes for the same words and ``at``.

    Raises
    ------
    CannotPrint
        As ``bulletin_pdf``.
    """
    return pdf(_HERE / "yearbook.typ", as_data(publication), at=at)


def as_data(publication: Publication) -> dict[str, Any]:
    """What the templates read."""
    chinese = (get_language() or "").startswith("zh")
    between = " · "
    told = (publication.period, publication.edition, publication.basis, publication.provisional)
    return {
        "title": f"{publication.area} {publication.title} {publication.period}",
        "heading": publication.title,
        "area": publication.area,
        "period": publication.period,
        "period-line": between.join(one for one in told if one),
        "edition": publication.edition,
        "basis": publication.basis,
        "provisional": publication.provisional,
        "contents": _("Contents"),
        "lang": "zh" if chinese else "en",
        "numbering": "一、" if chinese else "1.",
        "chapters": [one.as_data() for one in publication.chapters],
        "colophon": publication.colophon,
    }
