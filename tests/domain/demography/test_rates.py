"""Rates against published figures and their own laws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tongchou.domain.demography import child_mortality, fertility, rates, sex_ratio
from tongchou.domain.demography.left_out import Figure, Why

COUNTS = arrays.arrays(np.int64, (5, 12), elements=st.integers(0, 40))
YEARS = arrays.arrays(np.float64, (5, 12), elements=st.floats(1, 500))


def same(one: Figure, other: Figure) -> None:
    for name in ("value", "low", "high"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-12)


@settings(max_examples=8)
@given(events=COUNTS, exposure=YEARS, order=st.permutations(range(5)))
def test_areas_at_once_are_areas_one_by_one_in_any_order(
    events: np.ndarray, exposure: np.ndarray, order: list[int]
) -> None:
    for kind in (rates.crude_rate, rates.by_age, fertility.general_fertility, fertility.total_fertility):
        together = kind(events, exposure)
        moved = kind(events[order], exposure[order])
        for place, area in enumerate(order):
            alone = kind(events[area], exposure[area])
            part = Figure(together.value[area], together.low[area], together.high[area], 0.95)
            again = Figure(moved.value[place], moved.low[place], moved.high[place], 0.95)
            same(alone, part)
            same(alone, again)


@settings(max_examples=20)
@given(events=COUNTS, exposure=YEARS)
def test_a_rate_lies_in_its_interval_and_keeps_its_unit(events: np.ndarray, exposure: np.ndarray) -> None:
    figure = rates.crude_rate(events, exposure)
    assert (figure.low <= figure.value).all() and (figure.value <= figure.high).all()
    longer = rates.crude_rate(events, exposure * 12).times(12)  # person-months instead of person-years
    same(figure, longer)
    narrow = rates.crude_rate(events, exposure, level=0.8)
    assert (narrow.low >= figure.low).all() and (narrow.high <= figure.high).all()


@settings(max_examples=20)
@given(events=COUNTS, exposure=YEARS, gone=arrays.arrays(np.bool_, (5, 12)))
def test_missing_months_are_left_out_of_both_and_counted(
    events: np.ndarray, exposure: np.ndarray, gone: np.ndarray
) -> None:
    figure = rates.crude_rate(np.where(gone, np.nan, events), exposure)
    kept = np.where(gone, 0, exposure).sum(axis=1)
    expected = np.divide(np.where(gone, 0, events).sum(axis=1), kept, out=np.full(5, np.nan), where=kept > 0)
    np.testing.assert_allclose(figure.value, expected)
    counted = figure.left_out.counts.get(Why.MISSING_MONTH, np.zeros(5))
    assert counted.tolist() == gone.sum(axis=1).tolist()
    assert np.isnan(figure.value).tolist() == gone.all(axis=1).tolist()
    assert figure.left_out.counts.get(Why.EMPTY_AREA, np.zeros(5)).tolist() == gone.all(axis=1).tolist()


def test_bad_cells_are_told_by_reason_and_never_zero() -> None:
    figure = rates.crude_rate([[3, 1, -2, 4], [0, 0, 0, 0]], [[100, -5, 100, 0], [0, 0, 0, 0]], axis="cells")
    assert figure.value[0] == 0.03 and np.isnan(figure.value[1])
    assert {why: number.tolist() for why, number in figure.left_out.counts.items()} == {
        Why.NEGATIVE_EXPOSURE: [1, 0],
        Why.NEGATIVE_EVENTS: [1, 0],
        Why.EVENTS_WITHOUT_EXPOSURE: [1, 0],
        Why.EMPTY_AREA: [0, 1],
    }
    with pytest.raises(ValueError, match="infinite"):
        rates.crude_rate([1.0], [np.inf])
    with pytest.raises(ValueError, match="axis of cells"):
        rates.crude_rate(1.0, 2.0)


def test_natural_increase_is_births_less_deaths_and_holds_months_known_in_both() -> None:
    births, deaths = [[10, 12, np.nan, 11]], [[5, np.nan, 6, 7]]
    figure = rates.natural_increase(births, deaths, [[100, 100, 100, 100]])
    assert figure.value[0] == pytest.approx((10 + 11 - 5 - 7) / 200)
    assert figure.low[0] < figure.value[0] < figure.high[0]
    assert figure.left_out.totals() == {Why.MISSING_MONTH: 2}
    # With few events the interval is wider than that of births alone.
    alone = rates.crude_rate(births, [[100, 100, 100, 100]])
    assert figure.high[0] - figure.low[0] > alone.high[0] - alone.low[0]


@settings(max_examples=20)
@given(births=COUNTS, deaths=COUNTS, exposure=YEARS)
def test_natural_increase_without_gaps(births: np.ndarray, deaths: np.ndarray, exposure: np.ndarray) -> None:
    figure = rates.natural_increase(births, deaths, exposure)
    parts = rates.crude_rate(births, exposure).value - rates.crude_rate(deaths, exposure).value
    np.testing.assert_allclose(figure.value, parts, atol=1e-12)
    turned = rates.natural_increase(deaths, births, exposure)
    np.testing.assert_allclose(figure.low, -turned.high, atol=1e-12)


def test_total_fertility_of_the_census_of_2010(table: Callable[..., dict[str, np.ndarray]]) -> None:
    """Unadjusted total fertility, 15 to 49, all together and by residence."""
    known = {"all": 1.08, "city": 0.82, "town": 1.03, "rural": 1.32}
    parts = [table("fertility_2010", residence=name) for name in known]
    births, women = (np.stack([part[key] for part in parts]) for key in ("births", "women"))
    figure = fertility.total_fertility(births, women)
    assert figure.value == pytest.approx(list(known.values()), abs=0.006)
    assert (figure.high - figure.low < 0.02).all()
    five = births.reshape(4, 7, 5).sum(axis=2), women.reshape(4, 7, 5).sum(axis=2)
    grouped = fertility.total_fertility(*five, widths=5)
    assert grouped.value == pytest.approx(figure.value, abs=0.02)


def test_reproduction_and_mean_age_of_china_2023(table: Callable[..., dict[str, np.ndarray]]) -> None:
    """World Population Prospects 2024: TFR 0.9995, NRR 0.4673, mean age 29.018, sex ratio at birth 110.8."""
    wpp = table("wpp2024_china_2023")
    rate = wpp["asfr_per_1000"] / 1000
    assert rate.sum() == pytest.approx(0.9995, abs=0.0015)
    lived = np.sqrt(wpp["lx"] * np.append(wpp["lx"][1:], 96668.489)) / 1e5
    girls = 100 / 210.8
    # The mothers of 10-14 and 50-54 years, about 0.001 of the total, are not in the file.
    assert fertility.net_reproduction(rate, lived, share_of_girls=girls) == pytest.approx(0.4673, abs=0.0008)
    assert fertility.mean_age_at_birth(rate, wpp["age"]) == pytest.approx(29.018, abs=0.03)
    assert fertility.gross_reproduction(rate.sum(), girls) == pytest.approx(0.4739, abs=0.001)


@settings(max_examples=20)
@given(births=COUNTS, women=YEARS)
def test_equal_women_make_total_fertility_exact(births: np.ndarray, women: np.ndarray) -> None:
    level = np.full_like(women, 100.0)
    figure, plain = fertility.total_fertility(births, level), rates.crude_rate(births, level)
    same(figure, plain.times(12))


def test_an_age_without_women_is_unknown_or_borrowed_never_zero() -> None:
    births, women = [[2, 3, 0], [2, 3, 1]], [[100, 100, 0], [100, 100, 100]]
    alone = fertility.total_fertility(births, women)
    assert np.isnan(alone.value[0]) and alone.value[1] == pytest.approx(0.06)
    assert alone.left_out.counts[Why.EMPTY_AREA].tolist() == [1, 0]
    lent = fertility.total_fertility(births, women, instead=[0.5, 0.5, 0.01])
    assert lent.value == pytest.approx([0.06, 0.06])
    assert lent.left_out.counts[Why.BORROWED].tolist() == [1, 0]
    unknown = fertility.total_fertility([[2, np.nan, 0]], [[100, 100, 100]], instead=[0.1, 0.1, 0.1])
    assert np.isnan(unknown.value[0])


@settings(max_examples=20)
@given(women=arrays.arrays(np.int64, (4, 6), elements=st.integers(0, 50)))
def test_parity_progression_gives_back_children_a_woman(women: np.ndarray) -> None:
    women = women + (np.arange(6) == 5)  # somebody has five
    figure = fertility.parity_progression(women)
    children = (women * np.arange(6)).sum(axis=1) / women.sum(axis=1)
    np.testing.assert_allclose(fertility.mean_children(figure.value), children)


@settings(max_examples=20)
@given(deaths=arrays.arrays(np.int64, (4, 2), elements=st.integers(0, 30)), factor=st.floats(0.1, 10))
def test_under_five_mortality(deaths: np.ndarray, factor: float) -> None:
    lived = np.array([400.0, 1600.0]) * factor
    figure = child_mortality.under_five_mortality(deaths, lived)
    assert ((figure.low <= figure.value + 1e-12) & (figure.value <= figure.high) & (figure.high < 1)).all()
    assert (figure.value[deaths.sum(axis=1) == 0] == 0).all()
    more = child_mortality.under_five_mortality(deaths + np.array([1, 0]), lived)
    assert (more.value > figure.value).all()


def test_under_five_mortality_by_hand() -> None:
    """₁q₀ = 0.01/(1 + 0.9 · 0.01), ₄q₁ = 4 · 0.0005/(1 + 2.5 · 0.0005)."""
    figure = child_mortality.under_five_mortality([10, 2], [1000, 4000])
    first, next_four = 0.01 / 1.009, 0.002 / 1.00125
    assert figure.value == pytest.approx(1 - (1 - first) * (1 - next_four), rel=1e-12)


def test_children_that_nobody_counted_are_unknown() -> None:
    figure = child_mortality.under_five_mortality([[1, 0], [0, 0]], [[100, 400], [0, 10]])
    assert np.isnan(figure.value[1]) and figure.left_out.totals() == {Why.EMPTY_AREA: 1}
    infant = child_mortality.infant_mortality([3, 0, -1], [400, 0, 10])
    assert infant.value[0] == 0.0075 and np.isnan(infant.value[1:]).all()
    assert infant.left_out.totals() == {Why.EMPTY_AREA: 1, Why.NEGATIVE_EVENTS: 1}
    with pytest.raises(ValueError, match="5 years together"):
        child_mortality.under_five_mortality([1, 0], [10, 10], widths=(1, 5))


def test_infant_deaths_by_triangle_do_not_bend_when_births_halve() -> None:
    """q₀ is 0.02 (0.012 in the lower triangle) whatever births do; the plain rate is not."""
    before, now = 2000.0, 1000.0
    lower, upper = 0.012 * now, (1 - 0.98 / 0.988) * before
    assert child_mortality.infant_probability(lower, upper, now, before) == pytest.approx(0.02)
    assert child_mortality.infant_mortality(lower + upper, now).value > 0.025


def test_sex_ratio_of_the_census_of_2010(table: Callable[..., dict[str, np.ndarray]]) -> None:
    known = table("srb_2010")
    for method in ("wilson", "log"):
        figure = sex_ratio.sex_ratio(known["boys"], known["girls"], method=method)  # type: ignore[arg-type]
        np.testing.assert_allclose(figure.value, known["srb"], atol=6e-5)
        np.testing.assert_allclose(figure.low, known[f"{method}_low"], atol=6e-5)
        np.testing.assert_allclose(figure.high, known[f"{method}_high"], atol=6e-5)


def test_provinces_lean_on_each_other_the_small_ones_most(
    table: Callable[..., dict[str, np.ndarray]],
) -> None:
    known = table("srb_2010", residence="city")
    part = known["code"] > 0
    shrunk = sex_ratio.pooled_sex_ratio(known["boys"][part], known["girls"][part])
    own = sex_ratio.sex_ratio(known["boys"][part], known["girls"][part])
    assert (shrunk.high - shrunk.low < own.high - own.low).all()
    between = (shrunk.value - own.value) * (shrunk.mean - own.value)
    assert (between > -1e-9).all()
    assert np.isnan(sex_ratio.pooled_sex_ratio([5, 0], [4, 0]).value).tolist() == [False, True]
    assert sex_ratio.pooled_sex_ratio([5, 0], [4, 0]).left_out.totals() == {Why.EMPTY_AREA: 1}


def test_sex_ratio_without_births_or_girls() -> None:
    figure = sex_ratio.sex_ratio([0, 3, np.nan, -1], [0, 0, 5, 5])
    assert np.isnan(figure.value).all()
    assert figure.low[1] > 0 and np.isnan(figure.high[1])  # three boys: at least so many
    assert figure.left_out.totals() == {Why.EMPTY_AREA: 1, Why.NEGATIVE_EVENTS: 1}
