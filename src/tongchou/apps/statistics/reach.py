"""The areas of cubes that a reader may see: villages of the own areas, and sums that lie wholly in them.

A sum of areas of which some lie outside is not shown, because what is missing from it could be read off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.statistics import files, queries
from tongchou.apps.statistics.listing import held
from tongchou.apps.statistics.models import Built
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.domain.demography.left_out import Flags, Ints

Level = Literal["village", "township", "county"]
#: From the widest down.
LEVELS: Final[tuple[Level, ...]] = ("county", "township", "village")
_ABOVE: Final[dict[Level, Level]] = {"village": "township", "township": "county"}
_CODE: Final[dict[Level, str]] = {"village": "code", "township": "township_code", "county": "county_code"}
_INTERVAL: Final = ("pk", "level", "scope_no", "scope_end")
_NAME: Final[dict[Level, str]] = {"village": "name", "township": "township_name", "county": "county_name"}


@dataclass(frozen=True, slots=True)
class Place:
    """An area of the cubes: its code and name on the day of their tree, and the code of the area above it."""

    code: str
    name: str
    level: Level
    above: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The areas of a level, in the order of the tree, with the places of their villages in the cubes.

    ``at`` finds them by code; ``groups`` numbers the area above each: those of one number lean on each other.
    """

    level: Level
    places: tuple[Place, ...]
    at: Mapping[str, int]
    members: tuple[Ints, ...]
    groups: Ints


def tree(built: Built, level: Level) -> Tree:
    """All areas of a level, whoever may see them.

    Raises
    ------
    Conflict
        As ``queries.areas_of``.
    """
    queries.areas_of(built)  # verifies the files
    return _tree(built.path, built.sha256, level)


# ``sha256`` is part of what is remembered: a folder that was written anew is read again.
@lru_cache(maxsize=24)
def _tree(path: str, sha256: str, level: Level) -> Tree:
    areas = files.read_table(path, "areas")
    codes, names = areas[_CODE[level]].to_list(), areas[_NAME[level]].to_list()
    above = areas[_CODE[_ABOVE[level]]].to_list() if level in _ABOVE else [None] * len(codes)
    rows: dict[str, list[int]] = {}
    for place, code in enumerate(codes):
        rows.setdefault(code, []).append(place)
    found = tuple(Place(code, names[own[0]], level, above[own[0]]) for code, own in rows.items())
    number = {code: at for at, code in enumerate(dict.fromkeys(one.above for one in found))}
    return Tree(
        level,
        found,
        {one.code: at for at, one in enumerate(found)},
        tuple(np.array(own, dtype=np.int64) for own in rows.values()),
        np.array([number[one.above] for one in found], dtype=np.int64),
    )


def reached(built: Built, scope: Scope) -> Flags:
    """Which villages of the cubes lie in a scope; one query unless all do.

    A village that ended before today lies where it was carried over to.
    """
    areas = queries.areas_of(built)
    if held(built).intervals and all(scope.covers_interval(low, high) for low, high in built.intervals):
        return np.ones(areas.height, dtype=bool)
    villages = places.Area.objects.within(scope).filter(level=places.Level.VILLAGE).valid(built.boundaries)
    codes = set(villages.values_list("code", flat=True))
    return np.array([code in codes for code in areas["code"]], dtype=bool)


def shown(built: Built, level: Level, scope: Scope) -> Ints:
    """Places, in ``tree(built, level)``, of the whole areas all of whose villages a scope reaches."""
    inside, entire = reached(built, scope), whole(built, level)
    return np.flatnonzero([bool(inside[rows].all()) for rows in tree(built, level).members] & entire)


def whole(built: Built, level: Level) -> Flags:
    """Which areas of a level were counted with all their villages: what is left of others is not them.

    A snapshot of one township holds people of its county, and is none of the county.
    """
    every = tree(built, level)
    if level == "village":
        return np.ones(len(every.places), dtype=bool)
    intervals = tuple((low, high) for low, high in built.intervals)
    parts = _parts(built.boundaries, built.path, intervals, level)
    return np.array([one.code not in parts for one in every.places], dtype=bool)


# What was counted, and the tree of a day that is over, do not change.
@lru_cache(maxsize=24)
def _parts(day: dt.date, _path: str, intervals: tuple[tuple[int, int], ...], level: Level) -> frozenset[str]:
    """Codes of the areas of a level of which some village, on a day, lies outside what was counted."""
    parents, counted = places.parents_on(day), Scope(intervals)
    found = places.Area.objects.filter(level__in=LEVELS).valid(day)
    areas = {pk: (kind, low, high) for pk, kind, low, high in found.values_list(*_INTERVAL)}
    outside = set()
    for pk, (kind, low, high) in areas.items():
        if kind == "village" and not counted.covers_interval(low, high):
            up = parents.get(pk)
            while up is not None and areas.get(up, ("",))[0] != level:
                up = parents.get(up)
            if up is not None:
                outside.add(up)
    return frozenset(places.codes_on(outside, day).values())


def places_of(built: Built, level: Level, scope: Scope) -> list[Place]:
    """The areas of a level that a reader may see, in the order of the tree."""
    every = tree(built, level).places
    return [every[at] for at in shown(built, level, scope)]


def chosen(built: Built, areas: Level | Sequence[str], scope: Scope) -> tuple[Tree, Ints]:
    """The level that was asked for and the places of its areas: all that may be seen, or some by their codes.

    Raises
    ------
    NotFound
        ``statistics.no_area`` for a code that no area of the cubes has, or one that may not be seen; codes of
        different levels are refused alike.
    """
    if isinstance(areas, str):
        level: Level = areas  # type: ignore[assignment]
        return tree(built, level), shown(built, level, scope)
    for level in LEVELS:
        every = tree(built, level)
        at = [every.at.get(code) for code in areas]
        if at and None not in at:
            seen = set(shown(built, level, scope).tolist())
            if all(one in seen for one in at):
                return every, np.array(at, dtype=np.int64)
    raise NotFound("statistics.no_area", _("There is no such area among yours in these figures."))
