"""What the registry tells of a month, by village: entries of deaths and moves, and those made in time.

Entries of a child or of anybody newly entered are left out: late or missing registration is helped, never
blamed (rights rule 9). So are marriages and whatever a family states about itself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, Max, Min, OuterRef, Subquery

from tongchou.apps.places import api as places
from tongchou.apps.registry.models import Batch, Event, EventKind, Person
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month

#: Days in which a death or a move is entered. A death is reported within a month outside towns (户口登记条例,
#: article 8); for moves the same days are a setting of this platform.
DAYS: Final = 30
_KINDS: Final = (EventKind.DEATH_RECORDED, EventKind.REGISTRATION_RECORDED, EventKind.RESIDENCE_RECORDED)
_ROWS: Final = 2_000


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Entries made in a month about people registered in a village, and those within ``DAYS`` of their day.

    An entry whose day is not known to the day says nothing about how fast anybody was, and is not counted.
    Three queries.
    """
    first, end = clock.start_of(month), clock.start_of(next_month(month))
    batches = Batch.objects.filter(recorded_at__gte=first, recorded_at__lt=end)
    ends = batches.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return
    enrolled = Event.objects.filter(
        kind=EventKind.PERSON_ENROLLED, person_id=OuterRef("person_id"), batch_id=OuterRef("batch_id")
    )
    where = Person.objects.filter(pk=OuterRef("person_id")).values("registered_scope")
    rows = (
        # Batches are numbered as they are recorded: a span of them is found along their index.
        Event.objects.filter(batch_id__range=(ends["low"], ends["high"]), kind__in=_KINDS)
        .filter(occurred__length=10, recorded_at__gte=first, recorded_at__lt=end)
        .exclude(Exists(enrolled))
        .order_by()
        .values_list(Subquery(where), "occurred", "recorded_at")
    )
    entered: Counter[int] = Counter()
    in_time: Counter[int] = Counter()
    for scope_no, occurred, recorded_at in rows.iterator(chunk_size=_ROWS):
        if scope_no is None:
            continue
        entered[scope_no] += 1
        days = (clock.date_of(recorded_at) - dt.date.fromisoformat(occurred)).days
        in_time[scope_no] += days <= DAYS
    yield from _by_village(entered, in_time)


def _by_village(entered: Counter[int], in_time: Counter[int]) -> Iterator[UnitCount]:
    """Counts of villages; people of a villagers' group are those of its village."""
    for village in places.villages(Scope.everything()) if entered else ():
        inside = [number for number in entered if village.scope_no <= number <= village.scope_end]
        if inside:
            yield UnitCount(village.code, "records_entered", sum(entered[one] for one in inside))
            yield UnitCount(village.code, "records_in_time", sum(in_time[one] for one in inside))
