"""A responsibility agreement (责任书) as it is sealed: one text of bytes for one agreement.

Between a unit and the level above it, for a period: who answers at three levels, targets, what the unit
promises and what it is given. It names officials and their offices, never a family. What is signed are the
bytes; the printed sheet is set from them alone.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tongchou.domain.public_words.checking import found as words_found


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers: level and unit, the duty of the post (``head``, ``deputy``, ``contact``), since when.

    ``phone`` is that of the office; ``since`` is an ISO day.
    """

    level: str
    unit: str
    duty: str
    title: str
    holder: str
    since: str
    phone: str


@dataclass(frozen=True, slots=True)
class Aim:
    """A target in force when the agreement was sealed: code of the indicator, and the value as exact text."""

    indicator: str
    value: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """The content of an agreement; units by key and name, the period as ``2026`` or ``2026-H1``."""

    above: str
    above_name: str
    unit: str
    unit_name: str
    period: str
    answering: tuple[Answering, ...]
    aims: tuple[Aim, ...]
    promises: tuple[str, ...]
    given: tuple[str, ...]


def written(one: Agreement) -> bytes:
    """The bytes of an agreement: equal ones give equal bytes."""
    text = json.dumps(dataclasses.asdict(one), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sealed(one: Agreement) -> str:
    """SHA-256 of the bytes."""
    return hashlib.sha256(written(one)).hexdigest()


def read(content: bytes) -> Agreement:
    """The agreement of some bytes.

    Raises
    ------
    ValueError, KeyError, TypeError
        When they are none.
    """
    held: dict[str, Any] = json.loads(content)
    held["answering"] = tuple(Answering(**one) for one in held["answering"])
    held["aims"] = tuple(Aim(**one) for one in held["aims"])
    held["promises"], held["given"] = tuple(held["promises"]), tuple(held["given"])
    return Agreement(**held)


def lines_of(text: str, *, longest: int = 200, most: int = 20) -> tuple[str, ...]:
    """The lines of what somebody typed, without empty ones.

    Raises
    ------
    ValueError
        ``none`` without any, ``many``, ``long``, or ``closed`` where one says what no duty may say.
    """
    found = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if not found:
        raise ValueError("none")
    if len(found) > most:
        raise ValueError("many")
    if any(len(line) > longest for line in found):
        raise ValueError("long")
    if any(words_found(line) for line in found):
        raise ValueError("closed")
    return found
