"""Areas: the tree one works for, names and places over time, changes planned, put in force, undone."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.places import api as places
from tongchou.core import access, accounts, clock
from tongchou.core.errors import Invalid, NotFound
from tongchou.web.console.chrome import assignments_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import areas as present

PERMISSION = "places.change"
SIZE = 50


@require_safe
@staff(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """The reader's own areas and the changes in them, the newest first."""
    before = request.GET.get("before", "")
    number = whole(before)
    found = places.changes(scope=request.scope, before=number, limit=SIZE + 1)
    own = [held.area_id for held in assignments_of(request)]
    tops = [
        area for area in places.Area.objects.filter(pk__in=own).order_by("scope_no")
        if request.scope.covers(area.scope_no)
    ]  # fmt: skip
    return show(
        request,
        "console/areas.html",
        tops=tops,
        may_load=access.may(request.user, "places.load"),
        changes=[present.line(change) for change in found[:SIZE]],
        older=found[SIZE - 1].pk if len(found) > SIZE else None,
    )


@require_safe
@staff(PERMISSION)
def area(request: HttpRequest, area_id: int) -> HttpResponse:
    """An area: its names and places over time, what lies right below it, and what can be planned."""
    here = _area(request, area_id)
    return show(request, "console/area.html", area=present.area(here, today=clock.today()))


def _area(request: HttpRequest, area_id: int) -> places.Area:
    found = places.area_by_id(area_id, within=request.scope)
    if found is None:
        raise NotFound("places.no_area", gettext_lazy("There is no such area in yours."))
    return found


@staff(PERMISSION)
def plan(request: HttpRequest, area_id: int, kind: str) -> HttpResponse:
    """The form of a change of this area (or, for a move or a merge, of areas below it), and its planning."""
    here = _area(request, area_id)
    if kind not in places.ChangeKind.values:
        raise NotFound("places.no_kind", gettext_lazy("There is no such kind of change."))
    form = present.PlanForm(kind, here, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        try:
            change = places.plan_change(
                plan=form.plan(reach=request.scope),
                effective_on=form.day() or dt.date.min,
                document=form.text("document"),
                by=request.user,
                at=clock.now(),
            )
            messages.success(request, _("Planned. Somebody else puts it in force."))
            return redirect("console:area-change", change.pk)
        except Invalid as error:
            form.refuse(error)
    return show(request, "console/area_plan.html", form=form, status=422 if form.errors else 200)


@require_safe
@staff(PERMISSION)
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """What a change does, what it touches, and what can be decided."""
    found = places.preview(change_id, scope=request.scope)
    made = [found.change.planned_by, found.change.decided_by, found.change.undone_by]
    shown = present.change(
        found,
        names=accounts.names(made),
        reader=request.user.pk,
        today=clock.today(),
        hindrances=places.hindrances(found.change),
    )
    return show(request, "console/area_change.html", change=shown)


@require_POST
@staff(PERMISSION)
def decide(request: HttpRequest, change_id: int, act: str) -> HttpResponse:
    """Puts a planned change in force, takes it back, or undoes one in force."""
    acts = {
        "apply": (places.apply_change, _("The change is in force.")),
        "withdraw": (places.withdraw_change, _("The plan was taken back.")),
        "undo": (places.undo_change, _("Everything is as before the change.")),
    }
    if act not in acts:
        raise NotFound("places.no_act", gettext_lazy("There is no such task."))
    do, said = acts[act]
    do(change_id=change_id, by=request.user, at=clock.now())
    messages.success(request, said)
    return redirect("console:area-change", change_id)
