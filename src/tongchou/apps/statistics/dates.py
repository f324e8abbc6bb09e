"""On which days of the year the dates of birth and death of an area's records fall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.statistics.files import DATES
from tongchou.apps.statistics.stock import place_on
from tongchou.apps.statistics.villages import Villages
from tongchou.domain.demography.left_out import OLDEST, Flags, Ints
from tongchou.domain.statistics.counting import People, Spells, age_on
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.date_digits import DAYS, EVENTS, MONTHS

_SIZE = (MONTHS + 1, DAYS + 1)


class Dates:
    """The table of ``files.DATES``, added up from parts of the people.

    Births are those of people alive on the day, deaths those of the years the history tells of. People of a
    village that was split stand in the first of its parts: here nothing hangs on a village.
    """

    def __init__(self, as_of: dt.date, villages: Villages) -> None:
        self._day = np.datetime64(as_of, "D")
        codes = villages.areas["township_code"].to_list()
        self._townships = sorted(set(codes))
        number = {code: at for at, code in enumerate(self._townships)}
        of = [number[code] for code in codes]
        first = [of[shares[0][0]] for shares in villages.shares]
        self._of_place = np.array([*of, *first], dtype=np.int64)
        self._counts = np.zeros((len(EVENTS), len(self._townships), *_SIZE), dtype=np.int64)

    def add(self, history: snapshots.History, people: People, spells: Mapping[Basis, Spells]) -> None:
        """Count a part of the people."""
        place = place_on(spells[Basis.REGISTERED], people, self._day)
        gone = people.lost | (people.died <= self._day)
        here = place >= 0
        day = np.broadcast_to(self._day, people.born.size)
        alive = ~gone & ~(people.born > day) & (np.isnat(people.born) | (age_on(people.born, day) <= OLDEST))
        for event, which in (("birth", alive), ("death", gone)):
            month, of_month = (
                history.people[f"{event}_{part}"].fill_null(0).to_numpy().astype(np.int64)
                for part in ("month", "day")
            )
            self._put(EVENTS.index(f"{event}s"), place, month, of_month, here & which)

    def _put(self, event: int, place: Ints, month: Ints, day: Ints, which: Flags) -> None:
        known = np.where(month[which] > 0, day[which], 0)  # a day without its month tells nothing
        flat = (self._of_place[place[which]] * _SIZE[0] + month[which]) * _SIZE[1] + known
        into = self._counts[event]
        into += np.bincount(flat, minlength=into.size).reshape(into.shape)

    def table(self) -> pl.DataFrame:
        """All parts as one, in the order of its columns."""
        event, township, month, day = np.nonzero(self._counts)
        return (
            pl.DataFrame(
                {
                    "township_code": [self._townships[at] for at in township],
                    "event": [EVENTS[at] for at in event],
                    "month": month,
                    "day": day,
                    "people": self._counts[event, township, month, day],
                },
                schema=DATES,
                strict=False,
            )
            .sort("township_code", "event", "month", "day")
            .select(list(DATES))
        )
