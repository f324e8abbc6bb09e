"""Objections to an entry: by anybody, also unnamed; that entry waits, no other does."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.notices import passing
from tongchou.apps.notices.models import Entry, Ground, Objection, Verdict
from tongchou.core import access, audit, clock, crypto, public_codes
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

DECIDE: Final = "cases.review"
#: Characters of the words and of a way to reach whoever objects.
LONGEST, LONGEST_CONTACT = 500, 60
#: Objections that wait for one entry at most: more say nothing more.
MOST: Final = 20
#: Objections by the page to one notice in ten minutes: above it a machine writes, not a village.
MOST_AT_ONCE: Final = 30


@dataclass(frozen=True, slots=True)
class Said:
    words: str
    contact: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of an objection, for whoever holds its code."""

    ground: str
    received_on: dt.date
    verdict: str
    answer: str


@transaction.atomic
def object_to(
    *,
    notice_id: int,
    position: int,
    ground: str,
    words: str,
    contact: str,
    by: Account | None,
    at: dt.datetime,
) -> str:
    """Object to one entry while it hangs; the code that tells what became of it.

    ``by`` is None for anybody who is not signed in; nothing of them is kept but what they wrote.

    Raises
    ------
    NotFound
        No such entry hangs now.
    Invalid
        ``notices.objection`` with ``problems`` by field: a ground that is none of ``Ground``, or no words.
    Conflict
        ``notices.enough`` when the entry waits for many already; ``notices.many`` when many come at once.
    """
    today = clock.date_of(at)
    entry = (
        Entry.objects.select_for_update(of=("self",))
        .filter(notice=notice_id, position=position, notice__closed_at=None, notice__closes_on__gte=today)
        .select_related("notice")
        .first()
    )
    if entry is None:
        raise NotFound("notices.no_entry", _("No such entry hangs now."))
    text, reach = " ".join(words.split()), " ".join(contact.split())
    wrong: dict[str, list[str]] = {}
    if ground not in Ground.values:
        wrong["ground"] = [str(_("Choose what is not right from the list."))]
    if not text or len(text) > LONGEST:
        wrong["words"] = [str(_("Say in a few sentences what you know, in at most 500 characters."))]
    if len(reach) > LONGEST_CONTACT:
        wrong["contact"] = [str(_("At most %(most)s characters.") % {"most": LONGEST_CONTACT})]
    if wrong:
        raise Invalid("notices.objection", _("The objection is not complete yet."), problems=wrong)
    if Objection.objects.filter(entry=entry, verdict="").count() >= MOST:
        message = _("This entry waits for many objections already. It is looked into in any case.")
        raise Conflict("notices.enough", message)
    lately = Objection.objects.filter(
        entry__notice=notice_id, received_by=None, received_at__gt=at - dt.timedelta(minutes=10)
    )
    if by is None and lately.count() >= MOST_AT_ONCE:
        message = _("Many objections come at once. Try again in ten minutes, or call the office.")
        raise Conflict("notices.many", message)
    code = public_codes.drawn()
    Objection.objects.create(
        entry=entry,
        ground=ground,
        sealed=crypto.encrypt(json.dumps([text, reach]), f"notices.objection:{entry.pk}"),
        code_index=_index(code),
        received_at=at,
        received_by=by,
    )
    audit.append(
        by=by,
        action="notices.object",
        subject=f"notice:{notice_id}",
        scope_no=entry.notice.scope_no,
        at=at,
        detail={"position": position, "ground": ground},
    )
    return code


def _index(code: str) -> str:
    return crypto.blind_index(code.strip().upper(), "notices.code")


def followed(code: str) -> Followed:
    """What became of an objection.

    Raises
    ------
    NotFound
        For a code nobody was given.
    """
    found = Objection.objects.filter(code_index=_index(code)).first()
    if found is None:
        raise NotFound("notices.no_code", _("There is no objection with this code. Check each character."))
    return Followed(found.ground, clock.date_of(found.received_at), found.verdict, found.answer)


def said(objection: Objection) -> Said:
    """What was written, opened: for whoever looks into it."""
    return Said(*json.loads(crypto.decrypt(objection.sealed, f"notices.objection:{objection.entry_id}")))


@transaction.atomic
def decide(*, objection_id: int, verdict: str, answer: str, by: Account, at: dt.datetime) -> Objection:
    """Say what looking into an objection has shown; the entry goes on when none waits and it has hung.

    An objection that is upheld decides nothing about the family: the next office checks that one fact, and a
    refusal still needs what the record shows.

    Raises
    ------
    NotAllowed
        Without ``cases.review`` there; ``notices.two_people`` for its writer and whoever acted in the case.
    NotFound
        No such objection in the account's areas.
    Invalid
        ``notices.verdict``, ``notices.answer``.
    Conflict
        ``notices.decided``.
    """
    areas = access.require(by, DECIDE, on=clock.date_of(at))
    found = (
        Objection.objects.select_for_update(of=("self",))
        .filter(areas.q("entry__notice__scope_no"), pk=objection_id)
        .select_related("entry__notice")
        .first()
    )
    if found is None:
        raise NotFound("notices.no_objection", _("There is no such objection in your areas."))
    if verdict not in Verdict.values:
        raise Invalid("notices.verdict", _("Choose what looking into it has shown."), field="verdict")
    text = " ".join(answer.split())
    if not text or len(text) > LONGEST:
        message = _("Answer in a sentence; whoever objected reads it. Name nobody in it.")
        raise Invalid("notices.answer", message, field="answer")
    if found.verdict:
        raise Conflict("notices.decided", _("Somebody has decided about this objection already."))
    if found.received_by_id == by.pk or casework.acted(found.entry.case_id, by.pk):
        message = _("You wrote this down or have acted in the case. Another officer looks into it.")
        raise NotAllowed("notices.two_people", message)
    found.verdict, found.answer, found.decided_by, found.decided_at = verdict, text, by, at
    found.save(update_fields=["verdict", "answer", "decided_by", "decided_at"])
    audit.append(
        by=by,
        action="notices.decide",
        subject=f"notice:{found.entry.notice_id}",
        scope_no=found.entry.notice.scope_no,
        at=at,
        detail={"position": found.entry.position, "verdict": verdict},
    )
    if found.entry.notice.closes_on < clock.date_of(at):
        passing.go_on([found.entry], at=at)
    return found


def may_look_into(*, by: Account, at: dt.datetime) -> set[int]:
    """The numbers of the open objections the account may look into itself. Two queries."""
    areas = access.require(by, DECIDE, on=clock.date_of(at))
    return set(to_look_into(areas=areas, by=by).values_list("pk", flat=True))


def open_objections(*, by: Account, at: dt.datetime, mine: bool = False) -> list[Objection]:
    """Objections that wait in the areas of the account, the oldest first. Two queries.

    ``mine`` are those alone the account may look into itself.
    """
    areas = access.require(by, DECIDE, on=clock.date_of(at))
    rows = to_look_into(areas=areas, by=by) if mine else _open_in(areas)
    return list(rows.select_related("entry__notice").order_by("received_at", "pk"))


def _open_in(areas: Scope) -> QuerySet[Objection]:
    return Objection.objects.filter(areas.q("entry__notice__scope_no"), verdict="")


def to_look_into(*, areas: Scope, by: Account) -> QuerySet[Objection]:
    """Open objections in some areas that an account neither wrote down nor has acted in the case of."""
    rows = _open_in(areas).exclude(received_by=by.pk)
    return rows.exclude(entry__case_id__in=casework.acted_in(by.pk))
