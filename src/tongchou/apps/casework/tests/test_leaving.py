"""An officer leaves: cases follow the roles, what was lent ends, the successor is proposed to be named.

And a family moves: nobody is without the benefit between two places, and nobody has it in both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Award, Case, Delegation, NamedOfficer, NamingProposal
from tongchou.apps.casework.tests.conftest import YEAR
from tongchou.apps.registry.models import Person
from tongchou.core import clock, hand_over, open_work
from tongchou.core.errors import Conflict, Invalid, NotFound

Apply = Callable[..., int]


@pytest.fixture
def successor(make_account: Callable[..., Any]) -> Any:
    """An account without any role yet."""
    return make_account("songke", display_name="宋可（示例）")


def held(account: Any, on: dt.date) -> dict[str, int]:
    return {one.work.name: one.number for one in open_work.held_by(account, on)}


def test_the_open_cases_are_the_successors(
    apply: Apply, office: Any, successor: Any, frozen_clock: dt.datetime
) -> None:
    today = clock.date_of(frozen_clock)
    case = apply()
    assert held(office.township, today)["cases"] == 1
    hand_over.hand_over(
        account=office.township, successor=successor, on=today, close=False, by=None, at=frozen_clock
    )
    assert (held(office.township, today)["cases"], held(successor, today)["cases"]) == (0, 1)
    assert casework.view(case, by=successor, at=frozen_clock).case.pk == case
    with pytest.raises(NotFound):
        casework.view(case, by=office.township, at=frozen_clock)


@pytest.mark.parametrize("ahead", [0, 30])
def test_what_was_lent_ends_with_the_roles(
    office: Any, successor: Any, frozen_clock: dt.datetime, ahead: int
) -> None:
    today = clock.date_of(frozen_clock)
    days = {"first_day": today, "last_day": today + dt.timedelta(days=60)}
    casework.delegate(taker=office.township_two, by=office.township, at=frozen_clock, **days)
    casework.delegate(taker=office.township, by=office.township_two, at=frozen_clock, **days)
    leaves = today + dt.timedelta(days=ahead)
    given: dict[str, Any] = {
        "account": office.township,
        "successor": successor,
        "on": leaves,
        "close": False,
        "by": None,
        "at": frozen_clock,
    }
    done = hand_over.hand_over(**given)
    assert done.moved["cases_lent"] == 2
    assert set(Delegation.objects.values_list("ended_on", flat=True)) == {leaves}
    assert not casework.of_account(office.township, leaves)
    again = hand_over.hand_over(**given)
    assert again.nothing


def test_the_successor_is_proposed_and_the_county_names(
    office: Any, successor: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.core.scope import Scope

    today = clock.date_of(frozen_clock)
    named = {"area_id": county.township.pk, "by": office.county, "at": frozen_clock}
    casework.name_officer(account=office.township, **named)
    hand_over.hand_over(
        account=office.township, successor=successor, on=today, close=False, by=None, at=frozen_clock
    )
    assert not NamedOfficer.objects.filter(account=office.township, ended_at=None).exists()
    (proposed,) = casework.proposed_in(Scope.everything())
    assert (proposed.account, proposed.instead_of) == (successor, office.township)
    assert not casework.is_named(successor, county.village.scope_no)  # a role alone opens nothing there
    casework.name_officer(account=successor, **named)
    assert casework.is_named(successor, county.village.scope_no)
    assert not casework.proposed_in(Scope.everything())


def test_until_the_day_the_leaving_officer_stays_named(
    office: Any, successor: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    today = clock.date_of(frozen_clock)
    leaves = today + dt.timedelta(days=20)
    named = {"area_id": county.township.pk, "by": office.county}
    casework.name_officer(account=office.township, at=frozen_clock, **named)
    given: dict[str, Any] = {
        "account": office.township,
        "successor": successor,
        "on": leaves,
        "close": False,
        "by": None,
        "at": frozen_clock,
    }
    assert hand_over.hand_over(**given).moved["cases_named"] == 1
    assert hand_over.hand_over(**given).nothing
    assert casework.is_named(office.township, county.village.scope_no)
    with pytest.raises(Invalid):  # the successor's role has not begun
        casework.name_officer(account=successor, at=frozen_clock, **named)
    later = frozen_clock + dt.timedelta(days=20)
    with clock.frozen(later):
        casework.name_officer(account=successor, at=later, **named)
    assert casework.is_named(successor, county.village.scope_no)
    assert not casework.is_named(office.township, county.village.scope_no)


def test_the_database_keeps_proposals_single_and_for_somebody_else(
    office: Any, successor: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    area = county.township
    values = {
        "instead_of": office.township,
        "area_id": area.pk,
        "scope_no": area.scope_no,
        "scope_end": area.scope_end,
        "proposed_at": frozen_clock,
    }
    NamingProposal.objects.create(account=successor, **values)
    for account in (successor, office.township):
        with pytest.raises(IntegrityError), transaction.atomic():
            NamingProposal.objects.create(account=account, **values)


def test_applied_for_before_a_move_it_stays_and_is_not_begun_elsewhere(
    apply: Apply, office: Any, passed: Any, family: dict[str, int], county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    village = county.other_village
    Person.objects.filter(pk=family["陈小苗"]).update(
        registered_area_id=village.pk, registered_scope=village.scope_no
    )
    elsewhere = casework.open_case(
        person_id=family["陈小苗"], kind="childcare_subsidy", year=YEAR, channel="home",
        applicant="parent", application=casework.Application("陈勇", relation="parent", statement=True),
        by=office.county_two, at=frozen_clock,
    )  # fmt: skip
    assert (elsewhere.pk, Case.objects.count()) == (case, 1)  # the new place begins no second one
    passed(case, office.township)
    passed(case, office.county)
    assert (Award.objects.count(), Award.objects.get().handling_area_id) == (1, county.village.pk)
    new_year = frozen_clock.replace(year=YEAR + 1, month=1, day=4)
    with clock.frozen(new_year):
        following = casework.open_case(
            person_id=family["陈小苗"], kind="childcare_subsidy", year=YEAR + 1, channel="home",
            applicant="parent", application=casework.Application(name="陈勇", relation="parent"),
            by=office.county_two, at=new_year,
        )  # fmt: skip
    assert following.handling_area_id == village.pk  # the year after belongs to the new place


def test_handed_over_it_is_one_case_at_one_place(
    apply: Apply, office: Any, passed: Any, county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    due = Case.objects.get(pk=case).due
    new = county.other_village
    casework.hand_over(case_id=case, area_id=new.pk, by=office.county_two, at=frozen_clock)
    with pytest.raises(NotFound):  # the old place has it no more
        casework.view(case, by=office.village, at=frozen_clock)
    moved = Case.objects.get()
    assert (moved.handling_area_id, moved.due, moved.state) == (new.pk, due, "applied")
    clerk = make_account("xinzhen", "township_officer", county.other_village, "新镇（示例）")
    casework.declare(numbers=["520599198808084567"], by=clerk, at=frozen_clock)
    casework.accept(case_id=case, by=clerk, at=frozen_clock)
    passed(case, office.county)
    passed(case, office.county_two)
    assert Award.objects.get().handling_area_id == new.pk


def test_the_work_of_one_day_is_lent_to_one_officer(
    office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    """Of two deputies for one day nobody would know who decides."""
    on = clock.date_of(frozen_clock)

    def lend(taker: Any, first: int, last: int) -> Any:
        days = {"first_day": on + dt.timedelta(days=first), "last_day": on + dt.timedelta(days=last)}
        return casework.delegate(taker=taker, by=office.township, at=frozen_clock, **days)

    lent = lend(office.township_two, 0, 5)
    for taker, first, last in ((office.clerk, 5, 9), (office.clerk, 0, 5), (office.township_two, 3, 4)):
        with pytest.raises(Conflict) as error:
            lend(taker, first, last)
        assert error.value.code == "casework.lent" and office.township_two.shown_name in error.value.message
    lend(office.clerk, 6, 9)
    casework.end_delegation(delegation_id=lent.pk, by=office.township, at=frozen_clock)
    lend(office.clerk, 0, 5)
