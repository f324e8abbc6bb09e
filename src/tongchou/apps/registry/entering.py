"""Entering somebody the register never had (补登): a child at whatever age, a grown person, a newcomer.

It is never too late, costs nothing and asks nothing about the parents' marriage or other children: every
citizen is registered, whatever is missing (国办发〔2015〕96号). The act is the same early or late; nothing of
it says which it was, but for the dates everybody's entry has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, agreeing, births, evidence, known
from tongchou.apps.registry.births import relation_of_child
from tongchou.apps.registry.households import household_closed
from tongchou.apps.registry.known import latest_memberships
from tongchou.apps.registry.models import EventKind, Household, Kinship, Person
from tongchou.apps.registry.recording import CONSOLE, Draft, Recorded, Recorder
from tongchou.core import access as core_access
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import codes
from tongchou.domain.dates import PartialDate
from tongchou.domain.names import compare_key
from tongchou.domain.register.row import HUKOU_KINDS


@transaction.atomic
def enter_person(
    *,
    household_id: int,
    name: str,
    sex: int,
    birth: PartialDate,
    relation: str,
    evidence_kind: str,
    evidence_words: str,
    by: Account,
    at: dt.datetime,
    parent_ids: Sequence[int] = (),
    id_number: str | None = None,
    hukou_kind: str | None = None,
    namesake: bool = False,
) -> Recorded:
    """Enter a person into a household, as kin of those parents who are named and registered.

    Parameters
    ----------
    relation
        To the head, GB/T 4761.
    parent_ids
        At most two people in the areas of the account. None need be named.
    hukou_kind
        That of the first parent named when left out; unknown when there is none.
    namesake
        True when somebody registered in these areas has the same name and date of birth, and is another.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not there.
    Invalid
        When something cannot be right.
    Conflict
        ``registry.child_entered`` or ``registry.id_taken`` when the person is entered already;
        ``registry.namesake`` when somebody might be the same.
    """
    on = clock.date_of(at)
    reach = core_access.require(by, "registry.correct", on=on)
    recorder = Recorder(source=CONSOLE, by=by, at=at)
    household = Household.objects.filter(reach.q("scope_no"), pk=household_id).first()
    if household is None:
        raise access.no_household()
    if household.closed is not None:
        raise household_closed()
    parents = known.load(_parents(parent_ids, reach))
    payload = births.checked(name=name.strip(), sex=sex, birth=birth, on=on, id_number=id_number)
    if relation not in codes.RELATION.labels:
        raise Invalid("registry.relation", _("Unknown relation to the head."), field="relation")
    agreeing.refuse_second_head(household_id, relation)
    for parent in parents.values():
        if parent.birth and str(birth) <= parent.birth:
            message = _("The date lies before the birth of a parent.")
            raise Invalid("registry.before_parent", message, field="birth")
        births.refuse_twice(parent.person_id, payload)
    payload |= {"household": household_id, "relation": relation, "registered": household.area_id}
    payload["evidence"] = evidence.check(evidence_kind, evidence_words)
    _refuse_the_same(payload, household, reach, namesake=namesake)
    if hukou_kind is not None and hukou_kind not in HUKOU_KINDS:
        raise Invalid("registry.hukou_kind", _("Unknown kind of household registration."), field="hukou_kind")
    status = {"hukou_kind": [hukou_kind, ""]} if hukou_kind else births.follows(list(parents.values()))
    if status:
        payload["status"] = status
    if parents:
        payload["parents"] = [[pk, str(Kinship.Kind.BIRTH)] for pk in parents]
    person = recorder.numbers.take("person")
    # A child of a family here was born into it, whenever that becomes known; anybody else is an entry.
    occurred = str(birth) if parents else ""
    recorder.add(Draft(EventKind.PERSON_ENROLLED, payload, person_id=person, occurred=occurred))
    return recorder.write(
        action="registry.enter_person",
        subject=f"person:{person}",
        scope_no=household.scope_no,
        detail={"kind": str(EventKind.PERSON_ENROLLED)},
    )


def child_start(parent_id: int, sex: int | None, *, scope: Scope) -> tuple[int | None, str]:
    """``(household, relation to its head)`` that follow for a child of a parent; None when in no household.

    Raises
    ------
    NotFound
        When the scope does not reach the parent.
    """
    if not access.people(scope).filter(pk=parent_id).exists():
        raise access.no_person()
    found = latest_memberships().filter(person=parent_id).values_list("household_id", "relation").first()
    return (None, "97") if found is None else (found[0], relation_of_child(found[1], sex))


def _parents(parent_ids: Sequence[int], reach: Scope) -> list[int]:
    wanted = list(dict.fromkeys(parent_ids))
    if len(wanted) > 2:
        raise Invalid("registry.parents", _("Name at most two parents."), field="parents")
    if access.people(reach).filter(pk__in=wanted).count() != len(wanted):
        raise access.no_person()
    return wanted


def _refuse_the_same(payload: dict[str, Any], household: Household, reach: Scope, *, namesake: bool) -> None:
    """A second click enters nobody twice; somebody of the same name and day may be the same person."""
    date = PartialDate.from_iso(payload["birth"])
    same = Person.objects.filter(
        name_key=compare_key(payload["name"]),
        birth_year=date.year,
        birth_month=date.month,
        birth_day=date.day,
    )
    here = latest_memberships().filter(household=household, person__in=same.values("pk"))
    if here.exists():
        raise Conflict("registry.child_entered", _("This person is entered in this household already."))
    if not namesake and same.filter(reach.q("registered_scope", "resident_scope")).exists():
        message = _(
            "Somebody with this name and date of birth is registered in your areas. Look for that person "
            "first; if it is somebody else, say so and send the form again."
        )
        raise Conflict("registry.namesake", message)
