"""What a file has recorded in a village, and taking all of it back, batch by batch.

A file is settled in batches of whole households. They go back in the opposite order: then nothing that still
stands refers to what has gone, and an interrupted run goes on with the batches that are left. Who may ask,
and that a second person agrees, is decided in the app that keeps the files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from tongchou.apps.registry import access, reversing
from tongchou.apps.registry.applying import let_others_write
from tongchou.apps.registry.fold import MERGED, REVERSED, effective
from tongchou.apps.registry.models import Batch, Event, EventKind, Household, Person, Source
from tongchou.apps.registry.refolding import events_of
from tongchou.core import planning
from tongchou.core.models import Account
from tongchou.core.scope import Scope

Progress = Callable[[int, int], None]
#: Kinds on which nothing builds: they say of one person what no other row depends on.
ALONE = (EventKind.HUKOU_RECORDED, EventKind.INSURANCE_RECORDED, EventKind.CERTIFICATE_RECORDED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of a file: everything it recorded that was not taken back.

    ``entered`` people and ``households`` would have no record without it, ``changed`` people another one.
    Equal digests mean that the same would be taken back.
    """

    entries: int
    entered: int
    changed: int
    households: int
    digest: str


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a file cannot be taken back, and whose record is in the way; names within the scope alone."""

    reason: str  # a key of ``reversing.REASONS``
    person_id: int | None = None
    name: str = ""
    household_id: int | None = None
    number: str = ""

    @property
    def message(self) -> str:
        return str(reversing.REASONS[self.reason])


@dataclass(frozen=True, slots=True)
class _Entry:
    pk: int
    batch: int
    kind: str
    person: int | None
    household: int | None


def standing(*, source: str, village_id: int) -> Standing:
    """What would be taken back with a file. Four queries."""
    found = _entries(source, village_id)
    people = {one.person for one in found} - {None}
    entered = {one.person for one in found if one.kind == EventKind.PERSON_ENROLLED}
    households = {one.household for one in found if one.kind == EventKind.HOUSEHOLD_ENROLLED}
    digest = hashlib.sha256(repr([one.pk for one in found]).encode()).hexdigest()
    return Standing(len(found), len(entered), len(people - entered), len(households), digest)


def hindrances(*, source: str, village_id: int, scope: Scope) -> list[Hindrance]:
    """Why a file cannot be taken back, each person and household once a reason; empty when it can.

    A constant number of queries. All entries of the file are looked at together: what only they themselves
    build on each other is no hindrance.

    Parameters
    ----------
    scope
        Where the one who is to take it back may correct the registry: people registered elsewhere by now are
        a hindrance.
    """
    found = _entries(source, village_id)
    named = _own(source, village_id).filter(person_id__isnull=False).values("person_id")
    people = Person.objects.filter(pk__in=named)
    known = set(people.values_list("pk", flat=True))
    away = known.difference(people.filter(scope.q("registered_scope")).values_list("pk", flat=True))
    own = {one.person for one in found if one.person is not None}
    against = [(one.reason, one.person_id, one.household_id) for one in _obstacles(found, known)]
    against += [("elsewhere", person, None) for person in sorted(own & away)]
    against += [("merged", person, None) for person in sorted(own & _merged(named))]
    against = list(dict.fromkeys(against))
    told = {person for _reason, person, _household in against} - {None}
    names = dict(access.people(scope).filter(pk__in=told).values_list("pk", "name"))
    homes = Household.objects.filter(pk__in={home for _reason, _person, home in against} - {None})
    numbers = dict(homes.values_list("pk", "number"))
    return [
        Hindrance(
            reason,
            person if person in names else None,
            names.get(person or 0, ""),
            household,
            numbers.get(household or 0, ""),
        )
        for reason, person, household in against
    ]


def take_back(
    *,
    source: str,
    village_id: int,
    scope_no: int,
    by: Account,
    at: dt.datetime,
    reason: str,
    detail: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> int:
    """Take back what stands of a file, a batch a transaction; the number of entries taken back.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``reversing.reverse``. Batches taken back before stay taken back; the same call goes on.
    """
    found = _entries(source, village_id)
    done = 0
    for _batch, group in itertools.groupby(reversed(found), key=lambda one: one.batch):
        if done:
            let_others_write()
        numbers = [one.pk for one in group]
        reversing.reverse(
            event_ids=numbers,
            by=by,
            at=at,
            reason=reason,
            subject=f"area:{village_id}",
            scope_no=scope_no,
            detail={"source": source, **(detail or {})},
        )
        done += len(numbers)
        if progress:
            progress(done, len(found))
    if done:
        planning.refresh("registry")
    return done


def _own(source: str, village_id: int) -> QuerySet[Event]:
    """Everything a file recorded."""
    sources = Source.objects.filter(name=source).values("pk")
    batches = Batch.objects.filter(source_id__in=sources, village_id=village_id)
    return Event.objects.filter(batch_id__in=batches.values("pk"))


def _obstacles(found: Collection[_Entry], known: Collection[int]) -> list[reversing.Obstacle]:
    """What the records say against it. People of whom the file recorded nothing but ``ALONE`` are not read:
    a county's list of the insured is long."""
    more = {one.person for one in found if one.kind not in ALONE or one.person not in known}
    return reversing.obstacles(one.pk for one in found if one.person is None or one.person in more)


def _entries(source: str, village_id: int) -> list[_Entry]:
    """The entries of a file that were not taken back, in order. Three queries."""
    own = _own(source, village_id)
    columns = ("pk", "batch_id", "kind", "person_id", "household_id")
    undone = _undone(own, "person_id") | _undone(own, "household_id")
    return [
        _Entry(*row) for row in own.order_by("batch_id", "pk").values_list(*columns) if row[0] not in undone
    ]


def _merged(people: QuerySet[Any, Any]) -> set[int]:
    """Those of some people whose record was brought together with another one, and still is."""
    marks = events_of("person_id", Q(kind__in=(MERGED, REVERSED), person_id__in=people))
    return {one.person_id for one in effective(marks) if one.person_id is not None}


def _undone(own: QuerySet[Event], subject: str) -> set[int]:
    """The numbers of entries taken back of those whom some entries are about."""
    subjects = own.filter(**{f"{subject}__isnull": False}).values(subject)
    marks = events_of(subject, Q(kind=REVERSED, **{f"{subject}__in": subjects}))
    return {event.payload["event"] for event in marks}
