"""Cubes of real acts: they balance, every person has a place, trees of other days keep the sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person, Residence
from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.snapshot import history
from tongchou.apps.statistics import api, counting, files
from tongchou.apps.statistics.files import LATER
from tongchou.core import folders
from tongchou.core.errors import Conflict
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.demography.left_out import Why
from tongchou.domain.register.row import RegisterRow
from tongchou.domain.statistics.cube import AGE_STARTS, Basis, MonthCube, people

JUNE = np.datetime64("2026-06")


def row(number: int, name: str, **more: Any) -> RegisterRow:
    given: dict[str, Any] = {"sex": 1, "relation": "02", "hukou_kind": "agricultural", "household_no": "001"}
    return RegisterRow(row_no=number, name=name, **given | more)


#: 青山村: a couple with a son, somebody of unknown birth, and somebody who cannot be that old.
FIRST = (
    row(5, "赵大山", birth=PartialDate(1960, 3, 12), education="70"),
    row(6, "钱小兰", birth=PartialDate(1992, 7, 15), sex=2, relation="12"),
    row(7, "赵小雨", birth=PartialDate(2024, 5, 20), sex=2, relation="42"),
    row(8, "吴阿公", birth=None, household_no="002"),
    row(9, "周彭祖", birth=PartialDate(1890, 1, 1), household_no="003"),
)
#: 白水村
SECOND = (
    row(5, "李老三", birth=PartialDate(1955), household_no="001"),
    row(6, "李老四", birth=PartialDate(1958, 2), household_no="002"),
)


@pytest.fixture
def numbers(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    for number, (village, rows) in enumerate(zip(county.villages, (FIRST, SECOND), strict=True)):
        registry.apply_register(
            list(rows), village_id=village.pk, source=f"{number:064x}", by=township_officer, at=frozen_clock
        )
    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def build(county_reviewer: Any, frozen_clock: dt.datetime) -> Callable[..., api.Built]:
    def act(boundaries: dt.date | None = None, as_of: dt.date | None = None) -> api.Built:
        day = as_of or frozen_clock.date()
        snapshot = snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=day, purpose="test")
        return api.build(by=county_reviewer, at=frozen_clock, snapshot=snapshot, boundaries=boundaries)

    return act


def balanced(cube: MonthCube) -> bool:
    change = cube.mothers.sum(-1) + cube.arrivals - cube.deaths_delay.sum(-1) - cube.departures
    return bool(np.allclose(np.diff(people(cube), axis=1), change[:, 1:]))


def age(years: int) -> int:
    return int(np.searchsorted(AGE_STARTS, years, side="right")) - 1


def test_a_register_gives_people_a_past(numbers: dict[str, int], build: Callable[..., api.Built]) -> None:
    """Who is first named by a register lived there before: nobody arrives on the day of the record."""
    built = build()
    cube = api.months(built, Basis.REGISTERED)
    assert cube.months[-1] == JUNE and cube.months.size == 60
    assert people(cube)[:, 0].tolist() == [3, 2]  # without the child, and without the one of 136 years
    assert people(cube)[:, -1].tolist() == [4, 2]
    assert cube.arrivals.sum() == cube.departures.sum() == 0
    assert cube.unknown[:, -1].tolist() == [1, 0]
    assert cube.left_out.counts[Why.AGE_ABOVE_120].tolist() == [1, 0]
    assert cube.left_out.counts[Why.UNKNOWN_BIRTH].tolist() == [1, 0]
    born = np.flatnonzero(cube.months == np.datetime64("2024-05"))[0]
    assert cube.births[0, born].tolist() == [0, 1] and cube.births.sum() == 1
    assert cube.mothers[0, born].tolist() == [0, 0, 0, 0, 0, 0, 0, 1]  # nobody said who the mother is
    assert cube.births_delay.sum() == 0  # a register's line is no record of a birth
    assert cube.stock[0, -1, age(2), 1] == 1 and cube.stock[0, -1, age(66), 0] == 1
    assert cube.person_years[0, -1, age(66), 0] == pytest.approx(30 / 365)
    assert balanced(cube) and cube.reported.all()


def test_births_deaths_and_moves_fall_into_their_months(
    numbers: dict[str, int], build: Callable[..., api.Built], township_officer: Any, frozen_clock: dt.datetime
) -> None:
    by, at = township_officer, frozen_clock
    registry.record_birth(
        mother_id=numbers["钱小兰"], name="赵小雪", sex=2, birth=PartialDate(2026, 4, 3), by=by, at=at
    )
    registry.record_death(person_id=numbers["赵大山"], died=PartialDate(2026, 3, 31), by=by, at=at)
    registry.record_death(person_id=numbers["吴阿公"], died=PartialDate(2026, 5), by=by, at=at)
    household = registry.open_person(numbers["李老四"], scope=Scope.everything()).household_id
    registry.move_registration(
        person_id=numbers["钱小兰"], household_id=household, relation="70",
        since=PartialDate(2026, 5, 1), by=by, at=at,
    )  # fmt: skip
    cube = api.months(build(), Basis.REGISTERED)
    march, april, may = (
        int(np.flatnonzero(cube.months == np.datetime64(f"2026-0{m}"))[0]) for m in (3, 4, 5)
    )
    assert cube.births[0, april].tolist() == [0, 1]
    assert cube.mothers[0, april, 3] == 1  # 33 years: the group from 30
    assert cube.births_delay[0, april, 2] == 1  # recorded in June
    assert cube.deaths[0, march, age(66), 0] == 1 and cube.deaths.sum() == 1
    # Before June nobody had these people on record: no late record of a death.
    assert cube.deaths_delay[0, march, -1] == 1
    assert cube.deaths_delay[0, may, -1] == 1  # of unknown age: among all deaths, in no age group
    assert (cube.departures[0, may], cube.arrivals[1, may]) == (1, 1)
    assert people(cube)[:, -1].tolist() == [2, 3]
    assert balanced(cube)


def test_a_death_is_recorded_so_many_months_later(
    numbers: dict[str, int], county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    at = frozen_clock + dt.timedelta(days=100)  # October
    registry.record_death(
        person_id=numbers["赵大山"], died=PartialDate(2026, 7, 5), by=township_officer, at=at
    )
    snapshot = snapshots.take_snapshot(by=county_reviewer, at=at, as_of=at.date(), purpose="test")
    cube = api.months(api.build(by=county_reviewer, at=at, snapshot=snapshot), Basis.REGISTERED)
    july = int(np.flatnonzero(cube.months == np.datetime64("2026-07"))[0])
    assert cube.deaths_delay[0, july, 3] == cube.deaths_delay.sum() == 1


def test_an_act_that_was_taken_back_is_not_counted(
    numbers: dict[str, int], build: Callable[..., api.Built], county_reviewer: Any, township_officer: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    registry.record_death(
        person_id=numbers["赵大山"], died=PartialDate(2026, 3, 31), by=township_officer, at=frozen_clock
    )
    assert api.months(build(), Basis.REGISTERED).deaths.sum() == 1
    death = Event.objects.get(kind="death_recorded")
    registry.reverse(
        event_ids=[death.pk], reason="mistaken", subject=f"person:{death.person_id}", by=county_reviewer,
        at=frozen_clock,
    )  # fmt: skip
    cube = api.months(build(), Basis.REGISTERED)
    assert cube.deaths_delay.sum() == 0 and people(cube)[0, -1] == 4


def test_who_lives_away_is_no_resident(
    numbers: dict[str, int], build: Callable[..., api.Built], township_officer: Any, county: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    by, at = township_officer, frozen_clock
    registry.record_move(
        person_id=numbers["赵大山"], area_id=None, place="浙江省", since=PartialDate(2026, 2, 1), by=by, at=at
    )
    registry.record_move(
        person_id=numbers["钱小兰"], area_id=county.other_village.pk, since=PartialDate(2025, 9, 1),
        by=by, at=at,
    )  # fmt: skip
    built = build()
    here, resident = (api.months(built, basis) for basis in Basis)
    assert people(here)[:, -1].tolist() == [4, 2]
    assert people(resident)[:, -1].tolist() == [2, 3]
    assert resident.departures[0].sum() == 2 and resident.arrivals[1].sum() == 1
    assert balanced(here) and balanced(resident)
    stock = api.stock(built)
    told = dict(
        stock.group_by("residence").agg(pl.col("people").sum()).select("residence", "people").iter_rows()
    )
    assert told == {"away": 1, "here": 1, None: 4}
    one = stock.filter(pl.col("residence") == "away").row(0, named=True)
    assert (one["age"], one["sex"], one["education"], one["hukou_kind"]) == (66, 1, "70", "agricultural")


def test_marital_status_leaves_as_counts_of_townships_alone(
    county: Any, township_officer: Any, frozen_clock: dt.datetime, build: Callable[..., api.Built]
) -> None:
    rows = [
        row(5, "郑一", birth=PartialDate(1990, 7, 1), marital="10"),
        row(6, "郑二", birth=PartialDate(1990, 6, 30), marital="20", household_no="002"),
        row(7, "郑三", birth=PartialDate(1945, 6, 30), marital="30", sex=2, household_no="003"),
        row(8, "郑四", birth=PartialDate(2012, 1, 1), marital="10", household_no="004"),
    ]
    for number, village in enumerate(county.villages):
        given = [replace(one, name=one.name + "甲乙"[number]) for one in rows]
        registry.apply_register(
            given, village_id=village.pk, source=f"{number:064x}", by=township_officer, at=frozen_clock
        )
    built = build()
    assert sorted(api.marital(built).rows()) == [
        (county.township.code, 35, 1, "1", 2.0),
        (county.township.code, 35, 1, "2", 2.0),
        (county.township.code, 80, 2, "3", 2.0),
    ]
    history = snapshots.read_history(built.snapshot)
    for frame in (history.people, history.spells, history.areas):
        assert not {"marital", "parent_id", "mother_id", "mother_birth_year"} & set(frame.columns)
    assert set(history.marital.columns) == {"township_code", "age", "sex", "marital", "people"}


def test_orders_of_births_leave_as_counts_of_townships_alone(
    numbers: dict[str, int], build: Callable[..., api.Built], township_officer: Any, frozen_clock: dt.datetime
) -> None:
    by, at, mother = township_officer, frozen_clock, numbers["钱小兰"]  # born in July 1992
    for name, sex, day in (("甲", 1, (2018, 3, 1)), ("乙", 2, (2024, 8, 1)), ("丙", 1, (2024, 8, 1))):
        registry.record_birth(
            mother_id=mother, name=f"赵{name}", sex=sex, birth=PartialDate(*day), by=by, at=at
        )
    built = build()
    township = built.snapshot and api.areas_of(built)["township_code"][0]
    assert sorted(api.birth_orders(built).rows()) == [
        (township, 2018, 1, 2, 1, 1),  # 25 years: the group from 25
        (township, 2024, 1, 3, 3, 1),  # 32; children of one day follow each other
        (township, 2024, 2, 3, 2, 1),
        (township, 2024, 2, 7, 0, 1),  # 赵小雨, whose mother nobody named
    ]
    history = snapshots.read_history(built.snapshot)
    for frame in (history.people, history.spells, history.areas):
        assert not {"nth", "mother_id", "parent_id"} & set(frame.columns)
    assert "person_id" not in history.birth_orders.columns
    with pytest.raises(Conflict):  # a village or township is no county
        api.birth_orders_of(built, api.areas_of(built)["code"].to_list()[:1])


def test_children_on_record_leave_as_sums_of_townships_alone(
    numbers: dict[str, int], build: Callable[..., api.Built], township_officer: Any, frozen_clock: dt.datetime
) -> None:
    by, at, mother = township_officer, frozen_clock, numbers["钱小兰"]  # born in July 1992
    on = at.date()
    days = (dt.date(2018, 3, 1), on.replace(year=on.year - 1), on - dt.timedelta(days=30))
    for number, day in enumerate(days):
        registry.record_birth(
            mother_id=mother, name=f"赵{'甲乙丙'[number]}", sex=1, birth=PartialDate.from_date(day), by=by,
            at=at,
        )  # fmt: skip
    built = build()
    township = api.areas_of(built)["township_code"][0]
    # A birth a year ago to the day is none of the last twelve months.
    assert api.children_born(built).rows() == [(township, 30, 1, 3, 1)]
    history = snapshots.read_history(built.snapshot)
    assert not {"person_id", "mother_id", "parent_id"} & set(history.children_born.columns)
    with pytest.raises(Conflict):  # a village is no county
        api.pf_of(built, api.areas_of(built)["code"].to_list()[:1])


def test_dates_are_counted_by_township_month_and_day(
    numbers: dict[str, int], build: Callable[..., api.Built], township_officer: Any, frozen_clock: dt.datetime
) -> None:
    registry.record_death(
        person_id=numbers["赵大山"], died=PartialDate(2026, 4), by=township_officer, at=frozen_clock
    )
    built = build()
    township = api.areas_of(built)["township_code"][0]
    assert sorted(api.dates(built).rows()) == [
        (township, "births", 0, 0, 2),  # 吴阿公, of whom nothing is known, and 李老三: the year alone
        (township, "births", 2, 0, 1),
        (township, "births", 5, 20, 1),
        (township, "births", 7, 15, 1),
        (township, "deaths", 4, 0, 1),
    ]
    villages = api.areas_of(built)["code"].to_list()
    found = api.date_digits_of(built, villages)
    assert found.known.tolist() == [2, 0] and found.to_year.tolist() == [2, 0]
    with pytest.raises(Conflict):
        api.date_digits_of(built, villages[:1])


@pytest.mark.parametrize("name", sorted(LATER))
def test_what_was_written_before_a_table_was_there_has_none(
    name: str, numbers: dict[str, int], build: Callable[..., api.Built]
) -> None:
    built = build()
    (folders.at(built.path) / f"{name}.parquet").unlink()
    assert files.read_table(built.path, name).is_empty()
    assert files.read_table(built.path, name).columns == list(LATER[name])
    if name in history.LATER:
        (folders.at(built.snapshot.history_path) / f"{name}.parquet").unlink()
        read = getattr(history.read(built.snapshot.history_path), name)
        assert read.is_empty() and read.columns == list(history.SCHEMAS[name])


def test_a_snapshot_without_history_says_what_to_do(
    numbers: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    snapshot = snapshots.take_snapshot(
        by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test"
    )
    snapshots.Snapshot.objects.update(history_path="", history_sha256="")
    snapshot.refresh_from_db()
    with pytest.raises(Conflict, match="no_history"):
        api.build(by=county_reviewer, at=frozen_clock, snapshot=snapshot)


def test_the_same_is_not_built_twice(
    numbers: dict[str, int], build: Callable[..., api.Built], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    built = build()
    again = api.build(by=county_reviewer, at=frozen_clock, snapshot=built.snapshot)
    assert again == built
    other = build()
    assert other != built and other.sha256 == built.sha256


def test_a_month_that_is_not_over_is_not_counted(
    numbers: dict[str, int], build: Callable[..., api.Built]
) -> None:
    assert api.months(build(as_of=dt.date(2026, 6, 29)), Basis.REGISTERED).months[-1] == JUNE - 1


@pytest.fixture
def changed(county: Any, county_reviewer: Any, make_account: Any, frozen_clock: dt.datetime) -> Any:
    from tongchou.apps.places.plans import Plan

    second = make_account("second", "county_reviewer", county.county)

    def act(plan: Plan, on: dt.date = dt.date(2026, 3, 1)) -> None:
        change = places.plan_change(
            plan=plan, effective_on=on, document="县政发〔2026〕3号", by=county_reviewer, at=frozen_clock
        )
        places.apply_change(change_id=change.pk, by=second, at=frozen_clock)

    return act


def test_merged_villages_are_one_now_and_two_then(
    numbers: dict[str, int], build: Callable[..., api.Built], county: Any, changed: Any
) -> None:
    before = api.months(build(), Basis.REGISTERED)
    areas = tuple(village.pk for village in county.villages)
    changed(places.Plan(kind="merge", area=areas[0], others=areas[1:], name="青白村", code="520521901203"))
    now = build()
    cube = api.months(now, Basis.REGISTERED)
    assert api.areas_of(now)["name"].to_list() == ["青白村"]
    assert cube.reported.all() and balanced(cube)
    for name in ("stock", "person_years", "births", "unknown"):
        assert np.allclose(getattr(cube, name).sum(0), getattr(before, name).sum(0)), name
    then = build(boundaries=dt.date(2026, 2, 28))
    cube = api.months(then, Basis.REGISTERED)
    assert cube.areas == before.areas
    assert np.array_equal(cube.stock, before.stock)
    assert api.latest() == now


def test_a_split_is_shared_out_and_the_sum_stays(
    numbers: dict[str, int], build: Callable[..., api.Built], county: Any, changed: Any
) -> None:
    before = api.months(build(), Basis.REGISTERED)
    first = county.village
    parts = (
        places.Part(name="青东村", code="520521901211", share=750_000, children=(county.groups[0].pk,)),
        places.Part(name="青西村", code="520521901212", share=250_000, children=(county.groups[1].pk,)),
    )
    changed(places.Plan(kind="split", area=first.pk, parts=parts))
    built = build()
    cube = api.months(built, Basis.REGISTERED)
    names = api.areas_of(built)["name"].to_list()
    east, west = names.index("青东村"), names.index("青西村")
    assert people(cube)[[east, west], -1].tolist() == [3.0, 1.0]
    for name in ("stock", "person_years", "births", "unknown"):
        assert np.allclose(getattr(cube, name).sum(0), getattr(before, name).sum(0)), name
    assert balanced(cube)
    assert api.stock(built)["people"].sum() == pytest.approx(6)


def test_people_whose_village_nobody_knows_are_told(
    numbers: dict[str, int], build: Callable[..., api.Built], county: Any
) -> None:
    """Registered in the township as such: in no village, and in the audit row."""
    Residence.objects.filter(person_id=numbers["李老三"]).update(area=county.township)
    built = build()
    cube = api.months(built, Basis.REGISTERED)
    assert people(cube)[:, -1].tolist() == [4, 1]
    detail = AuditEntry.objects.get(action="statistics.build").detail
    assert (detail["unplaced"], detail["dates_chosen"]) == (1, 2)
    assert api.stock(built)["people"].sum() == 5


def test_chunks_of_people_give_the_same_bytes(
    numbers: dict[str, int], build: Callable[..., api.Built], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build()
    monkeypatch.setattr(counting, "CHUNK", 2)
    assert build().sha256 == whole.sha256


def test_two_records_of_one_person_are_one(
    numbers: dict[str, int], build: Callable[..., api.Built], county_reviewer: Any, township_officer: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    keep, gone = numbers["李老三"], numbers["李老四"]
    registry.merge(
        keep=keep, gone=gone, number_of=keep, pair=1, asked_by=township_officer.pk, by=county_reviewer,
        at=frozen_clock,
    )  # fmt: skip
    cube = api.months(build(), Basis.REGISTERED)
    assert people(cube)[1].tolist() == [1] * 60
    assert cube.deaths_delay.sum() == cube.departures.sum() == 0


def test_of_people_from_elsewhere_only_what_happened_here_is_read(
    numbers: dict[str, int], build: Callable[..., api.Built], make_account: Any, county: Any,
    township_officer: Any, frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    """Of 白水村 alone: who moved in from 青山村 arrives, and where from is not among the spells."""
    household = registry.open_person(numbers["李老四"], scope=Scope.everything()).household_id
    registry.move_registration(
        person_id=numbers["钱小兰"], household_id=household, relation="70",
        since=PartialDate(2026, 5, 1), by=township_officer, at=frozen_clock,
    )  # fmt: skip
    of_village = make_account("hege", "county_reviewer", county.other_village)
    snapshot = snapshots.take_snapshot(
        by=of_village, at=frozen_clock, as_of=frozen_clock.date(), purpose="test"
    )
    history = snapshots.read_history(snapshot)
    assert set(history.people["person_id"]) == {numbers[name] for name in ("李老三", "李老四", "钱小兰")}
    own = history.spells.filter(pl.col("person_id") == numbers["钱小兰"])
    assert own["area_id"].to_list() == [None, county.other_village.pk]
    cube = api.months(api.build(by=of_village, at=frozen_clock, snapshot=snapshot), Basis.REGISTERED)
    assert cube.areas == (county.other_village.code,)
    assert cube.arrivals.sum() == 1 and people(cube)[0, -1] == 3 and balanced(cube)
    assert api.marital(api.latest()).height > 0
