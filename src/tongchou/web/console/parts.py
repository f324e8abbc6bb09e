"""Small things templates are given: chips, list positions, options of a filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


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


def whole(sent: object) -> int | None:
    """A whole number that was sent, of a record, a page or a line; ``None`` for whatever else came.

    A database counts to nineteen digits; a longer number can be of nothing.

    Examples
    --------
    >>> whole("17"), whole("１７"), whole("-1"), whole(""), whole("9" * 19)
    (17, None, None, None, None)
    """
    text = str(sent)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def turned(asked: object, total: int, size: int, to: Callable[[int], str]) -> Pages:
    """Where a list of ``total`` stands when page ``asked`` is wanted; ``to`` gives the address of a page.

    Examples
    --------
    >>> turned("2", 25, 10, str)
    Pages(number=2, count=3, total=25, previous='1', next='3')
    >>> turned("900", 25, 10, str).number, turned("x", 0, 10, str).count
    (3, 1)
    """
    count = max(1, -(-total // size))
    number = min(max(1, whole(asked) or 1), count)
    return Pages(
        number=number,
        count=count,
        total=total,
        previous=to(number - 1) if number > 1 else "",
        next=to(number + 1) if number < count else "",
    )


def pages_of(request: HttpRequest, address: str, name: str, total: int, size: int, anchor: str = "") -> Pages:
    """Where a list stands that is turned with the parameter ``name``; other lists go back to their start."""
    address += "&" if "?" in address else "?"
    return turned(request.GET.get(name, ""), total, size, lambda page: f"{address}{name}={page}{anchor}")
