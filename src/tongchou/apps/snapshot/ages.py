"""People by age and sex: counted once for all villages of a snapshot, then added up for any of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

#: Completed years at which the five-year groups begin; the last one is open.
GROUPS = tuple(range(0, 90, 5))
#: First ages of the broad groups 0–14, 15–59 and 60 and over, as the national census reports them.
#: Source: 国家统计局, 第七次全国人口普查公报（第五号）.
WORKING_FROM, OLD_FROM = 15, 60
#: GB/T 2261.1.
MEN, WOMEN = 1, 2
#: What is counted from a facts file; nothing else of it is needed.
COLUMNS = ("area_code", "birth_year", "birth_month", "birth_day", "sex", "deceased")

#: (first age of the group or None, sex or None) to the number of people.
Cells = Mapping[tuple[int | None, int | None], int]


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """One line: ``first`` is the lowest age of a five-year group, or None for people of unknown age."""

    first: int | None
    men: int
    women: int
    unknown_sex: int

    @property
    def total(self) -> int:
        return self.men + self.women + self.unknown_sex

    @property
    def last(self) -> int | None:
        """The highest age; None for the open group and for the people of unknown age."""
        return None if self.first is None or self.first == GROUPS[-1] else self.first + 4


@dataclass(frozen=True, slots=True)
class AgeSex:
    """Living registered people of some areas on a day, by five-year age group and sex.

    Whoever is of unknown age or sex stands apart and is never spread over the groups. A date known to the
    month or year counts where every day it could be leads to the same group, else the age is unknown.
    """

    as_of: dt.date
    groups: tuple[AgeGroup, ...]
    unknown_age: AgeGroup

    @property
    def lines(self) -> tuple[AgeGroup, ...]:
        return (*self.groups, self.unknown_age)

    @property
    def men(self) -> int:
        return sum(line.men for line in self.lines)

    @property
    def women(self) -> int:
        return sum(line.women for line in self.lines)

    @property
    def unknown_sex(self) -> int:
        return sum(line.unknown_sex for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def known_age(self) -> int:
        return self.total - self.unknown_age.total

    @property
    def drawn(self) -> int:
        """People of known age and sex: those a pyramid shows."""
        return sum(group.men + group.women for group in self.groups)

    @property
    def young(self) -> int:
        """People aged 0 to 14."""
        return self._between(0, WORKING_FROM)

    @property
    def working(self) -> int:
        """People aged 15 to 59."""
        return self._between(WORKING_FROM, OLD_FROM)

    @property
    def old(self) -> int:
        """People aged 60 or more."""
        return self._between(OLD_FROM, None)

    def _between(self, first: int, below: int | None) -> int:
        inside = (g for g in self.groups if g.first is not None and g.first >= first)
        return sum(g.total for g in inside if below is None or (g.first is not None and g.first < below))


def count(facts: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Numbers of living people by ``area_code``, ``group`` (first age, or null) and ``sex`` (or null)."""
    youngest, oldest = _age(as_of, if_unknown=(12, 31)), _age(as_of, if_unknown=(1, 1))
    low, high = _group(youngest), _group(oldest)
    alive = facts.filter(~pl.col("deceased").fill_null(False))
    return (
        alive.select(
            "area_code",
            pl.when(low == high).then(low).otherwise(None).alias("group"),
            pl.when(pl.col("sex").is_in([MEN, WOMEN])).then(pl.col("sex")).otherwise(None).alias("sex"),
        )
        .group_by("area_code", "group", "sex")
        .len("people")
    )


def _age(as_of: dt.date, *, if_unknown: tuple[int, int]) -> pl.Expr:
    """Completed years, with this month and day where they are unknown; null without a year.

    A date of which only the year is known may lie after ``as_of``: nobody is younger than 0.
    """
    month = pl.col("birth_month").fill_null(if_unknown[0])
    known_day = pl.when(pl.col("birth_month").is_not_null()).then(pl.col("birth_day"))
    day = known_day.fill_null(if_unknown[1])
    still_to_come = (month > as_of.month) | ((month == as_of.month) & (day > as_of.day))
    return (as_of.year - pl.col("birth_year") - still_to_come.cast(pl.Int64)).clip(lower_bound=0)


def _group(age: pl.Expr) -> pl.Expr:
    return (age // 5 * 5).clip(upper_bound=GROUPS[-1])


def total(counted: pl.DataFrame, as_of: dt.date, area_codes: Collection[str]) -> AgeSex:
    """The people of these areas alone; nobody when there are none."""
    chosen = counted.filter(pl.col("area_code").is_in(list(area_codes)))
    summed = chosen.group_by("group", "sex").agg(pl.col("people").sum())
    cells = {(group, sex): people for group, sex, people in summed.iter_rows()}
    return AgeSex(as_of, tuple(_line(first, cells) for first in GROUPS), _line(None, cells))


def _line(first: int | None, cells: Cells) -> AgeGroup:
    men, women, unknown = (cells.get((first, sex), 0) for sex in (MEN, WOMEN, None))
    return AgeGroup(first, men, women, unknown)
