"""The programmes whose benefits are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongchou.policies import Programme


def in_force() -> list[Programme]:
    """Every programme people are looked through for; a private one is never among them."""
    from tongchou import policies  # reading the law takes its time, and many a command asks for none of it

    return policies.listed()
