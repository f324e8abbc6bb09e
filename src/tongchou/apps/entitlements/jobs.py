"""Bringing the list up to date in the background: a snapshot of today, then the evaluation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.entitlements import actions
from tongchou.apps.quality import api as quality
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, accounts, audit, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.roles import PERMISSIONS
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account, Assignment

KIND = "entitlements.refresh"
PERMISSION = "entitlements.evaluate"
#: Stages as they are kept in the job's note; pages have the words.
SNAPSHOT, RULES, LISTING = "snapshot", "rules", "listing"
#: Where each stage begins, of a hundred: reading, deciding and writing take about as long.
_BEGIN = {SNAPSHOT: 0, RULES: 40, LISTING: 60}
_ALL = 100


@jobs.job(KIND, label=_("Update the list of benefits"), permission=PERMISSION)
def refresh(context: jobs.JobContext) -> dict[str, int]:
    """Every try reads the registry anew; until the last step the former list stays current."""
    assert context.by is not None  # the kind has a permission
    purpose = f"list of benefits, job {context.job_id}"
    context.progress(_BEGIN[SNAPSHOT], _ALL, SNAPSHOT)
    snapshot = snapshots.take_snapshot(
        by=context.by,
        at=context.at,
        as_of=clock.date_of(context.at),
        purpose=purpose,
        # Only looked, nothing written: the records are being read as of one moment.
        progress=lambda _done, _total: context.stop_if_asked(),
    )
    context.progress(_BEGIN[RULES], _ALL, RULES)

    def listed(done: int, total: int) -> None:
        context.progress(_BEGIN[LISTING] + (_ALL - 1 - _BEGIN[LISTING]) * done // total, _ALL, LISTING)

    def settle() -> None:
        context.checkpoint(snapshot.pk, _ALL, _ALL, LISTING)

    # What the year before still holds is listed until its last day to claim has passed.
    year = clock.date_of(context.at).year
    _before, run = actions.evaluate_years(
        years=(year - 1, year), by=context.by, at=context.at, purpose=purpose, progress=listed, settle=settle
    )
    quality.run_checks(by=context.by, at=context.at, purpose=purpose)
    return {"snapshot": snapshot.pk, "evaluation": run.pk, "people": run.persons}


@transaction.atomic
def ask_to_refresh(*, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that brings the list up to date; the one that waits or runs already when there is one.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    """
    on = clock.date_of(at)
    access.require(by, PERMISSION, on=on)
    held = _widest(by, on)
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
    audit.append(
        by=by,
        action="entitlements.ask_to_refresh",
        subject=f"job:{job.pk}",
        at=at,
        scope_no=held.scope_no,
    )
    return job


def open_refresh(*, by: Account, on: dt.date) -> jobs.Job | None:
    """The job that brings the list of the account's area up to date, while it waits or runs."""
    access.require(by, PERMISSION, on=on)
    return _of_area(_widest(by, on), jobs.OPEN)


def _widest(by: Account, on: dt.date) -> Assignment:
    """The widest area the account evaluates: other reviewers of it see the job too."""
    return next(held for held in accounts.assignments(by, on) if PERMISSION in PERMISSIONS[held.role])


def _of_area(held: Assignment, states: tuple[jobs.State, ...]) -> jobs.Job | None:
    here = Scope(((held.scope_no, held.scope_no),))
    return next(iter(jobs.list_in(here, states=states, kind_names=[KIND], limit=1)), None)
