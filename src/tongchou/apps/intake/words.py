"""Headers that somebody has explained: remembered for all registers of a county, listed, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.models import ColumnWord
from tongchou.apps.places import api as places
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.register import legacy
from tongchou.domain.register.columns import CHILDREN, COLUMNS, match
from tongchou.domain.register.header import MOST_WORD, word_of
from tongchou.domain.register.synonyms import OTHER_GROUPS, OTHERS

PERMISSION: Final = "intake.upload"
#: What a header may be explained as. What families declare about children is taken under its own names alone.
MEANINGS: Final = tuple(
    column.name for column in COLUMNS if not column.ignored and column.name not in CHILDREN
)
#: The county of a village stands so far above the rest of its line.
_COUNTY: Final = places.Level.COUNTY


def county_of(village: Any) -> Any:
    """The county whose words are used in a village."""
    return next(area for area in reversed(places.ancestors(village)) if area.level == _COUNTY)


def words_of(county: Any) -> dict[str, str]:
    """Word → canonical column, or empty where the column is left out."""
    known = ColumnWord.objects.filter(county=county, taken_back_at=None)
    return dict(known.values_list("word", "meaning"))


def count_use(county: Any, words: Iterable[str], at: dt.datetime) -> None:
    """Note that a register was read with these words."""
    chosen = list(words)
    if chosen:
        known = ColumnWord.objects.filter(county=county, word__in=chosen, taken_back_at=None)
        known.update(used=F("used") + 1, last_used_at=at)


def listed(*, scope: Scope) -> QuerySet[ColumnWord]:
    """The words of the counties a scope touches, those in use first, the newest first."""
    found = ColumnWord.objects.filter(_touched(scope)).select_related("county", "added_by", "taken_back_by")
    return found.order_by(F("taken_back_at").asc(nulls_first=True), "-added_at", "-pk")


def _touched(scope: Scope) -> Q:
    """Counties that hold or lie within the areas reached: an officer's township is part of one."""
    if scope.unlimited:
        return Q()
    condition = Q(pk__in=[])
    for low, high in scope.intervals:
        condition |= Q(county__scope_no__lte=high, county__scope_end__gte=low)
    return condition


def may_take_back(word: ColumnWord, *, by: Account, scope: Scope) -> bool:
    """Who said it, or somebody who covers the whole county."""
    county = word.county
    return word.taken_back_at is None and (
        word.added_by_id == by.pk or scope.covers_interval(county.scope_no, county.scope_end)
    )


@transaction.atomic
def remember(*, county: Any, meanings: dict[str, str], by: Account, at: dt.datetime) -> int:
    """Remember what headers mean. Said before in the same way, nothing changes; returns how many are new.

    ``county`` is one the caller found for a village within reach.

    Raises
    ------
    Invalid
        ``intake.word`` with ``data["problems"]`` (word → why) when a word cannot be explained so.
    Conflict
        ``intake.word_known`` when somebody has explained it otherwise.
    """
    access.require(by, PERMISSION, on=clock.date_of(at))
    problems = {word: why for word, meaning in meanings.items() for why in [refusal(word, meaning)] if why}
    if problems:
        raise Invalid("intake.word", next(iter(problems.values())), problems=problems)
    made = []
    for word, meaning in meanings.items():
        found, created = ColumnWord.objects.get_or_create(
            county=county,
            word=word,
            taken_back_at=None,
            defaults={"meaning": meaning, "added_by": by, "added_at": at},
        )
        if not created and found.meaning != meaning:
            raise Conflict(
                "intake.word_known",
                _("Somebody has explained this header otherwise. Look at the remembered headers first."),
            )
        if created:
            made.append(found)
    if made:
        audit.append(
            by=by,
            action="intake.remember_words",
            subject=f"area:{county.pk}",
            at=at,
            scope_no=county.scope_no,
            detail={"words": [one.pk for one in made], "meanings": [one.meaning for one in made]},
        )
    return len(made)


def refusal(word: str, meaning: str) -> Any:
    """Why a word cannot be explained so, in words; None when it can."""
    parts = tuple(word.split("·"))
    if not word or len(word) > MOST_WORD or word_of(parts) != word:
        return _("This header cannot be remembered. Give the column a short name.")
    if legacy.matter_in(word) or legacy.matter_in(word.replace("·", "")):
        return _("Present law has closed this matter. The column is always dropped.")
    if match(parts) is not None or match(parts[-1:]) is not None:
        return _("This header is understood already. If it means something else, give it another name.")
    if any(part in OTHER_GROUPS or any(other in part for other in OTHERS) for part in parts) and meaning:
        return _("This header speaks of somebody else than the person of the line. It can only be left out.")
    if meaning and meaning not in MEANINGS:
        return _("Choose a meaning from the list.")
    return None


@transaction.atomic
def take_back(*, word_id: int, by: Account, at: dt.datetime) -> ColumnWord:
    """Use a word no more. Taken back twice, nothing changes.

    Raises
    ------
    NotFound
        When there is no such word in the counties the account works in.
    NotAllowed
        When somebody else explained it and the account does not cover the county.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    words = ColumnWord.objects.filter(_touched(reach), pk=word_id)
    word = words.select_for_update(of=("self",)).select_related("county").first()
    if word is None:
        raise NotFound("intake.no_word", _("There is no such header in your county."))
    if word.taken_back_at is not None:
        return word
    if not may_take_back(word, by=by, scope=reach):
        raise NotAllowed("access.denied", _("Only who explained it, or the county, can take it back."))
    word.taken_back_by, word.taken_back_at = by, at
    word.save(update_fields=["taken_back_by", "taken_back_at"])
    audit.append(
        by=by,
        action="intake.take_word_back",
        subject=f"column_word:{word.pk}",
        at=at,
        scope_no=word.county.scope_no,
        detail={"meaning": word.meaning, "used": word.used},
    )
    return word
