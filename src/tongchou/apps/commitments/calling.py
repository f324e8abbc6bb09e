"""Call-backs: the level above draws households by lot, notes what each says, and a second person confirms.

The secret of a draw is made when the unit reports, by the system's source of chance, and kept sealed: what
binds it is shown from then on. Of one report there is one draw. The unit never learns whom it fell on.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Call, Calls, Letter, Promise, Said, State
from tongchou.apps.commitments.promised import as_domain, attempt, changed, locked, remedy_from
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access as rights
from tongchou.core import audit, clock, crypto
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import sampling
from tongchou.domain.commitments import call_back, promises
from tongchou.domain.commitments.call_back import Outcome, Round

_STEP: Final = "answer"


@dataclass(frozen=True, slots=True)
class Callee:
    """A household to be called, as the caller needs it; without a door where nobody lives there any more."""

    position: int
    number: str
    group: str
    head: str
    village: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The calls about one promise, for the level above alone. ``confirms``: the reader may confirm them."""

    promise: Promise
    calls: Calls
    each: tuple[Callee, ...]
    told: promises.CallBack
    complete: bool
    not_reached: int
    not_concerned: int
    confirms: bool


def commit(one: Promise, letter: Letter, *, at: dt.datetime) -> Calls:
    """Keep the secret of the draw about a report that was just made."""
    secret = secrets.token_bytes(32)
    number = one.calls.count() + 1
    return Calls.objects.create(
        promise=one,
        round=number,
        sealed=crypto.encrypt(secret.hex(), _context(one.pk, number)),
        committed=call_back.committed(secret, letter=letter.sha256, promise=one.position),
        made_at=at,
    )


@transaction.atomic
def draw(*, promise_id: int, by: Account, at: dt.datetime) -> Calls:
    """Draw the households that are called back about a reported promise; how many follows from their number.

    Raises
    ------
    NotAllowed
        ``commitments.own_level`` for the unit itself, ``commitments.maker`` for whoever reported it.
    NotFound, Conflict
        When there is none there, or nothing was reported; ``commitments.drawn`` when it was drawn before;
        ``commitments.nobody`` when nobody lives in the unit by the register.
    """
    one, letter = _above(promise_id, by=by, at=at)
    calls = _now(one) or commit(one, letter, at=at)
    if calls.drawn_at is not None:
        raise Conflict("commitments.drawn", _("The households are drawn already: each report is drawn once."))
    area = places.area_by_id(letter.area_id, within=Scope.everything())
    frame = [] if area is None else registry.every_door(Scope.of_area(area))
    if not frame:
        message = _("By the register nobody lives in this unit: there is nobody to be called.")
        raise Conflict("commitments.nobody", message)
    calls.seed = call_back.seed(opened(calls), letter=letter.sha256, promise=one.position, round_=calls.round)
    calls.households, calls.size = len(frame), call_back.size(len(frame))
    calls.frame_sha256 = sampling.frame_hash([str(number) for number in frame])
    calls.drawn_at, calls.drawn_by = at, by
    calls.save()
    _add(calls, call_back.order(frame, calls.seed)[: calls.size])
    audit.append(
        by=by,
        action="commitments.draw",
        subject=f"promise:{one.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={"households": calls.households, "size": calls.size, "list": calls.frame_sha256},
    )
    return calls


def _add(calls: Calls, households: list[int], after: int = 0) -> None:
    rows = (Call(calls=calls, position=n, household_id=one) for n, one in enumerate(households, after + 1))
    Call.objects.bulk_create(rows, batch_size=1_000)


def _replace(calls: Calls, letter: Letter) -> None:
    """Put the next of the draw beside those that were not reached or not concerned."""
    now = _round(calls)
    lacking = now.open - len(now.outcomes)
    if lacking > 0:
        area = places.area_by_id(letter.area_id, within=Scope.everything())
        frame = [] if area is None else registry.every_door(Scope.of_area(area))
        there = set(calls.each.values_list("household_id", flat=True))
        left = [one for one in call_back.order(frame, calls.seed) if one not in there]
        _add(calls, left[:lacking], after=len(now.outcomes))


@transaction.atomic
def note(*, promise_id: int, said: Mapping[int, str], by: Account, at: dt.datetime) -> int:
    """Note what came of calling households, by their position in the draw; how many there were.

    What was noted stays until it is confirmed, but for a household that was not reached and is called again.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``draw``; ``commitments.not_drawn`` before the draw; ``commitments.noted`` when one says something.
    Invalid
        ``commitments.outcome`` for none, a position that was not drawn, or no known outcome.
    """
    one, letter = _above(promise_id, by=by, at=at)
    calls = _drawn(one)
    rows = list(calls.each.select_for_update().filter(position__in=said))
    if not said or len(rows) != len(said) or not set(said.values()) <= set(Said.values):
        message = _("Choose what came of calling at least one of the households drawn.")
        raise Invalid("commitments.outcome", message, field="outcome")
    if any(row.outcome not in ("", Said.NOT_REACHED) for row in rows):
        raise Conflict("commitments.noted", _("What this household said is noted already."))
    for row in rows:
        row.outcome, row.by, row.at = said[row.position], by, at
    Call.objects.bulk_update(rows, ["outcome", "by", "at"])
    _replace(calls, letter)
    audit.append(
        by=by,
        action="commitments.called",
        subject=f"promise:{one.pk}",
        scope_no=letter.scope_no,
        at=at,
        detail={"households": len(rows)},
    )
    return len(rows)


@transaction.atomic
def confirm(*, promise_id: int, by: Account, at: dt.datetime) -> Promise:
    """A second person of the level above confirms the calls: the promise is kept, or broken.

    From then on no household stands beside what was said.

    Raises
    ------
    NotAllowed
        As ``draw``; ``commitments.caller`` for whoever drew the households or called one of them.
    NotFound, Conflict
        As ``note``; ``commitments.calls_open`` while somebody is to be called; ``commitments.too_few`` when
        nobody answered.
    """
    one, letter = _above(promise_id, by=by, at=at)
    calls = _drawn(one)
    if calls.drawn_by_id == by.pk or calls.each.filter(by=by).exists():
        message = _("You drew the households or called them. A second person of your level confirms it.")
        raise NotAllowed("commitments.caller", message)
    done = _round(calls)
    if not done.complete:
        raise Conflict("commitments.calls_open", _("Some households drawn are not called yet."))
    asked = done.call_back
    if not asked.reached or not asked.enough:
        message = _("Nobody it concerns answered. Call those not reached again before it is confirmed.")
        raise Conflict("commitments.too_few", message)
    today = clock.date_of(at)
    after = attempt(lambda: promises.answered(as_domain(one), asked, on=today, remedy_due=remedy_from(today)))
    calls.confirmed_at, calls.confirmed_by = at, by
    calls.save(update_fields=["confirmed_at", "confirmed_by"])
    calls.each.update(household_id=None)
    numbers = {"promised": asked.promised, "reached": asked.reached, "confirmed": asked.confirmed}
    return changed(one, letter, after, _STEP, by=by, at=at, said="", numbers=numbers)


def sheet(promise_id: int, *, by: Account, on: dt.date) -> Sheet | None:
    """The calls about a reported promise; None for whoever is not of the level above, or before the draw.

    Constant in queries.
    """
    one = Promise.objects.filter(pk=promise_id, state=State.REPORTED).select_related("letter").first()
    calls = None if one is None else _now(one)
    if one is None or calls is None or calls.drawn_at is None or not rights.may(by, access.REVIEW, on=on):
        return None
    areas = rights.require(by, access.REVIEW, on=on)
    if not (areas.covers(one.letter.scope_no) and access.is_above(one.letter, areas, by=by, on=on)):
        return None
    rows = list(calls.each.order_by("position"))
    doors = registry.doors_of([row.household_id for row in rows if row.household_id], scope=areas)
    names = places.names_on({village for _door, village in doors.values()}, on)
    done = Round(calls.households or 1, tuple(_said(row) for row in rows))
    said = [row.outcome for row in rows]
    involved = {calls.drawn_by_id, *(row.by_id for row in rows), *_reporters(one)}
    return Sheet(
        promise=one,
        calls=calls,
        each=tuple(_callee(row, doors, names) for row in rows),
        told=done.call_back,
        complete=done.complete,
        not_reached=said.count(Said.NOT_REACHED),
        not_concerned=said.count(Said.NOT_CONCERNED),
        confirms=done.complete and by.pk not in involved,
    )


def rounds_of(letter: Letter) -> dict[int, Calls]:
    """The last round of calls of each promise of a letter, by promise. One query."""
    return {one.promise_id: one for one in Calls.objects.filter(promise__letter=letter).order_by("round")}


def _callee(row: Call, doors: dict[int, tuple[registry.Door, int]], names: dict[int, str]) -> Callee:
    door, village = doors.get(row.household_id or 0, (registry.Door(0, "", "", ""), 0))
    return Callee(row.position, door.number, door.group, door.head, names.get(village, ""), row.outcome)


def opened(calls: Calls) -> bytes:
    """The secret of a draw: to draw with, or to make the draw again."""
    return bytes.fromhex(crypto.decrypt(calls.sealed, _context(calls.promise_id, calls.round)))


def _context(promise_id: int, number: int) -> str:
    return f"commitments.calls:{promise_id}:{number}"


def _above(promise_id: int, *, by: Account, at: dt.datetime) -> tuple[Promise, Letter]:
    one, letter = locked(promise_id, lambda pk: access.from_above(pk, by=by, at=at))
    if one.state != State.REPORTED:
        raise Conflict(
            "commitments.not_possible", _("The promise is elsewhere by now. Look at where it stands.")
        )
    if by.pk in _reporters(one):
        raise NotAllowed("commitments.maker", _("You reported it. Somebody else asks the families."))
    return one, letter


def _reporters(one: Promise) -> set[int]:
    last = one.steps.filter(act="report").order_by("-pk").values_list("by_id", flat=True)[:1]
    return set(last)


def _now(one: Promise) -> Calls | None:
    """The round of the report that waits; None for one made before calls were drawn here."""
    last = one.calls.order_by("-round").first()
    return None if last is None or last.confirmed_at is not None else last


def _drawn(one: Promise) -> Calls:
    calls = _now(one)
    if calls is None or calls.drawn_at is None:
        raise Conflict("commitments.not_drawn", _("Draw the households first."))
    return calls


def _round(calls: Calls) -> Round:
    rows = calls.each.order_by("position")
    return Round(calls.households or 1, tuple(_said(row) for row in rows))


def _said(row: Call) -> Outcome | None:
    return Outcome(row.outcome) if row.outcome else None
