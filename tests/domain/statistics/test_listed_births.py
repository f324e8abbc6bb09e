"""Births on three lists: independent lists give the number back, dependent ones say less, few say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.demography.capture_recapture import CELLS
from tongchou.domain.statistics.listed_births import FEWEST, PAIRS, estimates, on_each


def cells(people: int, chances: tuple[float, float, float]) -> np.ndarray:
    return np.array(
        [
            people * np.prod([p if on else 1 - p for p, on in zip(chances, cell, strict=True)])
            for cell in CELLS
        ]
    )


CHANCE = st.floats(0.5, 0.98)


@given(st.integers(2_000, 60_000), st.tuples(CHANCE, CHANCE, CHANCE))
def test_independent_lists_give_the_births_and_the_share_back(
    people: int, chances: tuple[float, float, float]
) -> None:
    found = estimates(cells(people, chances))
    assert [one.lists for one in found] == [*PAIRS, (0, 1, 2)]
    for one in found:
        assert float(one.births.value) == pytest.approx(people, rel=0.01)
        assert float(one.share.value) == pytest.approx(chances[1], rel=0.01)
        assert one.share.low <= one.share.value <= one.share.high
        assert one.models[0] <= one.births.value + 1e-6


def test_lists_that_lean_on_each_other_hide_births_from_two_but_less_from_three() -> None:
    """A child born in hospital is likelier to be registered: the pair sees too few, a model of three more."""
    likelier, others = cells(8_000, (0.97, 0.97, 0.8)), cells(2_000, (0.5, 0.5, 0.8))
    pair, *_pairs, three = estimates(likelier + others)
    assert pair.births.value < three.births.value
    assert abs(three.births.value - 10_000) < abs(pair.births.value - 10_000)


def test_a_list_that_is_not_there_is_not_compared() -> None:
    n = cells(5_000, (0.9, 0.9, 0.9))
    assert [one.lists for one in estimates(n, vaccination=False)] == [(0, 1)]
    assert [one.lists for one in estimates(n, hospital=False)] == [(1, 2)]
    assert estimates(n, hospital=False, vaccination=False) == []


def test_few_births_say_nothing() -> None:
    assert estimates(np.array([5, 10, 5, 20, 5, 20, FEWEST - 66])) == []
    assert estimates(np.array([5, 10, 5, 20, 5, 20, FEWEST - 65])) != []


def test_births_on_one_list_alone_are_no_ground_for_counting_another() -> None:
    """What is on a list that is not used does not make a small number large enough."""
    assert estimates(np.array([0, 0, 10_000, 0, 0, 0, 0]), vaccination=False) == []


def test_lists_that_never_meet_give_no_number_of_three() -> None:
    found = estimates(np.array([400, 400, 400, 0, 0, 0, 0]))
    assert (0, 1, 2) not in [one.lists for one in found]


def test_sizes_and_shapes() -> None:
    n = np.arange(7)
    assert on_each(n).tolist() == [0 + 3 + 4 + 6, 1 + 3 + 5 + 6, 2 + 4 + 5 + 6]
    with pytest.raises(ValueError, match="cells"):
        estimates([1, 2, 3])
