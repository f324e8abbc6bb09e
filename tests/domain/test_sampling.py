"""Samples: every item as likely as promised, nothing chosen by hand, sizes and intervals that are known."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.sampling import (
    Reason,
    allocate,
    by_size,
    seed_of,
    simple,
    size_for_share,
    stratified,
    systematic,
)
from tongchou.domain.verification import (
    accuracy,
    hypergeometric_tail,
    ratio_by_size,
    ratio_estimate,
    stratified_share,
)

FRAME = [f"v{number:03d}" for number in range(40)]
DAY = dt.date(2026, 4, 8)


@given(st.permutations(FRAME), st.integers(1, 40), st.text(max_size=8))
def test_a_sample_depends_on_seed_and_items_alone(frame: list[str], size: int, seed: str) -> None:
    found = simple(frame, size, seed)
    assert found == simple(FRAME, size, seed) or found.frame == simple(FRAME, size, seed).frame
    assert found.items == simple(FRAME, size, seed).items
    assert len(set(found.items)) == size and set(found.items) | set(found.reserve[""]) == set(FRAME)


def test_every_set_is_as_likely_as_any_other() -> None:
    """6,000 seeds, two of five: ten sets, each 600 times; χ² of 9 degrees below its 99.9 % point, 27.88."""
    seen = Counter(frozenset(simple("abcde", 2, str(seed)).items) for seed in range(6000))
    assert len(seen) == 10
    assert sum((number - 600) ** 2 / 600 for number in seen.values()) < 27.88


def test_replacements_follow_the_order_and_are_logged() -> None:
    strata = {one: "ab"[number % 2] for number, one in enumerate(FRAME)}
    drawn = stratified(FRAME, strata, {"a": 3, "b": 4}, "s")
    missing = drawn.items[0]
    after = drawn.replacing(missing, Reason.NOT_THERE, DAY)
    assert after.items[0] == drawn.reserve["a"][0] and after.items[1:] == drawn.items[1:]
    assert strata[after.items[0]] == strata[missing]
    assert [(one.missing, one.by, one.on) for one in after.replaced] == [(missing, after.items[0], DAY)]
    assert drawn.replacing(missing, Reason.NOT_THERE, DAY) == after
    with pytest.raises(ValueError, match="not in the sample"):
        after.replacing(missing, Reason.NOT_THERE, DAY)
    small = simple("ab", 2, "s")
    with pytest.raises(ValueError, match="nobody is left"):
        small.replacing("a", Reason.NO_ANSWER, DAY)


def test_a_decline_is_no_reason_of_its_own() -> None:
    assert not any("refus" in one or "declin" in one for one in Reason)


def test_a_sample_is_drawn_after_the_close_by_the_level_above() -> None:
    def seed(closed: dt.date = DAY, by: str = "county") -> str:
        return seed_of("seal", "records", closed_on=closed, drawn_on=DAY, of_level="township", by_level=by)

    yesterday = DAY - dt.timedelta(days=1)
    assert seed(yesterday) == seed(yesterday) != seed(yesterday, "prefecture")
    with pytest.raises(ValueError, match="after that day"):
        seed()
    for by in ("township", "village"):
        with pytest.raises(ValueError, match="the level above draws"):
            seed(yesterday, by)


SIZES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 60), min_size=2, max_size=12
)


@settings(max_examples=50)
@given(SIZES, st.data())
def test_chances_are_in_proportion_to_size(sizes: dict[str, int], data: st.DataObject) -> None:
    """Over all starts of the first step an item is hit with n × size / total, exactly."""
    total = sum(sizes.values())
    n = data.draw(st.integers(1, max(1, total // max(sizes.values()))))
    items, parts = sorted(sizes), total  # starts at the middle of equal parts: every bound is a part's end
    hits = Counter(
        one for part in range(parts) for one in systematic(items, sizes, n, Fraction(2 * part + 1, 2 * parts))
    )
    for one in items:
        assert hits[one] == n * sizes[one]


@given(SIZES, st.data(), st.text(max_size=5))
def test_by_size_draws_as_many_as_asked_and_the_large_for_certain(
    sizes: dict[str, int], data: st.DataObject, seed: str
) -> None:
    n = data.draw(st.integers(1, len(sizes)))
    found = by_size(sizes, n, seed)
    assert len(found.items) == len(set(found.items)) == n
    assert set(found.items) | set(found.reserve[""]) == set(sizes)
    if n == len(sizes) and n > 1:
        assert set(found.items) == set(sizes)
    largest = max(sizes.values())
    if largest * n >= sum(sizes.values()):
        assert all(one in found.certain for one in sizes if sizes[one] == largest) or len(found.certain) == n


@pytest.mark.parametrize(
    ("population", "size"), [(100, 80), (500, 218), (1000, 278), (3700, 349), (10_000, 370), (10**6, 384)]
)
def test_sizes_of_the_tables(population: int, size: int) -> None:
    """Krejcie and Morgan (1970), ± 5 points at 95 %: 80, 217, 278, 346 to 351, 370, 384, rounded there."""
    assert size_for_share(0.05, population=population) == size


@given(st.integers(1, 10**6), st.floats(0.01, 0.2), st.floats(0.05, 0.95))
def test_a_size_holds_its_margin_and_one_less_does_not(n: int, margin: float, share: float) -> None:
    size = size_for_share(margin, population=n, expected=share)

    def half(checked: int) -> float:
        correction = (n - checked) / (n - 1) if n > 1 else 0.0
        return 1.959963984540054 * math.sqrt(share * (1 - share) / checked * correction)

    assert 1 <= size <= n and half(size) <= margin * (1 + 1e-6)
    if size > 1:
        assert half(size - 1) > margin * (1 - 1e-6)


@given(st.dictionaries(st.text("xyz", min_size=1), st.integers(2, 500), min_size=1, max_size=6), st.data())
def test_an_allocation_sums_and_stays_within_its_strata(strata: dict[str, int], data: st.DataObject) -> None:
    size = data.draw(st.integers(2 * len(strata), sum(strata.values())))
    found = allocate(size, strata)
    assert sum(found.values()) == size
    assert all(2 <= found[name] <= strata[name] for name in strata)


@pytest.mark.parametrize(("frame", "size"), [("ab", 0), ("ab", 3), ("aa", 1), ("", 1)])
def test_what_cannot_be_drawn(frame: str, size: int) -> None:
    with pytest.raises((ValueError, KeyError)):
        found = simple(frame, size, "s")
        assert not found.items, "an empty frame gives nothing to verify"
        raise ValueError


def exact_tail(least: int, drawn: int, marked: int, population: int) -> Fraction:
    ways = sum(
        math.comb(marked, x) * math.comb(population - marked, drawn - x)
        for x in range(max(least, 0), drawn + 1)
        if drawn - x >= 0
    )
    return Fraction(ways, math.comb(population, drawn))


@given(st.integers(1, 60), st.data())
def test_the_tail_is_that_of_whole_numbers(population: int, data: st.DataObject) -> None:
    drawn = data.draw(st.integers(1, population))
    marked = data.draw(st.integers(0, population))
    least = data.draw(st.integers(-1, drawn + 1))
    assert hypergeometric_tail(least, drawn, marked, population) == pytest.approx(
        float(exact_tail(least, drawn, marked, population)), abs=1e-10
    )


@pytest.mark.parametrize(("population", "checked"), [(12, 5), (30, 10), (40, 40), (60, 25)])
def test_the_exact_interval_holds_what_it_promises_for_every_truth(population: int, checked: int) -> None:
    for truth in range(population + 1):
        held = Fraction(0)
        for right in range(max(0, checked - population + truth), min(checked, truth) + 1):
            found = accuracy(right, checked, population, 0.9)
            if found.low <= truth / population <= found.high:
                held += exact_tail(right, checked, truth, population) - exact_tail(
                    right + 1, checked, truth, population
                )
        assert held >= Fraction(9, 10)


def test_the_interval_is_that_of_a_search_through_all_numbers() -> None:
    found = accuracy(95, 100, 1000)
    inside = [
        k
        for k in range(95, 996)
        if exact_tail(95, 100, k, 1000) > Fraction(25, 1000)
        and 1 - exact_tail(96, 100, k, 1000) > Fraction(25, 1000)
    ]
    assert (found.low, found.high) == (inside[0] / 1000, inside[-1] / 1000)


def test_strata_by_hand() -> None:
    """Of 100 and 300 people, 10 of 10 and 15 of 20: 0.25 + 0.75², and only the second varies."""
    found = stratified_share({"a": 10, "b": 15}, {"a": 10, "b": 20}, {"a": 100, "b": 300})
    assert found.value == pytest.approx(0.8125)
    variance = 0.75**2 * (1 - 20 / 300) * 0.75 * 0.25 / 19
    assert found.high - found.value == pytest.approx(1.959964 * math.sqrt(variance), abs=1e-6)
    with pytest.raises(ValueError, match="b: 1 right of 1 checked of 300"):
        stratified_share({"a": 10, "b": 1}, {"a": 10, "b": 1}, {"a": 100, "b": 300})


def test_ratios_by_hand_and_by_repetition() -> None:
    """R = 27/30; (y − R x)² is 1, 0 and 1, so v = (1 − 3/10)/(3 · 10²) · 2/2."""
    found = ratio_estimate([10, 10, 10], [10, 9, 8], 10)
    assert found.value == pytest.approx(0.9)
    variance = 0.7 / (3 * 100) * (1 + 0 + 1) / 2
    assert found.high - found.value == pytest.approx(1.959964 * math.sqrt(variance), abs=1e-6)
    draw, held = np.random.default_rng(2), 0
    x = draw.integers(20, 200, 300).astype(float)
    y = draw.binomial(x.astype(int), draw.uniform(0.8, 1.0, 300))
    for _turn in range(400):
        at = draw.permutation(300)[:40]
        one = ratio_estimate(x[at], y[at], 300)
        held += one.low <= y.sum() / x.sum() <= one.high
    assert held / 400 >= 0.91


def test_by_size_the_estimate_is_right_on_average() -> None:
    draw = np.random.default_rng(4)
    reported = {f"v{number}": int(draw.integers(5, 80)) for number in range(60)} | {"big": 900}
    truth = {one: float(draw.binomial(number, 0.9)) for one, number in reported.items()}
    whole = sum(truth.values()) / sum(reported.values())
    found, held = [], 0
    for seed in range(400):
        sample = by_size(reported, 15, str(seed))
        one = ratio_by_size(reported, {item: truth[item] for item in sample.items}, sample.certain)
        found.append(one.value)
        held += one.low <= whole <= one.high
        assert "big" in sample.certain
    assert np.mean(found) == pytest.approx(whole, abs=0.003)
    assert held / 400 >= 0.91
