"""What the handling level does: accepts, looks into it, asks the unit, finds; a second person answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import api as commitments
from tongchou.apps.complaints import access, sealing
from tongchou.apps.complaints.limits import limits
from tongchou.apps.complaints.models import (
    Act,
    Breach,
    Complaint,
    Done,
    Finding,
    Privacy,
    Question,
    Round,
    State,
    Taken,
)
from tongchou.apps.complaints.receiving import note, unit_at
from tongchou.apps.complaints.sealing import Who
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import calendar, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Assignment
from tongchou.core.scope import Scope
from tongchou.domain.complaints import kinds, moves
from tongchou.domain.complaints.limits import mending
from tongchou.domain.complaints.moves import Move
from tongchou.domain.complaints.words import holds_number
from tongchou.domain.public_words.checking import family_named
from tongchou.domain.public_words.families import speaks_of_people
from tongchou.domain.public_words.folding import squeezed, written_plainly
from tongchou.domain.public_words.naming import placed, telling

if TYPE_CHECKING:
    from tongchou.core.models import Account

LONGEST: Final = 1_000
LONGEST_PUBLIC: Final = 200


@transaction.atomic
def accept(*, complaint_id: int, by: Account, at: dt.datetime) -> Complaint:
    """Begin to look into it; from here the days for the answer count.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not look into it.
    Conflict
        ``complaints.not_possible`` when it has gone on already.
    """
    one = access.locked(complaint_id, by, at)
    move(one, Move.ACCEPT)
    here = current(one)
    here.accepted_on = clock.date_of(at)
    here.save(update_fields=["accepted_on"])
    one.due, one.provisional = here.answer_due, here.provisional
    one.save(update_fields=["state", "due", "provisional"])
    note(one, Act.ACCEPT, by, at)
    return one


@transaction.atomic
def look_into(*, complaint_id: int, words: str, by: Account, at: dt.datetime) -> Complaint:
    """Add a step of the investigation. It is never changed or taken away.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``accept``.
    Invalid
        ``complaints.words`` without words, or too many.
    """
    one = access.locked(complaint_id, by, at)
    move(one, Move.NOTE)
    note(one, Act.NOTE, by, at, _words(words))
    return one


@transaction.atomic
def ask(*, complaint_id: int, words: str, by: Account, at: dt.datetime) -> Question:
    """Put a question to the unit; from then on it sees the question, and nothing else of the complaint.

    Raises
    ------
    NotAllowed, NotFound, Conflict, Invalid
        As ``look_into``; ``complaints.names`` when the question holds a part of the name, the
        telephone or the home of whoever complains, a family's name, a group or house, or a number of anybody.
    """
    one = access.locked(complaint_id, by, at)
    move(one, Move.ASK)
    said = _words(words)
    _tells_nobody(one, said)
    area = places.area_by_id(one.unit_area_id, within=Scope.everything())
    assert area is not None
    on = clock.date_of(at)
    asked = Question.objects.create(
        complaint=one,
        unit_area_id=area.pk,
        unit_scope_no=area.scope_no,
        unit_name=one.unit_name,
        department_id=one.department_id,
        sealed=sealing.seal(said, "question", one.pk),
        asked_by=by,
        asked_at=at,
        due=calendar.add_workdays(on, limits().reply).on,
    )
    note(one, Act.ASK, by, at, said)
    return asked


@transaction.atomic
def find(
    *,
    complaint_id: int,
    finding: str,
    answer: str,
    by: Account,
    at: dt.datetime,
    mend: str = "",
    mend_days: int | None = None,
) -> Complaint:
    """Propose a finding with the answer that goes out. A second person approves it.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``accept``.
    Invalid
        ``complaints.finding``: one that does not fit, no reasons, or where the unit was wrong no words for
        what it has to mend, or words that name anybody or a matter that law has closed.
    """
    one = access.locked(complaint_id, by, at)
    move(one, Move.FIND)
    if finding not in Finding.values or not kinds.fits(kinds.Nature(one.nature), kinds.Finding(finding)):
        raise Invalid("complaints.finding", _("Choose what was found."), field="finding")
    said, public = _words(answer, field="answer"), " ".join(mend.split())
    days = mend_days or limits().mend
    breach = kinds.Finding(finding) in kinds.BREACHES
    if breach:
        if not public or len(public) > LONGEST_PUBLIC or not 1 <= days <= limits().mend_at_most:
            message = _(
                "Say in at most 200 characters what the unit has to mend, and within 60 working days."
            )
            raise Invalid("complaints.finding", message, field="mend")
        if speaks_of_people(public) or _names(one, public):
            message = _(
                "These words stand in public: name nobody, no number and nothing of a family in them."
            )
            raise Invalid("complaints.finding", message, field="mend")
        fit_words.require(public, code="complaints.finding", field="mend")
    here = current(one)
    here.finding, here.found_by = finding, by
    here.answer = sealing.seal(said, "answer", one.pk)
    here.mend, here.mend_days = (public, days) if breach else ("", None)
    here.save(update_fields=["finding", "found_by", "answer", "mend", "mend_days"])
    one.save(update_fields=["state"])
    note(one, Act.FIND, by, at)
    return one


@transaction.atomic
def send_back(*, complaint_id: int, words: str, by: Account, at: dt.datetime) -> Complaint:
    """A second person is not content with the finding, and says why.

    Raises
    ------
    NotAllowed
        ``complaints.maker`` for whoever proposed it.
    NotFound, Conflict, Invalid
        As ``look_into``.
    """
    one = access.locked(complaint_id, by, at)
    move(one, Move.RETURN)
    _second(current(one), by)
    one.save(update_fields=["state"])
    note(one, Act.RETURN, by, at, _words(words))
    return one


@transaction.atomic
def approve(*, complaint_id: int, by: Account, at: dt.datetime) -> Complaint:
    """A second person answers. Where the unit was wrong, it stands in public from now until it is mended.

    A promise the complaint is about is broken from now on, its remedy due on the same day.

    Raises
    ------
    NotAllowed
        ``complaints.maker`` for whoever proposed the finding.
    NotFound, Conflict
        As ``accept``.
    """
    one = access.locked(complaint_id, by, at)
    move(one, Move.APPROVE)
    here, on = current(one), clock.date_of(at)
    _second(here, by)
    here.approved_by, here.answered_on = by, on
    here.save(update_fields=["approved_by", "answered_on"])
    one.save(update_fields=["state"])
    if here.mend:
        area = places.area_by_id(one.unit_area_id, within=Scope.everything())
        assert area is not None
        due = mending(limits(), on, here.mend_days or limits().mend, calendar.calendar())
        Breach.objects.create(
            round=here,
            unit_key=one.unit_key,
            unit_area_id=area.pk,
            unit_scope_no=area.scope_no,
            unit_name=one.unit_name,
            department_id=one.department_id,
            kind=one.kind,
            what=here.mend,
            found_on=on,
            due=due.on,
            provisional=due.provisional,
        )
        if one.promise_id is not None:
            commitments.upheld(promise_id=one.promise_id, remedy_due=due.on, by=by, at=at)
    note(one, Act.APPROVE, by, at, finding=here.finding)
    return one


@transaction.atomic
def take_measure(
    *, complaint_id: int, tenure_id: int, measure: str, on: dt.date, by: Account, at: dt.datetime
) -> Taken:
    """Record what was done about the official who held a post of the unit when it happened.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not look into it.
    Conflict
        ``complaints.not_upheld`` unless it was answered and the unit was wrong.
    Invalid
        ``complaints.measure`` for a post that is none of the unit's, a measure that is none, a day to come,
        or one before the complaint arrived; ``complaints.measured`` when the same was recorded of it before.
    """
    one = access.locked(complaint_id, by, at)
    here = current(one)
    if one.state != State.ANSWERED or not here.mend:
        message = _("Measures follow an answer that found the unit wrong.")
        raise Conflict("complaints.not_upheld", message)
    unit = unit_at(one.unit_key)
    held = () if unit is None else posts.holders([unit], on=clock.date_of(one.received_at))[unit.key]
    holder = next((each for each in held if each.tenure_id == tenure_id), None)
    if holder is None or measure not in Done.values or on > clock.date_of(at):
        message = _("Choose a post of the unit, what was done, and a day that is not ahead.")
        raise Invalid("complaints.measure", message, field="tenure")
    if on < clock.date_of(one.received_at):
        message = _("What is done about an official follows the complaint: choose a day since it arrived.")
        raise Invalid("complaints.measure", message, field="on")
    if one.taken.filter(tenure_id=tenure_id, measure=measure).exists():
        message = _("This was recorded of the official for this complaint already.")
        raise Invalid("complaints.measured", message, field="measure")
    taken = Taken.objects.create(
        complaint=one,
        tenure_id=tenure_id,
        post=holder.title,
        holder=holder.name,
        measure=measure,
        on=on,
        by=by,
    )
    note(one, Act.MEASURE, by, at, measure=measure)
    return taken


@transaction.atomic
def show_contact(*, complaint_id: int, purpose: str, by: Account, at: dt.datetime) -> Who:
    """Who complains, in full; each showing is noted with its purpose.

    Raises
    ------
    NotAllowed
        ``complaints.contact`` unless the account belongs to the level that has it now, or it is named by own
        wish.
    NotFound
        When there is none, or the complaint is elsewhere.
    Invalid
        ``complaints.purpose`` without a purpose.
    """
    one = access.locked(complaint_id, by, at)
    if not purpose.strip() or len(purpose) > 200:
        raise Invalid("complaints.purpose", _("Say what you need it for."), field="purpose")
    if one.privacy == Privacy.CONTACT and not at_this_level(one, by, clock.date_of(at)):
        message = _("Only the office that handles it now may see how to reach whoever complains.")
        raise NotAllowed("complaints.contact", message)
    who = _who(one)
    if who == Who():
        raise NotFound("complaints.no_contact", _("Nothing is kept about who complains."))
    note(one, Act.SHOW, by, at, purpose)
    return who


def at_this_level(one: Complaint, by: Account, on: dt.date) -> bool:
    """Whether an account works at the very level that has the complaint. One query."""
    held = Assignment.objects.filter(account_id=by.pk, area_id=one.area_id).running(on)
    return held.exists()


def current(one: Complaint) -> Round:
    """The handling that runs now, or that was answered last."""
    found = one.rounds.order_by("-number").first()
    assert found is not None
    return found


def move(one: Complaint, step: Move) -> None:
    """The state a move leads to; nothing is saved.

    Raises
    ------
    Conflict
        ``complaints.not_possible``.
    """
    try:
        one.state = moves.after(moves.State(one.state), step)
    except moves.NotPossible as error:
        message = _("It has gone on meanwhile. Look at where it stands.")
        raise Conflict("complaints.not_possible", message) from error


def _second(here: Round, by: Account) -> None:
    if here.found_by_id == by.pk:
        message = _("You proposed this finding. A second person decides about it.")
        raise NotAllowed("complaints.maker", message)


def _words(text: str, *, field: str = "words") -> str:
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid("complaints.words", _("Write it in at most 1,000 characters."), field=field)
    return said


def _who(one: Complaint) -> Who:
    contact = getattr(one, "contact", None)
    return Who() if contact is None or not contact.sealed else sealing.unseal_who(contact.sealed, one.pk)


def _names(one: Complaint, text: str) -> bool:
    name = _who(one).name.strip()
    return len(name) > 1 and name in text


def _tells_nobody(one: Complaint, said: str) -> None:
    """Refuse a question by which the unit could tell who complains.

    Looked for are parts of the name, the telephone and the home as they stand in the complaint; any family by
    its name, any group of villagers and house, and any number of a person.

    Raises
    ------
    Invalid
        ``complaints.names``.
    """
    who = _who(one)
    told = sealing.unseal(one.sealed, "words", one.pk)
    words, name, phone = (written_plainly(text) for text in (told, who.name, who.phone))
    asked, unit = squeezed(written_plainly(said)), squeezed(written_plainly(one.unit_name))
    found = [part for part in telling(words, name=name, phone=phone) if part in asked and part not in unit]
    found += [*family_named(said), *placed(written_plainly(said))]
    if holds_number(said):
        message = _("The unit must not learn who complains: leave out names, telephones and numbers.")
        raise Invalid("complaints.names", message, field="words")
    if found:
        longest = sorted(set(found), key=lambda part: (-len(part), part))
        shown = [part for at, part in enumerate(longest) if not any(part in other for other in longest[:at])]
        message = _(
            "The unit must not learn who complains: leave out %(words)s. Ask about the work of those days or "
            "about all cases of this kind, for example: who went from door to door in October?"
        ) % {"words": "、".join(f"“{part}”" for part in shown[:3])}
        raise Invalid("complaints.names", message, field="words")
