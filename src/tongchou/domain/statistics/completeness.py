"""How complete the records of an area's births and deaths are, from its cube of months and its single ages.

Completeness is of the area's records as a whole: it names nobody, and is told of counties and above alone.
Both are checks of one part of the register against another, so what is missing from both stays unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.births_completeness import reverse_survival
from tongchou.domain.demography.deaths_completeness import extinct_generations, growth_balance
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, numbers, ratio
from tongchou.domain.statistics.cube import AGE_STARTS, MonthCube

#: Ages of children compared with births: they have moved little, and few of them have died.
CHILDREN: Final = 5
#: Five-year groups of the balance of deaths; the last is open, and beyond the points that are used.
FIVES: Final = tuple(range(0, 86, 5))
#: Fewest years between the two stocks of the balance: over less, chance makes the slope.
FEWEST_YEARS: Final = 4.0


#: Years that people of 85 still live, both sexes: China 2023, UN DESA, World Population Prospects 2024.
_LEFT_AT_85: Final = 5.3


@dataclass(frozen=True, slots=True, eq=False)
class Completeness:
    """Of each area; ``nan`` where it cannot be said.

    Attributes
    ----------
    areas
        Codes.
    births
        (areas, ages) births registered over births that the children of each single age now counted must come
        from; age 0 are those of the last twelve months. Above 1: children were born here and are no longer
        counted here.
    deaths
        (areas,) share of the deaths that is registered, by the growth balance of both sexes together.
    deaths_in_turn
        (areas,) the same by synthetic extinct generations, after the growth balance has told how the two
        stocks stand to each other (Hill, You and Choi 2009): how far the two lie apart is the honest doubt.
    coverage
        (areas,) the first stock relative to the last, as the same method sees it.
    years
        Between the two stocks.
    left_out
        Areas that could not be looked at.
    """

    areas: tuple[str, ...]
    births: Figure
    deaths: Floats
    deaths_in_turn: Floats
    coverage: Floats
    years: float
    left_out: LeftOut


def completeness(cube: MonthCube, single_ages: npt.ArrayLike, *, level: float = 0.95) -> Completeness:
    """Reverse survival of young children, and the growth balance between the first month and the last.

    Parameters
    ----------
    cube
        Of counties or larger areas; months without a report count as unknown.
    single_ages
        (areas, ages) people by full age from 0 at the end of the last month.

    Raises
    ------
    ValueError
        When there are fewer than five single ages.

    Examples
    --------
    >>> from tongchou.synth.months import made_months
    >>> cube = made_months(villages=40, months=60).grouped([range(40)], ["520599"])
    >>> children = [[int(cube.births[0, -12 * n - 12 : cube.months.size - 12 * n].sum()) for n in range(5)]]
    >>> bool((abs(completeness(cube, children).births.value - 1) < 0.05).all())
    True
    """
    children = numbers(single_ages, "single_ages")[..., :CHILDREN]
    if children.shape[-1] < CHILDREN:
        raise ValueError(f"single_ages: the first {CHILDREN} ages are needed")
    unknown = ~cube.reported
    registered = np.where(unknown, np.nan, cube.births.sum(axis=-1))
    size = cube.months.size
    windows = [
        registered[:, max(size - 12 * (n + 1), 0) : size - 12 * n].sum(axis=1) for n in range(CHILDREN)
    ]
    whole = [size >= 12 * (n + 1) for n in range(CHILDREN)]
    born = np.stack([np.where(ok, one, np.nan) for one, ok in zip(windows, whole, strict=True)], axis=-1)
    _births, share = reverse_survival(children, _lived(cube), born, level=level)
    deaths, in_turn, coverage, years, left_out = _deaths(cube)
    return Completeness(cube.areas, share, deaths, in_turn, coverage, years, share.left_out + left_out)


def _lived(cube: MonthCube) -> Floats:
    """(areas, 5) years lived by a newborn in each single age; the force of death is even within 0 and 1-4."""
    force = ratio(cube.deaths.sum(axis=(1, -1))[:, :2], cube.person_years.sum(axis=(1, -1))[:, :2])
    infant, later = np.nan_to_num(force).T
    years = np.arange(CHILDREN - 1)
    first = _within(infant)[:, None]
    rest = np.exp(-infant)[:, None] * np.exp(-later[:, None] * years) * _within(later)[:, None]
    return np.concatenate([first, rest], axis=1)


def _within(force: Floats) -> Floats:
    """Years lived in a year by those alive at its beginning: (1 − e⁻ᵐ) / m."""
    return np.where(force > 0, -np.expm1(-force) / np.where(force > 0, force, 1.0), 1.0)


def _deaths(cube: MonthCube) -> tuple[Floats, Floats, Floats, float, LeftOut]:
    years = (cube.months.size - 1) / 12
    nothing = np.full(len(cube.areas), np.nan)
    if years < FEWEST_YEARS:
        return nothing, nothing, nothing, years, LeftOut()
    unknown = ~cube.reported
    stock = np.where(unknown[..., None], np.nan, _fives(cube.stock.sum(axis=-1)))
    happened = (
        np.where(unknown[..., None], np.nan, _fives(cube.deaths.sum(axis=-1)))[:, 1:].sum(axis=1) / years
    )
    found = growth_balance(stock[:, 0], stock[:, -1], happened, FIVES, years)
    turned = extinct_generations(
        stock[:, 0], stock[:, -1], happened, FIVES, years,
        open_expectation=_LEFT_AT_85, coverage=found.coverage,
    )  # fmt: skip
    return found.completeness, turned.completeness, found.coverage, years, found.left_out


def _fives(values: Floats) -> Floats:
    """(..., ages) of a cube by five-year groups, 85 and over as one."""
    starts = np.array(AGE_STARTS)
    parts = [
        values[..., (starts >= first) & (starts < first + 5) if first < FIVES[-1] else starts >= first].sum(
            axis=-1
        )
        for first in FIVES
    ]
    return np.stack(parts, axis=-1)
