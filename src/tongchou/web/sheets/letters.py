"""Letters as PDF."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

from tongchou.core.printing import pdf
from tongchou.web.console.presenters.official import Letter

_TEMPLATE = Path(__file__).parent / "letter.typ"


def letter_pdf(letter: Letter, *, at: dt.datetime) -> bytes:
    """A letter on A4.

    Raises
    ------
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    said = asdict(letter)
    return pdf(_TEMPLATE, said | {"heading": letter.title, "title": letter.title}, at=at)
