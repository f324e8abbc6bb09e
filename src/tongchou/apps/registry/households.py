"""Acts on whole households: split, merge, change of head. Nobody is lost and nobody moves to another village.

Who belongs to a household now are its living members; whoever has died stays recorded where they were.
After each act every household with a member has exactly one head.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, known
from tongchou.apps.registry.known import Known
from tongchou.apps.registry.lines import iso
from tongchou.apps.registry.models import Couple, EventKind, Household, Kinship
from tongchou.apps.registry.recording import CONSOLE, Draft, Recorded, Recorder
from tongchou.core import access as core_access
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import codes
from tongchou.domain.dates import PartialDate
from tongchou.domain.kinship import HEAD
from tongchou.domain.relations import HEAD_CODE, Relative, Ties, toward

#: Most characters of a household number.
LONGEST_NUMBER = 40


def propose_relations(
    head_id: int, person_ids: Collection[int], *, household_ids: Collection[int], scope: Scope
) -> dict[int, str]:
    """What each of these people is to a head, as far as recorded ties say it. Eight queries at most.

    Parameters
    ----------
    household_ids
        The households all of them belong to.

    Raises
    ------
    NotFound
        When the scope does not reach one of the households, or somebody belongs to none of them.
    """
    if access.households(scope).filter(pk__in=household_ids).count() != len(set(household_ids)):
        raise access.no_household()
    people = known.load({head_id, *person_ids})
    if any(number not in people for number in (head_id, *person_ids)) or any(
        one.household_id not in household_ids for one in people.values()
    ):
        raise access.no_person()
    parents = Kinship.objects.filter(child__in=people).values_list("child_id", "parent_id", "kind")
    couples = Couple.objects.filter(Q(a__in=people) | Q(b__in=people), ended=None)
    ties = Ties(
        {(child, parent): kind for child, parent, kind in parents},
        list(couples.values_list("a_id", "b_id")),
    )
    others = [_relative(people[number]) for number in sorted(set(person_ids) - {head_id})]
    return toward(_relative(people[head_id]), others, ties)


def _relative(one: Known) -> Relative:
    return Relative(one.person_id, one.sex, PartialDate.from_iso(one.birth) if one.birth else None)


def next_number(household_id: int, *, scope: Scope) -> str:
    """A household number free in the village of a household: the largest of its digits and one more.

    Empty when the village numbers in another way. Two queries.

    Raises
    ------
    NotFound
        When the scope does not reach the household.
    """
    village = access.households(scope).filter(pk=household_id).values_list("village_id", flat=True).first()
    if village is None:
        raise access.no_household()
    numbers = Household.objects.filter(village=village).values_list("number", flat=True)
    last = max((text for text in numbers if text.isascii() and text.isdigit()), key=int, default="")
    return str(int(last) + 1).zfill(len(last)) if last else ""


@transaction.atomic
def split_household(
    *,
    household_id: int,
    head_id: int,
    relations: Mapping[int, str],
    number: str,
    since: PartialDate | None,
    by: Account,
    at: dt.datetime,
    rest_head_id: int | None = None,
    rest_relations: Mapping[int, str] | None = None,
) -> Recorded:
    """Make some members of a household a household of their own in the same village.

    Parameters
    ----------
    head_id, relations
        The head of the new household, and what each of the others who leave is to that head.
    number
        Of the new household; no household of the village has or had it.
    since
        Without it the day of recording counts.
    rest_head_id, rest_relations
        The head of those who stay and what the others are to that head: when the head leaves or has died.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not there.
    Invalid
        When something is missing or cannot be.
    Conflict
        When the number is taken, or the household is closed.
    """
    act = _Act(by, at, since)
    home = act.household(household_id)
    members = act.members(household_id)
    leaving = {head_id, *relations}
    act.belong(leaving, members)
    rest = {pk: one for pk, one in members.items() if pk not in leaving}
    if not rest:
        message = _("Somebody must stay. To give all of them another number, correct the register.")
        raise Invalid("registry.nobody_stays", message, field="members")
    wanted = number.strip()
    if not 1 <= len(wanted) <= LONGEST_NUMBER:
        raise Invalid(
            "registry.household_number", _("Write the number of the new household."), field="number"
        )
    if Household.objects.filter(village=home.village_id, number=wanted).exists():
        message = _("The village has, or had, a household with this number. Choose another one.")
        raise Conflict("registry.household_number", message)
    act.may_begin([members[pk] for pk in leaving])
    new = act.recorder.numbers.take("household")
    payload = {"number": wanted, "village": home.village_id, "area": home.area_id}
    if home.group_text:
        payload["group_text"] = home.group_text
    act.recorder.add(Draft(EventKind.HOUSEHOLD_ENROLLED, payload, household_id=new, occurred=act.occurred))
    act.place({pk: members[pk] for pk in leaving}, new, head_id, relations)
    heads = [pk for pk, one in rest.items() if one.relation in HEAD]
    if rest_head_id is not None or len(heads) != 1:
        act.lead(rest, home.pk, rest_head_id, rest_relations or {}, field="rest_head")
    return act.write("split_household", home, new=new, people=len(leaving))


@transaction.atomic
def merge_households(
    *,
    household_id: int,
    into_id: int,
    relations: Mapping[int, str],
    since: PartialDate | None,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Bring everybody of a household into another one of the village, and close the emptied one.

    Parameters
    ----------
    relations
        What each of those who come is to the head of the household they come to.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not both households.
    Invalid
        When a relation is missing, or both are one household or in different villages.
    Conflict
        When one is closed, or the household they come to has no head, or more than one.
    """
    act = _Act(by, at, since)
    home, target = act.household(household_id), act.household(into_id)
    if home.pk == target.pk or home.village_id != target.village_id:
        message = _("Choose another household of the same village.")
        raise Invalid("registry.other_household", message, field="number")
    members = act.members(household_id)
    act.belong(relations, members)
    if set(relations) != set(members):
        raise Invalid(
            "registry.relations", _("Say of everybody what they are to the head."), field="relations"
        )
    act.check(relations)
    if sum(one.relation in HEAD for one in act.members(into_id).values()) != 1:
        message = _("The household they come to has no head, or more than one. Record its head first.")
        raise Conflict("registry.no_head", message)
    act.may_begin(members.values())
    for pk, one in members.items():
        if target.area_id != one.registered_area_id:  # another group of the same village
            payload = {"kind": "registered", "area": target.area_id, "start": act.start, "current": True}
            replaced = [start for start, _area in one.registrations if start > act.start]
            payload |= {"replaces": replaced} if replaced else {}
            act.add(EventKind.REGISTRATION_RECORDED, pk, payload)
        act.belongs(pk, target.pk, relations[pk])
    closing = {"closed": act.start, "joined": target.pk}
    act.recorder.add(Draft(EventKind.HOUSEHOLD_CLOSED, closing, household_id=home.pk, occurred=act.occurred))
    return act.write("merge_households", home, into=target.pk, people=len(members))


@transaction.atomic
def change_head(
    *,
    household_id: int,
    head_id: int,
    relations: Mapping[int, str],
    since: PartialDate | None,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Make a member the head, and say what everybody else is to the new head.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not there.
    Invalid
        When a relation is missing or unknown.
    Conflict
        When the household is closed, or the registry says all of it already.
    """
    act = _Act(by, at, since)
    home = act.household(household_id)
    members = act.members(household_id)
    said = {head_id: HEAD_CODE, **relations}
    if head_id in members and all(said.get(pk) == one.relation for pk, one in members.items()):
        raise Conflict("registry.nothing_new", _("The registry already says this."))
    act.lead(members, household_id, head_id, relations, field="head")
    return act.write("change_head", home, people=len(members))


class _Act:
    """One act on households by an account that may do it: opened first, written last."""

    def __init__(self, by: Account, at: dt.datetime, since: PartialDate | None) -> None:
        on = clock.date_of(at)
        self.reach = core_access.require(by, "registry.correct", on=on)
        self.recorder = Recorder(source=CONSOLE, by=by, at=at)
        self.occurred = iso(since)
        self.start = self.occurred or on.isoformat()
        if self.start > on.isoformat():
            raise Invalid("registry.future_date", _("This date lies in the future."), field="since")

    def household(self, number: int) -> Household:
        found = access.households(self.reach).filter(pk=number).first()
        if found is None:
            raise access.no_household()
        if found.closed is not None:
            raise household_closed()
        return found

    def members(self, household_id: int) -> dict[int, Known]:
        """The living members by number."""
        numbers = known.latest_memberships().filter(household=household_id).order_by("person_id")
        people = known.load(list(numbers.values_list("person_id", flat=True)))
        return {pk: one for pk, one in sorted(people.items()) if not one.deceased}

    def belong(self, chosen: Iterable[int], members: Mapping[int, Known]) -> None:
        if set(chosen) - members.keys():
            raise access.no_person()

    def check(self, relations: Mapping[int, str]) -> None:
        if any(code not in codes.RELATION.labels for code in relations.values()):
            raise Invalid("registry.relation", _("Unknown relation to the head."), field="relation")
        if any(code in HEAD for code in relations.values()):
            message = _("A household has one head. Say of the others what they are to the head.")
            raise Invalid("registry.two_heads", message, field="relation")

    def may_begin(self, people: Iterable[Known]) -> None:
        """A day before somebody came to the household would take away what is recorded of that time."""
        if any(one.memberships and one.memberships[-1][0] > self.start for one in people):
            message = _("One of them is recorded in the household only since a later day. Check the date.")
            raise Invalid("registry.before_membership", message, field="since")

    def place(
        self, people: Mapping[int, Known], household: int, head_id: int, relations: Mapping[int, str]
    ) -> None:
        """Everybody to the household, the head with the head's own relation."""
        others = {pk: code for pk, code in relations.items() if pk != head_id}
        if people.keys() - {head_id} - others.keys():
            message = _("Say of everybody what they are to the head.")
            raise Invalid("registry.relations", message, field="relations")
        self.check(others)
        for pk, code in sorted({head_id: HEAD_CODE, **others}.items()):
            one = people[pk]
            if (one.household_id, one.relation) != (household, code):
                self.belongs(pk, household, code)

    def lead(
        self,
        people: Mapping[int, Known],
        household: int,
        head_id: int | None,
        relations: Mapping[int, str],
        *,
        field: str,
    ) -> None:
        """Give those who belong to a household a head."""
        if head_id is None:
            raise Invalid("registry.no_head", _("Choose who is the head."), field=field)
        self.belong({head_id, *relations}, people)
        self.may_begin(people.values())
        self.place(people, household, head_id, relations)

    def belongs(self, person: int, household: int, relation: str) -> None:
        payload = {"start": self.start, "household": household, "relation": relation}
        self.add(EventKind.MEMBERSHIP_RECORDED, person, payload)

    def add(self, kind: str, person: int, payload: dict[str, Any]) -> None:
        self.recorder.add(Draft(kind, payload, person_id=person, occurred=self.occurred))

    def write(self, action: str, home: Household, **detail: Any) -> Recorded:
        return self.recorder.write(
            action=f"registry.{action}",
            subject=f"household:{home.pk}",
            scope_no=home.scope_no,
            detail=detail,
        )


def household_closed() -> Conflict:
    return Conflict(
        "registry.household_closed", _("This household is closed. Its members are in another one now.")
    )
