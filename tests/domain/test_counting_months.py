"""Months counted from lives: as ``demography.exposure`` counts them, and nobody comes or goes untold."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.demography.exposure import count_events, person_years
from tongchou.domain.demography.left_out import Why
from tongchou.domain.statistics.boundaries import belongs
from tongchou.domain.statistics.counting import Counting, People, Spells, mother_group
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, month_range
from tongchou.domain.statistics.days import days_of, parts_of
from tongchou.domain.succession import WHOLE, Step

MONTHS = month_range("2022-01", "2024-12")
NEVER = np.datetime64("NaT", "D")
PLACES = 3


def people_of(rows: list[tuple[str | None, str | None, int]]) -> People:
    """Born, died, sex."""
    born, died, sex = zip(*rows, strict=True)
    none = np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[M]")
    return People(
        born=np.array([one or "NaT" for one in born], dtype="datetime64[D]"),
        died=np.array([one or "NaT" for one in died], dtype="datetime64[D]"),
        sex=np.array(sex, dtype=np.int64),
        mother=np.full(len(rows), 7),
        born_recorded=none,
        died_recorded=none.copy(),
        lost=np.zeros(len(rows), dtype=bool),
    )


def spells_of(rows: list[tuple[int, int, str | None]]) -> Spells:
    """Person, place, start."""
    person, place, start = zip(*rows, strict=True)
    return Spells(
        np.array(person), np.array(place), np.array([one or "NaT" for one in start], dtype="datetime64[D]")
    )


def counted(people: People, spells: Spells, places: int = PLACES) -> Counting:
    counting = Counting(places, MONTHS)
    counting.add(people, spells)
    return counting


def month(text: str) -> int:
    return int(np.flatnonzero(np.datetime64(text) == MONTHS)[0])


def test_a_life_counted_by_hand() -> None:
    """A girl is born on 10 January 2022, moves on 1 March and is one year old in January 2023."""
    counting = counted(people_of([("2022-01-10", None, 1)]), spells_of([(0, 0, None), (0, 1, "2022-03-01")]))
    stock, lived = counting.stock(), counting.person_years()
    assert stock[0, : month("2022-04"), 0, 1].tolist() == [1, 1, 0]
    assert stock[1, month("2022-03"), 0, 1] == 1
    assert lived[0, :3, 0, 1].tolist() == [22 / 365, 28 / 365, 0]
    january = month("2023-01")
    assert lived[1, january, :2, 1].tolist() == [9 / 365, 22 / 365]
    assert stock[1, january, :2, 1].tolist() == [0, 1]
    assert counting.births[0, 0].tolist() == [0, 1] and counting.births.sum() == 1
    assert (counting.departures[0, 2], counting.arrivals[1, 2]) == (1, 1)
    assert lived[1, month("2024-02"), 1, 1] == 29 / 366


def test_a_death_on_the_day_of_birth_is_a_birth_and_a_death() -> None:
    counting = counted(people_of([("2022-05-05", "2022-05-05", 0)]), spells_of([(0, 2, None)]))
    assert counting.births[2, 4].tolist() == [1, 0]
    assert counting.deaths[2, 4, 0, 0] == 1
    assert counting.stock().sum() == counting.person_years().sum() == 0


def test_what_cannot_be_is_left_out_and_counted() -> None:
    people = people_of(
        [("1890-01-01", None, 0), ("2000-01-01", "1999-01-01", 1), (None, None, 1), ("1990-01-01", None, -1)]
    )
    people.lost[3] = True
    counting = counted(people, spells_of([(n, n % 2, None) for n in range(4)]))
    told = {why: numbers.tolist() for why, numbers in counting.left_out.items()}
    assert told == {
        Why.AGE_ABOVE_120: [1, 0, 0, 0],
        Why.BEFORE_BIRTH: [0, 1, 0, 0],
        Why.UNKNOWN_BIRTH: [1, 0, 0, 0],
        Why.UNKNOWN_DATE: [0, 1, 0, 0],
    }
    assert counting.stock().sum() == 0
    assert counting.unknown()[:, -1].tolist() == [1, 0, 0]


def test_who_comes_later_arrives_and_who_goes_elsewhere_departs() -> None:
    people = people_of([("1990-01-01", None, 0)] * 2)
    counting = counted(people, spells_of([(0, 0, "2022-06-15"), (1, 1, None), (1, -1, "2023-02-02")]))
    assert counting.arrivals[0, month("2022-06")] == counting.arrivals.sum() == 1
    assert counting.departures[1, month("2023-02")] == counting.departures.sum() == 1


DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2025, 12, 31)).map(str)
LATELY = st.dates(dt.date(2021, 11, 1), dt.date(2025, 2, 1)).map(str)


@st.composite
def lives(draw: st.DrawFn) -> tuple[People, Spells]:
    rows, spells = [], []
    for person in range(draw(st.integers(1, 8))):
        born = draw(st.none() | DAYS | LATELY)
        died = draw(st.none() | LATELY)
        rows.append((born, died, draw(st.sampled_from((-1, 0, 0, 1, 1)))))
        starts = sorted(draw(st.lists(LATELY, max_size=3)))
        for start in ([None] if draw(st.booleans()) or not starts else []) + starts:
            spells.append((person, draw(st.integers(-1, PLACES - 1)), start))
    return people_of(rows), spells_of(spells)


@given(lives())
def test_nobody_comes_or_goes_untold(given_lives: tuple[People, Spells]) -> None:
    """stock(m) = stock(m − 1) + births + arrivals − deaths − departures, in every place and month."""
    counting = counted(*given_lives)
    people = counting.stock().sum(axis=(2, 3)) + counting.unknown()
    change = (
        counting.mothers.sum(-1) + counting.arrivals - counting.deaths_delay.sum(-1) - counting.departures
    )
    assert np.diff(people, axis=1).tolist() == change[:, 1:].tolist()
    assert (people >= 0).all() and (counting.person_years() >= 0).all()


@given(lives())
def test_chunks_give_the_sum(given_lives: tuple[People, Spells]) -> None:
    people, spells = given_lives
    whole, parts = counted(people, spells), Counting(PLACES, MONTHS)
    for person in range(people.born.size):
        at = spells.person == person
        parts.add(
            People(*(getattr(people, name)[person : person + 1] for name in People.__slots__)),
            Spells(spells.person[at] - person, spells.place[at], spells.start[at]),
        )
    assert np.array_equal(whole.stock(), parts.stock())
    assert np.allclose(whole.person_years(), parts.person_years())
    for name in ("births", "mothers", "deaths", "arrivals", "departures", "deaths_delay"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
    assert {why: n.tolist() for why, n in whole.left_out.items()} == {
        why: n.tolist() for why, n in parts.left_out.items()
    }


def random_lives(size: int, seed: int) -> tuple[People, Spells]:
    chance = np.random.default_rng(seed)
    born = np.datetime64("2024-12-31") - chance.integers(0, 105 * 365, size)
    died = born + (chance.random(size) * (np.datetime64("2026-01-01") - born).astype(int)).astype(int)
    died = np.where(chance.random(size) < 0.2, died, NEVER)
    person = np.repeat(np.arange(size), 1 + (chance.random(size) < 0.4))
    start = np.datetime64("2019-01-01") + chance.integers(0, 2500, person.size)
    first = np.append(True, person[1:] != person[:-1])
    people = people_of([("2000-01-01", None, 0)] * size)
    return (
        People(born, died, chance.integers(0, 2, size), people.mother, people.born_recorded,
               people.died_recorded, people.lost),
        Spells(person, chance.integers(-1, PLACES, person.size), np.where(first, NEVER, start)),
    )  # fmt: skip


def test_person_years_and_deaths_are_those_of_the_exposure() -> None:
    """The same sums as the method of ``demography.exposure``, which cuts every spell at every month."""
    people, spells = random_lives(4000, seed=7)
    counting = counted(people, spells)
    window = {
        "areas": PLACES,
        "since": "2022-01-01",
        "until": "2025-01-01",
        "step": "month",
        "ages": AGE_STARTS,
    }
    own = np.flatnonzero(spells.person[1:] == spells.person[:-1])
    first = np.fmax(spells.start, people.born[spells.person])
    end = people.died[spells.person]
    end[own] = np.fmin(first[own + 1], end[own])
    first = np.fmin(first, people.died[spells.person])
    deaths = spells.place[np.append(spells.person[1:] != spells.person[:-1], True)]
    followed = np.flatnonzero(np.append(False, spells.person[1:] == spells.person[:-1]))
    earlier = people.died[spells.person[followed]] <= spells.start[followed]
    deaths[spells.person[followed[earlier]]] = spells.place[followed[earlier] - 1]
    for sex in (0, 1):
        used = people.sex[spells.person] == sex
        wanted = person_years(
            people.born[spells.person[used]], first[used], end[used], spells.place[used], **window
        ).by_age
        assert np.abs(counting.person_years()[..., sex] - wanted).max() < 1e-9
        assert wanted.sum() > 3000
        dead = (people.sex == sex) & ~np.isnat(people.died)
        wanted = count_events(people.born[dead], people.died[dead], deaths[dead], **window).by_age
        assert np.array_equal(counting.deaths[..., sex], wanted)
        assert wanted.sum() > 20


def test_delays_are_months_until_the_record() -> None:
    people = people_of([("2022-01-31", "2023-05-01", 0)] * 3)
    people.born_recorded[:] = np.array(["2022-01", "2022-02", "2024-02"], dtype="datetime64[M]")
    people.died_recorded[:2] = np.array(["2023-04", "2023-09"], dtype="datetime64[M]")
    counting = counted(people, spells_of([(n, 0, None) for n in range(3)]))
    assert np.flatnonzero(counting.births_delay[0, 0]).tolist() == [0, 1, DELAYS - 1]
    assert np.flatnonzero(counting.deaths_delay[0, month("2023-05")]).tolist() == [0, 4, DELAYS - 1]


@given(st.integers(1, 10**9), st.integers(1850, 2100), st.integers(0, 12), st.integers(0, 31))
def test_a_date_known_in_part_lies_in_its_part(number: int, year: int, in_year: int, day: int) -> None:
    (found,), (chosen,) = days_of([year], [in_year], [day], [number])
    assert found.astype("datetime64[Y]") == np.datetime64(str(year))
    assert chosen == (in_year == 0 or day == 0)
    if in_year:
        assert found.astype("datetime64[M]") == np.datetime64(f"{year}-{in_year:02d}")
    written = (
        year * 10_000 + in_year * 100 + day if in_year and day else year * 100 + in_year if in_year else year
    )
    assert [int(part[0]) for part in parts_of([written])] == [year, in_year, day if in_year else 0]


def test_dates_known_to_the_year_fall_evenly_over_it() -> None:
    size = 36_500
    days, _chosen = days_of([2023] * size, [0] * size, [0] * size, np.arange(size))
    by_month = np.bincount(days.astype("datetime64[M]").astype(int) % 12, minlength=12)
    length = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    assert np.abs(by_month / (length * 100) - 1).max() < 0.02


def test_mothers_fall_into_groups_of_five_years() -> None:
    assert mother_group(["2005-01-02"] * 2, ["2020-01-01", "2020-01-02"]).tolist() == [7, 0]
    assert mother_group(["1970-01-01"] * 2, ["2019-12-31", "2020-01-01"]).tolist() == [6, 7]


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(7, 9), st.integers(1, WHOLE - 1)), max_size=4,
        unique_by=lambda one: one[0],
    ),
    st.integers(2018, 2026), st.integers(2018, 2026),
)  # fmt: skip
def test_shares_of_a_record_make_a_whole(splits: list[tuple[int, int, int]], since: int, on: int) -> None:
    """Each village splits in two once, 2020 to 2025: a record of any day has its place on any tree."""
    steps, ends = [], {}
    for at, (area, part, share) in enumerate(splits):
        ends[area] = dt.date(2020 + at, 7, 1)
        steps += [
            Step(ends[area], area, part, share, at),
            Step(ends[area], area, part + 10, WHOLE - share, at),
        ]
    day = dt.date(on, 1, 1)
    made = {step.successor: min(one.on for one in steps if one.successor == step.successor) for step in steps}
    exists = {area for area in range(1, 7) if ends.get(area, dt.date.max) > day}
    exists |= {area for area, first in made.items() if first <= day}
    found = belongs(
        sorted({*range(1, 7), *made}), dt.date(since, 1, 1), steps=steps, on=day, exists=exists,
        people=lambda area, _on: 10.0 * area,
    )  # fmt: skip
    for shares in found.values():
        assert sum(shares.values()) == 1
        assert shares.keys() <= exists


def test_nobody_knows_where_an_unheard_of_village_belongs() -> None:
    assert belongs(
        [5], dt.date(2020, 1, 1), steps=[], on=dt.date(2026, 1, 1), exists={1}, people=lambda *_: 1.0
    ) == {5: {}}


@pytest.mark.parametrize("share", [1, 600_000])
def test_a_village_that_keeps_a_part_keeps_its_share(share: int) -> None:
    split = [Step(dt.date(2024, 1, 1), 1, 1, share), Step(dt.date(2024, 1, 1), 1, 2, WHOLE - share)]
    before, after = dt.date(2020, 1, 1), dt.date(2025, 1, 1)
    here = {"steps": split, "on": dt.date(2026, 1, 1), "exists": {1, 2}, "people": lambda *_: 1.0}
    assert float(belongs([1], before, **here)[1][1]) == share / WHOLE
    assert belongs([1], after, **here)[1] == {1: 1}
    then = {**here, "on": dt.date(2022, 1, 1), "exists": {1}}
    assert belongs([2], after, **then) == {2: {1: 1}}
