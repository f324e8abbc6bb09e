"""The one door to casework: approved awards, and to whose account they go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from tongchou.apps.casework import api as casework
from tongchou.core.scope import Scope

Award = casework.AwardLine
Payee = casework.PayTo
Note = casework.PayeeNote


class Awards(Protocol):
    """What payments ask of casework."""

    def awards_ready(self, *, scope: Scope, kinds: Collection[str], after_id: int, limit: int) -> list[Award]:
        """Awards that stand, by number after ``after_id``."""

    def awards(self, numbers: Collection[int]) -> dict[int, Award]:
        """Awards by number; those that no longer stand are left out."""

    def payable(self, numbers: Collection[int]) -> set[int]:
        """Those of some awards that can be paid now."""

    def hold_awards(self, numbers: Collection[int]) -> set[int]:
        """Lock awards until the transaction ends; those of them that stand."""

    def note_tried(self, numbers: Collection[int]) -> None:
        """Payments of these are on their way."""

    def note_untried(self, numbers: Collection[int]) -> None:
        """These were taken out again before anything went out."""

    def tried_awards(self, *, scope: Scope, kinds: Collection[str]) -> list[int]:
        """Awards that stand and are said to have been tried."""

    def tried_of(self, numbers: Collection[int]) -> set[int]:
        """Those of some awards that are said to have been tried."""

    def payee_notes(self, numbers: Collection[int]) -> dict[int, Note]:
        """Whether accounts were written down after the approval, and whether a change waits."""

    def payees_touched_since(self, at: dt.datetime) -> set[int]:
        """Awards of whose account a change waits, or was confirmed after a moment."""

    def payees(self, numbers: Collection[int]) -> dict[int, Payee]:
        """The account of each award, opened: for freezing alone."""


_instead: list[Awards] = []


def source() -> Awards:
    """Casework, or what a test has put in its place."""
    return _instead[-1] if _instead else casework  # type: ignore[return-value]


@contextmanager
def instead(awards: Awards) -> Iterator[None]:
    """Ask something else inside the block."""
    _instead.append(awards)
    try:
        yield
    finally:
        _instead.pop()
