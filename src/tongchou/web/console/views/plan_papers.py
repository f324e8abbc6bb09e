"""Papers of plans: a village's monthly meeting and its board, and the briefing pack of a government."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.places import api as places
from tongchou.apps.plans import api as plans
from tongchou.core import access, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotFound
from tongchou.web.console import plan_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import plan_papers as present
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment, table_workbook
from tongchou.web.sheets import PDF
from tongchou.web.sheets.letters import letter_pdf

SIZE: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff(plans.VIEW)
def assemblies(request: HttpRequest) -> HttpResponse:
    """The monthly meetings of the reader's villages; the next one is called here, and the board printed."""
    today = clock.today()
    calls = access.may(request.user, plans.REPORT, on=today)
    form, refusal = forms.AssemblyForm(request.POST or None, initial={"on": today}), None
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=plans.REPORT)
    if request.method == "POST" and form.is_valid():
        if picker.area is None:
            form.add_error(None, _("Choose the village."))
        else:
            try:
                plans.call_assembly(
                    area_id=picker.area.pk, by=request.user, at=clock.now(), **form.cleaned_data
                )
                messages.success(request, _("Called. Its numbers are those of today."))
                return redirect("console:plan-assemblies")
            except (Invalid, Conflict, NotFound) as error:
                refusal = error
    found = plans.assemblies(by=request.user, on=today)
    pages = pages_of(request, "/plans/village", "page", found.count(), SIZE)
    rows = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    return show(
        request,
        "console/plan_assemblies.html",
        form=form if calls else None,
        picker=picker,
        refusal=refusal,
        rows=[present.assembly(one, today) for one in rows],
        pages=pages,
        record=forms.RecordForm(),
        months=present.months(today),
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@staff(plans.REPORT)
def record(request: HttpRequest, assembly_id: int) -> HttpResponse:
    """Writes what a monthly meeting agreed on."""
    try:
        plans.record_assembly(
            assembly_id=assembly_id, record=request.POST.get("record", ""), by=request.user, at=clock.now()
        )
    except (Invalid, Conflict) as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Recorded."))
    return redirect("console:plan-assemblies")


@require_safe
@staff(plans.REPORT)
def board(request: HttpRequest) -> HttpResponse:
    """What hangs on a village's board for a month, as PDF."""
    picker = area_choice(request.GET.get("area", ""), scope=request.scope, permission=plans.REPORT)
    month = _month(request.GET.get("month", ""))
    if picker.area is None or month is None:
        raise Http404
    try:
        told = plans.disclosure(picker.area.pk, month=month, by=request.user, at=clock.now())
    except (Invalid, NotFound) as error:
        messages.error(request, str(error.message))
        return redirect("console:plan-assemblies")
    content = letter_pdf(present.board(told), at=clock.now())
    return attachment(content, f"village-affairs-{told.village.code}-{month:%Y-%m}.pdf", kind=PDF)


def _month(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@require_safe
@staff(plans.MAKE)
def briefing(request: HttpRequest) -> HttpResponse:
    """The briefing pack of an area."""
    picker = area_choice(request.GET.get("area", ""), scope=request.scope, permission=plans.MAKE)
    pack = None if picker.area is None else _pack(request, picker.area)
    return show(
        request,
        "console/plan_briefing.html",
        picker=picker,
        sections=present.sections(pack) if pack is not None else (),
        area=picker.area,
    )


@require_safe
@staff(plans.MAKE)
def briefing_file(request: HttpRequest, area_id: int, kind: str) -> HttpResponse:
    """The briefing pack as PDF or workbook."""
    area = places.area_by_id(area_id, within=request.scope)
    pack = None if area is None else _pack(request, area)
    if pack is None or kind not in ("pdf", "xlsx"):
        raise Http404
    name = f"briefing-{pack.area.code}-{pack.on:%Y%m%d}.{kind}"
    if kind == "pdf":
        return attachment(letter_pdf(present.pack_letter(pack), at=clock.now()), name, kind=PDF)
    heads, rows = present.pack_rows(pack)
    content = table_workbook(
        sheet=_("Briefing"),
        title=_("Briefing pack"),
        about=((_("Area"), pack.place), (_("As of"), pack.on.isoformat())),
        heads=heads,
        rows=rows,
    )
    return attachment(content, name)


def _pack(request: HttpRequest, area: Any) -> plans.Pack | None:
    try:
        return plans.briefing(area.pk, by=request.user, at=clock.now())
    except AppError:
        return None
