"""Joint meetings and the tasks that come of them, by unit and as a Gantt drawing."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.plans import api as plans
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import plan_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import plans as present
from tongchou.web.console.presenters.work import area_choice

SIZE: Final = 50
#: Meetings named above the tasks.
MEETINGS: Final = 8
#: Working groups offered for a meeting.
GROUPS: Final = 200


@require_safe
@staff(plans.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Meetings, the tasks of the reader's areas with a drawing, and where each unit stands."""
    today, now, of = clock.today(), clock.now(), request.GET.get("show", "")
    of = of if of in plans.LISTS else ""
    found = plans.found(by=request.user, on=today, of=of)
    pages = pages_of(request, f"/plans?show={of}" if of else "/plans", "page", found.count(), SIZE)
    lines = plans.lines_of(found[(pages.number - 1) * SIZE : pages.number * SIZE], today)
    return show(
        request,
        "console/plans.html",
        tabs=[(value, label, value == of) for value, label in present.LISTS.items()],
        rows=[present.row(one) for one in lines],
        drawn=present.gantt(lines, today),
        pages=pages,
        meetings=list(plans.meetings(by=request.user, on=today)[:MEETINGS]),
        standings=plans.standings(lines),
        agenda=[
            (present.TOPICS[one.topic], one.number)
            for one in plans.monthly_agenda(by=request.user, at=now, on=today)
        ],
        makes=access.may(request.user, plans.MAKE, on=today),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(plans.MAKE)
def call(request: HttpRequest) -> HttpResponse:
    """A new joint meeting of an area."""
    open_groups = list(plans.groups(by=request.user, on=clock.today()).filter(until=None)[:GROUPS])
    form, refusal = forms.MeetingForm(request.POST or None, groups=open_groups), None
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=plans.MAKE)
    if request.method == "POST" and form.is_valid():
        if picker.area is None:
            form.add_error(None, _("Choose the area whose units meet."))
        else:
            try:
                one = plans.call_meeting(
                    area_id=picker.area.pk, by=request.user, at=clock.now(), **form.cleaned_data
                )
                return redirect("console:plan-meeting", one.pk)
            except (Invalid, NotFound) as error:
                refusal = error
    wrong = bool(form.errors) or refusal is not None
    page = {"form": form, "picker": picker, "refusal": refusal, "status": 422 if wrong else 200}
    return show(request, "console/plan_meeting_new.html", **page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(plans.VIEW)
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting: its agenda, its minutes, and its tasks; minutes and tasks are added here."""
    today, refusal = clock.today(), None
    view = plans.meeting_view(meeting_id, by=request.user, on=today)
    minutes = forms.MinutesForm(request.POST if "minutes" in request.POST else None)
    item = forms.TaskForm(request.POST if "what" in request.POST else None, units=view.units)
    given = {"meeting_id": meeting_id, "by": request.user, "at": clock.now()}
    if request.method == "POST":
        try:
            if minutes.is_valid():
                plans.write_minutes(minutes=minutes.cleaned_data["minutes"], **given)
                return redirect("console:plan-meeting", meeting_id)
            if item.is_valid():
                plans.give_task(**item.cleaned_data, **given)
                messages.success(request, _("Given. The unit sees it in its list."))
                return redirect("console:plan-meeting", meeting_id)
        except (Invalid, Conflict, NotAllowed) as error:
            refusal = error
    return show(
        request,
        "console/plan_meeting.html",
        view=view,
        rows=[present.row(one) for one in view.tasks],
        drawn=present.gantt(view.tasks, today),
        minutes_form=minutes,
        form=item,
        held=view.meeting.on <= today,
        refusal=refusal,
        status=422 if request.method == "POST" else 200,
    )


@require_safe
@staff(plans.VIEW)
def task(request: HttpRequest, plan_task_id: int) -> HttpResponse:
    """One task with its steps and what can be done with it."""
    return _task(request, plan_task_id)


def _task(
    request: HttpRequest, task_id: int, *, boxes: dict[str, Any] | None = None, refusal: Any = None
) -> HttpResponse:
    view = plans.task_view(task_id, by=request.user, on=clock.today())
    step = forms.StepForm(units=view.units, initial={"starts": clock.today(), "due": view.line.task.due})
    return show(
        request,
        "console/plan_task.html",
        view=view,
        row=present.row(view.line),
        rows=[present.row(one) for one in view.parts],
        drawn=present.gantt(view.parts, clock.today()),
        boxes={"report": forms.EvidenceForm(), "back": forms.BackForm(), "step": step, **(boxes or {})},
        refusal=refusal,
        status=422 if boxes else getattr(refusal, "status", 200),
    )


@require_POST
@staff(plans.VIEW)
def act(request: HttpRequest, plan_task_id: int, act: str) -> HttpResponse:
    """Reports a task, confirms it, gives it back, or gives it a step."""
    made = {"report": forms.EvidenceForm, "back": forms.BackForm, "confirm": None, "step": forms.StepForm}
    if act not in made:
        raise Http404
    units = {"units": _units(request, plan_task_id)} if act == "step" else {}
    form = made[act](request.POST, **units) if made[act] is not None else None
    if form is not None and not form.is_valid():
        return _task(request, plan_task_id, boxes={act: form})
    given = {"task_id": plan_task_id, "by": request.user, "at": clock.now()}
    try:
        if act == "report":
            plans.report(evidence=form.cleaned_data["evidence"], **given)
        elif act == "back":
            plans.give_back(said=form.cleaned_data["said"], **given)
        elif act == "step":
            plans.give_step(parent_id=plan_task_id, by=request.user, at=given["at"], **form.cleaned_data)
        else:
            plans.confirm(**given)
    except (Invalid, Conflict, NotAllowed) as error:
        return _task(request, plan_task_id, refusal=error)
    messages.success(request, _("Recorded."))
    return redirect("console:plan-task", plan_task_id)


def _units(request: HttpRequest, task_id: int) -> Any:
    return plans.task_view(task_id, by=request.user, on=clock.today()).units
