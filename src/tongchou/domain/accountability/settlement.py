"""Months that close, figures that are restated, and the settlement of a year.

A month closes level by level: villages first, then their townships, and so on; a closed month is locked and
its figures are published. What changes after that is a restatement: it stands beside what was published
first, with its reason. The year is settled on restated data (回归数据).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from tongchou.domain.accountability.composite import Scored, rank_composite
from tongchou.domain.accountability.definitions import Catalogue, Composite
from tongchou.domain.accountability.figures import UnitFigure
from tongchou.domain.accountability.periods import Period
from tongchou.domain.accountability.problems import Problem, none_of
from tongchou.domain.policy.words import Text
from tongchou.domain.ranking import Ranking

#: Unit, indicator and period of a published figure.
Key = tuple[str, str, Period]


@dataclass(frozen=True, slots=True)
class Book:
    """Which months of which units are closed, and on which day.

    ``parents`` names the unit above each; a unit without one is the highest.
    """

    parents: Mapping[str, str]
    closed: Mapping[tuple[str, np.datetime64], dt.date] = field(default_factory=dict)

    def locked(self, unit: str, month: np.datetime64) -> bool:
        """Whether the figures of a month are no longer changed but restated."""
        return (unit, month) in self.closed

    def close(self, unit: str, month: np.datetime64, on: dt.date) -> Book:
        """The book with a month of a unit closed.

        Raises
        ------
        AccountabilityError
            When the month is not over, is closed already, an earlier month that was begun is still open, or a
            unit below has not closed it.
        """
        return self.close_all([unit], month, on)

    def close_all(self, units: Sequence[str], month: np.datetime64, on: dt.date) -> Book:
        """The book with a month of several units closed, those below before those above.

        Raises
        ------
        AccountabilityError
            As ``close``, with what is wrong with each.
        """
        found: list[Problem] = []
        last: dict[str, np.datetime64] = {}
        for code, one in self.closed:
            last[code] = max(one, last.get(code, one))
        below: dict[str, list[str]] = {}
        for child, parent in sorted(self.parents.items()):
            below.setdefault(parent, []).append(child)
        closed = dict(self.closed)
        for unit in units:
            found += _in_the_way(unit, month, on, last.get(unit), below.get(unit, ()), closed)
            closed[unit, month] = on
        none_of(found)
        return replace(self, closed=closed)


def _in_the_way(
    unit: str,
    month: np.datetime64,
    on: dt.date,
    last: np.datetime64 | None,
    below: Sequence[str],
    closed: Mapping[tuple[str, np.datetime64], dt.date],
) -> Iterable[Problem]:
    def problem(zh: str, en: str) -> Problem:
        return Problem("close", f"{unit}, {month}", Text(zh, en))

    if on <= Period(month, month).ends:
        yield problem("这个月还没有结束。", "the month is not over.")
    if (unit, month) in closed:
        yield problem("这个月已经月结。", "the month is closed already.")
    if last is not None and month > last + 1:
        yield problem(f"{last + 1}还没有月结。", f"{last + 1} is still open.")
    open_ = [child for child in below if (child, month) not in closed]
    if open_:
        yield problem(
            f"下级还有{len(open_)}个没有月结：{'、'.join(open_[:5])}。",
            f"{len(open_)} units below have not closed: {', '.join(open_[:5])}.",
        )


@dataclass(frozen=True, slots=True)
class Publication:
    """Figures published on a day; ``nan`` was told as unknown."""

    on: dt.date
    figures: Mapping[Key, float]


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure that is no longer what was published first."""

    key: Key
    first: float
    first_on: dt.date
    now: float
    reason: str

    @property
    def difference(self) -> float:
        """``nan`` where either is unknown."""
        return self.now - self.first


def restated(
    publications: Sequence[Publication], now: Mapping[Key, float], reasons: Mapping[Key, str]
) -> tuple[Restated, ...]:
    """What is published today and differs from its first publication, by unit, indicator and period.

    Figures that were never published before are new, not restated. A published figure that is gone is
    restated as unknown.

    Raises
    ------
    AccountabilityError
        For restatements without a reason, and publications out of order.
    """
    found: list[Problem] = []
    first: dict[Key, tuple[float, dt.date]] = {}
    for before, after in pairwise(publications):
        if after.on < before.on:
            text = Text("发布日期前后颠倒。", "publications are out of order.")
            found.append(Problem("publications", str(after.on), text))
    for one in publications:
        for key, value in one.figures.items():
            first.setdefault(key, (value, one.on))
    result = []
    for key in sorted(first):
        then, on = first[key]
        today = now.get(key, float("nan"))
        if then == today or (then != then and today != today):
            continue
        reason = reasons.get(key, "").strip()
        if not reason:
            text = Text(
                f"{key[2]}的数已从{then:g}改为{today:g}，没有写原因。",
                f"{key[2]} was {then:g} and is {today:g}; the reason is missing.",
            )
            found.append(Problem("restatements", f"{key[0]}, {key[1]}", text))
        result.append(Restated(key, then, on, today, reason))
    none_of(found)
    return tuple(result)


@dataclass(frozen=True, slots=True, eq=False)
class YearSettlement:
    """The composite of a year on restated data, beside what it would be on the data first published."""

    units: tuple[str, ...]
    scored: Scored
    ranking: Ranking
    first_scored: Scored
    first_ranking: Ranking

    def moved(self) -> Iterable[tuple[str, float, int, int]]:
        """Units whose composite or rank restatement changed: code, difference, rank first, rank now."""
        for at, unit in enumerate(self.units):
            gap = float(self.scored.value[at] - self.first_scored.value[at])
            then, now = int(self.first_ranking.rank[at]), int(self.ranking.rank[at])
            if gap != 0 or then != now:
                yield unit, gap, then, now


def settle(
    catalogue: Catalogue,
    composite: Composite,
    units: Sequence[str],
    first: Mapping[str, UnitFigure],
    now: Mapping[str, UnitFigure],
    *,
    seed: int = 0,
) -> YearSettlement:
    """The settlement of a year.

    Parameters
    ----------
    first, now
        By indicator, figures of the year of the units in their order: as first published month by month, and
        as they stand today.
    """
    scored, ranking = rank_composite(catalogue, composite, now, units, seed=seed)
    first_scored, first_ranking = rank_composite(catalogue, composite, first, units, seed=seed)
    return YearSettlement(tuple(units), scored, ranking, first_scored, first_ranking)
