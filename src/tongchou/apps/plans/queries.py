"""Meetings, tasks with how late each is, how far units are, and the agenda of a monthly meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from tongchou.apps.commitments import api as commitments
from tongchou.apps.notices import api as notices
from tongchou.apps.places import api as places
from tongchou.apps.plans import access
from tongchou.apps.plans.models import Meeting, State, Step, Task
from tongchou.apps.posts import api as posts
from tongchou.core import access as rights
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.plans import tasks
from tongchou.domain.plans.agenda import Point, Topic, agenda

#: What a list of tasks may be narrowed to.
LISTS: Final = ("open", "late", "confirm", "done")
MOST_TASKS: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A task with its days late: until it was reported, else until today. Done late, it stays so."""

    task: Task
    late: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands with its tasks."""

    unit_key: str
    unit_name: str
    tasks: int
    done: int
    late: int


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting with its tasks; ``units`` that may be given one, empty for whoever only reads."""

    meeting: Meeting
    tasks: tuple[Line, ...]
    units: tuple[posts.Unit, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what was done with it, the steps it has, and what the reader may do with it.

    ``units`` may be given a step; empty for whoever does not speak for the task's unit.
    """

    line: Line
    steps: tuple[Step, ...]
    reports: bool
    judges: bool
    parts: tuple[Line, ...] = ()
    units: tuple[posts.Unit, ...] = ()


def _seen(areas: Scope) -> Q:
    """Tasks of the own areas, and those that come of the meetings of the own areas."""
    return areas.q("scope_no") | areas.q("meeting__scope_no") | areas.q("parent__scope_no")


def meetings(*, by: Account, on: dt.date) -> QuerySet[Meeting]:
    """The meetings of the account's areas and of those its units have tasks of, the newest first.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with plans.
    """
    areas = rights.require(by, access.VIEW, on=on)
    own = Task.objects.filter(areas.q("scope_no")).values("meeting")
    return Meeting.objects.filter(areas.q("scope_no") | Q(pk__in=own)).order_by("-on", "-pk")


def found(*, by: Account, on: dt.date, of: str = "") -> QuerySet[Task]:
    """The tasks the account sees, the first due first.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with plans.
    """
    areas = rights.require(by, access.VIEW, on=on)
    rows = Task.objects.filter(_seen(areas)).order_by("due", "pk")
    if of == "open":
        return rows.exclude(state=State.DONE)
    if of == "late":
        return rows.filter(state=State.OPEN, due__lt=on)
    if of == "confirm":
        return rows.filter(state=State.REPORTED)
    if of == "done":
        return rows.filter(state=State.DONE)
    return rows


def open_of(unit_key: str, *, most: int = MOST_TASKS) -> list[Task]:
    """The tasks of a unit that are not done, the first due first. One query."""
    return list(Task.objects.filter(unit_key=unit_key).exclude(state=State.DONE).order_by("due", "pk")[:most])


def lines_of(rows: Iterable[Task], on: dt.date) -> tuple[Line, ...]:
    """Tasks with their days late. No query."""
    return tuple(
        Line(one, tasks.Task(one.due, tasks.State(one.state), one.reported_on).days_late(on)) for one in rows
    )


def standings(lines: Iterable[Line]) -> tuple[Standing, ...]:
    """Where each unit stands, in the order of their keys. No query, and no rank."""
    by_unit: dict[str, list[Line]] = {}
    for one in lines:
        by_unit.setdefault(one.task.unit_key, []).append(one)
    return tuple(
        Standing(
            key,
            own[-1].task.unit_name,
            len(own),
            sum(one.task.state == State.DONE for one in own),
            sum(one.late > 0 for one in own),
        )
        for key, own in sorted(by_unit.items())
    )


def meeting_view(meeting_id: int, *, by: Account, on: dt.date) -> MeetingView:
    """One meeting. Whoever only has a task of it sees that task alone. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account has nothing to do with plans, or there is no such meeting for it.
    """
    areas = rights.require(by, access.VIEW, on=on)
    one = meetings(by=by, on=on).filter(pk=meeting_id).first()
    if one is None:
        raise access.no_meeting()
    rows = Task.objects.filter(_seen(areas), meeting=one).order_by("due", "pk")[:MOST_TASKS]
    units: tuple[posts.Unit, ...] = ()
    if rights.may(by, access.MAKE, scope_no=one.scope_no, on=on):
        area = places.area_by_id(one.area_id, within=Scope.everything())
        units = () if area is None else (posts.of_area(area), *posts.units_below(area, on=on))
    return MeetingView(one, lines_of(rows, on), units)


def task_view(task_id: int, *, by: Account, on: dt.date) -> TaskView:
    """One task. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account has nothing to do with plans, or there is no such task for it.
    """
    one = found(by=by, on=on).select_related("meeting", "parent").filter(pk=task_id).first()
    if one is None:
        raise access.no_task()
    (line,) = lines_of([one], on)
    reports = one.state == State.OPEN and access.may_report(one, by=by, on=on)
    area = places.area_by_id(one.area_id, within=Scope.everything()) if reports else None
    return TaskView(
        line,
        tuple(one.steps.select_related("by").order_by("-pk")),
        reports=reports,
        judges=one.state == State.REPORTED
        and one.reported_by_id != by.pk
        and access.may_judge(one, by=by, on=on),
        parts=lines_of(one.parts.order_by("due", "pk")[:MOST_TASKS], on),
        units=() if area is None else (posts.of_area(area), *posts.units_below(area, on=on)),
    )


def monthly_agenda(*, by: Account, at: dt.datetime, on: dt.date) -> tuple[Point, ...]:
    """What a monthly meeting speaks of in the account's areas: numbers, no names. Five queries at most.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with plans.
    """
    numbers = {
        Topic.TASKS_LATE: found(by=by, on=on, of="late").count(),
        Topic.TASKS_OPEN: found(by=by, on=on, of="open").count(),
    }
    if rights.may(by, commitments.VIEW, on=on):
        numbers[Topic.PROMISES_LATE], numbers[Topic.PROMISES_DUE] = commitments.due_soon(by=by, on=on)
    areas = rights.require(by, access.VIEW, on=on)
    numbers[Topic.NOTICES_HANGING] = notices.hanging_in(areas=areas, on=on)
    return agenda(numbers)
