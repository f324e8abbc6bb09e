"""The system check and the checklist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongchou.apps.upkeep import api as upkeep
from tongchou.core import clock
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import setting_up as present


@require_safe
@staff("system.view")
def doctor(request: HttpRequest) -> HttpResponse:
    """What ``tongchou doctor`` says, without what takes minutes."""
    answers = upkeep.examine(at=clock.now())
    levels = [answer.finding.level for answer in answers]
    return show(
        request,
        "console/doctor.html",
        lines=present.findings(answers),
        errors=levels.count(upkeep.Level.ERROR),
        warnings=levels.count(upkeep.Level.WARNING),
    )


@require_safe
@staff("checklist.view")
def checklist(request: HttpRequest) -> HttpResponse:
    """What still has to be done, each line with the page where."""
    items = upkeep.items(reach=request.scope, at=clock.now())
    return show(
        request,
        "console/checklist.html",
        lines=present.checklist(items, permissions_of(request)),
        open=sum(not item.done for item in items),
    )
