"""Stages of the plan with their acceptance, its initiatives as numbers, and pilots beside the rest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou import indicators
from tongchou.apps.accountability import api as accountability
from tongchou.apps.plans import api as plans
from tongchou.core import access, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import plan_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import plan_stages as present
from tongchou.web.console.presenters.work import area_choice


@require_safe
@staff(plans.VIEW)
def stages(request: HttpRequest) -> HttpResponse:
    """The stages of the plan in the years asked for, what was accepted, and its counts with their sums."""
    return _page(request, _year(request.GET.get("year", "")))


def _year(text: str) -> int:
    asked = whole(text)
    return asked if asked is not None and 2000 <= asked <= 2100 else clock.today().year


def _page(
    request: HttpRequest, year: int, *, boxes: dict[str, Any] | None = None, refusal: AppError | None = None
) -> HttpResponse:
    today = clock.today()
    found, pilots = indicators.stages()
    makes = access.may(request.user, plans.MAKE, on=today)
    names = {one.code: present.stage_name(one) for one in found}
    return show(
        request,
        "console/plan_stages.html",
        year=year,
        stages=present.stages(found, year=year, on=today),
        pilots=(*pilots.counties, *pilots.townships),
        initiatives=present.initiatives(indicators.plan(), plans.told(scope=request.scope)),
        lines=[
            present.acceptance(one, names) for one in plans.acceptances(by=request.user, on=today, year=year)
        ],
        makes=makes,
        picker=area_choice(request.POST.get("area", ""), scope=request.scope, permission=plans.MAKE)
        if makes
        else None,
        boxes={
            "ask": forms.AskForm(stages=list(names.items())),
            "tell": forms.TellForm(initiatives=present.initiative_names()),
            **(boxes or {}),
        },
        refusal=refusal,
        status=422 if boxes else getattr(refusal, "status", 200),
    )


@require_POST
@staff(plans.MAKE)
def act(request: HttpRequest, act: str) -> HttpResponse:
    """Asks for the acceptance of a stage, decides one, or tells the number of an initiative."""
    year, given = _year(request.POST.get("year", "")), {"by": request.user, "at": clock.now()}
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=plans.MAKE)
    names = [(one.code, present.stage_name(one)) for one in indicators.stages()[0]]
    made = {
        "ask": lambda: forms.AskForm(request.POST, stages=names),
        "tell": lambda: forms.TellForm(request.POST, initiatives=present.initiative_names()),
        "decide": lambda: None,
    }
    if act not in made:
        raise Http404
    form = made[act]()
    if form is not None and (not form.is_valid() or picker.area is None):
        if picker.area is None:
            form.add_error(None, _("Choose an area."))
        return _page(request, year, boxes={act: form})
    try:
        if act == "ask":
            plans.ask_acceptance(area_id=picker.area.pk, year=year, **form.cleaned_data, **given)
        elif act == "tell":
            plans.tell(area_id=picker.area.pk, **form.cleaned_data, **given)
        else:
            plans.decide_acceptance(
                acceptance_id=whole(request.POST.get("which", "")) or 0,
                accept="accept" in request.POST,
                said=request.POST.get("said", ""),
                **given,
            )
    except (Invalid, Conflict, NotAllowed, NotFound) as error:
        return _page(request, year, refusal=error)
    messages.success(request, _("Recorded."))
    return redirect(reverse("console:plan-stages") + f"?year={year}")


@require_safe
@staff(plans.VIEW)
def pilots(request: HttpRequest) -> HttpResponse:
    """Pilots beside the rest in a closed month, quarter or year: scored indicators with intervals."""
    picker = area_choice(request.GET.get("area", ""), scope=request.scope, permission=accountability.VIEW)
    period, rows, refusal = request.GET.get("period", ""), [], None
    begun: list[Any] = []
    if picker.area is not None:
        begun = list(plans.pilots_in(picker.area))
    if picker.area is not None and period:
        try:
            told = accountability.compared(
                picker.area.pk,
                first=[one.pk for one in begun],
                kind=present.kind_of(period),
                period=period,
                by=request.user,
                at=clock.now(),
            )
            rows = [present.compared(one) for one in told]
        except (Invalid, Conflict, NotAllowed, NotFound) as error:
            refusal = error
    return show(
        request,
        "console/plan_pilots.html",
        picker=picker,
        period=period,
        pilots=[one.name for one in begun],
        rows=rows,
        refusal=refusal,
        status=getattr(refusal, "status", 200),
    )
