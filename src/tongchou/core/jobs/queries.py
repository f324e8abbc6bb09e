"""Reads about jobs: only what the account asked for itself, or what lies in its areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core import scope
from tongchou.core.errors import NotFound
from tongchou.core.jobs import kinds
from tongchou.core.jobs.models import Job, JobQuerySet, State
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: A job that has been ready for longer means that no worker is running.
PATIENCE = dt.timedelta(minutes=2)


def visible_to(account: Account | None, on: dt.date) -> JobQuerySet:
    """Jobs an account may see and end on a day.

    These are the ones it asked for, and those of its areas whose kind's permission it holds there. Jobs
    without an area are seen by who asked for them alone. ``None`` is the installation: it sees all.
    """
    if account is None:
        return Job.objects.all()
    if not account.is_authenticated or not account.is_active:
        return Job.objects.none()
    reach = Q(created_by_id=account.pk)
    held = kinds.by_permission()
    for permission, areas in scope.of_each(account, on, held).items():
        reach |= Q(kind__in=held[permission]) & areas.q("scope_no")
    return Job.objects.filter(reach)


def get(job_id: int, *, by: Account | None, on: dt.date) -> Job:
    """One job.

    Raises
    ------
    NotFound
        ``job.unknown`` when there is none that the account may see.
    """
    found = visible_to(by, on).select_related("created_by").filter(pk=job_id).first()
    if found is None:
        raise not_found()
    return found


def list_for(
    account: Account | None,
    *,
    on: dt.date,
    states: Collection[str] = (),
    kind_names: Collection[str] = (),
    before: int | None = None,
    limit: int = 50,
) -> list[Job]:
    """Jobs an account may see, the newest first; ``before`` is the last number of the page above."""
    return _listed(visible_to(account, on), states, kind_names, before, limit)


def list_in(
    reach: Scope,
    *,
    states: Collection[str] = (),
    kind_names: Collection[str] = (),
    before: int | None = None,
    limit: int = 50,
) -> list[Job]:
    """Jobs of some areas, whoever asked for them; ``Scope.everything()`` also those without an area."""
    return _listed(Job.objects.filter(reach.q("scope_no")), states, kind_names, before, limit)


def _listed(
    jobs: JobQuerySet,
    states: Collection[str],
    kind_names: Collection[str],
    before: int | None,
    limit: int,
) -> list[Job]:
    if states:
        jobs = jobs.filter(state__in=states)
    if kind_names:
        jobs = jobs.filter(kind__in=kind_names)
    if before is not None:
        jobs = jobs.filter(pk__lt=before)
    return list(jobs.select_related("created_by").order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True)
class Health:
    """How the queue stands; ``ok`` is false when ready jobs lie about, so no worker can be running."""

    waiting: int
    running: int
    failed: int
    oldest_ready: dt.datetime | None
    ok: bool


def health(at: dt.datetime) -> Health:
    """The state of the queue, for a check of the installation."""
    count = {state: Job.objects.filter(state=state).count() for state in State.values}
    oldest = Job.objects.filter(state=State.QUEUED, run_after__lte=at).aggregate(at=Min("run_after"))["at"]
    abandoned = Job.objects.filter(state=State.RUNNING, lease_until__lt=at - PATIENCE).exists()
    # One worker busy with another job is no fault: then its lease is fresh.
    busy = Job.objects.filter(state=State.RUNNING, lease_until__gte=at).exists()
    idle = oldest is not None and oldest < at - PATIENCE and not busy
    return Health(
        waiting=count[State.QUEUED],
        running=count[State.RUNNING],
        failed=count[State.FAILED],
        oldest_ready=oldest,
        ok=not (idle or abandoned),
    )


def not_found() -> NotFound:
    return NotFound("job.unknown", _("There is no such job among yours or those of your areas."))
