"""Person-years and events against an oracle that walks day by day."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.demography.exposure import Step, by_groups, count_events, person_years
from tongchou.domain.demography.left_out import Why

DAY = dt.timedelta(days=1)
Spell = tuple[dt.date, dt.date, dt.date | None, int]


def full_age(born: dt.date, day: dt.date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def walked(spells: list[Spell], since: dt.date, until: dt.date, step: Step) -> dict[tuple[int, ...], float]:
    result: dict[tuple[int, ...], float] = defaultdict(float)
    for born, start, end, area in spells:
        day = max(start, since)
        while day < min(end or dt.date.max, until):
            period = day.year - since.year if step == "year" else 12 * (day.year - since.year) + day.month - 1
            age = full_age(born, day)
            upper = day.year - born.year - age
            result[area, period, age, upper] += 1 / (366 if calendar.isleap(day.year) else 365)
            day += DAY
    return result


@st.composite
def spell(draw: st.DrawFn) -> Spell:
    born = draw(
        st.one_of(st.dates(dt.date(1925, 1, 1), dt.date(2021, 12, 31)), st.just(dt.date(2000, 2, 29)))
    )
    start = draw(st.dates(max(born, dt.date(2018, 1, 1)), dt.date(2022, 6, 1)))
    end = draw(st.one_of(st.none(), st.dates(start, dt.date(2023, 1, 1))))
    return born, start, end, draw(st.integers(0, 2))


@settings(max_examples=30)
@given(spells=st.lists(spell(), min_size=1, max_size=5), step=st.sampled_from(["year", "month"]))
def test_person_years_are_those_of_a_walk_through_the_days(spells: list[Spell], step: Step) -> None:
    since, until = dt.date(2019, 1, 1), dt.date(2022, 1, 1)
    born, start, end, area = zip(*spells, strict=True)
    cells = person_years(born, start, end, area, areas=3, since="2019-01-01", until="2022-01-01", step=step)
    expected = np.zeros_like(cells.triangles)
    for place, value in walked(spells, since, until, step).items():
        expected[place] = value
    np.testing.assert_allclose(cells.triangles, expected, atol=1e-9)
    assert cells.left_out.totals() == {}


@settings(max_examples=30)
@given(spells=st.lists(spell(), min_size=1, max_size=8))
def test_areas_together_are_areas_one_by_one(spells: list[Spell]) -> None:
    def of(some: list[Spell], areas: int) -> np.ndarray:
        born, start, end, area = zip(*some, strict=True)
        cells = person_years(born, start, end, area, areas=areas, since="2019-01-01", until="2022-01-01")
        return cells.triangles

    together = of(spells, 3)
    for one in range(3):
        alone = [(born, start, end, 0) for born, start, end, area in spells if area == one]
        if alone:
            np.testing.assert_allclose(of(alone, 1)[0], together[one])
    np.testing.assert_allclose(of(spells[::-1], 3), together)


def test_months_add_up_to_years_and_triangles_to_cohorts() -> None:
    born, start, end = ["1990-05-17", "2019-12-31"], ["2010-01-01", "2019-12-31"], ["NaT", "2021-03-01"]
    years = person_years(born, start, end, [0, 0], areas=1, since="2020-01-01", until="2022-01-01")
    months = person_years(
        born, start, end, [0, 0], areas=1, since="2020-01-01", until="2022-01-01", step="month"
    )
    np.testing.assert_allclose(months.by_age.reshape(1, 2, 12, -1).sum(axis=2), years.by_age)
    cohorts, birth_years = years.by_cohort()
    assert cohorts[0, :, birth_years == 1990].ravel().tolist() == [1.0, 1.0]
    assert cohorts[0, :, birth_years == 2019].ravel() == pytest.approx([1.0, 59 / 365])
    with pytest.raises(ValueError, match="calendar years"):
        months.by_cohort()


def test_what_cannot_be_used_is_left_out_and_counted_by_area() -> None:
    cells = person_years(
        ["1990-01-01", "NaT", "1990-01-01", "1990-01-01", "2020-06-01", "1895-01-01", "1990-01-01"],
        ["2019-01-01", "2019-01-01", "NaT", "2020-05-01", "2019-01-01", "1950-01-01", "2019-01-01"],
        ["NaT", "NaT", "NaT", "2020-01-01", "NaT", "NaT", "NaT"],
        [0, 0, 1, 1, 1, 1, 7],
        areas=2,
        since="2020-01-01",
        until="2021-01-01",
    )
    assert cells.total.ravel().tolist() == [1.0, 0.0]
    counted = {why: number.tolist() for why, number in cells.left_out.counts.items()}
    assert counted == {
        Why.UNKNOWN_BIRTH: [1, 0, 0],
        Why.UNKNOWN_DATE: [0, 1, 0],
        Why.ENDS_BEFORE_START: [0, 1, 0],
        Why.BEFORE_BIRTH: [0, 1, 0],
        Why.AGE_ABOVE_120: [0, 1, 0],
        Why.UNKNOWN_AREA: [0, 0, 1],
    }
    assert "older than 120 years" in " ".join(cells.left_out.sentences())


def test_a_life_beyond_120_counts_up_to_there() -> None:
    cells = person_years(
        ["1900-07-01"], ["1950-01-01"], ["NaT"], [0], areas=1, since="2020-01-01", until="2023-01-01"
    )
    assert cells.by_age[0, :, 120].round(3).tolist() == [0.503, 0.496, 0.0]
    assert cells.left_out.totals() == {Why.AGE_ABOVE_120: 1}


@settings(max_examples=40)
@given(
    born=st.dates(dt.date(1950, 1, 1), dt.date(2020, 12, 31)),
    day=st.dates(dt.date(2021, 1, 1), dt.date(2022, 12, 31)),
)
def test_an_event_counts_at_the_age_of_the_day(born: dt.date, day: dt.date) -> None:
    cells = count_events([born], [day], [0], areas=1, since="2021-01-01", until="2023-01-01")
    assert cells.by_age[0, day.year - 2021, full_age(born, day)] == 1.0
    assert cells.triangles.sum() == 1.0
    # Where the event is, somebody lives on that day.
    lived = person_years([born], [born], ["NaT"], [0], areas=1, since="2021-01-01", until="2023-01-01")
    assert (lived.triangles[cells.triangles > 0] > 0).all()


def test_the_day_after_the_last_period_is_not_in_it() -> None:
    days = ["2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01"]
    cells = count_events(["1990-06-01"] * 4, days, [0] * 4, areas=1, since="2021-01-01", until="2022-01-01")
    assert cells.total.ravel().tolist() == [2.0]
    lived = person_years(
        ["1990-06-01"], ["2021-12-31"], ["2022-03-01"], [0], areas=1, since="2021-01-01", until="2022-01-01"
    )
    assert lived.total.ravel().tolist() == pytest.approx([1 / 365])


def test_events_that_cannot_be_used_are_counted() -> None:
    cells = count_events(
        ["1990-01-01", "NaT", "1990-01-01", "2021-06-01", "1880-01-01", "1990-01-01"],
        ["2021-03-01", "2021-03-01", "NaT", "2021-03-01", "2021-03-01", "2020-03-01"],
        [0, 0, 0, 0, 0, 0],
        areas=1,
        since="2021-01-01",
        until="2022-01-01",
        step="month",
    )
    assert cells.by_age[0, 2, 31] == cells.total.sum() == 1.0
    assert cells.left_out.totals() == {
        Why.UNKNOWN_BIRTH: 1,
        Why.UNKNOWN_DATE: 1,
        Why.BEFORE_BIRTH: 1,
        Why.AGE_ABOVE_120: 1,
    }


def test_groups_of_ages_are_sums_of_single_ages() -> None:
    draw = np.random.default_rng(1)
    born = np.datetime64("1930-01-01") + draw.integers(0, 32_000, 300)
    place, starts = draw.integers(0, 3, 300), [0, 1, 5, 15, 60, 85]
    arguments = {"areas": 3, "since": "2020-01-01", "until": "2023-01-01", "step": "month"}
    single = person_years(born, born, np.full(300, "NaT"), place, **arguments)  # type: ignore[arg-type]
    arguments["ages"] = starts
    grouped = person_years(born, born, np.full(300, "NaT"), place, **arguments)  # type: ignore[arg-type]
    np.testing.assert_allclose(grouped.by_age, by_groups(single.by_age, starts))
    day = np.datetime64("2020-01-01") + draw.integers(0, 1_000, 300)
    other = count_events(born, day, place, **arguments)  # type: ignore[arg-type]
    one = count_events(born, day, place, **arguments | {"ages": None})  # type: ignore[arg-type]
    np.testing.assert_allclose(other.by_age, by_groups(one.by_age, starts))
    yearly = arguments | {"step": "year"}
    years = person_years(born, born, np.full(300, "NaT"), place, **yearly)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="single ages"):
        years.by_cohort()


def test_periods_and_groups_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="do not begin a year"):
        person_years(
            ["2000-01-01"], ["2001-01-01"], ["NaT"], [0], areas=1, since="2020-02-01", until="2021-01-01"
        )
    with pytest.raises(ValueError, match="differ in length"):
        person_years(["2000-01-01"], ["2001-01-01"], ["NaT"], [0, 1], areas=2, since="2020-01-01",
                     until="2021-01-01")  # fmt: skip
    with pytest.raises(ValueError, match="ages that rise"):
        by_groups(np.ones(10), [0, 5, 5])
    assert by_groups(np.ones((3, 121)), range(0, 90, 5))[:, -1].tolist() == [36.0] * 3
