"""Cases of the demo county, begun and decided through the real path, so that every queue holds something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, Final

from tongchou.domain import identity

#: Cases of each benefit that are begun, and how far they get: so many are accepted, passed, approved.
CHILDREN, ACCEPTED, PASSED, APPROVED = 10, 8, 6, 3
ELDERLY, DISCUSSED = 8, 6
#: Priority certificates that are approved, and how many of them are issued.
HOLDERS, ISSUED = 3, 2
_BANK: Final = "县农商银行"


def begin(accounts: dict[str, Any], at: dt.datetime, *, before: Collection[int] = ()) -> int:
    """Begin the cases, unless there are some; how many there are.

    Parameters
    ----------
    accounts
        Accounts by user name, as ``demo.PEOPLE`` names them.
    before
        People who apply for the reward before others do.
    """
    from tongchou.apps.casework import api as casework
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.notices import api as notices
    from tongchou.core import clock, scope
    from tongchou.core.errors import AppError

    worker, township, second = accounts["cunban"], accounts["zhenban"], accounts["zhenban2"]
    on = clock.date_of(at)
    for number, account in enumerate(accounts.values()):
        try:
            casework.declare(numbers=[_own(number)], by=account, at=at)
        except AppError:
            continue  # has nothing to do with cases
    areas = scope.of(worker, on, permission=casework.OPEN)
    listed = {
        programme: entitlements.worklist(scope=areas, year=on.year, programme=programme, size=20).items
        for programme in ("childcare_subsidy", "elderly_reward")
    }
    if before:
        everybody = entitlements.worklist(scope=areas, year=on.year, programme="elderly_reward", size=500)
        listed["elderly_reward"] = sorted(
            everybody.items, key=lambda one: (one.person_id not in before, everybody.items.index(one))
        )
    given = {"worker": worker, "at": at}
    children = [_apply(one, **given) for one in listed["childcare_subsidy"][:CHILDREN]]
    if children:
        casework.accept_many(numbers=children[:ACCEPTED], by=township, at=at)
    _pass(children[:PASSED], by=second, at=at)
    _pass(children[:APPROVED], by=accounts["xiancha2"], at=at)
    elderly = [_apply(one, **given) for one in listed["elderly_reward"][:ELDERLY]]
    for case in elderly[:DISCUSSED]:
        casework.accept(case_id=case, by=worker, at=at)
    # The one worker of the village took them in: the township notes its talk, its other officer reviews.
    _pass(elderly[:DISCUSSED], by=second, at=at)
    _certificates(holders=listed["elderly_reward"][:HOLDERS], accounts=accounts, at=at)
    for waiting in notices.waiting(by=worker, at=at)[:1]:
        notices.post(
            area_id=_village(worker, on),
            kind=waiting.kind,
            year=waiting.year,
            stage_code=waiting.stage_code,
            place="村务公开栏",
            by=worker,
            at=at,
        )
    return len(children) + len(elderly)


def _certificates(*, holders: Sequence[Any], accounts: dict[str, Any], at: dt.datetime) -> None:
    from tongchou.apps.casework import api as casework
    from tongchou.apps.certificates import api as certificates

    cases = [
        casework.open_case(
            person_id=one.person_id,
            kind="priority_certificate",
            year=one.year,
            channel="window",
            applicant="self",
            application=casework.Application(),
            by=accounts["cunban"],
            at=at,
        ).pk
        for one in holders
    ]
    if cases:
        casework.accept_many(numbers=cases, by=accounts["zhenban"], at=at)
        _pass(cases, by=accounts["zhenban2"], at=at)
        _pass(cases, by=accounts["xiancha2"], at=at)
        certificates.issue(case_ids=cases[:ISSUED], by=accounts["xiancha"], at=at)


def _own(number: int) -> str:
    """The number of somebody made up who is in no register of the demo."""
    return identity.compose("520599", dt.date(1979, 3, 1) + dt.timedelta(days=number), 881)


def _apply(item: Any, *, worker: Any, at: dt.datetime) -> int:
    from tongchou.apps.casework import api as casework

    child = item.programme == "childcare_subsidy"
    holder, number = _holder(item, child=child)
    relation = "parent" if child else "self"
    made = casework.open_case(
        person_id=item.person_id,
        kind=item.programme,
        year=item.year,
        channel="home",
        applicant=relation,
        application=casework.Application(name=holder if child else "", statement=not child),
        by=worker,
        at=at,
    )
    if number:
        payee = casework.PayTo(holder, number, _BANK, f"6217{made.pk:012d}", relation)
        casework.set_payee(case_id=made.pk, payee=payee, by=worker, at=at)
    return made.pk


def _holder(item: Any, *, child: bool) -> tuple[str, str]:
    """Name and number of whose account it is: the person, or a parent in the child's house, or its head.

    Without a number on record nobody gives an account, as the register could not show whose it is.
    """
    from tongchou.apps.registry import api as registry
    from tongchou.core.scope import Scope

    everywhere = Scope.everything()
    people = [item.person_id]
    if child and item.household_id is not None:
        house = registry.open_household(item.household_id, scope=everywhere)
        parents = {tie.other for tie in house.ties if tie.kind != "couple" and tie.one == item.person_id}
        grown_up = [one for one in house.members if not one.deceased and one.person_id != item.person_id]
        people = sorted((one.person_id for one in grown_up), key=lambda pk: (pk not in parents, pk))
    known = registry.identities_of(people, scope=everywhere)
    named = [known[pk] for pk in people if pk in known]
    found = next((one for one in named if one.id_number), None)
    if found is not None:
        return found.name, found.id_number
    return (named[0].name if named else "家长"), ""


def _pass(cases: Sequence[int], *, by: Any, at: dt.datetime) -> None:
    from tongchou.apps.casework import api as casework

    if cases:
        casework.pass_many(numbers=cases, by=by, at=at)


def _village(worker: Any, on: dt.date) -> int:
    from tongchou.core import accounts

    return accounts.assignments(worker, on)[0].area_id
