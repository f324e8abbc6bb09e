"""People by unit: where they are registered, counted by the database."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from tongchou.apps.places import api as places
from tongchou.apps.registry.models import Person
from tongchou.core.scope import Scope


def living_by_unit(among: Sequence[places.Unit], *, scope: Scope) -> dict[int, int]:
    """How many people of the scope are on record and alive, by unit. One query.

    Whoever counts by unit counts by registration: then each person is in one unit, and units add up. The
    database counts area by area along one index and reads no row of a person.
    """
    here = Person.objects.filter(scope.q("registered_scope"), deceased=False)
    counted: dict[int, int] = {}
    for number, people in here.values_list("registered_scope").annotate(n=Count("*")).order_by():
        unit = next((one.area_id for one in among if one.holds(number)), places.REST)
        counted[unit] = counted.get(unit, 0) + people
    return counted
