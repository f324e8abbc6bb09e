"""The one door to casework: approved awards, and to whose account they go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

from tongchou.core.scope import Scope


class Payee(Protocol):
    """Whose account the money goes to, opened."""

    name: str
    id_number: str
    bank: str
    account: str
    relation: str


class Award(Protocol):
    """What an approved case gives."""

    award_id: int
    case_id: int
    case_number: str
    kind: str
    year: int
    person_id: int
    household_id: int | None
    amount_fen: int


class Awards(Protocol):
    """What payments ask of casework."""

    def awards_ready(self, *, scope: Scope, kinds: Collection[str], after_id: int, limit: int) -> list[Any]:
        """Awards that stand, by number after ``after_id``."""

    def awards(self, numbers: Collection[int]) -> dict[int, Any]:
        """Awards by number; those that no longer stand are left out."""

    def hold_awards(self, numbers: Collection[int]) -> set[int]:
        """Lock awards until the transaction ends; those of them that stand."""

    def payees(self, numbers: Collection[int]) -> dict[int, Any]:
        """The account of each award, opened: for freezing alone."""


_instead: list[Awards] = []


def source() -> Awards:
    """Casework, or what a test has put in its place."""
    return _instead[-1] if _instead else import_module("tongchou.apps.casework.api")  # type: ignore[return-value]


@contextmanager
def instead(awards: Awards) -> Iterator[None]:
    """Ask something else inside the block."""
    _instead.append(awards)
    try:
        yield
    finally:
        _instead.pop()
