"""Living people on the day of a snapshot by all that is counted of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.statistics.files import STOCK
from tongchou.apps.statistics.villages import UNPLACED, Villages
from tongchou.domain.demography.left_out import OLDEST, Ints
from tongchou.domain.statistics.counting import People, Spells, age_on
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.stock import BY, PEOPLE, added, counted

_BY = ("place", *BY[1:])


class Stock:
    """The table of ``files.STOCK``, added up from parts of the people.

    Who is older than 120, died nobody knows when, or is of unknown age: as in the cubes of months.

    Attributes
    ----------
    unplaced
        Living people of the areas whose village nobody knows, or is not on the tree.
    """

    def __init__(self, snapshot: snapshots.Snapshot, villages: Villages) -> None:
        self._day = np.datetime64(snapshot.as_of, "D")
        self._villages = villages
        self._counties = villages.areas["county_code"].to_numpy()
        self._hukou = snapshots.read_columns(snapshot, ["person_id", "hukou_kind"])
        self._parts: list[pl.DataFrame] = []
        self.unplaced = 0

    def add(self, history: snapshots.History, people: People, spells: Mapping[Basis, Spells]) -> None:
        """Count a part of the people and their spells."""
        day = self._day
        alive = ~people.lost & ~(people.died <= day) & ~(people.born > day)
        age = np.full(people.born.size, -1, dtype=np.int64)
        known = alive & ~np.isnat(people.born)
        age[known] = age_on(people.born[known], np.broadcast_to(day, known.sum()))
        place = place_on(spells[Basis.REGISTERED], people, day)
        self.unplaced += int((alive & (place == UNPLACED)).sum())
        table = (
            pl.DataFrame(
                {
                    "person_id": history.people["person_id"],
                    "place": place,
                    "age": pl.Series(age, dtype=pl.Int16),
                    "sex": pl.Series(people.sex + 1, dtype=pl.Int8),
                    "residence": self._residence(history, people, spells),
                    "education": history.people["education"],
                }
            )
            .filter(pl.Series(alive & (age <= OLDEST) & (place >= 0)))
            .join(self._hukou, on="person_id", how="left")
            .with_columns(
                pl.when(pl.col("age") >= 0).then(pl.col("age")),
                pl.when(pl.col("sex") > 0).then(pl.col("sex")),
            )
        )
        self._parts.append(counted(table, _BY))

    def table(self) -> pl.DataFrame:
        """All parts as one; people of split villages are shared out."""
        if not self._parts:
            return pl.DataFrame(schema=STOCK)
        placed = pl.DataFrame(
            _shares(self._villages),
            schema={"place": pl.Int64, "area_code": pl.String, "share": pl.Float64},
            orient="row",
        )
        return (
            added(pl.concat(self._parts), _BY)
            .join(placed, on="place")
            .group_by(BY)
            .agg((pl.col(PEOPLE) * pl.col("share")).sum())
            .sort(BY, nulls_last=True)
            .select(list(STOCK))
        )

    def _residence(
        self, history: snapshots.History, people: People, spells: Mapping[Basis, Spells]
    ) -> pl.Series:
        """``here`` or ``away``: whether people live in the county they are registered in; null: unknown."""
        said = np.zeros(people.born.size, dtype=bool)
        actual = history.spells.filter(pl.col("kind") == 1)["person_id"].to_numpy()
        said[np.searchsorted(history.people["person_id"].to_numpy(), actual)] = True
        registered, living = (
            _county(place_on(spells[basis], people, self._day), self._villages, self._counties)
            for basis in Basis
        )
        return pl.Series(np.where(registered == living, "here", "away")).set(pl.Series(~said), None)


def place_on(spells: Spells, people: People, day: np.datetime64) -> Ints:
    """The place of each person on a day, as in ``Spells``; of the dead the last one."""
    place = np.full(people.born.size, -1, dtype=np.int64)
    begun = np.isnat(spells.start) | (spells.start <= day)
    place[spells.person[begun]] = spells.place[begun]  # ordered in time: the last one stays
    return place


def _county(place: Ints, villages: Villages, counties: np.ndarray) -> np.ndarray:
    first = np.array([shares[0][0] for shares in villages.shares], dtype=np.int64)
    row = np.concatenate([np.arange(counties.size), first])
    result = np.full(place.size, "", dtype=object)
    result[place >= 0] = counties[row[place[place >= 0]]]
    return result


def _shares(villages: Villages) -> list[tuple[int, str, float]]:
    """Place, code of the village and share: villages are wholly themselves."""
    codes = villages.areas["code"].to_list()
    return [(row, code, 1.0) for row, code in enumerate(codes)] + [
        (len(codes) + extra, codes[village], share)
        for extra, shares in enumerate(villages.shares)
        for village, share in shares
    ]
