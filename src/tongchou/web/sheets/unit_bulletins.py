"""Bulletins of units as PDF, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from django.utils import timezone

from tongchou.core.printing import pdf
from tongchou.domain.accountability.bulletin import Bulletin
from tongchou.web.console.presenters import unit_bulletin as present

_HERE = Path(__file__).parent


def unit_bulletin_pdf(
    bulletin: Bulletin,
    replies: Mapping[str, str] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    standing: str = "",
) -> bytes:
    """A bulletin of units on A4; the same bytes for the same bulletin, replies and language.

    The file bears the day the bulletin was made, never the day of printing.

    Raises
    ------
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    told = present.page(bulletin, replies, names=names, standing=standing)
    at = timezone.make_aware(dt.datetime.combine(bulletin.made_on, dt.time()))
    return pdf(_HERE / "unit_bulletin.typ", present.as_data(told), at=at)
