"""Working groups: the posts that sit in them, and the units that lead or share."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.places import api as places
from tongchou.apps.plans import api as plans
from tongchou.apps.posts import api as posts
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.web.console import plan_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters.work import area_choice

SIZE: Final = 50


@require_safe
@staff(plans.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The working groups of the reader's areas."""
    today = clock.today()
    found = plans.groups(by=request.user, on=today)
    pages = pages_of(request, "/plans/groups", "page", found.count(), SIZE)
    return show(
        request,
        "console/plan_groups.html",
        groups=found[(pages.number - 1) * SIZE : pages.number * SIZE],
        pages=pages,
        makes=access.may(request.user, plans.MAKE, on=today),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(plans.MAKE)
def form(request: HttpRequest) -> HttpResponse:
    """A new working group: first its area, then its units."""
    data = request.POST if request.method == "POST" else request.GET
    picker = area_choice(data.get("area", ""), scope=request.scope, permission=plans.MAKE)
    units: tuple[posts.Unit, ...] = ()
    if picker.area is not None:
        area: places.Area = picker.area
        units = (posts.of_area(area), *posts.units_below(area, on=clock.today()))
    box, refusal = forms.GroupForm(request.POST or None, units=units), None
    if request.method == "POST" and picker.area is not None and box.is_valid():
        try:
            one = plans.form_group(
                area_id=picker.area.pk, by=request.user, at=clock.now(), **box.cleaned_data
            )
            return redirect("console:plan-group", one.pk)
        except (Invalid, Conflict, NotFound) as error:
            refusal = error
    return show(
        request,
        "console/plan_group_new.html",
        picker=picker,
        form=box if units else None,
        refusal=refusal,
        status=422 if request.method == "POST" else 200,
    )


@require_safe
@staff(plans.VIEW)
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """One working group."""
    return _group(request, group_id)


def _group(request: HttpRequest, group_id: int, *, refusal: Exception | None = None) -> HttpResponse:
    view = plans.group_view(group_id, by=request.user, on=clock.today())
    return show(
        request,
        "console/plan_group.html",
        view=view,
        form=forms.SeatForm(posts=view.open_posts) if view.open_posts else None,
        refusal=refusal,
        status=getattr(refusal, "status", 200),
    )


@require_POST
@staff(plans.MAKE)
def act(request: HttpRequest, group_id: int, act: str) -> HttpResponse:
    """Seats a post, ends a seat, or ends the group."""
    given = {"by": request.user, "at": clock.now()}
    try:
        if act == "seat":
            plans.seat(
                group_id=group_id,
                post_id=whole(request.POST.get("post_id", "")) or 0,
                leads="leads" in request.POST,
                **given,
            )
        elif act == "unseat":
            plans.unseat(seat_id=whole(request.POST.get("seat", "")) or 0, **given)
        elif act == "end":
            plans.end_group(group_id=group_id, **given)
        else:
            raise Http404
    except Invalid as error:
        return _group(request, group_id, refusal=error)
    messages.success(request, _("Recorded."))
    return redirect("console:plan-group", group_id)
