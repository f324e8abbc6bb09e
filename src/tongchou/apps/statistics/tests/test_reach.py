"""What readers with random areas see of cubes of a prefecture, against an oracle that walks the tree."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import pytest

from tongchou.apps.places import api as places
from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.statistics import actions, api, files
from tongchou.apps.statistics.counting import Counted
from tongchou.apps.statistics.models import Built
from tongchou.core import scope
from tongchou.core.errors import Conflict, NotFound
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.series import Step
from tongchou.synth.months import made_months, made_tables

LEVELS = ("village", "township", "county")


@dataclass(frozen=True)
class World:
    built: Built
    areas: tuple[places.Area, ...]  # the prefecture and all below it that has villages


@pytest.fixture
def world(county: Any, make_account: Callable[..., Any], frozen_clock: dt.datetime) -> World:
    """Two counties of the prefecture, two townships in each, three villages in each of these."""
    rows = []
    for above in ("520522", "520523"):
        for township in ("901", "902"):
            code = f"{above}{township}"
            rows.append((code, f"镇{code}（示例）", "township", above))
            rows += [(f"{code}20{n}", f"村{code}{n}（示例）", "village", code) for n in (1, 2, 3)]
    today = {area.code for area in places.Area.objects.filter(level="county", valid_to=None)}
    rows = [row for row in rows if row[0][:6] in today]
    places.load_areas(
        [
            {"code": code, "name": name, "level": level, "parent_code": parent, "valid_from": "2010-11-01"}
            for code, name, level, parent in rows
        ],
        by=None,
        at=frozen_clock,
    )
    everything = list(places.Area.objects.filter(valid_to=None).order_by("scope_no"))
    top = next(area for area in everything if area.level == "prefecture")
    by = make_account("prefecture", "county_reviewer", top)
    snapshot = snapshots.take_snapshot(by=by, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    villages = [area for area in everything if area.level == "village"]
    parent = {area.pk: area for area in everything}
    cube = replace(
        made_months(villages=len(villages), months=13),
        areas=tuple(area.code for area in villages),
        boundaries=frozen_clock.date(),
    )
    stock, marital = made_tables(cube, township="520521901")
    named = []
    for area in villages:
        township = parent[area.parent_id]
        above = parent[township.parent_id]
        named.append(
            {"code": area.code, "name": area.name, "township_code": township.code}
            | {"township_name": township.name, "county_code": above.code, "county_name": above.name}
        )
    cubes = files.Cubes({one: replace(cube, basis=one) for one in Basis}, stock, marital, pl.DataFrame(named))
    counted = Counted(cubes, chosen=0, unplaced=0)
    built = actions.keep(counted, by=by, at=frozen_clock, snapshot=snapshot, boundaries=frozen_clock.date())
    holding = {area.pk for village in villages for area in [village, *above_of(village, parent)]}
    return World(built, tuple(area for area in everything if area.pk in holding))


def above_of(area: places.Area, parent: dict[int, places.Area]) -> list[places.Area]:
    found = []
    while area.parent_id is not None:
        area = parent[area.parent_id]
        found.append(area)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_nobody_sees_a_figure_of_other_areas(
    world: World, make_account: Callable[..., Any], frozen_clock: dt.datetime, seed: int
) -> None:
    draw = random.Random(seed)
    parent = {area.pk: area for area in world.areas}
    held = draw.sample(world.areas, draw.randint(1, 5))
    account = make_account(f"reader-{seed}", "statistician", held[0])
    from tongchou.core import actions as core

    for area in held[1:]:
        core.assign_role(
            account=account, role="statistician", area_id=area.pk, scope_no=area.scope_no,
            scope_end=area.scope_end, by=None, at=frozen_clock,
        )  # fmt: skip
    reach = scope.of(account, frozen_clock.date(), permission="population.view")
    mine = {area.pk for area in held}
    seen = {
        area.code
        for area in world.areas
        if area.level == "village" and mine & {area.pk, *(one.pk for one in above_of(area, parent))}
    }

    def whole(area: places.Area) -> bool:
        inside = {
            village.code
            for village in world.areas
            if village.level == "village"
            and area.pk in {village.pk, *(o.pk for o in above_of(village, parent))}
        }
        return inside <= seen

    for level in LEVELS:
        expected = [area.code for area in world.areas if area.level == level and whole(area)]
        assert [one.code for one in api.places_of(world.built, level, reach)] == expected
        series = api.figure_series(
            world.built, "population", basis=Basis.RESIDENT, areas=level, step=Step.MONTH, scope=reach
        )
        assert list(series.areas) == expected
        for area in world.areas:
            if area.level == level:
                try:
                    api.pyramid_of(world.built, [area.code], basis=Basis.RESIDENT, scope=reach)
                except NotFound:
                    assert area.code not in expected
                else:
                    assert area.code in expected


def test_sums_are_of_the_tree_not_of_codes(world: World) -> None:
    """A township of a local unit keeps its prefix; sums follow the tree the cubes were counted on."""
    everything = scope.Scope.everything()
    counties = api.figure_series(
        world.built, "population", basis=Basis.RESIDENT, areas="county", step=Step.MONTH, scope=everything
    )
    villages = api.figure_series(
        world.built, "population", basis=Basis.RESIDENT, areas="village", step=Step.MONTH, scope=everything
    )
    above = dict(api.areas_of(world.built).select("code", "county_code").iter_rows())
    for at, code in enumerate(counties.areas):
        rows = [row for row, village in enumerate(villages.areas) if above[village] == code]
        assert (counties.figure.value[at] == villages.figure.value[rows].sum(axis=0)).all()


@pytest.fixture
def township_alone(world: World, frozen_clock: dt.datetime, make_account: Callable[..., Any]) -> Any:
    """The cubes of one township and nothing else, and an account of the prefecture that sees them."""
    parents = [area.parent_id for area in world.areas if area.level == "township"]
    township = next(
        area for area in world.areas if area.level == "township" and parents.count(area.parent_id) > 1
    )
    villages = [area for area in world.areas if area.level == "village" and area.parent_id == township.pk]
    by = make_account("chief", "county_reviewer", township)
    snapshot = snapshots.take_snapshot(by=by, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    cube = replace(
        made_months(villages=len(villages), months=13),
        areas=tuple(area.code for area in villages),
        boundaries=frozen_clock.date(),
    )
    county = places.Area.objects.get(pk=township.parent_id)
    above = {"township_code": township.code, "township_name": township.name}
    above |= {"county_code": county.code, "county_name": county.name}
    named = pl.DataFrame([{"code": area.code, "name": area.name} | above for area in villages])
    stock, marital = made_tables(cube, township=township.code)
    cubes = files.Cubes({one: replace(cube, basis=one) for one in Basis}, stock, marital, named)
    built = actions.keep(
        Counted(cubes, chosen=0, unplaced=0), by=by, at=frozen_clock, snapshot=snapshot,
        boundaries=frozen_clock.date(),
    )  # fmt: skip
    return built, township, county, scope.Scope.everything()


def test_a_township_alone_is_not_taken_for_its_county(township_alone: Any) -> None:
    built, township, county, everything = township_alone
    villages = api.villages_in(built, everything)
    assert api.lowest_whole(built, villages) == "township"
    assert [one.code for one in api.places_of(built, "township", everything)] == [township.code]
    assert api.places_of(built, "county", everything) == []
    assert api.groups(built, "county", villages=villages) == []
    with pytest.raises(NotFound, match="no_area"):
        api.pyramid_of(built, [county.code], basis=Basis.REGISTERED, scope=everything)
    with pytest.raises(Conflict, match="not_shown"):
        api.birth_orders_of(built, villages)


def test_a_prefecture_s_cubes_hold_whole_counties(world: World) -> None:
    everything = scope.Scope.everything()
    assert api.lowest_whole(world.built, api.villages_in(world.built, everything)) == "county"
    assert len(api.places_of(world.built, "county", everything)) >= 2
