"""A bulletin of a month, quarter, half-year or year as it is sealed: one row a unit, and what stands beside.

What is made from stored counts, kept, shown on pages, printed and exported is this one shape.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongchou.domain.accountability.attainment import Verdict
from tongchou.domain.accountability.figures import Chance


class Kind(StrEnum):
    """How long a bulletin looks back (每月一通报, 每季一点评, 半年一奖惩, 年终结算)."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class Mark(StrEnum):
    """What a unit is given: a red flag for the surely first three, a yellow card for the last."""

    RED_FLAG = "red_flag"
    YELLOW_CARD = "yellow_card"
    NONE = "none"


class Unranked(StrEnum):
    """Why a unit has no rank; ``NO`` for one that has."""

    NO = "no"
    SMALL = "small"
    UNKNOWN = "unknown"
    EMPTY = "empty"  # nobody lives there by the register: there is nobody it could have done anything for
    ALONE = "alone"  # the only one that could be ranked: there is nobody to stand before or behind


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator of one unit; None where it is unknown. ``idle``: nothing there to be measured by.

    ``target`` is what was set for the unit and period, in the unit of the indicator.
    """

    value: float | None
    over: float | None
    under: float | None
    low: float | None
    high: float | None
    chance: Chance
    idle: bool = False
    target: float | None = None
    verdict: Verdict = Verdict.NONE


@dataclass(frozen=True, slots=True)
class Raise:
    """What would lift a unit most: the indicator, what its full value would add, and how many more cases."""

    indicator: str
    gain: float
    cases: float | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of a bulletin.

    ``composite`` with its interval is 0 … 1; ``rank`` 1 is the best and shared by equals, with the ranks
    between which the true one lies; ``band`` numbers what cannot be told apart. ``better`` is how the own
    composite moved against the own baseline, with its interval; None where it cannot be said.
    """

    unit: str
    name: str
    composite: float | None
    low: float | None
    high: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    band: int | None
    unranked: Unranked
    mark: Mark
    better: float | None
    better_low: float | None
    better_high: float | None
    raises: tuple[Raise, ...]
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class RestatedFigure:
    """A figure published before that is another today, with the reason."""

    unit: str
    indicator: str
    period: str
    first: float | None
    first_on: dt.date
    now: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A sealed bulletin of the units right below an area (or of its departments).

    Attributes
    ----------
    area, area_name
        Code and name of the area that publishes it.
    kind, period
        ``month`` with ``2026-03``, ``quarter`` with ``2026-Q1`` and so on.
    composite
        Code of the weights; empty where only single figures are told.
    rows
        By rank, unranked ones last, then by code.
    indicators
        Codes of the columns, in their order.
    restated
        What changed since it was published, of earlier periods too.
    unknown
        Counts nobody could tell, by code: the units that told none.
    closed_areas
        Areas that ended or began inside the period, with the units that hold their counts.
    sha256, versions
        The seal of the inputs, and versions of rules and weights.
    """

    area: str
    area_name: str
    kind: Kind
    period: str
    made_on: dt.date
    composite: str
    weights: Mapping[str, str]
    rows: tuple[UnitRow, ...]
    indicators: tuple[str, ...]
    restated: tuple[RestatedFigure, ...]
    unknown: Mapping[str, tuple[str, ...]]
    closed_areas: Mapping[str, tuple[str, ...]]
    sha256: str
    versions: Mapping[str, str]
