"""Funnel limits: against the exact distribution, laws, and how often units that are alike fall outside."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tongchou.domain.funnel import of_rates, of_shares


def binomial_limit(n: int, p: float, tail: float) -> float:
    """Spiegelhalter (2005), A.1.1: r with F(r) ≥ tail, less its part of the step, over n."""
    total = before = 0.0
    for r in range(n + 1):
        before, total = total, total + math.comb(n, r) * p**r * (1 - p) ** (n - r)
        if total >= tail:
            return (r - (total - tail) / (total - before)) / n
    raise AssertionError


def poisson_limit(mean: float, tail: float) -> float:
    total = before = 0.0
    for r in range(10_000):
        before, total = total, total + math.exp(r * math.log(mean) - mean - math.lgamma(r + 1))
        if total >= tail:
            return r - (total - tail) / (total - before)
    raise AssertionError


def test_limits_of_shares_are_exact() -> None:
    yes, total = np.array([18.0, 45, 170, 5]), np.array([20.0, 50, 200, 8])
    found = of_shares(yes, total)
    p = 238 / 278
    assert found.common == p
    for at, n in enumerate(total.astype(int)):
        for level, (under, over) in enumerate([(0.025, 0.975), (0.001, 0.999)]):
            low = max(0.0, binomial_limit(int(n), p, under))
            assert found.low[level, at] == pytest.approx(low, abs=1e-8)
            high = min(1.0, binomial_limit(int(n), p, over))
            assert found.high[level, at] == pytest.approx(high, abs=1e-8)


def test_limits_of_rates_are_exact() -> None:
    found = of_rates([3, 40, 9], [10, 100, 40])
    for at, exposure in enumerate((10, 100, 40)):
        mean = 52 / 150 * exposure
        assert found.high[1, at] * exposure == pytest.approx(poisson_limit(mean, 0.999), abs=1e-7)
        low = max(0.0, poisson_limit(mean, 0.025))
        assert found.low[0, at] * exposure == pytest.approx(low, abs=1e-7)


def test_limits_narrow_with_size_and_lie_in_each_other() -> None:
    total = np.array([10.0, 50, 200, 1000])
    found = of_shares(total * 0.8, total)
    assert (np.diff(found.high[0] - found.low[0]) < 0).all()
    assert (found.low[1] <= found.low[0]).all() and (found.high[0] <= found.high[1]).all()
    assert not found.outside.any()


def test_units_that_are_alike_fall_outside_as_often_as_promised() -> None:
    draw = np.random.default_rng(5)
    total = draw.integers(20, 400, 3700).astype(float)
    found = of_shares(draw.binomial(total.astype(int), 0.9), total)
    assert 0.025 < (found.outside != 0).mean() < 0.05
    assert (abs(found.outside) == 2).mean() < 0.004
    assert 0.6 < found.dispersion < 0.8  # of normal z-scores, tenths drawn in


def test_units_that_truly_differ_are_told_by_the_dispersion() -> None:
    draw = np.random.default_rng(5)
    total = np.full(250, 300.0)
    found = of_shares(draw.binomial(300, draw.uniform(0.7, 0.95, 250)), total)
    assert found.dispersion > 5


def test_unknown_units_stay_unknown_and_nothing_known_is_refused() -> None:
    found = of_shares([8, np.nan, 0], [10, 20, 0])
    assert np.isnan(found.low[:, 1:]).all() and found.outside.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="nothing is known"):
        of_rates([np.nan], [5])
