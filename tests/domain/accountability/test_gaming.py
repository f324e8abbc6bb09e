"""Signs of made-up figures: each caught when planted, and as rare on honest figures as it says."""

from __future__ import annotations

import numpy as np
import pytest

from tongchou.domain.accountability.gaming import (
    ALPHA,
    Sign,
    all_signs,
    bulk,
    copied,
    digits,
    late_revisions,
    perfection,
)

TURNS = 4000
#: With 4,000 honest units and α = 0.001 more than 11 alarms come by chance in fewer than one of 1,000 tests.
MOST = 11


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_round_numbers_are_seen_and_honest_ones_are_not() -> None:
    draw = rng(1)
    # honest: 24 counts of a unit, of means from 80 to 900
    honest = sum(digits(draw.poisson(draw.uniform(80, 900, 24))) is not None for _unit in range(TURNS))
    assert honest <= MOST
    # half of the numbers rounded to the nearest five
    caught = 0
    for _unit in range(400):
        seen = draw.poisson(draw.uniform(80, 900, 60))
        seen[::2] = 5 * np.rint(seen[::2] / 5)
        caught += digits(seen) is not None
    assert caught / 400 > 0.9


def test_small_and_unknown_numbers_tell_nothing_by_their_digits() -> None:
    assert digits([5, 10, 0, 15, 20, 45] * 10) is None
    assert digits([np.nan] * 30) is None and digits([]) is None


def test_sudden_perfection() -> None:
    draw, honest = rng(2), 0
    for _unit in range(TURNS):
        share = draw.uniform(0.6, 0.99)
        total = draw.integers(20, 120, 7)
        honest += perfection(draw.binomial(total, share), total) is not None
    assert honest <= MOST
    found = perfection([85, 82, 88, 79, 84, 100], [100] * 6)
    assert found is not None and found.sign == Sign.PERFECTION and "all 100 of the month" in found.evidence.en
    # after months near 100 % another one is no question, nor is a month of three cases
    assert perfection([99, 100, 98, 99, 100, 100], [100] * 6) is None
    assert perfection([85, 82, 3], [100, 100, 3]) is None
    assert perfection([85, 82, 99], [100, 100, 100]) is None
    assert perfection([np.nan, 80, 100], [np.nan, 100, 100]) is not None
    assert perfection([0, 9], [0, 9]) is None  # nothing known of before


def test_its_chance_is_that_of_the_draws() -> None:
    found = perfection([45, 18], [50, 18], alpha=1.1)
    draw = rng(3)
    drawn = draw.binomial(18, draw.beta(45.5, 5.5, 400_000)) == 18
    assert found is not None and found.chance == pytest.approx(drawn.mean(), abs=0.003)


def test_figures_of_last_month() -> None:
    draw, honest = rng(4), 0
    for _unit in range(TURNS // 4):
        mean = draw.uniform(0.2, 60, 120)  # small counts are often equal, and that is honest
        honest += copied(draw.poisson(mean), draw.poisson(mean)) is not None
    assert honest <= 5
    mean = draw.uniform(5, 60, 120)
    before, now = draw.poisson(mean), draw.poisson(mean)
    now[:40] = before[:40]
    found = copied(before, now)
    assert found is not None and "of 120 figures are those of the month before" in found.evidence.en
    with pytest.raises(ValueError, match="the same figures"):
        copied([1, 2], [1])


def test_the_chance_of_copies_is_that_of_the_draws() -> None:
    s = np.array([4, 6, 10, 2, 8, 5])
    draw = rng(5)
    equal = (2 * draw.binomial(s, 0.5, (400_000, 6)) == s).sum(axis=1)
    found = copied([2, 3, 5, 0, 3, 2], [2, 3, 5, 2, 5, 3], alpha=1.1)
    assert found is not None and found.chance == pytest.approx((equal >= 3).mean(), abs=0.004)


def test_changes_just_before_the_close() -> None:
    draw, honest = rng(6), 0
    for _month in range(1000):
        total = {f"u{number}": int(draw.integers(3, 60)) for number in range(9)}
        late = {unit: int(draw.binomial(number, 0.2)) for unit, number in total.items()}
        honest += bool(late_revisions(late, total))
    assert honest <= 5
    total = dict.fromkeys("abcdefghi", 40)
    found = late_revisions(dict.fromkeys("abcdefgh", 6) | {"i": 30}, total)
    assert list(found) == ["i"] and found["i"].evidence.en.startswith("30 of 40 changes")
    assert late_revisions({"a": 5}, {"a": 5}) == {}  # nobody to be compared with


def test_confirmations_in_a_row() -> None:
    draw, honest = rng(7), 0
    for _recorder in range(TURNS):
        honest += bulk(np.cumsum(draw.exponential(3.5, 120))) is not None  # a quarter of the gaps are short
    assert honest <= MOST
    calls = np.cumsum(draw.exponential(4, 60))
    found = bulk(np.concatenate([calls, calls[-1] + 20 + np.arange(40) * 0.1]))
    assert found is not None and found.evidence.en.startswith("40 confirmations in a row within 4 minutes")
    assert bulk([]) is None and bulk([5]) is None and bulk([1, 5, 9]) is None


def test_alerts_come_oddest_first_and_stay_below_their_level() -> None:
    first = digits([100] * 20)
    second = perfection([85, 82, 100], [100, 100, 100])
    assert first is not None and second is not None
    found = all_signs([None, second, first])
    assert found == tuple(sorted([first, second], key=lambda one: one.chance))
    assert all(one.chance < ALPHA and one.evidence.zh and one.evidence.en for one in found)
