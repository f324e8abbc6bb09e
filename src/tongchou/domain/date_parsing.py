"""Dates as people write them in registers, read to the precision they were written with.

Nothing is invented: ``1960年3月`` is a month, ``1960`` a year, and a day of the lunar calendar (农历) is
never turned into a Gregorian one; only its year is kept and the reading says so.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tongchou.domain.dates import PartialDate

#: Day 0 of spreadsheets. The 1900 system counts a 29 February 1900 that never was (ECMA-376 part 1,
#: 18.17.4.1), so serial numbers from 61 on are days after 1899-12-30.
_EPOCH_1900: Final = dt.date(1899, 12, 30)
_EPOCH_1904: Final = dt.date(1904, 1, 1)
#: A bare number within these is a day of 1927-2100, not a year.
_SERIAL_LEAST: Final = 10_000
_SERIAL_MOST: Final = 73_415
#: Years a register can speak of.
_YEAR_LEAST: Final = 1850
_YEAR_MOST: Final = 2150
#: A two-digit year is read only when one century alone puts it within so many years before the latest year.
SHORT_YEAR_SPAN: Final = 110

_SEPARATOR = r"[\s./\-年月,、·]+"
_DAY = re.compile(
    rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})\s*日?(?:[\sT]\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?"
)
_MONTH = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})\s*月?份?")
_YEAR = re.compile(r"(\d{4})\s*年?")
_SHORT = re.compile(rf"'?(\d{{2}}){_SEPARATOR}(\d{{1,2}})(?:{_SEPARATOR}(\d{{1,2}}))?[月日]?")
_SHORT_YEAR = re.compile(r"'?(\d{2})年")
_LUNAR = re.compile(r"农历|阴历|古历|旧历|夏历|正月|冬月|腊月|闰|初[一二三四五六七八九十]|廿|\bn\.?l\b")
_FOUR_DIGITS = re.compile(r"(?<!\d)(?:18|19|20|21)\d{2}(?!\d)")
_TAIL = re.compile(r"(?:出生|生|起)$")


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date cell's meaning.

    ``date`` is ``None`` when the cell is empty or cannot be read. ``problems`` holds codes:
    ``date_unreadable``, ``date_impossible`` (no such day) and ``date_century_unknown`` (a two-digit year that
    fits two centuries) leave no date; ``date_lunar`` and ``date_month_unsure`` leave the year alone;
    ``date_short_year`` tells that the century was added.
    """

    date: PartialDate | None = None
    problems: tuple[str, ...] = ()


_SILENT: Final = DateReading()
_UNREADABLE: Final = DateReading(problems=("date_unreadable",))
_IMPOSSIBLE: Final = DateReading(problems=("date_impossible",))


def parse_date(cell: object, *, latest_year: int, base_1904: bool = False) -> DateReading:
    """Read a date cell; an empty one gives an empty reading.

    Parameters
    ----------
    cell
        Text, a number (year, ``YYYYMMDD``, ``YYYYMM`` or a spreadsheet's serial day), a date or a datetime.
    latest_year
        Year of the register; decides the century of two-digit years.
    base_1904
        True for workbooks that count days from 1904.

    Examples
    --------
    >>> for cell in ("2025.6.1", "1960年3月", 45809, "19600307", "60.3", "１９６０"):
    ...     print(parse_date(cell, latest_year=2026).date)
    2025-06-01
    1960-03
    2025-06-01
    1960-03-07
    1960-03
    1960
    >>> parse_date("农历1960年腊月初八", latest_year=2026)
    DateReading(date=PartialDate(year=1960, month=None, day=None), problems=('date_lunar',))
    >>> parse_date("2025-02-30", latest_year=2026).problems
    ('date_impossible',)
    """
    if cell is None or cell == "":
        return _SILENT
    if isinstance(cell, str):
        return _text(cell, latest_year, base_1904)
    if isinstance(cell, dt.date):  # also a datetime; the time of day says nothing about a register's date
        return _made(cell.year, cell.month, cell.day)
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        return _UNREADABLE
    return _number(cell, latest_year, base_1904)


def too_long_ago(text: str) -> bool:
    """True for what is a date, written in full or in part, but of a year no register speaks of.

    Examples
    --------
    >>> [too_long_ago(text) for text in ("1800-01-01", "1849年", "1960-03", "1800-13-01")]
    [True, True, False, False]
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.fullmatch(bare) or _MONTH.fullmatch(bare) or _YEAR.fullmatch(bare)
    if found is None and bare.isdigit() and len(bare) == 8:
        found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", bare)
    if found is None:
        return False
    year, month, day = (int(part) for part in (*found.groups(), "1", "1")[:3])
    return 1000 <= year < _YEAR_LEAST and 1 <= month <= 12 and 1 <= day <= 31


def _made(year: int, month: int | None = None, day: int | None = None, *notes: str) -> DateReading:
    """A reading from parts; a zero stands for an unknown part (``1960-00-00``)."""
    try:
        date = PartialDate(year, month or None, (day or None) if month else None)
    except ValueError:
        return _IMPOSSIBLE
    if not _YEAR_LEAST <= year <= _YEAR_MOST:
        return _IMPOSSIBLE
    return DateReading(date, notes)


def _number(cell: int | float, latest_year: int, base_1904: bool) -> DateReading:
    if cell == int(cell):
        return _digits(str(int(cell)), latest_year, base_1904)
    text = repr(float(cell))
    whole, fraction = text.split(".") if "e" not in text else ("", "")
    if _SERIAL_LEAST <= cell <= _SERIAL_MOST:  # a moment of a day
        return _serial(int(cell), base_1904)
    if len(whole) in (2, 4) and fraction == "1":
        # 1960.10 typed into a number cell loses its zero: January and October look alike.
        year = _text(f"{whole}年", latest_year, base_1904)
        return DateReading(year.date, (*year.problems, "date_month_unsure"))
    if len(whole) in (2, 4) and len(fraction) <= 2:
        return _text(f"{whole}.{fraction}", latest_year, base_1904)
    return _UNREADABLE


def _serial(days: int, base_1904: bool) -> DateReading:
    day = (_EPOCH_1904 if base_1904 else _EPOCH_1900) + dt.timedelta(days=days)
    return _made(day.year, day.month, day.day)


def _digits(text: str, latest_year: int, base_1904: bool) -> DateReading:
    """A run of digits without separators."""
    if len(text) == 8:
        return _made(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) == 6:
        year, month = int(text[:4]), int(text[4:])
        if _YEAR_LEAST <= year <= _YEAR_MOST and month <= 12:
            return _made(year, month)
        return _short(int(text[:2]), int(text[2:4]), int(text[4:]), latest_year)
    if len(text) == 5 and _SERIAL_LEAST <= int(text) <= _SERIAL_MOST:
        return _serial(int(text), base_1904)
    if len(text) == 4:
        return _made(int(text))
    return _UNREADABLE


def _short(two_digits: int, month: int | None, day: int | None, latest_year: int) -> DateReading:
    """A date with a two-digit year, when only one century is possible."""
    century = latest_year // 100 * 100
    candidates = [
        year
        for year in (century + two_digits, century - 100 + two_digits)
        if latest_year - SHORT_YEAR_SPAN <= year <= latest_year
    ]
    if len(candidates) != 1:
        return DateReading(problems=("date_century_unknown",))
    return _made(candidates[0], month, day, "date_short_year")


def _text(cell: str, latest_year: int, base_1904: bool) -> DateReading:
    text = unicodedata.normalize("NFKC", cell).strip().strip("'").strip()
    if not text:
        return _SILENT
    if _LUNAR.search(text):
        year = _FOUR_DIGITS.search(text)
        return (
            _made(int(year[0]), None, None, "date_lunar") if year else DateReading(problems=("date_lunar",))
        )
    if text.isascii() and text.isdigit():
        return _digits(text, latest_year, base_1904)
    text = _TAIL.sub("", text).strip()
    if match := _DAY.fullmatch(text):
        return _made(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH.fullmatch(text):
        return _made(int(match[1]), int(match[2]))
    if match := _YEAR.fullmatch(text):
        return _made(int(match[1]))
    if match := _SHORT.fullmatch(text):
        return _short(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, latest_year)
    if match := _SHORT_YEAR.fullmatch(text):
        return _short(int(match[1]), None, None, latest_year)
    return _UNREADABLE
