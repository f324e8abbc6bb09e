"""Bringing the account up to date with the registry's events."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from tongchou.apps.balance.models import Entry, Position
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.domain.balance import Standing, post

#: Events a transaction posts at most.
CHUNK = 1000
Progress = Callable[[int, int], None]


def catch_up(*, progress: Progress | None = None) -> int:
    """Post the events recorded since the last time; returns how many numbers of events were passed.

    A derived table needs no account and leaves no audit row: anybody who reads the events gets the same.
    Interrupted, it goes on behind the last chunk; two at once post nothing twice.
    """
    last, read = registry.last_event(), 0
    while number := _chunk():
        read += number
        if progress:
            position = Position.objects.values_list("event_id", flat=True).first() or 0
            progress(min(position, last), max(position, last))
    return read


@transaction.atomic
def _chunk() -> int:
    Position.objects.get_or_create(pk=1)
    position = Position.objects.select_for_update().get(pk=1)
    events, last = registry.population_events(after=position.event_id, limit=CHUNK)
    if last == position.event_id:
        return 0
    standing: dict[int, Standing] = {}
    people = {event.person for event in events}
    post(registry.population_events_of(people, before=position.event_id + 1), standing)
    postings = post(events, standing)
    wanted = {posting.village for posting in postings}
    numbers = dict(places.Area.objects.filter(pk__in=wanted).values_list("pk", "scope_no"))
    Entry.objects.bulk_create(
        Entry(
            event_id=posting.event,
            village_id=posting.village,
            scope_no=numbers[posting.village],
            month=posting.month,
            term=posting.term,
            number=posting.number,
            late=posting.late,
        )
        for posting in postings
    )
    read, position.event_id = last - position.event_id, last
    position.save(update_fields=["event_id"])
    return read


@transaction.atomic
def start_over() -> None:
    """Empty the account, to be read again from the first event."""
    Position.objects.get_or_create(pk=1)
    Position.objects.select_for_update().filter(pk=1).update(event_id=0)
    Entry.objects.all().delete()
