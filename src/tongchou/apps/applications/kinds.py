"""What residents can apply for themselves, under names that tell nobody more than a list may."""

from __future__ import annotations

import re

from tongchou.apps.casework import api as casework
from tongchou.core.errors import NotFound
from tongchou.domain.casework.kinds import CaseKind


def offered() -> tuple[CaseKind, ...]:
    """Every kind of case that can be begun here: nobody has to come to an office to apply."""
    return casework.offered()


def public_code(kind: CaseKind) -> str:
    """What stands for a kind in a form: of a private one its neutral name (rights rule 3)."""
    if kind.neutral is None:
        return kind.code
    return re.sub(r"[^a-z0-9]+", "_", kind.neutral.en.lower()).strip("_")


def of_public_code(code: str) -> CaseKind:
    """The kind a form names.

    Raises
    ------
    NotFound
        ``casework.no_kind``.
    """
    found = next((one for one in offered() if public_code(one) == code), None)
    if found is None:
        raise NotFound("casework.no_kind", casework.NO_KIND)
    return found
