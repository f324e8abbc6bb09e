"""Gains and losses below the units: villages of a county, townships and villages of a prefecture."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import simulating
from tongchou.apps.entitlements.simulated import ALL, GAIN, LOSE, Part, Sum, closed_of
from tongchou.apps.entitlements.simulated_below import closed_below
from tongchou.apps.entitlements.tests.test_simulating import filled, simulated
from tongchou.apps.places import api as places
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.scope import Scope
from tongchou.domain import small_cells
from tongchou.domain.policy import simulation

__all__ = ["filled"]


def test_villages_stand_below_their_township(filled: Any, county_reviewer: Any, frozen_clock: Any) -> None:
    found = simulated(county_reviewer, Scope.of_area(filled.county), frozen_clock)
    (township,) = found.lines
    assert [(depth, part.number) for depth, part in found.walk(township)] == [
        (1, village.pk) for village in filled.villages
    ]
    assert found.shown(GAIN, filled.village.pk) == Sum(24, 24, 24 * 120000)
    assert found.shown(GAIN, filled.other_village.pk) == Sum(15, 15, 12 * 120000 + 3 * 30000)
    assert found.shown(LOSE, filled.village.pk) == Sum()
    # A reader of the township has the villages as units, and nothing below them.
    lower = simulated(county_reviewer, Scope.of_area(filled.township), frozen_clock)
    assert lower.lines == tuple(village.pk for village in filled.villages)
    assert not any(lower.below(unit) for unit in lower.lines)
    assert lower.shown(GAIN, filled.village.pk) == found.shown(GAIN, filled.village.pk)


def test_a_prefecture_has_townships_and_their_villages(
    filled: Any, make_account: Any, frozen_clock: Any
) -> None:
    prefecture = places.area_by_code("520500")
    by = make_account("prefecture", "county_reviewer", prefecture)
    snapshots.take_snapshot(by=by, at=frozen_clock, as_of=frozen_clock.date(), purpose="all")
    simulating._summed.cache_clear()
    with CaptureQueriesContext(connection) as caught:
        found = simulated(by, Scope.of_area(prefecture), frozen_clock)
    # PostgreSQL takes the lock of the audit chain by a query of its own.
    assert len(caught) <= 9 + (connection.vendor == "postgresql")
    depths = {part.number: depth for depth, part in found.walk(filled.county.pk)}
    assert depths[filled.township.pk] == 1 and depths[filled.village.pk] == 2
    assert found.shown(GAIN, filled.township.pk).people == 39
    assert found.shown(GAIN, filled.village.pk).people == 24


def test_few_families_of_a_village_are_closed(filled: Any, county_reviewer: Any, frozen_clock: Any) -> None:
    """A fourth year is for the three of 2024 alone: closed in the township, so closed in every village."""
    extended = (simulating.reforms.Change("childcare_subsidy", "eligible_years", 4, 2027),)
    found = simulated(county_reviewer, Scope.of_area(filled.county), frozen_clock, changes=extended)
    assert found.shown(GAIN, filled.township.pk) is None
    assert found.shown(GAIN, filled.other_village.pk) is None
    assert found.cells[GAIN, filled.other_village.pk].people == 3


@pytest.mark.parametrize("seed", range(60))
def test_nothing_of_few_follows_from_units_and_their_villages_together(seed: int) -> None:
    """Two levels below the units; whoever solves all tables at once, knowing where nobody is."""
    draw = random.Random(seed)
    units, tree, villages = grown(draw)
    cells = counted(draw, villages)
    closed = closed_of(cells, simulation.MADE_OF, units)
    below = closed_below(cells, simulation.MADE_OF, tree, units, closed)
    told = {
        key
        for key in cells
        if key[0] in simulation.MADE_OF and (key[1] in units or key[1] == ALL or key[0] in (GAIN, LOSE))
    }
    few = {key for key, cell in cells.items() if cell.families < small_cells.FEWEST}
    assert few & told <= closed | below
    sums: list[Any] = []
    every = [*units, *tree_numbers(tree), ALL]
    for figure, parts in simulation.MADE_OF.items():
        sums += [((figure, place), [(effect, place) for effect in parts]) for place in every]
    for one in (*simulation.MADE_OF, *simulation.EFFECTS):
        sums.append(((one, ALL), [(one, unit) for unit in units]))
        sums += [((one, above), [(one, part.number) for part in parts]) for above, parts in tree.items()]
    sums = [(total, [part for part in parts if part in cells]) for total, parts in sums if total in cells]
    hidden = closed | below | (cells.keys() - told)
    here = {key for key in cells if key[1] in tree_numbers(tree)}
    followed = small_cells.determined(hidden, sums) & few
    # What is below tells of no few, of whatever figure, that the units alone would not tell of.
    assert not followed - small_cells.determined(hidden | here, sums)
    mine = {GAIN, LOSE, *simulation.MADE_OF[GAIN], *simulation.MADE_OF[LOSE]}
    assert not {key for key in followed if key[0] in mine or key not in here}


def test_a_village_of_many_is_shown() -> None:
    """The guard closes what it must, not everything."""
    villages = {1: (1, 11, 111), 2: (1, 11, 112), 3: (1, 11, 113)}
    cells = summed([("more", villages[one]) for one in (1, 2, 3) for _person in range(40)])
    tree = {1: (Part(11, "a"),), 11: tuple(Part(number, "v") for number in (111, 112, 113))}
    closed = closed_of(cells, simulation.MADE_OF, (1,))
    assert not closed_below(cells, simulation.MADE_OF, tree, (1,), closed)


def grown(draw: random.Random) -> tuple[tuple[int, ...], dict[int, tuple[Part, ...]], list[tuple[int, ...]]]:
    units = tuple(range(1, draw.randint(1, 3) + 1))
    tree: dict[int, tuple[Part, ...]] = {}
    chains = []
    for unit in units:
        middle = [unit * 10 + place for place in range(draw.randint(1, 3))]
        tree[unit] = tuple(Part(number, "t") for number in middle)
        for number in middle:
            low = [number * 10 + place for place in range(draw.randint(1, 4))]
            tree[number] = tuple(Part(one, "v") for one in low)
            chains += [(unit, number, one) for one in low]
    return units, tree, chains


def tree_numbers(tree: dict[int, tuple[Part, ...]]) -> list[int]:
    return [part.number for parts in tree.values() for part in parts]


def counted(draw: random.Random, chains: list[tuple[int, ...]]) -> dict[Any, Sum]:
    people = []
    for chain in chains:
        for effect in simulation.EFFECTS:
            number = draw.choice([0, 0, 0, draw.randint(1, 9), draw.randint(10, 15), draw.randint(30, 60)])
            people += [(effect, chain)] * number
    return summed(people)


def summed(people: list[tuple[str, tuple[int, ...]]]) -> dict[Any, Sum]:
    cells: Counter[Any] = Counter()
    for effect, chain in people:
        figures = [figure for figure, parts in simulation.MADE_OF.items() if effect in parts]
        for one in (effect, *figures):
            for place in (*chain, ALL):
                cells[one, place] += 1
    return {key: Sum(number, number, number) for key, number in cells.items()}
