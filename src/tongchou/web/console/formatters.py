"""Turns values into the words of a page. Pure: the language is the active one, nothing is looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tongchou.domain.dates import PartialDate

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


def listed(parts: Iterable[str], *, wide: bool = False) -> str:
    """Names beside each other with the marks of the reader's language; ``wide`` between parts of a sentence.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     listed(["a", "b"]), listed(["a", "b"], wide=True)
    ('a, b', 'a; b')
    """
    mark = ("；" if wide else "、") if _chinese() else ("; " if wide else ", ")
    return mark.join(str(one) for one in parts)


def number(value: int | None) -> str:
    """A whole number with thousands separated; ``None`` is a dash.

    Examples
    --------
    >>> number(60000)
    '60,000'
    >>> number(None)
    '—'
    """
    return "—" if value is None else f"{value:,}"


def yuan(fen: int | None) -> str:
    """An amount of fen in yuan, with decimals only when there are any; ``None`` is a dash.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     yuan(360000), yuan(12345), yuan(None)
    ('3,600 yuan', '123.45 yuan', '—')
    >>> with translation.override("zh-hans"):
    ...     yuan(96000)
    '960元'
    >>> with translation.override("en"):
    ...     yuan(-1)
    '-0.01 yuan'
    """
    if fen is None:
        return "—"
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    amount = f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"
    return _("%(amount)s yuan") % {"amount": amount}


def signed_yuan(fen: int) -> str:
    """An amount that may be taken away, with its sign; ``±0`` is a plain zero.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     signed_yuan(-96000), signed_yuan(5), signed_yuan(0)
    ('−960元', '+0.05元', '0元')
    """
    return f"{'−' if fen < 0 else '+' if fen else ''}{yuan(abs(fen))}"


def share(part: int, whole: int) -> str:
    """A part in percent, to one decimal; a dash of nothing.

    Examples
    --------
    >>> share(1, 3), share(0, 5), share(0, 0)
    ('33.3%', '0.0%', '—')
    """
    return f"{100 * part / whole:.1f}%" if whole else "—"


def capital(text: str) -> str:
    """A label with its first letter large; the rest stays.

    Examples
    --------
    >>> capital("starting age"), capital("起始年龄")
    ('Starting age', '起始年龄')
    """
    return text[:1].upper() + text[1:]


def day(value: dt.date | PartialDate | str | None) -> str:
    """A date at the precision it is known; ``None`` and the empty text are a dash.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     day(dt.date(2026, 12, 31)), day("2026-05"), day(PartialDate(1960))
    ('2026年12月31日', '2026年5月', '1960年')
    >>> with translation.override("en"):
    ...     day("2026-12-31"), day("2026-05"), day(None)
    ('31 December 2026', 'May 2026', '—')
    """
    if value is None or value == "":
        return "—"
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    if isinstance(value, dt.date):
        value = PartialDate.from_date(value)
    elif isinstance(value, str):
        value = PartialDate.from_iso(value)
    if _chinese():
        text = f"{value.year}年"
        text += f"{value.month}月" if value.month else ""
        return text + (f"{value.day}日" if value.day else "")
    words = [str(value.day)] if value.day else []
    words += [_MONTHS[value.month - 1]] if value.month else []
    return " ".join([*words, str(value.year)])


def yearly(month: int, of_month: int) -> str:
    """A day that comes every year.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     yearly(2, 15)
    '2月15日'
    >>> with translation.override("en"):
    ...     yearly(2, 15)
    '15 February'
    """
    return f"{month}月{of_month}日" if _chinese() else f"{of_month} {_MONTHS[month - 1]}"


def moment(value: dt.datetime | None) -> str:
    """A point in time in China's time zone, to the minute.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     moment(dt.datetime(2026, 3, 1, 1, 5, tzinfo=dt.timezone.utc))
    '1 March 2026, 09:05'
    >>> with translation.override("zh-hans"):
    ...     moment(dt.datetime(2026, 3, 1, 1, 5, tzinfo=dt.timezone.utc))
    '2026年3月1日 09:05'
    """
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return f"{day(local.date())}{' ' if _chinese() else ', '}{local:%H:%M}"


def age_on(birth: PartialDate | None, on: dt.date) -> int | None:
    """Completed years, counted as if an unknown month or day lay at the end; ``None`` when unknown.

    Examples
    --------
    >>> age_on(PartialDate(1960, 3, 7), dt.date(2026, 3, 6))
    65
    >>> age_on(PartialDate(1960, 3, 7), dt.date(2026, 3, 7))
    66
    >>> age_on(PartialDate(1960), dt.date(2026, 6, 1)), age_on(None, dt.date(2026, 6, 1))
    (65, None)
    """
    if birth is None:
        return None
    had_it = (birth.month or 12, birth.day or 31) <= (on.month, on.day)
    return on.year - birth.year - (not had_it)


def greeting(hour: int) -> str:
    """The greeting for an hour of the day; the small hours are still the evening before.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     greeting(8), greeting(15), greeting(21), greeting(0)
    ('Good morning', 'Good afternoon', 'Good evening', 'Good evening')
    """
    if 5 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")
