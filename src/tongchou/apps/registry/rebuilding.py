"""The state folded anew from the events, block by block, and compared with the tables or written to them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import bulk, refolding
from tongchou.apps.registry.fold import TABLES, Op
from tongchou.apps.registry.models import Batch, Event, Household, Person
from tongchou.apps.registry.recording import EVENT_COLUMNS, events_digest
from tongchou.core import access, audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account, AuditEntry

#: People or households a block; a block holds the registry's lock while it is read.
BLOCK = 2000
#: Differences named in a report; the others are counted.
NAMED = 100
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StateDifference:
    """A cell that is not what the events say; ``column`` is empty for a whole row."""

    table: str
    key: tuple[Any, ...]
    column: str = ""

    def __str__(self) -> str:
        key = ", ".join(map(str, self.key))
        return f"{self.table} {key}: {self.column or 'row'}"


@dataclass(slots=True)
class RebuildReport:
    """What a rebuild saw. ``corrected`` counts rows written; with ``check`` it stays 0."""

    events: int = 0
    people: int = 0
    households: int = 0
    corrected: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[StateDifference] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.counts

    def note(self, difference: StateDifference) -> None:
        self.counts[difference.table] += 1
        if len(self.differences) < NAMED:
            self.differences.append(difference)

    def see(self, table: str, key: tuple[Any, ...], column: str) -> None:
        self.note(StateDifference(table, key, column))

    def as_dict(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "events": self.events,
            "people": self.people,
            "households": self.households,
            "corrected": self.corrected,
            "differences": dict(sorted(self.counts.items())),
            "first": [str(difference) for difference in self.differences],
        }


def check_state(*, progress: Progress | None = None) -> RebuildReport:
    """Fold all events anew and compare the state with the result.

    It needs no account: it writes nothing, and its report holds tables, numbers of rows and names of columns
    but nothing anybody said. So the installation can run it every night.

    Batches whose events no longer match the digest in the audit chain are reported as table ``event``;
    nothing can correct those. Memory stays bounded: everything about a person or a household is in its own
    events.
    """
    return _folded(check=True, progress=progress)


def rebuild(*, by: Account, at: dt.datetime, purpose: str, progress: Progress | None = None) -> RebuildReport:
    """As ``check_state``, and write what differs; the audit row says who did and why, also when nothing did.

    Raises
    ------
    NotAllowed
        When the account may not rebuild.
    Invalid
        When no purpose is given.
    """
    access.require(by, "registry.rebuild", on=clock.date_of(at))
    if not purpose.strip():
        raise Invalid("registry.purpose", _("Say what the rebuild is for."))
    report = _folded(check=False, progress=progress)
    with transaction.atomic():
        audit.append(
            by=by,
            action="registry.rebuild",
            subject="registry",
            at=at,
            purpose=purpose,
            detail={"corrected": report.corrected, **dict(sorted(report.counts.items()))},
        )
    return report


def _folded(*, check: bool, progress: Progress | None) -> RebuildReport:
    report = RebuildReport()
    _check_digests(report)
    last_person = _last(Person, "person_id")
    last_household = _last(Household, "household_id")
    scopes = dict(places.Area.objects.values_list("pk", "scope_no"))
    total = last_person + last_household
    done = 0
    for subject, last in (("household_id", last_household), ("person_id", last_person)):
        for low in range(1, last + 1, BLOCK):
            high = min(low + BLOCK - 1, last)
            with transaction.atomic():
                bulk.Numbers()
                _block(subject, low, high, scopes, check, report)
            done += high - low + 1
            if progress:
                progress(done, total)
    return report


def _last(model: Any, subject: str) -> int:
    """The largest number in use, in the events or in the state."""
    in_events = Event.objects.aggregate(last=Max(subject))["last"] or 0
    return max(in_events, model.objects.aggregate(last=Max("pk"))["last"] or 0)


def _block(
    subject: str, low: int, high: int, scopes: dict[int, int], check: bool, report: RebuildReport
) -> None:
    events = refolding.events_of(subject, Q(**{f"{subject}__range": (low, high)}))
    report.events += len(events)
    changes = refolding.folded(events)
    wrong: dict[str, dict[tuple[Any, ...], Op]] = {name: {} for name in TABLES}
    for table in refolding.tables_of(subject):
        rebuilt = refolding.rows_of(table, changes[table.name], scopes, report.see)
        stored = refolding.stored_rows(table, gte=low, lte=high)
        if table.name == "person":
            report.people += len(rebuilt)
        elif table.name == "household":
            report.households += len(rebuilt)
        if rebuilt != stored:
            wrong[table.name] = refolding.differences(table, stored, rebuilt, report.see)
    if not check:
        report.corrected += sum(map(len, wrong.values()))
        bulk.write(wrong, scopes)


def _check_digests(report: RebuildReport) -> None:
    """Compare each batch's events with the digest the audit chain holds for it."""
    chained = {
        detail["batch"]: detail["digest"]
        for detail in AuditEntry.objects.filter(action__startswith="registry.").values_list(
            "detail", flat=True
        )
        if "batch" in detail
    }
    for batch in Batch.objects.order_by("pk").values_list("pk", flat=True):
        events = Event.objects.filter(batch_id=batch).order_by("pk").values_list(*EVENT_COLUMNS)
        if events_digest(events) != chained.pop(batch, None):
            report.note(StateDifference("event", (batch,), "digest"))
    for batch in chained:
        report.note(StateDifference("event", (batch,), "digest"))
