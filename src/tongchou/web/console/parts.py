"""Small things templates are given: chips, list positions, options of a filter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """A status: words, a shape, and a tone that only repeats them."""

    label: str
    icon: str = "info"
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a list stands, and the addresses of its neighbours ("" for none)."""

    number: int
    count: int
    total: int
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure; ``state`` is ``done``, ``now`` or ``later``."""

    label: str
    state: str


def steps(labels: list[str], now: int) -> list[Step]:
    """The steps with the one at index ``now`` current; all are done when it lies past the end.

    Examples
    --------
    >>> [step.state for step in steps(["a", "b", "c"], 1)]
    ['done', 'now', 'later']
    >>> [step.state for step in steps(["a", "b"], 2)]
    ['done', 'done']
    """
    states = ("done", "now", "later")
    return [Step(label, states[1 + (place > now) - (place < now)]) for place, label in enumerate(labels)]


def is_number(text: str) -> bool:
    """Whether a text that was sent can be the number of a record."""
    return text.isascii() and text.isdigit() and len(text) < 19
