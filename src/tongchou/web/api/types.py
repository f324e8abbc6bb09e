"""What several routes send or take: numbers, parts of lists, words in both languages."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sized
from typing import Annotated, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Header, Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from tongchou.core.errors import Invalid
from tongchou.domain.policy.words import Text

#: The largest number of a row.
MOST: Final = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=MOST)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Year = Annotated[int, Field(ge=2004, le=2100)]
Limit = Annotated[int, Field(ge=1, le=200)]
#: Sent in UTC, wherever the value came from.
Moment = Annotated[dt.datetime, AfterValidator(lambda moment: moment.astimezone(dt.UTC))]
#: A code of a programme or a word of a fixed list.
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$")]
#: Words people type: without control characters, which PostgreSQL would refuse anyway.
Typed = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[A-Za-z0-9_.:-]+$",
    ),
]


class Body(Schema):
    """A body that is sent: a misspelt name in it is an error."""

    model_config = ConfigDict(extra="forbid")


def following(start: int, listed: Sized, total: int) -> int | None:
    """Where the next part of a list begins; None behind the last one."""
    behind = start + len(listed)
    return behind if listed and behind < total else None


class Words(Schema):
    """The same words in Chinese and English."""

    zh: str
    en: str


def words(text: Text | None) -> Words | None:
    return None if text is None else Words(zh=text.zh, en=text.en)


def language() -> str:
    """``"zh"`` or ``"en"``: what the request asks for."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def cursor(*parts: Any) -> str:
    """A place in a list as one opaque word."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def place(text: str) -> list[Any]:
    """The parts of a place that ``cursor`` wrote.

    Raises
    ------
    Invalid
        ``api.bad_place`` for any other text.
    """
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise bad_place() from error
    if not isinstance(found, list):
        raise bad_place()
    return found


def bad_place() -> Invalid:
    problems = {"after": [_("Send the value of “next” of the part before, unchanged.")]}
    return Invalid("api.bad_place", _("There is no such place in this list."), problems=problems)
