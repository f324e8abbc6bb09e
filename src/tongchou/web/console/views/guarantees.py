"""Guarantees for those who work with them: an area, its units, returns and decisions."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.places import api as places
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import area_picker
from tongchou.web.console import guarantee_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import guarantees as present
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment, table_workbook
from tongchou.web.sheets import PDF
from tongchou.web.sheets.letters import letter_pdf

SIZE: Final = 50


def asked_year(request: HttpRequest) -> int:
    """The year of an address; this one when none or a strange one is named."""
    year, today = whole(request.GET.get("year", "")), clock.today()
    return year if year is not None and 2000 <= year <= today.year else today.year


def _report(request: HttpRequest) -> guarantees.Report:
    chosen = area_picker.reached(request.GET.get("area", ""), request.scope)
    if chosen is None or chosen.level not in guarantees.LEVELS:
        chosen = next((one for one in places.tops(request.scope) if one.level in guarantees.LEVELS), None)
    if chosen is None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    return guarantees.report(chosen, within=request.scope, year=asked_year(request), on=clock.today())


@require_safe
@staff(guarantees.VIEW)
def area(request: HttpRequest) -> HttpResponse:
    """An area: its units with what is kept, short and not known; its own guarantees; its money."""
    report = _report(request)
    short = [present.row(one) for one in report.short]
    pages = pages_of(
        request, f"/guarantees?area={report.area.pk}&year={report.year}", "page", len(short), SIZE, "#short"
    )
    return show(
        request,
        "console/guarantees.html",
        report=report,
        picker=area_picker.pick(
            str(report.area.pk), scope=request.scope, permission=guarantees.VIEW, submits=True
        ),
        years=[report.year - 1, report.year + 1] if report.year < clock.today().year else [report.year - 1],
        parts=present.parts(report),
        own=[present.row(one) for one in report.own],
        short=short[(pages.number - 1) * SIZE : pages.number * SIZE],
        pages=pages,
        unknown=len(report.unknown),
        sources=present.sources(report),
        drawn=present.chart(report),
        keeps=access.may(request.user, guarantees.KEEP, on=clock.today()),
        sends=access.may(request.user, guarantees.SEND, on=clock.today()),
    )


@require_safe
@staff(guarantees.VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """Every guarantee of an area and all below it as a workbook."""
    report = _report(request)
    rows = []
    for one in report.lines:
        said = present.row(one)
        rows.append([
            one.unit.key, said.unit, said.name, said.detail, said.needed, said.have, said.missing,
            said.chip.label, said.why,
        ])  # fmt: skip
    content = table_workbook(
        sheet=_("Guarantees"),
        title=_("Guarantees of money and staff, %(year)s") % {"year": report.year},
        about=((_("Area"), report.area.name), (_("As of"), report.on.isoformat())),
        heads=[
            _("Code"), _("Unit"), _("Guarantee"), _("Level and line"), _("Needed"), _("There"), _("Missing"),
            _("State"), _("Why it cannot be answered"),
        ],
        rows=rows,
        notes=[_("Amounts in yuan, workers as people. What is not known is no shortfall.")],
    )  # fmt: skip
    return attachment(content, f"guarantees-{report.year}.xlsx")


@require_safe
@staff(guarantees.VIEW)
def sheet(request: HttpRequest) -> HttpResponse:
    """The same as a PDF: what is missing, and what cannot be answered."""
    report = _report(request)
    made = letter_pdf(present.sheet(report), at=clock.now())
    return attachment(made, f"guarantees-{report.year}.pdf", kind=PDF)


@require_safe
@staff(guarantees.VIEW)
def returns(request: HttpRequest) -> HttpResponse:
    """The returns of the reader's areas, the newest first."""
    of = request.GET.get("show", "")
    of = of if of in guarantees.LISTS else ""
    found = guarantees.returns(scope=request.scope, of=of)
    address = reverse("console:guarantee-returns") + (f"?show={of}" if of else "")
    pages = pages_of(request, address, "page", found.count(), SIZE)
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    return show(
        request,
        "console/guarantee_returns.html",
        tabs=[(value, label, value == of) for value, label in present.STATES.items()],
        rows=[(one, present.state_chip(one)) for one in part],
        pages=pages,
        sends=access.may(request.user, guarantees.SEND, on=clock.today()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(guarantees.SEND)
def new_return(request: HttpRequest) -> HttpResponse:
    """The return of a unit for a year."""
    form, refusal = forms.ReturnForm(request.POST or None), None
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=guarantees.SEND)
    if request.method == "POST" and form.is_valid():
        if picker.area is None:
            form.add_error(None, _("Choose the unit."))
        else:
            named = form.cleaned_data["department"].strip()
            key = f"{picker.area.code}/{named}" if named else picker.area.code
            try:
                one = guarantees.send(
                    unit=key,
                    year=form.cleaned_data["year"],
                    figures=form.figures(),
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    at=clock.now(),
                )
            except (Invalid, Conflict, NotFound) as error:
                refusal = error
                for name, text in error.data.get("fields", {}).items():
                    form.add_error(name, text)
            else:
                messages.success(request, _("Sent. The level above accepts it or sends it back."))
                return redirect("console:guarantee-return", one.pk)
    wrong = bool(form.errors) or refusal is not None
    page = {"form": form, "picker": picker, "refusal": refusal, "status": 422 if wrong else 200}
    return show(request, "console/guarantee_return_new.html", **page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(guarantees.SEND)
def upload(request: HttpRequest) -> HttpResponse:
    """Returns of many units as one workbook: all mistakes at once, or all of it taken in."""
    form, refusal, taken = forms.UploadForm(request.POST or None, request.FILES or None), None, None
    if request.method == "POST" and form.is_valid():
        try:
            content = form.cleaned_data["file"].read()
            taken = guarantees.take(content=content, by=request.user, at=clock.now())
        except Invalid as error:
            refusal = error
    return show(
        request,
        "console/guarantee_upload.html",
        form=form,
        refusal=refusal,
        taken=taken,
        problems=refusal.data.get("problems", ()) if refusal else (),
        status=422 if form.errors or refusal else 200,
    )


@require_safe
@staff(guarantees.SEND)
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, with the units of the reader's areas down to townships."""
    year = clock.today().year
    several = [
        one
        for top in places.tops(request.scope)
        for level in guarantees.LEVELS
        for one in places.below(top, level)
    ]
    empty = [""] * (len(guarantees.COLUMNS) - 3)
    content = table_workbook(
        sheet="年报",
        title="经费和队伍保障年报",
        about=(("说明", "金额以元为单位；不清楚的留空。部门在单位代码后加“/部门代码”。"),),
        heads=list(guarantees.COLUMNS.values()),
        rows=[[one.code, one.name, str(year), *empty] for one in several[:5000]],
    )
    return attachment(content, "guarantees-template.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(guarantees.VIEW)
def one_return(request: HttpRequest, return_id: int) -> HttpResponse:
    """One return with its versions; whoever stands above decides it here."""
    refusal: Any = None
    form = forms.DecideForm(request.POST or None)
    today = clock.today()
    one, versions = guarantees.open_return(return_id, by=request.user, on=today)
    if request.method == "POST" and form.is_valid():
        try:
            guarantees.decide(
                return_id=return_id,
                accepted=form.cleaned_data["verdict"] == "accept",
                said=form.cleaned_data["said"],
                by=request.user,
                at=clock.now(),
            )
        except (Invalid, Conflict, NotAllowed) as error:
            refusal = error
        else:
            messages.success(request, _("Recorded."))
            return redirect("console:guarantee-return", return_id)
    return show(
        request,
        "console/guarantee_return.html",
        one=one,
        facts=present.facts(one),
        chip=present.state_chip(one),
        versions=[(each, present.state_chip(each)) for each in versions],
        decides=guarantees.may_decide(one, by=request.user, on=today),
        form=form,
        refusal=refusal,
        status=refusal.status if refusal else (422 if form.errors else 200),
    )
