"""Series of indicators: from a cube of months to figures of areas and periods."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tongchou.domain import divisions
from tongchou.domain.demography import sex_ratio, small_areas
from tongchou.domain.demography.left_out import Figure, Floats, Ints, LeftOut, Why
from tongchou.domain.divisions import Level
from tongchou.domain.statistics.cube import MonthCube, left_out_of
from tongchou.domain.statistics.definition import DEPTH, Indicator, Kind, Quotient, quotient
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.periods import Periods
from tongchou.domain.statistics.series import KNOWN, REASONS, Series, Step


class NotShownError(ValueError):
    """An indicator that is not shown for such areas or periods: births by mother's age of a village."""


def series(
    cube: MonthCube,
    code: str,
    *,
    step: Step,
    shrink_groups: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Series:
    """One indicator of all areas of a cube.

    Parameters
    ----------
    cube
        Of villages, or of groups of them (``MonthCube.grouped``). Areas whose codes are no division codes are
        groups chosen freely: who makes them sees to it that they are no smaller than townships.
    code
        One of ``INDICATORS``.
    step
        What a period is.
    shrink_groups
        (areas,) a number of each area's group, on whose figure it leans (``demography.small_areas``).
    level
        Probability of the interval.

    Returns
    -------
    Series
        A value is ``nan`` where it cannot be known, never 0; ``Series.why`` says why, and ``left_out`` counts
        it by area, over all periods, with what the cube itself left out.

    Raises
    ------
    KeyError
        When there is no such indicator.
    NotShownError
        When it is not shown for such areas or periods.
    ValueError
        When its areas cannot lean on a group.

    Examples
    --------
    >>> from tongchou.synth.months import made_months
    >>> found = series(made_months(villages=2, months=24), "cdr", step=Step.YEAR)
    >>> found.periods.tolist() == [np.datetime64("2025-12").item()], found.figure.value.shape
    (True, (2, 1))
    """
    return _series(Periods(cube, step), INDICATORS[code], shrink_groups, level)


def all_series(cube: MonthCube, step: Step, *, level: float = 0.95) -> Mapping[str, Series]:
    """Every indicator that may be shown for the areas of a cube and such periods, by code.

    Parameters
    ----------
    cube, step, level
        As in ``series``.
    """
    periods = Periods(cube, step)
    lowest = lowest_level(cube.areas)
    return {
        code: _series(periods, one, None, level)
        for code, one in INDICATORS.items()
        if one.allows(step, lowest)
    }


def lowest_level(areas: tuple[str, ...]) -> Level | None:
    """The lowest level among areas; None when none of their codes is a division code.

    Examples
    --------
    >>> lowest_level(("520521000000", "520521101000")), lowest_level(("the-highway",))
    ('township', None)
    """
    found = {divisions.level(code) for code in areas if divisions.is_code(code)}
    return max(found, key=lambda one: DEPTH[one], default=None)


def _series(one: Periods, what: Indicator, groups: npt.ArrayLike | None, level: float) -> Series:
    lowest = lowest_level(one.cube.areas)
    if not what.allows(one.step, lowest, leaning=groups is not None):
        raise NotShownError(f"{what.code} is not shown by {one.step} for a {lowest or 'group'}")
    if groups is not None and not what.leans:
        raise ValueError(f"{what.code}: areas do not lean on their group")
    if what.whole is not None:
        found = what.whole(one, level)
    else:
        assert what.parts is not None
        over, under = what.parts(one)
        if groups is None:
            figure = quotient(what.kind, over, under, what.factor, level)
        else:
            figure = _leaning(what, over, under, groups, level)
        found = Quotient(figure, over, under)
    missing = one.missing_end if what.at_end else one.missing
    why, left_out = _told(found.figure, missing)
    figure = Figure(
        found.figure.value, found.figure.low, found.figure.high, level, left_out_of(one.cube) + left_out
    )
    return Series(
        what.code,
        one.cube.areas,
        one.months,
        one.step,
        figure,
        found.over,
        found.under,
        shrunk=groups is not None,
        why=why,
    )


def _leaning(what: Indicator, over: Floats, under: Floats, groups: npt.ArrayLike, level: float) -> Figure:
    """The figure of areas that lean on their group: one period by itself."""
    across, below = over.T, under.T
    if what.kind is Kind.RATE:
        found = small_areas.gamma_poisson(across, below, groups=groups, level=level)
        factor = what.factor
    elif what.kind is Kind.SHARE:
        found = small_areas.beta_binomial(across, below, groups=groups, level=level)
        factor = what.factor
    else:
        found = sex_ratio.pooled_sex_ratio(across, below, groups=groups, level=level)
        factor = what.factor / 100
    return Figure(found.value.T, found.low.T, found.high.T, level).times(factor)


def _told(figure: Figure, missing: Ints) -> tuple[npt.NDArray[np.int8], LeftOut]:
    """Why each value is unknown, and what was left out by area; a missing month goes before the rest."""
    unknown = np.isnan(figure.value)
    absent = missing > 0
    counts = {Why.MISSING_MONTH: missing}
    for reason, number in figure.left_out.counts.items():
        shown = np.where(absent, 0, number)  # what a missing month brings about is not told twice
        counts[reason] = counts[reason] + shown if reason in counts else shown
    why = np.full(unknown.shape, KNOWN, dtype=np.int8)
    why[unknown] = REASONS.index(Why.EMPTY_AREA)
    for reason in reversed(counts):
        if reason not in {Why.SPREAD, Why.BORROWED}:
            why[unknown & (counts[reason] > 0)] = REASONS.index(reason)
    by_area = {reason: number.sum(axis=1) for reason, number in counts.items() if number.any()}
    return why, LeftOut(by_area)
