"""Who reaches which areas: numbers against a walk up the parents, and the local unit against the prefix."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.places import api as places
from tongchou.apps.places.models import Area
from tongchou.core import actions, scope
from tongchou.core.models import Account, Assignment

AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 30)

pytestmark = pytest.mark.django_db

#: For each area after the first: which earlier one it lies under, and a letter that shuffles its place.
trees = st.lists(st.tuples(st.integers(0, 99), st.sampled_from("abc")), max_size=14)
#: Which area, first day and last day (relative to today; None for open).
grants = st.lists(
    st.tuples(st.integers(0, 99), st.integers(-3, 3), st.none() | st.integers(-3, 6)), max_size=4
)


def plant(tree: list[tuple[int, str]]) -> list[Area]:
    first = dt.date(2000, 1, 1)
    areas = [Area.objects.create(code="a0", name="a0", level="province", valid_from=first)]
    for number, (above, letter) in enumerate(tree, start=1):
        parent = areas[above % number]
        code = f"{letter}{number}"
        areas.append(
            Area.objects.create(code=code, name=code, level="group", parent=parent, valid_from=first)
        )
    places.renumber()
    return list(Area.objects.order_by("pk"))


def reached_by_walking(areas: list[Area], account: Account) -> set[int]:
    """The oracle: an area is reached when it or one above it is assigned and running."""
    held = {
        item.area_id
        for item in Assignment.objects.filter(account=account)
        if item.valid_from <= TODAY and (item.valid_to is None or item.valid_to > TODAY)
    }
    parents = {area.pk: area.parent_id for area in areas}
    reached = set()
    for area in areas:
        step: int | None = area.pk
        while step is not None:
            if step in held:
                reached.add(area.pk)
            step = parents[step]
    return reached


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees, given_areas=grants)
def test_between_equals_a_walk_up_the_parents(
    make_account: Callable[..., Account],
    tree: list[tuple[int, str]],
    given_areas: list[tuple[int, int, int | None]],
) -> None:
    with transaction.atomic():
        areas = plant(tree)
        account = make_account("walker")
        for pick, start, length in given_areas:
            area = areas[pick % len(areas)]
            begun = TODAY + dt.timedelta(days=start)
            Assignment.objects.create(
                account=account,
                role="village_worker",
                area_id=area.pk,
                scope_no=area.scope_no,
                scope_end=area.scope_end,
                valid_from=begun,
                # A closed end for all, so that the same area may be given twice.
                valid_to=begun + dt.timedelta(days=99 if length is None else max(0, length)),
            )
        reach = scope.of(account, TODAY)
        found = {area.pk for area in Area.objects.filter(reach.q("scope_no"))}
        expected = reached_by_walking(areas, account)
        assert found == expected
        assert {area.pk for area in areas if reach.covers(area.scope_no)} == expected
        # The tree grows in front and in the middle: everybody keeps what they had, and gains what lies below.
        for parent in {areas[0].pk: areas[0], areas[-1].pk: areas[-1]}.values():
            Area.objects.create(
                code=f"0{parent.pk}", name="new", level="group", parent=parent, valid_from=TODAY
            )
        places.renumber()
        grown = list(Area.objects.all())
        reach = scope.of(account, TODAY)
        assert {area.pk for area in grown if reach.covers(area.scope_no)} == reached_by_walking(
            grown, account
        )
        transaction.set_rollback(True)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees)
def test_numbers_run_depth_first_without_a_gap(db: None, tree: list[tuple[int, str]]) -> None:
    with transaction.atomic():
        areas = plant(tree)
        assert sorted(area.scope_no for area in areas) == list(range(1, len(areas) + 1))
        by_pk = {area.pk: area for area in areas}
        for area in areas:
            below = [other for other in areas if area.scope_no <= other.scope_no <= area.scope_end]
            assert len(below) == area.scope_end - area.scope_no + 1
            if area.parent_id is not None:
                parent = by_pk[area.parent_id]
                assert parent.scope_no < area.scope_no <= area.scope_end <= parent.scope_end
        for one in areas:
            siblings = [area for area in areas if area.parent_id == one.parent_id]
            assert sorted(siblings, key=lambda a: a.code) == sorted(siblings, key=lambda a: a.scope_no)
        assert places.renumber() == 0
        transaction.set_rollback(True)


@pytest.fixture
def dujuan(county: Any) -> Area:
    """A village under 百里杜鹃管理区 that keeps the prefix of 大方县 in its statistical code."""
    rows = [
        ("520521911", "花海镇（示例）", "township", "local-bailidujuan"),
        ("520521911201", "红花村（示例）", "village", "520521911"),
    ]
    places.load_areas(
        [
            {"code": code, "name": name, "level": level, "parent_code": parent, "valid_from": "2010-11-01"}
            for code, name, level, parent in rows
        ],
        by=None,
        at=AT,
    )
    return Area.objects.get(code="520521911201")


def test_the_prefix_of_a_code_gives_no_access(
    dujuan: Area, county: Any, county_reviewer: Account, make_account: Callable[..., Account]
) -> None:
    unit = places.area_by_code("local-bailidujuan")
    dafang = Area.objects.get(pk=county.county.pk)
    assert unit is not None and dujuan.code.startswith(dafang.code)
    theirs = scope.of(county_reviewer, TODAY)
    ours = scope.of(make_account("dujuan", "county_reviewer", unit), TODAY)
    village = Area.objects.get(pk=county.village.pk)
    assert not theirs.covers(dujuan.scope_no) and ours.covers(dujuan.scope_no)
    assert theirs.covers(village.scope_no) and not ours.covers(village.scope_no)
    assert places.find_village("村", theirs) == [Area.objects.get(pk=v.pk) for v in county.villages]
    assert places.find_village("520521911", theirs) == []
    assert places.find_village("红花", ours) == [dujuan] == places.villages(ours)
    assert places.path(dujuan) == "百里杜鹃管理区 · 花海镇（示例） · 红花村（示例）"


def test_each_person_reaches_their_own_and_what_lies_below(
    county: Any, village_worker: Account, township_officer: Account, county_reviewer: Account
) -> None:
    everything = {area.pk for area in Area.objects.all()}

    def reached(account: Account) -> set[int]:
        return {area.pk for area in Area.objects.within(scope.of(account, TODAY))}

    village = {county.village.pk, county.groups[0].pk, county.groups[1].pk}
    township = village | {
        county.township.pk,
        county.other_village.pk,
        county.groups[2].pk,
        county.groups[3].pk,
    }
    assert reached(village_worker) == village
    assert reached(township_officer) == township
    assert reached(county_reviewer) == township | {county.county.pk}
    assert reached(county_reviewer) < everything


def test_someone_without_an_area_finds_nothing(county: Any, make_account: Callable[..., Account]) -> None:
    reach = scope.of(make_account("nobody"), TODAY)
    assert places.villages(reach) == [] and places.find_village("村", reach) == []
    assert places.area_by_id(county.village.pk, within=reach) is None


def test_ending_a_role_ends_the_reach(county: Any, village_worker: Account) -> None:
    actions.end_assignment(assignment=village_worker.assignments.get(), by=None, at=AT)
    assert places.villages(scope.of(village_worker, TODAY)) == []


def test_reads_of_the_tree(
    county: Any,
    village_worker: Account,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    reach = scope.of(village_worker, TODAY)
    assert places.area_by_id(county.village.pk, within=reach) == county.village
    assert places.area_by_id(county.other_village.pk, within=reach) is None
    assert places.find_village("", reach) == [] and places.find_village("白水", reach) == []
    assert [area.level for area in places.ancestors(county.groups[0])] == [
        "province",
        "prefecture",
        "county",
        "township",
        "village",
    ]
    assert places.below(county.county, "village") == list(county.villages)
    assert places.children(county.village) == list(county.groups[:2])
    path = "大方县 · 云岭镇（示例） · 青山村（示例）"
    with django_assert_num_queries(1):
        assert places.path_of(county.village.pk) == path
    assert places.path_of(0) == ""
    bijie = places.area_by_code("520500")
    assert bijie is not None and places.path(bijie) == "贵州省 · 毕节市"
    with django_assert_max_num_queries(6):
        shown = places.paths([county.village.pk, county.groups[3].pk, bijie.pk, 0])
    assert shown == {
        county.village.pk: path,
        county.groups[3].pk: "大方县 · 云岭镇（示例） · 白水村（示例） · 二组（示例）",
        bijie.pk: "贵州省 · 毕节市",
    }
