"""Taking a stored register or list back: what would go, what stands in the way, who asks, who decides."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.core import clock
from tongchou.core.errors import Conflict, NotFound
from tongchou.web.console.forms import UndoForm
from tongchou.web.console.page import View, show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import undo as present
from tongchou.web.console.table_workbook import attachment

SIZE = 50


def pages(of: intake.TakingBack) -> tuple[View, View, View]:
    """The page for one kind of upload, where its buttons lead, and what stands in the way to take along."""
    words = present.WORDS[of.kind]

    @staff(of.permission)
    def undo(request: HttpRequest, file_id: int) -> HttpResponse:
        """What taking the file back would do; asks for it."""
        sent = (request.POST,) if request.method == "POST" else ()
        form = UndoForm(*sent, reasons=of.reasons)
        refusal = None
        if sent and form.is_valid():
            try:
                of.ask(file_id=file_id, by=request.user, at=clock.now(), **form.cleaned_data)
            except Conflict as error:
                refusal = error
            else:
                messages.success(request, _("Asked for. Somebody else compares it and decides."))
                return redirect(words.url(file_id))
        return page(request, file_id, form, refusal, status=422 if form.errors or refusal else 200)

    def page(
        request: HttpRequest,
        file_id: int,
        form: UndoForm,
        refusal: Exception | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        view = of.open(file_id, by=request.user, at=clock.now())
        turning = pages_of(request, words.url(file_id), "page", len(view.hindrances), SIZE, "#in-the-way")
        first = (turning.number - 1) * SIZE
        return show(
            request,
            "console/intake_undo.html",
            status=status,
            page=present.page(view, view.hindrances[first : first + SIZE], words=words),
            pages=turning,
            form=form,
            refusal=refusal,
        )

    @require_POST
    @staff(of.permission)
    def decide(request: HttpRequest, file_id: int, act: str) -> HttpResponse:
        """Approves, refuses, or withdraws the request."""
        given = {"file_id": file_id, "by": request.user, "at": clock.now()}
        try:
            if act == "approve":
                of.approve(seen=request.POST.get("seen", ""), **given)
                messages.success(request, _("Approved. The file is being taken back in the background."))
            elif act == "refuse":
                of.refuse(**given)
                messages.success(request, _("Refused. The register stays as it is."))
            elif act == "withdraw":
                of.retract(**given)
                messages.success(request, _("Taken back. The register stays as it is."))
            else:
                raise NotFound("console.no_act", gettext_lazy("There is no such task."))
        except Conflict as error:
            if error.code != "intake.undo_settled":
                return page(request, file_id, UndoForm(reasons=of.reasons), error, status=error.status)
            messages.warning(request, error.message)
        return redirect(words.url(file_id))

    @require_safe
    @staff(of.permission)
    def in_the_way(request: HttpRequest, file_id: int) -> HttpResponse:
        """Whose record stands in the way, as a workbook."""
        content = of.hindrance_workbook(file_id, by=request.user, at=clock.now())
        return attachment(content, f"in-the-way-{file_id}.xlsx")

    return undo, decide, in_the_way


register, register_decide, register_in_the_way = pages(intake.register_undo)
department_list, list_decide, list_in_the_way = pages(intake.lists.list_undo)
