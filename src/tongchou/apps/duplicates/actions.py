"""Deciding about two records. To join them, or to take them apart again, needs two people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.duplicates import prints, queries, reach
from tongchou.apps.duplicates.models import Act, Answer, Judgement, Pair, Refusal, State
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed
from tongchou.core.models import Account

#: Pairs that are decided together at most.
MOST = 100
_UNDECIDED = (State.OPEN, State.VILLAGE)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody says of one pair: which record stays, whose number stands first, and what was shown."""

    pair_id: int
    keep_id: int
    number_of: int
    seen: str


@dataclass(slots=True)
class Together:
    """How many pairs were decided together, and why others were not: messages in words, each once."""

    done: int = 0
    not_done: int = 0
    reasons: list[str] = field(default_factory=list)


@transaction.atomic
def propose(*, choice: Choice, by: Account, at: dt.datetime) -> None:
    """Say that two records are of one person; nothing changes until somebody else approves.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not decide, or not both records are in its areas.
    Invalid
        When the choice names neither of the two.
    Conflict
        When it was decided meanwhile, a record has changed since it was shown, or something stands in the
        way.
    """
    pair = _locked(choice.pair_id, by, at, _UNDECIDED)
    _as_seen(pair, choice.seen)
    if choice.keep_id not in pair.people or choice.number_of not in pair.people:
        message = _("Choose which record stays and which number stands first.")
        raise Invalid("duplicates.choice", message, field="keep")
    gone = sum(pair.people) - choice.keep_id
    if against := registry.merge_obstacles(choice.keep_id, gone):
        raise Conflict("duplicates.obstacle", against[0])
    pair.keep_id, pair.number_of = choice.keep_id, choice.number_of
    _move(pair, State.PROPOSED, Act.PROPOSE, by, at, asked_by=by)


def propose_many(*, choices: Iterable[Choice], by: Account, at: dt.datetime) -> Together:
    """``propose`` for some pairs of a list, each for itself."""
    return _each(choices, lambda one: propose(choice=one, by=by, at=at))


def approve_many(*, choices: Iterable[Choice], by: Account, at: dt.datetime) -> Together:
    """``approve`` for some pairs of a list, each for itself."""
    return _each(choices, lambda one: approve(pair_id=one.pair_id, seen=one.seen, by=by, at=at))


def _each(choices: Iterable[Choice], act: Callable[[Choice], object]) -> Together:
    wanted = list(choices)
    if not wanted:
        raise Invalid("duplicates.none_chosen", _("Choose at least one line."))
    if len(wanted) > MOST:
        raise Invalid("duplicates.too_many", _("Decide about at most a hundred lines together."))
    result = Together()
    for one in wanted:
        try:
            act(one)
        except AppError as error:
            result.not_done += 1
            if str(error.message) not in result.reasons:
                result.reasons.append(str(error.message))
        else:
            result.done += 1
    return result


@transaction.atomic
def approve(*, pair_id: int, seen: str, by: Account, at: dt.datetime) -> registry.Recorded:
    """Approve what somebody else asked: the two records are joined, or taken apart.

    Raises
    ------
    NotAllowed, NotFound
        When the account asked for it itself, or may not decide there.
    Conflict
        When it was decided meanwhile, a record has changed since it was shown, or something stands in the
        way.
    """
    pair = _locked(pair_id, by, at, (State.PROPOSED, State.APART))
    asked = _second(pair, by)
    registry.stand_still()
    _as_seen(pair, seen)
    keep, gone = pair.keep_id, pair.gone_id
    assert keep is not None and gone is not None  # the table's constraint
    given = {"pair": pair.pk, "asked_by": asked, "by": by, "at": at}
    if pair.state == State.PROPOSED:
        done = registry.merge(keep=keep, gone=gone, number_of=pair.number_of or keep, **given)
        pair.batch_id = done.batch_id
        _move(pair, State.JOINED, Act.APPROVE, by, at, asked_by=pair.asked_by)
        return done
    assert pair.batch_id is not None  # the table's constraint
    done = registry.take_apart(batch=pair.batch_id, **given)
    asked_by, pair.batch_id, pair.keep_id, pair.number_of = pair.asked_by, None, None, None
    pair.asked_by = None
    _move(pair, State.OPEN, Act.APPROVE_APART, by, at, asked_by=asked_by)
    return done


@transaction.atomic
def refuse(*, pair_id: int, refusal: str, by: Account, at: dt.datetime) -> None:
    """Refuse what somebody else asked, for a reason of the closed list; the register stays as it is.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``approve``.
    Invalid
        When the reason is none of ``Refusal``.
    """
    if refusal not in Refusal.values:
        raise Invalid("duplicates.refusal", _("Choose a reason from the list."), field="refusal")
    pair = _locked(pair_id, by, at, (State.PROPOSED, State.APART))
    _second(pair, by)
    _end_request(pair, Act.REFUSE, by, at, refusal=refusal)


@transaction.atomic
def withdraw(*, pair_id: int, by: Account, at: dt.datetime) -> None:
    """Take the own request back.

    Raises
    ------
    NotAllowed
        When somebody else asked.
    NotFound, Conflict
        As ``approve``.
    """
    pair = _locked(pair_id, by, at, (State.PROPOSED, State.APART))
    if pair.asked_by_id != by.pk:
        raise NotAllowed("duplicates.not_own", _("Only who asked can take it back. You can refuse it."))
    _end_request(pair, Act.WITHDRAW, by, at)


def _end_request(pair: Pair, act: str, by: Account, at: dt.datetime, *, refusal: str = "") -> None:
    asked_by, pair.asked_by = pair.asked_by, None
    joined = pair.state == State.APART
    if not joined:
        pair.keep_id, pair.number_of = None, None
    _move(pair, State.JOINED if joined else State.OPEN, act, by, at, asked_by=asked_by, refusal=refusal)


@transaction.atomic
def two_people(*, pair_id: int, seen: str, by: Account, at: dt.datetime) -> None:
    """Say that the records are of two people: nobody is asked again until one of their facts changes.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not decide, or not both records are in its areas.
    Conflict
        When it was decided meanwhile, or a record has changed since it was shown.
    """
    pair = _locked(pair_id, by, at, _UNDECIDED)
    _as_seen(pair, seen)
    pair.prints, pair.changed = prints.now([pair.people]).get(pair.people, {}), ""
    _move(pair, State.TWO, Act.TWO, by, at)


@transaction.atomic
def open_again(*, pair_id: int, by: Account, at: dt.datetime) -> None:
    """Ask again about two records of which somebody said that they are of two people."""
    pair = _locked(pair_id, by, at, (State.TWO,))
    _move(pair, State.OPEN, Act.AGAIN, by, at)


@transaction.atomic
def ask_village(*, pair_id: int, by: Account, at: dt.datetime) -> None:
    """Have whoever works in the village say whether it is one person."""
    pair = _locked(pair_id, by, at, (State.OPEN,))
    pair.answer = ""
    _move(pair, State.VILLAGE, Act.ASK, by, at)


@transaction.atomic
def answer(*, pair_id: int, said: str, by: Account, at: dt.datetime) -> None:
    """What the village says; the township decides.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not read both records.
    Invalid
        When it is none of ``Answer``.
    Conflict
        When the village is not asked any more.
    """
    if said not in Answer.values:
        raise Invalid("duplicates.answer", _("Choose one of the answers."), field="said")
    pair = _locked(pair_id, by, at, (State.VILLAGE,), permission=reach.VIEW)
    pair.answer = said
    _move(pair, State.OPEN, Act.ANSWER, by, at, answer=said)


@transaction.atomic
def propose_apart(*, pair_id: int, by: Account, at: dt.datetime) -> None:
    """Ask to take two joined records apart; nothing changes until somebody else approves."""
    pair = _locked(pair_id, by, at, (State.JOINED,))
    _move(pair, State.APART, Act.PROPOSE_APART, by, at, asked_by=by)


def _locked(
    pair_id: int, by: Account, at: dt.datetime, states: tuple[str, ...], permission: str = reach.DECIDE
) -> Pair:
    areas = access.require(by, permission, on=clock.date_of(at))
    if not reach.inside(areas).filter(pk=pair_id).exists():
        raise reach.no_pair()
    pair = Pair.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=pair_id)
    if pair.state not in states:
        raise Conflict("duplicates.settled", _("Somebody has decided about this meanwhile."))
    return pair


def _second(pair: Pair, by: Account) -> int:
    assert pair.asked_by_id is not None  # the table's constraint
    if pair.asked_by_id == by.pk:
        raise NotAllowed("registry.needs_two", _("Who asks for this does not approve it."))
    return pair.asked_by_id


def _as_seen(pair: Pair, seen: str) -> None:
    now = {} if pair.state in reach.JOINED else prints.now([pair.people]).get(pair.people, {})
    if seen != queries.seen_mark(pair, now):
        message = _("The register has changed since you looked. Compare once more, then decide.")
        raise Conflict("duplicates.seen", message)


def _move(
    pair: Pair,
    state: str,
    act: str,
    by: Account,
    at: dt.datetime,
    *,
    asked_by: Account | None = None,
    **said: Any,
) -> None:
    """The pair in its new state, what was done about it, and the audit row."""
    pair.state = state
    if state in (State.PROPOSED, State.APART, State.JOINED):
        pair.asked_by = asked_by if state != State.JOINED else None
    pair.save()
    Judgement.objects.create(
        pair=pair, act=act, keep_id=pair.keep_id, asked_by=asked_by, by=by, at=at, **said
    )
    where = registry.whereabouts(pair.people)
    numbers = [where[person]["registered_scope"] for person in pair.people if person in where]
    audit.append(
        by=by,
        action=f"duplicates.{act}",
        subject=f"pair:{pair.pk}",
        at=at,
        scope_no=numbers[0] if numbers else None,
        detail={"people": list(pair.people), "keep": pair.keep_id, **said},
    )
