"""What was not used in a figure, why, and how much of it: beside every result that leaves something out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

#: Full years. Nobody verified lived longer than 122 years; above 120 a wrong year of birth is far likelier.
OLDEST: Final = 120


class Why(StrEnum):
    """Why something is not in a figure."""

    AGE_ABOVE_120 = "age_above_120"
    BEFORE_BIRTH = "before_birth"
    UNKNOWN_BIRTH = "unknown_birth"
    UNKNOWN_DATE = "unknown_date"
    UNKNOWN_AREA = "unknown_area"
    ENDS_BEFORE_START = "ends_before_start"
    NEGATIVE_EXPOSURE = "negative_exposure"
    NEGATIVE_EVENTS = "negative_events"
    EVENTS_WITHOUT_EXPOSURE = "events_without_exposure"
    UNKNOWN_CELL = "unknown_cell"
    MISSING_MONTH = "missing_month"
    EMPTY_AREA = "empty_area"
    BORROWED = "borrowed"
    OPEN_WITHOUT_DEATHS = "open_without_deaths"
    TOO_FEW_YEARS = "too_few_years"
    TOO_RECENT = "too_recent"
    SPREAD = "spread"


#: What each means, in words of the trade; the pages translate them.
EXPLAINED: Final[Mapping[Why, str]] = {
    Why.AGE_ABOVE_120: "older than 120 years: the date of birth or a missing death needs a look",
    Why.BEFORE_BIRTH: "dated before the person was born",
    Why.UNKNOWN_BIRTH: "date of birth not known",
    Why.UNKNOWN_DATE: "day of the event, or start of the spell, not known",
    Why.UNKNOWN_AREA: "area not known, or not among the areas asked for",
    Why.ENDS_BEFORE_START: "spell that ends before it starts",
    Why.NEGATIVE_EXPOSURE: "person-years below zero",
    Why.NEGATIVE_EVENTS: "number of events below zero",
    Why.EVENTS_WITHOUT_EXPOSURE: "events where nobody was recorded as living",
    Why.UNKNOWN_CELL: "cell whose number is not known",
    Why.MISSING_MONTH: "month without a report",
    Why.EMPTY_AREA: "area without anybody to count",
    Why.OPEN_WITHOUT_DEATHS: "area where nobody died in the open age group, so that it has no end",
    Why.TOO_FEW_YEARS: "area too small for this figure: too few person-years",
    Why.TOO_RECENT: "period too recent: what is recorded late is not known yet",
    Why.SPREAD: "event of which a fact is not known, spread like the others",
    Why.BORROWED: "cell without anybody, for which the figure of the larger area stands",
}


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """How many things were left out, by reason; each an array over the areas (or a single number)."""

    counts: Mapping[Why, Ints] = field(default_factory=dict)

    def __add__(self, other: LeftOut) -> LeftOut:
        """Both together, of the same areas."""
        result = dict(self.counts)
        for why, number in other.counts.items():
            result[why] = result[why] + number if why in result else number
        return LeftOut(result)

    def totals(self) -> dict[Why, int]:
        """Over all areas; reasons that did not occur are absent.

        Examples
        --------
        >>> LeftOut({Why.EMPTY_AREA: np.array([0, 1, 1]), Why.MISSING_MONTH: np.array([0, 0, 0])}).totals()
        {<Why.EMPTY_AREA: 'empty_area'>: 2}
        """
        return {why: total for why, number in self.counts.items() if (total := int(np.sum(number)))}

    def sentences(self) -> list[str]:
        """What was left out in words, the most frequent first.

        Examples
        --------
        >>> LeftOut({Why.EMPTY_AREA: np.array([0, 1, 1])}).sentences()
        ['2 × area without anybody to count']
        """
        ordered = sorted(self.totals().items(), key=lambda one: (-one[1], one[0]))
        return [f"{number} × {EXPLAINED[why]}" for why, number in ordered]


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure of each area with its interval, and what is not in it.

    ``value``, ``low`` and ``high`` have one shape and one unit; ``nan`` is unknown. ``level`` is the
    probability of the interval.
    """

    value: Floats
    low: Floats
    high: Floats
    level: float
    left_out: LeftOut = field(default_factory=LeftOut)

    def times(self, factor: float) -> Figure:
        """The same in another unit: ``figure.times(1000)`` of a rate per person-year is per thousand."""
        return Figure(self.value * factor, self.low * factor, self.high * factor, self.level, self.left_out)


def numbers(values: npt.ArrayLike, name: str) -> Floats:
    """The values as floats; ``name`` is said when they are no numbers.

    Raises
    ------
    ValueError
        When they are not numbers, or one of them is infinite.
    """
    try:
        result = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name}: not an array of numbers") from problem
    if np.isinf(result).any():
        raise ValueError(f"{name}: an infinite number")
    return result


def ages_last(values: Floats, size: int, name: str) -> Floats:
    """The values, when their last axis has ``size`` ages.

    Raises
    ------
    ValueError
        When it does not.
    """
    if values.ndim == 0 or values.shape[-1] != size:
        raise ValueError(f"{name}: the last axis has {values.shape[-1:] or 'no'} cells, not {size}")
    return values


def usable(events: npt.ArrayLike, exposure: npt.ArrayLike) -> tuple[Floats, Floats, LeftOut]:
    """Events and person-years of cells that can be used; the others are ``nan`` in both, and counted.

    Parameters
    ----------
    events, exposure
        (..., cells), of shapes that broadcast: numbers of events and person-years.

    Returns
    -------
    events, exposure
        (..., cells): ``nan`` where the exposure or the events are negative, events fell where nobody lived,
        or one of the two is not known.
    left_out
        Numbers of such cells, (...): one reason a cell, the first that holds.

    Raises
    ------
    ValueError
        When the shapes do not fit, or there is no axis of cells.

    Examples
    --------
    >>> d, n, out = usable([1, 2, 3, 0], [100, -5, 0, 40])
    >>> d.tolist(), out.totals()[Why.NEGATIVE_EXPOSURE], out.totals()[Why.EVENTS_WITHOUT_EXPOSURE]
    ([1.0, nan, nan, 0.0], 1, 1)
    """
    happened, lived = np.broadcast_arrays(numbers(events, "events"), numbers(exposure, "exposure"))
    if happened.ndim == 0:
        raise ValueError("events: an axis of cells is needed")
    if (lived > 0).all() and (happened >= 0).all():  # false for nan: nothing to leave out
        return happened.copy(), lived.copy(), LeftOut()
    unknown = np.isnan(happened) | np.isnan(lived)
    below = ~unknown & (lived < 0)
    negative = ~unknown & ~below & (happened < 0)
    nobody = ~unknown & (lived == 0) & (happened > 0)
    bad = unknown | below | negative | nobody
    left_out = LeftOut(
        {
            why: flags.sum(axis=-1)
            for why, flags in (
                (Why.NEGATIVE_EXPOSURE, below),
                (Why.NEGATIVE_EVENTS, negative),
                (Why.EVENTS_WITHOUT_EXPOSURE, nobody),
                (Why.UNKNOWN_CELL, unknown),
            )
            if flags.any()
        }
    )
    if not bad.any():
        return happened.copy(), lived.copy(), left_out
    return np.where(bad, np.nan, happened), np.where(bad, np.nan, lived), left_out


def ratio(over: npt.ArrayLike, under: npt.ArrayLike) -> Floats:
    """One divided by the other; ``nan`` where the divisor is 0 or either is not known.

    Examples
    --------
    >>> ratio([1.0, 0.0, np.nan], [2.0, 0.0, 1.0]).tolist()
    [0.5, nan, nan]
    """
    top, bottom = np.broadcast_arrays(np.asarray(over, dtype=float), np.asarray(under, dtype=float))
    result = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=result, where=bottom != 0)
    return result
