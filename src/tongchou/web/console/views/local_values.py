"""What the county sets itself, after the set-up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.core import access, clock
from tongchou.core.errors import Invalid, NotFound
from tongchou.core.models import Account
from tongchou.web.console.chrome import assignments_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import setting_up as present


@staff("local.set")
def parameters(request: HttpRequest) -> HttpResponse:
    """The parameters of the widest area the reader sets them for."""
    area = _area(request)
    problems = save(request, area=area, by=request.user)
    if request.method == "POST" and not problems:
        return redirect("console:parameters")
    return show(
        request,
        "console/parameters.html",
        status=422 if problems else 200,
        groups=present.parameters(area, request.POST if problems else None, problems),
        problems=problems,
        area=area,
    )


def _area(request: HttpRequest) -> places.Area:
    """The unit when the reader answers for all of it, else the reader's own widest area."""
    unit = local.unit_within(request.scope)
    if unit is not None:
        return unit
    for item in assignments_of(request):
        if access.may(request.user, "local.set", scope_no=item.scope_no):
            found = places.area_by_id(item.area_id, within=request.scope)
            if found is not None:
                return found
    raise NotFound("local.no_area", "")


def save(request: HttpRequest, *, area: places.Area, by: Account | None) -> dict[str, str | Promise]:
    """Stores what was sent; what is wrong comes back by field, and then nothing was stored."""
    if request.method != "POST":
        return {}
    entries = {
        one.name: local.Entry(
            *(request.POST.get(f"{one.name}.{part}", "") for part in ("value", "source", "from"))
        )
        for one in local.PARAMETERS
        if f"{one.name}.value" in request.POST
    }
    try:
        changed = local.set_values(area=area, entries=entries, by=by, at=clock.now())
    except Invalid as error:
        return dict(error.data["problems"])
    if changed:
        messages.success(request, _("Saved. What was left empty stays “not yet known”."))
    return {}
