"""The years that are known, each with where it comes from and its days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongchou.core import calendar
from tongchou.core.holiday_table import HolidayTable
from tongchou.core.holidays import resting
from tongchou.core.holidays.jobs import KIND
from tongchou.core.jobs import api as jobs
from tongchou.domain.holiday_tables import Day


@dataclass(frozen=True, slots=True)
class Known:
    """A year whose holidays are known; ``version`` 0 came with the installation, by nobody."""

    year: int
    version: int
    source: str
    days: tuple[Day, ...]
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    job: jobs.Job | None = None


def years(language: str) -> tuple[Known, ...]:
    """Every known year, the latest first, each as it counts now. Three queries."""
    entered = {
        row.year: row for row in HolidayTable.objects.select_related("recorded_by").order_by("version")
    }
    keys = {f"{KIND}:{row.pk}": row.year for row in entered.values()}
    of_year = {keys[job.key]: job for job in jobs.Job.objects.filter(key__in=keys)}
    found = {year: _shipped(year, language) for year in calendar.shipped()}
    found |= {year: _entered(row, of_year.get(year)) for year, row in entered.items()}
    return tuple(found[year] for year in sorted(found, reverse=True))


def _shipped(year: int, language: str) -> Known:
    held = calendar.shipped()[year]
    days = [Day(on, False) for on in held.off] + [Day(on, True) for on in held.work]
    return Known(
        year, 0, calendar.shipped_source(year, language), tuple(sorted(days, key=lambda one: one.on))
    )


def _entered(row: HolidayTable, job: jobs.Job | None) -> Known:
    days = tuple(Day(dt.date.fromisoformat(on), kind == "work", name) for on, kind, name in row.days)
    return Known(row.year, row.version, row.source, days, row.recorded_at, row.recorded_by.shown_name, job)


def moved(job: jobs.Job) -> tuple[tuple[str, int], ...]:
    """What a finished job moved: the label of what it is of, and how many."""
    return tuple((resting.label(name), number) for name, number in job.result.items())
