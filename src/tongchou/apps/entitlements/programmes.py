"""The programmes whose benefits are listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongchou.policies import Programme


def in_force() -> list[Programme]:
    """Every programme people are looked through for; a private one is never among them."""
    from tongchou import policies  # reading the law takes its time, and many a command asks for none of it

    return policies.listed()


def of_row(facts: Mapping[str, Any]) -> list[Programme]:
    """The same as the law of the place has them where somebody is registered."""
    from tongchou import policies

    return policies.of_row(facts).listed
