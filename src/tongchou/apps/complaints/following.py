"""Where a complaint stands, for whoever holds its code: the answer, and their own word on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.complaints import sealing
from tongchou.apps.complaints.going_on import go_up_on_appeal
from tongchou.apps.complaints.handling import current, move
from tongchou.apps.complaints.limits import limits
from tongchou.apps.complaints.models import Act, Breach, Complaint, Round, Satisfaction, State
from tongchou.apps.complaints.receiving import note
from tongchou.apps.places import api as places
from tongchou.core import calendar, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.domain.complaints.moves import OPEN, Move


@dataclass(frozen=True, slots=True)
class Answered:
    """One level's answer."""

    handler: str
    finding: str
    words: str
    on: dt.date
    satisfaction: str
    breach: Breach | None


@dataclass(frozen=True, slots=True)
class Followed:
    """Where it stands. Of what was written nothing is told but the answers; who looks up may be anybody."""

    state: str
    kind: str
    nature: str
    unit_name: str
    handler: str
    received_on: dt.date
    due: dt.date | None
    provisional: bool
    late: bool
    answers: tuple[Answered, ...]
    steps: tuple[tuple[dt.date, str], ...]
    may: frozenset[str]


#: Steps that whoever complained sees, without words and without names of officers.
_TOLD = (
    Act.RECEIVE,
    Act.ACCEPT,
    Act.ESCALATE,
    Act.APPROVE,
    Act.APPEAL,
    Act.WITHDRAW,
    Act.REPORT,
    Act.CONFIRM,
)


def followed(code: str, *, on: dt.date) -> Followed:
    """Where a complaint stands.

    Raises
    ------
    NotFound
        For a code nobody was given.
    """
    return _followed(_of_code(code), on)


def _followed(one: Complaint, on: dt.date) -> Followed:
    rounds = list(one.rounds.select_related("breach").order_by("number"))
    where = places.paths({each.area_id for each in rounds})
    waits = one.state in OPEN
    may = {"withdraw"} if waits else set()
    last = rounds[-1]
    if one.state == State.ANSWERED:
        if not last.satisfaction:
            may.add("say")
        if last.answered_on is not None and on <= _appeal_until(last.answered_on):
            may.add("appeal")
    return Followed(
        state=one.state,
        kind=one.kind,
        nature=one.nature,
        unit_name=one.unit_name,
        handler=where.get(one.area_id, ""),
        received_on=clock.date_of(one.received_at),
        due=one.due if waits else None,
        provisional=waits and one.provisional,
        late=waits and one.due < on,
        answers=tuple(_answer(one, each, where) for each in rounds if each.answered_on is not None),
        steps=tuple(
            (clock.date_of(at), act)
            for act, at in one.steps.filter(act__in=_TOLD).order_by("pk").values_list("act", "at")
        ),
        may=frozenset(may),
    )


def _appeal_until(answered_on: dt.date) -> dt.date:
    return calendar.add_workdays(answered_on, limits().appeal).on


def _answer(one: Complaint, each: Round, where: dict[int, str]) -> Answered:
    assert each.answered_on is not None
    return Answered(
        handler=where.get(each.area_id, ""),
        finding=each.finding,
        words=sealing.unseal(each.answer, "answer", one.pk),
        on=each.answered_on,
        satisfaction=each.satisfaction,
        breach=getattr(each, "breach", None),
    )


@transaction.atomic
def say(*, code: str, satisfaction: str, at: dt.datetime) -> Followed:
    """Say whether the handling satisfied; once for each answer. Never scored.

    Raises
    ------
    NotFound
        For a code nobody was given.
    Conflict
        ``complaints.not_now`` before an answer, or when it was said.
    Invalid
        ``complaints.satisfaction`` for anything outside the list.
    """
    one, now = _now(code, at)
    if satisfaction not in Satisfaction.values:
        raise Invalid("complaints.satisfaction", _("Choose one."), field="satisfaction")
    if "say" not in now.may:
        raise _not_now()
    here = current(one)
    here.satisfaction = satisfaction
    here.save(update_fields=["satisfaction"])
    note(one, Act.SAY, None, at)
    return _followed(one, clock.date_of(at))


@transaction.atomic
def withdraw(*, code: str, at: dt.datetime) -> Followed:
    """Withdraw it while it waits; nobody asks why, and it may be sent anew.

    Raises
    ------
    NotFound, Conflict
        As ``say``.
    """
    one, now = _now(code, at)
    if one.state == State.WITHDRAWN:
        return now
    if "withdraw" not in now.may:
        raise _not_now()
    move(one, Move.WITHDRAW)
    one.save(update_fields=["state"])
    here = current(one)
    here.ended_on = clock.date_of(at)
    here.save(update_fields=["ended_on"])
    note(one, Act.WITHDRAW, None, at)
    return _followed(one, clock.date_of(at))


@transaction.atomic
def appeal(*, code: str, at: dt.datetime) -> Followed:
    """Ask the next level to look at it anew, within the days after the answer.

    Raises
    ------
    NotFound, Conflict
        As ``say``; ``complaints.nobody_above`` when no level is left.
    """
    one, now = _now(code, at)
    if "appeal" not in now.may:
        raise _not_now()
    if not go_up_on_appeal(one, at):
        message = _(
            "No level above is left here. The petition office of the province and the court are open."
        )
        raise Conflict("complaints.nobody_above", message)
    return _followed(one, clock.date_of(at))


def _now(code: str, at: dt.datetime) -> tuple[Complaint, Followed]:
    """What a code stands for, locked until the transaction ends."""
    one = Complaint.objects.select_for_update().get(pk=_of_code(code).pk)
    return one, _followed(one, clock.date_of(at))


def _of_code(code: str) -> Complaint:
    found = Complaint.objects.filter(code_index=sealing.code_index(code)).first()
    if found is None:
        raise NotFound("complaints.no_code", _("There is nothing with this code. Check each character."))
    return found


def _not_now() -> Conflict:
    return Conflict("complaints.not_now", _("It has gone on meanwhile. Look up again where it stands."))
