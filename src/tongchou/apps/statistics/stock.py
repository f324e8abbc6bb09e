"""Living people on the day of a snapshot by all that is counted of them."""

from __future__ import annotations

import numpy as np
import polars as pl

from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.statistics.files import STOCK
from tongchou.apps.statistics.villages import Villages
from tongchou.domain.demography.left_out import OLDEST, Ints
from tongchou.domain.statistics.counting import People, Spells, age_on
from tongchou.domain.statistics.stock import BY, PEOPLE, counted


def stock_of(
    snapshot: snapshots.Snapshot,
    history: snapshots.History,
    people: People,
    registered: Spells,
    resident: Spells,
    villages: Villages,
) -> tuple[pl.DataFrame, int]:
    """The table of ``files.STOCK``, and how many living people of the snapshot have no village on the tree.

    Who is older than 120, died nobody knows when, or is of unknown age: as in the cubes of months.
    """
    day = np.datetime64(snapshot.as_of, "D")
    alive = ~people.lost & ~(people.died <= day) & ~(people.born > day)
    age = np.full(people.born.size, -1, dtype=np.int64)
    known = alive & ~np.isnat(people.born)
    age[known] = age_on(people.born[known], np.broadcast_to(day, known.sum()))
    place = _on(registered, people, day)
    counties = villages.areas["county_code"].to_numpy()
    lives = _lives_away(history, people, registered, resident, day, villages, counties)
    counted_in = alive & (age <= OLDEST) & (place >= 0)
    hukou = snapshots.read_columns(snapshot, ["person_id", "hukou_kind"])
    table = (
        pl.DataFrame(
            {
                "person_id": history.people["person_id"],
                "place": place,
                "age": pl.Series(age, dtype=pl.Int16),
                "sex": pl.Series(people.sex + 1, dtype=pl.Int8),
                "residence": lives,
                "education": history.people["education"],
            }
        )
        .filter(pl.Series(counted_in))
        .join(hukou, on="person_id", how="left")
        .with_columns(
            pl.when(pl.col("age") >= 0).then(pl.col("age")),
            pl.when(pl.col("sex") > 0).then(pl.col("sex")),
        )
    )
    by = ("place", *BY[1:])
    sums: pl.DataFrame = counted(table, by)
    placed = pl.DataFrame(
        _shares(villages), schema={"place": pl.Int64, "row": pl.Int64, "share": pl.Float64}, orient="row"
    )
    codes = (
        villages.areas.select(area_code="code")
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
    )
    result = (
        sums.join(placed, on="place")
        .join(codes, on="row")
        .group_by(BY)
        .agg((pl.col(PEOPLE) * pl.col("share")).sum())
        .sort(BY, nulls_last=True)
    )
    return result.select(list(STOCK)), int(
        (alive & (place == -1) & _registered_here(registered, place)).sum()
    )


def _on(spells: Spells, people: People, day: np.datetime64) -> Ints:
    """The place of each person on a day; −1 elsewhere or unknown, −2 without any spell by then."""
    place = np.full(people.born.size, -2, dtype=np.int64)
    begun = np.isnat(spells.start) | (spells.start <= day)
    place[spells.person[begun]] = spells.place[begun]  # ordered in time: the last one stays
    return place


def _registered_here(registered: Spells, place: Ints) -> Ints:
    here = np.zeros(place.size, dtype=bool)
    here[registered.person] = True
    return here


def _lives_away(
    history: snapshots.History,
    people: People,
    registered: Spells,
    resident: Spells,
    day: np.datetime64,
    villages: Villages,
    counties: np.ndarray,
) -> pl.Series:
    """``here`` or ``away``: whether people live in the county they are registered in; null: nobody said."""
    said = np.zeros(people.born.size, dtype=bool)
    numbers = history.people["person_id"].to_numpy()
    actual = history.spells.filter(pl.col("kind") == 1)["person_id"].to_numpy()
    said[np.searchsorted(numbers, actual)] = True
    county = _county(_on(registered, people, day), villages, counties)
    living = _county(_on(resident, people, day), villages, counties)
    return pl.Series(np.where(county == living, "here", "away")).set(pl.Series(~said), None)


def _county(place: Ints, villages: Villages, counties: np.ndarray) -> np.ndarray:
    first = np.array([shares[0][0] for shares in villages.shares], dtype=np.int64)
    row = np.concatenate([np.arange(counties.size), first])
    result = np.full(place.size, "", dtype=object)
    result[place >= 0] = counties[row[place[place >= 0]]]
    return result


def _shares(villages: Villages) -> list[tuple[int, int, float]]:
    """Place, village and share: villages are wholly themselves."""
    size = villages.areas.height
    return [(row, row, 1.0) for row in range(size)] + [
        (size + extra, village, share)
        for extra, shares in enumerate(villages.shares)
        for village, share in shares
    ]
