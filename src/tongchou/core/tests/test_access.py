"""Roles, assignments and scopes: no area means nothing, and the end of an assignment ends access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core import access, accounts, actions, clock, roles, scope
from tongchou.core.errors import NotAllowed
from tongchou.core.models import Account, Assignment
from tongchou.core.scope import Scope, merged

AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 30)
Make = Callable[..., Account]

intervals = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 10)).map(lambda pair: (pair[0], pair[0] + pair[1]))
)


def numbers(spans: object) -> set[int]:
    return {number for low, high in spans for number in range(low, high + 1)}  # type: ignore[attr-defined]


def assign(
    account: Account, low: int, high: int, role: str = "village_worker", day: dt.date = TODAY
) -> Assignment:
    return actions.assign_role(
        account=account, role=role, area_id=low, scope_no=low, scope_end=high, by=None, at=AT, valid_from=day
    )


@given(intervals)
def test_merged_intervals_hold_the_same_numbers_ordered_and_apart(spans: list[tuple[int, int]]) -> None:
    result = merged(spans)
    assert numbers(result) == numbers(spans)
    assert all(first[1] + 1 < second[0] for first, second in pairwise(result))


@given(intervals, intervals)
def test_what_two_scopes_share(one: list[tuple[int, int]], two: list[tuple[int, int]]) -> None:
    shared = Scope(merged(one)).meets(Scope(merged(two)))
    assert numbers(shared.intervals) == numbers(one) & numbers(two)
    assert Scope.everything().meets(Scope(merged(one))) == Scope(merged(one)).meets(Scope.everything())


@given(intervals, st.integers(0, 45))
def test_covers_is_membership(spans: list[tuple[int, int]], number: int) -> None:
    assert Scope(merged(spans)).covers(number) == (number in numbers(spans))


def test_nothing_and_everything() -> None:
    assert Scope.nothing().is_empty and not Scope.nothing().covers(1) and not Scope.everything().is_empty
    assert Scope.everything().covers(None) and not Scope(((1, 9),)).covers(None)
    assert Scope(((1, 9),)).covers_interval(2, 9) and not Scope(((1, 9),)).covers_interval(2, 10)
    with pytest.raises(ValueError, match="field"):
        Scope.everything().q()


@pytest.mark.django_db
class TestScopeOfAnAccount:
    def test_no_assignment_means_nothing(self, make_account: Make) -> None:
        account = make_account("one")
        assert scope.of(account, TODAY).is_empty
        assert list(Assignment.objects.filter(scope.of(account, TODAY).q("scope_no"))) == []

    def test_nobody_reaches_nothing(self) -> None:
        assert scope.of(None, TODAY).is_empty and scope.of(AnonymousUser(), TODAY).is_empty

    def test_overlapping_assignments_are_merged(self, make_account: Make) -> None:
        account = make_account("one")
        for low, high in ((10, 20), (15, 25), (26, 30), (40, 40)):
            assign(account, low, high)
        assert scope.of(account, TODAY).intervals == ((10, 30), (40, 40))

    def test_an_assignment_counts_from_its_first_day_until_the_day_it_ends(self, make_account: Make) -> None:
        account = make_account("one")
        assignment = assign(account, 3, 7)
        assert scope.of(account, TODAY - dt.timedelta(days=1)).is_empty
        assert scope.of(account, TODAY).covers(5)
        actions.end_assignment(assignment=assignment, by=None, at=AT + dt.timedelta(days=2))
        assert scope.of(account, TODAY + dt.timedelta(days=1)).covers(5)
        assert scope.of(account, TODAY + dt.timedelta(days=2)).is_empty

    def test_ending_on_the_same_day_ends_access_at_once(self, make_account: Make) -> None:
        account = make_account("one")
        assignment = assign(account, 3, 7)
        actions.end_assignment(assignment=assignment, by=None, at=AT)
        assert scope.of(account, TODAY).is_empty

    def test_a_future_assignment_that_is_ended_never_begins(self, make_account: Make) -> None:
        account = make_account("one")
        later = TODAY + dt.timedelta(days=10)
        actions.end_assignment(assignment=assign(account, 3, 7, day=later), by=None, at=AT)
        assert scope.of(account, later).is_empty and scope.of(account, TODAY).is_empty

    def test_a_closed_account_reaches_nothing(self, make_account: Make) -> None:
        account = make_account("one")
        assign(account, 3, 7)
        actions.set_active(account=account, active=False, by=None, at=AT)
        assert scope.of(account, TODAY).is_empty

    def test_the_scope_of_a_permission_comes_from_the_roles_that_hold_it(self, make_account: Make) -> None:
        account = make_account("one")
        assign(account, 10, 20, "township_officer")
        assign(account, 50, 52, "village_worker")
        assert scope.of(account, TODAY, permission="registry.search").intervals == ((10, 20), (50, 52))
        assert scope.of(account, TODAY, permission="intake.upload").intervals == ((10, 20),)
        assert scope.of(account, TODAY, permission="snapshot.take").is_empty


@pytest.mark.django_db
class TestRequire:
    def test_it_names_the_areas_where_the_permission_holds(self, make_account: Make) -> None:
        account = make_account("one")
        assign(account, 10, 20, "township_officer")
        with clock.frozen(AT):
            assert access.require(account, "intake.upload").intervals == ((10, 20),)
            assert access.require(account, "intake.upload", scope_no=20).covers(10)
            assert access.may(account, "intake.upload", scope_no=20)

    def test_refusals_say_whether_the_area_or_the_permission_lacks(self, make_account: Make) -> None:
        account = make_account("one")
        assign(account, 10, 20, "township_officer")
        assign(account, 50, 52, "village_worker")
        with clock.frozen(AT):
            for number in (9, 21, 51):
                with pytest.raises(NotAllowed) as caught:
                    access.require(account, "intake.upload", scope_no=number)
                assert (caught.value.code, caught.value.status) == ("access.outside", 403)
                assert not access.may(account, "intake.upload", scope_no=number)
            with pytest.raises(NotAllowed) as caught:
                access.require(account, "snapshot.take")
            assert caught.value.code == "access.denied"
            with pytest.raises(NotAllowed):
                access.require(None, "registry.search")

    def test_a_misspelt_permission_is_a_mistake_not_a_refusal(self, make_account: Make) -> None:
        for account in (make_account("one"), None):
            with pytest.raises(ValueError, match="unknown permission"):
                access.require(account, "registry.serach", on=TODAY)

    def test_assignments_come_widest_first(self, make_account: Make) -> None:
        account = make_account("one")
        assign(account, 50, 52)
        assign(account, 10, 20, "township_officer")
        assert [item.scope_no for item in accounts.assignments(account, TODAY)] == [10, 50]
        assert accounts.assignments(account, TODAY - dt.timedelta(days=1)) == []


def test_each_role_holds_all_that_the_one_below_holds() -> None:
    line = (roles.Role.VILLAGE_WORKER, roles.Role.TOWNSHIP_OFFICER, roles.Role.COUNTY_REVIEWER)
    worker, officer, reviewer = (roles.PERMISSIONS[role] for role in line)
    assert worker < officer < reviewer


def test_keepers_share_nothing_with_each_other_and_read_nobody() -> None:
    held = [roles.PERMISSIONS[role] for role in roles.KEEPERS]
    assert sum(len(one) for one in held) == len(frozenset().union(*held))
    for one in held:
        assert not {name for name in one if name.startswith(("registry.", "worklist.", "intake.", "lists."))}


def test_only_those_who_serve_families_open_a_person() -> None:
    assert roles.roles_with("registry.open") == {"village_worker", "township_officer", "county_reviewer"}


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        ("registry.unmask", {"village_worker", "township_officer", "county_reviewer"}),
        ("worklist.view", {"village_worker", "township_officer", "county_reviewer"}),
        ("intake.upload", {"township_officer", "county_reviewer"}),
        ("intake.apply", {"township_officer", "county_reviewer"}),
        ("registry.bulk_export", {"county_reviewer"}),
        ("snapshot.take", {"county_reviewer"}),
        ("statistics.build", {"county_reviewer", "statistician"}),
        ("places.draw", {"statistician", "system_admin"}),
        ("yearbook.make", {"county_reviewer", "statistician"}),
        ("entitlements.evaluate", {"county_reviewer"}),
        ("accounts.manage", {"system_admin"}),
        ("accounts.grant", {"security_admin"}),
        ("audit.read", {"auditor"}),
    ],
)
def test_who_may_what(permission: str, holders: set[str]) -> None:
    assert roles.roles_with(permission) == holders


def test_every_role_has_a_name_for_people() -> None:
    assert all(roles.label(role) for role in roles.Role.values)
    with pytest.raises(ValueError, match="emperor"):
        roles.label("emperor")


@pytest.mark.django_db
def test_several_permissions_at_once_are_as_each_by_itself(
    make_account: Make, django_assert_num_queries: Callable[..., object]
) -> None:
    account = make_account("several")
    assign(account, 3, 9)
    assign(account, 20, 30, role="county_finance")
    asked = sorted(roles.KNOWN)
    for narrowed in (None, frozenset(asked[::2]), frozenset()):
        account.narrowed = narrowed
        with django_assert_num_queries(1):
            found = scope.of_each(account, TODAY, asked)
        assert found == {one: scope.of(account, TODAY, permission=one) for one in asked}
    for nobody in (None, AnonymousUser(), Account(is_active=False)):
        assert scope.of_each(nobody, TODAY, asked) == dict.fromkeys(asked, Scope.nothing())
