"""Who may see which people: those registered, or living, in the areas of a scope."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry.models import Household, Person
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope


def people(scope: Scope) -> QuerySet[Person]:
    """The people a scope reaches; none for a scope without areas."""
    return Person.objects.filter(scope.q("registered_scope", "resident_scope"))


def households(scope: Scope) -> QuerySet[Household]:
    """The households a scope reaches: by their village, not by where single members live."""
    return Household.objects.filter(scope.q("scope_no"))


def person_ids_in(scope: Scope) -> QuerySet[Any]:
    """Numbers of the people a scope reaches, as a query to be used inside another."""
    return people(scope).values("pk")


def living_ids_in(scope: Scope) -> QuerySet[Any]:
    """The same for those of them who are not recorded as dead."""
    return people(scope).filter(deceased=False).values("pk")


def is_dead(person: str) -> Exists:
    """An expression for a row that holds somebody's number: whether a death is recorded for them."""
    return Exists(Person.objects.filter(pk=OuterRef(person), deceased=True))


def year_of_death(person: str) -> Subquery:
    """An expression for a row that holds somebody's number: the year of the recorded death.

    0 where a death is recorded and nobody knows the year, null where none is recorded.
    """
    dead = Person.objects.filter(pk=OuterRef(person), deceased=True)
    return Subquery(dead.values(year=Coalesce("death_year", 0))[:1])


def years_of_death(person_ids: Collection[int]) -> dict[int, int]:
    """The same for some people by number; those of whom no death is recorded are left out. One query."""
    dead = Person.objects.filter(pk__in=person_ids, deceased=True)
    return {pk: year or 0 for pk, year in dead.values_list("pk", "death_year")}


def no_person() -> NotFound:
    """The same answer for people elsewhere and people who do not exist."""
    return NotFound("registry.no_person", _("There is no such person in your areas."))


def no_household() -> NotFound:
    return NotFound("registry.no_household", _("There is no such household in your areas."))


def require_household(household_id: int, *, scope: Scope) -> None:
    """Nothing when the scope reaches the household.

    Raises
    ------
    NotFound
        When it does not, or there is none.
    """
    if not households(scope).filter(Q(pk=household_id)).exists():
        raise no_household()
