"""How good the records of areas are: preference for ages, evenness of ages and sexes, late records, what is
not known.

A scorecard of record keeping, read beside the neighbours'. None of it is about a family: a late record of a
birth is met with help, and completeness is of an area's records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import heaping, late_registration
from tongchou.domain.demography.age_sex import Accuracy, age_sex_accuracy
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, numbers
from tongchou.domain.demography.missing_facts import Band, share_band
from tongchou.domain.statistics.cube import (
    AGE_STARTS,
    DELAYS,
    MEN,
    WOMEN,
    Counts,
    MonthCube,
    Months,
    left_out_of,
    people,
)

#: Months of occurrence that a curve of late records is read from: what offices did longer ago says little.
_CURVE = 36
Events = Literal["births", "deaths"]


@dataclass(frozen=True, slots=True, eq=False)
class Ages:
    """Preference for ages among people of an area, (areas,) each; ``nan`` where nobody is of the range.

    Attributes
    ----------
    whipple
        1 without preference for ages that end in 0 or 5 (of 23 to 62), 5 when there are no others.
    myers, myers_by_chance
        Per cent of people who would have to move to even out last digits (of 10 to 89), and what chance alone
        would give among so few.
    """

    whipple: Floats
    myers: Floats
    myers_by_chance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Late:
    """How soon events are recorded, and how many of the latest months are still to come.

    Attributes
    ----------
    events
        What was recorded.
    known
        (DELAYS − 1,) share of the events recorded within a year that is known after 0, 1, … 11 months, of all
        areas together; the last is 1, and ``nan`` before it when no record tells its month.
    months
        (months,) the latest months, of which some may still come in.
    recorded
        (areas, months) so far.
    expected
        (areas, months) when all of the year are known, with their interval: recorded / known, but for those
        whose month of record nobody wrote down, which are added as they are.
    """

    events: Events
    known: Floats
    months: Months
    recorded: Floats
    expected: Figure


@dataclass(frozen=True, slots=True, eq=False)
class Scorecard:
    """The quality of the records of areas at the end of a month; (areas,) each.

    Attributes
    ----------
    areas, month
        Whose, and when.
    ages
        Preference for ages; None where no single ages were given.
    accuracy
        Age-sex accuracy index of the United Nations, of five-year groups up to 74.
    unknown
        Share of people of unknown age or sex, 0 … 1.
    children, aged
        Shares of 0 to 14 and of 65 and over: when the unknown are like the known, and the least and most they
        may be whatever these are.
    births, deaths
        How late they are recorded.
    left_out
        What the cube left out, and areas without a report of the month.
    """

    areas: tuple[str, ...]
    month: np.datetime64
    ages: Ages | None
    accuracy: Accuracy
    unknown: Floats
    children: Band
    aged: Band
    births: Late
    deaths: Late
    left_out: LeftOut


def quality(
    cube: MonthCube, *, single_ages: npt.ArrayLike | None = None, curve_of: MonthCube | None = None
) -> Scorecard:
    """The scorecard of each area at the end of the last month.

    Parameters
    ----------
    cube
        Of any areas; small ones say little by themselves.
    single_ages
        (areas, ages) people by full age from 0 to 91 or more, for the preference for ages.
    curve_of
        As in ``late``.

    Returns
    -------
    Scorecard
        ``nan`` where the last month has no report.

    Raises
    ------
    ValueError
        When there are no single ages up to 91.
    """
    reported = cube.reported[:, -1]
    stock = np.where(reported[:, None, None], cube.stock[:, -1], np.nan)
    fives = np.concatenate([stock[:, :2].sum(axis=1, keepdims=True), stock[:, 2:]], axis=1)
    everybody = np.where(reported, people(cube)[:, -1], np.nan)
    apart = np.where(reported, cube.unknown[:, -1], np.nan)
    by_age = stock.sum(axis=-1)
    starts = np.array(AGE_STARTS)
    band = {
        name: share_band(by_age[:, some].sum(axis=1), by_age[:, ~some].sum(axis=1), apart)
        for name, some in (("children", starts < 15), ("aged", starts >= 65))
    }
    share = np.full(everybody.shape, np.nan)
    np.divide(apart, everybody, out=share, where=everybody > 0)
    return Scorecard(
        cube.areas,
        cube.months[-1],
        None if single_ages is None else of_ages(single_ages),
        age_sex_accuracy(fives[..., MEN], fives[..., WOMEN]),
        share,
        band["children"],
        band["aged"],
        late(cube, "births", curve_of=curve_of),
        late(cube, "deaths", curve_of=curve_of),
        left_out_of(cube) + LeftOut({Why.MISSING_MONTH: (~reported).astype(np.int64)}),
    )


def of_ages(single_ages: npt.ArrayLike) -> Ages:
    """Preference for ages.

    Parameters
    ----------
    single_ages
        (..., ages) people by full age from 0 to 91 or more.

    Examples
    --------
    >>> found = of_ages(np.full((1, 100), 40))
    >>> found.whipple.tolist(), found.myers.tolist()
    ([1.0], [0.0])
    """
    number = numbers(single_ages, "single_ages")
    digits = heaping.myers(number)
    return Ages(heaping.whipple(number), digits.index, digits.by_chance)


def late(cube: MonthCube, events: Events, *, curve_of: MonthCube | None = None) -> Late:
    """How late events are recorded, and the latest months as they will be when all is known (now-casting).

    The curve is that of many areas together, of the last 36 months; areas are too small for one of their own.
    Months of an area without a report are unknown.

    Parameters
    ----------
    cube
        Of any areas.
    events
        ``births`` or ``deaths``.
    curve_of
        The same months of areas that keep their records alike, whose curve is used: those of a county. The
        cube itself when left out.

    Examples
    --------
    >>> from tongchou.synth.months import made_months
    >>> found = late(made_months(villages=40, months=36), "deaths")
    >>> bool(0.5 < found.known[0] < 0.7), str(found.months[-1])
    (True, '2026-06')
    """
    delays, many = _delays(cube, events), curve_of or cube
    months = min(cube.months.size, _CURVE)
    wide = _delays(many, events)[:, -months:]
    counted = np.where(many.reported[:, -months:, None], wide, 0.0).sum(axis=0)
    # What came after a year is not told from what has no month of record: neither is in the curve.
    width = min(DELAYS - 1, months)
    known = late_registration.curve(counted[:, :width]).known
    age = np.arange(width)[::-1]  # months since the latest months, the newest 0
    latest = np.where(cube.reported[:, -width:, None], delays[:, -width:], np.nan)
    told, apart = latest[..., :-1].sum(axis=-1), latest[..., -1]
    found = late_registration.nowcast_small(told, known[age])
    expected = Figure(found.value + apart, found.low + apart, found.high + apart, found.level)
    whole = np.ones(DELAYS - 1)
    whole[:width] = known
    return Late(events, whole, np.asarray(cube.months[-width:]), told + apart, expected)


def _delays(cube: MonthCube, events: Events) -> Counts:
    return cube.births_delay if events == "births" else cube.deaths_delay
