"""The checks of the records: how many people each names, and who they are for those who can mend it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.quality import api as quality
from tongchou.core import access, clock
from tongchou.web.console.chrome import assignments_of, permissions_of
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import checks as present


@require_safe
@staff("quality.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Every check with its number in the reader's areas, and whether it gets better."""
    held = permissions_of(request)
    found = quality.overview(scope=request.scope)
    shown = (
        present.overview(found, language=data_language(), may_open="registry.open" in held) if found else None
    )
    return show(request, "console/checks.html", checks=shown, may_run="quality.run" in held)


@require_safe
@staff("quality.view")
def named(request: HttpRequest, code: str) -> HttpResponse:
    """What a check says, and the people it names, for those who may open them."""
    reach = access.require_among(assignments_of(request), "registry.open")
    after = request.GET.get("after", "")
    number = whole(after) or 0
    found = quality.named(code, scope=reach, after=number)
    return show(
        request, "console/check.html", check=present.named(found, scope=reach, language=data_language())
    )


@require_POST
@staff("quality.run")
def run(request: HttpRequest) -> HttpResponse:
    """Asks for a new run of all checks."""
    job = quality.ask_to_run(by=request.user, at=clock.now())
    messages.success(request, _("The records will be checked."))
    return redirect(reverse("console:jobs") + f"#job-{job.pk}")
