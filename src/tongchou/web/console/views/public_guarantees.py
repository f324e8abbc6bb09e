"""Guarantees for everybody: governments hold themselves to what they owe their own work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.web.console import public_places
from tongchou.web.console.presenters import guarantees as present
from tongchou.web.console.views.guarantees import asked_year
from tongchou.web.console.views.public import for_everybody

_WIDEST = (places.Level.PREFECTURE, places.Level.COUNTY)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The guarantees of a place and its units; nobody at work is named."""
    chosen, everything = public_places.asked(request.GET.get("area", "")), Scope.everything()
    area = chosen.area
    if area is None or area.level not in guarantees.LEVELS:
        area = places.Area.objects.filter(level__in=_WIDEST, valid_to=None).order_by("scope_no").first()
    report = None
    if area is not None:
        report = guarantees.report(area, within=everything, year=asked_year(request), on=clock.today())
    return for_everybody(
        request,
        "console/public_guarantees.html",
        places=chosen,
        report=report,
        parts=present.parts(report, public=True) if report else [],
        own=[present.row(one) for one in report.own] if report else [],
        drawn=present.chart(report) if report else None,
    )
