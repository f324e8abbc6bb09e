"""A figure of areas over periods, with its interval and the counts it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why

#: Why a value is unknown, as ``Series.why`` numbers it; a value that is known has the number KNOWN.
REASONS: Final = tuple(Why)
KNOWN: Final = -1


class Step(StrEnum):
    """What a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ROLLING_YEAR = "rolling_year"  # the twelve months up to and including a month


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One indicator of areas over periods.

    Attributes
    ----------
    indicator
        Its code, as in ``domain.statistics.indicators``.
    areas
        Codes of the areas.
    periods
        (periods,) datetime64[M]: the last month of each.
    step
        What a period is.
    figure
        Value and interval, (areas, periods), in the indicator's unit; ``nan`` is unknown.
    over, under
        (areas, periods): what was divided by what; ``nan`` where the figure is no quotient.
    shrunk
        Whether areas lean on their group (``demography.small_areas``).
    why
        (areas, periods): why a value is unknown, its place among ``REASONS``; ``KNOWN`` where it is known.
    """

    indicator: str
    areas: tuple[str, ...]
    periods: npt.NDArray[np.datetime64]
    step: Step
    figure: Figure
    over: Floats
    under: Floats
    shrunk: bool = False
    why: npt.NDArray[np.int8] | None = None

    def only(self, places: npt.ArrayLike) -> Series:
        """Some of the areas, by their places on the first axis, in the order given."""
        rows = np.asarray(places, dtype=np.int64)
        own = self.figure
        left_out = LeftOut({why: number[rows] for why, number in own.left_out.counts.items()})
        return replace(
            self,
            areas=tuple(self.areas[row] for row in rows),
            figure=Figure(own.value[rows], own.low[rows], own.high[rows], own.level, left_out),
            over=self.over[rows],
            under=self.under[rows],
            why=None if self.why is None else self.why[rows],
        )

    def reason(self, area: int, period: int) -> Why | None:
        """Why the value of an area and a period (places on the axes) is unknown; None where it is known."""
        number = KNOWN if self.why is None else int(self.why[area, period])
        return None if number == KNOWN else REASONS[number]
