"""Registering a child: into the mother's household, as kin of mother and father.

Nothing is asked about the parents' marriage or other children, and nothing of it blocks (人口与计划生育法
2021). A birth is registered by the head, kin or foster parents within a month (户口登记条例, article 7);
later is fine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, agreeing, identifiers, known, naming
from tongchou.apps.registry.known import Known
from tongchou.apps.registry.models import EventKind, Kinship, Person
from tongchou.apps.registry.one_person import holders
from tongchou.apps.registry.recording import CONSOLE, Draft, Recorded, Recorder
from tongchou.core import access as core_access
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain import codes, identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.kinship import (
    DAUGHTER_IN_LAW,
    DAUGHTERS,
    HEAD,
    SONS,
    SPOUSE,
    TAKEN_DAUGHTERS,
    TAKEN_SONS,
)

#: GB/T 4761: what a boy and a girl are to the head, by what the mother is.
_CHILD: Final = ("20", "30")
_SONS_CHILD: Final = ("41", "42")
_DAUGHTERS_CHILD: Final = ("43", "44")
_OTHER_KIN: Final = "97"


def relation_of_child(mother: str, sex: int | None) -> str:
    """The relation to the head that follows for a child from its mother's; ``97`` when none does.

    Examples
    --------
    >>> relation_of_child("12", 2), relation_of_child("38", 1), relation_of_child("30", 1)
    ('30', '41', '43')
    """
    if sex not in (1, 2):
        return _OTHER_KIN
    if mother in HEAD or mother in SPOUSE:
        pair = _CHILD
    elif mother == DAUGHTER_IN_LAW or mother in SONS | TAKEN_SONS:
        pair = _SONS_CHILD
    elif mother in DAUGHTERS | TAKEN_DAUGHTERS:
        pair = _DAUGHTERS_CHILD
    else:
        return _OTHER_KIN
    return pair[sex - 1]


@transaction.atomic
def record_birth(
    *,
    mother_id: int,
    name: str,
    sex: int,
    birth: PartialDate,
    by: Account,
    at: dt.datetime,
    father_id: int | None = None,
    id_number: str | None = None,
    relation: str | None = None,
) -> Recorded:
    """Enter a child into its mother's household, as kin of its mother and, when known, its father.

    Parameters
    ----------
    father_id
        A registered father; left out when he is not known or not registered in the areas of the account.
    id_number
        When the child has one already.
    relation
        To the head; what follows from the mother's when left out.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not where the mother is registered.
    Invalid
        When something cannot be right.
    Conflict
        When the mother is in no household, or the child is entered already.
    """
    reach = core_access.require(by, "registry.correct", on=clock.date_of(at))
    recorder = Recorder(source=CONSOLE, by=by, at=at)
    if not Person.objects.filter(reach.q("registered_scope"), pk=mother_id).exists():
        raise access.no_person()
    if father_id is not None and not access.people(reach).filter(pk=father_id).exists():
        father_id = None  # somebody of another area is not ours to link
    people = known.load([pk for pk in (mother_id, father_id) if pk is not None])
    mother = people[mother_id]
    if mother.household_id is None:
        raise Conflict("registry.no_household", _("The mother is entered in no household."))
    payload = _payload(mother, name.strip(), sex, birth, id_number, relation, clock.date_of(at))
    father = people.get(father_id) if father_id is not None else None
    if father is not None and father.birth and str(birth) <= father.birth:
        raise Invalid("registry.before_father", _("The date lies before the father's birth."), field="birth")
    refuse_twice(mother_id, payload)
    payload["parents"] = [[pk, str(Kinship.Kind.BIRTH)] for pk in people]
    child = recorder.numbers.take("person")
    recorder.add(Draft(EventKind.PERSON_ENROLLED, payload, person_id=child, occurred=str(birth)))
    return recorder.write(
        action="registry.record_birth",
        subject=f"person:{child}",
        scope_no=mother.registered_scope,
        detail={"kind": str(EventKind.PERSON_ENROLLED)},
    )


def _payload(
    mother: Known,
    name: str,
    sex: int,
    birth: PartialDate,
    id_number: str | None,
    relation: str | None,
    on: dt.date,
) -> dict[str, Any]:
    payload = checked(name=name, sex=sex, birth=birth, on=on, id_number=id_number)
    if mother.birth and str(birth) <= mother.birth:
        raise Invalid("registry.before_mother", _("The date lies before the mother's birth."), field="birth")
    role = relation or relation_of_child(mother.relation, sex)
    if role not in codes.RELATION.labels:
        raise Invalid("registry.relation", _("Unknown relation to the head."), field="relation")
    assert mother.household_id is not None  # the caller has looked
    agreeing.refuse_second_head(mother.household_id, role)
    payload |= {
        "household": mother.household_id,
        "relation": role,
        "registered": mother.registered_area_id,
    }
    status = follows([mother])
    return payload | {"status": status} if status else payload


def checked(*, name: str, sex: int, birth: PartialDate, on: dt.date, id_number: str | None) -> dict[str, Any]:
    """What identifies a person about to be entered, as a payload holds it.

    Raises
    ------
    Invalid
        When something cannot be right.
    Conflict
        When the identity number belongs to somebody.
    """
    name = naming.checked(name)
    if sex not in (1, 2):
        raise Invalid("registry.sex", _("Sex is 1 (male) or 2 (female)."), field="sex")
    if str(birth) > on.isoformat():
        raise Invalid("registry.future_date", _("This date lies in the future."), field="birth")
    payload: dict[str, Any] = {"name": name, "sex": sex, "birth": str(birth)}
    if id_number:
        payload["id"] = _number(id_number, birth, sex)
    return payload


def follows(parents: Sequence[Known]) -> dict[str, list[str]]:
    """The kind of registration a child has from the first parent named (国发〔1998〕24号: either will do)."""
    kinds = parents[0].statuses.get("hukou_kind") if parents else None
    if not kinds:
        return {}
    status = {"hukou_kind": [kinds[-1][1], ""]}
    rural = parents[0].statuses.get("determined_rural")
    if kinds[-1][1] == "unified" and rural:
        status["determined_rural"] = [rural[-1][1], ""]
    return status


def _number(text: str, birth: PartialDate, sex: int) -> tuple[str, str]:
    reading = identity.parse(text)
    if reading.number is None:
        raise Invalid("registry.id_number", _("This is not a valid identity number."), field="id_number")
    if reading.sex != sex or not (reading.birth and reading.birth.agrees_with(birth)):
        message = _("The identity number says another sex or date of birth.")
        raise Invalid("registry.id_number", message, field="id_number")
    index = identifiers.id_index(reading.number)
    if holders([index]):
        raise Conflict("registry.id_taken", _("Another person is registered with this identity number."))
    return reading.number, index


def refuse_twice(parent_id: int, payload: dict[str, Any]) -> None:
    """A second click enters nobody twice; twins have two names."""
    date = PartialDate.from_iso(payload["birth"])
    twin = Kinship.objects.filter(
        parent=parent_id,
        child__name=payload["name"],
        child__birth_year=date.year,
        child__birth_month=date.month,
        child__birth_day=date.day,
    )
    if twin.exists():
        raise Conflict("registry.child_entered", _("This child is entered already."))
