"""What follows from figures, for those above: alerts, proposals, files, qualified villages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.accountability import api as bulletins
from tongchou.core import clock
from tongchou.core.errors import AppError, NotFound
from tongchou.domain.accountability.bulletin import Kind
from tongchou.web.console import formatters
from tongchou.web.console import unit_bulletin_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import unit_judging as present
from tongchou.web.console.presenters.work import area_choice


def _choice(request: HttpRequest, permission: str) -> Any:
    data = request.POST if request.method == "POST" else request.GET
    return area_choice(data.get("area", ""), scope=request.scope, permission=permission)


@require_safe
@staff(bulletins.ALERTS)
def alerts(request: HttpRequest) -> HttpResponse:
    """Questions to units below whose figures look made up; nobody of the unit sees them."""
    return _alerts(request)


def _alerts(request: HttpRequest, **given: Any) -> HttpResponse:
    of = "all" if request.GET.get("show") == "all" else ""
    found = bulletins.alerts(by=request.user, on=clock.today(), open_only=not of)
    page = {
        "rows": [present.alert(one) for one in found],
        "tabs": present.tabs(of),
        "picker": _choice(request, bulletins.ALERTS),
        "months": [(f"{one:%Y-%m}", formatters.day(f"{one:%Y-%m}")) for one in forms.months(clock.today())],
        "form": forms.AlertForm(),
    } | given
    return show(request, "console/unit_alerts.html", **page)


@require_POST
@staff(bulletins.ALERTS)
def look(request: HttpRequest) -> HttpResponse:
    """Looks through a closed month of the units below an area."""
    picker = _choice(request, bulletins.ALERTS)
    months = {f"{one:%Y-%m}": one for one in forms.months(clock.today())}
    month = months.get(request.POST.get("month", ""))
    if picker.area is None or month is None:
        return _alerts(request, wrong=True, status=422)
    try:
        number = bulletins.find_alerts(area_id=picker.area.pk, month=month, by=request.user, at=clock.now())
    except AppError as error:
        return _alerts(request, refusal=error, status=error.status)
    said = ngettext("%(n)s new question was found.", "%(n)s new questions were found.", number)
    messages.success(request, said % {"n": formatters.number(number)})
    return redirect("console:unit-alerts")


@require_POST
@staff(bulletins.ALERTS)
def end_alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Ends a question with what was found."""
    form = forms.AlertForm(request.POST)
    if not form.is_valid():
        return _alerts(request, form=form, open=alert_id, status=422)
    try:
        bulletins.end_alert(alert_id=alert_id, by=request.user, at=clock.now(), **form.cleaned_data)
    except AppError as error:
        return _alerts(request, refusal=error, status=error.status)
    messages.success(request, _("Recorded."))
    return redirect("console:unit-alerts")


@require_safe
@staff(bulletins.MAKE)
def consequences(request: HttpRequest) -> HttpResponse:
    """Proposals for officials and units after a settled year, with their reasons and what was decided."""
    return _consequences(request)


def _consequences(request: HttpRequest, **given: Any) -> HttpResponse:
    found = bulletins.proposed(by=request.user, on=clock.today())
    page = {
        "rows": present.proposals(found, reader=request.user.pk),
        "picker": _choice(request, bulletins.MAKE),
        "years": range(clock.today().year - 1, clock.today().year - 5, -1),
        "form": forms.DecideForm(),
    } | given
    return show(request, "console/unit_consequences.html", **page)


@require_POST
@staff(bulletins.MAKE)
def propose(request: HttpRequest) -> HttpResponse:
    """Computes what the rules propose after the published settlement of a year."""
    picker, year = _choice(request, bulletins.MAKE), request.POST.get("year", "")
    if picker.area is None or not (year.isascii() and year.isdigit() and len(year) == 4):
        return _consequences(request, wrong=True, status=422)
    try:
        number = bulletins.propose(area_id=picker.area.pk, year=int(year), by=request.user, at=clock.now())
    except AppError as error:
        return _consequences(request, refusal=error, status=error.status)
    said = ngettext("%(n)s new proposal.", "%(n)s new proposals.", number)
    messages.success(request, said % {"n": formatters.number(number)})
    return redirect("console:unit-consequences")


@require_POST
@staff(bulletins.MAKE)
def decide(request: HttpRequest, proposed_id: int) -> HttpResponse:
    """Accepts or declines a proposal of somebody else."""
    form = forms.DecideForm(request.POST)
    if not form.is_valid():
        return _consequences(request, form=form, open=proposed_id, status=422)
    said = form.cleaned_data
    try:
        bulletins.decide(
            proposed_id=proposed_id,
            accept=said["accept"] == "yes",
            reason=said["reason"],
            heard_on=said["heard_on"],
            by=request.user,
            at=clock.now(),
        )
    except NotFound:
        raise
    except AppError as error:
        return _consequences(request, refusal=error, status=error.status)
    messages.success(request, _("Recorded."))
    return redirect("console:unit-consequences")


@require_safe
@staff(bulletins.MAKE)
def performance_file(request: HttpRequest, tenure_id: int) -> HttpResponse:
    """What was decided of an official, by dated tenure."""
    found = bulletins.performance_file(tenure_id, by=request.user, on=clock.today())
    return show(request, "console/unit_file.html", rows=present.proposals(found, reader=request.user.pk))


@require_safe
@staff(bulletins.VIEW)
def qualified(request: HttpRequest) -> HttpResponse:
    """Qualified villages by unit against the staged targets: counts of villages, no family."""
    picker = _choice(request, bulletins.VIEW)
    months = forms.months(clock.today())
    asked = request.GET.get("month", "")
    month = asked if asked in {f"{one:%Y-%m}" for one in months} else f"{months[0]:%Y-%m}"
    rows, refusal = [], None
    if picker.area is not None and picker.area.level in bulletins.JUDGES:
        given = {"kind": Kind.MONTH, "period": month, "by": request.user, "at": clock.now()}
        try:
            rows = [present.qualified(one) for one in bulletins.qualified(picker.area.pk, **given)]
        except AppError as error:
            refusal = error
    return show(
        request,
        "console/qualified_villages.html",
        picker=picker,
        months=[(f"{one:%Y-%m}", formatters.day(f"{one:%Y-%m}"), f"{one:%Y-%m}" == month) for one in months],
        rows=rows,
        refused=refusal,
        criteria=present.criteria(),
    )
