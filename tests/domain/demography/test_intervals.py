"""Functions of probability against tables, and intervals against their own definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.demography import intervals, special

POSITIVE = st.floats(0.1, 5000)
CHANCE = st.floats(0.001, 0.999)


@settings(max_examples=40)
@given(x=st.floats(1e-4, 1e6))
def test_log_gamma_is_that_of_the_standard_library(x: float) -> None:
    assert float(special.log_gamma(x)) == pytest.approx(math.lgamma(x), rel=1e-12, abs=1e-11)


@settings(max_examples=40)
@given(x=st.floats(0.01, 1e4))
def test_digamma_keeps_its_recurrence(x: float) -> None:
    assert float(special.digamma(x + 1)) == pytest.approx(float(special.digamma(x)) + 1 / x, rel=1e-10)


@settings(max_examples=40)
@given(z=st.floats(-6, 6))
def test_the_normal_distribution_is_that_of_the_error_function(z: float) -> None:
    assert float(special.normal_cdf(z)) == pytest.approx(math.erfc(-z / math.sqrt(2)) / 2, rel=1e-9)


@settings(max_examples=40)
@given(p=CHANCE, a=POSITIVE, b=POSITIVE)
def test_quantiles_turn_the_distributions_round(p: float, a: float, b: float) -> None:
    assert float(special.normal_cdf(special.normal_quantile(p))) == pytest.approx(p, rel=1e-9)
    assert float(special.gamma_cdf(a, special.gamma_quantile(a, p))) == pytest.approx(p, abs=1e-9)
    x = special.beta_quantile(a, b, p)
    if float(x) < 1 - 1e-9:  # nearer to the ends a float cannot tell the places apart
        assert float(special.beta_cdf(a, b, x)) == pytest.approx(p, abs=1e-6)


@settings(max_examples=40)
@given(count=st.integers(1, 400), level=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_poisson_interval_is_exact(count: int, level: float) -> None:
    """At either end the count, or one farther out, has the probability that is left outside."""
    low, high = intervals.poisson(count, level)
    tail = (1 - level) / 2
    upper = 1 - sum(math.exp(k * math.log(low) - low - math.lgamma(k + 1)) for k in range(count))
    lower = sum(math.exp(k * math.log(high) - high - math.lgamma(k + 1)) for k in range(count + 1))
    assert upper == pytest.approx(tail, abs=1e-8) and lower == pytest.approx(tail, abs=1e-8)


@pytest.mark.parametrize("shape", [1.1e6, 2e7, 1e9, 1e12])
def test_a_whole_country_is_no_trouble(shape: float) -> None:
    """Where series would take thousands of terms: quantiles lie 1.96 standard errors off."""
    low, high = intervals.poisson(shape)
    error = math.sqrt(shape)
    assert (float(low) - shape) / error == pytest.approx(-1.95996, abs=0.003)
    assert (float(high) - shape) / error == pytest.approx(1.95996, abs=0.003)
    share_low, share_high = intervals.clopper_pearson(shape, 2.06 * shape)
    plain_low, plain_high = intervals.wilson(shape, 2.06 * shape)
    assert float(share_low) == pytest.approx(float(plain_low), abs=0.003 / error)
    assert float(share_high) == pytest.approx(float(plain_high), abs=0.003 / error)


def test_vast_shapes_join_those_below() -> None:
    p = np.array([0.001, 0.025, 0.5, 0.975, 0.999])
    below, above = (special.gamma_quantile(np.full(5, 1e6 * by), p) for by in (0.999999, 1.000001))
    np.testing.assert_allclose(above / 1.000001, below / 0.999999, rtol=1e-8)
    np.testing.assert_allclose(
        special.beta_quantile(np.full(5, 1e6 * 1.000001), np.full(5, 2e6), p),
        special.beta_quantile(np.full(5, 1e6 * 0.999999), np.full(5, 2e6), p),
        atol=2e-6,
    )


def test_the_table_of_garwood() -> None:
    """Published limits of 95 % (Garwood 1936; Ulm 1990)."""
    low, high = intervals.poisson([0, 1, 5, 20, 50])
    assert low.round(3).tolist() == [0.0, 0.025, 1.623, 12.217, 37.111]
    assert high.round(3).tolist() == [3.689, 5.572, 11.668, 30.888, 65.919]


def test_proportions_as_published() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81/263, 15/148, 0/20, 1/29."""
    yes, total = [81, 15, 0, 1], [263, 148, 20, 29]
    low, high = intervals.wilson(yes, total)
    assert low.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert high.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]
    low, high = intervals.clopper_pearson(yes, total)
    assert low.round(4).tolist() == [0.2527, 0.0578, 0.0, 0.0009]
    assert high.round(4).tolist() == [0.3676, 0.1617, 0.1684, 0.1776]


@settings(max_examples=40)
@given(total=st.integers(1, 300), data=st.data())
def test_proportions_hold_what_was_seen_and_mirror(total: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, total))
    for kind in (intervals.wilson, intervals.clopper_pearson, intervals.jeffreys):
        low, high = kind(yes, total)
        assert 0 <= low <= yes / total + 1e-12 and yes / total - 1e-12 <= high <= 1
        other_low, other_high = kind(total - yes, total)
        assert float(other_low) == pytest.approx(1 - float(high), abs=1e-9)
        assert float(other_high) == pytest.approx(1 - float(low), abs=1e-9)


def test_unknown_stays_unknown() -> None:
    for low, high in (
        intervals.poisson([np.nan, -1]),
        intervals.rate([3, 0], [0, 0]),
        intervals.wilson([np.nan, 0], [5, 0]),
        intervals.clopper_pearson([np.nan, 0], [5, 0]),
        intervals.jeffreys([np.nan, 7], [5, 5]),
        intervals.log_ratio([0, np.nan], [3, 3]),
    ):
        assert np.isnan(low).all() and np.isnan(high).all()
    with pytest.raises(ValueError, match="between 0 and 1"):
        intervals.poisson(3, 95)
    with pytest.raises(ValueError, match="not an array of numbers"):
        intervals.poisson(["many"])


@settings(max_examples=40)
@given(count=st.integers(0, 500), exposure=st.floats(1, 1e5))
def test_one_cell_with_weights_is_the_exact_interval(count: int, exposure: float) -> None:
    value, low, high = intervals.weighted_counts([count], [1 / exposure])
    exact_low, exact_high = intervals.rate(count, exposure)
    assert float(value) == pytest.approx(count / exposure)
    assert float(low) == pytest.approx(float(exact_low)) and float(high) == pytest.approx(float(exact_high))
