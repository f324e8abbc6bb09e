"""People by unit: where they are registered, counted by the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from tongchou.apps.places import api as places
from tongchou.apps.registry.models import Person
from tongchou.core.scope import Scope


def registered_ids_in(scope: Scope) -> QuerySet[Any]:
    """Numbers of the people registered in a scope, wherever they live, as a query to be used inside another.

    Whoever counts by unit counts by registration: then each person is in one unit, and units add up.
    """
    return Person.objects.filter(scope.q("registered_scope")).values("pk")


def unit_of_person(field: str, among: Sequence[places.Unit]) -> Subquery:
    """An expression for the unit of the person whose number a row holds in ``field``."""
    here = Person.objects.filter(pk=OuterRef(field)).annotate(
        unit=places.unit_case("registered_scope", among)
    )
    return Subquery(here.values("unit")[:1])


def living_by_unit(among: Sequence[places.Unit], *, scope: Scope) -> dict[int, int]:
    """How many people of the scope are on record and alive, by unit. One query."""
    here = Person.objects.filter(scope.q("registered_scope"), deceased=False)
    counted = (
        here.annotate(unit=places.unit_case("registered_scope", among)).values("unit").annotate(n=Count("pk"))
    )
    return dict(counted.order_by().values_list("unit", "n"))
