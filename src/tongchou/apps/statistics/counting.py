"""From the history of a snapshot to its cubes.

What is not known is decided here once, and counted: see docs/methods/counting.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.statistics.dates import Dates
from tongchou.apps.statistics.files import Cubes
from tongchou.apps.statistics.stock import Stock
from tongchou.apps.statistics.villages import Villages, joined, villages_on
from tongchou.domain.demography.left_out import Ints, LeftOut, Why
from tongchou.domain.statistics.counting import Counting, People, Spells
from tongchou.domain.statistics.cube import MOTHER_STARTS, Basis, Counts, MonthCube, Months
from tongchou.domain.statistics.days import Days, days_of, parts_of

#: Months a cube holds.
MONTHS = 60
Progress = Callable[[int, int], None]
#: People counted at once: what is in memory besides the sums does not grow with the county.
CHUNK = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The cubes, and what could be told of no village.

    ``chosen`` counts dates placed within the month or year they are known to; ``unplaced`` people whose
    village is not on the tree.
    """

    cubes: Cubes
    chosen: int
    unplaced: int


def last_month(as_of: dt.date) -> np.datetime64:
    """The last month that is over on a day."""
    month = np.datetime64(as_of, "M")
    over = np.datetime64(as_of, "D") + 1 == (month + 1).astype("datetime64[D]")
    return month if over else month - 1


def count(
    snapshot: snapshots.Snapshot,
    *,
    boundaries: dt.date,
    months: int = MONTHS,
    progress: Progress | None = None,
) -> Counted:
    """All cubes of a snapshot on the tree of a day.

    Raises
    ------
    Conflict
        When the snapshot holds no history, or its files are missing or were changed.
    """
    tell = progress or (lambda _done, _total: None)
    history = snapshots.read_history(snapshot)
    people = history.people.height
    steps = people // CHUNK + 3
    tell(1, steps)
    registered = history.spells.filter(pl.col("kind") == 0)
    area_ids = history.areas["area_id"].to_list()
    villages = villages_on(boundaries, area_ids, history.areas["village_id"].to_list(), registered)
    last = last_month(snapshot.as_of)
    span = np.arange(last - months + 1, last + 1)
    size = villages.areas.height + len(villages.shares)
    countings = {basis: Counting(size, span) for basis in Basis}
    stock, dates = Stock(snapshot, villages), Dates(snapshot.as_of, villages)
    chosen = 0
    for start in range(0, people, CHUNK):
        part = _part(history, start)
        lives, placed = people_of(part.people)
        chosen += placed
        spells = _placed(part, villages)
        for basis in Basis:
            countings[basis].add(lives, spells[basis])
        stock.add(part, lives, spells)
        dates.add(part, lives, spells)
        tell(start // CHUNK + 2, steps)
    cubes = {basis: cube_of(countings.pop(basis), basis, boundaries, villages) for basis in Basis}
    tell(steps, steps)
    tables = Cubes(
        cubes,
        stock.table(),
        history.marital,
        villages.areas,
        history.birth_orders,
        history.children_born,
        dates.table(),
    )
    return Counted(tables, chosen, stock.unplaced)


def _part(history: snapshots.History, start: int) -> snapshots.History:
    """A chunk of the people, with their spells."""
    people = history.people[start : start + CHUNK]
    low, high = people["person_id"][0], people["person_id"][-1]
    first = history.spells["person_id"].search_sorted(low, side="left")
    after = history.spells["person_id"].search_sorted(high, side="right")
    return replace(history, people=people, spells=history.spells[first:after])


def people_of(people: pl.DataFrame) -> tuple[People, int]:
    """The vital facts as arrays, and how many dates had to be placed within a month or year."""
    number = people["person_id"].to_numpy()

    def dates(event: str) -> tuple[Days, int]:
        parts = (people[f"{event}_{part}"].fill_null(0).to_numpy() for part in ("year", "month", "day"))
        days, chosen = days_of(*parts, number)
        return days, int(chosen.sum())

    def months(name: str) -> Months:
        given = people[name]
        months = given.fill_null(0).to_numpy().astype("datetime64[M]")
        months[given.is_null().to_numpy()] = np.datetime64("NaT")
        return months

    (born, births), (died, deaths) = dates("birth"), dates("death")
    # A death known to the year of birth cannot lie before it.
    vague = people["death_day"].is_null().to_numpy() & (died < born)
    same = people["death_year"].to_numpy() == people["birth_year"].to_numpy()
    died = np.where(vague & same, born, died)
    sex = people["sex"].fill_null(0).to_numpy().astype(np.int64) - 1
    return (
        People(
            born=born,
            died=died,
            sex=np.where((sex == 0) | (sex == 1), sex, -1),
            mother=people["mother"].fill_null(len(MOTHER_STARTS)).to_numpy().astype(np.int64),
            born_recorded=months("birth_recorded"),
            died_recorded=months("death_recorded"),
            lost=people["deceased"].to_numpy() & np.isnat(died),
        ),
        births + deaths,
    )


def _placed(history: snapshots.History, villages: Villages) -> dict[Basis, Spells]:
    """Spells of each basis, with places: where people were registered, and where they lived."""
    spells, numbers = history.spells, history.people["person_id"].to_numpy()
    number = spells["person_id"].to_numpy()
    start, _chosen = days_of(*parts_of(spells["start"].to_numpy()), number)
    person = np.searchsorted(numbers, number)
    row = {pk: at for at, pk in enumerate(history.areas["area_id"].to_list())}
    area = spells["area_id"].replace_strict(row, default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()
    days = np.array(villages.epochs, dtype="datetime64[D]")
    stretch = np.where(np.isnat(start), 0, np.searchsorted(days, start, side="right"))
    place = np.where(area < 0, -1, villages.place[area, stretch]) if len(row) else np.full(area.size, -1)
    actual = spells["kind"].to_numpy() == 1
    # Until the first known place of living, people live where they are registered.
    first = np.full(numbers.size, np.datetime64("9999-12-31"), dtype="datetime64[D]")
    begins = np.where(np.isnat(start), np.datetime64("0001-01-01"), start)
    np.minimum.at(first, person[actual], begins[actual])
    lives = actual | (begins < first[person])
    order = np.lexsort((actual[lives], begins[lives], person[lives]))
    found = {}
    for basis, chosen in (
        (Basis.REGISTERED, np.flatnonzero(~actual)),
        (Basis.RESIDENT, np.flatnonzero(lives)[order]),
    ):
        who, since = person[chosen], start[chosen]
        found[basis] = Spells(who, joined(place[chosen], since, who, villages), since)
    return found


def cube_of(counting: Counting, basis: Basis, boundaries: dt.date, villages: Villages) -> MonthCube:
    """The cube of the villages: people of split ones are shared out."""
    size, months = villages.areas.height, counting.months

    def shared(values: Counts) -> Counts:
        if not villages.shares:
            return values
        result = values[:size].copy()
        for extra, shares in enumerate(villages.shares):
            for village, share in shares:
                result[village] += share * values[size + extra]
        return result

    stock, unknown = shared(counting.stock()), shared(counting.unknown())
    last_days = (months + 1).astype("datetime64[D]") - 1
    since = np.array(villages.since, dtype="datetime64[D]")
    reported = since[:, None] <= last_days[None, :]
    left_out = {why: _whole(shared(number[:-1].astype(float))) for why, number in counting.left_out.items()}
    nobody = (stock.sum(axis=(1, 2, 3)) + unknown.sum(axis=1)) == 0
    left_out |= {Why.EMPTY_AREA: nobody.astype(np.int64), Why.MISSING_MONTH: (~reported).sum(axis=1)}
    return MonthCube(
        basis=basis,
        boundaries=boundaries,
        areas=tuple(villages.areas["code"].to_list()),
        months=months,
        stock=stock,
        person_years=shared(counting.person_years()),
        deaths=shared(counting.deaths),
        births=shared(counting.births),
        mothers=shared(counting.mothers),
        arrivals=shared(counting.arrivals),
        departures=shared(counting.departures),
        births_delay=shared(counting.births_delay),
        deaths_delay=shared(counting.deaths_delay),
        unknown=unknown,
        reported=reported,
        left_out=LeftOut({why: number for why, number in left_out.items() if number.any()}),
    )


def _whole(numbers: Counts) -> Ints:
    return np.asarray(np.rint(numbers), dtype=np.int64)
