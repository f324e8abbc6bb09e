"""Moving a letter on: comments, assembly, legality, signature. Each move is a row that stays."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.drafting import SAID, items_of, refuse
from tongchou.apps.commitments.models import Letter, Stage, Step
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.domain.commitments import letters
from tongchou.domain.commitments.letters import LEAST_DAYS, Fault, Move, Vote, faults, word_faults
from tongchou.domain.public_words.checking import Why

#: Moves by which somebody takes a position on a letter: nobody takes two of them on one text.
_COUNTED: Final = frozenset({Move.CLEAR, Move.RETURN})
#: What the unit itself does with its letter.
_OF_THE_UNIT: Final = frozenset({
    Move.HEAR, Move.ASSEMBLE, Move.ADOPT, Move.REJECT, Move.PUBLISH, Move.REDATE, "report",
})  # fmt: skip
#: Days for comments at most.
MOST_DAYS: Final = 60
LONGEST: Final = 500


@transaction.atomic
def hear(*, letter_id: int, days: int, by: Account, at: dt.datetime) -> Letter:
    """Put a draft to the residents for some days; its words stay from now on.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        When the account may not, or the letter is no draft.
    Invalid
        ``commitments.items`` with all that a promise lacks, also when it is due before the comments end;
        ``commitments.days`` for fewer than 7 or more
        than 60 days.
    """
    letter = access.own(letter_id, by=by, at=at)
    stage = _after(letter, Move.HEAR)
    today = clock.date_of(at)
    items = items_of(letter)
    if not items:
        raise Invalid("commitments.items", _("Write at least one promise first."), items={})
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise Invalid("commitments.days", _("Give residents 7 to 60 days."), field="days")
    until = today + dt.timedelta(days=days)
    refuse(faults(items, on=today, heard_until=until), items)
    letter.comments_until = until
    return _moved(letter, stage, Move.HEAR, by=by, at=at, numbers={"days": days})


@transaction.atomic
def assemble(*, letter_id: int, by: Account, at: dt.datetime) -> Letter:
    """End the comments once their days are over.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        When the account may not; ``commitments.still_open`` while residents have days left;
        ``commitments.unanswered`` while a comment has no answer.
    """
    letter = access.own(letter_id, by=by, at=at)
    stage = _after(letter, Move.ASSEMBLE)
    if letter.comments_until is not None and clock.date_of(at) <= letter.comments_until:
        raise Conflict("commitments.still_open", _("Residents have days left for their comments."))
    if letter.comments.filter(answer="").exists():
        raise Conflict("commitments.unanswered", _("Answer every comment before the assembly."))
    return _moved(letter, stage, Move.ASSEMBLE, by=by, at=at)


@transaction.atomic
def decide(*, letter_id: int, vote: Vote, said: str, by: Account, at: dt.datetime) -> Letter:
    """Record what the assembly decided: adopted with a valid majority, else back to the draft.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        When the account may not, or the letter is not before the assembly.
    Invalid
        ``commitments.vote`` for numbers that do not fit.
    """
    letter = access.own(letter_id, by=by, at=at)
    move = Move.ADOPT if vote.valid else Move.REJECT
    stage = _after(letter, move)
    if not 0 <= vote.in_favour <= vote.present <= vote.entitled or vote.entitled == 0:
        message = _("More cannot agree than came, nor come than there are.")
        raise Invalid("commitments.vote", message, field="present")
    numbers = {
        "entitled": vote.entitled,
        "present": vote.present,
        "in_favour": vote.in_favour,
        "by_households": vote.by_households,
    }
    return _moved(letter, stage, move, by=by, at=at, said=said, numbers=numbers)


@transaction.atomic
def review(*, letter_id: int, lawful: bool, said: str, by: Account, at: dt.datetime) -> Letter:
    """The level above says whether the letter is lawful and within the unit's means.

    Raises
    ------
    NotAllowed
        ``commitments.own_level`` for the unit itself, ``commitments.maker`` for whoever had a hand in it.
    NotFound, Conflict
        When there is no such letter there, or it is not under review.
    Invalid
        ``commitments.reasons`` when it is returned without reasons.
    """
    letter = access.from_above(letter_id, by=by, at=at)
    stage = _after(letter, Move.CLEAR if lawful else Move.RETURN)
    if letter.drafted_by_id == by.pk or letter.steps.filter(by=by).exclude(act__in=_COUNTED).exists():
        message = _("You had a hand in this letter. Somebody else reviews it.")
        raise NotAllowed("commitments.maker", message)
    if not lawful and not said.strip():
        raise Invalid("commitments.reasons", _("Say what has to be changed, and why."), field="said")
    return _moved(letter, stage, Move.CLEAR if lawful else Move.RETURN, by=by, at=at, said=said)


@transaction.atomic
def publish(*, letter_id: int, signed_by: str, by: Account, at: dt.datetime) -> Letter:
    """Publish a cleared letter over the name and post of whoever answers for it. From now on it is owed.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        When the account may not, or the letter was not cleared.
    Invalid
        ``commitments.signed_by`` without a name, or for somebody else than who holds a post of the unit by
        the list of posts, where there is one; ``commitments.items`` when a last day has passed meanwhile.
    """
    letter = access.own(letter_id, by=by, at=at)
    stage = _after(letter, Move.PUBLISH)
    name = " ".join(signed_by.split())
    if not name or len(name) > 80:
        raise Invalid("commitments.signed_by", _("Say who signs, with the post."), field="signed_by")
    known = access.signers(letter, on=clock.date_of(at))
    if known and name not in known:
        message = _("By the list of posts this letter is signed by: %(known)s.") % {"known": "；".join(known)}
        raise Invalid("commitments.signed_by", message, field="signed_by")
    letter.signer_registered = bool(known)
    items = items_of(letter)
    refuse(faults(items, on=clock.date_of(at)), items)
    letter.signed_by, letter.published_at = name, at
    letter.sha256 = hashlib.sha256(content(letter).encode()).hexdigest()
    return _moved(letter, stage, Move.PUBLISH, by=by, at=at, said=name)


@transaction.atomic
def redate(*, letter_id: int, position: int, due: dt.date, said: str, by: Account, at: dt.datetime) -> Letter:
    """Give a promise of a letter that is not published another last day; the history keeps both and why.

    Once the assembly has adopted the letter it decides anew, for it adopted another day.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        When the account may not, the letter is published or withdrawn, or it has no such promise.
    Invalid
        ``commitments.due`` for the same day, one that has passed, or one before the comments end;
        ``commitments.reasons`` without a reason.
    """
    letter = access.own(letter_id, by=by, at=at)
    stage = _after(letter, Move.REDATE)
    one = letter.promises.filter(position=position).first()
    if one is None:
        raise NotFound("commitments.no_promise", _("This letter has no such promise."))
    heard = letter.comments_until if letter.stage == Stage.COMMENTS else None
    if due < clock.date_of(at) or (heard is not None and due <= heard):
        fault = Fault.DUE_PASSED if due < clock.date_of(at) else Fault.DUE_BEFORE_HEARD
        raise Invalid("commitments.due", SAID[fault], field="due")
    if due == one.due:
        raise Invalid("commitments.due", _("This is its last day already. Choose another."), field="due")
    if not said.strip():
        raise Invalid("commitments.reasons", _("Say why its last day changes."), field="said")
    numbers = {"promise": position, "was": one.due.isoformat(), "due": due.isoformat()}
    one.due = due
    one.save(update_fields=["due"])
    return _moved(letter, stage, Move.REDATE, by=by, at=at, said=said, numbers=numbers)


@transaction.atomic
def withdraw(*, letter_id: int, said: str, by: Account, at: dt.datetime) -> Letter:
    """Give a letter up before it is published; a published one stays.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        When the account may not, or it is published.
    Invalid
        ``commitments.reasons`` without a reason.
    """
    letter = access.own(letter_id, by=by, at=at)
    stage = _after(letter, Move.WITHDRAW)
    if not said.strip():
        raise Invalid("commitments.reasons", _("Say why it is withdrawn."), field="said")
    return _moved(letter, stage, Move.WITHDRAW, by=by, at=at, said=said)


@transaction.atomic
def annul(*, letter_id: int, said: str, by: Account, at: dt.datetime) -> Letter:
    """The level above takes back a published letter in which a promise may not stand; the note stays with it.

    Nothing else ends a published letter: as long as its words may stand, what it promises is owed. The seal
    and the day of its publication stay in the history.

    Raises
    ------
    NotAllowed, NotFound
        ``commitments.own_level`` for the unit itself, ``commitments.maker`` for whoever had a hand in it.
    Conflict
        ``commitments.not_possible`` unless it is published; ``commitments.stands`` when its words may stand.
    Invalid
        ``commitments.reasons`` without a note, or with one that names somebody.
    """
    letter = access.from_above(letter_id, by=by, at=at)
    stage = _after(letter, Move.ANNUL)
    if letter.drafted_by_id == by.pk or letter.steps.filter(by=by, act__in=_OF_THE_UNIT).exists():
        message = _("You had a hand in this letter. Somebody else reviews it.")
        raise NotAllowed("commitments.maker", message)
    if not may_annul(letter):
        message = _(
            "Its words may stand, so what it promises is owed. Only a letter that may not is taken back."
        )
        raise Conflict("commitments.stands", message)
    if not said.strip():
        raise Invalid("commitments.reasons", _("Say why it is withdrawn."), field="said")
    numbers = {"sha256": letter.sha256, "published": clock.date_of(letter.published_at).isoformat()}
    letter.published_at, letter.sha256 = None, ""
    return _moved(letter, stage, Move.ANNUL, by=by, at=at, said=said, numbers=numbers)


def may_annul(letter: Letter) -> bool:
    """Whether a letter is published though a promise in it, or its title, may not stand. One query."""
    if letter.stage != Stage.PUBLISHED:
        return False
    return fit_words.refusal(letter.title) is not None or any(word_faults(one) for one in items_of(letter))


def content(letter: Letter) -> str:
    """What a letter says, as canonical JSON: the same letter gives the same bytes. One query."""
    said = {
        "unit": letter.area_name,
        "department": letter.department,
        "title": letter.title,
        "signed_by": letter.signed_by,
        "published": clock.date_of(letter.published_at).isoformat() if letter.published_at else "",
        "promises": [{**asdict(one), "due": one.due.isoformat()} for one in items_of(letter)],
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _after(letter: Letter, move: Move) -> letters.Stage:
    try:
        return letters.after(letters.Stage(letter.stage), move)
    except letters.NotPossible as error:
        message = _("The letter is elsewhere by now. Look at where it stands.")
        raise Conflict("commitments.not_possible", message) from error


def _moved(
    letter: Letter,
    stage: letters.Stage,
    move: Move,
    *,
    by: Account,
    at: dt.datetime,
    said: str = "",
    numbers: Mapping[str, Any] | None = None,
) -> Letter:
    if said.strip() and move is not Move.PUBLISH:
        # Whoever returns or takes back a letter may quote what cannot stand in it, but names nobody.
        quotes = move in (Move.RETURN, Move.ANNUL)
        kinds = (Why.NAMED, Why.NUMBER) if quotes else tuple(Why)
        fit_words.require(said, code="commitments.reasons", field="said", kinds=kinds)
    letter.stage = stage
    letter.save()
    Step.objects.create(
        letter=letter, act=move, by=by, at=at, said=said.strip()[:LONGEST], numbers=dict(numbers or {})
    )
    audit.append(
        by=by,
        action=f"commitments.{move}",
        subject=f"letter:{letter.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={"sha256": letter.sha256} if move is Move.PUBLISH else {},
    )
    return letter
