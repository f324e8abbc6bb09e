"""Taking a stored register back: what would go, what stands in the way, who asks, who decides."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.core import clock
from tongchou.core.errors import Conflict, NotFound
from tongchou.web.console.forms import UndoForm
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import undo as present
from tongchou.web.console.table_workbook import attachment
from tongchou.web.console.views.intake import pages_of

SIZE = 50


@staff("intake.apply")
def undo(request: HttpRequest, file_id: int) -> HttpResponse:
    """What taking the file back would do; asks for it."""
    sent = (request.POST,) if request.method == "POST" else ()
    form = UndoForm(*sent)
    refusal = None
    if sent and form.is_valid():
        try:
            intake.ask_undo(file_id=file_id, by=request.user, at=clock.now(), **form.cleaned_data)
        except Conflict as error:
            refusal = error
        else:
            messages.success(request, _("Asked for. Somebody else compares it and decides."))
            return redirect("console:intake-undo", file_id)
    return _page(request, file_id, form, refusal, status=422 if form.errors or refusal else 200)


def _page(
    request: HttpRequest, file_id: int, form: UndoForm, refusal: Exception | None = None, *, status: int = 200
) -> HttpResponse:
    view = intake.open_undo(file_id, by=request.user, at=clock.now())
    address = reverse("console:intake-undo", args=[file_id])
    pages = pages_of(request, address, "page", len(view.hindrances), SIZE, "#in-the-way")
    first = (pages.number - 1) * SIZE
    shown = present.page(view, view.hindrances[first : first + SIZE])
    return show(
        request,
        "console/intake_undo.html",
        status=status,
        page=shown,
        pages=pages,
        form=form,
        refusal=refusal,
    )


@require_POST
@staff("intake.apply")
def decide(request: HttpRequest, file_id: int, act: str) -> HttpResponse:
    """Approves, refuses, or withdraws the request."""
    given = {"file_id": file_id, "by": request.user, "at": clock.now()}
    try:
        if act == "approve":
            intake.approve_undo(seen=request.POST.get("seen", ""), **given)
            messages.success(request, _("Approved. The file is being taken back in the background."))
        elif act == "refuse":
            intake.refuse_undo(**given)
            messages.success(request, _("Refused. The register stays as it is."))
        elif act == "withdraw":
            intake.withdraw_undo(**given)
            messages.success(request, _("Taken back. The register stays as it is."))
        else:
            raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    except Conflict as error:
        if error.code == "intake.undo_settled":
            messages.warning(request, error.message)
            return redirect("console:intake-undo", file_id)
        return _page(request, file_id, UndoForm(), error, status=error.status)
    return redirect("console:intake-undo", file_id)


@require_safe
@staff("intake.apply")
def in_the_way(request: HttpRequest, file_id: int) -> HttpResponse:
    """Whose record stands in the way, as a workbook."""
    content = intake.hindrance_workbook(file_id, by=request.user, at=clock.now())
    return attachment(content, f"in-the-way-{file_id}.xlsx")
