"""Certificates as PDF, always in Chinese: that is what the counters read."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import segno
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.certificates import api as certificates
from tongchou.core.printing import pdf

_HERE = Path(__file__).parent


def certificates_pdf(sheets: Iterable[certificates.Sheet], *, form: str, at: dt.datetime) -> bytes:
    """Certificates on A4 sheets, or as cards, ten a page.

    Raises
    ------
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    with translation.override("zh-hans"):
        data = {
            "title": _("Certificates"),
            "how": _("Scan to check; works without a network"),
            "certificates": [_certificate(one, card=form == "card") for one in sheets],
        }
    template = "card.typ" if form == "card" else "certificate.typ"
    return pdf(_HERE / template, data, at=at, plain=form == "card")


def _certificate(sheet: certificates.Sheet, *, card: bool) -> dict[str, Any]:
    said = sheet.claims
    until = _("%(first)s to %(last)s") % {"first": _day(said.first_day), "last": _day(said.last_day)}
    if card:  # both days in one line are wider than a card leaves room for
        until = until.replace(_day(said.last_day), f"\n{_day(said.last_day)}")
    name, last_four, valid = _("Name"), _("ID number ends with"), pgettext("certificates", "Valid")
    return {
        "kind": said.kind,
        "number": said.number,
        "facts": [(name, said.name), (last_four, said.id_end), (valid, until)],
        "says": ""
        if card
        else _(
            "Whoever holds this certificate is served first wherever the county's rules on priority say so. "
            "It says nothing of why it was given; nobody may ask."
        ),
        "foot": "" if sheet.copy == 1 else _("Copy %(number)d") % {"number": sheet.copy},
        "issuer": said.issuer,
        "day": _day(said.first_day),
        "square": square(sheet.token),
    }


def square(token: str) -> str:
    """A QR code (ISO/IEC 18004) as SVG, as coarse as its text allows."""
    out = io.BytesIO()
    segno.make(token, error="l", boost_error=True, micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue().decode()


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")
