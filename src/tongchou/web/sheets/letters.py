"""Letters as PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tongchou.core.printing import pdf
from tongchou.web.console.presenters.official import Letter

_TEMPLATE = Path(__file__).parent / "letter.typ"
_HOUSEHOLDS = Path(__file__).parent / "household_letters.typ"


def letter_pdf(letter: Letter, *, at: dt.datetime) -> bytes:
    """A letter on A4.

    Raises
    ------
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    said = asdict(letter)
    return pdf(_TEMPLATE, said | {"heading": letter.title, "title": letter.title}, at=at)


def household_letters_pdf(letter: Letter, households: Sequence[str], *, at: dt.datetime) -> bytes:
    """A letter once for each of some households, addressed by the words given for each.

    Raises
    ------
    CannotPrint
        As ``letter_pdf``.
    """
    said = asdict(letter)
    heads = {"heading": letter.title, "title": letter.title, "households": list(households)}
    return pdf(_HOUSEHOLDS, said | heads, at=at)
