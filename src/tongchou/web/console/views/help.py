"""The help page: short, for the roles the reader holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongchou.web.console.chrome import assignments_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import helping
from tongchou.web.console.presenters import rights as texts


@require_safe
@staff()
def page(request: HttpRequest) -> HttpResponse:
    """What to do now, what the signs mean, which keys work, whom to ask."""
    return show(
        request,
        "console/help.html",
        roles=helping.of(item.role for item in assignments_of(request)),
        keys=helping.KEYS,
        office=texts.office(),
    )
