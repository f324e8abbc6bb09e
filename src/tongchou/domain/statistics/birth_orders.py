"""Births by order and residence: fertility by order, what follows for progression, sex ratios with intervals.

Statistics of counties and above. Nothing here is put in an order by its value, coloured or aimed at; numbers
of few births stay closed, and so does what would give them away. Where the mothers of most births are not on
record, their orders say nothing of the others: then no figure by order is known.

Fertility by order k of a year from births and person-years of women (incidence rates):

    TFRₖ = Σ 5 Bₓₖ / Wₓ        TFR = Σ TFRₖ        progression to the next child = TFRₖ₊₁ / TFRₖ

Births of unknown order or mother's age are spread like the others of the year. The quotient is that of a
period, not of a generation: where births are put off or caught up it leaves the range of a share.

Source: Preston, Heuveline and Guillot, Demography (2001), chapter 5; interval of the total: Fay and Feuer
(1997); sex ratio: ``demography.sex_ratio``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain import small_cells
from tongchou.domain.demography.fertility import total_fertility
from tongchou.domain.demography.left_out import Figure, Floats
from tongchou.domain.demography.sex_ratio import sex_ratio
from tongchou.domain.statistics.cube import AGE_STARTS, MOTHER_STARTS, WOMEN, MonthCube

#: Orders 1 to 4, the last open; unknown stands first, at 0.
ORDERS: Final = 4
#: Births of an order in a year below which its fertility is not told.
FEWEST: Final = small_cells.FEWEST
_FIRST: Final = AGE_STARTS.index(MOTHER_STARTS[0])
_AGES: Final = slice(_FIRST, _FIRST + len(MOTHER_STARTS))


@dataclass(frozen=True, slots=True, eq=False)
class ByOrder:
    """Of one area.

    Attributes
    ----------
    years
        Calendar years that are whole in the counts.
    fertility
        (years, ORDERS) children a woman by order; ``nan`` where an order has few births or a year none.
    progression
        (ORDERS − 2,) of all years together: second by first, third by second; the open order has none.
    births
        (ORDERS + 1,) births of all years by order, unknown first; ``nan`` where closed.
    ratio
        (ORDERS,) boys per 100 girls of all years by order; ``nan`` where closed.
    told
        Whether the order of most births is known; without it everything by order is ``nan``.
    """

    years: tuple[int, ...]
    fertility: Figure
    progression: Floats
    births: Floats
    ratio: Figure
    told: bool


def whole_years(cube: MonthCube) -> tuple[int, ...]:
    """The calendar years of which a cube has all twelve months."""
    years, months = np.unique(cube.months.astype("datetime64[Y]"), return_counts=True)
    return tuple(int(year.astype(np.int64)) + 1970 for year in years[months == 12])


def women_of(cube: MonthCube, years: tuple[int, ...]) -> Floats:
    """(years, len(MOTHER_STARTS)) person-years of women of all areas of a cube together."""
    of = cube.months.astype("datetime64[Y]").astype(np.int64) + 1970
    lived = cube.person_years[:, :, _AGES, WOMEN].sum(axis=0)
    return np.array([lived[of == year].sum(axis=0) for year in years]).reshape(-1, len(MOTHER_STARTS))


def born_of(cube: MonthCube, years: tuple[int, ...]) -> Floats:
    """(years, 2) births by sex of all areas of a cube together."""
    of = cube.months.astype("datetime64[Y]").astype(np.int64) + 1970
    born = cube.births.sum(axis=0)
    return np.array([born[of == year].sum(axis=0) for year in years]).reshape(-1, 2)


def by_order(births: npt.ArrayLike, women: npt.ArrayLike, years: tuple[int, ...]) -> ByOrder:
    """Figures by order of an area.

    Parameters
    ----------
    births
        (years, 2, len(MOTHER_STARTS) + 1, ORDERS + 1): by the child's sex, boys first, the mother's age
        group, unknown last, and order, unknown first.
    women
        (years, len(MOTHER_STARTS)) person-years.

    Examples
    --------
    >>> births = np.zeros((1, 2, 8, 5))
    >>> births[0, :, 2, 1], births[0, :, 3, 2] = 100, 50  # first at 25 to 29, second at 30 to 34
    >>> found = by_order(births, np.full((1, 7), 1000.0), (2025,))
    >>> found.fertility.value[0].round(3).tolist(), found.progression.round(3).tolist()
    ([1.0, 0.5, nan, nan], [0.5, nan])
    >>> found.births.tolist(), found.ratio.value.tolist()
    ([0.0, 200.0, 100.0, 0.0, 0.0], [100.0, 100.0, nan, nan])
    """
    born, lived = np.asarray(births, dtype=np.float64), np.asarray(women, dtype=np.float64)
    told = bool(2 * born[..., 1:].sum() >= born.sum())
    if not told:  # the unknown alone are counted
        born = np.where(np.arange(ORDERS + 1) == 0, born.sum(axis=-1, keepdims=True), 0.0)
    fertility = _fertility(born, lived)
    whole = _fertility(born.sum(axis=0, keepdims=True), lived.sum(axis=0, keepdims=True)).value[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        progression = whole[1 : ORDERS - 1] / whole[: ORDERS - 2]
    by_sex = born.sum(axis=(0, 2))  # (2, orders + 1)
    open_ = _open(by_sex.sum(axis=0))
    ratio = sex_ratio(by_sex[0, 1:], by_sex[1, 1:])
    few = ~open_[1:] | (by_sex[:, 1:].min(axis=0) < FEWEST)
    return ByOrder(
        years,
        fertility,
        progression,
        np.where(open_ & (told | (np.arange(ORDERS + 1) == 0)), by_sex.sum(axis=0), np.nan),
        Figure(
            np.where(few, np.nan, ratio.value),
            np.where(few, np.nan, ratio.low),
            np.where(few, np.nan, ratio.high),
            ratio.level,
        ),
        told,
    )


def _fertility(born: Floats, lived: Floats) -> Figure:
    """(years, ORDERS)."""
    known = born.sum(axis=1)[:, :-1, 1:]  # (years, ages, orders)
    told = known.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.where(told > 0, born.sum(axis=(1, 2, 3)) / told, np.nan)[:, None]
    figure = total_fertility(np.moveaxis(known, 1, 2), lived[:, None, :], widths=5)
    few = known.sum(axis=1) < FEWEST
    value, low, high = (
        np.where(few, np.nan, one * spread) for one in (figure.value, figure.low, figure.high)
    )
    return Figure(value, low, high, figure.level, figure.left_out)


def _open(births: Floats) -> npt.NDArray[np.bool_]:
    """(orders + 1,): which numbers may be shown beside their total."""
    cells: dict[object, int] = {order: round(float(number)) for order, number in enumerate(births)}
    cells["all"] = sum(cells.values())
    closed = small_cells.closed_cells(cells, [("all", list(range(births.size)))])
    return np.array([order not in closed for order in range(births.size)])
