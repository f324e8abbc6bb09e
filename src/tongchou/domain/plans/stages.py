"""The stages of a plan as months of its years, and the areas that begin.

A stage may begin in the month in which the one before ends (强力推进 to September, 巩固提升 from September):
both hold on such a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage; ``first`` and ``last`` are months: 1 is January of the first year, 13 that of the second."""

    code: str
    name: str
    first: int
    last: int

    def days(self, year: int) -> tuple[dt.date, dt.date]:
        """Its first and last day when the plan's first year is ``year``.

        Examples
        --------
        >>> Stage("develop", "持续发展阶段", 19, 24).days(2026)
        (datetime.date(2027, 7, 1), datetime.date(2027, 12, 31))
        """
        return _first_of(year, self.first), _first_of(year, self.last + 1) - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pilots:
    """Where the reform begins, by the names of the plan."""

    counties: tuple[str, ...]
    townships: tuple[str, ...]


def _first_of(year: int, month: int) -> dt.date:
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def read_stages(text: str) -> tuple[tuple[Stage, ...], Pilots]:
    """Stages and pilots of a YAML text.

    Raises
    ------
    ValueError
        When a stage ends before it begins, or begins before the one before it does.
    KeyError
        When a field is missing.
    """
    said = yaml.safe_load(text)
    found = tuple(Stage(one["code"], one["zh"], one["first"], one["last"]) for one in said["stages"])
    starts = [one.first for one in found]
    if any(not 1 <= one.first <= one.last for one in found) or starts != sorted(starts):
        raise ValueError("stages: each first ≤ last, in the order of their beginnings")
    return found, Pilots(tuple(said["pilots"]["counties"]), tuple(said["pilots"]["townships"]))


def holding(stages: tuple[Stage, ...], *, year: int, on: dt.date) -> tuple[Stage, ...]:
    """The stages that hold on a day: none before and after the plan, two where they overlap."""
    return tuple(one for one in stages if one.days(year)[0] <= on <= one.days(year)[1])
