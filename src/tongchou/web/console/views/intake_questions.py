"""Lines in question of a register file: decided one by one, or all of a kind together."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongchou.apps.intake import api as intake
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.web.console.page import staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import questions as present
from tongchou.web.console.question_forms import DecideForm
from tongchou.web.console.views.intake import show_file


@require_POST
@staff("intake.apply")
def decide(request: HttpRequest, file_id: int) -> HttpResponse:
    """Decides what a button says: ``keep:17`` for row 17, ``keep:all:sex_differs`` for all of that kind.

    ``store:17`` stores row 17 of a stored file, which nothing contradicts any more.
    """
    form = DecideForm(request.POST)
    verdict, _colon, about = request.POST.get("say", "").partition(":")
    every, _colon, reason = about.partition(":")
    given = {"file_id": file_id, "by": request.user, "at": clock.now()}
    if not form.is_valid():
        return show_file(request, file_id, deciding=form, status=422)
    said = form.said(verdict)
    try:
        if verdict == "store":
            row_no = whole(every) or 0
            intake.store_row(row_no=row_no, seen=request.POST.get(f"seen-{row_no}", ""), **given)
            messages.success(request, _("The row was stored."))
        elif every == "all":
            seen = whole(request.POST.get("compared", "")) or 0
            done = intake.decide_rows(reason=reason, seen=seen, said=said, **given)
            messages.success(request, present.outcome(done))
        else:
            row_no = whole(every) or 0
            seen_row = request.POST.get(f"seen-{row_no}", "")
            intake.decide_row(row_no=row_no, seen=seen_row, said=said, **given)
    except (Conflict, Invalid) as error:
        if form.refused(error) is None:
            return show_file(request, file_id, deciding=form, status=422)
        messages.warning(request, error.message)
    except NotFound as error:
        if error.code != "intake.no_question":
            raise
        messages.warning(request, error.message)
    kept = {"row": whole(request.POST.get("page", "")) or 1, "reason": said.ground}
    if said.evidence_kind:
        kept["document"] = said.evidence_kind
    return redirect(f"{reverse('console:intake-file', args=[file_id])}?{urlencode(kept)}#questions")
