"""Asking for one job an area: a second click, or a colleague's, finds the job that waits or runs already."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from tongchou.core import access, accounts, audit, clock
from tongchou.core.jobs import kinds, queries
from tongchou.core.jobs.actions import enqueue
from tongchou.core.jobs.models import ENDED, OPEN, Job, State
from tongchou.core.roles import PERMISSIONS
from tongchou.core.scope import Scope

if TYPE_CHECKING:
    from tongchou.core.models import Account, Assignment


@transaction.atomic
def ask_for_area(*, kind: str, action: str, by: Account, at: dt.datetime) -> Job:
    """The job of a kind for the widest area the account holds it in; the one that is open when there is one.

    Parameters
    ----------
    action
        The word of the audit row; none is written when the job is there already.

    Raises
    ------
    NotAllowed
        When the account lacks the kind's permission.
    """
    held = holding(kind, by, clock.date_of(at))
    waiting = _last(kind, held, OPEN)
    if waiting is not None:
        return waiting
    # Two clicks at once see the same last job, so they name the same next one.
    last = _last(kind, held, ENDED)
    job = enqueue(
        kind=kind,
        payload={},
        key=f"{kind}:{held.area_id}:{last.pk if last else 0}",
        by=by,
        at=at,
        area_id=held.area_id,
        scope_no=held.scope_no,
    )
    audit.append(by=by, action=action, subject=f"job:{job.pk}", at=at, scope_no=held.scope_no)
    return job


def open_for_area(*, kind: str, by: Account, on: dt.date) -> Job | None:
    """The job ``ask_for_area`` would find, while it waits or runs.

    Raises
    ------
    NotAllowed
        As ``ask_for_area``.
    """
    return _last(kind, holding(kind, by, on), OPEN)


def holding(kind: str, by: Account, on: dt.date) -> Assignment:
    """The widest area the account may ask for a kind in: colleagues of that area see the job too.

    Raises
    ------
    NotAllowed
        When the account lacks the kind's permission.
    """
    permission = kinds.kind(kind).permission
    if permission is None:
        raise ValueError(f"only the installation asks for {kind}")
    access.require(by, permission, on=on)
    return next(one for one in accounts.assignments(by, on) if permission in PERMISSIONS[one.role])


def _last(kind: str, held: Assignment, states: tuple[State, ...]) -> Job | None:
    here = Scope(((held.scope_no, held.scope_no),))
    return next(iter(queries.list_in(here, states=states, kind_names=[kind], limit=1)), None)
