"""What the registry tells of a month, by village: entries of deaths and moves, and those made in time.

Entries of a child or of anybody newly entered are left out: late or missing registration is helped, never
blamed (rights rule 9). What happened before somebody stood in this register is left out too: taking a
register over and catching up with it says nothing about how fast anybody enters. So are marriages and
whatever a family states about itself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Max, Min, OuterRef, Subquery

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

    An entry whose day is not known to the day, or lies before the register knew the person, says nothing
    about how fast anybody was, and is not counted.
    Three queries.
    """
    first, end = clock.start_of(month), clock.start_of(next_month(month))
    batches = Batch.objects.filter(recorded_at__gte=first, recorded_at__lt=end)
    ends = batches.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return
    taken_in = (
        Event.objects.filter(kind=EventKind.PERSON_ENROLLED, person_id=OuterRef("person_id"))
        .order_by("recorded_at")
        .values("recorded_at")[:1]
    )
    where = Person.objects.filter(pk=OuterRef("person_id")).values("registered_scope")
    rows = (
        # Batches are numbered as they are recorded: a span of them is found along their index.
        Event.objects.filter(batch_id__range=(ends["low"], ends["high"]), kind__in=_KINDS)
        .filter(occurred__length=10, recorded_at__gte=first, recorded_at__lt=end)
        .order_by()
        .values_list(Subquery(where), "occurred", "recorded_at", Subquery(taken_in))
    )
    entered: Counter[int] = Counter()
    in_time: Counter[int] = Counter()
    for scope_no, occurred, recorded_at, known_since in rows.iterator(chunk_size=_ROWS):
        day = dt.date.fromisoformat(occurred)
        if scope_no is None or (known_since is not None and day <= clock.date_of(known_since)):
            continue
        entered[scope_no] += 1
        days = (clock.date_of(recorded_at) - day).days
        in_time[scope_no] += days <= DAYS
    yield from _by_village(entered, in_time)


def _by_village(entered: Counter[int], in_time: Counter[int]) -> Iterator[UnitCount]:
    """Counts of villages; people of a villagers' group are those of its village."""
    for village in places.villages(Scope.everything()) if entered else ():
        inside = [number for number in entered if village.scope_no <= number <= village.scope_end]
        if inside:
            yield UnitCount(village.code, "records_entered", sum(entered[one] for one in inside))
            yield UnitCount(village.code, "records_in_time", sum(in_time[one] for one in inside))
