"""Computing and checking a table in the background."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.releases import reach
from tongchou.core import audit
from tongchou.core.jobs import api as jobs
from tongchou.domain.releases.lifecycle import Act

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = PERMISSION = reach.COMPUTE


@jobs.job(KIND, label=_("Compute and check a public table"), permission=PERMISSION)
def run(context: jobs.JobContext) -> dict[str, Any]:
    """Both, one after the other; another try begins anew and finds the same."""
    from tongchou.apps.releases import making  # brings Polars along

    assert context.by is not None
    number = int(context.payload["release"])
    making.compute(release_id=number, by=context.by, at=context.at, progress=context.progress)
    one = making.check(release_id=number, by=context.by, at=context.at, progress=context.progress)
    return {"release": one.pk, "findings": len(one.findings)}


@transaction.atomic
def ask_to_compute(*, release_id: int, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that computes and checks a release; the one that waits or runs already.

    Raises
    ------
    NotFound, NotAllowed
        When the account does not work on this table.
    Conflict
        ``releases.state`` once it is sealed.
    """
    one = reach.mine(release_id, by=by, at=at, permission=reach.COMPUTE, lock=True)
    reach.after(one, Act.COMPUTE)
    rows = jobs.Job.objects.filter(kind=KIND, key__startswith=f"{KIND}:{one.pk}:")
    waiting = rows.filter(state__in=jobs.OPEN).first()
    if waiting is not None:
        return waiting
    job = jobs.enqueue(
        kind=KIND,
        payload={"release": one.pk},
        key=f"{KIND}:{one.pk}:{rows.count()}",
        by=by,
        at=at,
        scope_no=one.scope_no,
        area_id=one.area_id,
    )
    audit.append(by=by, action="releases.ask", subject=f"release:{one.pk}", scope_no=one.scope_no, at=at)
    return job
