"""Marriages and divorces as single acts. Of a spouse who is not registered here nothing is kept.

Nothing is asked about children or an earlier marriage. A marriage or divorce is valid by its registration
with the civil affairs office (民法典, articles 1049 and 1080); this only writes down what that office did.
What that office cannot have registered is refused, as the wrong person was chosen; what is only unusual is
asked about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, agreeing, diff, known
from tongchou.apps.registry.acting import Act, nothing_new
from tongchou.apps.registry.known import Known
from tongchou.apps.registry.listed import state as states
from tongchou.apps.registry.listed.judging import DIVORCED, MARRIED
from tongchou.apps.registry.listed.state import Union
from tongchou.apps.registry.models import EventKind, Person
from tongchou.apps.registry.near_kin import near_kin
from tongchou.apps.registry.recording import Draft, Recorded
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import marriage_age
from tongchou.domain.dates import PartialDate, clearly_before
from tongchou.domain.lists import row as events

#: GB/T 2261.2: 已婚, 初婚, 再婚, 复婚.
_MARRIED = frozenset({"20", "21", "22", "23"})


@dataclass(frozen=True, slots=True)
class Spouse:
    """Somebody a person is recorded as married to."""

    person_id: int
    name: str
    since: str


@transaction.atomic
def record_marriage(
    *,
    person_id: int,
    spouse_id: int | None,
    married_on: PartialDate,
    by: Account,
    at: dt.datetime,
    so_young: bool = False,
) -> Recorded:
    """Record a marriage.

    Parameters
    ----------
    spouse_id
        None when the other one is not in the registry, or not in the areas of the account: then only that the
        person has married is recorded.
    so_young
        True when it was looked at that one of the two married below the age of the law of that day: the
        state's own register may say so.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not these people.
    Invalid
        When the day lies in the future, before a birth or after a death, both are one person or near kin, or
        one of the two was a child then.
    Conflict
        When it is recorded already, or one of the two is recorded as married to somebody living;
        ``registry.married_young`` when one of the two was below the age of the law.
    """
    act = Act(person_id, by, at)
    act.not_later(married_on, "day")
    start = str(married_on)
    pair = _pair(act, spouse_id)
    for one in pair:
        _alive_then(one, start)
    _possible(pair, married_on, so_young=so_young)
    state = states.load([one.person_id for one in pair], [events.MARRIAGE])
    lasting = [
        (one, union)
        for one in pair
        for union in state.unions.get(one.person_id, [])
        if union.ended is None and union.other(one.person_id) not in state.dead
    ]
    between = _between(pair, state)
    if any(union not in between for _one, union in lasting):
        message = _("One of the two is recorded as married to somebody else. Record the end of that first.")
        raise Conflict("registry.other_spouse", message)
    others = [union for one in pair for union in state.unions.get(one.person_id, []) if union not in between]
    if any(union.ended and agreeing.overlap((union.start, union.ended), (start, None)) for union in others):
        message = _("Another marriage of one of the two is recorded as ended later. Compare the dates.")
        raise Conflict("registry.ended_later", message)
    if len(pair) == 1:
        return _alone(act, MARRIED, start, action="record_marriage")
    same = [union for union in between if union.ended is None]
    if any(union.ended is not None and union.ended >= start for union in between):
        message = _("An end of this marriage is recorded that lies later. Compare the dates.")
        raise Conflict("registry.ended_since", message)
    if same and not diff.refines(start, same[-1].start):
        raise nothing_new()
    payload: dict[str, Any] = {"start": start}
    replaced = [union.start for union in same if union.start != start]
    if replaced:
        payload["replaces"] = replaced
    return _both(act, EventKind.COUPLE_BEGUN, payload, MARRIED, pair, start, action="record_marriage")


@transaction.atomic
def record_divorce(
    *, person_id: int, spouse_id: int | None, divorced_on: PartialDate, by: Account, at: dt.datetime
) -> Recorded:
    """Record a divorce from ``spouse_id``, or from somebody who is not in the registry (None).

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry, or not these people.
    Invalid
        When the day lies in the future, or before the marriage.
    Conflict
        When it is recorded already, or no marriage of the two is.
    """
    act = Act(person_id, by, at)
    act.not_later(divorced_on, "day")
    day = str(divorced_on)
    pair = _pair(act, spouse_id)
    state = states.load([one.person_id for one in pair], [events.DIVORCE])
    if len(pair) == 1:
        others = [u for u in state.unions.get(person_id, []) if u.ended is None]
        if any(union.other(person_id) not in state.dead for union in others):
            message = _("The spouse is in the registry. Choose who it is.")
            raise Conflict("registry.spouse_known", message)
        return _alone(act, DIVORCED, day, action="record_divorce")
    between = _between(pair, state)
    lasting = [union for union in between if union.ended is None]
    if not lasting:
        if any(union.ended and not diff.refines(day, union.ended) for union in between):
            raise nothing_new()
        message = _("No marriage of these two is recorded. Record the marriage first.")
        raise Conflict("registry.no_couple", message)
    union = lasting[-1]
    if union.start and union.start > day:
        raise Invalid("registry.before_marriage", _("The date lies before the marriage."), field="day")
    payload = {"start": union.start, "ended": day, "reason": "divorce"}
    return _both(act, EventKind.COUPLE_ENDED, payload, DIVORCED, pair, day, action="record_divorce")


def spouses(person_id: int, *, scope: Scope) -> list[Spouse]:
    """Whom a person is recorded as married to now, as far as the scope reaches: for the acts above alone.

    Three queries.
    """
    if not access.people(scope).filter(pk=person_id).exists():
        raise access.no_person()
    state = states.load([person_id], [events.MARRIAGE])
    lasting = {u.other(person_id): u for u in state.unions.get(person_id, []) if u.ended is None}
    rows = access.people(scope).filter(pk__in=lasting).order_by("pk").values_list("pk", "name")
    return [Spouse(pk, name, lasting[pk].start) for pk, name in rows]


def _pair(act: Act, spouse_id: int | None) -> list[Known]:
    """The people of the act in the order of their numbers; the person alone when the other is outside."""
    if spouse_id is None:
        return [act.person]
    if spouse_id == act.person.person_id:
        raise Invalid("registry.two_people", _("Choose somebody else."), field="spouse")
    if not access.people(act.reach).filter(pk=spouse_id).exists():
        raise access.no_person()
    other = known.load([spouse_id])[spouse_id]
    return sorted((act.person, other), key=lambda one: one.person_id)


def _between(pair: list[Known], state: states.State) -> list[Union]:
    if len(pair) == 1:
        return []
    one, other = pair
    return [u for u in state.unions.get(one.person_id, []) if u.other(one.person_id) == other.person_id]


def _alive_then(one: Known, day: str) -> None:
    if clearly_before(day, one.birth):
        raise Invalid("registry.before_birth", _("The date lies before a date of birth."), field="day")
    if one.deceased:
        row = Person.objects.values_list("death_year", "death_month", "death_day").get(pk=one.person_id)
        died = known.birth_text(*row)
        if not died or day > died:
            raise Conflict("registry.deceased", _("A death is recorded for this person."))


def _possible(pair: list[Known], day: PartialDate, *, so_young: bool) -> None:
    """Nobody marries near kin or as a child (民法典, articles 1047 and 1048): then people were mistaken."""
    if len(pair) == 2 and pair[1].person_id in near_kin(pair[0].person_id):
        message = _(
            "These two are recorded as parent and child, or as brothers and sisters. No marriage of theirs "
            "can have been registered. Check whom you have chosen."
        )
        raise Invalid("registry.near_kin", message, field="spouse")
    if any(marriage_age.was_child(one.birth, day) for one in pair):
        message = _(
            "One of the two was under 18 on this day. No marriage of theirs can have been registered. Check "
            "whom you have chosen, and the date."
        )
        raise Invalid("registry.married_as_child", message, field="spouse")
    if not so_young and any(marriage_age.below(one.birth, one.sex, day) for one in pair):
        message = _(
            "One of the two was younger on this day than the law asks for a marriage. Compare the "
            "certificate: if it says so, say so below and send the form again."
        )
        raise Conflict("registry.married_young", message)


def _says(one: Known, code: str) -> bool:
    return one.marital == code or (code == MARRIED and one.marital in _MARRIED)


def _alone(act: Act, code: str, day: str, *, action: str) -> Recorded:
    if _says(act.person, code):
        raise nothing_new()
    return act.record(EventKind.PARTICULARS_RECORDED, {"marital": code}, action=action, occurred=day)


def _both(
    act: Act, kind: str, payload: dict[str, Any], code: str, pair: list[Known], day: str, *, action: str
) -> Recorded:
    """The couple, written at the smaller number, and what it makes of each of the two."""
    one, other = pair
    said = {"spouse": other.person_id} | payload | ({} if _says(one, code) else {"marital": code})
    act.recorder.add(Draft(kind, said, person_id=one.person_id, occurred=day))
    if not _says(other, code):
        act.recorder.add(
            Draft(EventKind.PARTICULARS_RECORDED, {"marital": code}, person_id=other.person_id, occurred=day)
        )
    return act.write(action=action, kind=kind)
