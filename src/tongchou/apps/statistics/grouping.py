"""What a reader chose, as one area or as some beside each other: sums of the villages the reader reaches.

An area that lies partly outside is never shown under its name: what is missing from it could be read off. The
reader's own villages together are no such area, and are called by the reader's unit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchou.apps.statistics import figures, queries, reach
from tongchou.apps.statistics.models import Built
from tongchou.apps.statistics.reach import Level
from tongchou.core.scope import Scope
from tongchou.domain.demography.left_out import Ints, ratio
from tongchou.domain.statistics.brass import GROUPS, PF, pf
from tongchou.domain.statistics.cube import Basis, MonthCube, villages_of
from tongchou.domain.statistics.date_digits import DAYS, EVENTS, MONTHS, DateDigits, date_digits


@dataclass(frozen=True, slots=True)
class Group:
    """An area of the cubes' own tree with its villages; ``above`` names the area it lies in."""

    code: str
    name: str
    above: str
    villages: tuple[str, ...]


def villages_in(built: Built, scope: Scope) -> tuple[str, ...]:
    """Codes of the villages of the cubes that a scope reaches, in the order of the tree."""
    every = reach.tree(built, "village").places
    return tuple(every[at].code for at in np.flatnonzero(reach.reached(built, scope)))


def groups(built: Built, level: Level, *, villages: Collection[str]) -> list[Group]:
    """The whole areas of a level all of whose villages are among some, in the order of the tree."""
    every, wanted = reach.tree(built, level), frozenset(villages)
    codes = [one.code for one in reach.tree(built, "village").places]
    names = {one.code: one.name for above in reach.LEVELS[:-1] for one in reach.tree(built, above).places}
    found = []
    for place, rows, whole in zip(every.places, every.members, reach.whole(built, level), strict=True):
        inside = tuple(codes[row] for row in rows)
        if whole and wanted.issuperset(inside):
            found.append(Group(place.code, place.name, names.get(place.above or "", ""), inside))
    return found


def lowest_whole(built: Built, villages: Collection[str]) -> Level:
    """The widest level of which some villages are whole areas: ``county``, ``township``, else ``village``.

    Figures are shown down to a level; two villages chosen together are no township.
    """
    inside = _rows(built, villages)
    level: Level
    for level in reach.LEVELS[:-1]:
        every = zip(reach.tree(built, level).members, reach.whole(built, level), strict=True)
        met = [whole and bool(inside[rows].all()) for rows, whole in every if inside[rows].any()]
        if met and all(met):
            return level
    return "village"


def of_groups(built: Built, basis: Basis, wanted: Sequence[Group], *, months: int | None = None) -> MonthCube:
    """The cube of some areas, each the sum of its villages; of the latest so many months, all when left out.

    Raises
    ------
    Conflict
        As ``queries.months``.
    """
    codes = [one.code for one in wanted]
    whole = _whole_townships(built, wanted)
    if whole is not None:
        return _latest(figures.summed(built, "township", basis), months).grouped(whole, codes)
    cube = _latest(queries.months(built, basis), months)
    return cube.grouped(villages_of(cube.areas, [one.villages for one in wanted]), codes)


def _latest(cube: MonthCube, months: int | None) -> MonthCube:
    return cube if months is None else cube.between(cube.months[-1] - (months - 1), cube.months[-1])


def stock_of(built: Built, villages: Collection[str]) -> pl.DataFrame:
    """The rows of ``queries.stock`` of some villages.

    Raises
    ------
    Conflict
        As ``queries.stock``.
    """
    return queries.stock(built).filter(pl.col("area_code").is_in(list(villages)))


def birth_orders_of(built: Built, villages: Collection[str]) -> pl.DataFrame:
    """The rows of ``queries.birth_orders`` of the townships some villages lie in.

    Raises
    ------
    Conflict
        ``statistics.not_shown`` where the villages are not whole counties. Or as ``queries.birth_orders``.
    """
    if lowest_whole(built, villages) != "county":
        raise figures.not_shown()
    return _of_townships(built, queries.birth_orders(built), villages)


def pf_of(built: Built, villages: Collection[str]) -> PF | None:
    """P/F of the counties some villages make up, taken together; None where it was not counted yet.

    Raises
    ------
    Conflict
        ``statistics.not_shown`` where the villages are not whole counties. Or as ``queries.children_born``.
    """
    if lowest_whole(built, villages) != "county":
        raise figures.not_shown()
    table = _of_townships(built, queries.children_born(built), villages)
    if table.is_empty():
        return None
    counts = np.zeros((3, len(GROUPS)))
    at = np.searchsorted(np.array(GROUPS), table["age"].to_numpy())
    for row, name in enumerate(("women", "children", "recent")):
        np.add.at(counts[row], at, table[name].to_numpy())
    born = birth_orders_of(built, villages)
    named = float(born.filter(pl.col("nth") > 0)["births"].sum())
    return pf(*counts, mothers=ratio(named, float(born["births"].sum())))


def date_digits_of(built: Built, villages: Collection[str]) -> DateDigits | None:
    """Preference for days among dates of birth and of death; None where they were not counted yet.

    Of the townships or counties some villages make up, taken together; axes: ``date_digits.EVENTS``.

    Raises
    ------
    Conflict
        ``statistics.not_shown`` where the villages are not whole townships. Or as ``queries.dates``.
    """
    if lowest_whole(built, villages) == "village":
        raise figures.not_shown()
    table = _of_townships(built, queries.dates(built), villages)
    if table.is_empty():
        return None
    counts = np.zeros((len(EVENTS), MONTHS + 1, DAYS + 1))
    event = table["event"].replace_strict(list(EVENTS), list(range(len(EVENTS))), return_dtype=pl.Int64)
    at = (event.to_numpy(), *(table[name].to_numpy().astype(np.int64) for name in ("month", "day")))
    np.add.at(counts, at, table["people"].to_numpy())
    return date_digits(counts)


def _of_townships(built: Built, table: pl.DataFrame, villages: Collection[str]) -> pl.DataFrame:
    """The rows of a table of the townships some villages lie in."""
    inside = queries.areas_of(built).filter(pl.col("code").is_in(list(villages)))
    return table.filter(pl.col("township_code").is_in(inside["township_code"].unique().implode()))


def _rows(built: Built, villages: Collection[str]) -> np.ndarray:
    """(villages,): which of the cubes' villages are among some."""
    every = reach.tree(built, "village")
    found = np.zeros(len(every.places), dtype=bool)
    found[[every.at[code] for code in villages]] = True
    return found


def _whole_townships(built: Built, wanted: Sequence[Group]) -> list[Ints] | None:
    """The places of the townships each area is made of; None when one is not made of whole ones."""
    every = reach.tree(built, "township")
    sizes = np.array([rows.size for rows in every.members])
    of = np.zeros(int(sizes.sum()), dtype=np.int64)
    for place, rows in enumerate(every.members):
        of[rows] = place
    at = reach.tree(built, "village").at
    found = []
    for one in wanted:
        mine, count = np.unique(of[[at[code] for code in one.villages]], return_counts=True)
        if (count != sizes[mine]).any():
            return None
        found.append(mine)
    return found
