"""The one clock: every "now" in the product comes from here, so that a test can hold it still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

#: Legal time of the whole country.
SHANGHAI = ZoneInfo("Asia/Shanghai")

_held: list[dt.datetime] = []


def now() -> dt.datetime:
    """The present moment as an aware UTC datetime, or the moment ``frozen`` holds."""
    return _held[-1] if _held else dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The date in Shanghai at ``now()``."""
    return date_of(now())


def date_of(at: dt.datetime) -> dt.date:
    """The date in Shanghai at a moment.

    Raises
    ------
    ValueError
        When the moment carries no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(SHANGHAI).date()


def start_of(day: dt.date) -> dt.datetime:
    """The moment a day begins in Shanghai.

    Examples
    --------
    >>> date_of(start_of(dt.date(2026, 3, 1)))
    datetime.date(2026, 3, 1)
    """
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


@contextmanager
def frozen(at: dt.datetime) -> Iterator[dt.datetime]:
    """Hold the clock at ``at`` inside the block, in every thread of the process."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    _held.append(at)
    try:
        yield at
    finally:
        _held.pop()
