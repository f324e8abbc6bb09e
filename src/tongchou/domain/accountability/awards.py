"""Red flags, yellow cards, and improvement over the own baseline (增比进位)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from tongchou.domain.accountability.definitions import Direction
from tongchou.domain.accountability.figures import UnitFigure
from tongchou.domain.demography.left_out import Floats
from tongchou.domain.demography.news import News, Verdict, level_for, news
from tongchou.domain.ranking import Ranking


class Prize(IntEnum):
    """Red flag (流动红旗) and yellow card (黄牌)."""

    RED_FLAG = 1
    YELLOW_CARD = -1


@dataclass(frozen=True, slots=True)
class Award:
    """A flag or card, with the rank and the probability it rests on."""

    unit: str
    prize: Prize
    rank: int
    probability: float


def surely_first(best: int, worst: int, first_of: int = 3) -> bool:
    """Whether a range of ranks lies among the first alone; 0 is no rank.

    Examples
    --------
    >>> surely_first(1, 3), surely_first(2, 4), surely_first(0, 0)
    (True, False, False)
    """
    return 0 < best <= worst <= first_of


def surely_last(best: int, worst: int, ranked: int, last_of: int = 3) -> bool:
    """Whether a range of ranks lies among the last alone, of so many ranked.

    Examples
    --------
    >>> surely_last(7, 9, 9), surely_last(6, 7, 9)
    (True, False)
    """
    return ranked - last_of < best <= worst


def alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two units cannot be told apart by the ranges of their ranks: they meet, and neither is sure.

    Examples
    --------
    >>> alike((1, 3), (3, 5)), alike((1, 2), (3, 5)), alike((1, 1), (1, 3))
    (True, False, False)
    """
    sure = one[0] == one[1] or other[0] == other[1]
    return not sure and one[0] <= other[1] and other[0] <= one[1]


def awards(ranking: Ranking, certainty: float = 0.9) -> tuple[Award, ...]:
    """Red flags of the first and yellow cards of the last, only where they are distinguishable.

    Parameters
    ----------
    certainty
        The least probability of truly being among the first (last), above a half.

    Returns
    -------
    tuple of Award
        Flags, then cards, by rank and code. The whole range of ranks that is printed beside the unit lies
        among the first (last): who may as well be fourth is not called surely third.
        None when fewer units are ranked than there are places for both.
        Units that share the rank at which the places end get none: nobody can say which of them it would be.
        Nor is a unit carded that is not distinguishable from one without a card (``Ranking.band``): a card
        burdens, so what cannot be told apart is not treated apart.

    Raises
    ------
    ValueError
        When the certainty does not lie between 0.5 and 1.
    """
    if not 0.5 < certainty < 1:
        raise ValueError("certainty: between 0.5 and 1")
    if ranking.ranked < ranking.first_of + ranking.last_of:
        return ()
    flags, cards = [], []
    for at, unit in enumerate(ranking.units):
        rank = int(ranking.rank[at])
        best, worst = int(ranking.rank_low[at]), int(ranking.rank_high[at])
        if ranking.first[at] >= certainty and surely_first(best, worst, ranking.first_of):
            flags.append(Award(unit, Prize.RED_FLAG, rank, float(ranking.first[at])))
        elif ranking.last[at] >= certainty and surely_last(best, worst, ranking.ranked, ranking.last_of):
            cards.append(Award(unit, Prize.YELLOW_CARD, rank, float(ranking.last[at])))
    while len(flags) > ranking.first_of:
        border = max(one.rank for one in flags)
        flags = [one for one in flags if one.rank != border]
    while len(cards) > ranking.last_of:
        border = min(one.rank for one in cards)
        cards = [one for one in cards if one.rank != border]
    given = (flags, _told_apart(cards, ranking))
    by_rank = (sorted(some, key=lambda one: (one.rank, one.unit)) for some in given)
    return tuple(one for some in by_rank for one in some)


def _told_apart(given: Sequence[Award], ranking: Ranking) -> list[Award]:
    """Those of whose band every unit is given the same."""
    bands = dict(zip(ranking.units, ranking.band.tolist(), strict=True))
    having = {one.unit for one in given}
    mixed = {band for unit, band in bands.items() if unit not in having}
    return [one for one in given if bands[one.unit] not in mixed]


@dataclass(frozen=True, slots=True, eq=False)
class Improvement:
    """Of each unit, now less its own baseline, in the indicator's unit; all arrays are (units,).

    ``verdict`` is ``UP`` where the unit did better (whichever direction that is), ``DOWN`` where worse,
    ``NO_NEWS`` where the difference is not distinguishable from none.
    """

    units: tuple[str, ...]
    difference: Floats
    low: Floats
    high: Floats
    verdict: Sequence[Verdict]


def improvement(
    units: Sequence[str], baseline: UnitFigure, now: UnitFigure, direction: Direction
) -> Improvement:
    """Each unit beside itself. Many small improvements are no news one by one.

    Parameters
    ----------
    baseline, now
        The same indicator of two periods that do not overlap, with intervals of ``comparison_level``.

    Raises
    ------
    ValueError
        When the levels of the two differ.
    """
    found: News = news(baseline, now)
    sign = 1 if direction == "higher" else -1
    verdicts = tuple(
        Verdict(int(one)) if one in (Verdict.UNKNOWN, Verdict.NO_NEWS) else Verdict(sign * int(one))
        for one in found.verdict
    )
    low, high = np.asarray(found.low), np.asarray(found.high)
    return Improvement(tuple(units), np.asarray(found.difference), low, high, verdicts)


def comparison_level(units: int, level: float = 0.95) -> float:
    """The level of intervals that are compared for so many units on one page (Šidák).

    Examples
    --------
    >>> round(comparison_level(9), 4)
    0.9943
    """
    return level_for(units, level)
