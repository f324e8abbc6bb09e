"""What the registry holds of some people, read in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Exists, OuterRef, QuerySet

from tongchou.apps.registry.lines import Statement
from tongchou.apps.registry.models import (
    FamilyStatement,
    Household,
    Membership,
    Person,
    Phone,
    Residence,
    Status,
)
from tongchou.core.rows import among
from tongchou.domain.dates import PartialDate

Spell = tuple[str, str]  # start, value


@dataclass(slots=True)
class Known:
    """The present state of a person: columns, and spells in order of their starts."""

    person_id: int
    name: str
    name_key: str
    sex: int | None
    birth: str
    id_index: str | None
    id_mask: str
    ethnicity: str
    ethnicity_text: str
    education: str
    marital: str
    registered_area_id: int
    registered_scope: int
    deceased: bool
    phone_masks: str
    memberships: list[tuple[str, int, str]] = field(default_factory=list)  # start, household, relation
    statuses: dict[str, list[Spell]] = field(default_factory=dict)
    registrations: list[tuple[str, int]] = field(default_factory=list)  # start, area
    residences: list[tuple[str, int | None, str]] = field(default_factory=list)  # start, area, text
    statements: list[tuple[str, Statement]] = field(default_factory=list)
    phones: tuple[str, ...] = ()  # blind indexes
    #: Blind indexes of identity numbers the person was met by; another one than the first may be among them.
    numbers: set[str] = field(default_factory=set)

    @property
    def household_id(self) -> int | None:
        return self.memberships[-1][1] if self.memberships else None

    @property
    def relation(self) -> str:
        return self.memberships[-1][2] if self.memberships else ""


def birth_text(year: int | None, month: int | None, day: int | None) -> str:
    return "" if year is None else str(PartialDate(year, month, day))


_COLUMNS = (
    "sex",
    "birth_year",
    "birth_month",
    "birth_day",
    "id_index",
    "id_mask",
    "ethnicity",
    "ethnicity_text",
    "education",
    "marital",
    "registered_area_id",
    "registered_scope",
    "deceased",
    "phone_masks",
)


def load(person_ids: Collection[int]) -> dict[int, Known]:
    """The people with these numbers, by number: six queries, none for no number."""
    if not person_ids:
        return {}
    known: dict[int, Known] = {}
    for person_id, name, key, sex, year, month, day, *rest in Person.objects.filter(
        among("id", person_ids, "bigint")
    ).values_list("pk", "name", "name_key", *_COLUMNS):
        known[person_id] = Known(person_id, name, key, sex, birth_text(year, month, day), *rest)
    for person, start, household, relation in (
        Membership.objects.filter(among("person_id", person_ids, "bigint"))
        .order_by("person_id", "start")
        .values_list("person_id", "start", "household_id", "relation")
    ):
        known[person].memberships.append((start, household, relation))
    for person, kind, start, value in (
        Status.objects.filter(among("person_id", person_ids, "bigint"))
        .order_by("person_id", "kind", "start")
        .values_list("person_id", "kind", "start", "value")
    ):
        known[person].statuses.setdefault(kind, []).append((start, value))
    for person, kind, start, area, text in (
        Residence.objects.filter(among("person_id", person_ids, "bigint"))
        .order_by("person_id", "start")
        .values_list("person_id", "kind", "start", "area_id", "outside_text")
    ):
        if kind == Residence.Kind.REGISTERED:
            known[person].registrations.append((start, area))
        else:
            known[person].residences.append((start, area, text))
    for person, start, *counts in (
        FamilyStatement.objects.filter(among("person_id", person_ids, "bigint"))
        .order_by("person_id", "start")
        .values_list("person_id", "start", "living_sons", "living_daughters", "children_ever")
    ):
        known[person].statements.append((start, (counts[0], counts[1], counts[2])))
    for person, index in (
        Phone.objects.filter(among("person_id", person_ids, "bigint"))
        .order_by("person_id", "position")
        .values_list("person_id", "index")
    ):
        known[person].phones += (index,)
    return known


def latest_memberships() -> QuerySet[Membership]:
    """The membership each person has now: the one with no later start."""
    later = Membership.objects.filter(person_id=OuterRef("person_id"), start__gt=OuterRef("start"))
    return Membership.objects.filter(~Exists(later))


@dataclass(frozen=True, slots=True)
class Roster:
    """Households of a village by their number, and who is in them now or was before."""

    households: dict[str, tuple[int, int, str]]  # number: household, area, group as written
    people: set[int]
    closed: frozenset[int]  # households that are closed
    members: dict[int, list[Known]] = field(default_factory=dict)  # household: who is in it now

    def filled(self, known: Mapping[int, Known]) -> Roster:
        """The roster with its present members."""
        members: dict[int, list[Known]] = {pk: [] for pk, _area, _text in self.households.values()}
        for person in sorted(self.people):
            if (home := known[person].household_id) in members:
                members[home].append(known[person])
        return replace(self, members=members)


def roster(village_id: int, numbers: Collection[str]) -> Roster:
    """The households with these numbers: two queries, one when none is known."""
    rows = list(
        Household.objects.filter(among("number", numbers, "varchar"), village_id=village_id).values_list(
            "pk", "number", "area_id", "group_text", "closed"
        )
    )
    found = {number: (pk, area, text) for pk, number, area, text, _closed in rows}
    people: set[int] = set()
    if found:
        homes = [pk for pk, _area, _text in found.values()]
        people |= set(
            Membership.objects.filter(among("household_id", homes, "bigint")).values_list(
                "person_id", flat=True
            )
        )
    return Roster(found, people, frozenset(row[0] for row in rows if row[4] is not None))
