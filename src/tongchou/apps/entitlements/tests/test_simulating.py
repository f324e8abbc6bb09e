"""A planner's simulation: scope, sums, small cells, what is refused, and that nothing but a line is kept."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import api, simulating
from tongchou.apps.entitlements.simulated import (
    ALL,
    GAIN,
    LOSE,
    NOW,
    OPEN_NOW,
    THEN,
    Sum,
    closed_of,
)
from tongchou.apps.entitlements.tests.test_units import children
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain import small_cells
from tongchou.domain.policy import simulation
from tongchou.domain.register.row import RegisterRow
from tongchou.policies import reforms

YEAR = 2027
#: 3,600 → 4,800 yuan from next year on.
RAISED = (reforms.Change("childcare_subsidy", "yearly_amount", 480000, YEAR),)


@pytest.fixture
def filled(county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Any:
    """24 children born in 2026 in 青山村; in 白水村 12 born in 2025 and 3 in 2024, who turn three in 2027."""
    sets = [
        (county.village, children(24, 2026)),
        (county.other_village, children(12, 2025) + children(3, 2024)),
    ]
    for place, (village, rows) in enumerate(sets):
        numbered = [
            RegisterRow(**{**{name: getattr(row, name) for name in row.__slots__}, "row_no": 5 + number})
            for number, row in enumerate(rows)
        ]
        registry.apply_register(
            numbered, village_id=village.pk, source=str(place) * 64, by=township_officer, at=frozen_clock
        )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    return county


def simulated(by: Any, scope: Scope, at: dt.datetime, **other: Any) -> api.Simulation:
    asked: dict[str, Any] = {"changes": RAISED, "year": YEAR, "purpose": "预算", **other}
    (found,) = api.simulate(scope=scope, by=by, at=at, **asked)
    return found


def test_a_raise_reaches_every_child_and_months_follow(
    filled: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    found = simulated(county_reviewer, Scope.of_area(filled.county), frozen_clock)
    assert [unit.name for unit in found.units] == ["云岭镇（示例）"]
    # 36 whole years, and 3 children born in March 2024 with three months each.
    assert found.shown(NOW) == Sum(39, 39, 36 * 360000 + 3 * 90000)
    assert found.shown(THEN) == Sum(39, 39, 36 * 480000 + 3 * 120000)
    assert found.shown(GAIN) == Sum(39, 39, 36 * 120000 + 3 * 30000)
    assert found.shown(LOSE) == Sum() and found.shown(OPEN_NOW) == Sum()
    assert found.difference() == 36 * 120000 + 3 * 30000
    assert found.by_age(GAIN, 0, 2) == found.by_age(GAIN, ALL, ALL)
    assert found.groups == (0,) and found.setters == ("province", "prefecture")


def test_only_the_own_areas_are_counted(
    filled: Any, county_reviewer: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    for village, people in zip(filled.villages, (24, 15), strict=True):
        by = make_account(f"clerk-{village.pk}", "county_finance", village)
        # The account's areas bound what is asked for, and the other way round.
        for scope in (Scope.of_area(village), Scope.of_area(filled.county), Scope.everything()):
            found = simulated(by, scope, frozen_clock)
            assert found.shown(NOW) == Sum(people, people, found.cells[NOW, ALL].fen)
        narrowed = simulated(county_reviewer, Scope.of_area(village), frozen_clock)
        assert narrowed.cells == found.cells
    with pytest.raises(Conflict):
        simulated(county_reviewer, Scope.nothing(), frozen_clock)
    elsewhere = make_account("elsewhere", "county_finance", places.area_by_code("520523"))
    with pytest.raises(Conflict):
        simulated(elsewhere, Scope.of_area(filled.county), frozen_clock)


@pytest.mark.parametrize("role", ["village_worker", "township_officer", "auditor", "department_reader"])
def test_others_may_not(filled: Any, make_account: Any, frozen_clock: dt.datetime, role: str) -> None:
    with pytest.raises(NotAllowed):
        simulated(make_account("other", role, filled.county), Scope.of_area(filled.county), frozen_clock)


def test_few_families_are_closed_in_both_tables(
    filled: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    """Only the three children of 2024 gain something by a fourth year: nothing may tell of them."""
    extended = (reforms.Change("childcare_subsidy", "eligible_years", 4, YEAR),)
    found = simulated(county_reviewer, Scope.of_area(filled.township), frozen_clock, changes=extended)
    here, there = (village.pk for village in filled.villages)
    assert found.cells[GAIN, ALL].people == 3
    assert found.shown(GAIN) is None and found.shown(GAIN, there) is None
    assert found.by_age(GAIN, 0, 2) is None and found.by_age(GAIN, 0, ALL) is None
    assert found.difference() is None and found.difference(there) is None
    # What holds now is told, and what would hold then where nothing changes.
    assert found.shown(NOW, here).people == 24 and found.shown(NOW, there).people == 15
    assert found.setters == ("national",)


def test_the_money_before_and_after_does_not_tell_of_few() -> None:
    """100 families have the same, 3 have more: both amounts together would be the three's."""
    cells = {}
    for unit in (1, ALL):
        cells |= {
            ("more", unit): Sum(3, 3, 3), (GAIN, unit): Sum(3, 3, 3), ("touched", unit): Sum(3, 3, 3),
            ("same", unit): Sum(100, 100, 0), (NOW, unit): Sum(103, 103, 100),
            (THEN, unit): Sum(103, 103, 103),
        }  # fmt: skip
    closed = closed_of(cells, simulation.MADE_OF, (1,))
    for unit in (1, ALL):
        assert (GAIN, unit) in closed and (THEN, unit) in closed


def test_wide_tables_are_closed_quickly_and_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty units, half of them small: no small sum is shown, and none follows from what is shown."""
    import time

    cells: dict[Any, Sum] = {}
    made_of = simulation.MADE_OF
    for unit in range(1, 41):
        for number, effect in enumerate(("more", "same", "open", "new")):
            families = (unit * 7 + number * 5) % (12 if unit % 2 else 300)
            cells[effect, unit] = Sum(families, families, families)
    for figure, parts in made_of.items():
        for unit in range(1, 41):
            total = sum(cells.get((part, unit), Sum()).families for part in parts)
            cells[figure, unit] = Sum(total, total, total)
    for one in (*made_of, *simulation.EFFECTS):
        total = sum(cells.get((one, unit), Sum()).families for unit in range(1, 41))
        cells[one, ALL] = Sum(total, total, total)
    started = time.monotonic()
    closed = closed_of(cells, made_of, tuple(range(1, 41)))
    assert time.monotonic() - started < 3
    few = {key for key, cell in cells.items() if 0 < cell.families < small_cells.FEWEST}
    told = {key for key in cells if key[0] in made_of}
    assert few & told and few & told <= closed < told
    # Whoever solves for what is hidden from all that is shown finds nothing of few families.
    units = range(1, 41)
    sums = [
        ((figure, unit), [(effect, unit) for effect in parts])
        for figure, parts in made_of.items()
        for unit in (*units, ALL)
    ]
    sums += [((one, ALL), [(one, unit) for unit in units]) for one in (*made_of, *simulation.EFFECTS)]
    known = {key for key, cell in cells.items() if not cell.families}
    sums = [(total, [part for part in parts if part in cells and part not in known]) for total, parts in sums]
    hidden = (closed | (cells.keys() - told)) - known
    assert not small_cells.determined(hidden, sums) & few


def test_who_needs_information_is_told_apart(
    filled: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.registry.models import Person

    born = {"birth_month": None, "birth_day": None}
    Person.objects.filter(birth_year=2024).update(**born)
    snapshots.take_snapshot(
        by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="month unknown"
    )
    found = simulated(county_reviewer, Scope.of_area(filled.county), frozen_clock)
    assert found.cells[OPEN_NOW, ALL] == Sum(3, 3, 3 * 12 * 30000)
    assert found.shown(OPEN_NOW) is None
    assert found.shown(NOW) == Sum(36, 36, 36 * 360000)


def test_everything_wrong_is_told_at_once(
    filled: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    def wrong(**asked: Any) -> set[str]:
        with pytest.raises(Invalid) as error:
            simulated(county_reviewer, Scope.of_area(filled.county), frozen_clock, **asked)
        return set(error.value.data["problems"])

    lowered = reforms.Change("childcare_subsidy", "yearly_amount", 240000, YEAR)
    later = reforms.Change("elderly_reward", "starting_age", 61, 2030)
    assert wrong(changes=(lowered, later), year=2040, purpose=" ") == {
        "childcare_subsidy.yearly_amount", "elderly_reward.starting_age", "year", "purpose",
    }  # fmt: skip
    assert wrong(changes=(later,), year=2027) == {"elderly_reward.starting_age", "start"}
    same = reforms.Change("childcare_subsidy", "yearly_amount", 360000, YEAR)
    assert wrong(changes=(same,)) == {"childcare_subsidy.yearly_amount"}
    private = reforms.Change("bereaved_assistance", "monthly_amount", 360000, YEAR)
    assert wrong(changes=(private,)) == {"bereaved_assistance.monthly_amount"}
    assert wrong(changes=()) == {"changes"}
    assert not AuditEntry.objects.filter(action="policy.simulate").exists()


def test_nothing_is_kept_but_a_line(
    filled: Any, county_reviewer: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    with audited(), CaptureQueriesContext(connection) as caught:
        simulated(county_reviewer, Scope.of_area(filled.county), frozen_clock)
    written = [query["sql"] for query in caught if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(written) == 1 and "core_auditentry" in written[0]
    entry = AuditEntry.objects.get(action="policy.simulate")
    assert entry.purpose == "预算" and entry.actor_id == county_reviewer.pk
    assert entry.detail["changes"] == {"childcare_subsidy.yearly_amount": "480000 2027"}
    assert "person" not in str(entry.detail)


def test_the_same_question_is_answered_from_memory(
    filled: Any, county_reviewer: Any, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope.of_area(filled.county)
    first = simulated(county_reviewer, scope, frozen_clock)
    monkeypatch.setattr(snapshots, "read_columns", lambda *_any: pytest.fail("read again"))
    assert simulated(county_reviewer, scope, frozen_clock, purpose="again").cells == first.cells
    assert AuditEntry.objects.filter(action="policy.simulate").count() == 2


def test_the_number_of_queries_does_not_grow(
    filled: Any, county_reviewer: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    counts = set()
    for area in (filled.village, filled.county):
        simulating._summed.cache_clear()
        with CaptureQueriesContext(connection) as caught:
            simulated(county_reviewer, Scope.of_area(area), frozen_clock)
        counts.add(len(caught))
    # PostgreSQL takes the lock of the audit chain by a query of its own.
    assert len(counts) == 1 and counts.pop() <= 9 + (connection.vendor == "postgresql")


def test_a_damaged_snapshot_is_not_simulated(
    filled: Any, county_reviewer: Any, frozen_clock: dt.datetime, var_folder: Any
) -> None:
    import polars as pl

    simulating._summed.cache_clear()
    scope = Scope.of_area(filled.county)
    simulated(county_reviewer, scope, frozen_clock)
    snapshot = snapshots.latest(scope=scope)
    file = var_folder / snapshot.path
    facts = pl.read_parquet(file)
    buffer = io.BytesIO()
    facts.with_columns(birth_year=pl.lit(2026)).write_parquet(buffer)
    file.write_bytes(buffer.getvalue())
    with pytest.raises(Conflict):
        simulated(county_reviewer, scope, frozen_clock, year=2028)
    file.unlink()
    with pytest.raises(Conflict):
        simulated(county_reviewer, scope, frozen_clock, year=2029)


def random_table(draw: random.Random, units: int) -> tuple[dict[Any, Sum], tuple[int, ...]]:
    """The sums of made-up people, each a family of their own: some units and age groups hold few."""
    rows = []
    for unit in range(1, units + 1):
        for effect in simulation.EFFECTS:
            number = draw.choice([0, 0, 0, draw.randint(1, 9), draw.randint(10, 15), draw.randint(30, 200)])
            for _person in range(number):
                sex = draw.choice([1, 2, None] if draw.random() < 0.05 else [1, 2])
                rows.append((effect, unit, draw.choice([0, 60, 60, 65, None]), sex))
    cells: Counter[Any] = Counter()
    for effect, unit, group, sex in rows:
        figures = [figure for figure, parts in simulation.MADE_OF.items() if effect in parts]
        for one in (effect, *figures):
            cells[one, unit] += 1
            cells[one, ALL] += 1
            if one in (GAIN, LOSE):
                cells[one, group, sex] += 1
                cells[one, group, ALL] += 1
                cells[one, ALL, sex] += 1
    return {key: Sum(number, number, number) for key, number in cells.items()}, tuple(range(1, units + 1))


@pytest.mark.parametrize("seed", range(60))
def test_nothing_of_few_families_follows_from_what_is_shown(seed: int) -> None:
    """Whoever solves for what is hidden, knowing where nobody is, finds no few; nor does the money tell."""
    draw = random.Random(seed)
    cells, lines = random_table(draw, draw.randint(1, 6))
    told = {key for key in cells if key[0] in simulation.MADE_OF}
    closed = closed_of(cells, simulation.MADE_OF, lines)
    few = {key for key, cell in cells.items() if cell.families < small_cells.FEWEST}
    assert few & told <= closed <= told
    sums: list[Any] = []
    for figure, parts in simulation.MADE_OF.items():
        sums += [((figure, unit), [(effect, unit) for effect in parts]) for unit in (*lines, ALL)]
    for one in (*simulation.MADE_OF, *simulation.EFFECTS):
        sums.append(((one, ALL), [(one, unit) for unit in lines]))
    for figure in (GAIN, LOSE):
        groups, sexes = (0, 60, 65, None), (1, 2, None)
        sums += [((figure, group, ALL), [(figure, group, sex) for sex in sexes]) for group in groups]
        sums += [((figure, ALL, sex), [(figure, group, sex) for group in groups]) for sex in sexes]
        sums.append(((figure, ALL), [(figure, group, ALL) for group in groups]))
        sums.append(((figure, ALL), [(figure, ALL, sex) for sex in sexes]))
    sums = [(total, [part for part in parts if part in cells]) for total, parts in sums if total in cells]
    hidden = closed | (cells.keys() - told)
    assert not small_cells.determined(hidden, sums) & few
    for unit in (*lines, ALL):
        both = [key for key in ((NOW, unit), (THEN, unit)) if key in closed]
        touched = cells.get(("touched", unit), Sum()).families
        assert both or not 0 < touched < small_cells.FEWEST or (THEN, unit) not in cells
