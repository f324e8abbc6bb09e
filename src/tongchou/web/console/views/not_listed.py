"""People whom the stored register of their village does not name: asked, answered, never removed by it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.scope import Scope
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import not_listed as present
from tongchou.web.console.presenters.work import area_filter

SIZE = 50
PERMISSION = "intake.answer"


@require_safe
@staff(PERMISSION)
def listed(request: HttpRequest) -> HttpResponse:
    """Those asked about in the reader's areas, or in one of them; those without an answer first."""
    picker = area_filter(request.GET.get("area", ""), scope=request.scope, permission=PERMISSION)
    asked = {"scope": request.scope, "within": Scope.of_area(picker.area) if picker.area else None}
    address = f"{reverse('console:not-listed')}?{urlencode({'area': picker.value})}"
    pages = pages_of(request, address, "page", intake.not_listed_waiting(**asked).count(), SIZE)
    found = intake.not_listed(**asked, start=(pages.number - 1) * SIZE, limit=SIZE)
    records = "registry.correct" in permissions_of(request)
    return show(
        request,
        "console/not_listed.html",
        lines=[present.line(one, records=records) for one in found],
        records=records,
        picker=picker,
        pages=pages,
    )


@require_POST
@staff(PERMISSION)
def answer(request: HttpRequest, task_id: int) -> HttpResponse:
    """Says what became of one of them."""
    said = request.POST.get("answer", "")
    try:
        intake.answer_not_listed(task_id=task_id, answer=said, by=request.user, at=clock.now())
    except (Conflict, Invalid) as error:
        messages.warning(request, error.message)
    else:
        if said == intake.Answer.HERE:
            messages.success(request, _("Noted. The register stays as it is."))
        else:
            text = _("Noted. The township records what happened and when; until then it stays listed.")
            messages.success(request, text)
    area = request.POST.get("area", "")
    back = reverse("console:not-listed")
    return redirect(f"{back}?{urlencode({'area': area})}" if area else back)
