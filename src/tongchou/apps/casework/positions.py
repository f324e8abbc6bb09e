"""Who has handled a case, and on whose desk it lies so that somebody is left who may go on with it.

Nobody takes two positions in one case, and nobody who handled it hears its appeal. So an office with one
officer comes to the end of its people: the case then lies a level higher, from the act on that used them up.
It is written with the case, so that a queue stays one walk along one index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import reach
from tongchou.apps.casework.models import Case, Decision, Desk, NamedOfficer, OwnFamily
from tongchou.apps.registry import api as registry
from tongchou.core.errors import NotAllowed
from tongchou.core.models import Assignment
from tongchou.core.roles import roles_with
from tongchou.domain.casework import steps
from tongchou.domain.casework.kinds import Stage
from tongchou.domain.casework.steps import Act, State

#: The desks from below, each with what its people hold and those above them do not only hold as well.
_LADDER: Final = (
    (Desk.VILLAGE, reach.DISCUSS, reach.REVIEW),
    (Desk.TOWNSHIP, reach.REVIEW, reach.APPROVE),
    (Desk.COUNTY, reach.APPROVE, ""),
    (Desk.PREFECTURE, reach.HEAR, ""),
)
_DESKS: Final = tuple(desk for desk, _own, _wider in _LADDER)
_INTAKE: Final = {one.value for one in steps.INTAKE}


def done_in(case_id: int) -> dict[int, set[str]]:
    """What each account did in a case, itself or by somebody who acted for it. One query.

    A case that the yearly check began was begun by nobody.
    """
    rows = Decision.objects.filter(case=case_id, officer__isnull=False)
    rows = rows.exclude(act=Act.OPEN.value, counted=False)
    found: dict[int, set[str]] = {}
    for act, *pair in rows.values_list("act", "officer", "on_behalf"):
        for account in pair:
            found.setdefault(account, set()).add(act)
    return found


def by_two(case: Case, stage: Stage) -> bool:
    """Whether a case stands where the named officer who took it in goes on with it."""
    return case.private and stage.kind != "approval"


def bars(done: dict[int, set[str]], act: Act, officers: Collection[int], *, by_two: bool = False) -> bool:
    """Whether what some officers did in a case keeps them from an act; ``by_two`` as ``steps.barred_by``."""
    wanted = {one.value for one in steps.barred_by(act, by_two=by_two)}
    return any(done.get(one, set()) & wanted for one in officers)


def require_none(case_id: int, act: Act, officers: Collection[int], *, by_two: bool = False) -> bool:
    """Refuse an act to officers of whom one has done something before that bars it. One query.

    Returns
    -------
    bool
        Whether the act is their first position. Who opened a case and accepts it, or ``by_two`` reviews it,
        holds one already: it is the same officer, or pair of officers, or nobody of them.

    Raises
    ------
    NotAllowed
        ``casework.two_people``; ``casework.took_part`` where an appeal is heard.
    """
    barring = steps.barred_by(act, by_two=by_two)
    if not barring:
        return False
    done = done_in(case_id)
    if bars(done, act, officers, by_two=by_two):
        raise _took_part() if act in steps.HEARING else two_people()
    if barring & steps.INTAKE:
        return True
    taken_in = {one for one in officers if done.get(one, set()) & _INTAKE}
    if taken_in and taken_in != set(officers):
        raise two_people()
    return not taken_in


def two_people() -> NotAllowed:
    message = _("You have acted in this case before. Another officer has to take this step.")
    return NotAllowed("casework.two_people", message)


def _took_part() -> NotAllowed:
    message = _(
        "You have handled this case before. The appeal is heard by somebody who has not: a colleague, or the "
        "level above."
    )
    return NotAllowed("casework.took_part", message)


def _roles_at(desk: Desk) -> frozenset[str]:
    """The roles that work at a desk: those that hold its permission, and not that of the next one above."""
    _desk, own, wider = _LADDER[_DESKS.index(desk)]
    return frozenset(roles_with(own)) - (frozenset(roles_with(wider)) if wider else frozenset())


def desks_of(accounts: Collection[int], on: dt.date) -> dict[int, frozenset[Desk]]:
    """The desks at which some accounts work on a day. One query."""
    found: dict[int, set[Desk]] = {}
    rows = Assignment.objects.running(on).filter(account__in=accounts).values_list("account", "role")
    for account, role in rows:
        for desk in _DESKS:
            if role in _roles_at(desk):
                found.setdefault(account, set()).add(desk)
    return {account: frozenset(desks) for account, desks in found.items()}


def raised(natural: Desk, desks: Collection[Desk]) -> Desk:
    """Where an act of an officer of some desks was done: ``natural``, or the first desk above that is his."""
    if natural not in _DESKS or natural in desks:
        return natural
    return next((one for one in _DESKS[_DESKS.index(natural) :] if one in desks), natural)


def above(desk: Desk) -> Desk:
    """The next desk above; the prefecture's is the last."""
    return _DESKS[min(_DESKS.index(desk) + 1, len(_DESKS) - 1)] if desk in _DESKS else desk


def staffed(case: Case, state: State, stage: Stage, natural: Desk, on: dt.date) -> Desk:
    """The desk of a case: ``natural``, or the next one above where somebody is left who may go on.

    Stays ``natural`` where nobody is left anywhere above: there it is seen, and somebody has to be given the
    role. Two queries for each desk it passes, two more where one of the officers has kin.
    """
    if natural not in _DESKS:
        return natural
    # The prefecture hears appeals alone.
    last = len(_DESKS) if state == State.APPEALED else len(_DESKS) - 1
    act = {State.APPEALED: Act.UPHOLD, State.APPLIED: Act.ACCEPT}.get(state, Act.PASS)
    done = done_in(case.pk)
    if state == State.APPEALED:
        # The level above is that above whoever heard it first, and not above the desk that had nobody left.
        heard = [one for one, acts in done.items() if acts & {act.value for act in steps.HEARING}]
        for desks in desks_of(heard, on).values():
            at = min(desks - {Desk.VILLAGE}, key=_DESKS.index, default=natural)
            natural = max(natural, above(at), key=_DESKS.index)
    two = by_two(case, stage)
    spent = {account for account in done if bars(done, act, {account}, by_two=two)}
    for desk in _DESKS[_DESKS.index(natural) : last]:
        if _somebody(case, _roles_at(desk), spent, on):
            return desk
    return natural


def _somebody(case: Case, roles: Collection[str], spent: Collection[int], on: dt.date) -> bool:
    """Whether anybody of some roles may go on with a case: has not acted, is not kin, is named if private."""
    held = Assignment.objects.running(on).filter(
        role__in=roles,
        scope_no__lte=case.handling_scope,
        scope_end__gte=case.handling_scope,
        account__is_active=True,
    )
    if case.private:
        named = NamedOfficer.objects.filter(
            ended_at=None, scope_no__lte=case.handling_scope, scope_end__gte=case.handling_scope
        )
        held = held.filter(account__in=named.values("account"))
    left = set(held.exclude(account__in=spent).values_list("account", flat=True))
    return bool(left) and bool(left - _kin(case.person_id, left))


def _kin(person_id: int, accounts: Collection[int]) -> set[int]:
    """Those of some accounts who are near relatives of a person. One query more for each only if one is."""
    numbers: dict[int, set[str]] = {}
    rows = OwnFamily.objects.filter(account__in=accounts).values_list("account", "number_index")
    for account, index in rows:
        numbers.setdefault(account, set()).add(index)
    everybody = {index for some in numbers.values() for index in some}
    if person_id not in registry.own_family(everybody):
        return set()
    return {one for one, some in numbers.items() if person_id in registry.own_family(some)}
