"""Building, freezing and recording: at once when there are few rows, in the background when many."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import building, freezing, reach, reconciling
from tongchou.apps.payments.models import AnswerFile, AnswerState, Batch, BatchState, StagedOutcome, Try
from tongchou.apps.payments.steps import MOST_AT_ONCE, Steps
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

BUILD_KIND, FREEZE_KIND, RECORD_KIND = "payments.build", "payments.freeze", "payments.record"


@jobs.job(BUILD_KIND, label=_("Build a payment batch"), permission=reach.BUILD)
def build(context: jobs.JobContext) -> dict[str, int]:
    """Awards step by step; another try goes on behind the last step that stands."""
    assert context.by is not None  # the kind has a permission
    batch = building.fill(
        batch_id=context.payload["batch"], by=context.by, at=context.at, steps=Steps(context)
    )
    return {"rows": batch.rows, "fen": batch.fen}


@jobs.job(FREEZE_KIND, label=_("Freeze a payment batch"), permission=reach.BUILD)
def freeze(context: jobs.JobContext) -> dict[str, int]:
    """Payees step by step, in the same way."""
    assert context.by is not None
    batch = freezing.freeze(
        batch_id=context.payload["batch"], by=context.by, at=context.at, steps=Steps(context)
    )
    return {"rows": batch.rows, "fen": batch.fen}


@jobs.job(RECORD_KIND, label=_("Record a return file"), permission=reach.BUILD)
def record(context: jobs.JobContext) -> dict[str, int]:
    """What the bank says, step by step, in the same way."""
    assert context.by is not None
    file = reconciling.record(
        file_id=context.payload["file"], by=context.by, at=context.at, steps=Steps(context)
    )
    return {"paid": file.paid_rows, "returned": file.returned_rows, "left": file.left}


def build_batch(
    *, fund_id: int, programme: str, template: str, by: Account, at: dt.datetime, attempt: str = Try.FIRST
) -> Batch:
    """The open batch of a fund and programme with its rows; a large one is filled by a job.

    Raises
    ------
    NotAllowed, NotFound, Invalid, Conflict
        As ``building.begin_batch``.
    """
    batch = building.begin_batch(
        fund_id=fund_id, programme=programme, template=template, by=by, at=at, attempt=attempt
    )
    if batch.state != BatchState.BUILDING:
        return batch
    if batch.rows or building.more_than(MOST_AT_ONCE, batch):
        _ask(BUILD_KIND, {"batch": batch.pk}, batch, batch.pk, by, at)
        return batch
    return building.fill(batch_id=batch.pk, by=by, at=at)


def freeze_batch(*, batch_id: int, by: Account, at: dt.datetime) -> Batch:
    """Set the money of a batch aside and freeze its rows; those of a large one by a job.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``freezing.begin_freeze``.
    """
    batch = freezing.begin_freeze(batch_id=batch_id, by=by, at=at)
    if batch.state != BatchState.FREEZING:
        return batch
    if batch.rows_taken > MOST_AT_ONCE:
        _ask(FREEZE_KIND, {"batch": batch.pk}, batch, batch.pk, by, at)
        return batch
    return freezing.freeze(batch_id=batch_id, by=by, at=at)


def record_answer(*, file_id: int, came_back: bool, by: Account, at: dt.datetime) -> AnswerFile:
    """Record what a return file says of rows that fit; a large one by a job.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``reconciling.begin_record``.
    """
    file = reconciling.begin_record(file_id=file_id, came_back=came_back, by=by, at=at)
    if file.state != AnswerState.RECORDING:
        return file
    if StagedOutcome.objects.filter(file=file, done=False).count() > MOST_AT_ONCE:
        _ask(RECORD_KIND, {"file": file.pk}, file.batch, file.pk, by, at)
        return file
    return reconciling.record(file_id=file_id, by=by, at=at)


def _ask(
    kind: str, payload: dict[str, int], batch: Batch, number: int, by: Account, at: dt.datetime
) -> jobs.Job:
    """The job that does it; one that failed or was cancelled goes on."""
    job = jobs.enqueue(
        kind=kind,
        payload=payload,
        key=f"{kind}:{number}",
        by=by,
        at=at,
        area_id=batch.area_id,
        scope_no=batch.scope_no,
    )
    if job.state in (jobs.State.FAILED, jobs.State.CANCELLED):
        return jobs.try_again(job_id=job.pk, by=by, at=at)
    return job


def running(batch: Batch) -> jobs.Job | None:
    """The job that builds or freezes a batch or records an answer of it, while it waits or runs."""
    files = AnswerFile.objects.filter(batch=batch, state=AnswerState.RECORDING).values_list("pk", flat=True)
    wanted = [
        f"{BUILD_KIND}:{batch.pk}",
        f"{FREEZE_KIND}:{batch.pk}",
        *(f"{RECORD_KIND}:{pk}" for pk in files),
    ]
    return jobs.Job.objects.filter(key__in=wanted).exclude(state__in=jobs.ENDED).first()
