"""Targets of an area and of the units right below it: list with sums, breakdown, one target, Excel."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou import indicators
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api as responsibility
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.accountability.definitions import Indicator, Use
from tongchou.web.console import area_picker
from tongchou.web.console import target_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import targets as present
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.table_workbook import attachment, table_workbook

#: Rows of a workbook.
_MOST: Final = 20_000


def _area(request: HttpRequest) -> places.Area:
    chosen = area_picker.reached(request.GET.get("area", ""), request.scope)
    if chosen is None or chosen.level not in responsibility.LEVELS:
        tops = places.tops(request.scope)
        chosen = next((one for one in tops if one.level in responsibility.LEVELS), None)
    if chosen is None:
        raise NotFound("targets.no_unit", _("There is no such unit in your areas."))
    return chosen


def _period(request: HttpRequest) -> str:
    asked, today = request.GET.get("period", ""), clock.today()
    known = set(present.periods(today)) | {
        f"{year}{part}"
        for year in range(2000, today.year)
        for part in ("", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4")
    }
    if asked and asked not in known:
        message = _("Choose a year (2026), half-year (2026-H1) or quarter (2026-Q2).")
        raise Invalid("targets.period", message, field="period")
    return asked or str(today.year)


def _address(name: str, **query: Any) -> str:
    return f"{reverse(f'console:{name}')}?{urlencode(query)}"


@require_safe
@staff(responsibility.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Each indicator with a target of the area or below it: what the parts make of the whole, what waits."""
    area, period, today = _area(request), _period(request), clock.today()
    view = responsibility.view(area.pk, period, by=request.user, on=today)
    used = {line.indicator.code for line in view.lines}
    picker = area_picker.pick(str(area.pk), scope=request.scope, permission=responsibility.VIEW, submits=True)
    return show(
        request,
        "console/targets.html",
        area=area,
        picker=picker,
        period=period,
        periods=present.periods(today, [period]),
        rows=[present.summary(one) for one in view.lines],
        others=[
            (one.code, one.title.of(present.language()))
            for one in indicators.load().used(Use.TARGETED)
            if one.code not in used
        ],
        sets=access.may(request.user, responsibility.SET, scope_no=area.scope_no, on=today),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(responsibility.VIEW)
def break_down(request: HttpRequest) -> HttpResponse:
    """One indicator and period: the whole, its parts, what they make; targets are set and decided here."""
    area, period, today = _area(request), _period(request), clock.today()
    indicator = indicators.load().indicators.get(request.GET.get("indicator", ""))
    if indicator is None or Use.TARGETED not in indicator.uses:
        raise NotFound("targets.none", _("There is no such target or agreement in your areas."))
    view = responsibility.view(area.pk, period, by=request.user, on=today)
    line = next((one for one in view.lines if one.indicator.code == indicator.code), None)
    form = _form(request, view, line, indicator, area)
    refusal: Any = None
    if request.method == "POST" and form is not None and form.is_valid():
        wanted = form.wanted(period)
        try:
            if not wanted:
                raise Invalid(
                    "targets.wrong",
                    _("Write at least one target, or how much of a denominator lies inside others."),
                )
            made = responsibility.propose(wanted, by=request.user, at=clock.now())
        except (Invalid, NotAllowed) as error:
            problems = error.data.get("problems", ())
            form.told(problems)
            refusal = None if problems else error
        else:
            text = _("%(n)s targets wait for a second person; %(same)s stood so already.")
            messages.success(request, text % {"n": made.first + made.revised, "same": made.same})
            return redirect(
                _address("target-break-down", area=area.pk, period=period, indicator=indicator.code)
            )
    return _shown(request, view, line, indicator, form, refusal)


def _form(
    request: HttpRequest,
    view: responsibility.View,
    line: responsibility.Line | None,
    indicator: Indicator,
    area: places.Area,
) -> forms.BreakdownForm | None:
    """The rows the reader sets; None where there are none."""
    today = clock.today()
    if not access.may(request.user, responsibility.SET, on=today):
        return None
    own = posts.of_area(area)
    may = responsibility.may_set((own, *view.units), by=request.user, on=today)
    if line is None:
        rows = [responsibility.Standing(one, None, None, None) for one in (own, *view.units)]
    else:
        rows = [line.own, *line.below, *line.departments]
    rows = [one for one in rows if may.get(one.unit.key) in ("yes", "paper")]
    if not rows:
        return None
    by_key = {one.key: one for one in view.units}
    hosts = {
        key: tuple(by_key[one] for one in several)
        for key, several in responsibility.hosts_of(
            [one for one in view.units if one.department_id is None]
        ).items()
    }
    return forms.BreakdownForm(
        request.POST or None,
        indicator=indicator,
        rows=rows,
        hosts=hosts,
        weights=responsibility.weights_of(area, indicator.code),
    )


def _shown(
    request: HttpRequest,
    view: responsibility.View,
    line: responsibility.Line | None,
    indicator: Indicator,
    form: forms.BreakdownForm | None,
    refusal: Any,
    decide: Any = None,
) -> HttpResponse:
    fields = {}
    if form is not None:
        fields = {one.unit.key: form.cells(at) for at, one in enumerate(form.rows)}
    if line is None:
        own = posts.of_area(view.area)
        several = [responsibility.Standing(one, None, None, None) for one in (own, *view.units)]
    else:
        several = [line.own, *line.below, *line.departments]
    waiting = [one.waiting for one in several if one.waiting is not None]
    after = None if line is None or not waiting else responsibility.if_accepted(line, view.units)
    return show(
        request,
        "console/target_break_down.html",
        view=view,
        area=view.area,
        period=view.period,
        code=indicator.code,
        title=words.title(indicator.code),
        formula=words.formula(indicator),
        source=indicator.source.of(present.language()),
        rows=[present.row(one, indicator.code, fields.get(one.unit.key, ())) for one in several],
        summary=None if line is None else present.summary(line),
        after=[] if after is None else present.said(after),
        form=form,
        waiting=waiting,
        own_alone=bool(waiting) and all(one.made_by_id == request.user.pk for one in waiting),
        decides=bool(waiting) and access.may(request.user, responsibility.SET, on=clock.today()),
        decide=decide or forms.DecideForm(auto_id="decide-%s"),
        refusal=refusal,
        status=422 if (form is not None and form.errors) else getattr(refusal, "status", 200),
    )


@require_POST
@staff(responsibility.SET)
def decide(request: HttpRequest) -> HttpResponse:
    """Accepts or refuses the versions of a breakdown that wait."""
    form = forms.DecideForm(request.POST, auto_id="decide-%s")
    said = form.cleaned_data["said"] if form.is_valid() else ""
    chosen = [number for one in request.POST.getlist("version") if (number := whole(one)) is not None]
    given = {"by": request.user, "at": clock.now()}
    try:
        if request.POST.get("verdict") == "accept":
            responsibility.accept(chosen, although=said, **given)
        else:
            responsibility.refuse(chosen, said=said, **given)
    except (Invalid, Conflict, NotAllowed) as error:
        area, period, today = _area(request), _period(request), clock.today()
        indicator = indicators.load().indicators.get(request.GET.get("indicator", ""))
        if indicator is None:
            raise
        view = responsibility.view(area.pk, period, by=request.user, on=today)
        line = next((one for one in view.lines if one.indicator.code == indicator.code), None)
        filled = forms.DecideForm(initial={"said": said}, auto_id="decide-%s")
        return _shown(request, view, line, indicator, None, error, filled)
    messages.success(request, _("Recorded."))
    back = {name: request.GET.get(name, "") for name in ("area", "period", "indicator")}
    return redirect(_address("target-break-down", **back))


@require_safe
@staff(responsibility.VIEW)
def target(request: HttpRequest, target_id: int) -> HttpResponse:
    """One target with all its versions."""
    one, versions = responsibility.one_target(target_id, by=request.user, on=clock.today())
    return show(
        request,
        "console/target.html",
        one=one,
        title=words.title(one.indicator),
        value=present.shown(one.indicator, one.value),
        versions=[(each, present.shown(one.indicator, each.value)) for each in versions],
    )


@require_safe
@staff(responsibility.VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """The targets of the reader's areas and a period, in the columns they are taken in with."""
    period = _period(request)
    found = responsibility.targets(by=request.user, on=clock.today(), period=period)
    return _book(responsibility.out(found[:_MOST]), f"targets-{period}.xlsx")


@require_safe
@staff(responsibility.SET)
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in: every unit right below an area for one indicator after the other."""
    area, period = _area(request), _period(request)
    units = posts.units_below(area, on=clock.today())
    rows = [
        [one.key, one.name, code, title, period, "", "", "", ""]
        for code, title, _unit in responsibility.targeted()
        for one in units
    ]
    return _book(rows[:_MOST], "targets-template.xlsx")


def _book(rows: list[list[str]], name: str) -> HttpResponse:
    content = table_workbook(
        sheet="目标",
        title="目标分解表",
        about=(
            ("说明", "比例写百分数，如95；部门在单位代码后加“/部门代码”；没有目标值的行不读入。"),
            ("期间", "年写2026，半年写2026-H1，季度写2026-Q2。"),
        ),
        heads=list(responsibility.COLUMNS.values()),
        rows=rows,
        notes=[f"{code}　{title}（{unit}）" for code, title, unit in responsibility.targeted()],
        widths=(18, 20, 24, 24, 10, 10, 12, 22, 22),
    )
    return attachment(content, name)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(responsibility.SET)
def upload(request: HttpRequest) -> HttpResponse:
    """Targets of many units as one workbook: all mistakes at once, or all of it taken in."""
    form, refusal, taken = forms.UploadForm(request.POST or None, request.FILES or None), None, None
    if request.method == "POST" and form.is_valid():
        try:
            content = form.cleaned_data["file"].read()
            taken = responsibility.take(content=content, by=request.user, at=clock.now())
        except Invalid as error:
            refusal = error
    return show(
        request,
        "console/target_upload.html",
        form=form,
        refusal=refusal,
        taken=taken,
        problems=refusal.data.get("cells", ()) if refusal else (),
        status=422 if form.errors or refusal else 200,
    )
