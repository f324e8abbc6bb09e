"""One person, one household, what was recorded. Each takes a scope and a constant number of queries."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value

from tongchou.apps.places import api as places
from tongchou.apps.registry import access
from tongchou.apps.registry.known import latest_memberships
from tongchou.apps.registry.models import (
    Couple,
    Event,
    EventKind,
    Kinship,
    Membership,
    Person,
    Residence,
    Source,
    Status,
)
from tongchou.apps.registry.one_person import MergedPerson
from tongchou.apps.registry.views import (
    EventLine,
    HouseholdView,
    MemberView,
    PersonHit,
    PersonRecord,
    SpellView,
    Tie,
)
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

#: Relations of the head of a household (GB/T 4761).
HEADS = ("01", "02")


def people(person_ids: Collection[int], *, scope: Scope, households: bool = True) -> dict[int, PersonHit]:
    """The people with these numbers whom the scope reaches, by number. Two queries.

    Without ``households`` their household stays unknown and one query does.
    """
    found = hits(access.people(scope).filter(pk__in=person_ids), households=households)
    return {hit.person_id: hit for hit in found}


def open_person(person_id: int, *, scope: Scope) -> PersonHit:
    """One person.

    Raises
    ------
    NotFound
        When the scope does not reach the person, or there is none.
    """
    found = hits(access.people(scope).filter(pk=person_id))
    if not found:
        raise access.no_person()
    return found[0]


#: What a line of a list holds, in the order ``_hit`` takes it: values, as a model a person and three an area
#: cost as much as the rest of a search.
_LINE = (
    "pk", "name", "sex", "birth_year", "birth_month", "birth_day", "id_mask", "phone_masks",
    "registered_scope", "lives_away", "resident_text", "deceased",
    "registered_area__level", "registered_area__name", "registered_area__parent__name",
    "registered_area__parent__parent__name",
)  # fmt: skip


def hits(found: QuerySet[Person], *, households: bool = True) -> list[PersonHit]:
    """The people of a query as lines of a list, in its order. Two queries, one without ``households``."""
    people = list(found.values_list(*_LINE))
    if not households:
        return [_hit(person, None, "") for person in people]
    memberships = Membership.objects.filter(person__in=[person[0] for person in people])
    belongs = {  # in order of start, so that the latest one stays
        person: (household, relation)
        for person, household, relation in memberships.order_by("person_id", "start").values_list(
            "person_id", "household_id", "relation"
        )
    }
    return [_hit(person, *belongs.get(person[0], (None, ""))) for person in people]


def _hit(person: tuple[Any, ...], household: int | None, relation: str) -> PersonHit:
    pk, name, sex, year, month, day, id_mask, phones, scope_no, away, lives_at, deceased, *area = person
    village, place = _village_and_place(*area)
    return PersonHit(
        person_id=pk,
        household_id=household,
        relation=relation,
        name=name,
        sex=sex,
        birth=_date(year, month, day),
        id_masked=id_mask,
        phone_masked=phones,
        village_name=village,
        place=place,
        registered_scope=scope_no,
        lives_away=away,
        lives_at=lives_at,
        deceased=deceased,
    )


def _village_and_place(level: str, name: str, parent: str | None, above: str | None) -> tuple[str, str]:
    """The village an area is or lies in, and that with what lies above it, from the names of all three."""
    if level == places.Level.GROUP and parent is not None:
        name, parent = parent, above
    return name, f"{parent} · {name}" if parent else name


def _date(year: int | None, month: int | None, day: int | None) -> PartialDate | None:
    return None if year is None else PartialDate(year, month, day)


def open_household(household_id: int, *, scope: Scope) -> HouseholdView:
    """A household with everybody in it and how they are related. Three queries, however many members.

    Raises
    ------
    NotFound
        When the scope does not reach the household, or there is none.
    """
    household = (
        access.households(scope).filter(pk=household_id).select_related("village__parent", "area").first()
    )
    if household is None:
        raise access.no_household()
    hukou = Status.objects.filter(person_id=OuterRef("person_id"), kind=Status.Kind.HUKOU).order_by("-start")
    memberships = (
        latest_memberships()
        .filter(household_id=household_id)
        .select_related("person")
        .annotate(hukou=Subquery(hukou.values("value")[:1]))
        .order_by("person_id")
    )
    members = sorted((_member(m) for m in memberships), key=lambda m: m.relation not in HEADS)
    own = household.village
    village, place = _village_and_place(own.level, own.name, own.parent.name if own.parent else None, None)
    in_group = household.area_id != household.village_id
    return HouseholdView(
        household_id=household.pk,
        number=household.number,
        village_id=household.village_id,
        village_name=village,
        group_name=household.area.name if in_group else household.group_text,
        place=place,
        scope_no=household.scope_no,
        members=tuple(members),
        ties=_ties([member.person_id for member in members]),
        closed=household.closed,
        joined=household.joined,
    )


def _member(membership: Any) -> MemberView:
    person = membership.person
    return MemberView(
        person_id=person.pk,
        relation=membership.relation,
        name=person.name,
        sex=person.sex,
        birth=_date(person.birth_year, person.birth_month, person.birth_day),
        id_masked=person.id_mask,
        phone_masked=person.phone_masks,
        ethnicity=person.ethnicity,
        ethnicity_text=person.ethnicity_text,
        education=person.education,
        hukou_kind=membership.hukou or "",
        lives_away=person.lives_away,
        lives_at=person.resident_text,
        deceased=person.deceased,
        death=_date(person.death_year, person.death_month, person.death_day),
    )


def _ties(members: list[int]) -> tuple[Tie, ...]:
    """Links between the members alone: kin elsewhere may be outside the reader's areas."""
    parents = Kinship.objects.filter(child__in=members, parent__in=members).values_list(
        "kind", "child_id", "parent_id"
    )
    couples = (
        Couple.objects.filter(a__in=members, b__in=members, ended=None)
        .annotate(tie=Value("couple"))
        .values_list("tie", "a_id", "b_id")
    )
    return tuple(
        sorted((Tie(*row) for row in couples.union(parents)), key=lambda t: (t.kind, t.one, t.other))
    )


#: Entries about a family: for whoever may correct them, nobody else (rights rule 7).
_FAMILY = (EventKind.COUPLE_BEGUN, EventKind.COUPLE_ENDED, EventKind.FAMILY_STATEMENT_RECORDED)


def history(*, scope: Scope, person_id: int, family: bool = False, limit: int = 100) -> list[EventLine]:
    """What was recorded about a person and when, the latest first; private entries are not among it.

    Four queries. An entry that takes another back is not a line of its own: the one taken back says so. That
    another record was joined to this one is a line of this one.

    Parameters
    ----------
    family
        Also entries about marriage and family, for those who may correct them.

    Raises
    ------
    NotFound
        When the scope does not reach the person, or there is none.
    """
    open_person(person_id, scope=scope)
    undone = {
        json.loads(payload)["event"]: at
        for payload, at in Event.objects.filter(
            person_id=person_id, kind=EventKind.EVENT_REVERSED
        ).values_list("payload", "recorded_at")
    }
    joined = MergedPerson.objects.filter(into_id=person_id).values("person_id")
    hidden = [EventKind.CERTIFICATE_RECORDED, EventKind.EVENT_REVERSED, *(() if family else _FAMILY)]
    source = Source.objects.filter(pk=OuterRef("source_id")).values("name")[:1]
    own = Q(person_id=person_id) | Q(kind=EventKind.PERSON_MERGED, person_id__in=joined)
    open_events = Event.objects.filter(own).exclude(kind__in=hidden)
    events = open_events.order_by("-pk").annotate(source_name=Subquery(source))
    columns = ("pk", "kind", "occurred", "recorded_at", "source_name", "source_row", "recorded_by")
    return [
        EventLine(pk, kind, str(EventKind(kind).label), *rest, taken_back=undone.get(pk))
        for pk, kind, *rest in events.values_list(*columns)[:limit]
    ]


def person_record(person_id: int, *, scope: Scope) -> PersonRecord:
    """What the registry says of one person. Five queries.

    Raises
    ------
    NotFound
        When the scope does not reach the person, or there is none.
    """
    own = ("ethnicity", "ethnicity_text", "education", "death_year", "death_month", "death_day")
    person = access.people(scope).filter(pk=person_id).values_list(*_LINE, *own).first()
    if person is None:
        raise access.no_person()
    line, (ethnicity, ethnicity_text, education, *died) = person[: len(_LINE)], person[len(_LINE) :]
    membership = (
        latest_memberships()
        .filter(person=person_id)
        .values_list("household_id", "relation", "household__number")
    ).first()
    household, relation, number = membership or (None, "", "")
    statuses = Status.objects.filter(person=person_id).order_by("kind", "start")
    lived = Residence.objects.filter(person=person_id).order_by("kind", "start")
    spells = list(lived.values_list("kind", "area_id", "outside_text", "start"))
    names = places.paths({area for _kind, area, _text, _start in spells if area})
    return PersonRecord(
        person=_hit(line, household, relation),
        household_number=number,
        ethnicity=ethnicity,
        ethnicity_text=ethnicity_text,
        education=education,
        death=_date(*died),
        statuses=tuple(SpellView(*row) for row in statuses.values_list("kind", "value", "start")),
        places=tuple(
            SpellView(kind, names.get(area, "") if area else text, start)
            for kind, area, text, start in spells
        ),
    )


def household_by_number(village_id: int, number: str, *, scope: Scope) -> int | None:
    """The household with this number in a village; None when the scope reaches none. One query."""
    found = access.households(scope).filter(village_id=village_id, number=number.strip())
    return found.values_list("pk", flat=True).first()


def events_after(event_id: int, *, limit: int = 1000) -> list[tuple[int, str, int | None, int | None]]:
    """Events with a larger number, in order: ``(number, kind, person, household)``.

    Numbers follow the order of commits, so a reader that remembers the last one misses none.
    """
    events = Event.objects.filter(pk__gt=event_id).order_by("pk")
    return list(events.values_list("pk", "kind", "person_id", "household_id")[:limit])


def last_event() -> int:
    """The number of the newest event, 0 before the first: as long as it stays, so does the registry."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
