"""Telephone numbers as people in China write them."""

from __future__ import annotations

import re
from typing import Final

#: A mobile number, one with its area code, or a local one.
_WRITTEN: Final = re.compile(r"1\d{10}|0\d{9,11}|[2-9]\d{6,7}")
_BETWEEN: Final = re.compile(r"[\s()（）-]")


def parse(text: str) -> str | None:
    """The number in its digits, without spaces, brackets, dashes and +86; None where it is none."""
    digits = _BETWEEN.sub("", text).removeprefix("+86")
    return digits if _WRITTEN.fullmatch(digits) else None
