"""Fertility by order adds up to fertility; few births stay closed; nothing is spread but what is unknown."""

from __future__ import annotations

import numpy as np
import pytest

from tongchou.domain.demography.fertility import total_fertility
from tongchou.domain.statistics.birth_orders import FEWEST, ORDERS, born_of, by_order, whole_years, women_of
from tongchou.synth.months import made_months

YEARS = (2024, 2025)


def made(seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    births = draw.integers(10, 60, (2, 2, 8, ORDERS + 1)).astype(float)
    return births, draw.integers(2_000, 9_000, (2, 7)).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_orders_add_up_to_total_fertility(seed: int) -> None:
    births, women = made(seed)
    births[:, :, 7], births[..., 0] = 0, 0  # everything known
    found = by_order(births, women, YEARS)
    total = total_fertility(births.sum(axis=(1, 3))[:, :7], women, widths=5)
    assert found.fertility.value.sum(axis=1) == pytest.approx(total.value)
    assert (found.fertility.low < found.fertility.value).all()
    assert (found.fertility.value < found.fertility.high).all()


def test_unknown_orders_and_ages_are_spread_like_the_others() -> None:
    births, women = made(1)
    known = births[:, :, :7, 1:].sum(axis=(1, 2, 3))
    alone = births.copy()
    alone[:, :, 7], alone[..., 0] = 0, 0
    more = births.sum(axis=(1, 2, 3)) / known
    assert by_order(births, women, YEARS).fertility.value == pytest.approx(
        by_order(alone, women, YEARS).fertility.value * more[:, None]
    )


def test_progression_is_the_quotient_of_fertility_by_order() -> None:
    births, women = made(2)
    whole = by_order(births.sum(axis=0, keepdims=True), women.sum(axis=0, keepdims=True), (2025,))
    first, second, third, _more = whole.fertility.value[0]
    assert by_order(births, women, YEARS).progression == pytest.approx([second / first, third / second])


def test_few_births_stay_closed_and_another_number_with_them() -> None:
    births = np.zeros((1, 2, 8, ORDERS + 1))
    births[0, :, 2, 1], births[0, :, 2, 2], births[0, :, 2, 4] = 200, 100, 2
    found = by_order(births, np.full((1, 7), 1000.0), (2025,))
    assert np.isnan(found.fertility.value[0]).tolist() == [False, False, True, True]
    assert np.isnan(found.births).sum() == 2 and np.isnan(found.births[4])  # subtracted from no total
    assert np.isnan(found.ratio.value[3])
    one_sided = births.copy()
    one_sided[0, 1, 2, 2] = FEWEST - 1
    assert np.isnan(by_order(one_sided, np.full((1, 7), 1000.0), (2025,)).ratio.value[1])


def test_where_most_mothers_are_unknown_nothing_is_told_by_order() -> None:
    births, women = made(3)
    births[..., 0] = 3 * births[..., 1:].sum(axis=-1)
    found = by_order(births, women, YEARS)
    assert not found.told and np.isnan(found.fertility.value).all() and np.isnan(found.ratio.value).all()
    assert np.isnan(found.births[1:]).all() and np.isnan(found.progression).all()
    assert found.births[0] == pytest.approx(births.sum())


def test_only_whole_calendar_years_are_there() -> None:
    cube = made_months(villages=3, months=31)
    years = whole_years(cube)
    of = cube.months.astype("datetime64[Y]").astype(int) + 1970
    assert years and all((of == year).sum() == 12 for year in years)
    first = cube.between(np.datetime64(f"{years[0]}-01"), np.datetime64(f"{years[0]}-12"))
    assert born_of(cube, years)[0].tolist() == first.births.sum(axis=(0, 1)).tolist()
    assert women_of(cube, years).shape == (len(years), 7)
    assert women_of(cube, years)[0].sum() == pytest.approx(first.person_years[:, :, 4:11, 1].sum())
