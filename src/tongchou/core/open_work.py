"""What an account leaves behind: each app registers its open work, and how a successor takes it over.

An app registers from its ``ready``; the hand-over stays ignorant of the apps above core.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from tongchou.core.models import Account


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of open work.

    ``count(account, on)`` says how much of it an account holds. ``move(account, successor)`` gives it over
    inside the caller's transaction and says how much it was; None when it goes with the roles by itself.
    ``again(account, successor)`` gives over what an earlier hand-over gave to somebody else, who has not
    taken it up: for when that was the wrong one.
    """

    name: str
    label: str | Promise
    count: Callable[[Account, dt.date], int]
    move: Callable[[Account, Account], int] | None = None
    again: Callable[[Account, Account], int] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How much of one kind an account holds."""

    work: Work
    number: int

    @property
    def moves(self) -> bool:
        """True when the hand-over moves it; else it goes with the roles."""
        return self.work.move is not None


_kinds: dict[str, Work] = {}


def register(work: Work) -> None:
    """Note a kind of open work; noting its name again replaces it."""
    _kinds[work.name] = work


def kinds() -> tuple[Work, ...]:
    return tuple(_kinds.values())


def held_by(account: Account, on: dt.date) -> list[Held]:
    """All open work of an account, also what it holds nothing of: the page says so."""
    return [Held(work, work.count(account, on)) for work in kinds()]
