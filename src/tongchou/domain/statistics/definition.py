"""What an indicator is: its name, unit, formula and source, where it may be shown, and how it comes about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np

from tongchou.domain.demography import intervals, rates, sex_ratio, structure
from tongchou.domain.demography.left_out import Figure, Floats
from tongchou.domain.divisions import LENGTHS, Level
from tongchou.domain.statistics.periods import Periods
from tongchou.domain.statistics.series import Step


class Unit(StrEnum):
    """What a figure is counted in."""

    PERSONS = "persons"
    EVENTS = "events"
    PER_THOUSAND = "per_thousand"
    PER_CENT = "per_cent"
    YEARS = "years"
    CHILDREN = "children_per_woman"
    DAUGHTERS = "daughters_per_woman"
    BOYS = "boys_per_100_girls"
    MEN = "men_per_100_women"
    PER_100_WORKING = "per_100_of_working_age"
    PER_100_CHILDREN = "per_100_children"


#: Units in words; the pages translate them.
UNIT_WORDS: Final[Mapping[Unit, str]] = {
    Unit.PERSONS: "persons",
    Unit.EVENTS: "events",
    Unit.PER_THOUSAND: "per thousand",
    Unit.PER_CENT: "per cent",
    Unit.YEARS: "years",
    Unit.CHILDREN: "children per woman",
    Unit.DAUGHTERS: "daughters per woman",
    Unit.BOYS: "boys per 100 girls",
    Unit.MEN: "men per 100 women",
    Unit.PER_100_WORKING: "per 100 people of working age",
    Unit.PER_100_CHILDREN: "per 100 children",
}


class Topic(StrEnum):
    """Under which heading a figure stands."""

    POPULATION = "population"
    STRUCTURE = "structure"
    BIRTHS = "births"
    DEATHS = "deaths"
    MIGRATION = "migration"
    RECORDS = "records"


class Kind(StrEnum):
    """What the numbers behind a figure are, which says how its interval comes about.

    STOCK
        People counted: exact, low = value = high.
    COUNT
        Events: Garwood's interval.
    RATE
        Events per person-year (or other exposure): Garwood's interval.
    SHARE
        A part of a whole: Wilson's interval.
    ODDS
        One part against the other: Wilson's interval of the share, p / (1 − p).
    OTHER
        Worked out by its own function, interval included.
    """

    STOCK = "stock"
    COUNT = "count"
    RATE = "rate"
    SHARE = "share"
    ODDS = "odds"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Quotient:
    """A figure, (areas, periods), and what was divided by what; ``nan`` where nothing was."""

    figure: Figure
    over: Floats
    under: Floats


Parts: TypeAlias = Callable[[Periods], tuple[Floats, Floats]]
Whole: TypeAlias = Callable[[Periods, float], Quotient]

ALL_STEPS: Final = frozenset(Step)
#: For what takes a whole year of events to say anything.
WHOLE_YEARS: Final = frozenset({Step.YEAR, Step.ROLLING_YEAR})
#: How far down a level lies.
DEPTH: Final[Mapping[Level, int]] = {level: depth for depth, level in enumerate(LENGTHS)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indicator:
    """The definition of an indicator.

    Attributes
    ----------
    code
        Its name in data: lower-case words joined by underscores.
    name
        In English; the pages translate it.
    unit, topic, kind
        See there.
    formula, source
        In words, and where it is taken from.
    parts
        What is divided by what, (areas, periods) each; of a stock or a count the first alone.
    whole
        Of the kind OTHER: the function that gives value and interval.
    factor
        From the quotient to the unit.
    steps
        Periods it may be of.
    lowest
        The lowest level of areas it may be shown for.
    lowest_leaning
        The same when areas lean on their group; lower than ``lowest``, or None.
    births
        Of births, natural increase, fertility or the sex ratio at birth: never sorted, ranked, coloured, made
        a target or an alarm.
    at_end
        Whether it is of the end of the period alone.
    """

    code: str
    name: str
    unit: Unit
    topic: Topic
    kind: Kind
    formula: str
    source: str
    parts: Parts | None = None
    whole: Whole | None = None
    factor: float = 1.0
    steps: frozenset[Step] = ALL_STEPS
    lowest: Level = "village"
    lowest_leaning: Level | None = None
    births: bool = False
    at_end: bool = False

    def __post_init__(self) -> None:
        """One of the two ways to come about is needed.

        Raises
        ------
        ValueError
            When both or none are given.
        """
        if (self.kind is Kind.OTHER) != (self.whole is not None) or (self.parts is None) == (
            self.whole is None
        ):
            raise ValueError(f"{self.code}: parts for every kind but OTHER, which needs whole")

    @property
    def leans(self) -> bool:
        """Whether small areas can lean on their group."""
        return self.kind in {Kind.RATE, Kind.SHARE, Kind.ODDS}

    def allows(self, step: Step, level: Level | None, *, leaning: bool = False) -> bool:
        """Whether it may be shown for periods and areas; None is a group of areas that was chosen freely.

        Examples
        --------
        >>> from tongchou.domain.statistics.indicators import INDICATORS
        >>> INDICATORS["tfr"].allows(Step.YEAR, "township"), INDICATORS["tfr"].allows(Step.YEAR, "village")
        (True, False)
        """
        lowest = self.lowest_leaning if leaning and self.lowest_leaning else self.lowest
        return step in self.steps and (level is None or DEPTH[level] <= DEPTH[lowest])


def quotient(kind: Kind, over: Floats, under: Floats, factor: float, level: float) -> Figure:
    """Value and interval of a quotient, or of a number, as its kind has it.

    Parameters
    ----------
    kind
        Any but OTHER.
    over, under
        (areas, periods); ``nan`` is unknown.
    factor, level
        From the quotient to the unit; probability of the interval.

    Raises
    ------
    ValueError
        For the kind OTHER.
    """
    if kind is Kind.STOCK:
        return Figure(over * factor, over * factor, over * factor, level)
    if kind is Kind.COUNT:
        return Figure(over, *intervals.poisson(over, level), level).times(factor)
    if kind is Kind.RATE:
        return rates.crude_rate(over[..., None], under[..., None], axis="cells", level=level).times(factor)
    if kind is Kind.SHARE:
        return structure.share(over, under, level=level).times(factor)
    if kind is Kind.ODDS:
        return sex_ratio.sex_ratio(over, under, level=level).times(factor / 100)
    raise ValueError("a figure of its own kind has its own function")


def nothing(like: Floats) -> Floats:
    """An array of unknown numbers: where a figure is no quotient."""
    return np.full(like.shape, np.nan)
