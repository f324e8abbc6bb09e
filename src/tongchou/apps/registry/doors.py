"""Households as doors to be called at: which there are, with the head's name and nothing else of them.

One nobody living belongs to any more, since all died or joined another household, is no door.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from tongchou.apps.registry import access
from tongchou.apps.registry.known import latest_memberships
from tongchou.apps.registry.models import Household, Person
from tongchou.apps.registry.searching import heads
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Door:
    """A household somebody lives in; ``head`` is the head's name, else that of another member."""

    household_id: int
    number: str
    group: str
    head: str


def _lived_in(scope: Scope) -> QuerySet[Household]:
    """The households a scope reaches that are not closed and that somebody living belongs to."""
    living = latest_memberships().filter(household=OuterRef("pk"), person__deceased=False)
    return access.households(scope).filter(Exists(living), closed=None)


def open_households(numbers: Collection[int], *, scope: Scope) -> set[int]:
    """Those of some households that a scope reaches and that somebody lives in. One query."""
    found = _lived_in(scope).filter(pk__in=numbers)
    return set(found.values_list("pk", flat=True))


def village_of_open(household_id: int, *, scope: Scope) -> int | None:
    """The number of the village of a household a scope reaches; None if there is none or it is closed."""
    found = access.households(scope).filter(pk=household_id, closed=None)
    return found.values_list("village_id", flat=True).first()


def count_by_village(scope: Scope) -> dict[int, int]:
    """How many households somebody lives in a scope reaches, by the number of their village. One query."""
    rows = _lived_in(scope).values_list("village_id")
    return dict(rows.annotate(number=Count("pk")).order_by())


def doors(scope: Scope, *, but: QuerySet[Any] | None = None, after: int = 0, most: int = 50) -> list[Door]:
    """Households a scope reaches that somebody lives in, without ``but``, a query of numbers; in order.

    ``after`` is the last number of the page before. Four queries.
    """
    rows = _lived_in(scope).filter(pk__gt=after).order_by("pk")
    rows = rows if but is None else rows.exclude(pk__in=but)
    found = list(rows.values_list("pk", "number", "group_text")[:most])
    named = heads([pk for pk, _number, _group in found], living=True)
    return [Door(pk, number, group, named[pk].name if pk in named else "") for pk, number, group in found]


def every_door(scope: Scope) -> list[int]:
    """The numbers of all households a scope reaches that somebody lives in, in order. One query."""
    return list(_lived_in(scope).order_by("pk").values_list("pk", flat=True))


def doors_of(numbers: Collection[int], *, scope: Scope) -> dict[int, tuple[Door, int]]:
    """Some households as doors, each with the number of its village; those still lived in. Four queries."""
    rows = _lived_in(scope).filter(pk__in=numbers)
    found = list(rows.values_list("pk", "number", "group_text", "village_id"))
    named = heads([pk for pk, *_rest in found], living=True)
    return {
        pk: (Door(pk, number, group, named[pk].name if pk in named else ""), village)
        for pk, number, group, village in found
    }


def names_in(text: str, *, scope: Scope) -> list[str]:
    """Names of residents of some areas that stand in a text; of two characters and more. One query.

    Only for refusing words that would name somebody: nothing is told of whoever has the name.
    """
    words = "".join(unicodedata.normalize("NFKC", text).split())
    if not words:
        return []
    rows = Person.objects.filter(scope.q("registered_scope") | scope.q("resident_scope"), deceased=False)
    found = rows.order_by().values_list("name", flat=True).distinct()
    return [name for name in found.iterator(chunk_size=2_000) if len(name) > 1 and name in words]
