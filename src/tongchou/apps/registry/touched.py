"""Whose facts may differ since an entry, or since a day: for whoever keeps answers about people up to date.

Entries are numbered in the order in which they are committed (a writer holds the one counter until then), so
"all after this number" never misses one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from tongchou.apps.registry.models import Couple, Event, EventKind, Membership, Residence, Status

#: Numbers in one statement; SQLite takes some thousands.
_MANY = 500
#: Entries whose payload may name a spouse.
_NAMES_SPOUSES = frozenset(
    {
        EventKind.PERSON_ENROLLED,
        EventKind.KIN_RECORDED,
        EventKind.COUPLE_BEGUN,
        EventKind.COUPLE_ENDED,
        EventKind.PERSON_MERGED,
        EventKind.EVENT_REVERSED,
    }
)


@dataclass(frozen=True, slots=True)
class Touched:
    """People whose facts may have changed, and the number of the last entry that was looked at."""

    people: frozenset[int]
    last: int


def last_entry() -> int:
    """The number of the newest entry; 0 before the first."""
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def touched_after(entry: int, *, limit: int) -> Touched:
    """The people entries after this one are about, and whoever they are or were married to.

    A partner's status decides about a person too. At most ``limit`` entries are looked at; ``last`` is where
    to go on. A handful of queries, however many people.
    """
    newest = Event.objects.filter(pk__gt=entry).order_by("pk")
    found = list(newest.values_list("pk", "kind", "person_id", "payload")[:limit])
    people = {person for _pk, _kind, person, _text in found if person is not None}
    said = [(kind, json.loads(text)) for _pk, kind, _person, text in found if kind in _NAMES_SPOUSES]
    taken_back = [data["event"] for kind, data in said if kind == EventKind.EVENT_REVERSED]
    for person, text in Event.objects.filter(pk__in=taken_back).values_list("person_id", "payload"):
        people |= {person} if person is not None else set()
        said.append(("", json.loads(text)))
    # A marriage that no longer stands is in no table: the entry that ended it names the other one.
    named = {spouse for _kind, data in said for spouse in _spouses(data)}
    return Touched(frozenset(people | named | partners_of(people)), found[-1][0] if found else entry)


def _spouses(data: Mapping[str, Any]) -> Iterator[int]:
    """Whom an entry names as married, or no longer married, to the person it is about."""
    if "spouse" in data:
        yield data["spouse"]
    for name in ("spouses", "not_spouses"):
        yield from (spouse for spouse, _start in data.get(name, ()))
    if "into" in data:  # a record that went into another
        yield data["into"]


def partners_of(people: Collection[int]) -> set[int]:
    """Whoever these people are or were married to."""
    numbers = sorted(people)
    partners: set[int] = set()
    for start in range(0, len(numbers), _MANY):
        some = numbers[start : start + _MANY]
        partners |= set(Couple.objects.filter(a_id__in=some).values_list("b_id", flat=True))
        partners |= set(Couple.objects.filter(b_id__in=some).values_list("a_id", flat=True))
    return partners


def begun_between(after: dt.date, until: dt.date) -> frozenset[int]:
    """People for whom something recorded beforehand begins between two days, and their partners.

    After the first day and up to the second. Reads the dates of all spells: to be asked once a day.
    """
    low, high = after.isoformat(), until.isoformat()
    people: set[int] = set()
    for model in (Status, Membership, Residence):
        people |= set(
            model._default_manager.filter(start__gt=low, start__lte=high).values_list("person_id", flat=True)
        )
    for column in ("start", "ended"):
        pairs = Couple.objects.filter(**{f"{column}__gt": low, f"{column}__lte": high})
        people |= {person for pair in pairs.values_list("a_id", "b_id") for person in pair}
    return frozenset(people | partners_of(people))
