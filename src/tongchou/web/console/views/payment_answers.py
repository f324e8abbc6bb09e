"""The bank's return file: choose it, see every cell that does not fit, decide."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.payments import api as payments
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.web.console.money_forms import AnswerForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import payments as present
from tongchou.web.console.table_workbook import Cell, attachment, table_workbook

SIZE = 50


@staff(payments.BUILD)
def upload(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Takes a return file, compares every cell, and shows what was found. Nothing is recorded yet."""
    view = payments.batch_view(payment_id, request.user, clock.now())
    form = AnswerForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    form.too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    refusal = None
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            file = payments.stage_answer(
                batch_id=payment_id, content=content, by=request.user, at=clock.now()
            )
            return redirect("console:payment-answer", file.pk)
        except (Invalid, Conflict) as error:
            refusal = error
    return show(
        request,
        "console/payment_answer_new.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        batch=view.batch,
        steps=present.procedure(4),
        reads=present.reads(payments.templates().get(view.batch.template), language=data_language()),
    )


def _columns(file: payments.AnswerFile) -> dict[str, str]:
    """The headings of the bank's template by field."""
    template = payments.templates().get(file.batch.template)
    return {one.field: one.title for one in template.answer} if template else {}


@require_safe
@staff(payments.VIEW)
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """One return file: its counts, every cell that does not fit, and the decision."""
    at = clock.now()
    file = payments.answer_view(answer_id, request.user, at)
    view = payments.batch_view(file.batch_id, request.user, at)
    title, text, tone = present.answer_verdict(file)
    columns = _columns(file)
    found = payments.answer_problems(file)
    address = reverse("console:payment-answer", args=[answer_id])
    pages = pages_of(request, address, "page", found.count(), SIZE, "#problems")
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    job = payments.running(view.batch)
    staged = file.state == payments.AnswerState.STAGED and view.may_build
    shown: dict[str, Any] = {
        "problems": [present.problem_line(one, columns) for one in part],
        "problem_count": pages.total,
        "pages": pages,
    }
    return show(
        request,
        "console/payment_answer.html",
        answer=file,
        chip=present.answer_chip(file),
        batch=view.batch,
        verdict={"title": title, "text": text, "tone": tone},
        figures=present.answer_figures(file),
        file=shown,
        may_record=staged and not file.other_batch,
        may_discard=staged,
        steps=present.procedure(4),
        job_url=reverse("console:jobs") + f"#job-{job.pk}" if job else "",
    )


@require_POST
@staff(payments.BUILD)
def decide(request: HttpRequest, answer_id: int, act: str) -> HttpResponse:
    """Records what fits, or discards the file."""
    given: dict[str, Any] = {"file_id": answer_id, "by": request.user, "at": clock.now()}
    try:
        if act == "record":
            payments.record_answer(came_back=request.POST.get("came_back") == "yes", **given)
        elif act == "discard":
            file = payments.discard_answer(**given)
            messages.success(request, _("The file was discarded. Nothing of it counts."))
            return redirect("console:payment", file.batch_id)
        else:
            raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    except Conflict as error:
        messages.warning(request, error.message)
    return redirect("console:payment-answer", answer_id)


@require_safe
@staff(payments.VIEW)
def problems(request: HttpRequest, answer_id: int) -> HttpResponse:
    """The problems as a workbook that points at the cells."""
    file = payments.answer_view(answer_id, request.user, clock.now())
    columns = _columns(file)
    lines = [present.problem_line(one, columns) for one in payments.answer_problems(file)]
    rows: list[list[Cell]] = [[one.cell, one.column, one.chip.label, one.text, one.fix] for one in lines]
    content = table_workbook(
        sheet=_("Problems"),
        title=f"{_('Return file')} {file.batch.name}",
        about=tuple(present.answer_figures(file)),
        heads=[_("Cell"), _("Column"), _("Weight"), _("What is wrong"), _("How to mend it")],
        rows=rows,
        widths=(10, 18, 10, 46, 46),
    )
    return attachment(content, f"answer-{answer_id}.xlsx")
