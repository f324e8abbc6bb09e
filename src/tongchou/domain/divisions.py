"""Statistical division codes (统计用区划代码): twelve digits, six for the county by GB/T 2260.

``52`` province · ``5205`` prefecture · ``520521`` county · ``520521101`` township · ``520521101203`` village.
A code says where an area stood on the day the code was given; it never decides who may see what.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Level = Literal["province", "prefecture", "county", "township", "village"]

#: Digits that carry each level, from the top.
LENGTHS: Final[dict[Level, int]] = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12}

_DIGITS: Final = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")

#: County codes of the former 毕节地区 (522400, until 2011) and of 黔西县 (until 2021), and today's.
#: Source: 国务院 approvals of 2011 (毕节地区 → 毕节市) and 2021 (黔西县 → 黔西市); GB/T 2260 as amended.
SUCCESSORS: Final = {
    "522400": "520500",
    "522401": "520502",
    "522422": "520521",
    "522423": "520581",
    "520522": "520581",
    "522424": "520523",
    "522425": "520524",
    "522426": "520525",
    "522427": "520526",
    "522428": "520527",
}


def is_code(text: str) -> bool:
    """True for 2, 4, 6, 9 or 12 digits.

    Examples
    --------
    >>> is_code("520521"), is_code("52052"), is_code("local-bailidujuan")
    (True, False, False)
    """
    return _DIGITS.fullmatch(text) is not None


def significant(code: str) -> str:
    """The code without the zeros that pad it to six or twelve digits.

    Examples
    --------
    >>> significant("520521000000"), significant("520500"), significant("520521101203")
    ('520521', '5205', '520521101203')
    """
    if not is_code(code):
        raise ValueError(f"not a division code: {code!r}")
    for length in LENGTHS.values():
        if length <= len(code) and not code[length:].strip("0"):
            return code[:length]
    return code


def level(code: str) -> Level:
    """The level a code stands for, padded or not.

    Examples
    --------
    >>> level("520500"), level("520521"), level("520521101")
    ('prefecture', 'county', 'township')
    """
    length = len(significant(code))
    return next(name for name, digits in LENGTHS.items() if digits == length)


def parent(code: str) -> str | None:
    """The significant code one level up; ``None`` above a province.

    Examples
    --------
    >>> parent("520521101203"), parent("520521"), parent("52")
    ('520521101', '5205', None)
    """
    bare = significant(code)
    shorter = [digits for digits in LENGTHS.values() if digits < len(bare)]
    return bare[: shorter[-1]] if shorter else None


def padded(code: str) -> str:
    """The code in twelve digits, as statistical files write it.

    Examples
    --------
    >>> padded("520521")
    '520521000000'
    """
    return significant(code).ljust(12, "0")


def county_of(code: str) -> str | None:
    """The six digits of the county inside a code; ``None`` for a province or prefecture.

    Examples
    --------
    >>> county_of("520521101203"), county_of("520500")
    ('520521', None)
    """
    bare = significant(code)
    return bare[:6] if len(bare) >= 6 else None


def today(code: str) -> str:
    """Today's code of a county or prefecture of Bijie known by a former one; other codes unchanged.

    Examples
    --------
    >>> today("522422"), today("520521")
    ('520521', '520521')
    """
    return SUCCESSORS.get(code, code)
