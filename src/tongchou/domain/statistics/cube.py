"""The cube of months: what happened among the people of each village, month by month, in arrays.

Everything published about a population over time starts from one of these. Villages are the first axis, in
the order of the tree; a township, a county or a freely chosen group is a sum of villages (``grouped``). Of a
year, person-years and events are the sum of its months, and the stock is that of the last one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Ints, LeftOut, Why

Months: TypeAlias = npt.NDArray[np.datetime64]  # unit: month
Counts: TypeAlias = npt.NDArray[np.float64]

#: First full ages of the groups: 0, 1 to 4, then five years each, 100 and over. As an abridged life table has
#: them.
AGE_STARTS: Final = (0, 1, *range(5, 101, 5))
#: First ages of the groups of mothers; births to mothers of other or unknown age stand last, apart.
MOTHER_STARTS: Final = tuple(range(15, 50, 5))
#: Months from an event to its record: 0, 1, … 11, and 12 or more.
DELAYS: Final = 13
MEN, WOMEN = 0, 1


class Basis(StrEnum):
    """Whose population it is."""

    REGISTERED = "registered"  # where people are registered (户籍人口)
    RESIDENT = "resident"  # where people live (常住人口)


@dataclass(frozen=True, slots=True, eq=False)
class MonthCube:
    """Counts of villages by month. The first two axes of every array are (villages, months).

    Attributes
    ----------
    basis, boundaries
        Whose population, and the day whose tree of areas the villages are of.
    areas
        Codes of the villages, in the order of the tree.
    months
        (months,): without a gap, the oldest first.
    stock
        (villages, months, ages, 2): people of known age and sex at the end of the month; men, then women.
    person_years, deaths
        (villages, months, ages, 2).
    births
        (villages, months, 2): by the child's sex; of unknown sex in neither.
    mothers
        (villages, months, len(MOTHER_STARTS) + 1): births by the mother's age; the last: other or unknown.
        Only sums of many villages of it are ever shown.
    arrivals, departures
        (villages, months).
    births_delay, deaths_delay
        (villages, months, DELAYS): events of the month by months until they were recorded.
    unknown
        (villages, months): people at the end of the month whose age or sex is not known.
    reported
        (villages, months): False where no record of the month can be expected yet, or the area did not exist.
    left_out
        By village: what could not be counted.
    """

    basis: Basis
    boundaries: dt.date
    areas: tuple[str, ...]
    months: Months
    stock: Counts
    person_years: Counts
    deaths: Counts
    births: Counts
    mothers: Counts
    arrivals: Counts
    departures: Counts
    births_delay: Counts
    deaths_delay: Counts
    unknown: Counts
    reported: npt.NDArray[np.bool_]
    left_out: LeftOut = field(default_factory=LeftOut)

    def __post_init__(self) -> None:
        """Shapes must fit.

        Raises
        ------
        ValueError
            Naming the array that does not.
        """
        first = (len(self.areas), self.months.size)
        ages = (len(AGE_STARTS), 2)
        rest = {
            "stock": ages,
            "person_years": ages,
            "deaths": ages,
            "births": (2,),
            "mothers": (len(MOTHER_STARTS) + 1,),
            "births_delay": (DELAYS,),
            "deaths_delay": (DELAYS,),
        }
        for name in (*rest, "arrivals", "departures", "unknown", "reported"):
            shape = getattr(self, name).shape
            if shape != (*first, *rest.get(name, ())):
                raise ValueError(f"{name}: shape {shape}, not {(*first, *rest.get(name, ()))}")
        if self.months.size > 1 and (np.diff(self.months.astype(np.int64)) != 1).any():
            raise ValueError("months: a gap, or not in order")

    def grouped(self, members: Sequence[npt.ArrayLike], codes: Sequence[str]) -> MonthCube:
        """The same of groups of villages: a township, a county, whatever is chosen.

        Parameters
        ----------
        members
            For each group the places of its villages on the first axis.
        codes
            The code of each group.

        Returns
        -------
        MonthCube
            Sums; a group is ``reported`` where each of its villages is, and never without villages.
        """
        places = [np.asarray(one, dtype=np.int64) for one in members]

        def summed(values: Counts) -> Counts:
            out = np.zeros((len(places), *values.shape[1:]))
            for row, place in zip(out, places, strict=True):
                row[...] = values[place].sum(axis=0, dtype=np.float64)
            return out

        reported = [bool(p.size) & self.reported[p].all(axis=0) for p in places]
        left_out = {
            why: np.array([int(number[p].sum()) for p in places], dtype=np.int64)
            for why, number in self.left_out.counts.items()
        }
        sums: dict[str, Any] = {name: summed(getattr(self, name)) for name in _SUMMED}
        return replace(
            self,
            areas=tuple(codes),
            reported=np.array(reported, dtype=bool).reshape(len(places), self.months.size),
            left_out=LeftOut(left_out),
            **sums,
        )

    def only(self, places: npt.ArrayLike) -> MonthCube:
        """Some of the areas, by their places on the first axis, in the order given."""
        rows = np.asarray(places, dtype=np.int64)
        cut = {name: getattr(self, name)[rows] for name in (*_SUMMED, "reported")}
        left_out = {why: number[rows] for why, number in self.left_out.counts.items()}
        return replace(self, areas=tuple(self.areas[row] for row in rows), left_out=LeftOut(left_out), **cut)

    def between(self, first: np.datetime64, last: np.datetime64) -> MonthCube:
        """The months from ``first`` to ``last``, both included."""
        kept = (self.months >= first) & (self.months <= last)
        cut = {name: getattr(self, name)[:, kept] for name in (*_SUMMED, "reported")}
        return replace(self, months=self.months[kept], **cut)


_SUMMED: Final = tuple(
    one.name
    for one in fields(MonthCube)
    if one.name not in {"basis", "boundaries", "areas", "months", "reported", "left_out"}
)


def month_range(first: str, last: str) -> Months:
    """The months from ``first`` to ``last`` (``"2021-12"``), both included."""
    return np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)


def people(cube: MonthCube) -> Counts:
    """(villages, months): everybody at the end of each month, unknown age or sex included."""
    return np.asarray(cube.stock.sum(axis=(-2, -1)) + cube.unknown)


def left_out_of(cube: MonthCube) -> LeftOut:
    """What a cube left out, but for months and areas: figures of periods tell these themselves."""
    told = {Why.MISSING_MONTH, Why.EMPTY_AREA}
    return LeftOut({why: number for why, number in cube.left_out.counts.items() if why not in told})


def villages_of(areas: Sequence[str], of: Sequence[Sequence[str]]) -> list[Ints]:
    """The places on the first axis of each group of codes; codes it does not have are left out."""
    at = {code: place for place, code in enumerate(areas)}
    return [np.array([at[code] for code in codes if code in at], dtype=np.int64) for codes in of]
