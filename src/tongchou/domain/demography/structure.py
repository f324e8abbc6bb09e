"""The make-up of a population: dependency, ageing, median age, urbanisation, and figures per head.

Source: United Nations, World Population Prospects 2024, definitions; National Bureau of Statistics of China,
China Statistical Yearbook, explanatory notes (抚养比: 0-14 and 65+ per 100 of 15-64; 城镇化率: urban
residents of all residents). Shryock and Siegel, The Methods and Materials of Demography (1973), chapter 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import (
    Figure,
    Floats,
    LeftOut,
    Why,
    ages_last,
    numbers,
    ratio,
)
from tongchou.domain.demography.life_table import groups

#: First ages of working life and of old age.
WORKING: Final = 15
OLD: Final = 65


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """Shares and ratios of areas, (...), ``nan`` where unknown.

    Attributes
    ----------
    young, working, old
        Shares of the population.
    child_dependency, old_dependency, dependency
        People below, above and outside working life per person in it (times 100: per 100).
    ageing
        Old people per child (老少比).
    oldest
        Share of 80 years and over; ``nan`` when 80 is no first age.
    left_out
        Areas without people, and negative numbers.
    """

    young: Floats
    working: Floats
    old: Floats
    child_dependency: Floats
    old_dependency: Floats
    dependency: Floats
    ageing: Floats
    oldest: Floats
    left_out: LeftOut


def structure(
    people: npt.ArrayLike, ages: npt.ArrayLike, *, working: float = WORKING, old: float = OLD
) -> Structure:
    """Shares and dependency of populations.

    Parameters
    ----------
    people
        (..., ages); an age that is unknown makes the area unknown.
    ages
        (ages,) first full ages, the last group open.
    working, old
        First ages of working life and of old age: 15 and 65, or 15 and 60 by the Chinese law on the aged.

    Raises
    ------
    ValueError
        When the two are not among the first ages, or do not rise.

    Examples
    --------
    >>> one = structure([200, 650, 150], [0, 15, 65])
    >>> one.dependency.round(3).tolist(), one.ageing.tolist()
    (0.538, 0.75)
    """
    number, first, left_out = _people(people, ages)
    if working not in first or old not in first or not working < old:
        raise ValueError(f"working, old: {working} and {old} are not rising first ages")
    total = number.sum(axis=-1)
    young = number[..., first < working].sum(axis=-1)
    aged = number[..., first >= old].sum(axis=-1)
    able = total - young - aged
    oldest = number[..., first >= 80].sum(axis=-1) if 80 in first else np.full(total.shape, np.nan)
    return Structure(
        ratio(young, total), ratio(able, total), ratio(aged, total),
        ratio(young, able), ratio(aged, able), ratio(young + aged, able),
        ratio(aged, young), ratio(oldest, total), left_out,
    )  # fmt: skip


def age_at(people: npt.ArrayLike, ages: npt.ArrayLike, share: npt.ArrayLike = 0.5) -> Floats:
    """The exact age below which a share of the people are: the median age for one half.

    Within a group ages are taken as even. Unknown when it falls into the open group.

    Parameters
    ----------
    people, ages
        As in ``structure``.
    share
        Above 0 and below 1, of a shape that broadcasts with (...).

    Returns
    -------
    Floats
        (...) exact years.

    Examples
    --------
    >>> age_at([100, 200, 100], [0, 10, 20]).tolist()
    15.0

    Raises
    ------
    ValueError
        When the share does not lie between 0 and 1.
    """
    part = numbers(share, "share")
    if ((part <= 0) | (part >= 1)).any():
        raise ValueError("share: between 0 and 1")
    number, first, _left_out = _people(people, ages)
    widths = np.append(np.diff(first), np.nan)
    total = number.sum(axis=-1)
    before = number.cumsum(axis=-1) - number
    wanted = (part * total)[..., None]
    at = np.asarray((before + number >= wanted).argmax(axis=-1))[..., None]
    below, inside = np.take_along_axis(before, at, -1), np.take_along_axis(number, at, -1)
    found = first[at] + widths[at] * ratio(wanted - below, inside)
    return np.where(total > 0, found[..., 0], np.nan)


def mean_age(people: npt.ArrayLike, ages: npt.ArrayLike, *, open_years: float = 5.0) -> Floats:
    """Mean exact age; people of the open group are ``open_years`` above its first age on average.

    Parameters
    ----------
    people, ages
        As in ``structure``.
    open_years
        Mean years above the first age of the open group.

    Returns
    -------
    Floats
        (...) exact years; ``nan`` without people.
    """
    number, first, _left_out = _people(people, ages)
    middle = first + np.append(np.diff(first) / 2, open_years)
    return ratio((number * middle).sum(axis=-1), number.sum(axis=-1))


def share(part: npt.ArrayLike, whole: npt.ArrayLike, *, level: float = 0.95) -> Figure:
    """A part of a population: urbanisation (urban residents of all), or any other share.

    A register counts everybody, so the share is exact for the day; the interval (Wilson) is for those who
    read it as the chance behind it, and for samples.

    Parameters
    ----------
    part, whole
        Of any one shape. A part above the whole, or below 0, makes an area unknown.

    Examples
    --------
    >>> share(420, 1000).value.tolist()
    0.42
    """
    some, all_ = np.broadcast_arrays(numbers(part, "part"), numbers(whole, "whole"))
    bad = (some < 0) | (some > all_) | (all_ < 0)
    some, all_ = np.where(bad, np.nan, some), np.where(bad, np.nan, all_)
    told = {Why.NEGATIVE_EVENTS: bad, Why.EMPTY_AREA: all_ == 0}
    low, high = intervals.wilson(some, all_, level)
    return Figure(
        ratio(some, all_),
        low,
        high,
        level,
        LeftOut({why: flags.astype(np.int64) for why, flags in told.items() if flags.any()}),
    )


def per_head(amount: npt.ArrayLike, people: npt.ArrayLike, *, minimum: float = 0.0) -> Floats:
    """An amount per person: money, grain, floor space, hospital beds (人均).

    Parameters
    ----------
    amount
        In any unit; exact whole fen stay exact up to 2⁵³.
    people
        Average population of the period, or of the day for a stock.
    minimum
        Areas with fewer people are unknown: a figure per head of very few tells about each of them.

    Examples
    --------
    >>> per_head([300000, 90], [1000, 3], minimum=10).tolist()
    [300.0, nan]
    """
    head = numbers(people, "people")
    return ratio(numbers(amount, "amount"), np.where(head >= max(minimum, 0.0), head, np.nan))


def per_head_growth(amount: npt.ArrayLike, people: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Growth of an amount per head from the first to the last of its times, and of its two parts.

    In logarithms, so that growth per head = growth of the amount − growth of the people, exactly.

    Parameters
    ----------
    amount, people
        (..., times), above 0.

    Returns
    -------
    per_head, amount, people
        (...) ln(last / first).

    Examples
    --------
    >>> [round(float(part), 4) for part in per_head_growth([100, 121], [50, 55])]
    [0.0953, 0.1906, 0.0953]
    """
    parts = []
    for values, name in ((amount, "amount"), (people, "people")):
        number = numbers(values, name)
        positive = np.where(number > 0, number, np.nan)
        parts.append(np.asarray(np.log(ratio(positive[..., -1], positive[..., 0]))))
    return parts[0] - parts[1], parts[0], parts[1]


def _people(people: npt.ArrayLike, ages: npt.ArrayLike) -> tuple[Floats, Floats, LeftOut]:
    number = numbers(people, "people")
    if number.ndim == 0:
        raise ValueError("people: an axis of ages is needed")
    first, _widths = groups(ages, number.shape[-1])
    ages_last(number, first.size, "people")
    negative = number < 0
    number = np.where(negative, np.nan, number)
    told = {
        Why.NEGATIVE_EVENTS: negative.sum(axis=-1),
        Why.UNKNOWN_CELL: (np.isnan(number) & ~negative).sum(axis=-1),
        Why.EMPTY_AREA: (number.sum(axis=-1) == 0).astype(np.int64),
    }
    return number, first, LeftOut({why: count for why, count in told.items() if np.any(count)})
