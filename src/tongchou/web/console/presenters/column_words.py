"""Remembered headers as the page lists them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.apps.intake import api as intake
from tongchou.core.models import Account
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class WordLine:
    """One header: what it means, who said so, how often it was used, whether it is still."""

    number: int
    word: str
    meaning: str
    county: str
    by: str
    added: dt.datetime
    used: int
    last_used: dt.datetime | None
    taken_back_by: str
    taken_back: dt.datetime | None
    may_take_back: bool


def line(word: intake.ColumnWord, *, by: Account, scope: Scope) -> WordLine:
    """A line of the list."""
    ended = word.taken_back_by
    return WordLine(
        number=word.pk,
        word=word.word,
        meaning=intake.column_label(word.meaning) if word.meaning else _("Left out"),
        county=word.county.name,
        by=word.added_by.shown_name,
        added=word.added_at,
        used=word.used,
        last_used=word.last_used_at,
        taken_back_by=ended.shown_name if ended else "",
        taken_back=word.taken_back_at,
        may_take_back=intake.may_take_back(word, by=by, scope=scope),
    )
