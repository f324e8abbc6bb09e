"""Yearbooks in the background."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.yearbook.reach import MAKE
from tongchou.core import audit
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.core.scope import Scope

KIND = MAKE


@jobs.job(KIND, label=_("Make a yearbook"), permission=MAKE)
def make(context: jobs.JobContext) -> dict[str, int]:
    """The yearbook appears at the end, whole; another try makes it anew, or finds it."""
    from tongchou.apps.yearbook import actions  # brings NumPy along
    from tongchou.domain.statistics.content import Edition
    from tongchou.domain.statistics.cube import Basis
    from tongchou.domain.statistics.yearbook import CHAPTERS

    assert context.by is not None  # the kind has a permission

    def step(chapter: str) -> None:
        context.progress(CHAPTERS.index(chapter), len(CHAPTERS), chapter)

    said = context.payload
    volume = actions.make(
        area_id=said["area"],
        year=said["year"],
        edition=Edition(said["edition"]),
        basis=Basis(said["basis"]),
        by=context.by,
        at=context.at,
        step=step,
    )
    context.progress(len(CHAPTERS), len(CHAPTERS))
    return {"volume": volume.pk}


def ask_to_make(
    *, area_id: int, year: int, edition: str, basis: str, by: Account, at: dt.datetime
) -> jobs.Job:
    """The job that makes a yearbook; the one that is there when the same was asked of the same counts.

    Raises
    ------
    NotAllowed, NotFound, Invalid, Conflict
        As ``actions.make``.
    """
    from tongchou.apps.places import api as places
    from tongchou.apps.yearbook import actions
    from tongchou.domain.statistics.cube import Basis

    found = actions.checked(area_id=area_id, year=year, basis=Basis(basis), by=by, at=at)
    area = places.Area.objects.get(pk=area_id)
    payload = {"area": area_id, "year": year, "edition": edition, "basis": basis}
    key = f"{KIND}:{area_id}:{year}:{edition}:{basis}:{found.built.pk}"
    with transaction.atomic():
        known = jobs.Job.objects.filter(key=key).first()
        if known is not None and known.state in (jobs.State.FAILED, jobs.State.CANCELLED):
            return jobs.try_again(job_id=known.pk, by=by, at=at)
        job = jobs.enqueue(
            kind=KIND, payload=payload, key=key, by=by, at=at, area_id=area_id, scope_no=area.scope_no
        )
        if known is None:
            audit.append(
                by=by,
                action="yearbook.ask",
                subject=f"job:{job.pk}",
                at=at,
                scope_no=area.scope_no,
                detail={"year": year, "edition": edition, "basis": basis},
            )
    return job


def open_jobs(*, scope: Scope) -> list[jobs.Job]:
    """Yearbooks of a scope that are still being made, or could not be, the newest first."""
    states = (*jobs.OPEN, jobs.State.FAILED)
    return jobs.list_in(scope, states=states, kind_names=[KIND], limit=10)
