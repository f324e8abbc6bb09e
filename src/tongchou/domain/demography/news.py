"""When a difference is news: only when its interval leaves out nothing having changed.

Of a hundred villages in which nothing changed, five have a "significant" change at 95 %. So the level is
raised by the number of comparisons on one page, and a difference says no more than up, down, no news or
unknown. For births, natural increase and the sex ratio at birth it is a remark in a text: no colour, order
or target follows.

Source: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702; Šidák (1967), JASA 62, 626-633.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, numbers
from tongchou.domain.demography.rates import difference


class Verdict(IntEnum):
    """What may be said of a difference."""

    UNKNOWN = -9
    DOWN = -1
    NO_NEWS = 0
    UP = 1


class HasInterval(Protocol):
    """A figure with its interval, of either kind."""

    @property
    def value(self) -> Floats: ...
    @property
    def low(self) -> Floats: ...
    @property
    def high(self) -> Floats: ...
    @property
    def level(self) -> float: ...


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """Differences with their intervals, in the unit of the figures, and what may be said of each."""

    difference: Floats
    low: Floats
    high: Floats
    verdict: npt.NDArray[np.int8]


def level_for(comparisons: int, level: float = 0.95) -> float:
    """The level of each interval, so that all of so many hold together with ``level`` (Šidák).

    Examples
    --------
    >>> round(level_for(10), 4), level_for(1)
    (0.9949, 0.95)
    """
    if comparisons < 1:
        raise ValueError("comparisons: one at least")
    return float(level ** (1 / comparisons))


def news(before: HasInterval, after: HasInterval, *, at_least: npt.ArrayLike = 0.0) -> News:
    """Whether figures differ by more than chance explains.

    Parameters
    ----------
    before, after
        Figures of one unit and level, of people counted apart from each other (two years, two areas). Their
        intervals should have been made with ``level_for`` as many comparisons as stand on the page.
    at_least
        A difference up to this size is no news even when it is certain; in the unit of the figures.

    Returns
    -------
    News
        after − before. ``Verdict.UNKNOWN`` where either is unknown.

    Raises
    ------
    ValueError
        When the levels of the two differ, or ``at_least`` is negative.
    """
    if before.level != after.level:
        raise ValueError(f"intervals of {before.level} and {after.level} are not compared")
    margin = numbers(at_least, "at_least")
    if (margin < 0).any():
        raise ValueError("at_least: 0 or more")
    low, high = difference((after.value, after.low, after.high), (before.value, before.low, before.high))
    gap = np.asarray(after.value - before.value)
    verdict = np.full(gap.shape, Verdict.NO_NEWS, dtype=np.int8)
    verdict[np.asarray(low > margin)] = Verdict.UP
    verdict[np.asarray(high < -margin)] = Verdict.DOWN
    verdict[np.isnan(low) | np.isnan(high)] = Verdict.UNKNOWN
    return News(gap, np.asarray(low), np.asarray(high), verdict)
