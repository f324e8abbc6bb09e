"""A generation followed: everybody once, whatever the ages are cut at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.statistics.cube import AGE_STARTS
from tongchou.domain.statistics.generations import generation


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_generations_side_by_side_are_everybody(seed: int, width: int) -> None:
    stock = np.random.default_rng(seed).integers(0, 50, (len(AGE_STARTS), 2)).astype(float)
    width = {1: 1, 2: 2, 3: 4, 4: 5, 5: 10}[width]
    parts = [generation(stock, first, width) for first in range(0, 100, width)]
    assert np.allclose(sum(parts), stock[:-1].sum(axis=0))


def test_a_group_of_the_cube_is_a_generation() -> None:
    stock = np.arange(44, dtype=float).reshape(22, 2)
    for place, first in enumerate(AGE_STARTS[:-1]):
        width = AGE_STARTS[place + 1] - first
        assert generation(stock, first, width).tolist() == stock[place].tolist()


def test_who_is_older_than_all_groups_is_in_the_open_one() -> None:
    stock = np.ones((22, 2))
    assert generation(stock, 110, 5).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("youngest", "width"), [(-1, 5), (3, 0)])
def test_there_is_no_such_generation(youngest: int, width: int) -> None:
    with pytest.raises(ValueError, match="youngest"):
        generation(np.ones((22, 2)), youngest, width)
