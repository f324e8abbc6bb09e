"""Storing a large list in the background."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.lists import applying, queries
from tongchou.apps.intake.lists.models import UNDECIDED
from tongchou.apps.intake.lists.staging import open_list
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

PERMISSION = "lists.apply"


@jobs.job(queries.APPLY_KIND, label=_("Store a department's list"), permission=PERMISSION)
def apply(context: jobs.JobContext) -> dict[str, int]:
    """Rows that are new or decided on, chunk by chunk; another try goes on where this one stopped.

    No cursor is kept: the registry itself knows which rows of a list are settled.
    """
    assert context.by is not None  # the kind has a permission
    outcome = applying.apply_list(
        list_id=context.payload["list"],
        by=context.by,
        at=context.at,
        resume=True,
        progress=context.progress,
    )
    return {"rows": sum(outcome.counts.values()), "recorded": outcome.recorded, "left": outcome.left}


@transaction.atomic
def ask_to_apply_list(*, list_id: int, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that stores a list; asking again has one that has ended go on.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not apply lists, or not there.
    Conflict
        ``lists.decided`` when the list has been stored or discarded.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    file = open_list(list_id, reach, lock=True)
    if file.status not in UNDECIDED:
        raise Conflict("lists.decided", _("This list has been decided on already."))
    known = queries.storing_list_job(file.pk)
    if known is not None and not known.ended:
        return known
    if known is not None:
        if known.state in (jobs.State.FAILED, jobs.State.CANCELLED):
            return jobs.try_again(job_id=known.pk, by=by, at=at)
        jobs.Job.objects.filter(pk=known.pk).update(key=f"{known.key}:{known.pk}")  # rows were left waiting
    job = jobs.enqueue(
        kind=queries.APPLY_KIND,
        payload={"list": file.pk},
        key=queries.storing_key(file.pk),
        by=by,
        at=at,
        area_id=file.area_id,
        scope_no=file.scope_no,
    )
    audit.append(
        by=by,
        action="lists.ask_to_apply",
        subject=f"list_file:{file.pk}",
        at=at,
        scope_no=file.scope_no,
        detail={"job": job.pk},
    )
    return job
