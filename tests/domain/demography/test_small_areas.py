"""Areas that lean on their group: the published fit, laws, and intervals that hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tongchou.domain.demography import rates
from tongchou.domain.demography.left_out import Why
from tongchou.domain.demography.news import Verdict, level_for, news
from tongchou.domain.demography.small_areas import beta_binomial, gamma_poisson

#: Lip cancer in the 56 districts of Scotland, 1975-1980: observed and expected. Clayton and Kaldor (1987).
OBSERVED = """
9 39 11 9 15 8 26 7 6 20 13 5 3 8 17 9 2 7 9 7 16 31 11 7 19 15 7 10 16 11 5 3 7 8 11 9 11 8 6 4 10
8 2 6 19 3 2 3 28 6 1 1 1 1 0 0
"""
EXPECTED = """
1.4 8.7 3.0 2.5 4.3 2.4 8.1 2.3 2.0 6.6 4.4 1.8 1.1 3.3 7.8 4.6 1.1 4.2 5.5 4.4 10.5 22.7 8.8 5.6
15.5 12.5 6.0 9.0 14.4 10.2 4.8 2.9 7.0 8.5 12.3 10.1 12.7 9.4 7.2 5.3 18.8 15.8 4.3 14.6 50.7 8.2
5.6 9.3 88.7 19.6 3.4 3.6 5.7 7.0 4.2 1.8
"""


def test_lip_cancer_in_scotland() -> None:
    """Clayton and Kaldor (1987): shape 1.88, rate 1.32 of the gamma distribution; 0 of 4.2 becomes 0.34."""
    shrunk = gamma_poisson(*(np.array(text.split(), dtype=float) for text in (OBSERVED, EXPECTED)))
    assert shrunk.concentration == pytest.approx(1.88, abs=0.005)
    assert shrunk.concentration / shrunk.mean[0] == pytest.approx(1.32, abs=0.005)
    assert shrunk.value[54] == pytest.approx(1.88 / (4.2 + 1.32), abs=0.02)


AREAS = st.integers(3, 12)


@settings(max_examples=20)
@given(data=st.data(), areas=AREAS)
def test_each_stands_between_its_own_rate_and_the_groups(data: st.DataObject, areas: int) -> None:
    events = data.draw(arrays.arrays(np.int64, areas, elements=st.integers(0, 30)))
    people = data.draw(arrays.arrays(np.float64, areas, elements=st.floats(50, 2000)))
    shrunk, order = gamma_poisson(events, people), np.argsort(people)
    assert ((shrunk.low < shrunk.value) & (shrunk.value < shrunk.high)).all()
    assert ((shrunk.weight >= 0) & (shrunk.weight <= 1)).all()
    assert (np.diff(shrunk.weight[order]) >= -1e-12).all()  # the more people, the more the own rate counts
    own = events / people
    edge = np.concatenate([own, [events.sum() / people.sum()]]).max()
    assert (shrunk.value <= edge + 0.5 / people.sum() + 1e-12).all()
    moved = data.draw(st.permutations(range(areas)))
    again = gamma_poisson(events[moved], people[moved])
    np.testing.assert_allclose(again.value, shrunk.value[moved], rtol=1e-9)


def test_ages_are_worked_out_apart() -> None:
    draw = np.random.default_rng(3)
    people = draw.uniform(100, 900, (2, 3, 40))
    deaths = draw.poisson(people * 0.01)
    together = gamma_poisson(deaths, people)
    for at in np.ndindex(2, 3):
        alone = gamma_poisson(deaths[at], people[at])
        np.testing.assert_allclose(alone.value, together.value[at], rtol=1e-9)
        np.testing.assert_allclose(alone.high, together.high[at], rtol=1e-9)


def test_groups_have_their_own_rates() -> None:
    people = np.full(40, 500.0)
    deaths = np.repeat([2, 20], 20)
    shrunk = gamma_poisson(deaths, people, groups=np.repeat([7, 9], 20))
    assert shrunk.mean[0] == pytest.approx(0.004) and shrunk.mean[-1] == pytest.approx(0.04)
    with pytest.raises(ValueError, match="names for 40 areas"):
        gamma_poisson(deaths, people, groups=[1, 2])


def test_intervals_hold_what_they_promise_and_beat_each_area_alone() -> None:
    """500 villages around the rates of their 25 townships: 95 % hold the truth, and the error halves."""
    draw = np.random.default_rng(11)
    groups = np.repeat(np.arange(25), 20)
    township = draw.gamma(30, 0.007 / 30, 25)[groups]
    people = draw.uniform(100, 2500, 500)
    true = draw.gamma(15, township / 15)
    deaths = draw.poisson(people * true)
    shrunk = gamma_poisson(deaths, people, groups=groups)
    inside = (shrunk.low <= true) & (true <= shrunk.high)
    assert 0.92 <= inside.mean() <= 0.98
    assert ((shrunk.value - true) ** 2).mean() < 0.5 * ((deaths / people - true) ** 2).mean()
    asked = draw.integers(5, 300, 500)
    share = draw.beta(40 * 0.6, 40 * 0.4, 500)
    shares = beta_binomial(draw.binomial(asked, share), asked)
    assert 0.92 <= ((shares.low <= share) & (share <= shares.high)).mean() <= 0.98
    assert shares.concentration == pytest.approx(40, rel=0.25)


def test_alike_areas_come_together_and_unlike_ones_stay() -> None:
    people = np.full(60, 1000.0)
    alike = gamma_poisson(np.tile([9, 10, 11], 20), people)
    assert np.ptp(alike.value) < 0.3 * 0.002
    unlike = gamma_poisson(np.tile([10, 200, 900], 20), people)
    np.testing.assert_allclose(unlike.value, np.tile([0.01, 0.2, 0.9], 20), rtol=0.08)


def test_an_area_without_people_is_unknown() -> None:
    for kind in (gamma_poisson, beta_binomial):
        shrunk = kind([[1, 0, np.nan, 2]], [[10, 0, 10, -4]])
        assert np.isnan(shrunk.value[0]).tolist() == [False, True, True, True]
        assert np.isnan(shrunk.high[0]).tolist() == [False, True, True, True]
        assert shrunk.left_out.totals() == {
            Why.EMPTY_AREA: 1,
            Why.UNKNOWN_CELL: 1,
            Why.NEGATIVE_EXPOSURE: 1,
        }
    assert np.isnan(beta_binomial([5, 2], [4, 4]).value).tolist() == [True, False]


def test_a_group_without_people_does_not_disturb_the_others() -> None:
    for kind in (gamma_poisson, beta_binomial):
        shrunk = kind([0, 0, 3, 9, 5], [0, 0, 100, 200, 150], groups=[1, 1, 2, 2, 2])
        without = kind([3, 9, 5], [100, 200, 150])
        assert np.isnan(shrunk.value).tolist() == [True, True, False, False, False]
        assert np.isnan(shrunk.mean).tolist() == [True, True, False, False, False]
        np.testing.assert_allclose(shrunk.value[2:], without.value, rtol=0.05)
        assert (shrunk.low[2:] > 0).all()
    with pytest.raises(ValueError, match="no areas"):
        gamma_poisson([], [])


def test_nothing_happened_is_not_certainty() -> None:
    shrunk = gamma_poisson(np.zeros(10), np.full(10, 300.0))
    assert (shrunk.high > 0).all() and (shrunk.value < 0.001).all()


def test_no_news_from_a_hundred_villages_in_which_nothing_changed() -> None:
    draw = np.random.default_rng(5)
    people = np.full((100, 1), 400.0)
    level = level_for(100)
    before, after = (rates.crude_rate(draw.poisson(people * 0.01), people, level=level) for _year in (0, 1))
    assert (news(before, after).verdict == Verdict.NO_NEWS).all()
    many = rates.crude_rate(draw.poisson(people * 0.2), people, level=level)
    found = news(before, many)
    assert (found.verdict == Verdict.UP).all() and (found.low > 0).all()
    assert (news(many, before).verdict == Verdict.DOWN).all()
    assert (news(before, many, at_least=0.9).verdict == Verdict.NO_NEWS).all()


def test_a_difference_with_the_unknown_is_unknown() -> None:
    known, unknown = rates.crude_rate([[3]], [[100]]), rates.crude_rate([[np.nan]], [[100]])
    assert news(known, unknown).verdict.tolist() == [Verdict.UNKNOWN]
    with pytest.raises(ValueError, match="are not compared"):
        news(known, rates.crude_rate([[3]], [[100]], level=0.9))
    with pytest.raises(ValueError, match="0 or more"):
        news(known, known, at_least=-1)
    with pytest.raises(ValueError, match="one at least"):
        level_for(0)


@given(a=st.integers(0, 60), b=st.integers(0, 60))
def test_news_is_the_same_news_from_the_other_side(a: int, b: int) -> None:
    one, other = rates.crude_rate([[a]], [[100]]), rates.crude_rate([[b]], [[100]])
    there, back = news(one, other), news(other, one)
    assert there.verdict[0] == -back.verdict[0]
    assert there.low[0] == pytest.approx(-back.high[0])


def test_without_a_level_mean_and_variance_are_the_same_and_there_is_no_interval() -> None:
    draw = np.random.default_rng(9)
    people = draw.integers(20, 900, (2, 30))
    for method, events in (
        (beta_binomial, draw.binomial(people, 0.3)),
        (gamma_poisson, draw.poisson(people * 0.02)),
    ):
        whole, quick = method(events, people), method(events, people, level=None)
        assert quick.value.tolist() == whole.value.tolist()
        assert quick.variance.tolist() == whole.variance.tolist()
        assert np.isnan(quick.low).all() and np.isnan(quick.high).all() and np.isnan(quick.level)
        spread = np.sqrt(whole.variance)
        # the interval is that of a distribution of this mean and spread: about two of it on either side
        assert (whole.high - whole.low) / spread == pytest.approx(np.full(people.shape, 3.9), abs=0.25)
