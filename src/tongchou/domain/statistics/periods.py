"""What a cube of months says of periods: months, quarters, years, and years that end with any month.

What happened in a period is the sum of its months, and is known where each of them was reported. What stands
at its end is known where its last month was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tongchou.domain.demography.left_out import Flags, Floats, Ints
from tongchou.domain.statistics.cube import DELAYS, Counts, MonthCube, Months
from tongchou.domain.statistics.series import Step

#: Months of a period, and after how many of them the next one ends.
LENGTH: Final = {Step.MONTH: 1, Step.QUARTER: 3, Step.YEAR: 12, Step.ROLLING_YEAR: 12}
_EVERY: Final = {Step.MONTH: 1, Step.QUARTER: 3, Step.YEAR: 12, Step.ROLLING_YEAR: 1}


def last_months(months: Months, step: Step) -> Ints:
    """The places of the last months of the periods that lie wholly within the months.

    Examples
    --------
    >>> months = np.arange(np.datetime64("2025-11"), np.datetime64("2026-08"))
    >>> months[last_months(months, Step.QUARTER)].tolist() == [
    ...     np.datetime64("2026-03").item(), np.datetime64("2026-06").item()]
    True
    """
    number = months.astype("datetime64[M]").astype(np.int64)
    place = np.arange(number.size, dtype=np.int64)
    last: Ints = place[((number + 1) % _EVERY[step] == 0) & (place >= LENGTH[step] - 1)]
    return last


@dataclass(frozen=True, eq=False)
class Periods:
    """Counts of areas by period, from their months; each is worked out when first asked for.

    Attributes
    ----------
    cube
        The areas and months.
    step
        What a period is.
    """

    cube: MonthCube
    step: Step

    @cached_property
    def ends(self) -> Ints:
        """(periods,): the place of the last month of each among the months."""
        return last_months(self.cube.months, self.step)

    @property
    def months(self) -> Months:
        """(periods,): the last month of each."""
        return np.asarray(self.cube.months[self.ends])

    @cached_property
    def missing(self) -> Ints:
        """(areas, periods): months of the period without a report."""
        found = np.zeros((len(self.cube.areas), self.ends.size), dtype=np.int64)
        for back in range(LENGTH[self.step]):
            found += ~self.cube.reported[:, self.ends - back]
        return found

    @cached_property
    def missing_end(self) -> Ints:
        """(areas, periods): 1 where the last month has no report."""
        return (~self.cube.reported[:, self.ends]).astype(np.int64)

    def events(self, values: Counts) -> Floats:
        """(areas, periods, ...): sums over the months of each period; ``nan`` where one has no report.

        Parameters
        ----------
        values
            (areas, months, ...).
        """
        found = np.array(values[:, self.ends], dtype=np.float64)
        for back in range(1, LENGTH[self.step]):
            found += values[:, self.ends - back]
        found[self.missing > 0] = np.nan
        return found

    def at_end(self, values: Counts) -> Floats:
        """(areas, periods, ...): what stands at the end of each period; ``nan`` where it has no report."""
        found = np.array(values[:, self.ends], dtype=np.float64)
        found[self.missing_end > 0] = np.nan
        return found

    def at_start(self, values: Counts) -> Floats:
        """(areas, periods, ...): what stood just before each period; ``nan`` where it has no report."""
        before = self.ends - LENGTH[self.step]
        found = np.array(values[:, np.maximum(before, 0)], dtype=np.float64)
        found[(before < 0) | ~self.cube.reported[:, np.maximum(before, 0)]] = np.nan
        return found

    @cached_property
    def people(self) -> Floats:
        """(areas, periods, ages): people of known age and sex at the end, both sexes together."""
        return self.at_end(self.cube.stock.sum(axis=-1))

    @cached_property
    def person_years(self) -> Floats:
        """(areas, periods, ages, 2)."""
        return self.events(self.cube.person_years)

    @cached_property
    def deaths(self) -> Floats:
        """(areas, periods, ages, 2): of those of known age and sex."""
        return self.events(self.cube.deaths)

    @cached_property
    def years(self) -> Floats:
        """(areas, periods): person-years of everybody; who is of unknown age or sex lived the month out."""
        return self.events(self.cube.person_years.sum(axis=(-2, -1)) + self.cube.unknown / 12)

    @cached_property
    def born(self) -> Floats:
        """(areas, periods): all births, of whatever sex and mother."""
        return self.events(self.cube.mothers.sum(axis=-1))

    @cached_property
    def died(self) -> Floats:
        """(areas, periods): all deaths, of whatever age and sex."""
        return self.events(self.cube.deaths_delay.sum(axis=-1))

    @cached_property
    def too_recent(self) -> Flags:
        """(periods,): whether events of the last month may still come in that belong to its first delays."""
        newest = self.cube.months.size - 1
        return np.asarray(self.ends > newest - SETTLED)


#: Months after which nearly all of what is recorded at all has been: shares of timely records wait for them.
SETTLED: Final = 3
assert SETTLED < DELAYS
