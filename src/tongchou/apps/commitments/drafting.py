"""Writing a letter: its promises, one save at a time, until residents are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Letter, Promise, Stage
from tongchou.apps.places import api as places
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.commitments.letters import Fault, Item, faults

#: Promises of a letter at most: what a unit cannot name on one page it will not keep.
MOST: Final = 12
LONGEST: Final = 80
#: What is refused even in a draft.
_OF_WORDS: Final = frozenset({Fault.CLOSED_MATTER, Fault.ASKS_FAMILIES, Fault.NAMES, Fault.BLAMES})
_AT_ONCE: Final = _OF_WORDS | {Fault.DUE_PASSED}
#: What is wrong with a promise, in words for whoever wrote it.
SAID: Final = {
    Fault.EMPTY: _("Say what is promised."),
    Fault.NO_MEASURE: _("Say how it will be seen that it is done, with a number or a day."),
    Fault.NO_MEANS: _("Say with what money, people or things it is done; promise what is within your means."),
    Fault.NO_OWNER: _("Name the person who answers for it."),
    Fault.NO_PROOF: _("Say what will show that it was done."),
    Fault.NO_REMEDY: _("Say what you do for families when it is broken."),
    Fault.DUE_PASSED: _("Its last day has passed already. Choose a later one."),
    Fault.DUE_BEFORE_HEARD: _(
        "Its last day comes before the residents' days for comments are over. Choose a later one."
    ),
}


@transaction.atomic
def begin(*, area_id: int, title: str, by: Account, at: dt.datetime, department: str = "") -> Letter:
    """A new draft of a unit; ``department`` is a name or code of the list of posts, else empty.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not draft for the unit.
    Invalid
        ``commitments.title`` without a title, with one too long, or one that speaks of a closed matter;
        ``commitments.department`` for a department that is none of the area's.
    Conflict
        ``commitments.in_the_making`` when the unit has a letter that is not published yet.
    """
    area = access.unit(area_id, by=by, at=at)
    of = access.department(area, department, by=by, at=at)
    words, named = " ".join(title.split()), of.name if of is not None else ""
    if not words or len(words) > LONGEST:
        message = _("Give the letter a title of at most 80 characters.")
        raise Invalid("commitments.title", message, field="title")
    fit_words.require(words, code="commitments.title", field="title")
    making = Letter.objects.filter(area_id=area.pk, department=named)
    if making.exclude(stage__in=(Stage.PUBLISHED, Stage.WITHDRAWN)).exists():
        message = _("This unit has a letter in the making. Publish or withdraw it first.")
        raise Conflict("commitments.in_the_making", message)
    letter = Letter.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        area_name=places.paths([area.pk]).get(area.pk, area.name),
        department=named,
        department_id=of.department_id if of is not None else None,
        title=words,
        drafted_at=at,
        drafted_by=by,
    )
    audit.append(
        by=by,
        action="commitments.draft",
        subject=f"letter:{letter.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={"area": letter.area_id, "department": named},
    )
    return letter


@transaction.atomic
def write(*, letter_id: int, items: Sequence[Item], by: Account, at: dt.datetime) -> Letter:
    """Set the promises of a draft: those given, in their order, in place of those before.

    Half-written promises may be kept; they are looked at when residents are asked. What no promise may say,
    and a last day that has passed, is refused at once.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    Conflict
        ``commitments.not_draft`` when the letter is no draft any more.
    Invalid
        ``commitments.items``: ``data["items"]`` says of each promise, from 0, all that cannot stay.
    """
    letter = access.own(letter_id, by=by, at=at)
    require_draft(letter)
    if len(items) > MOST:
        raise Invalid("commitments.items", _("A letter holds at most 12 promises."), items={})
    long = [number for number, one in enumerate(items) if _too_long(one)]
    if long:
        told: dict[int, list[object]] = {
            number: [_("Keep each answer to 300 characters, a name to 80.")] for number in long
        }
        raise Invalid("commitments.items", _("Some promises cannot stay as they are."), items=told)
    refuse([one for one in faults(items, on=clock.date_of(at)) if one[1] in _AT_ONCE], items)
    letter.promises.all().delete()
    Promise.objects.bulk_create(
        Promise(letter=letter, position=position, **asdict(one))
        for position, one in enumerate(items, start=1)
    )
    audit.append(
        by=by,
        action="commitments.write",
        subject=f"letter:{letter.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={"promises": len(items)},
    )
    return letter


def _too_long(one: Item) -> bool:
    texts = (one.promise, one.measure, one.means, one.proof, one.remedy)
    return any(len(text) > 300 for text in texts) or len(one.owner) > 80


def require_draft(letter: Letter) -> None:
    if letter.stage != Stage.DRAFT:
        message = _("This letter is no draft any more: its words stay as they are.")
        raise Conflict("commitments.not_draft", message)


def refuse(found: Sequence[tuple[int, Fault]], items: Sequence[Item]) -> None:
    """Refuse promises with everything that is wrong with them; of words that may not stand with the words.

    Raises
    ------
    Invalid
        ``commitments.items`` unless nothing is wrong.
    """
    if not found:
        return
    told: dict[int, list[object]] = {}
    for number, fault in found:
        some = told.setdefault(number, [])
        more = _words_of(items[number]) if fault in _OF_WORDS else [SAID[fault]]
        some += [one for one in more if one not in some]
    raise Invalid("commitments.items", _("Some promises cannot stay as they are."), items=told)


def _words_of(one: Item) -> list[object]:
    texts = (one.promise, one.measure, one.means, one.owner, one.proof, one.remedy)
    return [told for text in texts if (told := fit_words.refusal(text)) is not None]


def items_of(letter: Letter) -> list[Item]:
    """The promises of a letter in their order, as the domain looks at them. One query."""
    names = [one.name for one in fields(Item)]
    return [Item(**row) for row in letter.promises.order_by("position").values(*names)]
