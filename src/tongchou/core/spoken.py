"""Days, months and money as the messages of apps name them, in the language in which they are read."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import get_language


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def day(value: dt.date | str) -> str:
    """A day, also one given as ``2026-03-02``; what is no day stays as it is.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     day(dt.date(2026, 3, 2)), day("2026-03-02"), day("?")
    ('2026年3月2日', '2026年3月2日', '?')
    >>> with translation.override("en"):
    ...     day(dt.date(2026, 3, 2))
    '2026-03-02'
    """
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            return str(value)
    return f"{value.year}年{value.month}月{value.day}日" if _chinese() else value.isoformat()


def month(value: dt.date) -> str:
    """The month of a day.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     month(dt.date(2026, 3, 1))
    '2026年3月'
    """
    return f"{value.year}年{value.month}月" if _chinese() else f"{value:%Y-%m}"


def yuan(fen: int) -> str:
    """An amount of fen in yuan without the unit, with decimals only when there are any.

    Examples
    --------
    >>> yuan(81999900), yuan(123456), yuan(-5)
    ('819,999', '1,234.56', '-0.05')
    """
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}" + (f".{rest:02d}" if rest else "")
