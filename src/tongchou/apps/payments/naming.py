"""What programmes are called where others may see it: private ones by their neutral name alone."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou import policies
from tongchou.domain.policy.words import Text


def payable() -> Mapping[str, Text]:
    """The programmes a fund can pay, by code, under the name for lists, files and messages."""
    law = policies.here()
    known = {one.code: one.neutral or one.title for one in law.programmes if one.benefit != "service"}
    return known | {one.code: one.title for one in law.unset}


def title(code: str, language: str) -> str:
    """The name of a programme; its code when it is no longer known."""
    found = payable().get(code)
    return found.of(language) if found else code
