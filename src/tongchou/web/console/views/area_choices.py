"""Areas that begin so, for whoever types into an area picker."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tongchou.apps.places import api as places
from tongchou.core import access
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.roles import KNOWN
from tongchou.web.console import area_picker
from tongchou.web.console.chrome import assignments_of
from tongchou.web.console.page import show_part, staff

#: No name of an area is longer.
LONGEST = 60


@require_safe
@staff()
def areas(request: HttpRequest) -> HttpResponse:
    """A few areas where the reader holds the permission the form is for."""
    permission, level = request.GET.get("for", ""), request.GET.get("level", "")
    if permission not in KNOWN:
        raise NotAllowed("access.denied", _("Your role does not include this."), permission=permission)
    scope = access.require_among(assignments_of(request), permission)
    if level and level not in places.Level.values:
        raise Invalid("console.bad_form", _("The form was not complete."))
    text = request.GET.get("q", "")[:LONGEST]
    found = area_picker.suggestions(text, scope=scope, level=level, under=request.GET.get("under"))
    context = {"choices": found, "level": level}
    return show_part(request, "console/parts/area_suggestions.html", **context)
