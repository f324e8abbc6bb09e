"""Verifying the audit chain in the background, and how the last time went."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, accounts, audit, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.roles import PERMISSIONS

if TYPE_CHECKING:
    from tongchou.core.models import Account, Assignment

KIND = "audit.verify"
PERMISSION = "audit.verify"


@jobs.job(KIND, label=_("Verify the audit chain"), permission=PERMISSION)
def verify(context: jobs.JobContext) -> dict[str, object]:
    """The whole chain against its keys and signed heads; a try begins at the first row, as the links ask."""
    report = audit.verify(progress=context.progress)
    found: dict[str, object] = {
        "ok": report.ok,
        "rows": report.checked,
        "first_broken": report.first_broken,
        "unsigned": report.unsigned,
        "reasons": [reason.code for reason in report.reasons],
    }
    with transaction.atomic():
        context.checkpoint(report.checked, done=report.checked, total=report.checked)
        audit.append(by=context.by, action=KIND, subject="audit", at=context.at, detail=found)
    return found


@transaction.atomic
def ask_to_verify(*, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that verifies the chain; the one that waits or runs already when there is one.

    Raises
    ------
    NotAllowed
        When the account may not verify.
    """
    on = clock.date_of(at)
    access.require(by, PERMISSION, on=on)
    last = latest(ended=False)
    if last is not None and not last.ended:
        return last
    held = _widest(by, on)
    # Two clicks at once see the same last job, so they name the same next one.
    job = jobs.enqueue(
        kind=KIND,
        payload={},
        key=f"{KIND}:{last.pk if last else 0}",
        by=by,
        at=at,
        area_id=held.area_id,
        scope_no=held.scope_no,
    )
    audit.append(by=by, action="audit.ask_to_verify", subject=f"job:{job.pk}", at=at, scope_no=held.scope_no)
    return job


def latest(*, ended: bool = True) -> jobs.Job | None:
    """The last verification that came to a result, or with ``ended=False`` the last one asked for."""
    asked = jobs.Job.objects.filter(kind=KIND)
    return (asked.filter(state=jobs.State.DONE) if ended else asked).order_by("-pk").first()


def _widest(by: Account, on: dt.date) -> Assignment:
    return next(held for held in accounts.assignments(by, on) if PERMISSION in PERMISSIONS[held.role])
