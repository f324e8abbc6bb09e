"""Births on the hospital's list, the register and the clinics' lists, of whole counties: page, API, commands.

In numbers alone: none leads to a row, a mother or a child, and none is told of anything below a county.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from tongchou.apps.intake import api as intake
from tongchou.apps.statistics import figures, grouping
from tongchou.apps.statistics.models import Built
from tongchou.core.scope import Scope
from tongchou.domain.demography.left_out import Ints
from tongchou.domain.statistics import listed_births
from tongchou.domain.statistics.listed_births import Estimate


@dataclass(frozen=True, slots=True, eq=False)
class ListedYear:
    """The births of a calendar year of some counties together.

    Attributes
    ----------
    cells
        (7,) births in the order of ``capture_recapture.CELLS``: hospital, register, clinics.
    hospital, vaccination
        Whether that list has births of every month of every county, so that it is compared.
    outside
        Births on the lists whose child is registered elsewhere by now.
    counted
        The day of the oldest count in it.
    estimates
        What each pair of lists says, then all three.
    """

    year: int
    cells: Ints
    hospital: bool
    vaccination: bool
    outside: int
    counted: dt.date
    estimates: tuple[Estimate, ...]


def births_on_lists(built: Built, villages: Collection[str], *, scope: Scope) -> list[ListedYear]:
    """The years that can be told of the counties some villages make up, the newest first. One query.

    A year is told when a list has births of all its months of every county, and there are enough of them.

    Raises
    ------
    Conflict
        ``statistics.not_shown`` where the villages are not whole counties.
    """
    if grouping.lowest_whole(built, villages) != "county":
        raise figures.not_shown()
    kept = intake.lists.overlaps(scope=scope)
    counties = [one.code for one in grouping.groups(built, "county", villages=villages)]
    by_year: dict[int, list[intake.lists.Overlap]] = {}
    for code in counties:
        for one in kept.get(code, ()):
            by_year.setdefault(one.year, []).append(one)
    told = (_together(year, by_year[year], len(counties)) for year in sorted(by_year, reverse=True))
    return [one for one in told if one.estimates]


def _together(year: int, parts: list[intake.lists.Overlap], counties: int) -> ListedYear:
    # A county without lists would be counted as one whose every birth is missing from them.
    every = len(parts) == counties
    hospital = every and all(one.hospital for one in parts)
    vaccination = every and all(one.vaccination for one in parts)
    cells = np.sum([one.cells for one in parts], axis=0)
    return ListedYear(
        year=year,
        cells=cells,
        hospital=hospital,
        vaccination=vaccination,
        outside=sum(one.outside for one in parts),
        counted=min(one.counted for one in parts),
        estimates=tuple(listed_births.estimates(cells, hospital=hospital, vaccination=vaccination)),
    )
