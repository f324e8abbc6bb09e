"""What became of an application, for whoever holds its code; and what the applicant wants of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.applications import sealing
from tongchou.apps.applications.models import Act, Application, Sending, State, Step, Wish
from tongchou.apps.casework import api as casework
from tongchou.apps.payments import api as payments
from tongchou.apps.places import api as places
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.domain.casework.kinds import CaseKind

#: Characters of what an applicant writes to a case.
LONGEST_WISH: Final = 300


@dataclass(frozen=True, slots=True)
class Followed:
    """Where an application stands.

    ``phase`` is one of received, unconfirmed, answered, withdrawn, or the state of the case. ``case`` is what
    the case tells, ``paid`` whether its money has arrived. ``wishes`` wait to be noted; ``may`` holds what
    the applicant can do now (withdraw, brought).
    """

    phase: str
    kind: CaseKind
    year: int
    place: str
    received_on: dt.date
    due: dt.date
    provisional: bool
    why: str
    missing: tuple[str, ...]
    said: str
    case: casework.Told | None
    paid: bool
    wishes: tuple[str, ...]
    may: frozenset[str]


def followed(code: str) -> Followed:
    """Where an application stands.

    Raises
    ------
    NotFound
        For a code nobody was given.
    """
    return _followed(_of_code(Sending.objects.select_related("application"), code))


def _followed(sending: Sending) -> Followed:
    one = sending.application
    case = casework.told(one.case_id) if one.case_id is not None and sending.chosen else None
    wishes = tuple(sending.wishes.filter(settled_at=None).order_by("pk").values_list("about", flat=True))
    phase = _phase(sending, case)
    if phase == State.RECEIVED:
        may = frozenset({"withdraw"})
    else:
        may = (case.open_to if case is not None else frozenset()) - set(wishes)
    answered = phase == State.ANSWERED
    return Followed(
        phase=phase,
        kind=case.kind if case is not None else casework.kind_of(one.kind),
        year=one.year,
        place=places.path_of(one.area_id),
        received_on=clock.date_of(sending.sent_at),
        due=one.due,
        provisional=one.provisional,
        why=one.why if answered else "",
        missing=tuple(one.missing.split(",")) if answered and one.missing else (),
        said=sealing.unseal_words(one.said, one.pk) if answered else "",
        case=case,
        paid=case is not None and case.award_id is not None and payments.paid(case.award_id),
        wishes=wishes,
        may=may,
    )


def _phase(sending: Sending, case: casework.Told | None) -> str:
    if sending.withdrawn_at is not None:
        return State.WITHDRAWN.value
    if sending.application.state == State.OPENED:
        return "unconfirmed" if case is None else case.state
    return sending.application.state


@transaction.atomic
def withdraw(*, code: str, at: dt.datetime) -> Followed:
    """Withdraw what was sent; nobody asks why, and it can be sent anew whenever the family wishes.

    While it waits it is withdrawn at once. When a case was opened of it, its officer notes it there. Twice
    changes nothing.

    Raises
    ------
    NotFound
        For a code nobody was given.
    Conflict
        ``applications.not_now`` when there is nothing to be withdrawn any more.
    """
    sending, now = _now(code)
    one = sending.application
    if now.phase == State.WITHDRAWN or "withdraw" in now.wishes:
        return now
    if "withdraw" not in now.may:
        raise _not_now()
    if now.phase != State.RECEIVED:
        return _wish(sending, Wish.About.WITHDRAW, "", at)
    sending.withdrawn_at = at
    sending.save(update_fields=["withdrawn_at"])
    if not one.sendings.filter(withdrawn_at=None).exists():
        one.state, one.decided_at = State.WITHDRAWN, at
        one.save(update_fields=["state", "decided_at"])
    _note(sending, Act.WITHDRAW, at)
    return _followed(sending)


@transaction.atomic
def bring(*, code: str, words: str, at: dt.datetime) -> Followed:
    """Answer what the office asked for; its officer reads it with the case. A second one waits for the first.

    Raises
    ------
    NotFound, Conflict
        As ``withdraw``.
    Invalid
        ``applications.words``: there are none, or too many.
    """
    text = " ".join(words.split())
    sending, now = _now(code)
    if "brought" in now.wishes:
        return now
    if "brought" not in now.may:
        raise _not_now()
    if not text or len(text) > LONGEST_WISH:
        message = _("Answer in a few sentences, in at most %(most)s characters.") % {"most": LONGEST_WISH}
        raise Invalid("applications.words", message, field="words")
    return _wish(sending, Wish.About.BROUGHT, text, at)


def _now(code: str) -> tuple[Sending, Followed]:
    """What a code stands for, its application locked until the transaction ends."""
    sending = _of_code(Sending.objects.all(), code)
    Application.objects.select_for_update().get(pk=sending.application_id)
    sending = Sending.objects.select_related("application").get(pk=sending.pk)
    return sending, _followed(sending)


def _of_code(rows: QuerySet[Sending], code: str) -> Sending:
    found = rows.filter(code_index=sealing.code_index(code)).first()
    if found is None:
        message = _("There is no application with this code. Check each character.")
        raise NotFound("applications.no_code", message)
    return found


def _wish(sending: Sending, about: Wish.About, words: str, at: dt.datetime) -> Followed:
    sealed = sealing.seal_words(words, sending.application_id)
    try:
        with transaction.atomic():
            Wish.objects.create(sending=sending, about=about, sealed=sealed, at=at)
    except IntegrityError:
        return _followed(sending)
    _note(sending, Act.WISH, at)
    return _followed(sending)


def _note(sending: Sending, act: Act, at: dt.datetime) -> None:
    one = sending.application
    Step.objects.create(application=one, sending=sending, act=act, at=at)
    audit.append(
        by=None,
        action=f"applications.{act.value}",
        subject=f"application:{one.pk}",
        scope_no=one.scope_no,
        at=at,
    )


def _not_now() -> Conflict:
    message = _("It has gone on meanwhile. Look up again where it stands.")
    return Conflict("applications.not_now", message)
