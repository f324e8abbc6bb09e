"""With whom somebody lives, and who answers for a child: spells beside the registration, which stays.

Recorded so that a visit, a letter or a benefit finds the person. Nothing is asked about the parents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, evidence, known
from tongchou.apps.registry.acting import Act, nothing_new
from tongchou.apps.registry.households import household_closed
from tongchou.apps.registry.lines import iso
from tongchou.apps.registry.models import Custody, EventKind, Kinship, Lodging, Person
from tongchou.apps.registry.recording import Recorded
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate, clearly_before

#: Age from which nobody needs a guardian as a child, and may be one (民法典, articles 17 and 18).
OF_AGE = 18
#: What a guardianship can rest on, as choices.
BASES = Custody.Basis.choices


@dataclass(frozen=True, slots=True)
class LodgingView:
    """Somebody who lives in another household; its place is empty when it lies outside the reader's areas."""

    person_id: int
    household_id: int | None
    number: str
    place: str
    start: str


@dataclass(frozen=True, slots=True)
class CustodyView:
    """Who answers for a child; guardians outside the reader's areas are counted and not named."""

    person_id: int
    guardians: tuple[str, ...]
    elsewhere: int
    basis: str
    start: str


@transaction.atomic
def record_lodging(
    *,
    person_id: int,
    household_id: int | None,
    since: PartialDate | None,
    until: PartialDate | None = None,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Record that a person lives in another household than the one of registration, or no more.

    Parameters
    ----------
    household_id
        A household in the areas of the account; None when the person lives there no more.
    since, until
        ``until`` is the first day on which it is over. Without ``since`` the day of recording counts.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not there.
    Invalid
        When a day lies in the future or the end does not lie behind the start, or it is the person's own
        household.
    Conflict
        When it is recorded already, the person has died, or the household is closed.
    """
    act = Act(person_id, by, at)
    start = _start(act, since, until)
    _alive(act)
    if household_id is not None:
        home = access.households(act.reach).filter(pk=household_id).first()
        if home is None:
            raise access.no_household()
        if home.closed is not None:
            raise household_closed()
        if household_id == act.person.household_id:
            message = _("This is the household of registration. Choose the one the person lives in.")
            raise Invalid("registry.own_household", message, field="number")
    spells = list(
        Lodging.objects.filter(person=person_id).order_by("start").values_list("start", "household")
    )
    now = spells[-1][1] if spells else None
    if now == household_id and until is None:
        raise nothing_new()
    payload: dict[str, Any] = {"household": household_id}
    return _record(act, EventKind.LODGING_RECORDED, payload, start, until, [one for one, _home in spells])


@transaction.atomic
def record_custody(
    *,
    person_id: int,
    guardian_ids: Sequence[int],
    basis: str,
    since: PartialDate | None,
    evidence_kind: str,
    evidence_words: str,
    until: PartialDate | None = None,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Record who is a child's guardian, in place of whoever was before.

    Parameters
    ----------
    guardian_ids
        At most two people in the areas of the account; none when an office is the guardian, or when a
        guardianship is over (``basis`` empty).
    basis
        A value of ``Custody.Basis``, or "" when nobody is the guardian any more.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not these people.
    Invalid
        When a day lies in the future, the child is of age, a guardian is not, or basis and people disagree.
    Conflict
        When it is recorded already, or one of them has died.
    """
    act = Act(person_id, by, at)
    start = _start(act, since, until)
    _alive(act)
    if _years(act.person.birth, start) >= OF_AGE:
        message = _("On that day the person is of age. Guardians of children alone are recorded here.")
        raise Invalid("registry.of_age", message, field="person")
    guardians = list(dict.fromkeys(guardian_ids))
    _agree(guardians, basis)
    _able(act, guardians, start)
    document = evidence.check(evidence_kind, evidence_words)
    columns = ("start", "guardian", "second", "basis")
    spells = list(Custody.objects.filter(person=person_id).order_by("start").values_list(*columns))
    now = spells[-1][1:] if spells else (None, None, "")
    if now == (*[*guardians, None, None][:2], basis) and until is None:
        raise nothing_new()
    payload: dict[str, Any] = {"guardians": guardians, "basis": basis, "evidence": document}
    return _record(act, EventKind.CUSTODY_RECORDED, payload, start, until, [one[0] for one in spells])


def _start(act: Act, since: PartialDate | None, until: PartialDate | None) -> str:
    act.not_later(since, "since")
    act.not_later(until, "until")
    start = iso(since) or act.on.isoformat()
    if until is not None and str(until) <= start:
        raise Invalid("registry.ends_first", _("The end lies before the start."), field="until")
    if clearly_before(start, act.person.birth):
        raise Invalid("registry.before_birth", _("The date lies before a date of birth."), field="since")
    return start


def _alive(act: Act) -> None:
    if act.person.deceased:
        raise Conflict("registry.deceased", _("A death is recorded for this person."))


def _agree(guardians: list[int], basis: str) -> None:
    if basis and basis not in Custody.Basis.values:
        raise Invalid("registry.basis", _("Choose what the guardianship rests on."), field="basis")
    if len(guardians) > 2:
        raise Invalid("registry.guardians", _("Name at most two guardians."), field="guardian")
    named = basis not in ("", Custody.Basis.OFFICE)
    if named and not guardians:
        raise Invalid("registry.guardians", _("Choose who is the guardian."), field="guardian")
    if not named and guardians:
        message = _("No person is named when an office is the guardian, or nobody any more.")
        raise Invalid("registry.guardians", message, field="guardian")


def _able(act: Act, guardians: list[int], start: str) -> None:
    if act.person.person_id in guardians:
        raise Invalid("registry.two_people", _("Choose somebody else."), field="guardian")
    if access.people(act.reach).filter(pk__in=guardians).count() != len(guardians):
        raise access.no_person()
    for one in known.load(guardians).values():
        if one.deceased:
            raise Conflict("registry.deceased", _("A death is recorded for this person."))
        if one.birth and _years(one.birth, start) < OF_AGE:
            raise Invalid("registry.guardian_young", _("A guardian is of age."), field="guardian")


def _years(birth: str, on: str) -> int:
    """Completed years on a day as far as both dates are known; -1 when the birth is not."""
    if not birth:
        return -1
    years = int(on[:4]) - int(birth[:4])
    length = min(len(birth), len(on))
    return years - (on[4:length] < birth[4:length])


def _record(
    act: Act, kind: str, payload: dict[str, Any], start: str, until: PartialDate | None, starts: list[str]
) -> Recorded:
    """A spell in place of all that would begin later."""
    payload["start"] = start
    if until is not None:
        payload["until"] = str(until)
    replaced = [one for one in starts if one > start and one != payload.get("until")]
    if replaced:
        payload["replaces"] = replaced
    action = "record_lodging" if kind == EventKind.LODGING_RECORDED else "record_custody"
    return act.record(kind, payload, action=action, occurred=start)


def lodgings(household_id: int, *, scope: Scope) -> list[LodgingView]:
    """Members of a household who live in another one, in the order of their numbers. Two queries.

    Access to the household is the caller's.
    """
    members = known.latest_memberships().filter(household=household_id).values("person_id")
    rows = _latest(Lodging, members).filter(household__isnull=False).order_by("person_id")
    found = list(rows.values_list("person_id", "start", "household_id"))
    homes = {
        home.pk: home
        for home in access.households(scope)
        .filter(pk__in=[home for _person, _start, home in found])
        .select_related("village")
    }
    return [
        LodgingView(person, home, homes[home].number, homes[home].village.name, start)
        if home in homes
        else LodgingView(person, None, "", "", start)
        for person, start, home in found
    ]


def lodgers(household_id: int, *, scope: Scope) -> list[tuple[int, str, str]]:
    """``(number, name, since)`` of those who live in a household and are registered in another. One query.

    Only whom the scope reaches. Access to the household is the caller's.
    """
    people = access.people(scope).filter(deceased=False)
    rows = _latest(Lodging, people.values("pk")).filter(household=household_id).order_by("person_id")
    return list(rows.values_list("person_id", "person__name", "start"))


def guardians(person_ids: Collection[int], *, scope: Scope) -> list[CustodyView]:
    """Who answers for these people, as far as recorded. Two queries. Access to them is the caller's."""
    rows = _latest(Custody, person_ids).exclude(basis="").order_by("person_id")
    found = list(rows.values_list("person_id", "guardian_id", "second_id", "basis", "start"))
    wanted = {pk for row in found for pk in row[1:3] if pk is not None}
    names = dict(access.people(scope).filter(pk__in=wanted).values_list("pk", "name"))
    result = []
    for person, first, second, basis, start in found:
        both = [pk for pk in (first, second) if pk is not None]
        named = tuple(names[pk] for pk in both if pk in names)
        result.append(CustodyView(person, named, len(both) - len(named), basis, start))
    return result


def children_alone(*, as_of: dt.date) -> set[int]:
    """Living children under 18 of whom neither a living parent nor a guardian is recorded. One query.

    For the offer of help alone: who asks must narrow it to a reader's areas.
    """
    parents = Kinship.objects.filter(child=OuterRef("pk"), parent__deceased=False)
    year, month, day = as_of.year - OF_AGE, as_of.month, as_of.day
    born_later = (
        Q(birth_year__gt=year)
        | Q(birth_year=year, birth_month__gt=month)
        | Q(birth_year=year, birth_month=month, birth_day__gt=day)
    )
    answering = Q(basis=Custody.Basis.OFFICE) | Q(guardian__deceased=False) | Q(second__deceased=False)
    later = Custody.objects.filter(
        person_id=OuterRef("person_id"), start__gt=OuterRef("start"), start__lte=as_of.isoformat()
    )
    guarded = Custody.objects.filter(
        ~Exists(later), answering, person_id=OuterRef("pk"), start__lte=as_of.isoformat()
    )
    children = Person.objects.filter(born_later, deceased=False)
    return set(children.filter(~Exists(parents), ~Exists(guarded)).values_list("pk", flat=True))


def _latest(model: Any, people: Any) -> Any:
    """The spell each of some people has now."""
    later = model.objects.filter(person_id=OuterRef("person_id"), start__gt=OuterRef("start"))
    return model.objects.filter(~Exists(later), person__in=people)
