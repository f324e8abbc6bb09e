"""What a job's row may hold: plain JSON without anything that looks like a person's number."""

from __future__ import annotations

import json
from typing import Any

from tongchou.core.redaction import redact_all

#: A payload names things; it does not carry them.
MOST_CHARACTERS = 4000


def plain(value: Any, what: str) -> Any:
    """The value as the database will give it back.

    Raises
    ------
    TypeError
        When JSON cannot write it in one way only (floats, dates, keys that are no text).
    ValueError
        When it holds what looks like an ID or mobile number, or is longer than a row should be.

    Examples
    --------
    >>> plain({"file": 17, "rows": (1, 2)}, "payload")
    {'file': 17, 'rows': [1, 2]}
    >>> plain({"id": "520599196503071125"}, "payload")
    Traceback (most recent call last):
    ValueError: payload: name rows by their numbers; ID and mobile numbers do not belong into a job
    """
    result = _plain(value, what)
    if redact_all(result) != result:
        raise ValueError(
            f"{what}: name rows by their numbers; ID and mobile numbers do not belong into a job"
        )
    if len(json.dumps(result, ensure_ascii=False)) > MOST_CHARACTERS:
        raise ValueError(f"{what}: longer than {MOST_CHARACTERS} characters; keep the data elsewhere")
    return result


def _plain(value: Any, what: str) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list | tuple):
        return [_plain(item, what) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): _plain(item, what) for key, item in value.items()}
    raise TypeError(f"{what} cannot hold a {type(value).__name__}")
