"""Apps that tell counts of units by month, so that whoever closes a month need not know them by name.

An app registers from its ``ready`` the counts it can tell and the function that tells them, as a dotted path
that is imported when a month is closed. A count nobody has registered is unknown, not 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Feed:
    """``tells`` (``"package.module:function"``) gives rows of ``domain.accountability.feed.UnitCount``."""

    app: str
    counts: frozenset[str]
    tells: str

    def of(self, month: dt.date) -> Iterable[Any]:
        """The rows of a month."""
        module, _colon, name = self.tells.partition(":")
        function: Callable[[dt.date], Iterable[Any]] = getattr(import_module(module), name)
        return function(month)


_feeds: dict[str, Feed] = {}


def register(app: str, *, counts: Iterable[str], tells: str) -> None:
    """Note what an app tells; noting it again takes the place of what was noted."""
    _feeds[app] = Feed(app, frozenset(counts), tells)


def forget(app: str) -> None:
    """Take back what an app noted; what was told of closed months stays with them."""
    _feeds.pop(app, None)


def all_feeds() -> tuple[Feed, ...]:
    return tuple(_feeds[app] for app in sorted(_feeds))


_targets: list[str] = []


def register_targets(tells: str) -> None:
    """Note who knows the targets of units: the dotted path of a function of a period such as ``2026-Q1``."""
    _targets[:] = [tells]


def targets(period: str) -> dict[tuple[str, str], float]:
    """The targets in force of a period, by unit and indicator, in the unit of the indicator."""
    found: dict[tuple[str, str], float] = {}
    for tells in _targets:
        module, _colon, name = tells.partition(":")
        found |= getattr(import_module(module), name)(period)
    return found
