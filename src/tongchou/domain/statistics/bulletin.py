"""The monthly bulletin of an area: what it says in figures, from counts by month.

A difference to a year before is told as up or down only when its interval leaves out nothing having changed
(``demography.news``), at a level for all comparisons of the bulletin together. Births, natural increase and
the sex ratio are told as they are: no order, target or judgement follows; areas stand as in the tree.
"""

from __future__ import annotations

import hashlib

import numpy as np

from tongchou.domain.demography.news import level_for
from tongchou.domain.rounding import BASE
from tongchou.domain.statistics import figures
from tongchou.domain.statistics.content import (
    WIDE,
    Content,
    Edition,
    Fact,
    Kind,
    Place,
    Table,
)
from tongchou.domain.statistics.counted import Counted
from tongchou.domain.statistics.cube import MonthCube
from tongchou.domain.statistics.facts_told import (
    FLOWS,
    flow_facts,
    people_facts,
    rate_facts,
    timeliness,
)
from tongchou.domain.statistics.tables_told import (
    ages_table,
    parts_tables,
    reporting,
    restatements,
    trend,
)


def bulletin(
    cube: MonthCube, place: Place, *, month: np.datetime64, edition: Edition, key: str = ""
) -> Content:
    """What the bulletin of a month says.

    Parameters
    ----------
    cube
        Of villages, with months before and, where they are in, after ``month``: the last of them is what is
        known by now.
    place
        A township or wider.
    month
        The month told of.
    key
        For the rounding of the public edition, kept secret.

    Raises
    ------
    ValueError
        For a village, or a month that is not in the cube.
    """
    if place.level not in WIDE:
        raise ValueError("a bulletin is of a township or a wider area")
    counted = Counted(cube, place, edition, key)
    try:
        at = counted.at(month)
    except KeyError:
        raise ValueError(f"no records of {month}") from None
    return Content(
        kind=Kind.BULLETIN,
        area=place.code,
        area_name=place.name,
        level=place.level,
        period=str(month),
        edition=edition,
        basis=str(cube.basis),
        boundaries=cube.boundaries.isoformat(),
        known_until=str(cube.months[-1]),
        reported=(int(counted.villages_reported[at]), counted.villages),
        facts=tuple(_facts(counted, month)),
        tables=tuple(_tables(counted, month)),
        left_out=left_out(counted),
        inputs=digest(cube, place),
    )


def digest(cube: MonthCube, place: Place) -> str:
    """SHA-256 of the counts of an area's villages: of what everything said of it is made."""
    own = Counted(cube, place, Edition.INTERNAL, "").cube
    rows = np.array([place_ for place_, code in enumerate(own.areas) if code in set(place.villages)], int)
    found = hashlib.sha256(f"{own.basis}\0{own.boundaries}\0{own.months.astype(str).tolist()}".encode())
    found.update("\0".join(own.areas[row] for row in rows).encode())
    for name in ("stock", "person_years", "deaths", "births", "mothers", "arrivals", "departures",
                 "births_delay", "deaths_delay", "unknown", "reported"):  # fmt: skip
        found.update(np.ascontiguousarray(getattr(own, name)[rows]).tobytes())
    return found.hexdigest()


def left_out(counted: Counted) -> tuple[tuple[str, int], ...]:
    """What could not be counted, by reason; in the public edition as a multiple of the base."""
    public = counted.edition is Edition.PUBLIC
    told = {
        why: BASE * round(number / BASE) if public else number
        for why, number in counted.own.left_out.totals().items()
    }
    return tuple(sorted((str(why), number) for why, number in told.items() if number))


def _facts(counted: Counted, month: np.datetime64) -> list[Fact]:
    january = month.astype("datetime64[Y]").astype("datetime64[M]")
    spans = [("month", month), ("to_date", january)] if month != january else [("month", month)]
    level = level_for(
        len(spans) * (len(FLOWS) + 1) + len(figures.rates_of(counted.place.level)) + len(figures.STRUCTURE)
    )
    found = people_facts(counted, month)
    for span, first in spans:
        found += flow_facts(counted, first, month, span, level)
    found += rate_facts(counted, month, "rolling_year", level)
    return [*found, *timeliness(counted, month)]


def _tables(counted: Counted, month: np.datetime64) -> list[Table]:
    return [
        trend(counted, month),
        ages_table(counted, month),
        *parts_tables(counted, month),
        restatements(counted, month),
        reporting(counted, month),
    ]
