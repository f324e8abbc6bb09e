"""Responsibility agreements as PDF, in the active language."""

from __future__ import annotations

from pathlib import Path

from tongchou.apps.responsibility import api as responsibility
from tongchou.core.printing import pdf
from tongchou.web.console.presenters import targets as present

_TEMPLATE = Path(__file__).parent / "agreement.typ"


def agreement_pdf(one: responsibility.Agreement) -> bytes:
    """A sealed agreement on A4; the same bytes for the same seal, signatures and language.

    The file bears the moment of the last signature, never that of printing.

    Raises
    ------
    ValueError
        For a draft: nothing of it is sealed.
    CannotPrint
        When a character cannot be drawn, or no Chinese font is installed.
    """
    at = one.unit_signed_at or one.above_signed_at
    if at is None:
        raise ValueError("a draft is not printed")
    return pdf(_TEMPLATE, present.printed(one, responsibility.content_of(one)), at=at)
