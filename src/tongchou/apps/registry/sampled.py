"""Entries of moves and deaths made in a month, as records a sample may be drawn of.

Entries of a child or of anybody newly entered are left out: late or missing registration is helped, never
blamed (rights rule 9). Marriages, particulars and statements of a family are no work to be checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db.models import Exists, OuterRef

from tongchou.apps.registry.models import Event, EventKind, Person
from tongchou.core import clock
from tongchou.core.record_frames import Described
from tongchou.core.scope import Scope

_KINDS: Final = (EventKind.DEATH_RECORDED, EventKind.REGISTRATION_RECORDED, EventKind.RESIDENCE_RECORDED)


def entered(scope: Scope, first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Entries about people registered in some areas, made between two days. Two queries."""
    enrolled = Event.objects.filter(
        kind=EventKind.PERSON_ENROLLED, person_id=OuterRef("person_id"), batch_id=OuterRef("batch_id")
    )
    people = Person.objects.filter(scope.q("registered_scope"))
    rows = (
        Event.objects.filter(kind__in=_KINDS, recorded_at__date__gte=first, recorded_at__date__lte=last)
        .filter(person_id__in=people.order_by().values("pk"))
        .exclude(Exists(enrolled))
        .order_by("pk")
        .values_list("pk", "person_id")
    )
    found = list(rows)
    where: dict[int, int] = {}
    ids = sorted({person for _event, person in found})
    for start in range(0, len(ids), 1000):
        some = Person.objects.filter(pk__in=ids[start : start + 1000])
        where.update(some.values_list("pk", "registered_scope"))
    return [(event, where[person]) for event, person in found]


def described(numbers: Collection[int]) -> dict[int, Described]:
    """What some entries are: the kind, the day it is about, the day it was made. One query."""
    return {
        one.pk: Described(
            f"E{one.pk}",
            (
                ("how", str(one.kind)),
                ("day", str(one.occurred or "")),
                ("entered_on", clock.date_of(one.recorded_at).isoformat()),
            ),
        )
        for one in Event.objects.filter(pk__in=numbers, kind__in=_KINDS)
    }
