"""Taking entries back: a compensating entry says which one was a mistake, and the state is as if without it.

Nothing is erased. Who may ask, and that a second person agrees, is decided where it is asked for
(corrections, files, merges); here stands what the records themselves allow.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import agreeing, refolding
from tongchou.apps.registry.fold import REVERSED, EventData, Op
from tongchou.apps.registry.models import (
    Couple,
    Custody,
    Event,
    Household,
    Kinship,
    Lodging,
    Membership,
    Person,
)
from tongchou.apps.registry.one_person import holders
from tongchou.apps.registry.recording import CONSOLE, Recorded, Recorder
from tongchou.core import access as core_access
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account

#: Why an entry cannot be taken back, in words.
REASONS = {
    "unknown": _("There is no such entry."),
    "reversal": _("This entry takes another one back; record the fact anew instead."),
    "already": _("This entry has been taken back already."),
    "built_on": _("A later entry builds on this one. Take that one back first."),
    "kin": _("Somebody else is recorded as a relative of this person."),
    "members": _("Somebody is recorded as a member of this household."),
    "guardian": _("Somebody is recorded as being in the care of this person."),
    "number": _("The identity number that would come back belongs to somebody else now."),
    "household_number": _("The household number that would come back is used by another household now."),
    "head": _("The household has another living head by now."),
    "older": _("A parent would then be younger than the child."),
    "married": _("Somebody would then be married to two people at the same time."),
    "bound": _("A claim stands on this person's record."),
    "merged": _("This record was brought together with another one. Take that back first."),
    "elsewhere": _("This person is registered outside your areas now. Somebody who covers both decides."),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an entry cannot be taken back: a key of ``REASONS`` and whom it is about."""

    event_id: int
    reason: str
    person_id: int | None = None
    household_id: int | None = None

    @property
    def message(self) -> str:
        return str(REASONS[self.reason])


#: What binds people: by name, which of these people it binds.
_bindings: dict[str, Callable[[Collection[int]], set[int]]] = {}


def binding(name: str, bound: Callable[[Collection[int]], set[int]]) -> None:
    """Note what keeps a person's record from being removed: ``bound`` gives those of some people it keeps.

    Noting a name again replaces it.
    """
    _bindings[name] = bound


def bound_people(person_ids: Collection[int]) -> set[int]:
    """Those of some people on whose record something stands (a claim). One query for each thing noted."""
    return set().union(*(bound(person_ids) for bound in _bindings.values())) if person_ids else set()


@dataclass(frozen=True, slots=True)
class _Stored:
    """The events to be taken back, all events of their subjects, and what the state would become."""

    events: list[EventData]
    every: dict[str, list[EventData]]
    undone: set[int]

    def numbers(self, subject: str) -> set[int]:
        return {getattr(event, subject) for event in self.events} - {None}


def obstacles(event_ids: Iterable[int]) -> list[Obstacle]:
    """Why these entries cannot be taken back together; empty when they can. A constant number of queries.

    Taking several back at once can be possible where one alone is not: an entry, and all that built on it.
    """
    wanted = set(event_ids)
    found = _load(wanted)
    known = {event.number for event in found.events}
    result = [Obstacle(number, "unknown") for number in sorted(wanted - known)]
    for event in found.events:
        if event.kind == REVERSED:
            result.append(_about(event, "reversal"))
        elif event.number in found.undone:
            result.append(_about(event, "already"))
    return result or _in_state(found)


def _load(wanted: set[int]) -> _Stored:
    columns = ("kind", "person_id", "household_id", "payload", "pk")
    events = [
        EventData(kind, person, household, json.loads(payload), number)
        for kind, person, household, payload, number in Event.objects.filter(pk__in=wanted)
        .order_by("pk")
        .values_list(*columns)
    ]
    every: dict[str, list[EventData]] = {}
    for subject in ("household_id", "person_id"):
        numbers = {getattr(event, subject) for event in events} - {None}
        every[subject] = refolding.events_of(subject, Q(**{f"{subject}__in": numbers})) if numbers else []
    undone = {e.payload["event"] for own in every.values() for e in own if e.kind == REVERSED}
    return _Stored(events, every, undone)


def _about(event: EventData, reason: str) -> Obstacle:
    return Obstacle(event.number, reason, event.person_id, event.household_id)


def _in_state(found: _Stored) -> list[Obstacle]:
    """What stands against the state that would result."""
    result: list[Obstacle] = []
    states: dict[str, dict[str, dict[tuple[Any, ...], Op]]] = {}
    going_on = _going_on(found)
    for subject in ("household_id", "person_id"):
        marks = [_mark(event) for event in found.events if getattr(event, subject) is not None]
        states[subject] = refolding.folded([*found.every[subject], *marks])
        changed_before = _changed_before(states[subject])
        for event in found.events:
            if getattr(event, subject) in changed_before or event.number in going_on:
                result.append(_about(event, "built_on"))
    if result:
        return result
    last_of = {event.person_id: event for event in found.events if event.person_id is not None}
    homes = {event.household_id: event for event in found.events if event.household_id is not None}
    gone = {pk for pk in last_of if not _is_put(states["person_id"], "person", pk)}
    for person in sorted(_tied(gone, states["person_id"], set(last_of))):
        result.append(_about(last_of[person], "kin"))
    for person in sorted(_guarding(gone, set(last_of))):
        result.append(_about(last_of[person], "guardian"))
    for person in sorted(bound_people(gone)):
        result.append(_about(last_of[person], "bound"))
    for person, reason in sorted(agreeing.broken(states["person_id"], set(last_of)).items()):
        event = last_of.get(person) or found.events[-1]  # whom it concerns may have no entry among these
        result.append(Obstacle(event.number, reason, person))
    for person in sorted(_numbers_taken(states["person_id"]["person"])):
        result.append(_about(last_of[person], "number"))
    closed = {pk for pk in homes if not _is_put(states["household_id"], "household", pk)}
    for household in sorted(_inhabited(closed, states["person_id"], set(last_of))):
        result.append(_about(homes[household], "members"))
    for household in sorted(_household_numbers_taken(states["household_id"]["household"])):
        result.append(_about(homes[household], "household_number"))
    return result


def _mark(event: EventData) -> EventData:
    return EventData(REVERSED, event.person_id, event.household_id, {"event": event.number})


def _changed_before(state: dict[str, dict[tuple[Any, ...], Op]]) -> set[int]:
    """Subjects whose later entries change what would never have been entered."""
    return {
        key[0] for name in ("person", "household") for key, op in state[name].items() if op.act == "set"
    } | {
        key[0]  # what is left of a person never entered
        for name, rows in state.items()
        if name not in ("person", "household")
        for key, op in rows.items()
        if op.act == "put" and not _is_put(state, "person", key[0]) and name != "mergedperson"
    }


def _is_put(state: dict[str, dict[tuple[Any, ...], Op]], table: str, number: int) -> bool:
    op = state[table].get((number,))
    return op is not None and op.act == "put"


def holders_of(found: Iterable[Obstacle]) -> dict[str, set[int]]:
    """The other people on whose account obstacles stand in the way, by the reason of the obstacle.

    Only where others do: who names them as parent or spouse, and who is in their care. A constant number of
    queries.
    """
    about: dict[str, set[int]] = {"kin": set(), "guardian": set()}
    for one in found:
        if one.reason in about and one.person_id is not None:
            about[one.reason].add(one.person_id)
    kin, care = about["kin"], about["guardian"]
    holding: dict[str, set[int]] = {}
    if kin:
        holding["kin"] = {
            *Kinship.objects.filter(parent__in=kin).values_list("child_id", flat=True),
            *Couple.objects.filter(b__in=kin).values_list("a_id", flat=True),
        } - kin
    if care:
        rows = Custody.objects.filter(Q(guardian__in=care) | Q(second__in=care))
        holding["guardian"] = set(rows.values_list("person_id", flat=True)) - care
    return holding


def _going_on(found: _Stored) -> set[int]:
    """Entries after which the end of the marriage they began is recorded, or a move from where they led."""
    taken = {one.number for one in found.events} | found.undone
    standing: dict[int | None, list[EventData]] = {}
    for later in found.every["person_id"]:
        if later.kind in ("membership_recorded", "couple_ended") and later.number not in taken:
            standing.setdefault(later.person_id, []).append(later)
    return {
        event.number
        for event in found.events
        if any(_follows(later, event) for later in standing.get(event.person_id, ()))
    }


def _follows(later: EventData, event: EventData) -> bool:
    if event.kind == "membership_recorded":
        # What follows says what was left and what each was there: without this it would not fit.
        return later.kind == event.kind and later.number > event.number
    if event.kind != "couple_begun" or later.kind != "couple_ended":
        return False
    return all(later.payload[name] == event.payload[name] for name in ("spouse", "start"))


def _tied(gone: set[int], state: dict[str, dict[tuple[Any, ...], Op]], anew: set[int]) -> set[int]:
    """Those about to have no record whom somebody who stays names as parent or spouse. Two queries."""
    if not gone:
        return set()
    named = {key[1] for name in ("kinship", "couple") for key, op in state[name].items() if op.act == "put"}
    parents = Kinship.objects.filter(parent__in=gone).exclude(child__in=anew)
    spouses = Couple.objects.filter(b__in=gone).exclude(a__in=anew)
    named |= {*parents.values_list("parent_id", flat=True), *spouses.values_list("b_id", flat=True)}
    return named & gone


def _guarding(gone: set[int], anew: set[int]) -> set[int]:
    """Those about to have no record who answer, or answered, for somebody who stays. One query."""
    if not gone:
        return set()
    rows = Custody.objects.filter(Q(guardian__in=gone) | Q(second__in=gone)).exclude(person__in=anew)
    return {pk for pair in rows.values_list("guardian_id", "second_id") for pk in pair} & gone


def _inhabited(closed: set[int], state: dict[str, dict[tuple[Any, ...], Op]], anew: set[int]) -> set[int]:
    """Households about to have no record that somebody is, or was, a member of or lives in. Two queries."""
    if not closed:
        return set()
    named = {op.values["household_id"] for op in state["membership"].values() if op.act == "put"}
    named |= {op.values["household_id"] for op in state["lodging"].values() if op.act == "put"}
    for model in (Membership, Lodging):
        others = model.objects.filter(household__in=closed).exclude(person__in=anew)
        named |= set(others.values_list("household_id", flat=True))
    return named & closed


def _numbers_taken(rows: dict[tuple[Any, ...], Op]) -> set[int]:
    """People whose identity number would come back though another person has it now."""
    coming = {op.values["id_index"]: key[0] for key, op in rows.items() if op.values.get("id_index")}
    own = {key[0] for key in rows}
    return {coming[index] for index, holder in holders(coming).items() if holder not in own}


def _household_numbers_taken(rows: dict[tuple[Any, ...], Op]) -> set[int]:
    coming = {
        (op.values["village_id"], op.values["number"]): key[0] for key, op in rows.items() if op.act == "put"
    }
    if not coming:
        return set()
    holders = Household.objects.filter(
        village__in={village for village, _number in coming}, number__in={number for _v, number in coming}
    ).values_list("village_id", "number", "pk")
    own = {key[0] for key in rows}
    return {coming[v, n] for v, n, holder in holders if (v, n) in coming and holder not in own}


def reverse(
    *,
    event_ids: Collection[int],
    by: Account,
    at: dt.datetime,
    reason: str,
    subject: str,
    action: str = "registry.reverse",
    scope_no: int | None = None,
    detail: dict[str, Any] | None = None,
) -> Recorded:
    """Take entries back, all or none, in one transaction with one audit row.

    Raises
    ------
    NotAllowed
        When the account may not correct the registry.
    NotFound
        When one of the entries is of a person or household outside its areas, or does not exist.
    Invalid
        When no reason is given.
    Conflict
        When one of them cannot be taken back; the message is that of the first obstacle.
    """
    reach = core_access.require(by, "registry.correct", on=clock.date_of(at))
    if not reason.strip():
        raise Invalid("registry.reason", _("Give the reason for the correction."))
    with transaction.atomic():
        recorder = Recorder(source=CONSOLE, by=by, at=at)
        wanted = Event.objects.filter(pk__in=set(event_ids)).order_by("pk")
        rows = list(wanted.values_list("pk", "person_id", "household_id"))
        _require_reach(reach, rows, set(event_ids))
        if against := obstacles(pk for pk, _person, _household in rows):
            raise Conflict(f"registry.reverse_{against[0].reason}", against[0].message)
        for pk, person, household in rows:
            recorder.reverse(pk, person_id=person, household_id=household)
        return recorder.write(
            action=action,
            subject=subject,
            scope_no=scope_no,
            purpose=reason.strip(),
            detail={"reversed": [pk for pk, _person, _household in rows][:100], **(detail or {})},
        )


def _require_reach(reach: Any, rows: list[tuple[int, int | None, int | None]], wanted: set[int]) -> None:
    """All are in the areas of the account; a person without a record any more is in nobody's."""
    people = {person for _pk, person, _household in rows if person is not None}
    homes = {household for _pk, _person, household in rows if household is not None}
    known = Person.objects.filter(pk__in=people)
    inside = known.filter(reach.q("registered_scope"))
    outside = set(known.values_list("pk", flat=True)) - set(inside.values_list("pk", flat=True))
    reached = Household.objects.filter(reach.q("scope_no"), pk__in=homes).count() == len(homes)
    if not rows or len(rows) < len(wanted) or outside or not reached:
        raise NotFound("registry.no_entry", _("There is no such entry in your areas."))
