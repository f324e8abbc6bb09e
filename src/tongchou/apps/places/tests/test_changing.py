"""Areas that change: names of their day, permission by today's tree, totals kept, undone without a trace."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.places import api as places
from tongchou.apps.places.models import Area, AreaChange, AreaCode, AreaParent, AreaSuccession
from tongchou.apps.places.plans import Part, Plan
from tongchou.core import scope
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope

DAY = dt.date(2026, 3, 1)
BEFORE, AFTER = dt.date(2026, 2, 28), dt.date(2026, 3, 1)


@pytest.fixture
def planner(county_reviewer: Any) -> Any:
    return county_reviewer


@pytest.fixture
def second(make_account: Any, county: Any) -> Any:
    return make_account("second", "county_reviewer", county.county)


def tables() -> dict[str, list[Any]]:
    """Everything the app holds about areas, without the changes themselves."""
    columns = (
        "id",
        "code",
        "name",
        "level",
        "parent_id",
        "scope_no",
        "scope_end",
        "valid_to",
        "succeeded_by_id",
    )
    return {
        "areas": list(Area.objects.order_by("pk").values_list(*columns)),
        "codes": list(
            AreaCode.objects.order_by("pk").values_list("pk", "area_id", "code", "name", "valid_to")
        ),
        "parents": list(
            AreaParent.objects.order_by("pk").values_list("pk", "area_id", "parent_id", "valid_to")
        ),
        "successions": list(AreaSuccession.objects.values_list("predecessor_id", "successor_id", "share")),
    }


def done(plan: Plan, planner: Any, second: Any, at: dt.datetime, on: dt.date = DAY) -> AreaChange:
    change = places.plan_change(plan=plan, effective_on=on, document="县政发〔2026〕3号", by=planner, at=at)
    return places.apply_change(change_id=change.pk, by=second, at=at)


def test_a_new_name_leaves_the_old_one_to_its_days(
    county: Any, planner: Any, second: Any, frozen_clock: dt.datetime
) -> None:
    village = county.village
    done(Plan("rename", village.pk, name="青山社区（示例）"), planner, second, frozen_clock)
    village.refresh_from_db()
    assert village.name == "青山社区（示例）"
    assert places.names_on([village.pk], BEFORE) == {village.pk: "青山村（示例）"}
    assert places.names_on([village.pk], AFTER) == {village.pk: "青山社区（示例）"}
    assert places.names_on([village.pk], dt.date(1990, 1, 1)) == {village.pk: "青山村（示例）"}


def test_a_new_code_is_found_by_either(
    county: Any, planner: Any, second: Any, frozen_clock: dt.datetime
) -> None:
    village, old = county.village, county.village.code
    done(Plan("rename", village.pk, code="520521901299"), planner, second, frozen_clock)
    assert {places.area_by_code(code).pk for code in (old, "520521901299")} == {village.pk}
    assert places.area_by_code(old, on=AFTER) is None


def test_merged_villages_answer_to_whoever_answers_for_the_one_that_stays(
    county: Any, planner: Any, second: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    stays, goes = county.villages
    worker = make_account("stays", "village_worker", stays)
    former = make_account("former", "village_worker", goes)
    today = frozen_clock.date()
    assert not scope.of(worker, today).covers(goes.scope_no)
    done(Plan("merge", stays.pk, others=(goes.pk,), target=stays.pk), planner, second, frozen_clock)
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.valid_to, goes.succeeded_by_id) == (DAY, stays.pk)
    assert scope.of(worker, today).covers(goes.scope_no)
    assert not scope.of(former, today).covers(stays.scope_no)
    assert {child.parent_id for child in Area.objects.filter(level="group")} == {stays.pk}
    assert places.today_of([goes.pk, stays.pk]) == {goes.pk: stays.pk, stays.pk: stays.pk}
    assert places.parents_on(BEFORE)[county.groups[2].pk] == goes.pk
    assert places.parents_on(AFTER)[county.groups[2].pk] == stays.pk
    assert goes.pk in places.parents_on(BEFORE) and goes.pk not in places.parents_on(AFTER)
    figures = {stays.pk: 300, goes.pk: 120}
    assert places.apportioned(figures, since=BEFORE, until=AFTER) == {stays.pk: 420}
    assert places.apportioned(figures, since=AFTER, until=AFTER) == figures


def test_merging_into_a_new_village(
    county: Any, planner: Any, second: Any, frozen_clock: dt.datetime
) -> None:
    one, other = county.villages
    plan = Plan("merge", one.pk, others=(other.pk,), name="青白村（示例）", code="520521901203")
    done(plan, planner, second, frozen_clock)
    new = places.area_by_code("520521901203")
    assert new is not None and new.parent_id == county.township.pk
    assert [child.code for child in places.children(county.township)] == ["520521901203"]
    reach = Scope.of_area(new)
    assert all(reach.covers(Area.objects.get(pk=pk).scope_no) for pk in (one.pk, other.pk))


def split(county: Any, kept: int = 0) -> Plan:
    first, second = county.groups[:2]
    parts = (
        Part("上青山村（示例）", "520521901211", 600_000, (first.pk,)),
        Part("下青山村（示例）", "520521901212", 400_000 - kept, (second.pk,)),
    )
    return Plan("split", county.village.pk, parts=parts, kept=kept)


def test_a_village_splits_and_its_figures_by_the_shares(
    county: Any, planner: Any, second: Any, frozen_clock: dt.datetime
) -> None:
    village = county.village
    done(split(county), planner, second, frozen_clock)
    upper, lower = (places.area_by_code(code) for code in ("520521901211", "520521901212"))
    village.refresh_from_db()
    assert village.succeeded_by_id == upper.pk  # the larger share
    assert [group.parent_id for group in Area.objects.filter(pk__in=[g.pk for g in county.groups[:2]])] == [
        upper.pk,
        lower.pk,
    ]
    assert places.apportioned({village.pk: 101}, since=BEFORE, until=AFTER) == {upper.pk: 61, lower.pk: 40}
    assert Scope.of_area(upper).covers(village.scope_no)


def test_a_village_that_gives_a_part_away_goes_on(
    county: Any, planner: Any, second: Any, frozen_clock: dt.datetime
) -> None:
    village = county.village
    part = Part("新寨村（示例）", "520521901213", 250_000, (county.groups[1].pk,))
    done(Plan("split", village.pk, parts=(part,), kept=750_000), planner, second, frozen_clock)
    village.refresh_from_db()
    new = places.area_by_code("520521901213")
    assert village.valid_to is None and village.succeeded_by is None
    assert places.apportioned({village.pk: 100}, since=BEFORE, until=AFTER) == {village.pk: 75, new.pk: 25}


def test_a_township_moves_to_another_county_with_all_its_villages(
    county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    prefecture, other = places.area_by_code("520500"), places.area_by_code("520523")
    planner = make_account("planner", "county_reviewer", prefecture)
    second = make_account("decider", "county_reviewer", prefecture)
    here = make_account("here", "county_reviewer", county.county)
    there = make_account("there", "county_reviewer", other)
    plan = Plan("transfer", county.township.pk, target=other.pk)
    with pytest.raises(Invalid):  # the county alone cannot give itself another's township, nor its own away
        places.plan_change(plan=plan, effective_on=DAY, document="省政府批复", by=here, at=frozen_clock)
    done(plan, planner, second, frozen_clock)
    village = Area.objects.get(pk=county.village.pk)
    today = frozen_clock.date()
    assert scope.of(there, today).covers(village.scope_no)
    assert not scope.of(here, today).covers(village.scope_no)
    assert places.parents_on(BEFORE)[county.township.pk] == county.county.pk


@pytest.mark.parametrize("kind", ["rename", "transfer", "merge", "merge_new", "split", "split_kept"])
def test_undone_without_a_trace(
    county: Any, make_account: Any, frozen_clock: dt.datetime, kind: str, audited: Any
) -> None:
    one, other = county.villages
    prefecture = places.area_by_code("520500")
    planner = make_account("planner", "county_reviewer", prefecture)
    second = make_account("decider", "county_reviewer", prefecture)
    plan = {
        "rename": Plan("rename", one.pk, name="青山社区（示例）", code="520521901299"),
        "transfer": Plan("transfer", county.township.pk, target=places.area_by_code("520523").pk),
        "merge": Plan("merge", one.pk, others=(other.pk,), target=one.pk),
        "merge_new": Plan("merge", one.pk, others=(other.pk,), name="青白村（示例）", code="520521901203"),
        "split": split(county),
        "split_kept": split(county, kept=100_000),
    }[kind]
    before = tables()
    change = done(plan, planner, second, frozen_clock)
    assert tables() != before
    with audited():
        places.undo_change(change_id=change.pk, by=planner, at=frozen_clock)
    assert tables() == before
    again = places.undo_change(change_id=change.pk, by=planner, at=frozen_clock)
    assert again.status == "undone" and tables() == before
    with pytest.raises(Conflict):
        places.apply_change(change_id=change.pk, by=second, at=frozen_clock)


def test_what_depends_on_a_change_keeps_it(
    county: Any, planner: Any, second: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    change = done(split(county), planner, second, frozen_clock)
    new = places.area_by_code("520521901211")
    make_account("newworker", "village_worker", new)
    with pytest.raises(Conflict) as refused:
        places.undo_change(change_id=change.pk, by=planner, at=frozen_clock)
    assert "1" in str(refused.value.data["reasons"][0])


def test_a_later_change_keeps_the_earlier(
    county: Any, planner: Any, second: Any, frozen_clock: dt.datetime
) -> None:
    first = done(Plan("rename", county.village.pk, name="甲村"), planner, second, frozen_clock)
    later = done(
        Plan("rename", county.village.pk, name="乙村"), planner, second, frozen_clock, dt.date(2026, 4, 1)
    )
    with pytest.raises(Conflict):
        places.undo_change(change_id=first.pk, by=planner, at=frozen_clock)
    places.undo_change(change_id=later.pk, by=planner, at=frozen_clock)
    places.undo_change(change_id=first.pk, by=planner, at=frozen_clock)
    assert Area.objects.get(pk=county.village.pk).name == "青山村（示例）"


def test_two_people_and_a_day_that_has_come(
    county: Any, planner: Any, second: Any, frozen_clock: dt.datetime
) -> None:
    plan = Plan("rename", county.village.pk, name="甲村")
    words = {"document": "县政发〔2026〕3号", "by": planner, "at": frozen_clock}
    change = places.plan_change(plan=plan, effective_on=DAY, **words)
    with pytest.raises(Conflict) as own:
        places.apply_change(change_id=change.pk, by=planner, at=frozen_clock)
    assert own.value.code == "places.own_plan"
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaChange.objects.filter(pk=change.pk).update(
            status="applied", decided_by=planner.pk, decided_at=frozen_clock
        )
    later = places.plan_change(plan=plan, effective_on=dt.date(2026, 12, 1), **words)
    with pytest.raises(Conflict) as early:
        places.apply_change(change_id=later.pk, by=second, at=frozen_clock)
    assert early.value.code == "places.too_early"
    first = places.apply_change(change_id=change.pk, by=second, at=frozen_clock)
    assert places.apply_change(change_id=change.pk, by=second, at=frozen_clock).decided_at == first.decided_at
    assert AreaCode.objects.filter(area=county.village).count() == 2  # put in force once
    withdrawn = places.withdraw_change(change_id=later.pk, by=planner, at=frozen_clock)
    assert withdrawn.status == "withdrawn"
    with pytest.raises(Conflict):
        places.withdraw_change(change_id=change.pk, by=planner, at=frozen_clock)


def test_every_mistake_of_a_plan_at_once(county: Any, planner: Any, frozen_clock: dt.datetime) -> None:
    plan = Plan(
        "split",
        county.village.pk,
        parts=(Part("", "abc", 600_000, (county.groups[2].pk,)), Part("乙", "520521901202", 500_000)),
    )
    with pytest.raises(Invalid) as refused:
        places.plan_change(
            plan=plan, effective_on=dt.date(2000, 1, 1), document="", by=planner, at=frozen_clock
        )
    problems = refused.value.data["problems"]
    assert set(problems) == {"document", "effective_on", "parts", "name", "code"}
    assert len(problems["parts"]) == 3 and len(problems["code"]) == 2
    assert not AreaChange.objects.exists()


def test_changes_elsewhere_do_not_exist(
    county: Any, planner: Any, make_account: Any, village_worker: Any, frozen_clock: dt.datetime
) -> None:
    plan = Plan("rename", county.village.pk, name="甲村")
    words = {"plan": plan, "effective_on": DAY, "document": "文件", "at": frozen_clock}
    with pytest.raises(NotAllowed):
        places.plan_change(by=village_worker, **words)
    stranger = make_account("stranger", "county_reviewer", places.area_by_code("520523"))
    with pytest.raises(Invalid):
        places.plan_change(by=stranger, **words)
    change = places.plan_change(by=planner, **words)
    with pytest.raises(NotFound):
        places.apply_change(change_id=change.pk, by=stranger, at=frozen_clock)
    assert places.changes(scope=Scope.nothing()) == []
    with pytest.raises(NotFound):
        places.preview(change.pk, scope=Scope.nothing())


def test_a_preview_says_what_moves_in_as_many_queries_for_one_as_for_many(
    county: Any, planner: Any, village_worker: Any, frozen_clock: dt.datetime
) -> None:
    counted = []
    for plan in (
        Plan("rename", county.village.pk, name="甲村"),
        Plan("rename", county.county.pk, name="甲县"),
    ):
        change = places.plan_change(plan=plan, effective_on=DAY, document="文件", by=planner, at=frozen_clock)
        with CaptureQueriesContext(connection) as seen:
            shown = places.preview(change.pk, scope=Scope.of_area(county.county))
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 90  # one a table that holds places
    assert shown.areas == {"county": 1, "township": 1, "village": 2, "group": 4}
    held = {one.model: one.rows for one in shown.holdings}
    assert held["core.Assignment"] == 2  # the worker and the planner
