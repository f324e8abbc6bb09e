"""Requests as their readers see them: what would change, what stands against it, who asked and decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import QuerySet

from tongchou.apps.corrections import reach, sealing
from tongchou.apps.corrections.models import Correction, Kind, Outcome
from tongchou.apps.registry import api as registry
from tongchou.core import clock, scope
from tongchou.core.errors import AppError, Conflict, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Where a request stands when nobody has decided yet.
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list of requests."""

    pk: int
    kind: str
    about: tuple[str, ...]  # fields, or the kind of the entry
    person_id: int
    person: str  # "" when the reader's areas no longer hold the person
    place: str
    reason: str
    state: str  # ``WAITING`` or one of ``Outcome``
    asked_by: int
    asked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class View:
    """One request, numbers masked.

    ``stale`` says that the register is not what it was when this was asked. ``seen`` stands for everything
    shown of the register: who approves sends it back, so that nobody approves what he has not seen.
    """

    line: Line
    changes: tuple[registry.StateChange, ...]
    words: str
    evidence_kind: str
    evidence: str
    refusal: str
    decided_by: int | None
    decided_at: dt.datetime | None
    entry: registry.Entry | None = None
    people: dict[int, str] = field(default_factory=dict)
    obstacles: tuple[str, ...] = ()
    stale: bool = False
    seen: str = ""
    own: bool = False
    may_decide: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided request as the history of its person tells it: old and new values, numbers masked.

    Of an entry that was taken back there are no values.
    """

    line: Line
    changes: tuple[registry.StateChange, ...]
    refusal: str
    decided_by: int
    decided_at: dt.datetime


def waiting(*, by: Account, on: dt.date) -> int:
    """How many requests wait for a decision of this account: not those it asked for itself."""
    return reach.decidable(by, on).filter(waiting=True).exclude(asked_by=by.pk).count()


def requests(
    *, by: Account, on: dt.date, waiting: bool, own: bool = False, within: Scope | None = None
) -> QuerySet[Correction]:
    """Requests the account may read: the oldest first of those that wait, the newest first of the others.

    ``within`` leaves those about people who are registered in these areas, or live there.
    """
    found = reach.readable(by, on).filter(waiting=waiting)
    if within is not None:
        found = found.filter(within.q("registered_scope", "resident_scope"))
    if own:
        found = found.filter(asked_by=by.pk)
    order = ("asked_at", "pk") if waiting else ("-asked_at", "-pk")
    return found.select_related("decision").order_by(*order)


def lines(found: QuerySet[Correction], *, by: Account, on: dt.date) -> list[Line]:
    """Requests as lines. Four queries, however many."""
    rows = list(found)
    people = registry.people([one.person_id for one in rows], scope=areas(by, on))
    return [_line(one, people.get(one.person_id)) for one in rows]


def of_person(person_id: int, *, by: Account, on: dt.date) -> list[Line]:
    """The requests about one person that wait, those the account may read."""
    found = reach.readable(by, on).filter(person_id=person_id, waiting=True)
    return lines(found.select_related("decision").order_by("pk"), by=by, on=on)


def decided_of_person(person_id: int, *, by: Account, on: dt.date, limit: int = 20) -> list[Decided]:
    """What was decided about one person, the latest first, as far as the account may read it."""
    found = reach.readable(by, on).filter(person_id=person_id, waiting=False)
    rows = list(found.select_related("decision").order_by("-decision__decided_at", "-pk")[:limit])
    person = registry.people([person_id], scope=areas(by, on)).get(person_id) if rows else None
    return [
        Decided(
            line=_line(one, person),
            changes=asked(one, sealing.unseal(one.sealed, one.person_id)),
            refusal=one.decision.refusal,
            decided_by=one.decision.decided_by_id,
            decided_at=one.decision.decided_at,
        )
        for one in rows
    ]


def open_correction(correction_id: int, *, by: Account, at: dt.datetime) -> View:
    """One request.

    Raises
    ------
    NotFound
        When there is none the account may read.
    """
    on = clock.date_of(at)
    one = reach.readable(by, on).filter(pk=correction_id).select_related("decision").first()
    if one is None:
        raise reach.no_correction()
    held = areas(by, on)
    people = registry.people([one.person_id], scope=held)
    said = sealing.unseal(one.sealed, one.person_id)
    decision = one.decision if not one.waiting else None
    shown = {
        "line": _line(one, people.get(one.person_id)),
        "words": said.words,
        "evidence_kind": one.evidence_kind,
        "evidence": said.evidence,
        "refusal": decision.refusal if decision else "",
        "decided_by": decision.decided_by_id if decision else None,
        "decided_at": decision.decided_at if decision else None,
        "own": one.asked_by_id == by.pk,
        "people": {pk: hit.name for pk, hit in people.items()},
    }
    if one.waiting:
        shown["may_decide"] = one.asked_by_id != by.pk and reach.decidable(by, on).filter(pk=one.pk).exists()
    if one.kind == Kind.IDENTITY:
        return View(**(shown | _identity(one, said, held)))
    return View(**(shown | _reversal(one, held)))


def areas(by: Account, on: dt.date) -> Scope:
    """Where the account may read the names of those a request is about."""
    return scope.of(by, on, permission=reach.ASK)


def _line(one: Correction, person: registry.PersonHit | None) -> Line:
    return Line(
        pk=one.pk,
        kind=one.kind,
        about=tuple(one.about.split(",")),
        person_id=one.person_id,
        person=person.name if person else "",
        place=person.place if person else "",
        reason=one.reason,
        state=WAITING if one.waiting else one.decision.outcome,
        asked_by=one.asked_by_id,
        asked_at=one.asked_at,
    )


def _identity(one: Correction, said: sealing.Said, areas: Scope) -> dict[str, object]:
    """Old and new beside each other, and whether the old still stands there."""
    changes = asked(one, said)
    if not one.waiting:
        return {"changes": changes}
    now = registry.identity_of(one.person_id, scope=areas)
    stale = is_stale(now, said)
    against: tuple[str, ...] = ()
    if not stale:
        try:
            registry.check_values(now, said.new)
        except AppError as error:
            against = (str(error.message),)
    seen = identity_mark(now, said)
    return {"changes": changes, "stale": stale, "obstacles": against, "seen": seen}


def is_stale(now: registry.Identity, said: sealing.Said) -> bool:
    """Whether the old values a request names are no longer those of the registry."""
    return any(now.value(name) != text for name, text in said.old.items())


def asked(one: Correction, said: sealing.Said) -> tuple[registry.StateChange, ...]:
    """Old and new of what was asked, numbers masked."""
    return tuple(
        registry.StateChange(
            one.person_id, name, *(_masked(name, text) for text in (said.old.get(name, ""), new))
        )
        for name, new in said.new.items()
    )


def identity_mark(now: registry.Identity, said: sealing.Said) -> str:
    """Stands for what identifies the person now, and what was asked."""
    return sealing.mark(
        repr([[now.value(name) for name in registry.IDENTITY_FIELDS], sorted(said.new.items())])
    )


def _masked(name: str, text: str) -> str:
    return registry.mask_id(text) if name == "id_number" and text else text


def _reversal(one: Correction, areas: Scope) -> dict[str, object]:
    if one.event_id is None:
        return {"changes": ()}
    try:
        entry = registry.open_entry(one.event_id, scope=areas)
    except (NotFound, Conflict) as error:
        return {
            "changes": (),
            "obstacles": (str(error.message),) if one.waiting else (),
            "stale": one.waiting,
        }
    if not one.waiting:
        return {"changes": (), "entry": entry}
    preview = registry.without(entry.events, scope=areas)
    people = registry.people({change.person_id for change in preview.changes}, scope=areas)
    return {
        "changes": preview.changes,
        "people": {pk: hit.name for pk, hit in people.items()},
        "entry": entry,
        "obstacles": tuple(dict.fromkeys(one.message for one in registry.obstacles(entry.events))),
        "stale": preview.digest != one.seen,
        "seen": sealing.mark(preview.digest),
    }


def states(numbers: Collection[int]) -> dict[int, str]:
    """Where requests stand, by number: ``WAITING`` or one of ``Outcome``. Tells nothing else. One query."""
    found = Correction.objects.filter(pk__in=numbers).values_list("pk", "waiting", "decision__outcome")
    return {pk: WAITING if waits else outcome for pk, waits, outcome in found}


def outcome_label(state: str) -> str:
    """What became of a request, in the reader's language; "" while it waits."""
    return "" if state == WAITING else str(Outcome(state).label)
