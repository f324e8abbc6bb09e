"""The target table: sources, graduation, survival, allocation."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.synth import UnknownCounty
from tongchou.synth.census import counties, county_by_code, survivors
from tongchou.synth.errors import SynthError
from tongchou.synth.targets import (
    advance,
    brought_forward,
    graduate,
    group_sums,
    largest_remainder,
    target,
)

ON = dt.date(2026, 11, 23)


def test_the_census_table_adds_up() -> None:
    """Each county's ages add up to its printed total: urban plus rural residents."""
    found = counties()
    assert len(found) == 8
    for county in found:
        assert county.residents.sum() == county.urban + county.rural
    assert all(county.registered > county.residents.sum() for county in found)


@pytest.mark.parametrize("county", counties(), ids=lambda county: county.code)
def test_each_county_works_by_both_codes(county) -> None:  # type: ignore[no-untyped-def]
    assert county_by_code(county.code).name == county_by_code(county.former_code).name == county.name
    table = target(county, registered=12_345, on=ON)
    assert table.registered == 12_345
    assert table.people.min() >= 0
    assert np.abs(group_sums(table.people.astype(float)) - table.cells).max() < 1
    assert abs(table.urban_people - table.urban) <= 0.5


def test_an_unknown_county_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownCounty, match=r"110101.*520521 大方县") as caught:
        county_by_code("110101")
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("registered", "on"),
    [(199, ON), (5_000_001, ON), (1000, dt.date(2011, 12, 31)), (1000, dt.date(2090, 1, 1))],
)
def test_out_of_range_is_refused(registered: int, on: dt.date) -> None:
    with pytest.raises(SynthError):
        target(counties()[1], registered=registered, on=on)


def test_graduation_keeps_every_group_and_no_age_is_negative() -> None:
    living = survivors()
    for county in counties():
        single = np.stack([graduate(county.residents[sex], living[sex]) for sex in range(2)])
        assert single.min() >= 0
        np.testing.assert_allclose(group_sums(single), county.residents, rtol=1e-9)


def test_life_expectancy_is_the_published_one() -> None:
    """UN World Population Prospects 2024, China 2023: 75.20 years for men, 80.93 for women."""
    living = survivors()
    expectancy = ((living[:, :-1] + living[:, 1:]) / 2).sum(axis=1)
    np.testing.assert_allclose(expectancy, [75.2005, 80.9261], atol=0.15)


def test_a_year_takes_deaths_and_adds_births_only() -> None:
    living = survivors()
    people = np.full((2, 101), 100.0)
    later = advance(people, living, 1.0, births=0.0)
    assert later[0, 0] == later[1, 0] == 0
    assert (later[:, 1:] <= 100).all()
    nobody = advance(np.zeros((2, 101)), living, 1.0, births=1000.0)
    assert 990 < nobody.sum() < 1000
    assert nobody[0, 0] / nobody[1, 0] == pytest.approx(1.113, rel=1e-2)


def test_two_half_years_are_a_year_but_for_rounding_of_ages() -> None:
    living = survivors()
    county = counties()[1]
    people = np.stack([graduate(county.residents[sex], living[sex]) for sex in range(2)])
    whole = advance(people, living, 1.0, births=0.0).sum()
    halves = advance(advance(people, living, 0.5, births=0.0), living, 0.5, births=0.0).sum()
    assert halves == pytest.approx(whole, rel=5e-4)


def test_the_county_is_brought_forward_without_jumps() -> None:
    county = counties()[1]
    sums = [brought_forward(county, dt.date(2026, month, 1)).sum() for month in (9, 10, 11, 12)]
    assert all(0 < b / a - 1 < 0.002 for a, b in pairwise(sums))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.integers(0, 10**6))
def test_largest_remainder_sums_exactly_and_stays_within_one(shares: list[float], total: int) -> None:
    values = np.array(shares)
    found = largest_remainder(values, total)
    assert found.sum() == total
    assert found.min() >= 0
    if values.sum() > 1e-6:
        assert np.abs(found - values * (total / values.sum())).max() < 1 + 1e-6
