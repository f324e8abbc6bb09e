"""What rests on the announced days. Apps register it from ``ready``; who keeps tables knows none of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from tongchou.domain.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Rest:
    """Rows with a last day counted in working days.

    ``moving(calendar, first, on)`` says how many last days of open rows would move, for the page that shows
    what a table changes. ``find(first, after_id, most)`` gives the numbers of open rows whose last day is not
    before ``first``, in order; ``recount(calendar, numbers, on)`` counts those anew, locks them, and returns
    how many moved. All three cost the same number of queries however many rows there are.
    """

    name: str
    label: str | Promise
    moving: Callable[[Calendar, dt.date, dt.date], int]
    find: Callable[[dt.date, int, int], list[int]]
    recount: Callable[[Calendar, list[int], dt.date], int]


_rests: dict[str, Rest] = {}


def register(rest: Rest) -> None:
    """Note what rests on the days; noting it twice changes nothing."""
    _rests[rest.name] = rest


def all_rests() -> tuple[Rest, ...]:
    """Everything that was registered, in the order of its names."""
    return tuple(_rests[name] for name in sorted(_rests))


def label(name: str) -> str:
    """What people call it, in the reader's language."""
    return str(_rests[name].label) if name in _rests else name
