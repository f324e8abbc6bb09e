"""Who does what: a government calls its meeting and confirms; whoever works in a unit's area reports."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.plans.models import Meeting, Task
from tongchou.apps.posts import api as posts
from tongchou.core import access, clock
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

VIEW: Final = "plans.view"
REPORT: Final = "plans.report"
MAKE: Final = "plans.make"


def meeting(meeting_id: int, *, by: Account, at: dt.datetime) -> Meeting:
    """A meeting of the account's areas, its row locked.

    Raises
    ------
    NotAllowed, NotFound
        When the account may call none, or there is no such meeting there.
    """
    areas = access.require(by, MAKE, on=clock.date_of(at))
    found = Meeting.objects.select_for_update().filter(areas.q("scope_no"), pk=meeting_id).first()
    if found is None:
        raise no_meeting()
    return found


def reporting(task_id: int, *, by: Account, at: dt.datetime) -> Task:
    """A task of a unit in the account's areas, its row locked. Of a department: its post-holders alone.

    Raises
    ------
    NotAllowed, NotFound
        When the account may report for none, or there is no such task there.
    """
    today = clock.date_of(at)
    areas = access.require(by, REPORT, on=today)
    found = Task.objects.select_for_update().filter(areas.q("scope_no"), pk=task_id).first()
    if found is None or not _of_department(found, by, today):
        raise no_task()
    return found


def _of_department(task: Task, by: Account, today: dt.date) -> bool:
    """Whether the account may speak for the unit: where posts are held by accounts, one of theirs alone."""
    if "/" not in task.unit_key:
        return True
    unit = posts.unit_of(task.unit_key, scope=Scope.everything())
    if unit is None:
        return False
    holders = {one.account_id for one in posts.holders([unit], on=today)[unit.key]} - {None}
    return not holders or by.pk in holders


def judging(task_id: int, *, by: Account, at: dt.datetime) -> Task:
    """A task of a meeting of the account's areas, its row locked.

    A step of another task is confirmed by the unit that gave it as well.

    Raises
    ------
    NotAllowed, NotFound
        When the account may confirm none, or there is no such task there.
    """
    today = clock.date_of(at)
    rows = Task.objects.select_for_update(of=("self",)).select_related("parent", "meeting")
    found = rows.filter(pk=task_id).first()
    if found is None or not may_judge(found, by=by, on=today):
        access.require(by, MAKE, on=today)
        raise no_task()
    return found


def may_report(task: Task, *, by: Account, on: dt.date) -> bool:
    """Whether an account may speak for the unit of a task."""
    return access.may(by, REPORT, scope_no=task.scope_no, on=on) and _of_department(task, by, on)


def may_judge(task: Task, *, by: Account, on: dt.date) -> bool:
    """Whether an account may confirm a task, whoever reported it."""
    if access.may(by, MAKE, scope_no=task.meeting.scope_no, on=on):
        return True
    above = task.parent
    return above is not None and may_report(above, by=by, on=on)


def no_meeting() -> NotFound:
    return NotFound("plans.no_meeting", _("There is no such meeting in your areas."))


def no_task() -> NotFound:
    return NotFound("plans.no_task", _("There is no such task in your areas."))
