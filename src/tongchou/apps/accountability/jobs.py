"""Making bulletins in the background: a year of a prefecture has some ten million cells behind it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.accountability import access
from tongchou.core import audit
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = access.MAKE
#: Steps a bulletin is made in: counts read, units ranked, written down.
STEPS = 3


@jobs.job(KIND, label=_("Make a bulletin of units"), permission=access.MAKE)
def make(context: jobs.JobContext) -> dict[str, int]:
    """The bulletin appears at the end, whole; another try makes it anew, or finds the one that waits."""
    from tongchou.apps.accountability import publishing  # brings NumPy along

    assert context.by is not None  # the kind has a permission
    said = context.payload
    issue = publishing.make(
        area_id=said["area"],
        kind=said["kind"],
        period=said["period"],
        by=context.by,
        at=context.at,
        step=lambda done: context.progress(done, STEPS),
    )
    return {"issue": issue.pk}


def ask_to_make(*, area_id: int, kind: str, period: str, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that makes a bulletin; the one that waits or runs when the same was asked already.

    Raises
    ------
    NotAllowed, NotFound, Invalid
        As ``make``; whether all months are closed is told by the job.
    """
    from tongchou.apps.accountability import computing

    area = access.area_of(area_id, by=by, at=at, permission=access.MAKE)
    span = str(computing.span(kind, period))
    name = f"{KIND}:{area.pk}:{kind}:{span}"
    with transaction.atomic():
        same = jobs.Job.objects.filter(key__startswith=f"{name}:").order_by("-pk").first()
        if same is not None and same.state in jobs.OPEN:
            return same
        job = jobs.enqueue(
            kind=KIND,
            payload={"area": area.pk, "kind": kind, "period": span},
            key=f"{name}:{same.pk if same else 0}",
            by=by,
            at=at,
            area_id=area.pk,
            scope_no=area.scope_no,
        )
        audit.append(
            by=by,
            action="bulletins.ask",
            subject=f"job:{job.pk}",
            scope_no=area.scope_no,
            at=at,
            detail={"kind": kind, "period": span},
        )
    return job
