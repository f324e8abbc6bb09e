"""Registered births, and who may be a child's mother: to be counted beside lists, never to be shown."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from tongchou.apps.registry.known import birth_text, latest_memberships
from tongchou.apps.registry.models import Kinship, Person
from tongchou.core.scope import Scope

_WOMAN: Final = 2  # GB/T 2261.1
#: Years between a mother and her child.
_YOUNGEST, _OLDEST = 12, 60


def births_registered(scope: Scope, *, first: int, last: int) -> list[tuple[int, str, frozenset[int]]]:
    """The people registered in a scope who were born in some years: number, day of birth, possible mothers.

    The mother the register names, else the women of the household who are of an age: registers that tell
    relations to the head alone do not say whose a grandchild is. Four queries, in the order of the numbers.

    Parameters
    ----------
    first, last
        Calendar years of birth, both included.
    """
    born = Person.objects.filter(scope.q("registered_scope"), birth_year__range=(first, last))
    days = {pk: day for pk, *day in born.values_list("pk", "birth_year", "birth_month", "birth_day")}
    links = Kinship.objects.filter(kind=Kinship.Kind.BIRTH, parent__sex=_WOMAN, child__in=born.values("pk"))
    mothers: dict[int, set[int]] = {}
    for child, mother in links.values_list("child_id", "parent_id"):
        mothers.setdefault(child, set()).add(mother)
    _of_households(days.keys() - mothers.keys(), days, mothers, born)
    return [(pk, birth_text(*days[pk]), frozenset(mothers.get(pk, ()))) for pk in sorted(days)]


def _of_households(
    children: set[int],
    days: dict[int, list[int | None]],
    mothers: dict[int, set[int]],
    born: QuerySet[Person],
) -> None:
    """Note the women of the households of children whose mother is not named."""
    if not children:
        return
    homes = latest_memberships().filter(person__in=born.values("pk"))
    home_of = dict(homes.values_list("person_id", "household_id"))
    women = latest_memberships().filter(household__in=homes.values("household_id"), person__sex=_WOMAN)
    inside: dict[int, list[tuple[int, int]]] = {}
    for home, woman, year in women.values_list("household_id", "person_id", "person__birth_year"):
        if year is not None:
            inside.setdefault(home, []).append((woman, year))
    for child in children & home_of.keys():
        year = days[child][0] or 0
        found = (w for w, y in inside.get(home_of[child], ()) if _YOUNGEST <= year - y <= _OLDEST)
        mothers[child] = set(found)
