"""What programmes are called where others may see it: private ones by their neutral name alone."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.apps.casework import api as casework
from tongchou.domain.policy.words import Text


def payable() -> Mapping[str, Text]:
    """What a fund can pay: the kinds of case that give money, by their name for lists and files."""
    return {one.code: one.neutral or one.title for one in casework.in_force() if one.gives == "money"}


def title(code: str, language: str) -> str:
    """The name of a programme; its code when it is no longer known."""
    found = payable().get(code)
    return found.of(language) if found else code


def private() -> frozenset[str]:
    """The programmes families speak of to nobody."""
    return frozenset(one.code for one in casework.in_force() if one.kind == "private")
