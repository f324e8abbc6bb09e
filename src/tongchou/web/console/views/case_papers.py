"""Copies of papers brought to a case: kept, and opened one at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.casework import api as casework
from tongchou.core import clock, files
from tongchou.core.errors import Conflict, Invalid
from tongchou.web.console import case_forms as forms
from tongchou.web.console.page import staff
from tongchou.web.console.views import cases


@require_POST
@staff(casework.VIEW)
def attach(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keeps a copy with the case."""
    view = casework.view(case_id, by=request.user, at=clock.now())
    form = forms.PaperForm(request.POST, request.FILES, kind=view.kind)
    if form.is_valid():
        try:
            casework.attach_paper(
                case_id=case_id,
                code=form.cleaned_data["code"],
                content=form.cleaned_data["copy"].read(casework.LARGEST_COPY + 1),
                by=request.user,
                at=clock.now(),
            )
        except Invalid as error:
            form.refused(error)
        except Conflict as error:
            return cases.page(request, case_id, refusal=error, status=error.status)
    if form.errors:
        return cases.page(request, case_id, status=422, paper=form)
    messages.success(request, _("The copy is kept with the case."))
    return redirect("console:case", case_id)


@require_safe
@staff(casework.VIEW)
def copy(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A copy as it was kept; that it was opened is noted."""
    kind, content = casework.open_copy(paper_id, by=request.user, at=clock.now())
    answer = HttpResponse(content, content_type=files.MEDIA[kind])
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = "inline" if kind != "pdf" else 'attachment; filename="copy.pdf"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
