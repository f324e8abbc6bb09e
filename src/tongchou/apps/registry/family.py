"""The family around a household: its members, their parents and children, as far as a reader's areas go."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from tongchou.apps.registry import access
from tongchou.apps.registry.known import latest_memberships
from tongchou.apps.registry.models import Couple, Kinship
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Kinsman:
    """Somebody of the family; ``member`` says whether of the household itself."""

    person_id: int
    name: str
    birth_year: int | None
    deceased: bool
    member: bool
    head: bool


@dataclass(frozen=True, slots=True)
class FamilyView:
    """People in the order of their numbers, ``(child, parent, kind)``, and couples that last."""

    people: tuple[Kinsman, ...]
    parents: tuple[tuple[int, int, str], ...]
    couples: tuple[tuple[int, int], ...]


def family(household_id: int, *, scope: Scope) -> FamilyView:
    """A household's members with their parents, children and spouses whom the scope reaches.

    Five queries, however many. Members are shown with their household, wherever they live.

    Raises
    ------
    NotFound
        When the scope does not reach the household, or there is none.
    """
    access.require_household(household_id, scope=scope)
    rows = latest_memberships().filter(household=household_id)
    members = {
        pk: relation in ("01", "02") and not deceased
        for pk, relation, deceased in rows.values_list("person_id", "relation", "person__deceased")
    }
    near = Kinship.objects.filter(Q(child__in=members) | Q(parent__in=members))
    pairs = Couple.objects.filter(Q(a__in=members) | Q(b__in=members), ended=None)
    links = list(near.order_by("child_id", "parent_id").values_list("child_id", "parent_id", "kind"))
    couples = list(pairs.order_by("a_id", "b_id").values_list("a_id", "b_id").distinct())
    named = {pk for child, parent, _kind in links for pk in (child, parent)}
    named |= {pk for pair in couples for pk in pair}
    columns = ("pk", "name", "birth_year", "deceased")
    known = {
        pk: Kinsman(pk, *rest, member=pk in members, head=members.get(pk, False))
        for pk, *rest in access.people(scope)
        .filter(pk__in={*named, *members})
        .order_by("pk")
        .values_list(*columns)
    }
    return FamilyView(
        tuple(known.values()),
        tuple(one for one in links if one[0] in known and one[1] in known),
        tuple(pair for pair in couples if pair[0] in known and pair[1] in known),
    )
