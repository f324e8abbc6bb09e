"""Responsibility agreements: the list, a draft, both signatures, the printed sheet."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api as responsibility
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import target_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import targets as present
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment
from tongchou.web.sheets import PDF
from tongchou.web.sheets.agreements import agreement_pdf

SIZE: Final = 50


@require_safe
@staff(responsibility.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The agreements of the reader's areas, the newest first."""
    of = request.GET.get("show", "")
    of = of if of in present.STAGES else ""
    found = responsibility.agreements(by=request.user, on=clock.today(), of=of)
    address = reverse("console:agreements") + (f"?show={of}" if of else "")
    pages = pages_of(request, address, "page", found.count(), SIZE)
    rows = found.defer("content")[(pages.number - 1) * SIZE : pages.number * SIZE]
    return show(
        request,
        "console/agreements.html",
        tabs=[(value, label, value == of) for value, label in present.STAGES.items()],
        rows=[(one, words.period(one.period), present.stage_chip(one)) for one in rows],
        pages=pages,
        sets=access.may(request.user, responsibility.SET, on=clock.today()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(responsibility.SET)
def new(request: HttpRequest) -> HttpResponse:
    """A draft of an agreement with a unit right below an area of the reader, or a department of it."""
    today, refusal = clock.today(), None
    asked = request.POST.get("area", "") or request.GET.get("area", "")
    picker = area_choice(asked, scope=request.scope, permission=responsibility.SET)
    units = () if picker.area is None else posts.units_below(picker.area, on=today)
    units = tuple(one for one in units if one.level in responsibility.LEVELS)
    periods = present.periods(today)
    form = forms.AgreementForm(
        request.POST or None, units=units, periods=periods, initial={"period": str(today.year)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            one = responsibility.draft(by=request.user, at=clock.now(), **form.cleaned_data)
        except (Invalid, Conflict, NotFound) as error:
            refusal = form.refused(error)
        else:
            return redirect("console:agreement", one.pk)
    wrong = request.method == "POST"
    page = {"form": form, "picker": picker, "units": units, "refusal": refusal}
    return show(request, "console/agreement_new.html", status=422 if wrong else 200, **page)


@require_safe
@staff(responsibility.VIEW)
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One agreement, and what the reader may do with it."""
    return _agreement(request, agreement_id)


def _agreement(request: HttpRequest, agreement_id: int, *, refusal: Any = None) -> HttpResponse:
    view = responsibility.agreement_view(agreement_id, by=request.user, on=clock.today())
    one = view.agreement
    return show(
        request,
        "console/agreement.html",
        view=view,
        one=one,
        chip=present.stage_chip(one),
        sheet=present.sheet(responsibility.content_of(one)),
        holder_heads=present.holder_heads(),
        aim_heads=present.aim_heads(),
        revised=[
            (words.title(each.indicator), present.shown(each.indicator, each.value), each.pk)
            for each in view.revised
        ],
        refusal=refusal,
        status=getattr(refusal, "status", 200),
    )


@require_POST
@staff(responsibility.VIEW)
def act(request: HttpRequest, agreement_id: int, act: str) -> HttpResponse:
    """Signs for one of the sides, or takes the agreement back."""
    acts = {
        "offer": responsibility.offer,
        "sign": responsibility.sign,
        "withdraw": responsibility.withdraw,
    }
    if act not in acts:
        raise Http404
    try:
        acts[act](agreement_id=agreement_id, by=request.user, at=clock.now())
    except (Conflict, NotAllowed) as error:
        return _agreement(request, agreement_id, refusal=error)
    messages.success(request, _("Recorded."))
    return redirect("console:agreement", agreement_id)


@require_safe
@staff(responsibility.VIEW)
def sheet(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The sealed agreement as PDF."""
    view = responsibility.agreement_view(agreement_id, by=request.user, on=clock.today())
    if not view.agreement.sha256:
        raise Http404
    return attachment(agreement_pdf(view.agreement), f"agreement-{agreement_id}.pdf", kind=PDF)
