"""Tasks that joint meetings gave to units, for programs of those units and of whoever gave them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.plans import api as plans
from tongchou.core import clock
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Id, Limit

router = Router(tags=["plans"])


class PlanTask(Schema):
    """``days_late``: until it was reported, else until today; a task done late keeps its number."""

    task_id: int
    meeting_id: int
    unit_key: str
    unit_name: str
    part: str
    what: str
    starts: dt.date
    due: dt.date
    state: str
    reported_on: dt.date | None
    done_on: dt.date | None
    days_late: int


class PlanTasks(Schema):
    """A part of the list by number; send ``next`` as ``after`` to read on."""

    items: list[PlanTask]
    next: int | None


@router.get(
    "/plans/tasks",
    summary=gettext_noop("Tasks of joint meetings in the own areas"),
    **answers(PlanTasks),
    **needs(plans.VIEW),
)
def list_plan_tasks(
    request: HttpRequest,
    of: Literal["", "open", "late", "confirm", "done"] = "",
    after: Id | None = None,
    limit: Limit = 50,
):
    on = clock.date_of(request.at)
    rows = plans.found(by=request.auth, on=on, of=of).order_by("pk")
    rows = rows if after is None else rows.filter(pk__gt=after)
    found = list(rows[: limit + 1])
    shown = [_shown(one) for one in plans.lines_of(found[:limit], on)]
    return PlanTasks(items=shown, next=shown[-1].task_id if len(found) > limit else None)


@router.get(
    "/plans/tasks/{int:plan_task_id}",
    summary=gettext_noop("One task of a joint meeting"),
    **answers(PlanTask),
    **needs(plans.VIEW),
)
def plan_task(request: HttpRequest, plan_task_id: Id):
    return _shown(plans.task_view(plan_task_id, by=request.auth, on=clock.date_of(request.at)).line)


def _shown(line: plans.Line) -> PlanTask:
    same = (*("meeting_id", "unit_key", "unit_name", "part", "what", "starts", "due", "state"), "reported_on")
    rest = {name: getattr(line.task, name) for name in (*same, "done_on")}
    return PlanTask(task_id=line.task.pk, days_late=line.late, **rest)
