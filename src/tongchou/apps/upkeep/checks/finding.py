"""What a check found, in words a county office understands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language


class Level(StrEnum):
    """How it stands. ``NOTE`` neither praises nor blames: nothing is wrong."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question: how it stands, what was seen, and exactly what to do when it is wrong."""

    level: Level
    text: str | Promise
    remedy: str | Promise = ""


def joined(words: Iterable[str]) -> str:
    """Words in a row, as the reader's language sets them apart."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(words)


def ok(text: str | Promise) -> Finding:
    return Finding(Level.OK, text)


def note(text: str | Promise, remedy: str | Promise = "") -> Finding:
    return Finding(Level.NOTE, text, remedy)


def warning(text: str | Promise, remedy: str | Promise) -> Finding:
    return Finding(Level.WARNING, text, remedy)


def error(text: str | Promise, remedy: str | Promise) -> Finding:
    return Finding(Level.ERROR, text, remedy)
