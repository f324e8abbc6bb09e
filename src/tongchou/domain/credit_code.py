"""Unified social credit codes of organisations (统一社会信用代码, GB 32100-2015)."""

from __future__ import annotations

import unicodedata
from typing import Final

#: GB 32100-2015, table 2: digits and capital letters without I, O, S, V, Z.
_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH: Final = 18


def check_character(first17: str) -> str:
    """The 18th character: 31 − Σ cᵢ·(3^(i−1) mod 31) mod 31, i from 1; 31 counts as 0.

    Examples
    --------
    >>> check_character("91350100M000100Y4")
    '3'

    Raises
    ------
    ValueError
        For anything but 17 characters of the code.
    """
    if len(first17) != _LENGTH - 1:
        raise ValueError("17 characters are expected")
    total = sum(_LETTERS.index(one) * pow(3, place, 31) for place, one in enumerate(first17))
    return _LETTERS[-total % 31]


def parse(text: str) -> str | None:
    """The code in its one written form; None when it is none or its last character does not fit.

    Examples
    --------
    >>> parse("91350100-m000100y43"), parse("91350100M000100Y44"), parse("")
    ('91350100M000100Y43', None, None)
    """
    written = unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("-", "")
    if len(written) != _LENGTH or set(written) - set(_LETTERS):
        return None
    return written if check_character(written[:-1]) == written[-1] else None
