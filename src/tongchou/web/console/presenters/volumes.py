"""Made yearbooks, and those being made, as their page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.apps.yearbook import api as yearbooks
from tongchou.core.jobs import api as jobs
from tongchou.web.console import formatters
from tongchou.web.console.presenters import publication_words as words


@dataclass(frozen=True, slots=True)
class VolumeLine:
    number: int
    area: str
    year: int
    edition: str
    basis: str
    made: str
    sha256: str


@dataclass(frozen=True, slots=True)
class JobLine:
    number: int
    year: int
    edition: str
    state: str
    percent: int | None
    open: bool
    error: str


def volume(one: yearbooks.Volume) -> VolumeLine:
    return VolumeLine(
        number=one.pk,
        area=one.area_name,
        year=one.year,
        edition=words.edition_of(one.edition),
        basis=words.basis(one.basis),
        made=formatters.moment(one.made_at),
        sha256=one.sha256,
    )


def line(job: jobs.Job) -> JobLine:
    return JobLine(
        number=job.pk,
        year=job.payload["year"],
        edition=words.edition_of(job.payload["edition"]),
        state=str(jobs.State(job.state).label),
        percent=job.percent,
        open=job.state in jobs.OPEN,
        error=job.error,
    )
