"""Running the checks in the background, and every night by the installation's own timer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.quality import actions
from tongchou.core import access, accounts, audit, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.roles import PERMISSIONS
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account, Assignment

KIND = "quality.run"


@jobs.job(KIND, label=_("Check the records"), permission=actions.PERMISSION)
def run(context: jobs.JobContext) -> dict[str, int]:
    """Each try reads the snapshot anew; until the last step the former findings stay current."""
    done = actions.run_checks(
        by=context.by,
        at=context.at,
        purpose=f"check of the records, job {context.job_id}",
        progress=context.progress,
    )
    return {"findings": done.findings, "people": done.persons}


@transaction.atomic
def ask_to_run(*, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that runs the checks; the one that waits or runs already when there is one.

    Raises
    ------
    NotAllowed
        When the account may not run checks.
    """
    on = clock.date_of(at)
    access.require(by, actions.PERMISSION, on=on)
    held = next(one for one in accounts.assignments(by, on) if actions.PERMISSION in PERMISSIONS[one.role])
    waiting = _of_area(held, jobs.OPEN)
    if waiting is not None:
        return waiting
    # Two clicks at once see the same last job, so they name the same next one.
    last = _of_area(held, jobs.ENDED)
    job = jobs.enqueue(
        kind=KIND,
        payload={},
        key=f"{KIND}:{held.area_id}:{last.pk if last else 0}",
        by=by,
        at=at,
        area_id=held.area_id,
        scope_no=held.scope_no,
    )
    audit.append(by=by, action="quality.ask", subject=f"job:{job.pk}", at=at, scope_no=held.scope_no)
    return job


def _of_area(held: Assignment, states: tuple[jobs.State, ...]) -> jobs.Job | None:
    here = Scope(((held.scope_no, held.scope_no),))
    return next(iter(jobs.list_in(here, states=states, kind_names=[KIND], limit=1)), None)
