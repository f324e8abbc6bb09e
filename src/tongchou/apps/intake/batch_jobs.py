"""Reading and storing the files of a large upload in the background."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import actions, batch_queries, batches
from tongchou.apps.intake.models import FileStatus, UploadBatch
from tongchou.core import access, audit, clock
from tongchou.core.errors import AppError, Conflict
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account


@jobs.job(batch_queries.READ_KIND, label=_("Read register files"), permission="intake.upload")
def read(context: jobs.JobContext) -> dict[str, int]:
    """File by file; another try goes on with those that still wait."""
    assert context.by is not None  # the kind has a permission
    batches.read_waiting(
        batch_id=context.payload["batch"], by=context.by, at=context.at, progress=context.progress
    )
    return {"batch": context.payload["batch"]}


@jobs.job(batch_queries.APPLY_KIND, label=_("Store registers without errors"), permission="intake.apply")
def store(context: jobs.JobContext) -> dict[str, int]:
    """File by file, as each was seen when it was asked for; one that cannot be stored keeps no other back.

    Cancelled, the files stored so far stay; another try goes on with the rest.
    """
    assert context.by is not None
    batch = batch_queries.open_batch(context.payload["batch"], by=context.by)
    asked = batch.items.exclude(seen=None).select_related("file", "village").order_by("position")
    found = list(asked)
    total = context.payload["files"]
    people = left = 0
    for item in found:
        done = total - batch.items.exclude(seen=None).count()
        context.progress(max(0, done), total, note=item.village.name if item.village else None)
        context.beat()  # learns of a cancel before the next file begins, not a second later
        context.stop_if_asked()
        try:
            if item.file is None or item.file.status == FileStatus.DISCARDED:
                left += 1
            else:
                outcome = actions.apply_file(
                    file_id=item.file.pk,
                    by=context.by,
                    at=clock.now(),
                    seen=item.seen,
                    resume=True,
                    progress=lambda done, total: context.stop_if_asked(),
                )
                people += outcome.people
        except (
            AppError
        ):  # changed since, decided by somebody else, out of reach by now: it waits to be looked at
            left += 1
        batch.items.filter(pk=item.pk).update(seen=None)
    context.progress(total, total)
    return {"people": people, "left": left}


def ask_to_read(*, batch_id: int, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that reads the files of an upload; asking again has a failed or cancelled one go on."""
    access.require(by, "intake.upload", on=clock.date_of(at))
    with transaction.atomic():
        batch = _locked(batch_id, by)
        known = batch_queries.reading_job(batch)
        if known is None or known.state == jobs.State.DONE:
            batch.read_run += 1
            batch.save(update_fields=["read_run"])
        key = batch_queries.reading_key(batch)
        return _ask(batch_queries.READ_KIND, {"batch": batch.pk}, key, batch, by, at)


def ask_to_store(*, batch_id: int, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that stores every file of an upload that has no error, as they are shown now.

    Raises
    ------
    Conflict
        ``intake.none_ready`` when there is none.
    """
    reach = access.require(by, "intake.apply", on=clock.date_of(at))
    with transaction.atomic():
        batch = _locked(batch_id, by)
        known = batch_queries.storing_job(batch)
        if known is not None and not known.ended:
            return known
        ready = batch_queries.ready(batch, scope=reach)
        files = 0
        for item in ready.select_related("file"):
            assert item.file is not None
            item.seen = item.file.comparison_no
            item.save(update_fields=["seen"])
            files += 1
        if not files:
            raise Conflict("intake.none_ready", _("No file of this upload is ready to be stored."))
        if known is None or known.state == jobs.State.DONE:
            batch.apply_run += 1
            batch.save(update_fields=["apply_run"])
        elif known is not None:  # it goes on with what is ready now
            payload = {"batch": batch.pk, "files": files}
            jobs.Job.objects.filter(pk=known.pk).update(payload=payload)
        key = batch_queries.storing_key(batch)
        return _ask(batch_queries.APPLY_KIND, {"batch": batch.pk, "files": files}, key, batch, by, at)


def _locked(batch_id: int, by: Account) -> UploadBatch:
    batch = UploadBatch.objects.select_for_update().filter(uploaded_by=by, pk=batch_id).first()
    return batch or batch_queries.open_batch(batch_id, by=by)  # which says that there is none


@transaction.atomic
def _ask(
    kind: str, payload: dict[str, int], key: str, batch: UploadBatch, by: Account, at: dt.datetime
) -> jobs.Job:
    known = jobs.Job.objects.filter(key=key).first()
    if known is not None:
        if known.state in (jobs.State.FAILED, jobs.State.CANCELLED):
            return jobs.try_again(job_id=known.pk, by=by, at=at)
        return known
    job = jobs.enqueue(kind=kind, payload=payload, key=key, by=by, at=at)
    audit.append(
        by=by,
        action=f"{kind.replace('_batch', '')}_many",
        subject=f"upload_batch:{batch.pk}",
        at=at,
        detail={"job": job.pk, **payload},
    )
    return job
