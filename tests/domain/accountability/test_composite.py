"""Composites: weights, what could not be measured, silence, what lifts, improvement over the own baseline."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.accountability.made import CATALOGUE, UNITS, YEAR, figure, figures

from tongchou.domain.accountability.awards import comparison_level, improvement
from tongchou.domain.accountability.composite import attainment, lifts, rank_composite, score
from tongchou.domain.demography.news import Verdict

COUNTS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), min_size=4, max_size=4)


@given(st.fixed_dictionaries(dict.fromkeys(YEAR.weights, COUNTS)))
def test_a_composite_is_the_weighted_mean_of_what_can_be_measured(
    case: dict[str, list[tuple[int, int]]],
) -> None:
    given_ = {
        code: ([float(yes) for yes, _no in rows], [float(yes + no) for yes, no in rows])
        for code, rows in case.items()
    }
    found = score(CATALOGUE, YEAR, figures(**given_), UNITS)
    for at in range(4):
        top = bottom = 0.0
        for code, weight in YEAR.weights.items():
            yes, total = given_[code][0][at], given_[code][1][at]
            if total:
                top += float(weight) * min(yes / total / float(YEAR.full[code]), 1)
                bottom += float(weight)
        if bottom < 0.5 - 1e-9:
            assert np.isnan(found.value[at]) and not found.weight[:, at].any()
        elif bottom > 0.5 + 1e-9:
            assert found.value[at] == pytest.approx(top / bottom)
            assert found.weight[:, at].sum() == pytest.approx(1)
            assert 0 <= found.value[at] <= 1


def test_silence_leaves_a_unit_without_a_composite_and_having_nothing_due_does_not() -> None:
    none_due = figures(complaints_on_time=([0, 90, 90, 90], [0, 100, 100, 100]))
    assert score(CATALOGUE, YEAR, none_due, UNITS).value[0] == pytest.approx(
        sum(
            float(weight) * min(0.9 / float(YEAR.full[code]), 1)
            for code, weight in YEAR.weights.items()
            if code != "complaints_on_time"
        )
        / 0.85
    )
    silent = figures(complaints_on_time=([np.nan, 90, 90, 90], [np.nan, 100, 100, 100]))
    assert np.isnan(score(CATALOGUE, YEAR, silent, UNITS).value[0])


def test_with_less_than_half_of_the_weight_there_is_no_composite() -> None:
    """Weights 0.25 and 0.2 are too little, with another 0.1 it is enough."""
    nothing = ([0.0] * 4, [0.0] * 4)
    case = dict.fromkeys(YEAR.weights, nothing)
    for code in ("paid_on_time", "commitments_kept_share"):
        case[code] = ([90.0] * 4, [100.0] * 4)
    assert np.isnan(score(CATALOGUE, YEAR, figures(**case), UNITS).value).all()
    case["records_accurate"] = ([90.0] * 4, [100.0] * 4)
    assert (score(CATALOGUE, YEAR, figures(**case), UNITS).value > 0.9).all()


@settings(max_examples=30)
@given(st.sampled_from(list(YEAR.weights)), st.integers(0, 99), st.integers(1, 30))
def test_doing_more_never_lowers_a_composite(code: str, yes: int, more: int) -> None:
    before = score(CATALOGUE, YEAR, figures(**{code: ([float(yes)] * 4, [100.0] * 4)}), UNITS)
    after = score(CATALOGUE, YEAR, figures(**{code: ([float(min(100, yes + more))] * 4, [100.0] * 4)}), UNITS)
    assert (after.value >= before.value - 1e-12).all()


def test_attainment_of_what_is_better_when_lower() -> None:
    found = attainment(np.array([0.0, 2.0, 4.0, 8.0, np.nan]), Fraction(4), "lower")
    assert found.tolist()[:4] == [1, 1, 1, 0.5] and np.isnan(found[4])


def test_what_lifts_most_is_what_adds_most_and_its_cases_reach_it() -> None:
    case = figures(paid_on_time=([50, 90, 90, 90], [100] * 4), records_accurate=([20, 90, 90, 90], [100] * 4))
    scored = score(CATALOGUE, YEAR, case, UNITS)
    found = lifts(CATALOGUE, YEAR, case, scored, "u0")
    assert [one.indicator for one in found][:2] == ["paid_on_time", "records_accurate"]
    first = found[0]
    assert first.gain == pytest.approx(0.25 * (1 - 0.5 / 0.98)) and first.cases == 48
    assert found[1].gain == pytest.approx(0.1 * (1 - 0.2 / 0.98)) and found[1].cases == 78
    assert first.per_case == pytest.approx(0.25 / 98)
    done = case | {"paid_on_time": figure("paid_on_time", [98, 90, 90, 90], [100] * 4)}
    assert score(CATALOGUE, YEAR, done, UNITS).value[0] - scored.value[0] == pytest.approx(first.gain)
    assert "paid_on_time" not in [
        one.indicator for one in lifts(CATALOGUE, YEAR, done, score(CATALOGUE, YEAR, done, UNITS), "u0")
    ]


def test_composites_are_ranked_with_the_chance_of_their_parts() -> None:
    small = figures(paid_on_time=([9, 90, 900, 890], [10, 100, 1000, 1000]))
    scored, ranking = rank_composite(CATALOGUE, YEAR, small, UNITS, first_of=1, last_of=1)
    assert ranking.rank.tolist() == [1, 1, 1, 4] and ranking.band.tolist() == [1, 1, 1, 1]
    assert (ranking.low < scored.value).all() and (scored.value < ranking.high).all()
    again = rank_composite(CATALOGUE, YEAR, small, UNITS, first_of=1, last_of=1)[1]
    assert again.first.tolist() == ranking.first.tolist()
    width = ranking.high - ranking.low
    assert width[0] > width[1] > width[2]  # the fewer cases, the less is known


def test_improvement_is_told_where_it_is_distinguishable_and_in_the_right_direction() -> None:
    level = comparison_level(4)
    before = figure("paid_on_time", [500, 90, 900, np.nan], [1000, 100, 1000, np.nan], level)
    after = figure("paid_on_time", [900, 93, 500, 90], [1000, 100, 1000, 100], level)
    found = improvement(UNITS, before, after, "higher")
    assert list(found.verdict) == [Verdict.UP, Verdict.NO_NEWS, Verdict.DOWN, Verdict.UNKNOWN]
    assert found.difference[0] == pytest.approx(0.4) and found.low[0] < 0.4 < found.high[0]
    turned = improvement(UNITS, before, after, "lower")
    assert list(turned.verdict) == [Verdict.DOWN, Verdict.NO_NEWS, Verdict.UP, Verdict.UNKNOWN]
