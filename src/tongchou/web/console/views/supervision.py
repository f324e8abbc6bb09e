"""Supervision for the level above: draws, records to check, inspections, accuracy of units."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.supervision import api as supervision
from tongchou.core import access, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import supervision_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import supervision as present
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment, table_workbook
from tongchou.web.console.views.public import for_everybody
from tongchou.web.sheets import PDF
from tongchou.web.sheets.check_forms import check_form_pdf

SIZE: Final = 50
_REFUSALS: Final = (Invalid, Conflict, NotAllowed, NotFound)


def tabs(request: HttpRequest, here: str) -> list[tuple[str, str, bool]]:
    """The pages of supervision an account may open."""
    on = clock.today()
    found = []
    if access.may(request.user, supervision.INSPECT, on=on):
        found += [
            ("supervision", pgettext("supervision", "Samples")),
            ("supervision-inspections", pgettext("supervision", "Inspections")),
            ("rectifications", pgettext("supervision", "Notices")),
            ("supervision-units", pgettext("supervision", "Accuracy of units")),
        ]
    if access.may(request.user, supervision.REPLY, on=on):
        found.append(("own-rectifications", pgettext("supervision", "To my unit")))
    return [(reverse(f"console:{name}"), label, name == here) for name, label in found]


@require_safe
@staff()
def draws(request: HttpRequest) -> HttpResponse:
    """Samples the reader's level has drawn; whoever draws none is led to the notices of the own unit."""
    today = clock.today()
    may = access.may(request.user, supervision.INSPECT, on=today)
    if not may and access.may(request.user, supervision.REPLY, on=today):
        return redirect("console:own-rectifications")
    found = supervision.draws_of(by=request.user, on=today)
    pages = pages_of(request, "/supervision", "page", found.count(), SIZE)
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    return show(
        request,
        "console/supervision.html",
        tabs=tabs(request, "supervision"),
        rows=[present.draw_row(one) for one in part],
        pages=pages,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(supervision.INSPECT)
def new_draw(request: HttpRequest) -> HttpResponse:
    """Draws a sample of a unit's closed month."""
    form, refusal = forms.DrawForm(request.POST or None), None
    if request.method != "POST":
        last = clock.today().replace(day=1) - dt.timedelta(days=1)
        form = forms.DrawForm(initial={"month": present.month(last)})
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=supervision.INSPECT)
    if request.method == "POST" and form.is_valid():
        month = _month(form.cleaned_data["month"])
        if picker.area is None:
            form.add_error(None, _("Choose the unit."))
        elif month is None:
            form.add_error("month", _("Write a month such as 2026-05."))
        else:
            said = form.cleaned_data
            asked = supervision.Asked(
                unit=picker.area.code, kind=said["kind"], month=month, method=said["method"],
                confidence=said["confidence"], margin=said["margin"] * 10, areas=said["areas"] or 0,
                each=said["each"] or 0,
            )  # fmt: skip
            try:
                one = supervision.draw(asked, by=request.user, at=clock.now())
            except _REFUSALS as error:
                refusal = error
            else:
                messages.success(request, _("Drawn. The draw can be made again by everybody who may see it."))
                return redirect("console:supervision-draw", one.pk)
    return show(
        request,
        "console/supervision_draw_new.html",
        form=form,
        picker=picker,
        refusal=refusal,
        status=_status(request, form, refusal),
    )


def _month(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        return None


def _status(request: HttpRequest, form: Any, refusal: AppError | None) -> int:
    if request.method != "POST":
        return 200
    return refusal.status if refusal is not None else 422 if form.errors else 200


@require_safe
@staff(supervision.INSPECT)
def draw(request: HttpRequest, draw_id: int) -> HttpResponse:
    """One draw: its records, how it was drawn, what came of it."""
    return _draw(request, draw_id)


def _draw(
    request: HttpRequest,
    draw_id: int,
    *,
    refusal: AppError | None = None,
    issue: Any = None,
    status: int = 200,
) -> HttpResponse:
    view = supervision.draw_view(draw_id, by=request.user, on=clock.today())
    one = view.draw
    notice = getattr(one, "notice", None)
    wrong = one.done_on is not None and one.right != one.checked
    return show(
        request,
        "console/supervision_draw.html",
        status=status,
        one=one,
        heading=f"{supervision.Kind(one.kind).label} {present.month(one.month)}",
        facts=present.draw_facts(view),
        proof=present.draw_proof(view),
        items=[present.item_row(item, view) for item in view.items],
        left=view.left,
        sheet=forms.SheetForm(),
        issue=issue or forms.IssueForm(),
        may_issue=wrong and notice is None,
        notice=notice,
        refusal=refusal,
        problems=refusal.data.get("problems", ()) if refusal else (),
    )


@require_POST
@staff(supervision.INSPECT)
def draw_act(request: HttpRequest, draw_id: int, act: str) -> HttpResponse:
    """Ends a draw, takes in its form, or sends the notice."""
    given = {"draw_id": draw_id, "by": request.user, "at": clock.now()}
    issue = forms.IssueForm(request.POST) if act == "issue" else None
    try:
        if act == "finish":
            supervision.finish(**given)
            messages.success(request, _("The draw is done."))
        elif act == "form":
            file = request.FILES.get("file")
            content = b"" if file is None else file.read(5 * 1024 * 1024 + 1)
            number = supervision.take_form(content=content, **given)
            messages.success(request, _("Checks taken in: %(n)s.") % {"n": number})
        elif issue is not None and issue.is_valid():
            one = supervision.issue(**issue.cleaned_data, **given)
            messages.success(request, _("The unit sees the notice now."))
            return redirect("console:rectification", one.pk)
        else:
            return _draw(request, draw_id, issue=issue, status=422)
    except (Invalid, Conflict) as error:
        return _draw(request, draw_id, refusal=error, issue=issue, status=error.status)
    return redirect("console:supervision-draw", draw_id)


@require_safe
@staff(supervision.INSPECT)
def form_workbook(request: HttpRequest, draw_id: int) -> HttpResponse:
    """The form of a draw as Excel: what was reported, and blank answers to type."""
    view = supervision.draw_view(draw_id, by=request.user, on=clock.today())
    content = table_workbook(
        sheet="核对表",
        title=present.form_heading(view.draw),
        about=(
            ("核对结果", "、".join(supervision.FINDINGS)),
            ("差异项", "、".join(supervision.FAULTS)),
        ),
        heads=list(supervision.COLUMNS.values()),
        rows=present.form_rows(view),
        widths=(20, 20, 44, 12, 14, 30),
    )
    return attachment(content, f"check-form-{draw_id}.xlsx")


@require_safe
@staff(supervision.INSPECT)
def form_pdf(request: HttpRequest, draw_id: int) -> HttpResponse:
    """The form of a draw to print and fill in by hand."""
    view = supervision.draw_view(draw_id, by=request.user, on=clock.today())
    content = check_form_pdf(
        heading=present.form_heading(view.draw),
        heads=list(supervision.COLUMNS.values()),
        rows=present.form_rows(view),
        findings=list(supervision.FINDINGS),
        faults=list(supervision.FAULTS),
        at=clock.now(),
    )
    return attachment(content, f"check-form-{draw_id}.pdf", kind=PDF)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(supervision.INSPECT)
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One record on a phone: what was reported, and what is found at the place."""
    one = supervision.item_of(item_id, by=request.user, on=clock.today())
    act = request.POST.get("act", "")
    form = forms.CheckForm(request.POST, request.FILES) if act == "check" else forms.CheckForm()
    other = forms.ReplaceForm(request.POST if act == "replace" else None)
    refusal: AppError | None = None
    sent = form if act == "check" else other
    if request.method == "POST" and sent.is_valid():
        given = {"item_id": item_id, "by": request.user, "at": clock.now()}
        try:
            if act == "check":
                supervision.check(**form.cleaned_data, **given)
            else:
                supervision.replace(**other.cleaned_data, **given)
        except (Invalid, Conflict) as error:
            refusal = error
        else:
            messages.success(request, _("Recorded."))
            return _onwards(request, one.draw_id)
    view = supervision.draw_view(one.draw_id, by=request.user, on=clock.today())
    return show(
        request,
        "console/supervision_item.html",
        one=one,
        row=next(present.item_row(each, view) for each in view.items if each.pk == item_id),
        left=view.left,
        form=form,
        other=other,
        refusal=refusal,
        status=_status(request, sent, refusal),
    )


def _onwards(request: HttpRequest, draw_id: int) -> HttpResponse:
    """To the next record that waits, or to the draw when none does."""
    view = supervision.draw_view(draw_id, by=request.user, on=clock.today())
    for each in view.items:
        if not each.replaced and not hasattr(each, "check_made"):
            return redirect("console:supervision-item", each.pk)
    return redirect("console:supervision-draw", draw_id)


@require_safe
@staff(supervision.INSPECT)
def units(request: HttpRequest) -> HttpResponse:
    """Units by what their samples said, and by their notices."""
    today = clock.today()
    return show(
        request,
        "console/supervision_units.html",
        tabs=tabs(request, "supervision-units"),
        found=present.records(
            supervision.records(by=request.user, on=today), supervision.accuracy(by=request.user, on=today)
        ),
    )


@require_safe
@staff()
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """A picture or document, as it was kept."""
    kind, content = supervision.evidence_of(evidence_id, by=request.user, on=clock.today())
    media = "application/pdf" if kind == "pdf" else f"image/{kind}"
    answer = HttpResponse(content, content_type=media)
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """For everybody: what was committed to before a month, and the secret once it may be known."""
    month = _month(request.GET.get("month", "")) or clock.today().replace(day=1)
    return for_everybody(
        request,
        "console/supervision_commitments.html",
        month=present.month(month),
        rows=supervision.commitments(month=month),
        disclosed_from=supervision.disclosed_from(month),
    )
