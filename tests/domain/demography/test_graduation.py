"""Single ages from groups: published numbers, and sums that are kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tongchou.domain.demography.graduation import Method, graduated
from tongchou.domain.demography.graduation_own import by_own_ages
from tongchou.domain.demography.graduation_pclm import pclm

Read = Callable[..., dict[str, np.ndarray]]
FIVES = np.arange(0, 81, 5)
METHODS: tuple[Method, ...] = ("sprague", "beers", "beers_modified", "mono")
COUNTS = arrays.arrays(np.int64, (3, FIVES.size), elements=st.integers(0, 2000))


def sums(single: np.ndarray) -> np.ndarray:
    return np.concatenate(
        [single[..., :80].reshape(*single.shape[:-1], 16, 5).sum(axis=-1), single[..., 80:]], axis=-1
    )


@pytest.mark.parametrize(
    ("method", "column"),
    [("sprague", "sprague"), ("beers", "beers_ord"), ("beers_modified", "beers_mod"), ("mono", "mono")],
)
def test_the_example_of_the_census_bureau(table: Read, method: Method, column: str) -> None:
    """The BEERSP example as graduated by DemoTools, to the fourth decimal."""
    given_, expected = table("graduation_input"), table("graduation_expected")
    found = graduated(given_["population"], given_["age"], method, keep_sums=False)
    np.testing.assert_allclose(found, expected[column], atol=6e-5)
    kept = graduated(given_["population"], given_["age"], method)
    np.testing.assert_allclose(sums(kept), given_["population"])


def test_the_smoothest_curve_is_that_of_ungroup_where_that_does_not_curl(table: Read) -> None:
    """Package ungroup on the same groups: within 1 % to age 35. Above, its curve is worth less than ours."""
    given_, expected = table("graduation_input"), table("graduation_expected")
    found = pclm(given_["population"], given_["age"])
    np.testing.assert_allclose(found[:36], expected["pclm"][:36], rtol=0.01)
    np.testing.assert_allclose(sums(found), given_["population"])
    assert (np.diff(found[:80]) < 0).all() and (np.diff(expected["pclm"][:80]) > 0).any()


@given(people=COUNTS, order=st.permutations(range(3)))
def test_sums_are_kept_and_nobody_is_negative(people: np.ndarray, order: list[int]) -> None:
    for method in METHODS:
        found = graduated(people, FIVES, method)
        np.testing.assert_allclose(sums(found), people, atol=1e-7)
        assert (found >= -1e-9).all()
        moved = graduated(people[order], FIVES, method)
        np.testing.assert_allclose(moved, found[order], atol=1e-9)
        np.testing.assert_allclose(graduated(people[1], FIVES, method), found[1], atol=1e-9)
        np.testing.assert_allclose(graduated(people * 8, FIVES, method), found * 8, atol=1e-6)


@settings(max_examples=10)
@given(people=COUNTS)
def test_the_smoothest_curve_keeps_sums_too(people: np.ndarray) -> None:
    people[:, 0] += 1
    found = pclm(people, FIVES, penalty=10.0)
    np.testing.assert_allclose(sums(found), people, atol=1e-6)
    assert (found >= 0).all()
    np.testing.assert_allclose(pclm(people[2], FIVES, penalty=10.0), found[2], rtol=1e-4, atol=1e-4)


def test_a_straight_line_stays_straight() -> None:
    """Sums of a line give the line back, but for Beers' formulas at the ends, which are for smoothing."""
    line = 1000 - 9.0 * np.arange(81)
    people = np.append(line[:80].reshape(16, 5).sum(axis=1), 500.0)
    for method in ("sprague", "mono"):
        np.testing.assert_allclose(graduated(people, FIVES, method)[:80], line[:80], rtol=1e-9)
    np.testing.assert_allclose(graduated(people, FIVES, "beers")[10:70], line[10:70], rtol=1e-9)
    np.testing.assert_allclose(pclm(people, FIVES, penalty=1e4)[5:55], line[5:55], rtol=0.02)


def test_groups_of_any_width(table: Read) -> None:
    known = table("china_people_2000_2010")["male_2010"]
    ages = np.array([0, 1, *range(5, 90, 5)])
    groups = np.add.reduceat(known, ages)
    for found in (graduated(groups, ages, "mono"), pclm(groups, ages), by_own_ages(groups, ages, known)):
        np.testing.assert_allclose(np.add.reduceat(found, ages), groups)
        assert found[0] == pytest.approx(known[0])


def test_own_ages_beat_every_smooth_method_on_china(table: Read) -> None:
    """The census of 2010 from its groups, by the single ages of 2000 ten years on: the error is halved."""
    known = table("china_people_2000_2010")
    ages = np.arange(0, 86, 5)
    for sex in ("male", "female"):
        true, before = known[f"{sex}_2010"], known[f"{sex}_2000"]
        groups = np.add.reduceat(true, ages)
        # Children under ten were not yet born in 2000: nothing is known of them.
        own = np.concatenate([np.full(10, before[0]), before[:75]])

        def missed(single: np.ndarray, true: np.ndarray = true) -> float:
            return float(np.abs(single[:85] / true[:85] - 1).mean())

        smooth = [missed(graduated(groups, ages, method)) for method in METHODS] + [
            missed(pclm(groups, ages))
        ]
        assert min(smooth) > 0.045 and max(smooth) < 0.065
        assert missed(by_own_ages(groups, ages, own)) < 0.028
        assert missed(by_own_ages(groups, ages, own, smooth=False)) < 0.036


@given(
    people=COUNTS, own=arrays.arrays(np.int64, (3, 80), elements=st.integers(0, 400)), smooth=st.booleans()
)
@settings(max_examples=30)
def test_own_ages_keep_sums(people: np.ndarray, own: np.ndarray, smooth: bool) -> None:
    found = by_own_ages(people, FIVES, own, smooth=smooth)
    np.testing.assert_allclose(sums(found), people, atol=1e-5)
    assert (found >= 0).all()
    np.testing.assert_allclose(by_own_ages(people[1], FIVES, own[1], smooth=smooth), found[1], atol=1e-6)


def test_a_complete_register_gives_its_own_ages_back() -> None:
    own = np.random.default_rng(1).integers(5, 90, (4, 80)).astype(float)
    people = np.append(own.reshape(4, 16, 5).sum(axis=2), [[9.0]] * 4, axis=1)
    for smooth in (True, False):
        np.testing.assert_allclose(by_own_ages(people, FIVES, own, smooth=smooth)[:, :80], own, rtol=1e-7)
        # One that misses the same share at all ages, too.
        np.testing.assert_allclose(
            by_own_ages(people, FIVES, own * 0.8, smooth=smooth)[:, :80], own, rtol=1e-7
        )


def test_a_register_that_knows_few_follows_the_larger_area() -> None:
    larger = np.tile([1.0, 2, 3, 2, 1], 16)
    people = np.full(17, 90.0)
    none = by_own_ages(people, FIVES, np.zeros(80), larger=larger, smooth=False)
    assert none[:5].tolist() == pytest.approx([10, 20, 30, 20, 10])
    even = by_own_ages(people, FIVES, np.zeros(80))
    assert even[:80].tolist() == pytest.approx([18.0] * 80)
    many = by_own_ages(people, FIVES, np.tile([9000.0, 0, 0, 0, 0], 16), larger=larger, smooth=False)
    assert many[0] > 89


def test_unknown_groups_and_wrong_ages() -> None:
    people = np.array([[10.0] * 17, [10.0] * 8 + [np.nan] + [10.0] * 8, [10.0] * 16 + [-1]])
    for method in METHODS:
        found = graduated(people, FIVES, method)
        assert np.isnan(found).any(axis=1).tolist() == [False, True, True]
    assert np.isnan(pclm(people, FIVES, penalty=1.0)).any(axis=1).tolist() == [False, True, True]
    assert np.isnan(by_own_ages(people, FIVES, np.ones(80))).any(axis=1).tolist() == [False, True, True]
    assert np.isnan(pclm(np.zeros((1, 17)), FIVES, penalty=1.0)).all()
    with pytest.raises(ValueError, match="five or more closed groups"):
        graduated([1, 2, 3, 4, 5], [0, 5, 10, 15, 20], "sprague")
    with pytest.raises(ValueError, match="five or more closed groups"):
        graduated(np.ones(7), [0, 1, 5, 10, 15, 20, 25], "beers")
    with pytest.raises(ValueError, match="four or more"):
        graduated([1, 2, 3], [0, 5, 10], "mono")
    with pytest.raises(ValueError, match="full years from 0"):
        graduated(np.ones(17), FIVES + 1, "mono")
    with pytest.raises(ValueError, match="last age above"):
        pclm(np.ones(17), FIVES, last=80)
    with pytest.raises(ValueError, match="80 single ages"):
        by_own_ages(np.ones(17), FIVES, np.ones(50))
