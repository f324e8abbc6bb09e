"""Crude rates and rates by age: births, deaths and natural increase per person-year, with exact intervals.

All rates are events per person-year of exposure; ``figure.times(1000)`` gives the usual per thousand. The
last axis of the arguments holds the cells that are added up: months of a year, years, or ages. A cell that
cannot be used is left out of numerator and denominator alike and counted, so a missing month shortens both.

Source: Preston, Heuveline and Guillot, Demography (2001), 1.4 and 1.5; Zou and Donner, Statistics in Medicine
27 (2008), 1693-1702 (interval of a difference from the intervals of its parts).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, numbers, ratio, usable

Axis = Literal["months", "cells"]


def crude_rate(
    events: npt.ArrayLike, exposure: npt.ArrayLike, *, axis: Axis = "months", level: float = 0.95
) -> Figure:
    """Events per person-year: crude birth or death rate, or with other people beneath any such rate.

    Parameters
    ----------
    events, exposure
        (..., cells): numbers of events and person-years. With a whole year in one cell, (..., 1).
    axis
        What the cells are: it says whether an unknown one is told as a missing month or a cell.
    level
        Probability of the interval.

    Returns
    -------
    Figure
        (...) per person-year, with Garwood's interval. An area in which nobody lived, or of which no cell can
        be used, is unknown (``nan``) and counted as empty.

    Examples
    --------
    Two months of a village of 1,200 people, the second of them without a report:

    >>> births = crude_rate([[1, np.nan]], [[100, 100]]).times(1000)
    >>> births.value.tolist(), births.left_out.sentences()
    ([10.0], ['1 × month without a report'])
    """
    happened, lived, left_out = usable(events, exposure)
    if axis == "months":
        left_out = _named_months(left_out)
    number, years = _sum(happened, lived)
    low, high = intervals.rate(number, years, level)
    return Figure(ratio(number, years), low, high, level, left_out + _empty(years))


def natural_increase(
    births: npt.ArrayLike, deaths: npt.ArrayLike, exposure: npt.ArrayLike, *, level: float = 0.95
) -> Figure:
    """Births less deaths per person-year; shapes, unknown months and units as in ``crude_rate``.

    A month counts only when births and deaths are both known. The interval joins those of births and deaths
    (Zou and Donner), which are taken as independent:

        low = (b − d) − √((b − b₁)² + (d₂ − d)²),   high = (b − d) + √((b₂ − b)² + (d − d₁)²)

    Parameters
    ----------
    births, deaths, exposure
        (..., months).

    Returns
    -------
    Figure
        (...) per person-year.
    """
    happened, lived, first = usable(births, exposure)
    died, lived, second = usable(deaths, lived)
    happened = np.where(np.isnan(lived), np.nan, happened)
    # What births left out comes back as unknown among deaths: it is told once.
    again = dict(second.counts)
    again.pop(Why.UNKNOWN_CELL, None)
    only_deaths = np.isnan(numbers(deaths, "deaths")) & ~np.isnan(numbers(births, "births"))
    left_out = _named_months(first) + LeftOut(again)
    if only_deaths.any():
        left_out += LeftOut({Why.MISSING_MONTH: only_deaths.sum(axis=-1)})
    born, years = _sum(happened, lived)
    dead, _years = _sum(died, lived)
    value = ratio(born - dead, years)
    of_births, of_deaths = intervals.rate(born, years, level), intervals.rate(dead, years, level)
    low, high = difference(
        (ratio(born, years), *of_births),
        (ratio(dead, years), *of_deaths),
    )
    return Figure(value, low, high, level, left_out + _empty(years))


Three = tuple[Floats, Floats, Floats]


def difference(first: Three, second: Three) -> intervals.Bounds:
    """The interval of first − second, each given as (value, low, high), independent of each other.

    Parameters
    ----------
    first, second
        (value, low, high), of one unit and level, any shape.

    Returns
    -------
    low, high
        Of the difference (Zou and Donner).
    """
    (a, a_low, a_high), (b, b_low, b_high) = first, second
    down = np.sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    up = np.sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    return a - b - down, a - b + up


def by_age(events: npt.ArrayLike, exposure: npt.ArrayLike, *, level: float = 0.95) -> Figure:
    """Events per person-year of each cell: age-specific rates of deaths, births, moves.

    Parameters
    ----------
    events, exposure
        (..., ages).

    Returns
    -------
    Figure
        (..., ages) per person-year; ``nan`` where nobody lived, or the cell cannot be used (counted by area).
    """
    happened, lived, left_out = usable(events, exposure)
    low, high = intervals.rate(happened, lived, level)
    return Figure(ratio(happened, lived), low, high, level, left_out)


def average_population(stocks: npt.ArrayLike, years: npt.ArrayLike = 1.0) -> Floats:
    """Person-years between counts, each taken as lived in evenly: the average population (平均人口数).

    Parameters
    ----------
    stocks
        (..., counts): people at the beginning of each period, and at the end of the last.
    years
        Length of each period, one number or (counts − 1,).

    Returns
    -------
    Floats
        (..., counts − 1) person-years; ``nan`` where a count is unknown.

    Raises
    ------
    ValueError
        When there are fewer than two counts.

    Examples
    --------
    >>> average_population([1000, 1020, 1010]).tolist()
    [1010.0, 1015.0]
    """
    people = numbers(stocks, "stocks")
    if people.ndim == 0 or people.shape[-1] < 2:
        raise ValueError("stocks: two counts are needed at least")
    return (people[..., 1:] + people[..., :-1]) / 2 * numbers(years, "years")


def _sum(events: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Sums over the last axis without unknown cells; both ``nan`` where no cell is left or nobody lived."""
    known = ~np.isnan(events) & ~np.isnan(exposure)
    number = np.where(known, events, 0.0).sum(axis=-1)
    years = np.where(known, exposure, 0.0).sum(axis=-1)
    nobody = years == 0
    return np.where(nobody, np.nan, number), np.where(nobody, np.nan, years)


def _empty(years: Floats) -> LeftOut:
    none = np.isnan(years)
    return LeftOut({Why.EMPTY_AREA: none.astype(np.int64)} if none.any() else {})


def _named_months(left_out: LeftOut) -> LeftOut:
    names = {Why.UNKNOWN_CELL: Why.MISSING_MONTH}
    return LeftOut({names.get(why, why): number for why, number in left_out.counts.items()})
