"""Cubes of whole areas: villages summed to what a reader chose, townships summed once a process.

A prefecture has 3,700 villages and 250 townships: whoever looks at townships or wider areas never touches the
arrays of villages again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import polars as pl

from tongchou.apps.statistics.models import Built
from tongchou.apps.statistics.queries import areas_of, months, stock
from tongchou.domain.divisions import Level
from tongchou.domain.statistics.cube import Basis, MonthCube, villages_of

#: Sets of cubes of which the townships stay summed; one of a prefecture takes 20 MB.
_KEPT: Final = 4
#: Columns of the villages' table that name the area of a level.
_OF_LEVEL: Final = {"village": "code", "township": "township_code", "county": "county_code"}


@dataclass(frozen=True, slots=True)
class Group:
    """An area of the cubes' own tree with its villages; ``above`` names the area it lies in."""

    code: str
    name: str
    above: str
    villages: tuple[str, ...]


def groups(built: Built, level: Level, *, villages: Collection[str]) -> list[Group]:
    """The areas of a level that hold some of the villages, in the order of the tree, with those alone.

    Parameters
    ----------
    built
        Whose tree it is.
    level
        ``village``, ``township`` or ``county``.
    villages
        Codes of villages the reader may see; others are left out.
    """
    wanted = frozenset(villages)
    column = _OF_LEVEL[level]
    found: dict[str, tuple[str, str, list[str]]] = {}
    for row in _rows(_Key.of(built)):
        if row["code"] not in wanted:
            continue
        above = {"village": "township_name", "township": "county_name"}.get(level)
        name = row[column.replace("code", "name")]
        found.setdefault(row[column], (name, row[above] if above else "", []))[2].append(row["code"])
    return [Group(code, name, above, tuple(inside)) for code, (name, above, inside) in found.items()]


def lowest_whole(built: Built, villages: Collection[str]) -> Level:
    """The level of which villages are whole areas: ``county``, ``township``, else ``village``.

    Figures are shown down to a level; two villages chosen together are no township.
    """
    wanted = frozenset(villages)
    by_level: dict[Level, dict[str, tuple[int, int]]] = {"county": {}, "township": {}}
    for row in _rows(_Key.of(built)):
        inside = row["code"] in wanted
        for level, counted in by_level.items():
            some, whole = counted.get(row[_OF_LEVEL[level]], (0, 0))
            counted[row[_OF_LEVEL[level]]] = (some + inside, whole + 1)
    for level, counted in by_level.items():
        met = [(some, whole) for some, whole in counted.values() if some]
        if met and all(some == whole for some, whole in met):
            return level
    return "village"


def of_groups(built: Built, basis: Basis, wanted: Sequence[Group]) -> MonthCube:
    """The cube of some areas, each the sum of its villages.

    Raises
    ------
    Conflict
        As ``queries.months``.
    """
    codes = [one.code for one in wanted]
    cube = months(built, basis)
    whole = _whole_townships(built, wanted)
    if whole is None:
        return cube.grouped(villages_of(cube.areas, [one.villages for one in wanted]), codes)
    townships = _townships(_Key.of(built), Basis(basis))
    return townships.grouped(villages_of(townships.areas, whole), codes)


def stock_of(built: Built, villages: Collection[str]) -> pl.DataFrame:
    """The rows of ``queries.stock`` of some villages.

    Raises
    ------
    Conflict
        As ``queries.months``.
    """
    return stock(built).filter(pl.col("area_code").is_in(list(villages)))


def _whole_townships(built: Built, wanted: Sequence[Group]) -> list[list[str]] | None:
    """The townships each area is made of; None when one of them is not made of whole ones."""
    inside = _inside(_Key.of(built))
    found = []
    for one in wanted:
        have = frozenset(one.villages)
        mine: dict[str, None] = {}
        for village in one.villages:
            mine.setdefault(inside.township[village])
        if any(not inside.villages[code] <= have for code in mine):
            return None
        found.append(list(mine))
    return found


@dataclass(frozen=True, slots=True)
class _Inside:
    """Which township each village lies in, and the villages of each township."""

    township: dict[str, str]
    villages: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Key:
    """Cubes by their content, as they are remembered."""

    path: str
    sha256: str
    built: Built = field(compare=False)

    @classmethod
    def of(cls, built: Built) -> _Key:
        return cls(built.path, built.sha256, built)


@lru_cache(maxsize=2 * _KEPT)
def _rows(key: _Key) -> tuple[dict[str, str], ...]:
    return tuple(areas_of(key.built).iter_rows(named=True))


@lru_cache(maxsize=2 * _KEPT)
def _inside(key: _Key) -> _Inside:
    township: dict[str, str] = {}
    villages: dict[str, set[str]] = {}
    for row in _rows(key):
        township[row["code"]] = row["township_code"]
        villages.setdefault(row["township_code"], set()).add(row["code"])
    return _Inside(township, {code: frozenset(inside) for code, inside in villages.items()})


@lru_cache(maxsize=_KEPT)
def _townships(key: _Key, basis: Basis) -> MonthCube:
    cube = months(key.built, basis)
    inside = _inside(key).villages
    return cube.grouped(villages_of(cube.areas, [sorted(one) for one in inside.values()]), list(inside))
