"""Writing events: numbers, encryption, fold, state, batch and audit row, in one transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongchou.apps.places import api as places
from tongchou.apps.registry import bulk, identifiers
from tongchou.apps.registry.fold import EventData, Op, collapse, fold
from tongchou.apps.registry.models import Source
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
    """

    def __init__(self, *, source: str, by: Account, at: dt.datetime) -> None:
        self.numbers = bulk.Numbers()
        self._source = source
        self._by, self._at = by, at
        self._drafts: list[Draft] = []

    def add(self, draft: Draft) -> None:
        self._drafts.append(draft)

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
        source = self._source_number()
        batch = self.numbers.take("batch")
        at = connection.ops.adapt_datetimefield_value(self._at)
        events, ops = self._events(source, batch, at)
        bulk.write(collapse(ops), _scopes(ops))
        if events:
            bulk.insert("event", EVENT_COLUMNS, events)
        digest = events_digest(events)
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

    def _events(self, source: int, batch: int, at: Any) -> tuple[list[tuple[Any, ...]], list[Op]]:
        events: list[tuple[Any, ...]] = []
        ops: list[Op] = []
        for draft in self._drafts:
            payload = draft.payload
            if draft.person_id is not None:
                payload = identifiers.seal(payload, draft.person_id)
            ops += fold(EventData(draft.kind, draft.person_id, draft.household_id, payload))
            events.append(
                (
                    self.numbers.take("event"),
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
            )
        return events, ops

    def _source_number(self) -> int:
        known = Source.objects.filter(name=self._source).values_list("pk", flat=True).first()
        if known is not None:
            return known
        number = self.numbers.take("source")
        bulk.insert("source", ("id", "name"), [(number, self._source)])
        return number


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
