"""Numbers of certificates: a letter, the year, a number in it and two check digits (ISO/IEC 7064, MOD 97-10).

They can be told at once from identity numbers, and one digit mistyped or two exchanged show.
"""

from __future__ import annotations

import re
from typing import Final

_SHAPE: Final = re.compile(r"([A-Z])([0-9]{4})-([0-9]{7})-([0-9]{2})")


def number(letter: str, year: int, serial: int) -> str:
    """The number of the ``serial``-th certificate of a year.

    Examples
    --------
    >>> number("Y", 2026, 123)
    'Y2026-0000123-78'

    Raises
    ------
    ValueError
        For a letter, year or serial that does not fit.
    """
    plain = f"{letter}{year:04d}-{serial:07d}"
    if not _SHAPE.fullmatch(f"{plain}-00"):
        raise ValueError(f"no certificate number: {plain}")
    return f"{plain}-{98 - _value(plain) * 100 % 97:02d}"


def is_number(text: str) -> bool:
    """Whether a text is a certificate's number with right check digits.

    Examples
    --------
    >>> is_number("Y2026-0000123-78"), is_number("Y2026-0000132-78")
    (True, False)
    """
    found = _SHAPE.fullmatch(text)
    return found is not None and _value(text) % 97 == 1


def _value(text: str) -> int:
    """Digits and letters as one number, a letter as 10 to 35 (ISO/IEC 7064, as for bank accounts)."""
    return int("".join(str(int(one, 36)) for one in text if one != "-"))
