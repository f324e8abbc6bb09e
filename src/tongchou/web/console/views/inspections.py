"""Inspections for the level above: planned, carried out with a closed list, and what follows."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.supervision import api as supervision
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import supervision_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import supervision as present
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment
from tongchou.web.console.views.supervision import tabs
from tongchou.web.sheets import PDF
from tongchou.web.sheets.check_forms import check_form_pdf

SIZE: Final = 50


@require_safe
@staff(supervision.INSPECT)
def listed(request: HttpRequest) -> HttpResponse:
    """Inspections, the latest day first."""
    today = clock.today()
    found = supervision.inspections(by=request.user, on=today)
    pages = pages_of(request, "/supervision/inspections", "page", found.count(), SIZE)
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    return show(
        request,
        "console/inspections.html",
        tabs=tabs(request, "supervision-inspections"),
        rows=[present.inspection_row(one, today) for one in part],
        pages=pages,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(supervision.INSPECT)
def new(request: HttpRequest) -> HttpResponse:
    """Plans an inspection of a unit or an institution."""
    form, refusal = forms.InspectionForm(request.POST or None), None
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=supervision.INSPECT)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        department = said["department"].strip()
        if picker.area is None:
            form.add_error(None, _("Choose the unit."))
        else:
            key = f"{picker.area.code}/{department}" if department else picker.area.code
            try:
                one = supervision.plan(
                    unit=key, checklist=said["checklist"], day=said["day"], why=said["why"],
                    institution=said["institution"], complaint_id=said["complaint"], by=request.user,
                    at=clock.now(),
                )  # fmt: skip
            except (Invalid, Conflict, NotAllowed, NotFound) as error:
                refusal = error
            else:
                messages.success(request, _("Planned."))
                return redirect("console:supervision-inspection", one.pk)
    status = 200
    if request.method == "POST":
        status = refusal.status if refusal is not None else 422
    page = {"form": form, "picker": picker, "refusal": refusal, "status": status}
    return show(request, "console/inspection_new.html", **page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(supervision.INSPECT)
def inspection(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """One inspection: the list to answer on a phone, or what was answered."""
    today = clock.today()
    one = supervision.inspection_of(inspection_id, by=request.user, on=today)
    listed_ = supervision.list_of(one)
    act = request.POST.get("act", "")
    form: Any = forms.AnswersForm(listed=listed_)
    issue: Any = forms.IssueForm()
    if act == "record":
        form = forms.AnswersForm(request.POST, request.FILES, listed=listed_)
    elif act == "issue":
        issue = forms.IssueForm(request.POST)
    refusal: AppError | None = None
    sent = form if act == "record" else issue
    if request.method == "POST" and sent.is_valid():
        given = {"inspection_id": inspection_id, "by": request.user, "at": clock.now()}
        try:
            if act == "record":
                supervision.record(**form.said(), **given)
                messages.success(request, _("Recorded."))
                return redirect("console:supervision-inspection", inspection_id)
            made = supervision.issue(**issue.cleaned_data, **given)
        except (Invalid, Conflict) as error:
            refusal = error
        else:
            messages.success(request, _("The unit sees the notice now."))
            return redirect("console:rectification", made.pk)
    status = 200
    if request.method == "POST":
        status = refusal.status if refusal is not None else 422
    notice = getattr(one, "notice", None)
    wrong = any(value == "no" for value in one.answers.values())
    return show(
        request,
        "console/inspection.html",
        status=status,
        one=one,
        row=present.inspection_row(one, today),
        source=listed_.source(get_language() or "zh"),
        answers=present.answers(one),
        ready=one.done_at is None and one.day <= today,
        form=form,
        issue=issue,
        may_issue=one.done_at is not None and wrong and notice is None,
        notice=notice,
        refusal=refusal,
    )


@require_safe
@staff(supervision.INSPECT)
def form_pdf(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The list of an inspection to print and fill in by hand. Of a complaint nothing stands on it."""
    one = supervision.inspection_of(inspection_id, by=request.user, on=clock.today())
    listed_ = supervision.list_of(one)
    rows = [[str(number), question.zh, "", ""] for number, question in enumerate(listed_.questions, start=1)]
    content = check_form_pdf(
        heading=f"{one.unit_name} {one.institution} {listed_.zh}",
        heads=["序号", "检查内容", "结果", "说明"],
        rows=rows,
        findings=["符合", "不符合", "不适用"],
        faults=[],
        at=clock.now(),
    )
    return attachment(content, f"inspection-{inspection_id}.pdf", kind=PDF)
