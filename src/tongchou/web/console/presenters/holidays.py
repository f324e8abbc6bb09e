"""Tables of holidays in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse

from tongchou.core.holidays import api as holidays
from tongchou.core.jobs import api as jobs
from tongchou.domain.holiday_tables import Day
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import jobs as present_jobs


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row of one kind and name."""

    days: str
    work: bool
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year that is known. ``version`` 0 came with the installation."""

    year: int
    version: int
    source: str
    by: str
    at: str
    spans: list[Span]
    job: Chip | None
    job_url: str
    moved: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a table would change."""

    year: int
    source: str
    announced: bool
    same: bool
    spans: list[Span]
    newly_off: list[str]
    newly_worked: list[str]
    workdays_before: int
    workdays: int
    moves: list[tuple[str, int]]
    seen: int


def row(one: holidays.Known) -> YearRow:
    """A year of the list."""
    done = one.job is not None and one.job.state == jobs.State.DONE
    return YearRow(
        year=one.year,
        version=one.version,
        source=one.source,
        by=one.recorded_by,
        at=formatters.moment(one.recorded_at) if one.recorded_at else "",
        spans=spans(one.days),
        job=present_jobs.chip(one.job.state) if one.job else None,
        job_url=reverse("console:jobs") + f"#job-{one.job.pk}" if one.job else "",
        moved=present_jobs.moved(one.job) if one.job is not None and done else "",
    )


def looked(seen: holidays.Preview) -> Looked:
    """What is shown before saving."""
    return Looked(
        year=seen.table.year,
        source=seen.table.source,
        announced=seen.announced,
        same=seen.same,
        spans=spans(seen.table.days),
        newly_off=[formatters.day(one) for one in seen.newly_off],
        newly_worked=[formatters.day(one) for one in seen.newly_worked],
        workdays_before=seen.workdays_before,
        workdays=seen.workdays,
        moves=[(holidays.label(name), number) for name, number in seen.moves],
        seen=seen.seen,
    )


def spans(days: Iterable[Day]) -> list[Span]:
    """Days in order as spans."""
    groups: list[list[Day]] = []
    listed = list(days)
    for before, one in pairwise([None, *listed]):
        follows = (
            before is not None
            and one is not None
            and one.on - before.on == dt.timedelta(days=1)
            and (one.work, one.name) == (before.work, before.name)
        )
        if follows:
            groups[-1].append(one)  # type: ignore[arg-type]
        elif one is not None:
            groups.append([one])
    return [
        Span(
            days=formatters.day(group[0].on)
            if len(group) == 1
            else f"{formatters.day(group[0].on)} – {formatters.day(group[-1].on)}",
            work=group[0].work,
            name=group[0].name,
            number=len(group),
        )
        for group in groups
    ]
