"""Whose account money may go to: what the register knows of a holder, seen from the person it is for.

It answers a comparison alone. Nothing of the register is told that was not typed already: no name, no number,
no place, and of kin only that the tie which was claimed is on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from tongchou.apps.registry import known
from tongchou.apps.registry.arrangements import Custody
from tongchou.apps.registry.identifiers import id_index
from tongchou.apps.registry.models import Couple, Kinship, Person
from tongchou.apps.registry.one_person import holders
from tongchou.domain import identity
from tongchou.domain.names import compare_key

SELF, SPOUSE, PARENT, GUARDIAN, HOUSEHOLD = "self", "spouse", "parent", "guardian", "household"
#: Ties the register can show, the closest first.
TIES: Final = (SELF, SPOUSE, PARENT, GUARDIAN, HOUSEHOLD)
#: Ties by which somebody is a parent in law; a step-parent is one of the household, or shows a mandate.
_LINEAL: Final = (Kinship.Kind.BIRTH, Kinship.Kind.ADOPTIVE)


@dataclass(frozen=True, slots=True)
class Holder:
    """What the register says of the holder of an account.

    ``found``: it has the number. ``same_name``: under this name. ``ties``: what the holder is to the person,
    of ``TIES``. ``other_number``: the person has a number on record, and it is another one. ``person_name``:
    the name is the person's own.
    """

    found: bool
    same_name: bool
    deceased: bool
    ties: frozenset[str]
    other_number: bool
    person_name: bool


def holder_of(*, person_id: int, number: str, name: str) -> Holder:
    """The holder with this 18-character number and name, seen from a person. Six queries at most.

    A person without a number on record is taken to be the holder when name and day of birth agree.
    """
    person = Person.objects.get(pk=person_id)
    numbers = holders([id_index(number)])
    pk = next(iter(numbers.values()), None)
    own_name = compare_key(person.name) == compare_key(name)
    if pk is None:
        itself = not person.id_index and own_name and _born(person, number)
        return Holder(
            found=False,
            same_name=itself,
            deceased=itself and person.deceased,
            ties=frozenset({SELF}) if itself else frozenset(),
            other_number=bool(person.id_index),
            person_name=own_name,
        )
    holder = person if pk == person_id else Person.objects.get(pk=pk)
    return Holder(
        found=True,
        same_name=compare_key(holder.name) == compare_key(name),
        deceased=holder.deceased,
        ties=_ties(person_id, pk),
        other_number=bool(person.id_index) and pk != person_id,
        person_name=own_name,
    )


def _born(person: Person, number: str) -> bool:
    """Whether the day of birth in a number is the person's, as far as it is on record."""
    born = identity.parse(number).birth
    on_record = known.birth_text(person.birth_year, person.birth_month, person.birth_day)
    return born is not None and bool(on_record) and str(born).startswith(on_record)


def _ties(person_id: int, holder_id: int) -> frozenset[str]:
    if person_id == holder_id:
        return frozenset({SELF})
    found = set()
    first, second = sorted((person_id, holder_id))
    if Couple.objects.filter(a=first, b=second, ended=None).exists():
        found.add(SPOUSE)
    if Kinship.objects.filter(child=person_id, parent=holder_id, kind__in=_LINEAL).exists():
        found.add(PARENT)
    custody = Custody.objects.filter(person=person_id).order_by("-start").first()
    if custody is not None and custody.basis and holder_id in (custody.guardian_id, custody.second_id):
        found.add(GUARDIAN)
    homes = known.latest_memberships().filter(Q(person=person_id) | Q(person=holder_id))
    houses = dict(homes.values_list("person_id", "household_id"))
    if len(houses) == 2 and len(set(houses.values())) == 1:
        found.add(HOUSEHOLD)
    return frozenset(found)


def cared_for_by_office(person_id: int) -> bool:
    """Whether an office or institution answers for a person, as far as recorded. One query."""
    custody = Custody.objects.filter(person=person_id).order_by("-start").first()
    return custody is not None and custody.basis == Custody.Basis.OFFICE
