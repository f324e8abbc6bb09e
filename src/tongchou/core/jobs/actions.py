"""What can be done with a job: ask for it, end it, have it tried again, forget old ones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.jobs import kinds, queries
from tongchou.core.jobs.models import ENDED, Job, State
from tongchou.core.jobs.plain import plain

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Days an ended job stays on the list.
KEEP_DAYS = 90
_BATCH = 500


@transaction.atomic
def enqueue(
    *,
    kind: str,
    payload: dict[str, Any],
    key: str,
    by: Account | None,
    at: dt.datetime,
    scope_no: int | None = None,
    area_id: int | None = None,
) -> Job:
    """Ask for a job, as part of the caller's transaction: no worker sees it before that commits.

    The same key again gives the job that is there, whatever its state. Asking leaves no audit row: the act
    that asks writes its own.

    Parameters
    ----------
    payload
        Numbers of rows and areas, digests, switches. Never personal data.
    key
        Names the work (``"intake.apply:17"``), so that a second click does not do it twice.
    scope_no, area_id
        The area the job concerns, both or neither: whoever covers it and holds the kind's permission there
        sees the job too.

    Raises
    ------
    NotAllowed
        When the account lacks the kind's permission (in that area).
    ValueError, TypeError
        When kind or payload are unfit, or the key names other work.
    """
    wanted = kinds.kind(kind)
    if by is not None:
        if wanted.permission is None:
            raise NotAllowed("access.denied", _("Only the installation itself does this."))
        access.require(by, wanted.permission, scope_no=scope_no, on=clock.date_of(at))
    if (scope_no is None) != (area_id is None):
        raise ValueError("name the area and its scope number, or neither")
    fit, fit_key = plain(payload, "payload"), plain(key, "key")
    if not isinstance(fit, dict) or not fit_key or len(fit_key) > 150:
        raise ValueError("a job needs a dictionary as payload and a key of 1 to 150 characters")
    job, created = Job.objects.get_or_create(
        key=fit_key,
        defaults={
            "kind": kind,
            "payload": fit,
            "area_id": area_id,
            "scope_no": scope_no,
            "created_by": by,
            "created_at": at,
            "run_after": at,
            "max_attempts": wanted.max_attempts,
        },
    )
    if not created and (job.kind, job.payload, job.area_id) != (kind, fit, area_id):
        raise ValueError(f"the key {fit_key!r} names other work")
    return job


@transaction.atomic
def cancel(*, job_id: int, by: Account | None, at: dt.datetime) -> Job:
    """End a job: a waiting one now, a running one before its next chunk is settled.

    Chunks settled before stay. Asking twice changes nothing.

    Raises
    ------
    NotFound
        When the account did not ask for the job and does not cover its area with the kind's permission.
    Conflict
        ``job.ended`` when there is nothing left to end.
    """
    job = _locked(job_id, by, at)
    if job.state in ENDED:
        raise Conflict("job.ended", _("This job has ended already."))
    if job.cancel_requested:
        return job
    job.cancel_requested = True
    # A dead worker will not read the request, and nobody may be there to take the job over.
    if job.state == State.QUEUED or (job.lease_until is not None and job.lease_until < at):
        job.state, job.owner, job.lease_until, job.finished_at = State.CANCELLED, "", None, at
    job.save(update_fields=["cancel_requested", "state", "owner", "lease_until", "finished_at"])
    _record("job.cancel", job, by, at)
    return job


@transaction.atomic
def try_again(*, job_id: int, by: Account | None, at: dt.datetime) -> Job:
    """Put a failed or cancelled job back into the queue; it goes on behind its cursor.

    Raises
    ------
    NotFound
        As for ``cancel``.
    Conflict
        ``job.not_failed`` when it is done, waits or runs.
    """
    job = _locked(job_id, by, at)
    if job.state not in (State.FAILED, State.CANCELLED):
        raise Conflict("job.not_failed", _("Only a failed or cancelled job can be tried again."))
    job.state, job.run_after, job.finished_at = State.QUEUED, at, None
    job.attempts, job.cancel_requested, job.error_code, job.error_text = 0, False, "", {}
    job.save(
        update_fields=[
            "state",
            "run_after",
            "finished_at",
            "attempts",
            "cancel_requested",
            "error_code",
            "error_text",
        ]
    )
    _record("job.try_again", job, by, at)
    return job


def clean_up(*, by: None = None, at: dt.datetime, days: int = KEEP_DAYS) -> int:
    """Forget jobs that ended more than ``days`` ago; returns how many. For the installation only.

    What they did stays in the audit chain. Other writers wait for one small batch at most.
    """
    if days < 1:
        raise ValueError("keep ended jobs for a day at least")
    old = Job.objects.ended_before(at - dt.timedelta(days=days)).order_by("pk")
    count = 0
    while old.exists():
        with transaction.atomic():
            rows = old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_BATCH]
            removed, _kinds = Job.objects.filter(pk__in=list(rows)).delete()
            if not removed:
                break  # another worker is at it
            audit.append(
                by=by, action="job.clean_up", subject="jobs", at=at, detail={"jobs": removed, "days": days}
            )
        count += removed
    return count


def _locked(job_id: int, by: Account | None, at: dt.datetime) -> Job:
    visible = queries.visible_to(by, clock.date_of(at))
    job = visible.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise queries.not_found()
    return job


def _record(action: str, job: Job, by: Account | None, at: dt.datetime) -> None:
    audit.append(
        by=by,
        action=action,
        subject=f"job:{job.pk}",
        at=at,
        scope_no=job.scope_no,
        detail={"kind": job.kind, "done": job.done},
    )
