"""Figures of areas from the cubes, for who may see them.

Sums over townships and counties are made once a process and set of cubes; a figure of some areas then takes
milliseconds. Areas that lean on their group do so on all of it, whoever looks, so that one area has one
figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext_lazy as _

from tongchou.apps.statistics import queries, reach, stock_counts
from tongchou.apps.statistics.models import Built
from tongchou.apps.statistics.reach import Level
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.demography.left_out import Floats, Ints
from tongchou.domain.statistics import compute, profiles, quality
from tongchou.domain.statistics.composition import PARTS, Composition, Part, composition
from tongchou.domain.statistics.cube import Basis, MonthCube
from tongchou.domain.statistics.indicators import INDICATORS, Indicator
from tongchou.domain.statistics.profiles import AgeRates, Cohorts, Lexis, Pyramid, Rate
from tongchou.domain.statistics.quality import Scorecard
from tongchou.domain.statistics.series import Series, Step


def figure_series(
    built: Built,
    code: str,
    *,
    basis: Basis,
    areas: Level | Sequence[str],
    step: Step,
    scope: Scope,
    leaning: bool = False,
    level: float = 0.95,
) -> Series:
    """One indicator of areas over periods.

    Parameters
    ----------
    code
        Of the indicator.
    areas
        ``village``, ``township`` or ``county`` for all of that level that the scope wholly reaches, or codes
        of one level.
    step
        What a period is.
    leaning
        Whether villages lean on their township, townships on their county; counties have nothing to lean on.
    level
        Probability of the intervals.

    Raises
    ------
    NotFound
        For an indicator or an area that is not there, or not to be seen.
    Conflict
        ``statistics.not_shown`` when the indicator is not shown for such areas or periods;
        ``statistics.no_leaning`` when it cannot lean. Or as ``queries.months``.
    """
    what = indicator(code)
    every, at = reach.chosen(built, areas, scope)
    if not what.allows(step, every.level, leaning=leaning):
        raise not_shown()
    if leaning and (not what.leans or every.level == "county"):
        raise Conflict("statistics.no_leaning", _("These figures cannot lean on those of a larger area."))
    if leaning:
        return _leaning(summed(built, every.level, basis), every, code, step, level).only(at)
    return compute.series(summed(built, every.level, basis, at), code, step=step, level=level)


def indicator(code: str) -> Indicator:
    """The definition of an indicator.

    Raises
    ------
    NotFound
        ``statistics.no_indicator`` when there is none of that code.
    """
    if code not in INDICATORS:
        raise NotFound("statistics.no_indicator", _("There is no such indicator."))
    return INDICATORS[code]


def pyramid_of(
    built: Built,
    areas: Level | Sequence[str],
    *,
    basis: Basis,
    scope: Scope,
    month: np.datetime64 | str | None = None,
) -> Pyramid:
    """People of areas by age and sex at the end of a month, the last one when left out.

    Raises
    ------
    NotFound
        For an area or a month that is not there.
    """
    every, at = reach.chosen(built, areas, scope)
    cube = summed(built, every.level, basis, at)
    try:
        return profiles.pyramid(cube, cube.months[-1] if month is None else month)
    except KeyError as error:
        raise NotFound("statistics.no_month", _("There is no such month in these figures.")) from error


def age_rates_of(
    built: Built,
    rate: Rate,
    areas: Level | Sequence[str],
    *,
    basis: Basis,
    step: Step,
    scope: Scope,
) -> AgeRates:
    """Births by the mother's age or deaths by age and sex, of townships and larger areas.

    Raises
    ------
    NotFound
        As ``figure_series``.
    Conflict
        ``statistics.not_shown`` for villages, months and quarters.
    """
    every, at = reach.chosen(built, areas, scope)
    _no_village(every.level)
    try:
        return profiles.age_rates(summed(built, every.level, basis, at), rate, step=step)
    except compute.NotShownError as error:
        raise not_shown() from error


def lexis_of(built: Built, areas: Level | Sequence[str], *, basis: Basis, scope: Scope) -> Lexis:
    """People, deaths and person-years by age group, sex and calendar year, of townships and larger areas.

    Raises
    ------
    NotFound
        As ``figure_series``.
    Conflict
        ``statistics.not_shown`` for villages.
    """
    every, at = reach.chosen(built, areas, scope)
    _no_village(every.level)
    return profiles.lexis(summed(built, every.level, basis, at))


def cohorts_of(
    built: Built,
    areas: Level | Sequence[str],
    *,
    basis: Basis,
    scope: Scope,
    month: np.datetime64 | str | None = None,
) -> Cohorts:
    """Five-year groups beside the same people five years before a month, the last one when left out.

    Raises
    ------
    NotFound
        For an area that is not there, and where one of the two months is not in the counts.
    Conflict
        ``statistics.not_shown`` for villages.
    """
    every, at = reach.chosen(built, areas, scope)
    _no_village(every.level)
    cube = summed(built, every.level, basis, at)
    try:
        return profiles.cohorts(cube, cube.months[-1] if month is None else month)
    except KeyError as error:
        raise NotFound(
            "statistics.no_month", _("These figures do not hold this month and the one five years before.")
        ) from error


def quality_of(built: Built, areas: Level | Sequence[str], *, basis: Basis, scope: Scope) -> Scorecard:
    """The scorecard of the records of townships or counties; how late they are, by the curve of all of them.

    Raises
    ------
    NotFound
        For an area that is not there.
    Conflict
        ``statistics.not_shown`` for villages.
    """
    every, at = reach.chosen(built, areas, scope)
    _no_village(every.level)
    whole = summed(built, every.level, basis)
    ages = None
    if basis is Basis.REGISTERED:
        ages = _over(stock_counts.single_ages(built.path, built.sha256), every, at)
    return quality.quality(whole.only(at), single_ages=ages, curve_of=whole)


@dataclass(frozen=True, slots=True, eq=False)
class Compositions:
    """Shares of the registered people of areas, by part, at the end of the last month."""

    areas: tuple[str, ...]
    parts: tuple[tuple[Part, Composition], ...]


def composition_of(built: Built, areas: Level | Sequence[str], *, scope: Scope) -> Compositions:
    """What share of the registered people of areas lives away, has which registration and which schooling.

    Raises
    ------
    NotFound
        For an area that is not there.
    Conflict
        As ``queries.stock``.
    """
    every, at = reach.chosen(built, areas, scope)
    counts = _over(stock_counts.parts(built.path, built.sha256), every, at)
    found = (composition(*counts[:, number].T) for number in range(len(PARTS)))
    return Compositions(tuple(every.places[one].code for one in at), tuple(zip(PARTS, found, strict=True)))


def cube_of(built: Built, level: Level, *, basis: Basis, scope: Scope) -> MonthCube:
    """The counts by month of all townships or counties that a scope wholly reaches.

    Raises
    ------
    Conflict
        ``statistics.not_shown`` for villages, whose births by the mother's age are in it. Or as
        ``queries.months``.
    """
    _no_village(level)
    return summed(built, level, basis, reach.shown(built, level, scope))


def summed(built: Built, level: Level, basis: Basis, at: Ints | None = None) -> MonthCube:
    """The cube of areas of a level, all of them or those at some places of ``reach.tree``.

    Who may see them was asked before.

    Raises
    ------
    Conflict
        As ``queries.months``.
    """
    villages = queries.months(built, basis)
    if level == "village":
        return villages if at is None or at.tolist() == [*range(len(villages.areas))] else villages.only(at)
    whole = _summed(villages, reach.tree(built, level))
    return whole if at is None else whole.only(at)


@lru_cache(maxsize=12)
def _leaning(cube: MonthCube, every: reach.Tree, code: str, step: Step, level: float) -> Series:
    return compute.series(cube, code, step=step, shrink_groups=every.groups, level=level)


@lru_cache(maxsize=8)
def _summed(villages: MonthCube, every: reach.Tree) -> MonthCube:
    return villages.grouped(every.members, [one.code for one in every.places])


def _over(villages: Floats, every: reach.Tree, at: Ints) -> Floats:
    """Sums of villages over some areas of a level."""
    return np.array([villages[every.members[one]].sum(axis=0) for one in at]).reshape(
        at.size, *villages.shape[1:]
    )


def _no_village(level: Level) -> None:
    if level == "village":
        raise not_shown()


def not_shown() -> Conflict:
    """What is said of a figure that is not shown for such areas or periods."""
    return Conflict(
        "statistics.not_shown",
        _("This figure is not shown for such areas or periods: choose larger areas or whole years."),
    )
