"""How old people are at a marriage, by the law of its day; only to find a person or a date chosen by mistake.

Dates known in part speak for the couple: whoever may have been old enough was.
"""

from __future__ import annotations

from typing import Final

from tongchou.domain.dates import PartialDate

#: Since 1950-05-01 (婚姻法 1950) no marriage below 18 can have been registered.
_FIRST_LAW: Final = "1950-05-01"
#: Since 1981-01-01 (婚姻法 1980, 民法典 1047) men marry from 22 and women from 20; from 20 and 18 before.
_PRESENT_AGES: Final = "1981-01-01"
_AGES: Final = {1: (20, 22), 2: (18, 20)}
_CHILD: Final = 18


def oldest(birth: str, day: PartialDate) -> int | None:
    """The most years somebody born then can have completed by the day; None when no birth is known.

    Examples
    --------
    >>> oldest("2004-05-21", PartialDate(2026, 5, 20)), oldest("2004", PartialDate(2026))
    (21, 22)
    """
    if not birth:
        return None
    born = PartialDate.from_iso(birth)
    then = (day.month or 12, day.day or 31)
    since = (born.month or 1, born.day or 1)
    return day.year - born.year - (then < since)


def was_child(birth: str, day: PartialDate) -> bool:
    """True when somebody was surely under 18, on a day on which the state already registered marriages.

    Examples
    --------
    >>> was_child("2021-03", PartialDate(2026)), was_child("1930", PartialDate(1946))
    (True, False)
    >>> was_child("", PartialDate(2026))
    False
    """
    years = oldest(birth, day)
    return years is not None and years < _CHILD and str(day) >= _FIRST_LAW[: len(str(day))]


def below(birth: str, sex: int | None, day: PartialDate) -> bool:
    """True when somebody was surely younger than the law of the day asks. An unknown sex takes the lower age.

    Examples
    --------
    >>> below("2005", 1, PartialDate(2026)), below("2005", 2, PartialDate(2026))
    (True, False)
    >>> below("1955", 1, PartialDate(1976))
    False
    """
    years = oldest(birth, day)
    before, now = _AGES.get(sex or 2, _AGES[2])
    least = now if str(day) >= _PRESENT_AGES[: len(str(day))] else before
    return years is not None and years < least
