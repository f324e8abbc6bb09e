"""Counts of an area and its parts over some months, as an edition may show them.

In the public edition every count of people or events is rounded so that the table it stands in adds up
(``domain.rounding``); the count of the whole area is the sum of its rounded parts, less than the base from
the true one. So a text and its tables say the same, and neither two months nor two editions give away few.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tongchou.domain import rounding
from tongchou.domain.demography import intervals, late_registration
from tongchou.domain.demography.left_out import Figure, Floats
from tongchou.domain.statistics import compute
from tongchou.domain.statistics.content import Edition, Place
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, Counts, MonthCube, villages_of
from tongchou.domain.statistics.series import Series, Step

#: Share of a month's events that is recorded by now, from which on the month is no longer provisional.
COMPLETE: Final = 0.98
#: First ages of the young, of working age, of those from 60 and of those from 65 on.
BROAD: Final = (0, 15, 60, 65)
#: Of so many events the public is told what share was recorded soon: of fewer a share tells their number.
MANY: Final = 100
#: Months whose records tell how registration goes on.
_CURVE: Final = 48


@dataclass(frozen=True, eq=False)
class Counted:
    """The counts of an area.

    Attributes
    ----------
    cube
        Of villages. Its last month is the last one of which records are in.
    place
        The area; villages the cube does not have are left out.
    key
        What is kept secret of the installation, for the rounding.
    """

    cube: MonthCube
    place: Place
    edition: Edition
    key: str

    @cached_property
    def own(self) -> MonthCube:
        """The area as a whole: one row."""
        return self.cube.grouped(villages_of(self.cube.areas, [self.place.villages]), [self.place.code])

    @cached_property
    def parts(self) -> MonthCube:
        """Its parts; the area itself where it has none."""
        parts = self.place.parts or (self.place,)
        members = villages_of(self.cube.areas, [one.villages for one in parts])
        return self.cube.grouped(members, [one.code for one in parts])

    @cached_property
    def villages_reported(self) -> Floats:
        """(months,): villages that reported each month."""
        (rows,) = villages_of(self.cube.areas, [self.place.villages])
        return np.asarray(self.cube.reported[rows].sum(axis=0), dtype=float)

    @property
    def villages(self) -> int:
        return int(villages_of(self.cube.areas, [self.place.villages])[0].size)

    def at(self, month: np.datetime64) -> int:
        """The place of a month on the axis of months.

        Raises
        ------
        KeyError
            When the cube does not have it.
        """
        place = int((month - self.cube.months[0]).astype(int)) if self.cube.months.size else -1
        if not 0 <= place < self.cube.months.size:
            raise KeyError(str(month))
        return place

    def has(self, first: np.datetime64, last: np.datetime64) -> bool:
        """Whether all these months are in the cube and something was reported in each."""
        try:
            begin, end = self.at(first), self.at(last)
        except KeyError:
            return False
        return bool((self.villages_reported[begin : end + 1] > 0).all())

    def events(self, kind: str, first: np.datetime64, last: np.datetime64) -> tuple[float, Floats]:
        """Events from month to month, both included: of the area and of its parts, as may be shown.

        ``nan`` when a month is missing or nobody reported.
        """
        if not self.has(first, last):
            return np.nan, np.full(len(self.parts.areas), np.nan)
        begin, end = self.at(first), self.at(last) + 1
        true = of_kind(self.parts, kind)[:, begin:end].sum(axis=1)
        return self._shown(true, f"{kind}:{first}:{last}")

    def years(self, first: np.datetime64, last: np.datetime64) -> tuple[float, Floats]:
        """Person-years from month to month, both included: of the area and of its parts, as may be shown.

        Exact ones of two publications a month apart would tell the change of the people in that month.
        """
        if not self.has(first, last):
            return np.nan, np.full(len(self.parts.areas), np.nan)
        return self._shown(years_of(self.parts.between(first, last)), f"years:{first}:{last}")

    def people(self, month: np.datetime64) -> tuple[Floats, Floats]:
        """Men, women and people of unknown age or sex at the end of a month: (3,) and (parts, 3)."""
        if not self.has(month, month):
            return np.full(3, np.nan), np.full((len(self.parts.areas), 3), np.nan)
        at = self.at(month)
        sexes = self.parts.stock[:, at].sum(axis=1)
        true = np.column_stack([sexes, self.parts.unknown[:, at]])
        return self.table(true, f"people:{month}")

    def ages(self, month: np.datetime64) -> Floats:
        """(ages, 2): the area's people of known age and sex at the end of a month."""
        if not self.has(month, month):
            return np.full(self.own.stock.shape[2:], np.nan)
        return self.table(self.own.stock[0, self.at(month)], f"ages:{month}")[1]

    def broad(self, month: np.datetime64) -> tuple[Floats, Floats]:
        """The young, those of working age, those of 60 to 64 and those above: (4,) and (parts, 4)."""
        if not self.has(month, month):
            return np.full(4, np.nan), np.full((len(self.parts.areas), 4), np.nan)
        stock = self.parts.stock[:, self.at(month)].sum(axis=-1)
        groups = np.add.reduceat(stock, [AGE_STARTS.index(start) for start in BROAD], axis=1)
        return self.table(groups, f"broad:{month}")

    def series(self, code: str, step: Step, level: float) -> Series:
        """An indicator of the whole area, worked out once."""
        key = (code, step, level)
        if key not in self._series:
            self._series[key] = compute.series(self.own, code, step=step, level=level)
        return self._series[key]

    @cached_property
    def _series(self) -> dict[tuple[str, Step, float], Series]:
        return {}

    def table(self, true: Floats, name: str) -> tuple[Floats, Floats]:
        """Column totals and the table itself, rounded where the edition asks."""
        if self.edition is Edition.INTERNAL:
            return np.asarray(true.sum(axis=0)), np.asarray(true, dtype=float)
        counts = [[round(float(cell)) for cell in row] for row in true]
        made = rounding.rounded(counts, key=f"{self.key}\0{self.place.code}\0{name}")
        width = true.shape[1]
        return np.array(made[-1][:width], dtype=float), np.array([row[:width] for row in made[:-1]], float)

    def _curve_error(self, kind: str) -> tuple[Floats, Floats]:
        """How far each month's expectation may lie off below and above, as the curve itself is not sure.

        Mack's error; of several months the sum, as all lean on one curve. 0 where it is not known.
        """
        months = self.cube.months.size
        down, up = np.zeros(months), np.zeros(months)
        recent = self.delay(kind)[-_CURVE:]
        if months > DELAYS:
            found, _total = late_registration.nowcast(recent)
            down[-len(recent) :] = np.nan_to_num(found.value - found.low)
            up[-len(recent) :] = np.nan_to_num(found.high - found.value)
        return down, up

    def _shown(self, true: Floats, name: str) -> tuple[float, Floats]:
        total, parts = self.table(true[:, None], name)
        return float(total[0]), parts[:, 0]

    def delay(self, kind: str) -> Floats:
        """(months, DELAYS): events of the area by months until they were recorded."""
        whole = self.own.births_delay if kind == "births" else self.own.deaths_delay
        return np.asarray(whole[0])

    def share_may_be_told(self, events: float) -> bool:
        """Whether a share of so many events tells no count that is not told itself."""
        return self.edition is Edition.INTERNAL or events >= MANY

    def known_share(self, kind: str) -> Floats:
        """(months,): the share of each month's events that is recorded by now, by the area's own past.

        1 for what is a year old; ``nan`` where the past is too short to tell.
        """
        months = self.cube.months.size
        share = np.ones(months)
        if months < DELAYS + 1:
            share[-min(months, DELAYS - 1) :] = np.nan
            return share
        found = late_registration.curve(self.delay(kind)[-_CURVE:]).known
        for age in range(DELAYS - 1):
            share[months - 1 - age] = found[age]
        return share

    def provisional(self, kind: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(months,): whether a month still waits for records; so does one whose share is not known."""
        share = self.known_share(kind)
        return np.asarray(~(share >= COMPLETE))

    def expected(self, kind: str, first: np.datetime64, last: np.datetime64) -> Figure | None:
        """What months come to when all is recorded, with an interval that also holds their own chance.

        The number still to come is worked out from the true count; what is shown is rounded to the base in
        the public edition. The interval holds both chances: of what is still to come, and of the curve. None
        when the past is too short.
        """
        if not self.has(first, last):
            return None
        begin, end = self.at(first), self.at(last) + 1
        share = self.known_share(kind)[begin:end]
        if np.isnan(share).any():
            return None
        seen = of_kind(self.own, kind)[0, begin:end]
        full = seen / share
        found = late_registration.nowcast_small(seen.sum(), seen.sum() / full.sum() if full.sum() else 1.0)
        value, low, high = (float(np.asarray(one)) for one in (found.value, found.low, found.high))
        down, up = (float(one[begin:end].sum()) for one in self._curve_error(kind))
        low, high = max(float(seen.sum()), min(low, value - down)), max(high, value + up)
        if self.edition is Edition.PUBLIC:
            base = rounding.BASE
            value, low, high = base * round(value / base), base * (low // base), base * -(-high // base)
            shown = self.events(kind, first, last)[0]
            value, low = max(value, shown), max(low, shown)  # what is told is not less than what is known
            high = max(high, value)
        return Figure(np.array(value), np.array(low), np.array(high), found.level)


def of_kind(cube: MonthCube, kind: str) -> Floats:
    """(areas, months): events of a kind.

    Raises
    ------
    KeyError
        For a kind there is not.
    """
    found: Counts
    match kind:
        case "births":
            found = np.asarray(cube.mothers.sum(axis=-1))  # of whatever sex
        case "boys" | "girls":
            found = cube.births[..., ("boys", "girls").index(kind)]
        case "deaths":
            found = np.asarray(cube.deaths_delay.sum(axis=-1))  # of whatever age and sex
        case "arrivals":
            found = cube.arrivals
        case "departures":
            found = cube.departures
        case _:
            raise KeyError(kind)
    return found


def years_of(cube: MonthCube) -> Floats:
    """(areas,): person-years of everybody; who is of unknown age or sex lived each month out."""
    return np.asarray(cube.person_years.sum(axis=(1, 2, 3)) + cube.unknown.sum(axis=1) / 12)


def around(count: Floats, level: float) -> Figure:
    """Counts with the exact interval of their Poisson means."""
    low, high = intervals.poisson(count, level)
    return Figure(np.asarray(count, dtype=float), low, high, level)
