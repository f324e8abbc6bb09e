"""Writing events: numbers, encryption, fold, state, batch and audit row, in one transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from tongchou.apps.places import api as places
from tongchou.apps.registry import bulk, identifiers, refolding
from tongchou.apps.registry.fold import MERGED, REVERSED, EventData, Op, collapse, fold
from tongchou.apps.registry.models import Person, Source
from tongchou.core import audit
from tongchou.core.models import Account

CONSOLE = "console"
EVENT_COLUMNS = (
    "id",
    "kind",
    "person_id",
    "household_id",
    "occurred",
    "recorded_at",
    "recorded_by",
    "source_id",
    "source_row",
    "batch_id",
    "payload",
)
_BATCH_COLUMNS = ("id", "source_id", "village_id", "rows", "events", "digest", "recorded_at")


@dataclass(frozen=True, slots=True)
class Draft:
    """An event about to be written; its payload may still hold plain identifiers."""

    kind: str
    payload: dict[str, Any]
    person_id: int | None = None
    household_id: int | None = None
    occurred: str = ""
    source_row: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a transaction wrote."""

    batch_id: int
    events: int
    digest: str


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a transaction will write; ``anew``: the subjects whose state is folded from all their events."""

    source: int
    source_is_new: bool
    batch: int
    at: Any
    events: list[tuple[Any, ...]]
    folded: list[EventData]
    anew: dict[str, set[int]]
    ops: list[Op]
    digest: str


#: Made once: an encoder of its own for each of a million events costs as much as the encoding.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(payload: Mapping[str, Any]) -> str:
    """The one text of a payload: the same bytes on every run and database."""
    return _encode(payload)


def events_digest(rows: Iterable[tuple[Any, ...]]) -> str:
    """The digest of event rows (columns in the order of ``EVENT_COLUMNS``) that a batch's audit row holds.

    It covers everything but who and when, which the audit row says itself.
    """
    covered = [
        (event, kind, person, household, occurred, source, source_row, payload)
        for event, kind, person, household, occurred, _at, _by, source, source_row, _batch, payload in rows
    ]
    return audit.digest([covered])


class Recorder:
    """Collects the events of one transaction and writes them at its end.

    Making one takes the registry's lock, so whatever is read afterwards stays as read until the end.

    Examples
    --------
    ::

        with transaction.atomic():
            recorder = Recorder(source=CONSOLE, by=by, at=at)
            …read the state, decide…
            recorder.add(Draft("death_recorded", {"died": "2025-03"}, person_id=7))
            recorder.write(action="registry.record_death", subject="person:7")

    An entry that takes others back (``reverse``) or ends a record (``person_merged``) has the state of its
    subject folded anew from all its events; everything else is folded onto what is there.
    """

    def __init__(
        self, *, source: str, by: Account, at: dt.datetime, numbers: bulk.Numbers | None = None
    ) -> None:
        self.numbers = numbers or bulk.Numbers()
        self._source = source
        self._by, self._at = by, at
        self._drafts: list[Draft] = []
        self._reversed: list[tuple[int, str, int]] = []  # event, subject, its number
        self._ready: _Ready | None = None

    def add(self, draft: Draft) -> None:
        self._drafts.append(draft)

    def reverse(self, event: int, *, person_id: int | None = None, household_id: int | None = None) -> None:
        """Take an entry back. It stays among the events; the state is as if it had never been made."""
        subject, number = (
            ("person_id", person_id) if person_id is not None else ("household_id", household_id)
        )
        assert number is not None  # the event table's constraint: an event has a subject
        self._reversed.append((event, subject, number))

    def write(
        self,
        *,
        action: str,
        subject: str,
        scope_no: int | None = None,
        purpose: str = "",
        village_id: int | None = None,
        rows: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> Recorded:
        """Write the events, the state folded from them, the batch and, last, its audit row."""
        ready = self.make_ready()
        source, batch, at, events = ready.source, ready.batch, ready.at, ready.events
        if ready.source_is_new:
            bulk.insert("source", ("id", "name"), [(source, self._source)])
        for subject, numbers in ready.anew.items():
            events += self._refold(subject, numbers, ready.folded, source, batch, at)
        # A fold anew may have written rows under numbers of this transaction.
        bulk.write(collapse(ready.ops), _scopes(ready.ops), None if ready.anew else self.numbers.first)
        if events:
            bulk.insert("event", EVENT_COLUMNS, events)
        digest = events_digest(events) if ready.anew else ready.digest
        bulk.insert("batch", _BATCH_COLUMNS, [(batch, source, village_id, rows, len(events), digest, at)])
        self.numbers.release()
        facts = {"batch": batch, "events": len(events), "digest": digest, **(detail or {})}
        audit.append(
            by=self._by,
            action=action,
            subject=subject,
            at=self._at,
            scope_no=scope_no,
            purpose=purpose,
            detail=facts,
        )
        return Recorded(batch, len(events), digest)

    def make_ready(self) -> _Ready:
        """Numbers, ciphers, rows and the fold, once: what needs no lock when the numbers are certain."""
        if self._ready is not None:
            return self._ready
        known = Source.objects.filter(name=self._source).values_list("pk", flat=True).first()
        source = known if known is not None else self.numbers.take("source")
        batch = self.numbers.take("batch")
        at = connection.ops.adapt_datetimefield_value(self._at)
        events, folded = self._events(source, batch, at)
        anew = self._subjects_anew()
        self._ready = _Ready(
            source=source,
            source_is_new=known is None,
            batch=batch,
            at=at,
            events=events,
            folded=folded,
            anew=anew,
            ops=[op for data in folded if not _is_of(data, anew) for op in fold(data)],
            digest="" if anew else events_digest(events),
        )
        return self._ready

    def _events(self, source: int, batch: int, at: Any) -> tuple[list[tuple[Any, ...]], list[EventData]]:
        events: list[tuple[Any, ...]] = []
        folded: list[EventData] = []
        for draft in self._drafts:
            payload = draft.payload
            if draft.person_id is not None:
                payload = identifiers.seal(payload, draft.person_id)
            number = self.numbers.take("event")
            folded.append(EventData(str(draft.kind), draft.person_id, draft.household_id, payload, number))
            events.append(self._row(number, draft, payload, source, batch, at))
        return events, folded

    def _row(
        self, number: int, draft: Draft, payload: Mapping[str, Any], source: int, batch: int, at: Any
    ) -> tuple[Any, ...]:
        return (
            number,
            str(draft.kind),
            draft.person_id,
            draft.household_id,
            draft.occurred,
            at,
            self._by.pk,
            source,
            draft.source_row,
            batch,
            canonical(payload),
        )

    def _subjects_anew(self) -> dict[str, set[int]]:
        """The households, and people, whose state is folded from all their events; households first."""
        anew: dict[str, set[int]] = {}
        for _event, subject, number in sorted(self._reversed, key=lambda one: one[1]):
            anew.setdefault(subject, set()).add(number)
        merged = {d.person_id for d in self._drafts if d.kind == MERGED and d.person_id is not None}
        if merged:
            anew.setdefault("person_id", set()).update(merged)
        return anew

    def _refold(
        self, subject: str, numbers: set[int], folded: list[EventData], source: int, batch: int, at: Any
    ) -> list[tuple[Any, ...]]:
        """Write the state of these subjects; the rows of the reversals, which say what it has become."""
        own = [data for data in folded if getattr(data, subject) in numbers]
        undone = [(event, number) for event, of, number in self._reversed if of == subject]
        marks = [_reversal(subject, number, {"event": event}) for event, number in undone]
        every = refolding.events_of(subject, Q(**{f"{subject}__in": numbers})) + own + marks
        scopes = dict(places.Area.objects.values_list("pk", "scope_no"))
        changes = refolding.changes_of(subject, numbers, every, scopes)
        _free_numbers(changes.get("person", {}))
        bulk.write(changes, scopes)
        then = _stands(numbers) if subject == "person_id" else {}
        rows = []
        for event, number in undone:
            payload = {"event": event} | ({"then": then[number]} if subject == "person_id" else {})
            draft = Draft(REVERSED, payload, **{subject: number})
            rows.append(self._row(self.numbers.take("event"), draft, payload, source, batch, at))
        return rows


def _free_numbers(changed: Mapping[tuple[Any, ...], Op]) -> None:
    """Numbers may pass from one of these people to another: all are let go before any is written."""
    if len(changed) > 1:
        people = Person.objects.filter(pk__in=[key[0] for key in changed], id_index__isnull=False)
        people.update(id_index=None, id_cipher="")


def _is_of(data: EventData, anew: Mapping[str, set[int]]) -> bool:
    return any(getattr(data, subject) in numbers for subject, numbers in anew.items())


def _reversal(subject: str, number: int, payload: dict[str, Any]) -> EventData:
    person, household = (number, None) if subject == "person_id" else (None, number)
    return EventData(REVERSED, person, household, payload)


def _stands(people: set[int]) -> dict[int, dict[str, Any]]:
    """Where each of these people is registered now, and whether alive; None for one without a record."""
    found = {
        pk: {"registered": area, "living": not deceased}
        for pk, area, deceased in Person.objects.filter(pk__in=people).values_list(
            "pk", "registered_area_id", "deceased"
        )
    }
    return {pk: found.get(pk, {"registered": None, "living": False}) for pk in people}


def _scopes(ops: Iterable[Op]) -> dict[int, int]:
    """Scope numbers of the areas that the operations put into columns a scope follows."""
    columns = {table: tuple(following.values()) for table, following in bulk.SCOPES.items()}
    areas = {
        op.values[column]
        for op in ops
        for column in columns.get(op.table, ())
        if op.values.get(column) is not None
    }
    return dict(places.Area.objects.filter(pk__in=areas).values_list("pk", "scope_no"))
