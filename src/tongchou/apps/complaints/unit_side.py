"""What the unit sees and does: questions put to it, and what it has to mend. Never who complains."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import api as commitments
from tongchou.apps.complaints import access, sealing
from tongchou.apps.complaints.models import Act, Breach, Complaint, Mending, Question
from tongchou.apps.complaints.receiving import note
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.complaints import moves
from tongchou.domain.complaints.moves import OPEN

if TYPE_CHECKING:
    from tongchou.core.models import Account

LONGEST: Final = 1_000
#: Lines of each list of a unit.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its unit reads it."""

    question_id: int
    unit_name: str
    words: str
    asked_on: dt.date
    due: dt.date
    reply: str
    replied_on: dt.date | None
    open: bool


def questions(*, by: Account, on: dt.date) -> list[Asked]:
    """Questions to the account's units, the open ones first.

    Raises
    ------
    NotAllowed
        Without ``complaints.reply`` anywhere.
    """
    rows = Question.objects.filter(access.of_the_unit(by, on)).select_related("complaint").order_by("-pk")
    found = [
        Asked(
            one.pk,
            one.unit_name,
            sealing.unseal(one.sealed, "question", one.complaint_id),
            clock.date_of(one.asked_at),
            one.due,
            sealing.unseal(one.reply, "reply", one.pk),
            clock.date_of(one.replied_at) if one.replied_at else None,
            not one.reply and one.complaint.state in OPEN,
        )
        for one in rows[:MOST]
    ]
    return sorted(found, key=lambda one: (not one.open, one.due if one.open else dt.date.min))


def to_mend(*, by: Account, on: dt.date) -> list[Breach]:
    """What the account's units have to mend, the first due first; then what is mended.

    Raises
    ------
    NotAllowed
        Without ``complaints.reply`` anywhere.
    """
    rows = Breach.objects.filter(access.of_the_unit(by, on)).order_by("due", "pk")
    return sorted(rows[:MOST], key=lambda one: one.state == Mending.CLEARED)


@transaction.atomic
def reply(*, question_id: int, words: str, by: Account, at: dt.datetime) -> Question:
    """The unit answers a question, once.

    Raises
    ------
    NotAllowed, NotFound
        When it is not put to the account's unit.
    Conflict
        ``complaints.replied`` when it was answered, or the complaint is not looked into any more.
    Invalid
        ``complaints.words`` without words.
    """
    one = access.question(question_id, by, at)
    if one.reply or one.complaint.state not in OPEN:
        raise Conflict("complaints.replied", _("It was answered already, or is not needed any more."))
    said = _words(words)
    one.reply, one.replied_by, one.replied_at = sealing.seal(said, "reply", one.pk), by, at
    one.save(update_fields=["reply", "replied_by", "replied_at"])
    note(one.complaint, Act.REPLY, by, at, said)
    return one


@transaction.atomic
def report_mended(*, breach_id: int, words: str, by: Account, at: dt.datetime) -> Breach:
    """The unit says that it has mended it, and what shows it.

    Raises
    ------
    NotAllowed, NotFound
        When it is not the account's unit.
    Conflict
        ``complaints.not_possible`` when it was reported or cleared.
    Invalid
        ``complaints.words`` without what shows it.
    """
    one = access.own_breach(breach_id, by, at)
    said = _words(words)
    one.state = _after(one, "report")
    one.reported_on, one.reported_by = clock.date_of(at), by
    one.save(update_fields=["state", "reported_on", "reported_by"])
    note(_complaint(one), Act.REPORT, by, at, said)
    return one


@transaction.atomic
def confirm(*, breach_id: int, mended: bool, words: str, by: Account, at: dt.datetime) -> Breach:
    """The level above has seen whether it is mended. Mended, it clears; else it is owed as before.

    With it clears the promise it was about, unless something else about that promise is open.

    Raises
    ------
    NotAllowed, NotFound
        For the unit itself, for whoever reported it (``complaints.maker``), and elsewhere.
    Conflict
        ``complaints.not_possible`` unless it was reported.
    Invalid
        ``complaints.words`` without what was seen.
    """
    on = clock.date_of(at)
    found = Breach.objects.filter(pk=breach_id).select_related("round").first()
    readable = access.readable(by, on)
    if found is None or not readable.filter(pk=found.round.complaint_id).exists():
        raise NotFound("complaints.no_breach", _("There is no such breach for you to confirm."))
    one = Breach.objects.select_for_update(of=("self",)).get(pk=breach_id)
    if one.reported_by_id == by.pk:
        raise NotAllowed("complaints.maker", _("You reported it. Somebody else looks whether it is so."))
    said = _words(words)
    one.state = _after(one, "confirm" if mended else "reject")
    if mended:
        one.cleared_on, one.cleared_by = on, by
    one.save(update_fields=["state", "cleared_on", "cleared_by"])
    about = _complaint(one)
    if mended and about.promise_id is not None and one.reported_on is not None:
        _fulfil(about.promise_id, one.reported_on, by, at)
    note(about, Act.CONFIRM if mended else Act.REJECT, by, at, said)
    return one


def _fulfil(promise_id: int, reported_on: dt.date, by: Account, at: dt.datetime) -> None:
    """The promise is fulfilled once nothing that complaints found about it is open."""
    still = Breach.objects.filter(round__complaint__promise_id=promise_id).exclude(state=Mending.CLEARED)
    if not still.exists():
        commitments.mended(promise_id=promise_id, reported_on=reported_on, by=by, at=at)


def _complaint(one: Breach) -> Complaint:
    return Complaint.objects.get(rounds__breach=one)


def _after(one: Breach, act: str) -> str:
    try:
        return moves.mended(moves.Mending(one.state), act)
    except moves.NotPossible as error:
        message = _("It has gone on meanwhile. Look at where it stands.")
        raise Conflict("complaints.not_possible", message) from error


def _words(text: str) -> str:
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid("complaints.words", _("Write it in at most 1,000 characters."), field="words")
    return said
