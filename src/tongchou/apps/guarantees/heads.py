"""Money and staff per head of the people of an area, for the last calendar year the counts hold whole.

It says what a government gives to this work, never what people cost: nothing of a family is in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tongchou.apps.guarantees.finding import in_force
from tongchou.apps.guarantees.models import Confirmed, Worker, YearReturn
from tongchou.apps.places import api as places
from tongchou.apps.statistics import api as statistics
from tongchou.core.scope import Scope
from tongchou.domain.demography.left_out import Floats
from tongchou.domain.demography.structure import per_head
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.series import Step

#: Of fewer people a figure per head tells about each of them.
FEWEST: Final = 1000
_AMOUNTS: Final = ("budget", "grassroots", "revenue")


@dataclass(frozen=True, slots=True)
class Head:
    """An area in a year; ``nan`` is not known, or of too few people.

    Attributes
    ----------
    people
        Mean population of the year: its person-years.
    budget, grassroots, revenue
        Fen per head by the accepted return: budget for this work, its part for the grassroots, revenue.
    workers
        Per thousand people, on the last day of the year.
    """

    code: str
    name: str
    people: float
    budget: float
    grassroots: float
    revenue: float
    workers: float


def heads_of(
    built: statistics.Built, villages: Collection[str], *, basis: Basis, scope: Scope, on: dt.date
) -> tuple[int, list[Head]] | None:
    """The year and the figures of whole counties, of a single one with its townships; None of anything less.

    None too where no calendar year is whole. In the order of the tree. Returns are those accepted up to the
    day ``on``. A fixed number of queries.
    """
    levels: list[tuple[str, list[statistics.Group]]] = []
    counties = statistics.groups(built, "county", villages=villages)
    if counties:
        levels.append(("county", counties))
    if len(counties) < 2 and (townships := statistics.groups(built, "township", villages=villages)):
        levels.append(("township", townships))
    if not levels:
        return None
    year, people = 0, []
    for _level, several in levels:
        found = statistics.figure_series(
            built, "cdr", basis=basis, areas=[one.code for one in several], step=Step.YEAR, scope=scope
        )
        if not found.periods.size:
            return None
        year = int(str(found.periods[-1])[:4])
        people.append(np.asarray(found.under)[:, -1])
    every = [one for _level, several in levels for one in several]
    returned = in_force(scope, (year,), on=on)
    return year, _heads(every, np.concatenate(people), year, scope, returned)


def _heads(
    every: Sequence[statistics.Group],
    people: Floats,
    year: int,
    scope: Scope,
    returned: Mapping[tuple[str, int], YearReturn],
) -> list[Head]:
    areas = places.Area.objects.within(scope).filter(code__in=[one.code for one in every], valid_to=None)
    ends = {code: (low, high) for code, low, high in areas.values_list("code", "scope_no", "scope_end")}
    last = dt.date(year, 12, 31)
    rows = [returned.get((one.code, year)) for one in every]
    values = [[None if row is None else getattr(row, name) for name in _AMOUNTS] for row in rows]
    amounts = np.array(values, dtype=float).reshape(len(every), len(_AMOUNTS))
    workers = _workers([ends.get(one.code) for one in every], scope, last)
    money = [per_head(amounts[:, at], people, minimum=FEWEST) for at in range(len(_AMOUNTS))]
    staff = 1000 * per_head(workers, people, minimum=FEWEST)
    return [
        Head(one.code, one.name, float(people[at]), *(float(part[at]) for part in money), float(staff[at]))
        for at, one in enumerate(every)
    ]


def _workers(ends: Sequence[tuple[int, int] | None], scope: Scope, on: dt.date) -> Floats:
    """(areas,) staff at work on a day; unknown where nobody keeps a register of staff."""
    staff = Worker.objects.filter(scope.q("scope_no"), since__lte=on)
    rows = list(staff.values_list("scope_no", "until"))
    known = np.array(sorted(number for number, _until in rows), dtype=np.int64)
    there = np.array(sorted(number for number, until in rows if until is None or until > on), dtype=np.int64)
    confirmed = Confirmed.objects.filter(scope.q("scope_no"), on__lte=on).values_list("scope_no", flat=True)
    known = np.sort(np.concatenate([known, np.array(list(confirmed), dtype=np.int64)]))

    def inside(numbers: np.ndarray, pair: tuple[int, int]) -> int:
        return int(np.searchsorted(numbers, pair[1], side="right") - np.searchsorted(numbers, pair[0]))

    return np.array(
        [np.nan if pair is None or not inside(known, pair) else inside(there, pair) for pair in ends],
        dtype=float,
    )
