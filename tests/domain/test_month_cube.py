"""The cube of months: sums of villages and of months say what their parts say."""

import dataclasses

import numpy as np
import pytest

from tongchou.domain.demography.left_out import Why
from tongchou.domain.statistics.cube import MonthCube, month_range, people, villages_of
from tongchou.synth.months import made_months


def test_a_group_is_the_sum_of_its_villages() -> None:
    cube = made_months(villages=5, months=3)
    both = cube.grouped([[0, 2], [1, 3, 4], []], ["a", "b", "none"])
    assert both.areas == ("a", "b", "none")
    np.testing.assert_array_equal(both.stock[0], cube.stock[[0, 2]].sum(axis=0))
    np.testing.assert_array_equal(people(both)[:2].sum(axis=0), people(cube).sum(axis=0))
    assert both.reported[:2].all() and not both.reported[2].any()
    assert both.left_out.totals().get(Why.UNKNOWN_BIRTH, 0) == cube.left_out.totals().get(
        Why.UNKNOWN_BIRTH, 0
    )


def test_a_group_is_reported_where_each_of_its_villages_is() -> None:
    cube = made_months(villages=2, months=3)
    reported = cube.reported.copy()
    reported[1, 2] = False
    both = dataclasses.replace(cube, reported=reported).grouped([[0, 1]], ["both"])
    assert both.reported.tolist() == [[True, True, False]]


def test_months_are_cut_with_both_ends() -> None:
    cube = made_months(villages=2, months=12, last="2026-06")
    cut = cube.between(np.datetime64("2026-01"), np.datetime64("2026-03"))
    assert cut.months.tolist() == month_range("2026-01", "2026-03").tolist() and cut.stock.shape[1] == 3


@pytest.mark.parametrize("name", ["stock", "births", "mothers", "births_delay", "reported", "unknown"])
def test_an_array_of_another_shape_is_named(name: str) -> None:
    cube = made_months(villages=2, months=3)
    with pytest.raises(ValueError, match=name):
        dataclasses.replace(cube, **{name: getattr(cube, name)[:1]})


def test_months_have_no_gap() -> None:
    cube = made_months(villages=2, months=3)
    with pytest.raises(ValueError, match="months"):
        dataclasses.replace(cube, months=cube.months[::-1])


def test_codes_it_does_not_have_are_left_out() -> None:
    assert [one.tolist() for one in villages_of(("a", "b"), [("b", "x"), ()])] == [[1], []]
    assert isinstance(made_months(villages=1, months=1), MonthCube)
