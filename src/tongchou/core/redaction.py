"""Hides what looks like a citizen ID number or a mobile number in free text."""

from __future__ import annotations

import re
from typing import Any

#: A hash is kept whole: digits that happen to follow one another inside it are no ID number.
_HASH = r"(?P<hash>(?<![0-9A-Za-z])[0-9a-f]{32,128}(?![0-9A-Za-z]))"
_ID = r"(?P<id>(?<!\d)(?:\d{17}[\dXxＸｘ]|\d{15})(?!\d))"
_MOBILE = r"(?P<phone>(?<!\d)(?:86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))"
_SHAPES = re.compile(f"{_HASH}|{_ID}|{_MOBILE}")

HIDDEN = {"id": "[id]", "phone": "[phone]"}


def redact(text: str) -> str:
    """The text with ID numbers (18 or 15 characters) and mobile numbers replaced.

    Mobile numbers may be grouped (138-0013-8000). Shorter and longer runs of digits stay.

    Examples
    --------
    >>> redact("查询 520599196503071125，电话 13800138000")
    '查询 [id]，电话 [phone]'
    >>> redact("village 520521901201")
    'village 520521901201'
    """
    return _SHAPES.sub(lambda match: HIDDEN.get(match.lastgroup or "", match[0]), text)


def redact_all(value: Any) -> Any:
    """The same value with every text inside it redacted; a whole number of that shape becomes text."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return redact(value.decode("utf-8", "replace"))
    if isinstance(value, int) and not isinstance(value, bool):
        hidden = redact(str(value))
        return value if hidden == str(value) else hidden
    if isinstance(value, dict):
        return {redact_all(key): redact_all(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(redact_all(item) for item in value)
    if isinstance(value, list | set | frozenset):
        return [redact_all(item) for item in value]
    return value
