"""Apps that list the records of their work in a month, so that a sample can be drawn of them.

As with ``unit_feeds``, an app registers from its ``ready`` by dotted paths that are imported when a sample is
drawn. What is listed are records of work alone, by number and place; their facts are days, amounts and
states, with nobody's name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from tongchou.core.scope import Scope

#: What is said of a record: day it is about, day it was entered, last day, amount, state, place, way, year.
FACTS: Final = ("day", "entered_on", "until", "amount_fen", "state", "place", "how", "year", "post")


@dataclass(frozen=True, slots=True)
class Described:
    """A record for whoever looks for its paper: what it is called there, and what was reported."""

    label: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """``lists(scope, first, last)`` gives (number, scope number); ``describes(numbers)``: what they are."""

    kind: str
    lists: str
    describes: str

    def of(self, scope: Scope, first: dt.date, last: dt.date) -> Sequence[tuple[int, int]]:
        """The records of some areas between two days, both included."""
        function: Callable[..., Sequence[tuple[int, int]]] = _found(self.lists)
        return function(scope, first, last)

    def described(self, numbers: Collection[int]) -> Mapping[int, Described]:
        """What some records are."""
        function: Callable[[Collection[int]], Mapping[int, Described]] = _found(self.describes)
        return function(numbers)


_frames: dict[str, Frame] = {}


def register(kind: str, *, lists: str, describes: str) -> None:
    """Note a kind of record; noting it again takes the place of what was noted."""
    _frames[kind] = Frame(kind, lists, describes)


def frame(kind: str) -> Frame | None:
    return _frames.get(kind)


def kinds() -> tuple[str, ...]:
    return tuple(sorted(_frames))


def _found(path: str) -> Any:
    module, _colon, name = path.partition(":")
    return getattr(import_module(module), name)
