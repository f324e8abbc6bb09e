"""The villages of a cube on the tree of a day, and where records of other days belong among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchou.apps.places import api as places
from tongchou.apps.statistics.files import AREAS
from tongchou.domain.demography.left_out import Ints
from tongchou.domain.statistics import boundaries
from tongchou.domain.statistics.counting import Days
from tongchou.domain.succession import Step

#: Place of people of the areas whose village nobody knows, or that is not on the tree; −1 is elsewhere.
UNPLACED = -2


@dataclass(frozen=True, slots=True)
class Villages:
    """Villages in the order of the tree, and the extra places of people of villages that were split.

    Attributes
    ----------
    areas
        As ``statistics.api.areas_of``.
    epochs
        Days on which areas changed; a record is of the stretch its start lies in.
    place
        (areas of the snapshot, stretches): the row of ``areas`` people recorded there belong to; from the
        number of villages on, an extra place; ``UNPLACED`` where nobody knows.
    shares
        For each extra place its villages with their shares, which add up to 1.
    since
        By village, the first month it has records for: the tree knew it or what it came from.
    """

    areas: pl.DataFrame
    epochs: tuple[dt.date, ...]
    place: Ints
    shares: tuple[tuple[tuple[int, float], ...], ...]
    since: tuple[dt.date, ...]


def villages_on(
    day: dt.date, area_ids: Sequence[int], village_ids: Sequence[int | None], spells: pl.DataFrame
) -> Villages:
    """The villages some areas are, were or became on the tree of a day.

    Parameters
    ----------
    area_ids, village_ids
        Areas records name, each with the village it is or lies in; None for those of a higher level.
    spells
        ``area_id`` and ``start`` of records, by which people are taken back to villages of a day before.
    """
    steps = places.steps()
    epochs = boundaries.epochs(steps)
    parents = places.parents_on(day)
    known = {one for one in village_ids if one is not None}
    areas = places.Area.objects.in_bulk({*area_ids, *known, *parents})
    exists = {pk for pk in parents if areas[pk].level == places.Level.VILLAGE}
    counted = _People(spells, dict(zip(area_ids, village_ids, strict=True)))
    found: dict[tuple[int | None, int], dict[int, float]] = {}
    for stretch, since in enumerate((dt.date.min, *epochs)):
        belong = boundaries.belongs(
            sorted(known), since, steps=steps, on=day, exists=exists, people=counted.before
        )
        for village, whole in belong.items():
            found[village, stretch] = {one: float(share) for one, share in whole.items()}
    for group in set(area_ids) & parents.keys():
        # A villagers' group moves as a whole: where it stood on the day is where its people are.
        village_then = parents[group]
        if areas[group].level == places.Level.GROUP and village_then in exists:
            found |= {(group, stretch): {village_then: 1.0} for stretch in range(len(epochs) + 1)}
    used = {one for shares in found.values() for one in shares}
    listed = _listed(used, day, parents, areas)
    row = {pk: number for number, pk in enumerate(listed["area_id"].to_list())}
    extra: dict[tuple[tuple[int, float], ...], int] = {}
    place = np.full((len(area_ids), len(epochs) + 1), UNPLACED, dtype=np.int64)
    for at, (area, village) in enumerate(zip(area_ids, village_ids, strict=True)):
        for stretch in range(len(epochs) + 1):
            belonging = found.get((area, stretch)) or found.get((village, stretch), {})
            shares = tuple((row[one], share) for one, share in belonging.items())
            if len(shares) == 1:
                place[at, stretch] = shares[0][0]
            elif shares:
                place[at, stretch] = len(row) + extra.setdefault(shares, len(extra))
    before = _came_from(steps)
    since_days = tuple(_known_since(pk, areas, before) for pk in row)
    return Villages(listed.select(list(AREAS)), tuple(epochs), place, tuple(extra), since_days)


class _People:
    """Numbers of people by village and day, from the starts of registered spells alone."""

    def __init__(self, spells: pl.DataFrame, village_of: dict[int, int | None]) -> None:
        self._spells, self._village_of = spells, village_of

    def before(self, area: int, day: dt.date) -> float:
        own = [one for one, village in self._village_of.items() if village == area]
        until = day.year * 10_000 + day.month * 100 + day.day
        start = pl.col("start")
        full = (
            pl.when(start == 0).then(0).when(start < 10_000).then(start * 10_000 + 701)
            .when(start < 1_000_000).then(start * 100 + 15).otherwise(start)
        )  # fmt: skip
        return float(self._spells.filter(pl.col("area_id").is_in(own), full < until).height)


def _listed(
    used: set[int], day: dt.date, parents: dict[int, int | None], areas: dict[int, places.Area]
) -> pl.DataFrame:
    lines = {pk: _above(pk, parents, areas) for pk in used}
    named = used | {one for above in lines.values() for one in above.values()}
    names, codes = places.names_on(named, day), places.codes_on(named, day)

    def line(pk: int) -> dict[str, object]:
        above = lines[pk]
        township, county = above.get(places.Level.TOWNSHIP), above.get(places.Level.COUNTY)
        return {
            "area_id": pk,
            "order": [areas[one].scope_no if one else -1 for one in (county, township, pk)],
            "code": codes[pk],
            "name": names[pk],
            "township_code": codes[township] if township else "",
            "township_name": names[township] if township else "",
            "county_code": codes[county] if county else "",
            "county_name": names[county] if county else "",
        }

    rows = sorted((line(pk) for pk in used), key=lambda one: (one["order"], one["code"]))
    return pl.DataFrame(
        [{name: value for name, value in one.items() if name != "order"} for one in rows],
        schema={"area_id": pl.Int64, **AREAS},
    )


def _above(pk: int, parents: dict[int, int | None], areas: dict[int, places.Area]) -> dict[str, int]:
    """The areas a village lies in, by level."""
    above: dict[str, int] = {}
    up = parents.get(pk)
    while up is not None and up in areas:
        above.setdefault(areas[up].level, up)
        up = parents.get(up)
    return above


def _came_from(steps: Sequence[Step]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for step in steps:
        if step.successor != step.predecessor:
            found.setdefault(step.successor, set()).add(step.predecessor)
    return found


def _known_since(pk: int, areas: dict[int, places.Area], before: dict[int, set[int]]) -> dt.date:
    """The first day of an area or of anything it came from."""
    seen, days, open_ones = {pk}, [], [pk]
    while open_ones:
        one = open_ones.pop()
        area = areas.get(one)
        if area is not None:
            days.append(area.valid_from)
        fresh = before.get(one, set()) - seen
        seen |= fresh
        open_ones += fresh
    return min(days)


def joined(place: Ints, start: Days, person: Ints, villages: Villages) -> Ints:
    """Places of spells, where a split village is followed on the day of the split by one of its parts.

    Who is known to live in a part since that day belonged to it before, too: the change of areas is no move.
    """
    count = villages.areas.height
    days = np.array(villages.epochs, dtype="datetime64[D]")
    result = place.copy()
    for at in np.flatnonzero(result >= count)[::-1]:
        if at + 1 >= result.size or person[at + 1] != person[at] or start[at + 1] not in days:
            continue
        if result[at + 1] in {village for village, _share in villages.shares[result[at] - count]}:
            result[at] = result[at + 1]
    return result
