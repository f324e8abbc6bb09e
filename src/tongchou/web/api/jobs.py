"""Work that goes on in the background: how far it is, and ending it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.core import clock
from tongchou.core.jobs import api as jobs
from tongchou.web.api.access import of_jobs
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Id, Key, Limit, Moment

router = Router(tags=["jobs"])


class Job(Schema):
    """``error`` is in the language asked for; ``result`` holds numbers once the job is done."""

    job_id: int
    kind: str
    title: str
    state: str
    ending: bool
    area_id: int | None
    file_id: int | None
    done: int
    total: int | None
    percent: int | None
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    error_code: str
    error: str
    result: dict[str, int]


class Jobs(Schema):
    """A part of the list; send ``next`` as ``before`` to read on."""

    items: list[Job]
    next: int | None


@router.get(
    "",
    summary=gettext_noop("The owner's jobs and those of the token's areas, the newest first"),
    **answers(Jobs),
    **of_jobs(),
)
def list_jobs(request: HttpRequest, before: Id | None = None, limit: Limit = 50):
    found = jobs.list_for(request.auth, on=clock.date_of(request.at), before=before, limit=limit + 1)
    return Jobs(
        items=[shown(one) for one in found[:limit]],
        next=found[limit - 1].pk if len(found) > limit else None,
    )


@router.get("/{int:job_id}", summary=gettext_noop("How far a job is"), **answers(Job), **of_jobs())
def job(request: HttpRequest, job_id: Id):
    return shown(jobs.get(job_id, by=request.auth, on=clock.date_of(request.at)))


@router.post(
    "/{int:job_id}/cancel",
    summary=gettext_noop("End a job: now when it waits, else after the step at hand"),
    **answers(Job),
    **of_jobs(),
)
def cancel_job(request: HttpRequest, job_id: Id, key: Key = None):
    return once(request, key, lambda: shown(jobs.cancel(job_id=job_id, by=request.auth, at=request.at)))


def shown(found: jobs.Job) -> Job:
    """A job as it is sent."""
    file_id = found.payload.get("file")
    return Job(
        job_id=found.pk,
        kind=found.kind,
        title=jobs.label(found.kind),
        state=found.state,
        ending=found.cancel_requested and not found.ended,
        area_id=found.area_id,
        file_id=file_id if isinstance(file_id, int) else None,
        done=found.done,
        total=found.total,
        percent=found.percent,
        created_at=found.created_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
        error_code=found.error_code,
        error=found.error,
        result={key: value for key, value in found.result.items() if isinstance(value, int)},
    )
