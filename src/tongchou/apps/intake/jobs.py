"""Storing a large register in the background."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import actions, claiming, holding, queries
from tongchou.apps.intake.models import UNDECIDED
from tongchou.core import access, audit, clock
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.core.scope import Scope

PERMISSION = "intake.apply"

#: Registers nobody decides about are forgotten on their day, whether or not somebody brings in another.
jobs.chore(holding.forget_old)


@jobs.job(queries.APPLY_KIND, label=_("Store a register"), permission=PERMISSION)
def apply(context: jobs.JobContext) -> dict[str, int]:
    """Households without errors, chunk by chunk; another try goes on where this one stopped.

    No cursor is kept: the registry itself knows which lines of a file are settled.
    """
    assert context.by is not None  # the kind has a permission
    outcome = actions.apply_file(
        file_id=context.payload["file"],
        by=context.by,
        at=context.at,
        accept_partial=True,
        seen=context.payload.get("seen"),
        resume=True,
        progress=context.progress,
    )
    return {"people": outcome.people, "held": outcome.held_people, "conflicts": outcome.conflicts}


def ask_to_apply(*, file_id: int, by: Account, at: dt.datetime, seen: int | None = None) -> jobs.Job:
    """The job that stores a staged file; asking again has a failed or cancelled one go on.

    Parameters
    ----------
    seen
        The ``comparison_no`` that was decided on; without it, the one stored.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not apply registers, or not there.
    Conflict
        ``intake.decided`` when the file has been applied or discarded; ``intake.changed_since`` as for
        ``apply_file``.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    file = actions.open_to_decide(file_id, reach)
    if file.status in UNDECIDED:
        known = queries.storing_job(file.pk)
        if known is None or known.ended:  # outside the transaction: the new comparison is to stay
            actions.require_unchanged(file, reach, seen)
    return _ask(file_id, reach, by, at)


@transaction.atomic
def _ask(file_id: int, reach: Scope, by: Account, at: dt.datetime) -> jobs.Job:
    file = actions.open_to_decide(file_id, reach, lock=True)
    if file.status not in UNDECIDED:
        raise claiming.decided()
    payload = {"file": file.pk, "seen": file.comparison_no}
    known = queries.storing_job(file.pk)
    if known is not None:
        if known.state not in (jobs.State.FAILED, jobs.State.CANCELLED):
            return known
        jobs.Job.objects.filter(pk=known.pk).update(payload=payload)  # decided anew, on what is shown now
        return jobs.try_again(job_id=known.pk, by=by, at=at)
    job = jobs.enqueue(
        kind=queries.APPLY_KIND,
        payload=payload,
        key=queries.storing_key(file.pk),
        by=by,
        at=at,
        area_id=file.village_id,
        scope_no=file.scope_no,
    )
    audit.append(
        by=by,
        action="intake.ask_to_apply",
        subject=f"register_file:{file.pk}",
        at=at,
        scope_no=file.scope_no,
        detail={"job": job.pk},
    )
    return job
