"""Preference for digits and days, against published indices."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.demography import heaping
from tongchou.domain.demography.age_sex import age_sex_accuracy
from tongchou.domain.demography.left_out import Why

Read = Callable[..., dict[str, np.ndarray]]


@pytest.fixture
def people(table: Read) -> dict[tuple[str, str], np.ndarray]:
    return {
        ("pasex_singage", "male"): table("heaping_pasex_males")["male"],
        ("philippines_1990", "both"): table("heaping_philippines_1990")["population"],
    }


def test_indices_of_the_census_bureau_and_demotools(
    table: Read, people: dict[tuple[str, str], np.ndarray]
) -> None:
    """Every Whipple, Myers, Noumbissi and Spoorenberg of the file, to the last digits."""
    known = table("heaping_expected")
    seen = 0
    for name, sex, index, params, value in zip(*known.values(), strict=True):
        number = people.get((name, sex))
        if number is None:
            continue
        ages = tuple(int(age) for age in re.findall(r"\d+", params)[:2])
        if index.startswith("whipple"):
            found = heaping.whipple(number, ages=ages, digits=[int(one) for one in index.split("_")[1:]])  # type: ignore[arg-type]
        elif index == "myers_blended":
            variant = "pasex" if "pasex" in params else "original"
            found = heaping.myers(number, ages=ages, variant=variant).index  # type: ignore[arg-type]
        elif index.startswith("noumbissi"):
            found = heaping.noumbissi(number, int(index[-1]), ages=ages)  # type: ignore[arg-type]
        elif index == "spoorenberg":
            found = heaping.spoorenberg(number, ages=ages)  # type: ignore[arg-type]
        else:
            continue
        assert found == pytest.approx(value, rel=1e-9), f"{name} {index} {params}"
        seen += 1
    assert seen == 26


def test_the_digits_themselves_are_named(people: dict[tuple[str, str], np.ndarray]) -> None:
    """The spreadsheet's population prefers 0 and 5, whatever the first age of the range."""
    for ages in ((10, 89), (23, 82)):
        shares = heaping.myers(people["pasex_singage", "male"], ages=ages).shares
        assert set(np.argsort(shares)[-2:]) == {0, 5} and shares.sum() == pytest.approx(1.0)


@given(digit=st.integers(0, 9), start=st.sampled_from([10, 20, 23]))
def test_all_on_one_digit(digit: int, start: int) -> None:
    number = np.where(np.arange(100) % 10 == digit, 50.0, 0.0)
    found = heaping.myers(number, ages=(start, start + 59))
    assert found.index == pytest.approx(90.0) and found.shares[digit] == pytest.approx(1.0)
    assert heaping.whipple(number, digits=[digit]) == pytest.approx(10.0)
    assert heaping.noumbissi(number, digit) == pytest.approx(5.0)


@given(slope=st.floats(-3, 3), scale=st.floats(0.1, 50))
def test_a_straight_line_has_no_preference(slope: float, scale: float) -> None:
    number = (400 + slope * np.arange(100)) * scale
    assert heaping.whipple(number, ages=(25, 60)) == pytest.approx(1.0, abs=0.01)
    assert heaping.myers(number).index == pytest.approx(0.0, abs=1e-9)
    assert heaping.spoorenberg(number) == pytest.approx(0.0, abs=1e-9)


def test_many_areas_at_once(people: dict[tuple[str, str], np.ndarray]) -> None:
    both = np.stack(list(people.values()))
    for kind in (heaping.whipple, heaping.spoorenberg, lambda one: heaping.myers(one).index):
        np.testing.assert_allclose(kind(both), [kind(one) for one in both])
    with pytest.raises(ValueError, match="0 and 5, or one"):
        heaping.whipple(both, digits=[1, 2])
    with pytest.raises(ValueError, match="whole decades"):
        heaping.myers(both, ages=(10, 80))
    with pytest.raises(ValueError, match="single ages"):
        heaping.whipple(both[:, :40])
    with pytest.raises(ValueError, match="too early"):
        heaping.whipple(both, ages=(0, 60))
    assert np.isnan(heaping.whipple(np.zeros(99)))


def test_the_index_of_the_united_nations(table: Read) -> None:
    """AGESEX of the US Census Bureau: 3.907, 3.655, 2.249, together 14.308."""
    known = table("agesex_accuracy")
    found = age_sex_accuracy(known["male"], known["female"])
    assert found.male == pytest.approx(3.907, abs=6e-4)
    assert found.female == pytest.approx(3.655, abs=6e-4)
    assert found.sex_ratio == pytest.approx(2.249, abs=6e-4)
    assert found.index == pytest.approx(14.308, abs=1e-3)
    two = age_sex_accuracy(np.stack([known["male"]] * 2) * [[1], [7]], known["female"])
    assert two.male[0] == pytest.approx(two.male[1])
    assert np.isnan(age_sex_accuracy(known["male"], known["female"] * 0).index)
    with pytest.raises(ValueError, match="groups of five years"):
        age_sex_accuracy([1, 2, 3], [1, 2, 3])


def test_days_drawn_from_the_calendar_show_no_preference() -> None:
    draw = np.random.default_rng(3)
    days = np.datetime64("1940-01-01") + draw.integers(0, 29_220, 40_000)  # eighty years
    counts, left_out = heaping.days_of_month(days, draw.integers(0, 2, 40_000), areas=2)
    assert counts.sum() == 40_000 and left_out.totals() == {}
    found = heaping.day_preference(counts.sum(axis=1))
    assert (found.index < 1.4 * found.by_chance).all() and (found.index > 0.6 * found.by_chance).all()
    by_month = heaping.month_preference(counts.sum(axis=2))
    assert (by_month.index < 1.8 * by_month.by_chance).all()
    assert heaping.share_of_day(counts, 1, 1) == pytest.approx([1, 1], abs=0.45)


def test_the_whole_calendar_has_no_preference() -> None:
    """Every day of 400 years once: days of the month and months are even, leap days included."""
    days = np.arange(np.datetime64("1601-01-01"), np.datetime64("2001-01-01"))
    counts, _left_out = heaping.days_of_month(days, np.zeros(days.size), areas=1)
    assert heaping.day_preference(counts.sum(axis=1)).index == pytest.approx([0.0], abs=1e-12)
    assert heaping.month_preference(counts.sum(axis=2)).index == pytest.approx([0.0], abs=1e-12)
    assert heaping.share_of_day(counts, 2, 29) == pytest.approx([1.0])
    assert heaping.share_of_day(counts, 7, 1) == pytest.approx([1.0])


def test_a_guessed_day_is_seen_above_chance() -> None:
    draw = np.random.default_rng(3)
    days = np.datetime64("1940-01-01") + draw.integers(0, 29_220, 2_000)
    days[:300] = np.datetime64("1950-01-01")
    counts, _left_out = heaping.days_of_month(days, np.zeros(2_000), areas=1)
    found = heaping.day_preference(counts.sum(axis=1))
    assert found.index[0] > 2 * found.by_chance[0] and found.shares[0].argmax() == 0
    assert heaping.share_of_day(counts, 1, 1)[0] > 40
    assert heaping.share_of_day(counts, 2, 28)[0] < 3


def test_dates_that_cannot_be_used_are_counted() -> None:
    counts, left_out = heaping.days_of_month(["2000-02-29", "NaT", "2001-01-01"], [0, 1, 5], areas=2)
    assert counts[0, 1, 28] == 1 and counts.sum() == 1
    assert {why: one.tolist() for why, one in left_out.counts.items()} == {
        Why.UNKNOWN_AREA: [0, 0, 1],
        Why.UNKNOWN_DATE: [0, 1, 0],
    }
    found = heaping.day_preference([[0] * 31, [-1] + [2] * 30])
    assert np.isnan(found.index).all()
    assert found.left_out.totals() == {Why.EMPTY_AREA: 1, Why.NEGATIVE_EVENTS: 1}
    with pytest.raises(ValueError, match="31 of them"):
        heaping.day_preference([1, 2])
    with pytest.raises(ValueError, match="differ in length"):
        heaping.days_of_month(["2000-01-01"], [0, 1], areas=2)
