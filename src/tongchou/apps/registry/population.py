"""Events that change who is registered where and alive, in the order they were recorded."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from tongchou.apps.places import api as places
from tongchou.apps.registry.models import Event, EventKind, Person
from tongchou.core import clock
from tongchou.domain.balance import Happening, What

#: A newborn is entered with the day of birth as the day the event occurred; a register's line has none.
_WHAT = {
    EventKind.PERSON_ENROLLED: What.ENTERED,
    EventKind.REGISTRATION_RECORDED: What.MOVED,
    EventKind.DEATH_RECORDED: What.DIED,
    EventKind.EVENT_REVERSED: What.CORRECTED,
    EventKind.PERSON_MERGED: What.CORRECTED,
}
#: Where an event's payload names the registered area.
_AREA = {EventKind.PERSON_ENROLLED: "registered", EventKind.REGISTRATION_RECORDED: "area"}
_COLUMNS = ("pk", "person_id", "kind", "recorded_at", "occurred", "payload")


def population_events(*, after: int, limit: int) -> tuple[list[Happening], int]:
    """The next events behind a number, in order, and the last number read (``after`` when there is none).

    An entry about an earlier residence is read and moves nobody. Two queries.
    """
    rows = _rows(Event.objects.filter(pk__gt=after, kind__in=_WHAT).order_by("pk")[:limit])
    return _happenings(rows), rows[-1].pk if rows else after


def population_events_of(person_ids: Collection[int], *, before: int) -> list[Happening]:
    """All such events of some people with a smaller number, in order. Two queries."""
    wanted = Event.objects.filter(person_id__in=person_ids, kind__in=_WHAT, pk__lt=before)
    return _happenings(_rows(wanted.order_by("pk")))


class _Row(NamedTuple):
    pk: int
    person: int | None
    kind: str
    at: dt.datetime
    occurred: str
    data: dict[str, Any]

    @property
    def area(self) -> int | None:
        """Where the person is registered from then on."""
        if self.person is None:
            return None
        if self.kind == EventKind.EVENT_REVERSED:
            area: int | None = self.data["then"]["registered"]
            return area
        return self.data.get(_AREA.get(EventKind(self.kind), ""))

    @property
    def counted(self) -> bool | None:
        """Whether a correction leaves the person counted; None when the event does not say."""
        return self.data["then"]["living"] if self.kind == EventKind.EVENT_REVERSED else None


def _rows(events: QuerySet[Event]) -> list[_Row]:
    return [_Row(*rest, json.loads(payload)) for *rest, payload in events.values_list(*_COLUMNS)]


def _happenings(rows: list[_Row]) -> list[Happening]:
    villages = village_of({row.area for row in rows} - {None})
    return [
        Happening(
            event=row.pk,
            person=row.person,
            what=_what(row.kind, row.occurred),
            village=villages.get(row.area),
            recorded=clock.date_of(row.at),
            occurred=row.occurred,
            counted=row.counted,
        )
        for row in rows
        if row.person is not None  # taking back the entry of a household moves nobody
        and (row.kind != EventKind.REGISTRATION_RECORDED or row.data["current"])
    ]


def _what(kind: str, occurred: str) -> What:
    what = _WHAT[EventKind(kind)]
    return What.BORN if what is What.ENTERED and occurred else what


def village_of(area_ids: Iterable[int | None]) -> dict[int | None, int]:
    """The village of each area: itself, or the one its villagers' group lies in. One query."""
    rows = places.Area.objects.filter(pk__in=[pk for pk in area_ids if pk is not None])
    return {
        pk: parent if level == places.Level.GROUP and parent is not None else pk
        for pk, level, parent in rows.values_list("pk", "level", "parent_id")
    }


def living_by_village() -> dict[int, int]:
    """Living people by the village they are registered in, counted from the state. Two queries."""
    counted = Person.objects.filter(deceased=False).values_list("registered_area_id")
    rows = dict(counted.annotate(number=Count("pk")).order_by())
    villages = village_of(rows)
    result: dict[int, int] = {}
    for area, number in rows.items():
        result[villages[area]] = result.get(villages[area], 0) + number
    return result


def event_times(event_ids: Collection[int]) -> list[tuple[int, str, int | None, dt.datetime, str]]:
    """``(number, kind, person, recorded at, occurred)`` of some events, in order. One query."""
    rows = Event.objects.filter(pk__in=event_ids).order_by("pk")
    return list(rows.values_list("pk", "kind", "person_id", "recorded_at", "occurred"))
