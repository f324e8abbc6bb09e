"""What the registry holds of matched people, as far as the events of a list ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from tongchou.apps.registry import identifiers
from tongchou.apps.registry.known import birth_text, latest_memberships
from tongchou.apps.registry.models import Couple, DisabilityCertificate, Kinship, Person, Status
from tongchou.domain.lists import row as events

#: Which statuses an event asks for.
STATUSES = {
    events.CONVERSION: ("converted", "hukou_kind", "determined_rural"),
    events.PENSION: ("urban_pension",),
    events.MEDICAL: ("urban_medical",),
}
#: A child of a family: number, birth, sex, and whether by kinship rather than by the household alone.
Child = tuple[int, str, int | None, bool]


@dataclass(slots=True)
class Union:
    """A marriage as recorded; ``ended`` is None while it lasts."""

    a: int
    b: int
    start: str
    ended: str | None

    def other(self, person: int) -> int:
        return self.b if person == self.a else self.a


@dataclass(slots=True)
class State:
    """Everything some rows ask about; changes as the rows before are recorded."""

    statuses: dict[tuple[int, str], list[tuple[str, str]]] = field(default_factory=dict)
    unions: dict[int, list[Union]] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)  # partners who died
    certificates: dict[int, list[tuple[str, str, tuple[int, int]]]] = field(default_factory=dict)
    children: dict[int, list[Child]] = field(default_factory=dict)
    #: Newborns met so far: a twin is the second child of one day.
    met: set[int] = field(default_factory=set)

    def spells(self, person: int, kind: str) -> list[tuple[str, str]]:
        return self.statuses.setdefault((person, kind), [])

    def add_union(self, union: Union) -> None:
        for person in (union.a, union.b):
            self.unions.setdefault(person, []).append(union)


def load(people: Collection[int], kinds: Iterable[str]) -> State:
    """The state for events of those kinds: at most four queries, none for nobody."""
    state, wanted = State(), set(kinds)
    if not people:
        return state
    statuses = [name for event in wanted for name in STATUSES.get(event, ())]
    if statuses:
        rows = Status.objects.filter(person__in=people, kind__in=statuses).order_by("person_id", "start")
        for person, kind, start, value in rows.values_list("person_id", "kind", "start", "value"):
            state.spells(person, kind).append((start, value))
    if wanted & {events.MARRIAGE, events.DIVORCE}:
        _load_unions(state, people)
    if events.DISABILITY in wanted:
        held = DisabilityCertificate.objects.filter(person__in=people).order_by("person_id", "start")
        for person, start, until, cipher in held.values_list("person_id", "start", "until", "cipher"):
            said = identifiers.open_certificate(cipher, person)
            state.certificates.setdefault(person, []).append((start, until, said))
    if wanted.intersection(events.OF_CHILDREN):
        _load_children(state, people)
    return state


def _load_unions(state: State, people: Collection[int]) -> None:
    couples = Couple.objects.filter(Q(a__in=people) | Q(b__in=people)).order_by("a_id", "b_id", "start")
    columns = ("a_id", "b_id", "start", "ended", "a__deceased", "b__deceased")
    for a, b, start, ended, a_dead, b_dead in couples.values_list(*columns):
        state.add_union(Union(a, b, start, ended))
        state.dead |= {pk for pk, dead in ((a, a_dead), (b, b_dead)) if dead}


def _load_children(state: State, people: Collection[int]) -> None:
    """Children by kinship, and everybody in the household of a parent: a child may be entered there alone."""
    born = ("birth_year", "birth_month", "birth_day", "sex")
    links = Kinship.objects.filter(parent__in=people)
    for parent, child, year, month, day, sex in links.values_list(
        "parent_id", "child_id", *(f"child__{name}" for name in born)
    ):
        state.children.setdefault(parent, []).append((child, birth_text(year, month, day), sex, True))
    homes = dict(latest_memberships().filter(person__in=people).values_list("person_id", "household_id"))
    members: dict[int, list[Child]] = {}
    inside = latest_memberships().filter(household__in=set(homes.values()))
    for home, child, year, month, day, sex in inside.values_list(
        "household_id", "person_id", *(f"person__{name}" for name in born)
    ):
        members.setdefault(home, []).append((child, birth_text(year, month, day), sex, False))
    for parent, home in homes.items():
        known = {child for child, *_rest in state.children.get(parent, ())}
        others = (one for one in members.get(home, ()) if one[0] not in known and one[0] != parent)
        state.children.setdefault(parent, []).extend(others)


def living(person_ids: Collection[int]) -> set[int]:
    """Those of the people who are not recorded as dead."""
    return set(Person.objects.filter(pk__in=person_ids, deceased=False).values_list("pk", flat=True))
