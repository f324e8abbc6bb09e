"""Completeness of records, events still to come, unknown facts: published answers and laws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tongchou.domain.demography import (
    births_completeness,
    capture_recapture,
    deaths_completeness,
    late_registration,
    missing_facts,
    rates,
)
from tongchou.domain.demography.left_out import Why

Read = Callable[..., dict[str, np.ndarray]]
#: Claims of Taylor and Ashe (1983) as used by Mack (1993): newly known by year and delay.
TAYLOR_ASHE = """
357848 766940 610542 482940 527326 574398 146342 139950 227229 67948
352118 884021 933894 1183289 445745 320996 527804 266172 425046
290507 1001799 926219 1016654 750816 146923 495992 280405
310608 1108250 776189 1562400 272482 352053 206286
443160 693190 991983 769488 504851 470639
396132 937085 847498 805037 705960
440832 847631 1131398 1063269
359480 1061648 1443370
376686 986608
344014
"""


def taylor_ashe() -> np.ndarray:
    rows = [[float(word) for word in line.split()] for line in TAYLOR_ASHE.split("\n") if line]
    return np.array([row + [np.nan] * (10 - len(row)) for row in rows])


def test_malawi_2008(table: Read) -> None:
    """P/F ratios of the census: F and P/F of each group, total fertility 5.16 → 6.28."""
    known = table("brass_pf_malawi_2008")
    found = births_completeness.brass_pf(known["P"], known["asfr"])
    np.testing.assert_allclose(found.cumulated, known["Fi"], atol=6e-4)
    np.testing.assert_allclose(found.ratio[:6], known["PF"][:6], atol=1.2e-3)
    np.testing.assert_allclose(found.adjusted, known["adj_asfr"], atol=6e-4)
    assert 5 * known["asfr"].sum() == pytest.approx(5.16) and found.total == pytest.approx(6.28, abs=0.005)
    assert not found.outside
    half = births_completeness.brass_pf(known["P"], known["asfr"] / 2)
    np.testing.assert_allclose(half.ratio, 2 * found.ratio)
    np.testing.assert_allclose(half.adjusted, found.adjusted)
    with pytest.raises(ValueError, match="first ages"):
        births_completeness.brass_pf(known["P"], known["asfr"], by=(22,))
    wrong = births_completeness.brass_pf([-1, 1, 2, 3, 4, 5, 6], known["asfr"])
    assert np.isnan(wrong.ratio[0]) and wrong.left_out.totals() == {Why.NEGATIVE_EVENTS: 1}


@given(share=st.floats(0.3, 1.0), births=arrays.arrays(np.float64, (3, 5), elements=st.floats(50, 4000)))
def test_children_counted_later_find_the_births_missed(share: float, births: np.ndarray) -> None:
    lived = np.array([0.985, 0.981, 0.98, 0.979, 0.978])
    found, completeness = births_completeness.reverse_survival(births * lived, lived, births * share)
    np.testing.assert_allclose(found, births)
    np.testing.assert_allclose(completeness.value, share)
    # The interval is that of the ratio of two counts, by the logarithm.
    spread = 1.959964 * np.sqrt(1 / (births * share) + 1 / (births * lived))
    np.testing.assert_allclose(completeness.high, share * np.exp(spread), rtol=1e-6)
    np.testing.assert_allclose(completeness.low, share * np.exp(-spread), rtol=1e-6)


def test_areas_without_children_are_unknown() -> None:
    _births, share = births_completeness.reverse_survival([[0, 5], [5, -2]], [0.9, 0.9], [[3, 4], [4, 4]])
    assert np.isnan(share.value).tolist() == [[True, False], [False, True]]
    assert share.left_out.counts[Why.EMPTY_AREA].tolist() == [1, 0]
    assert share.left_out.counts[Why.NEGATIVE_EVENTS].tolist() == [0, 1]


@given(n=st.integers(1, 400), other=st.integers(1, 400), share=st.floats(0, 1))
def test_two_lists(n: int, other: int, share: float) -> None:
    both = int(share * min(n, other))
    found = capture_recapture.chapman(n, other, both)
    seen = n + other - both
    assert seen - 1 <= found.value and seen - 1 <= found.low <= found.high
    if both == min(n, other):
        assert found.value == pytest.approx(max(n, other), abs=1e-9)  # the one list holds the other


def test_two_lists_hold_what_they_promise() -> None:
    """4,000 draws of two independent lists of 400 people: 95 % of the intervals hold 400."""
    draw = np.random.default_rng(4)
    first, second = draw.uniform(size=(4000, 400)) < 0.6, draw.uniform(size=(4000, 400)) < 0.5
    found = capture_recapture.chapman(first.sum(axis=1), second.sum(axis=1), (first & second).sum(axis=1))
    assert found.value.mean() == pytest.approx(400, abs=1)
    held = (found.low <= 400) & (found.high >= 400)
    assert 0.94 <= held.mean() <= 0.96


def test_two_lists_that_cannot_be() -> None:
    found = capture_recapture.chapman([10, 10, np.nan], [5, 5, 5], [7, -1, 2])
    assert np.isnan(found.value).all() and np.isnan(found.high).all()
    assert found.left_out.totals() == {Why.NEGATIVE_EVENTS: 2}


def test_hepatitis_in_taiwan() -> None:
    """Chao and others (2001), Statistics in Medicine 20, 3123-3157: independence 388, saturated 1313."""
    cells = [69, 55, 63, 21, 17, 18, 28]
    found = capture_recapture.three_lists(cells)
    assert found.by_model[0] == pytest.approx(388, abs=0.6)
    assert found.by_model[7] == pytest.approx(1313, abs=0.6)
    assert found.aic[0] - 2 * 4 == pytest.approx(24.36, abs=0.01)  # deviance
    assert found.total.low < found.total.value < found.total.high
    assert found.completeness * found.total.value == pytest.approx([135, 122, 126])


@settings(max_examples=40)
@given(
    chances=arrays.arrays(np.float64, 3, elements=st.floats(0.2, 0.8)),
    people=st.integers(500, 100_000),
)
def test_three_independent_lists_give_the_number_back(chances: np.ndarray, people: int) -> None:
    cells = [
        people * float(np.prod([p if on else 1 - p for p, on in zip(chances, cell, strict=True)]))
        for cell in capture_recapture.CELLS
    ]
    found = capture_recapture.three_lists(cells)
    np.testing.assert_allclose(found.by_model, people, rtol=1e-5)
    assert found.model == 0
    np.testing.assert_allclose(found.completeness, chances, rtol=1e-5)


def test_dependent_lists_and_the_closed_form_of_the_saturated_model() -> None:
    draw = np.random.default_rng(2)
    cells = draw.integers(5, 90, (40, 7)).astype(float)
    found = capture_recapture.three_lists(cells, model=7)
    a, b, c, ab, ac, bc, abc = cells.T
    np.testing.assert_allclose(
        found.total.value, cells.sum(axis=1) + a * b * c * abc / (ab * ac * bc), rtol=1e-6
    )
    # Lists 1 and 2 depend on each other, 3 on none: the closed form of Fienberg.
    one = capture_recapture.three_lists(cells, model=1).total.value
    either = a + b + ab
    np.testing.assert_allclose(one, cells.sum(axis=1) + c * either / (ac + bc + abc), rtol=1e-6)
    alone = capture_recapture.three_lists(cells[7])
    np.testing.assert_allclose(alone.by_model, capture_recapture.three_lists(cells).by_model[7], rtol=1e-6)


def test_three_lists_that_cannot_be() -> None:
    found = capture_recapture.three_lists(
        [[5, 5, 5, 0, 0, 0, 0], [5, -1, 5, 1, 1, 1, 1], [np.nan] * 7, [5, 4, 0, 3, 2, 1, 6]], add=0.25
    )
    assert np.isnan(found.total.value).tolist() == [True, True, True, False]
    assert found.model.tolist()[:3] == [-1, -1, -1]
    assert found.left_out.totals() == {Why.NEGATIVE_EVENTS: 1, Why.EMPTY_AREA: 2}
    apart = capture_recapture.three_lists([100, 100, 100, 1, 0, 0, 0], model=7)
    assert np.isnan(apart.total.value) and apart.left_out.totals() == {Why.EMPTY_AREA: 1}
    with pytest.raises(ValueError, match="model"):
        capture_recapture.three_lists([1] * 7, model=8)


def test_south_africa_2001_to_2007(table: Read) -> None:
    """Tools for Demographic Estimation: 0.9333 by growth balance, 1.09 by extinct generations."""
    known = table("south_africa_males_2001_2007")
    given_ = (known["first"], known["second"], known["deaths"], known["age"], 5.353425)
    balance = deaths_completeness.growth_balance(*given_)
    assert balance.completeness == pytest.approx(0.9333, abs=5e-5)
    # Printed beside it: entries of 5 and 10 years, less the growth above these ages.
    assert balance.entries[1:3] == pytest.approx([0.02384624 - 0.01522950, 0.02784155 - 0.01595043], abs=1e-7)
    extinct = deaths_completeness.extinct_generations(*given_, open_expectation=4.0)
    assert extinct.completeness == pytest.approx(1.09, abs=0.02)
    in_turn = deaths_completeness.extinct_generations(
        *given_, open_expectation=4.0, coverage=balance.coverage
    )
    assert abs(in_turn.completeness - balance.completeness) < abs(extinct.completeness - balance.completeness)


def stable(growth: float, share: float, missed: float) -> tuple[np.ndarray, ...]:
    """Two counts ten years apart of a stable population closed at 85, and the deaths registered a year."""
    fine = np.arange(0, 115, 0.01) + 0.005
    hazard = np.exp(-9.2 + 0.088 * fine) + 0.0005
    alive = np.exp(-np.cumsum(hazard) * 0.01)
    middle = np.exp(-growth * fine) * alive * 1e5
    ages = np.arange(0, 90, 5)
    at = np.searchsorted(fine, ages)
    group = lambda values: np.add.reduceat(values, at) * 0.01  # noqa: E731
    people = group(middle)
    return (
        people * np.exp(-5 * growth) * missed,
        people * np.exp(5 * growth),
        group(middle * hazard) * share,
        ages,
        float(alive[at[-1] :].sum() * 0.01 / alive[at[-1]]),
    )


@settings(max_examples=25)
@given(growth=st.floats(-0.01, 0.03), share=st.floats(0.3, 1.0), missed=st.floats(0.85, 1.15))
def test_completeness_of_a_population_that_is_known(growth: float, share: float, missed: float) -> None:
    first, second, deaths, ages, rest = stable(growth, share, missed)
    balance = deaths_completeness.growth_balance(first, second, deaths, ages, 10.0)
    # Registered deaths stand against the better of the two counts.
    assert balance.coverage == pytest.approx(missed, rel=0.02)
    assert balance.completeness == pytest.approx(share / max(1.0, missed), rel=0.05)
    in_turn = deaths_completeness.extinct_generations(
        first, second, deaths, ages, 10.0, open_expectation=rest, coverage=missed
    )
    assert in_turn.completeness == pytest.approx(share / max(1.0, missed), rel=0.03)


def test_deaths_of_many_areas_at_once() -> None:
    parts = [stable(growth, 0.8, 1.0) for growth in (0.0, 0.01, 0.02)]
    first, second, deaths = (np.stack([part[at] for part in parts]) for at in range(3))
    deaths[2, 4] = np.nan
    ages, rest = parts[0][3], parts[0][4]
    together = deaths_completeness.growth_balance(first, second, deaths, ages, 10.0)
    alone = deaths_completeness.growth_balance(first[1], second[1], deaths[1], ages, 10.0)
    assert together.completeness[1] == pytest.approx(float(alone.completeness))
    assert np.isnan(together.completeness).tolist() == [False, False, True]
    assert together.left_out.counts[Why.UNKNOWN_CELL].tolist() == [0, 0, 1]
    extinct = deaths_completeness.extinct_generations(
        first, second, deaths, ages, [10.0, 10.0, 10.0], open_expectation=rest
    )
    assert extinct.completeness[0] == pytest.approx(0.8, rel=0.03) and np.isnan(extinct.completeness[2])
    moved = np.zeros_like(first)
    none = deaths_completeness.growth_balance(first, second, deaths, ages, 10.0, arrivals=moved)
    np.testing.assert_allclose(none.completeness, together.completeness)
    with pytest.raises(ValueError, match="five years"):
        deaths_completeness.growth_balance([1, 1, 1], [1, 1, 1], [1, 1, 1], [0, 1, 5], 10)
    with pytest.raises(ValueError, match="three ages"):
        deaths_completeness.growth_balance(first, second, deaths, ages, 10.0, fit=(5, 10))


def test_claims_of_taylor_and_ashe() -> None:
    """Mack (1993): 18,680,856 still to come, standard error 2,447,095; by year from 94,634 to 4,625,811."""
    counts = taylor_ashe()
    months, total = late_registration.nowcast(counts)
    outstanding = months.value - np.nansum(counts, axis=1)
    assert outstanding[[1, 2, 8, 9]].round().tolist() == [94634, 469511, 4278972, 4625811]
    errors = late_registration.mack_error(months)
    assert errors[[1, 2, 9]].round().tolist() == [75535, 121699, 1363155]
    assert total.value - np.nansum(counts) == pytest.approx(18_680_856, abs=1)
    assert late_registration.mack_error(total) == pytest.approx(2_447_095, abs=1)
    factors = late_registration.curve(counts).factors
    assert factors[:3].round(3).tolist() == [3.491, 1.747, 1.457]


@given(
    share=arrays.arrays(np.float64, 5, elements=st.floats(0.1, 1)),
    size=arrays.arrays(np.float64, (3, 8), elements=st.floats(10, 900)),
)
def test_an_even_curve_is_found_and_the_months_completed(share: np.ndarray, size: np.ndarray) -> None:
    share = share / share.sum()
    counts = size[..., None] * share
    found = late_registration.curve(counts)
    np.testing.assert_allclose(found.known, np.tile(share.cumsum(), (3, 1)))
    months, total = late_registration.nowcast(counts)
    np.testing.assert_allclose(months.value, size)
    np.testing.assert_allclose(total.value, size.sum(axis=-1))
    one, _total = late_registration.nowcast(counts[2])
    np.testing.assert_allclose(one.value, months.value[2])


def test_small_areas_by_the_curve_of_the_county() -> None:
    """Intervals of 2,000 villages of which 70 % are known hold the number that comes in the end."""
    draw = np.random.default_rng(6)
    true = draw.poisson(draw.gamma(3, 2, 2000))
    seen = draw.binomial(true, 0.7)
    found = late_registration.nowcast_small(seen, 0.7)
    held = (found.low <= true) & (true <= found.high)
    assert 0.94 <= held.mean() <= 0.995
    assert found.value.sum() == pytest.approx(true.sum(), rel=0.02)
    whole = late_registration.nowcast_small([4, np.nan, 3], [1.0, 0.5, 0.0])
    assert whole.low[0] == whole.value[0] == whole.high[0] == 4
    assert np.isnan(whole.value[1:]).all()


def test_a_triangle_from_days() -> None:
    counts, left_out = late_registration.triangle(
        ["2026-01-05", "2026-01-30", "2026-02-10", "NaT", "2026-02-01", "2025-12-31", "2026-03-01",
         "2026-01-01"],
        ["2026-01-20", "2026-03-02", "2026-02-11", "2026-02-11", "2026-01-01", "2026-02-01", "2026-04-01",
         "2026-01-09"],
        [0, 0, 1, 1, 1, 0, 0, 9],
        areas=2,
        since="2026-01-01",
        until="2026-04-01",
    )  # fmt: skip
    assert counts[0, 0].tolist() == [1, 0, 1]
    assert counts[1, 1, :2].tolist() == [1, 0] and np.isnan(counts[1, 1, 2])
    assert np.nansum(counts) == 3  # that of March was registered in April, which is not over
    assert {why: one.tolist() for why, one in left_out.counts.items()} == {
        Why.UNKNOWN_AREA: [0, 0, 1],
        Why.UNKNOWN_DATE: [0, 1, 0],
        Why.BEFORE_BIRTH: [0, 1, 0],
    }
    with pytest.raises(ValueError, match="later than since"):
        late_registration.triangle([], [], [], areas=1, since="2026-01-01", until="2026-01-01")
    with pytest.raises(ValueError, match="as many months"):
        late_registration.curve(np.ones((2, 3)))


@given(yes=st.integers(0, 50), no=st.integers(0, 50), unknown=st.integers(0, 50), data=st.data())
def test_whatever_the_unknown_are_the_share_lies_in_its_band(
    yes: int, no: int, unknown: int, data: st.DataObject
) -> None:
    band = missing_facts.share_band(yes, no, unknown)
    really = data.draw(st.integers(0, unknown))
    if yes + no + unknown == 0:
        assert np.isnan(band.least)
        return
    true = (yes + really) / (yes + no + unknown)
    assert band.least - 1e-12 <= true <= band.most + 1e-12
    assert band.most - band.least == pytest.approx(float(band.unknown))
    if yes + no:
        assert band.least - 1e-12 <= band.value <= band.most + 1e-12


def test_bands_of_counts_rates_and_means() -> None:
    cells = missing_facts.count_band([[60, 30, 10], [0, 0, 0]], [20, 5])
    assert cells.value[0].sum() == pytest.approx(120) and np.isnan(cells.value[1]).all()
    assert cells.most[1].tolist() == [5, 5, 5]
    rate = missing_facts.rate_band(10, 1000, events_unknown=2, exposure_unknown=100)
    figure = rate.around(rates.crude_rate([10], [1000]))
    plain = rates.crude_rate([10], [1000])
    assert figure.low == pytest.approx(plain.low - (0.01 - 10 / 1100))
    assert figure.high == pytest.approx(plain.high + 0.002)
    mean = missing_facts.mean_band(3000, 100, 25, lowest=0, highest=120)
    assert (mean.least, mean.value, mean.most) == (24, 30, 48)
    assert np.isnan(missing_facts.rate_band(1, -5).value)
    with pytest.raises(ValueError, match="the greater"):
        missing_facts.mean_band(1, 1, 1, lowest=2, highest=1)


def test_people_counted_twice() -> None:
    draw = np.random.default_rng(8)
    chances = draw.uniform(0, 1, 4000)
    one, other = draw.integers(0, 3, 4000), draw.integers(0, 3, 4000)
    found = missing_facts.double_counting(chances, one, other, areas=3)
    assert found.value.sum() == pytest.approx(chances.sum())
    swapped = missing_facts.double_counting(chances, other, one, areas=3)
    np.testing.assert_allclose(found.value, swapped.value)
    really = draw.uniform(0, 1, 4000) < chances
    true = (np.bincount(one[really], minlength=3) + np.bincount(other[really], minlength=3)) / 2
    assert ((found.low <= true) & (true <= found.high)).all()
    with_gaps = missing_facts.double_counting([0.5, np.nan, 0.5], [0, 0, 7], [0, 0, 0], areas=1)
    assert with_gaps.value.tolist() == [0.5]
    assert with_gaps.left_out.totals() == {Why.UNKNOWN_AREA: 1, Why.UNKNOWN_CELL: 1}
    with pytest.raises(ValueError, match="between 0 and 1"):
        missing_facts.double_counting([1.5], [0], [0], areas=1)
