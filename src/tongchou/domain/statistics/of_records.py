"""Indicators of how records are kept: how soon births and deaths are recorded, and what is not known.

They are of an area's record keeping, never of a family, whose late registration is helped and blamed on
nobody. The months between an event and its record are calendar months: what is recorded within 30 days is all
of the same month and some of the next, so both shares stand side by side and the truth lies between.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why
from tongchou.domain.demography.structure import share
from tongchou.domain.statistics.cube import Counts, MonthCube, people
from tongchou.domain.statistics.definition import Indicator, Kind, Quotient, Topic, Unit, Whole
from tongchou.domain.statistics.periods import SETTLED, Periods

_DELAY: Final = "Lawless (1994), Canadian Journal of Statistics 22, 15-31; interval: Wilson (1927)"


def _delays(cube: MonthCube, name: str) -> Counts:
    return cube.births_delay if name == "births" else cube.deaths_delay


def _recorded(name: str, months: int) -> Whole:
    """The share recorded at most so many months later, once late records have come in.

    Where of most events nobody wrote down when they were recorded (a register that was loaded), the share is
    unknown: they are not late. Of deaths these stand among those recorded a year later or more.
    """

    def whole(one: Periods, level: float) -> Quotient:
        found = one.events(_delays(one.cube, name))
        happened = one.born if name == "births" else one.died
        dated = found.sum(axis=-1) if name == "births" else found[..., :-1].sum(axis=-1)
        untold = 2 * dated < happened
        found[untold] = np.nan
        found[:, one.too_recent] = np.nan
        soon, all_ = found[..., : months + 1].sum(axis=-1), found.sum(axis=-1)
        recent = np.broadcast_to(one.too_recent, all_.shape).astype(np.int64)
        figure = share(soon, all_, level=level).times(100)
        told = {Why.TOO_RECENT: recent, Why.UNKNOWN_DATE: (untold & (recent == 0)).astype(np.int64)}
        left_out = LeftOut({**told, **figure.left_out.counts})
        return Quotient(Figure(figure.value, figure.low, figure.high, level, left_out), soon, all_)

    return whole


def _unknown(one: Periods) -> tuple[Floats, Floats]:
    return one.at_end(one.cube.unknown), one.at_end(people(one.cube))


def _timely(code: str, name: str, events: str, months: int) -> Indicator:
    when = "in the same calendar month" if months == 0 else "by the end of the next calendar month"
    return Indicator(
        code=code, name=name, unit=Unit.PER_CENT, topic=Topic.RECORDS, kind=Kind.OTHER,
        formula=f"100 × {events} recorded {when} / {events}, from {SETTLED} months after the period on",
        source=_DELAY, whole=_recorded(events, months), lowest="township", births=events == "births",
    )  # fmt: skip


INDICATORS: Final = (
    _timely("births_recorded_same_month", "Births recorded in the same month", "births", 0),
    _timely("births_recorded_next_month", "Births recorded by the end of the next month", "births", 1),
    _timely("deaths_recorded_same_month", "Deaths recorded in the same month", "deaths", 0),
    _timely("deaths_recorded_next_month", "Deaths recorded by the end of the next month", "deaths", 1),
    Indicator(
        code="unknown_share",
        name="Share of unknown age or sex",
        unit=Unit.PER_CENT,
        topic=Topic.RECORDS,
        kind=Kind.SHARE,
        formula="100 × people of unknown age or sex / people",
        source="Shryock and Siegel, The Methods and Materials of Demography (1973), chapter 8",
        parts=_unknown,
        factor=100.0,
        at_end=True,
    ),
)
