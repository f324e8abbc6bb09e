"""Standardisation, make-up and migration: laws, and published figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tongchou.domain.demography import migration, rates, standardisation, structure
from tongchou.domain.demography.left_out import Why
from tongchou.domain.demography.life_table import from_rates

Read = Callable[..., dict[str, np.ndarray]]
DEATHS = arrays.arrays(np.int64, (4, 6), elements=st.integers(0, 60))
PEOPLE = arrays.arrays(np.float64, (4, 6), elements=st.floats(1, 9000))


@settings(max_examples=30)
@given(deaths=DEATHS, people=PEOPLE, scale=st.floats(0.001, 1000))
def test_standardised_with_its_own_ages_a_rate_is_the_crude_one(
    deaths: np.ndarray, people: np.ndarray, scale: float
) -> None:
    crude = rates.crude_rate(deaths, people, axis="cells")
    own = standardisation.direct(deaths, people, people * scale)
    np.testing.assert_allclose(own.value, crude.value)
    # All weights are alike then, and the interval is the exact one.
    np.testing.assert_allclose(own.low, crude.low, atol=1e-12)
    np.testing.assert_allclose(own.high, crude.high)


@settings(max_examples=30)
@given(deaths=DEATHS, people=PEOPLE, weights=arrays.arrays(np.float64, 6, elements=st.floats(0.1, 1)))
def test_standardisation_laws(deaths: np.ndarray, people: np.ndarray, weights: np.ndarray) -> None:
    figure = standardisation.direct(deaths, people, weights)
    by_age = deaths / people
    assert (by_age.min(axis=1) - 1e-12 <= figure.value).all()
    assert (figure.value <= by_age.max(axis=1) + 1e-12).all()
    assert ((figure.low <= figure.value) & (figure.value <= figure.high)).all()
    alone = standardisation.direct(deaths[2], people[2], weights)
    assert float(alone.value) == pytest.approx(figure.value[2])
    # Under its own rates an area has exactly the events expected.
    some = deaths.sum(axis=1) > 0
    ratio = standardisation.indirect(deaths, people, by_age).value
    np.testing.assert_allclose(ratio[some], 1.0)
    double = standardisation.indirect(deaths, people, by_age / 2).value
    np.testing.assert_allclose(double[some], 2.0)


@given(people=arrays.arrays(np.float64, (2, 4, 6), elements=st.floats(1, 9000)),
       rate=arrays.arrays(np.float64, (2, 4, 6), elements=st.floats(0, 0.5)))  # fmt: skip
def test_a_difference_is_divided_whole(people: np.ndarray, rate: np.ndarray) -> None:
    of_rates, of_ages = standardisation.decomposed(people[0], rate[0], people[1], rate[1])
    crude = (people * rate).sum(axis=-1) / people.sum(axis=-1)
    np.testing.assert_allclose(of_rates + of_ages, crude[1] - crude[0], atol=1e-12)
    still, moved = standardisation.decomposed(people[0], rate[0], people[1], rate[0])
    np.testing.assert_allclose(still, 0.0, atol=1e-12)
    np.testing.assert_allclose(moved, -standardisation.decomposed(people[1], rate[0], people[0], rate[0])[1])


def test_ages_without_people_matter_only_where_the_standard_has_some() -> None:
    deaths, people = [[3, 0], [2, 2]], [[100, 0], [100, -1]]
    figure = standardisation.direct(deaths, people, [1, 1])
    assert np.isnan(figure.value).all()
    assert figure.left_out.counts[Why.EMPTY_AREA].tolist() == [1, 0]
    assert figure.left_out.counts[Why.NEGATIVE_EXPOSURE].tolist() == [0, 1]
    assert standardisation.direct(deaths, people, [1, 0]).value == pytest.approx([0.03, 0.02])
    for wrong in ([0, 0], [-1, 2], [1, 2, 3]):
        with pytest.raises(ValueError, match="standard"):
            standardisation.direct(deaths, people, wrong)
    nobody = standardisation.indirect([[0], [-2]], [[0, 0], [10, 10]], [0.1, 0.1])
    assert np.isnan(nobody.value).all()
    assert nobody.left_out.totals() == {Why.EMPTY_AREA: 1, Why.NEGATIVE_EVENTS: 1}


def test_china_2020(table: Read) -> None:
    """World Population Prospects 2024: 65 and over 12.6 %; fives give nearly the same median."""
    wpp = table("wpp2024_china_people_2020")
    people = wpp["male"] + wpp["female"]
    median = float(structure.age_at(people, wpp["age"]))
    assert people[:38].sum() < people.sum() / 2 < people[:39].sum() and 38 < median < 39
    found = structure.structure(people, wpp["age"])
    assert found.young + found.working + found.old == pytest.approx(1.0)
    assert found.old == pytest.approx(0.126, abs=0.002)
    assert found.dependency == pytest.approx(float(found.child_dependency + found.old_dependency))
    fives = people[:100].reshape(20, 5).sum(axis=1)
    grouped = structure.structure(np.append(fives, people[100]), np.arange(0, 105, 5))
    assert grouped.oldest == pytest.approx(float(found.oldest))
    assert structure.age_at(np.append(fives, people[100]), np.arange(0, 105, 5)) == pytest.approx(
        median, abs=0.1
    )


@given(people=arrays.arrays(np.int64, (3, 5), elements=st.integers(0, 100)), cut=st.floats(0.05, 0.95))
def test_below_an_age_are_as_many_as_asked(people: np.ndarray, cut: float) -> None:
    people[:, 1] += 1
    ages = np.array([0.0, 10, 20, 40, 90])
    found = structure.age_at(people, ages, cut)
    for area in range(3):
        if np.isnan(found[area]):  # among those of 90 and over
            assert people[area, :4].sum() < cut * people[area].sum() + 1e-9
            continue
        edges, sums = np.append(ages, 1e9), np.append(0, people[area].cumsum())
        assert np.interp(found[area], edges, sums) == pytest.approx(cut * people[area].sum(), abs=1e-6)


def test_make_up_of_nobody_and_of_wrong_numbers() -> None:
    found = structure.structure([[0, 0, 0], [5, -1, 2], [np.nan, 3, 1]], [0, 15, 65])
    assert np.isnan(found.dependency).all() and np.isnan(found.young).all()
    assert found.left_out.totals() == {Why.EMPTY_AREA: 1, Why.NEGATIVE_EVENTS: 1, Why.UNKNOWN_CELL: 1}
    with pytest.raises(ValueError, match="not rising first ages"):
        structure.structure([1, 2, 3], [0, 15, 60])
    with pytest.raises(ValueError, match="between 0 and 1"):
        structure.age_at([1, 2], [0, 50], 1.0)
    assert structure.mean_age([10, 10], [0, 20]).tolist() == 17.5
    part = structure.share([5, -1, 0, 9], [10, 10, 0, 8])
    assert part.value[0] == 0.5 and np.isnan(part.value[1:]).all()
    assert part.left_out.totals() == {Why.NEGATIVE_EVENTS: 2, Why.EMPTY_AREA: 1}
    assert np.isnan(structure.per_head([10, 10, 10], [0, -4, np.nan])).all()


@given(amount=st.floats(1, 1e9), people=st.floats(1, 1e7), up=st.floats(0.5, 3), more=st.floats(0.5, 3))
def test_growth_per_head_is_that_of_the_amount_less_that_of_people(
    amount: float, people: float, up: float, more: float
) -> None:
    head, of_amount, of_people = structure.per_head_growth([amount, amount * up], [people, people * more])
    assert head == pytest.approx(float(of_amount - of_people))
    assert np.exp(head) == pytest.approx((amount * up / (people * more)) / (amount / people))


@settings(max_examples=30)
@given(moves=arrays.arrays(np.int64, (2, 4, 4), elements=st.integers(0, 50)))
def test_moves_between_areas_cancel(moves: np.ndarray) -> None:
    people = np.full((2, 4), 1000.0)
    away = moves * (1 - np.eye(4, dtype=int))
    each = migration.migration(away.sum(axis=1)[..., None], away.sum(axis=2)[..., None], people[..., None])
    np.testing.assert_allclose(each.net.value.sum(axis=-1), 0.0, atol=1e-12)
    assert ((each.net.low <= each.net.value) & (each.net.value <= each.net.high)).all()
    found = migration.flow_rates(moves, people)
    np.testing.assert_allclose(found.sum(axis=-1), each.departures.value, atol=1e-12)
    some = away.sum(axis=(1, 2)) > 0
    inside = migration.effectiveness(moves)
    assert ((inside[some] >= 0) & (inside[some] <= 1)).all() and np.isnan(inside[~some]).all()


def test_migration_of_nobody_and_of_wrong_numbers() -> None:
    found = migration.migration([[1], [np.nan], [2]], [[0], [3], [-1]], [[0], [10], [10]])
    assert np.isnan(found.net.value).all()
    assert found.net.left_out.totals() == {
        Why.EVENTS_WITHOUT_EXPOSURE: 1,
        Why.UNKNOWN_CELL: 1,
        Why.NEGATIVE_EVENTS: 1,
    }
    with pytest.raises(ValueError, match="as many destinations"):
        migration.flow_rates(np.zeros((2, 3)), [1, 1])


@given(gone=st.floats(-400, 400))
def test_survival_finds_who_moved_at_the_end(gone: float) -> None:
    """A closed population of five-year groups; then some of the second group come or go on the last day."""
    table = from_rates(np.linspace(0.01, 0.3, 6), np.arange(0, 30, 5), ax="half")
    shares = table.survival()
    before = np.array([1000.0, 900, 850, 800, 700, 500])
    after = np.concatenate([[1100.0], before[:-2] * shares[:-1], [(before[-2] + before[-1]) * shares[-1]]])
    after[2] += gone
    forward, backward, mean = migration.by_survival(before, after, shares)
    np.testing.assert_allclose(forward, [0, gone, 0, 0, 0], atol=1e-9)
    assert abs(backward[1]) >= abs(gone) - 1e-9 and mean[1] == pytest.approx((forward[1] + backward[1]) / 2)
    assert migration.by_balance(1000, 1010, 30, 15).tolist() == -5.0
    with pytest.raises(ValueError, match="one share fewer"):
        migration.by_survival(before, after, shares[:-1])
