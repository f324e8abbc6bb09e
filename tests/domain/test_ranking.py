"""Rankings: shared ties, ranks that know their uncertainty, flags only where units are distinguishable."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.accountability.awards import Prize, awards
from tongchou.domain.demography.intervals import wilson
from tongchou.domain.demography.small_areas import beta_binomial, gamma_poisson
from tongchou.domain.demography.special import beta_cdf, beta_quantile, gamma_cdf, gamma_quantile
from tongchou.domain.ranking import Ranking, State, draw, leaning, pool_small, rank_figure, ranked

Case = list[tuple[int, int]]
CASES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=10)


def rank(case: Case, **more: object) -> Ranking:
    yes, no = (np.array(one, dtype=float) for one in zip(*case, strict=True))
    total = yes + no
    value = np.divide(yes, total, out=np.full(yes.size, np.nan), where=total > 0)
    names = [f"u{number}" for number in range(len(case))]
    given_: dict[str, object] = {"chance": "share", "draws": 400, "least": 5} | more
    return rank_figure(names, value, yes, total, **given_)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(CASES, st.randoms(use_true_random=False))
def test_laws_of_ranks(case: Case, random: object) -> None:
    found = rank(case)
    inside = found.state == State.RANKED
    n = found.ranked
    for at in np.flatnonzero(inside):
        ahead = sum(found.value[other] > found.value[at] for other in np.flatnonzero(inside))
        assert found.rank[at] == ahead + 1
        assert 1 <= found.rank_low[at] <= found.rank_high[at] <= n
        assert 1 <= found.band[at] <= n
        assert 0 <= found.first[at] <= 1 and 0 <= found.last[at] <= 1
    assert not found.rank[~inside].any() and np.isnan(found.first[~inside]).all()
    assert found.first[inside].sum() <= 3 + 1e-9  # draws have three first places at most
    order = random.sample(range(len(case)), len(case))  # type: ignore[attr-defined]
    yes, no = (np.array(one, dtype=float)[order] for one in zip(*case, strict=True))
    moved = rank_figure(
        [f"u{at}" for at in order],
        found.value[order],
        yes,
        yes + no,
        chance="share",
        draws=400,
        least=5,
    )
    for name in ("rank", "rank_low", "rank_high", "first", "last", "band", "state"):
        np.testing.assert_array_equal(getattr(moved, name), getattr(found, name)[order])


@settings(max_examples=25, deadline=None)
@given(CASES, st.integers(1, 60), st.sampled_from(["higher", "lower"]))
def test_doing_one_thing_better_never_lowers_the_rank(case: Case, more: int, better: str) -> None:
    yes, no = case[0]
    after = [(yes + min(more, no), no - min(more, no)), *case[1:]]
    if better == "lower":
        case, after = after, case
    before_, after_ = rank(case, better=better), rank(after, better=better)
    assert after_.rank[0] <= before_.rank[0]


@settings(max_examples=25, deadline=None)
@given(st.integers(30, 300), st.integers(0, 30), st.integers(6, 12))
def test_equal_units_share_a_rank_and_a_band_and_nobody_gets_a_flag(total: int, off: int, n: int) -> None:
    found = rank([(total - off, off)] * n)
    assert found.rank.tolist() == [1] * n and found.band.tolist() == [1] * n
    assert awards(found) == ()


def test_ties_share_the_better_rank_and_the_next_are_left_out() -> None:
    found = rank([(90, 10), (45, 5), (80, 20), (40, 10), (10, 90)])
    assert found.rank.tolist() == [1, 1, 3, 3, 5]


def test_probabilities_are_those_of_the_integral() -> None:
    """P(θ₁ > θ₂) = ∫ F₂(θ) dF₁(θ), by 4,000 equal parts of F₁, of the first two of six."""
    parts = (np.arange(4000) + 0.5) / 4000
    yes, total = np.array([85.0, 80, 70, 60, 75, 90]), np.full(6, 100.0)
    shares = beta_binomial(yes, total)
    size = shares.value * (1 - shares.value) / shares.variance - 1
    a, b = shares.value * size, (1 - shares.value) * size
    exact = float(beta_cdf(a[1], b[1], beta_quantile(a[0], b[0], parts)).mean())
    drawn = draw("abcdef", shares.value, shares.variance, "share", draws=40_000, seed=0)
    assert (drawn[:, 0] > drawn[:, 1]).mean() == pytest.approx(exact, abs=0.01)
    assert np.quantile(drawn, 0.975, axis=0) == pytest.approx(shares.high, abs=0.003)
    rates = gamma_poisson(yes, total)
    shape, rate = rates.value**2 / rates.variance, rates.value / rates.variance
    exact = float(gamma_cdf(shape[1], rate[1] / rate[0] * gamma_quantile(shape[0], parts)).mean())
    drawn = draw("abcdef", rates.value, rates.variance, "rate", draws=40_000, seed=0)
    assert (drawn[:, 0] > drawn[:, 1]).mean() == pytest.approx(exact, abs=0.01)


def months(yes: np.ndarray, total: int) -> Iterator[Ranking]:
    """The ranking of each row of nine units, all rows fitted in one step."""
    whole, names = np.full(yes.shape, float(total)), [f"u{number}" for number in range(9)]
    fit, state = leaning(yes.astype(float), whole, "share"), np.zeros(9, dtype=np.int64)
    for at, row in enumerate(yes / total):
        drawn = draw(names, fit.value[at], fit.variance[at], "share", draws=400, seed=at)
        yield ranked(names, row, row, row, drawn, state, better="higher")


def test_nine_alike_units_differ_by_chance_alone_and_get_few_flags() -> None:
    """Nine counties of one true share, 150 months; without a certainty there would be 450 of each."""
    found = [
        one.prize
        for month in months(np.random.default_rng(7).binomial(300, 0.9, (150, 9)), 300)
        for one in awards(month)
    ]
    assert found.count(Prize.RED_FLAG) <= 4 and found.count(Prize.YELLOW_CARD) <= 4


def test_no_card_for_whom_nothing_tells_apart_from_one_without() -> None:
    """Over many months: a card stands only in a band of which every unit is carded."""
    luck, carded = np.random.default_rng(21), 0
    truth = luck.normal(0.85, 0.08, (120, 9)).clip(0.5, 0.98)
    for month in months(luck.binomial(300, truth), 300):
        cards = {one.unit for one in awards(month) if one.prize == Prize.YELLOW_CARD}
        bands = dict(zip(month.units, month.band.tolist(), strict=True))
        carded += len(cards)
        assert {bands[unit] for unit in cards}.isdisjoint(
            {band for unit, band in bands.items() if unit not in cards}
        )
    assert carded > 20  # and not only by giving none


def test_nine_units_that_differ_get_flags_and_these_are_right() -> None:
    luck = np.random.default_rng(8)
    truth = luck.normal(0.85, 0.06, (150, 9)).clip(0.6, 0.98)
    right = given_ = 0
    for at, month in enumerate(months(luck.binomial(300, truth), 300)):
        first = set((-truth[at]).argsort()[:3].tolist())
        for one in awards(month):
            if one.prize == Prize.RED_FLAG:
                given_, right = given_ + 1, right + (int(one.unit[1:]) in first)
    assert given_ > 150 and right / given_ > 0.9  # as sure as it says, and not only by giving none


def test_clear_firsts_and_lasts_get_their_flags_and_cards() -> None:
    case = [
        (995, 5),
        (990, 10),
        (985, 15),
        (900, 100),
        (905, 95),
        (902, 98),
        (600, 400),
        (610, 390),
        (605, 395),
    ]
    found = awards(rank(case, draws=2000))
    assert [(one.unit, one.prize) for one in found] == [
        ("u0", Prize.RED_FLAG),
        ("u1", Prize.RED_FLAG),
        ("u2", Prize.RED_FLAG),
        ("u7", Prize.YELLOW_CARD),
        ("u8", Prize.YELLOW_CARD),
        ("u6", Prize.YELLOW_CARD),
    ]
    assert all(one.probability >= 0.9 for one in found)
    assert rank(case).band.tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3]


@settings(max_examples=25, deadline=None)
@given(CASES, st.floats(0.51, 0.99))
def test_never_more_flags_than_places_and_nobody_has_both(case: Case, certainty: float) -> None:
    ranking = rank(case)
    found = awards(ranking, certainty)
    printed = dict(zip(ranking.units, zip(ranking.rank_low, ranking.rank_high, strict=True), strict=True))
    for one in found:  # the whole printed range lies where the flag or card says
        best, worst = printed[one.unit]
        assert worst <= 3 if one.prize == Prize.RED_FLAG else best > ranking.ranked - 3
    flags = [one.unit for one in found if one.prize == Prize.RED_FLAG]
    cards = [one.unit for one in found if one.prize == Prize.YELLOW_CARD]
    assert len(flags) <= 3 and len(cards) <= 3 and not set(flags) & set(cards)
    if len(case) < 6:
        assert found == ()


@pytest.mark.parametrize("certainty", [0.5, 1.0, 0.2])
def test_a_certainty_is_above_a_half(certainty: float) -> None:
    with pytest.raises(ValueError, match=r"between 0\.5 and 1"):
        awards(rank([(1, 1)]), certainty)


def test_small_and_unknown_units_have_a_figure_and_no_rank() -> None:
    assert rank([(20, 10), (20, 9)], least=30).state.tolist() == [State.RANKED, State.SMALL]
    found = rank([(90, 10), (4, 0), (0, 0), (50, 50)], least=30)
    assert found.state.tolist() == [State.RANKED, State.SMALL, State.UNKNOWN, State.RANKED]
    assert found.rank.tolist() == [1, 0, 0, 2]
    assert found.value[1] == 1 and found.low[1] == wilson(4, 4)[0]


def test_a_small_perfect_village_is_not_the_best_when_villages_lean_on_their_group() -> None:
    case = [(3, 0), *[(180 + number, 20 - number) for number in range(12)], (2, 1)]
    alone = rank(case, least=0)
    drawn_in = rank(case, least=0, by="leaning")
    assert alone.rank[0] == 1
    assert drawn_in.rank[0] > 1 and drawn_in.rank[13] < 14
    assert drawn_in.rank_high[0] - drawn_in.rank_low[0] > 8  # nobody knows where it truly stands


def test_figures_without_chance_are_ordered_as_they_are() -> None:
    found = rank_figure("abcd", [3.0, np.nan, 5.0, 3.0], [0] * 4, [0] * 4, chance="none", better="lower")
    assert found.rank.tolist() == [1, 0, 3, 1]
    assert found.rank_low.tolist() == [1, 0, 3, 1] and found.rank_high.tolist() == [2, 0, 3, 2]
    assert found.band.tolist() == [1, 0, 2, 1]


def test_seeds_give_equal_rankings_and_other_seeds_other_draws() -> None:
    case = [(85, 15), (80, 20), (82, 18), (70, 30)]
    one, same, other = rank(case, seed=1), rank(case, seed=1), rank(case, seed=2)
    assert one.first.tolist() == same.first.tolist() and one.last.tolist() == same.last.tolist()
    assert one.last.tolist() != other.last.tolist() and one.rank.tolist() == other.rank.tolist()


def test_rank_intervals_hold_the_true_rank() -> None:
    """150 times nine units of known shares: about 95 % of the true ranks lie inside."""
    luck = np.random.default_rng(3)
    truth = luck.uniform(0.7, 0.95, (150, 9))
    true_rank = (-truth).argsort(axis=1).argsort(axis=1) + 1
    held = [
        (found.rank_low <= true_rank[at]) & (true_rank[at] <= found.rank_high)
        for at, found in enumerate(months(luck.binomial(250, truth), 250))
    ]
    assert np.mean(held) >= 0.94


@pytest.mark.parametrize(
    ("units", "value", "more", "said"),
    [
        ("aa", [1, 1], {}, "given twice"),
        ("abc", [1, 1], {}, "shape"),
        ("ab", [1, 1], {"draws": 5}, "100 at least"),
        ("ab", [2, 1], {}, "above its whole"),
    ],
)
def test_what_cannot_be_ranked(units: str, value: list[float], more: dict[str, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rank_figure(units, value, np.array(value) * 50, [50] * len(value), chance="share", **more)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from("pq")), min_size=1))
def test_pooling_keeps_sums_and_every_unit_once(rows: list[tuple[int, int, str]]) -> None:
    units = [f"v{number}" for number in range(len(rows))]
    over = np.array([one for one, _more, _parent in rows], dtype=float)
    under = np.array([one + more for one, more, _parent in rows], dtype=float)
    found = pool_small(units, over, under, [parent for *_counts, parent in rows])
    assert found.over.sum() == over.sum() and found.under.sum() == under.sum()
    assert sorted(one for several in found.members.values() for one in several) == sorted(units)
    for name, several in found.members.items():
        assert name in units or all(under[units.index(one)] < 30 for one in several)
        assert len({rows[units.index(one)][2] for one in several}) == 1
