"""Calling a meeting, its minutes and tasks, and what becomes of a task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.plans import access
from tongchou.apps.plans.models import Group, Meeting, Part, State, Step, Task
from tongchou.apps.posts import api as posts
from tongchou.core import access as rights
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.plans import tasks


def words_of(text: str, most: int, field: str) -> str:
    """A text as it is kept.

    Raises
    ------
    Invalid
        ``plans.words`` when it is empty, too long, or says what may not stand (``core.fit_words``).
    """
    kept = text.strip()
    if not kept or len(kept) > most:
        message = _("Write something here, at most %(most)s characters.") % {"most": most}
        raise Invalid("plans.words", message, field=field)
    fit_words.require(kept, code="plans.words", field=field)
    return kept


@transaction.atomic
def call_meeting(
    *,
    area_id: int,
    title: str,
    on: dt.date,
    agenda: str,
    by: Account,
    at: dt.datetime,
    group_id: int | None = None,
) -> Meeting:
    """A joint meeting of an area's units, with its agenda; of one of its working groups where one is named.

    Raises
    ------
    NotAllowed, NotFound
        When the account may call none, or not of this area.
    Invalid
        ``plans.words`` for a title or an agenda that cannot stay.
    """
    areas = rights.require(by, access.MAKE, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=areas)
    if area is None or area.valid_to is not None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    group = None
    if group_id is not None:
        group = Group.objects.filter(pk=group_id, area_id=area.pk, until=None).first()
        if group is None:
            raise Invalid("plans.group", _("Choose a working group of this area."), field="group_id")
    made = Meeting.objects.create(
        group=group,
        area_id=area.pk,
        scope_no=area.scope_no,
        area_name=places.paths([area.pk]).get(area.pk, area.name),
        title=words_of(title, 80, "title"),
        on=on,
        agenda=words_of(agenda, 2000, "agenda"),
        called_by=by,
        called_at=at,
    )
    audit.append(
        by=by,
        action="plans.call",
        subject=f"meeting:{made.pk}",
        scope_no=made.scope_no,
        at=at,
        detail={"on": on.isoformat()},
    )
    return made


@transaction.atomic
def write_minutes(*, meeting_id: int, minutes: str, by: Account, at: dt.datetime) -> Meeting:
    """The minutes of a meeting that was held, once.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    Conflict
        ``plans.not_held`` before its day, ``plans.minuted`` when they are written already.
    Invalid
        ``plans.words`` for words that cannot stay.
    """
    one = access.meeting(meeting_id, by=by, at=at)
    if clock.date_of(at) < one.on:
        raise Conflict("plans.not_held", _("Minutes are written once the meeting was held."))
    if one.minutes:
        raise Conflict("plans.minuted", _("The minutes are written: they stay as they are."))
    one.minutes, one.minuted_by = words_of(minutes, 4000, "minutes"), by
    one.save(update_fields=["minutes", "minuted_by"])
    audit.append(
        by=by, action="plans.minutes", subject=f"meeting:{one.pk}", scope_no=one.scope_no, at=at, detail={}
    )
    return one


@transaction.atomic
def give_task(
    *,
    meeting_id: int,
    unit_key: str,
    part: str,
    what: str,
    starts: dt.date,
    due: dt.date,
    by: Account,
    at: dt.datetime,
) -> Task:
    """An item of the minutes becomes a task of a unit of the area: one of its departments or areas.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    Conflict
        ``plans.no_minutes`` before the minutes are written.
    Invalid
        ``plans.unit`` for a unit the meeting has not, ``plans.days`` for a last day that has passed or lies
        before the first, ``plans.words`` for words that cannot stay.
    """
    one = access.meeting(meeting_id, by=by, at=at)
    if not one.minutes:
        raise Conflict("plans.no_minutes", _("Write the minutes first: tasks come of them."))
    area = places.area_by_id(one.area_id, within=Scope.everything())
    unit = None if area is None else posts.unit_of(unit_key, scope=Scope.of_area(area))
    if unit is None or part not in Part.values:
        raise Invalid("plans.unit", _("Choose a unit of the area of the meeting."), field="unit_key")
    if due < max(starts, clock.date_of(at)):
        message = _("Choose a last day that has not passed and is not before the first.")
        raise Invalid("plans.days", message, field="due")
    made = Task.objects.create(
        meeting=one,
        area_id=unit.area_id,
        scope_no=unit.scope_no,
        unit_key=unit.key,
        unit_name=unit.name,
        part=part,
        what=words_of(what, 300, "what"),
        starts=starts,
        due=due,
    )
    return _noted(made, "give", by=by, at=at)


@transaction.atomic
def give_step(
    *,
    parent_id: int,
    unit_key: str,
    what: str,
    starts: dt.date,
    due: dt.date,
    by: Account,
    at: dt.datetime,
) -> Task:
    """A unit breaks its task into steps, its own plan: each with its unit, its days and its evidence.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not speak for the unit of the task.
    Conflict
        ``plans.state`` unless the task is open, ``plans.deep`` for a step of a step of a step.
    Invalid
        ``plans.unit`` for a unit that is neither the task's own nor in its area, ``plans.days`` for days
        outside those of the task or a last day that has passed, ``plans.words`` as ``give_task``.
    """
    above = access.reporting(parent_id, by=by, at=at)
    if above.state != State.OPEN:
        raise Conflict("plans.state", _("The task is elsewhere by now. Look at where it stands."))
    if above.parent_id is not None and Task.objects.get(pk=above.parent_id).parent_id is not None:
        raise Conflict("plans.deep", _("A step has steps, and these have none: keep the plan on one page."))
    area = places.area_by_id(above.area_id, within=Scope.everything())
    unit = None if area is None else posts.unit_of(unit_key, scope=Scope.of_area(area))
    if unit is None:
        raise Invalid("plans.unit", _("Choose the unit of the task, or one in its area."), field="unit_key")
    if not above.starts <= starts <= due <= above.due or due < clock.date_of(at):
        message = _("Choose days within those of the task, and a last day that has not passed.")
        raise Invalid("plans.days", message, field="due")
    made = Task.objects.create(
        meeting_id=above.meeting_id,
        parent=above,
        area_id=unit.area_id,
        scope_no=unit.scope_no,
        unit_key=unit.key,
        unit_name=unit.name,
        part=Part.SHARE,
        what=words_of(what, 300, "what"),
        starts=starts,
        due=due,
    )
    return _noted(made, "give", by=by, at=at)


@transaction.atomic
def report(*, task_id: int, evidence: str, by: Account, at: dt.datetime) -> Task:
    """The unit says what shows that its task is done.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not speak for the unit.
    Conflict
        ``plans.state`` unless it is open, ``plans.steps_open`` while a step of it is not confirmed.
    Invalid
        ``plans.evidence`` without evidence, ``plans.words`` for words that cannot stay.
    """
    one = access.reporting(task_id, by=by, at=at)
    if one.parts.exclude(state=State.DONE).exists():
        raise Conflict("plans.steps_open", _("Steps of this task are not done yet."))
    day = clock.date_of(at)
    after = _try(lambda: tasks.reported(_as_domain(one), evidence=evidence, by=by.pk, on=day))
    one.evidence = words_of(evidence, 500, "evidence")
    return _changed(one, after, "report", by=by, at=at, said=one.evidence)


@transaction.atomic
def confirm(*, task_id: int, by: Account, at: dt.datetime) -> Task:
    """Somebody of the office that gave the task has looked at the evidence.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not; ``plans.maker`` for whoever reported it.
    Conflict
        ``plans.state`` unless it is reported.
    """
    one = access.judging(task_id, by=by, at=at)
    after = _try(lambda: tasks.confirmed(_as_domain(one), by=by.pk))
    one.confirmed_by = by
    return _changed(one, after, "confirm", by=by, at=at)


@transaction.atomic
def give_back(*, task_id: int, said: str, by: Account, at: dt.datetime) -> Task:
    """The evidence does not show it: the task is open again, and its last day stays.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``confirm``.
    Invalid
        ``plans.words`` without a reason.
    """
    one = access.judging(task_id, by=by, at=at)
    after = _try(lambda: tasks.given_back(_as_domain(one), by=by.pk))
    return _changed(one, after, "back", by=by, at=at, said=words_of(said, 500, "said"))


def _as_domain(one: Task) -> tasks.Task:
    return tasks.Task(one.due, tasks.State(one.state), one.reported_on, one.reported_by_id, one.done_on)


def _try(step: Callable[[], tasks.Task]) -> tasks.Task:
    try:
        return step()
    except tasks.NotPossible as error:
        if error.code == "evidence":
            raise Invalid("plans.evidence", _("Say what shows that it is done."), field="evidence") from error
        if error.code == "maker":
            raise NotAllowed("plans.maker", _("You reported it. Somebody else confirms it.")) from error
        message = _("The task is elsewhere by now. Look at where it stands.")
        raise Conflict("plans.state", message) from error


def _changed(one: Task, after: tasks.Task, act: str, *, by: Account, at: dt.datetime, said: str = "") -> Task:
    one.state, one.reported_on, one.done_on = State(after.state), after.reported_on, after.done_on
    if after.reported_by is None:
        one.reported_by = None
    elif act == "report":
        one.reported_by = by
    one.save()
    return _noted(one, act, by=by, at=at, said=said)


def _noted(one: Task, act: str, *, by: Account, at: dt.datetime, said: str = "") -> Task:
    Step.objects.create(task=one, act=act, by=by, at=at, said=said)
    audit.append(
        by=by,
        action=f"plans.{act}",
        subject=f"task:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"state": one.state},
    )
    return one
