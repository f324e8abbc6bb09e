"""Statements of some areas by month, the events behind a number, and the account against the registry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, Sum

from tongchou.apps.balance.models import Entry, Position
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain.balance import Month, Term, statement


@dataclass(frozen=True, slots=True)
class Statement:
    """``months`` oldest first. ``behind`` is true when events have been recorded that are not posted yet."""

    months: tuple[Month, ...]
    late: dict[tuple[dt.date, str], int]  # of the people of a term, how many became known late
    behind: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """An event behind a number."""

    event_id: int
    kind: str
    person_id: int | None
    recorded_at: dt.datetime
    occurred: str
    village: str
    late: bool


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A village whose account and whose people differ: something to look into."""

    village_id: int
    village: str
    account: int
    people: int


def months_of(*, scope: Scope) -> Statement:
    """The statement of all villages a scope reaches. Moves between two are out and in. Four queries."""
    inside = Entry.objects.filter(scope.q("scope_no"))
    sums = inside.values_list("month", "term").annotate(total=Sum("number")).order_by()
    late = inside.filter(late=True).values_list("month", "term").annotate(total=Sum("number")).order_by()
    position = Position.objects.values_list("event_id", flat=True).first() or 0
    _events, last = registry.population_events(after=position, limit=1)
    return Statement(
        tuple(statement(sums)),
        {(month, term): abs(total) for month, term, total in late},
        behind=last > position,
    )


def proofs(
    *, scope: Scope, month: dt.date, term: Term, after: int = 0, limit: int = 50
) -> tuple[list[Proof], int, int | None]:
    """Events behind one number: some of them, how many there are, where the next begin. Four queries."""
    inside = Entry.objects.filter(scope.q("scope_no"), month=month, term=term)
    rows = list(
        inside.filter(event_id__gt=after)
        .order_by("event_id")
        .values_list("event_id", "village__name", "late")[: limit + 1]
    )
    about = {event: rest for event, *rest in registry.event_times([event for event, _name, _late in rows])}
    found = [
        Proof(event, str(about[event][0]), about[event][1], about[event][2], str(about[event][3]), name, late)
        for event, name, late in rows[:limit]
    ]
    return found, inside.count(), rows[limit - 1][0] if len(rows) > limit else None


def mismatches(*, scope: Scope) -> list[Mismatch]:
    """Villages whose account is not the number of living people registered there. Four queries.

    The account must have caught up before: what is not posted yet would look like a mismatch.
    """
    totals = dict(Entry.objects.values_list("village_id").annotate(total=Sum("number")).order_by())
    people = registry.living_by_village()
    differing = {
        village for village in {*totals, *people} if totals.get(village, 0) != people.get(village, 0)
    }
    areas = places.Area.objects.filter(scope.q("scope_no"), Q(pk__in=differing)).order_by("scope_no")
    return [Mismatch(area.pk, area.name, totals.get(area.pk, 0), people.get(area.pk, 0)) for area in areas]
