"""Whom the rows of a list name: by identity number without doubt, else people who could be meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tongchou.apps.registry import identifiers
from tongchou.apps.registry.known import birth_text
from tongchou.apps.registry.lines import iso, name_key
from tongchou.apps.registry.listed.findings import Decision
from tongchou.apps.registry.models import Person
from tongchou.apps.registry.one_person import holders
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.lists.row import NOTHING, ListRow, Named
from tongchou.domain.names import sound
from tongchou.domain.register.columns import plain

#: More people than these are no choice but a register to search.
MOST_CANDIDATES: Final = 5


@dataclass(slots=True)
class Known:
    """A registered person as far as lists ask; changes as the rows before are recorded."""

    person_id: int
    name: str
    name_key: str
    sex: int | None
    birth: str
    numbered: bool
    deceased: bool
    died: str
    marital: str
    registered_area_id: int
    registered_scope: int
    area: str
    above: str

    def lives_in(self, address: str) -> bool:
        """True when the address names the person's village."""
        return any(name and name in address for name in (plain(self.area), plain(self.above)))


_COLUMNS: Final = (
    "pk", "name", "name_key", "sex", "birth_year", "birth_month", "birth_day", "id_index", "deceased",
    "death_year", "death_month", "death_day", "marital", "registered_area_id", "registered_scope",
    "registered_area__name", "registered_area__parent__name",
)  # fmt: skip


@dataclass(slots=True)
class Match:
    """Who is meant: one person, or several candidates and why they are asked about."""

    person: Known | None = None
    candidates: tuple[int, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class People:
    """The registered people that some rows could mean, read in at most eight queries."""

    by_id: dict[int, Known] = field(default_factory=dict)
    _by_index: dict[str, int] = field(default_factory=dict)
    _by_name: dict[str, list[int]] = field(default_factory=dict)
    _indexes: dict[str, str] = field(default_factory=dict)  # as long as the chunk: a number is asked thrice

    @classmethod
    def of(cls, rows: Sequence[ListRow], scope: Scope, decided: Mapping[int, Decision]) -> People:
        """The people named by rows that report something, within a scope: by where they are registered."""
        found = cls()
        named = [person for row in rows if row.event != NOTHING for person in row.people]
        here = Person.objects.filter(scope.q("registered_scope"))
        numbered = holders({found._index(n.number) for n in named if n.number})
        found._read(here.filter(pk__in=numbered.values()))
        found._by_index |= {index: pk for index, pk in numbered.items() if pk in found.by_id}
        near = {found._index(number) for n in named if n.written for number in identity.near(n.written)}
        if near:
            found._read(here.filter(id_index__in=near))
        lost = [n for n in named if n.name and not (n.number and found._index(n.number) in found._by_index)]
        unnumbered = {name_key(n.name or "") for n in lost if n.number}
        loose = {name_key(n.name or "") for n in lost if not n.number}
        if unnumbered:
            found._read(here.filter(name_key__in=unnumbered, id_index=None))
        if loose:
            found._read(here.filter(name_key__in=loose))
        own = {found._index(row.child.number) for row in rows if row.child and row.child.number}
        if own:
            found._read(here.filter(pk__in=holders(own).values()))
        children = {name_key(row.child.name) for row in rows if row.child and row.child.name}
        if children:
            found._read(here.filter(name_key__in=children))
        chosen = {person for row in rows if row.row_no in decided for person in decided[row.row_no].people}
        if missing := {pk for pk in chosen if pk} - found.by_id.keys():
            found._read(here.filter(pk__in=missing))
        return found

    def _index(self, number: str) -> str:
        if number not in self._indexes:
            self._indexes[number] = identifiers.id_index(number)
        return self._indexes[number]

    def _read(self, people: Any) -> None:
        for pk, name, key, sex, y, m, d, index, deceased, dy, dm, dd, *rest in people.values_list(*_COLUMNS):
            if pk in self.by_id:
                continue
            birth, died = birth_text(y, m, d), birth_text(dy, dm, dd)
            self.by_id[pk] = Known(
                pk, name, key, sex, birth, index is not None, deceased, died, *rest[:3], *map(_text, rest[3:])
            )
            if index is not None:
                self._by_index[index] = pk
            self._by_name.setdefault(key, []).append(pk)

    def match(self, named: Named, address: str | None) -> Match:
        """Who is meant by a name and a number; a valid number decides when the name does not contradict."""
        if named.number and (pk := self._by_index.get(self._index(named.number))) is not None:
            person = self.by_id[pk]
            if named.name is None or same_name(named.name, person):
                return Match(person)
            return Match(candidates=(pk,), reason="other_name")
        if named.name is None:
            return Match(reason="not_registered")
        if named.written and (near := self._near(named)):
            return Match(candidates=near, reason="near_number")
        return self._by_name_and_birth(named, plain(address or ""))

    def child(self, row: ListRow) -> int | None:
        """A registered person of the newborn's number, or of its name and day of birth, in whatever
        household."""
        if row.child and row.child.number:
            numbered = self._by_index.get(self._index(row.child.number))
            if numbered is not None:
                return numbered
        if row.child is None or row.child.name is None or row.day is None:
            return None
        alike = (self.by_id[pk] for pk in self._by_name.get(name_key(row.child.name), ()))
        return next((person.person_id for person in alike if person.birth == iso(row.day)), None)

    def _near(self, named: Named) -> tuple[int, ...]:
        assert named.written and named.name
        found = {self._by_index.get(self._index(number)) for number in identity.near(named.written)} - {None}
        alike = sorted(pk for pk in found if pk and same_name(named.name, self.by_id[pk]))
        return tuple(alike[:MOST_CANDIDATES])

    def _by_name_and_birth(self, named: Named, address: str) -> Match:
        people = [self.by_id[pk] for pk in self._by_name.get(name_key(named.name or ""), ())]
        birth = iso(named.birth)
        people = [p for p in people if not (named.sex and p.sex and named.sex != p.sex)]
        if named.number:
            people = [p for p in people if not p.numbered and p.birth and _agree(birth, p.birth)]
        elif birth and not named.written:
            people = [p for p in people if _agree(birth, p.birth)]
        elif any(p.lives_in(address) for p in people):
            people = [p for p in people if p.lives_in(address)]
        if not people:
            return Match(reason="not_registered")
        if len(people) > MOST_CANDIDATES:
            return Match(reason="too_many")
        reason = "unnumbered" if named.number else "no_number"
        return Match(candidates=tuple(sorted(p.person_id for p in people)), reason=reason)


def same_name(written: str, person: Known) -> bool:
    """True when the names are equal or sound alike: then it is another way to write one name."""
    return name_key(written) == person.name_key or sound(written) == sound(person.name)


def ids(people: Iterable[Known | None]) -> Collection[int]:
    return {person.person_id for person in people if person is not None}


def _agree(one: str, other: str) -> bool:
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _text(value: object) -> str:
    return "" if value is None else str(value)
