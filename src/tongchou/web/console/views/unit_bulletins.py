"""Bulletins of units for those who make them, publish them and stand in them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.accountability import api as bulletins
from tongchou.apps.places import api as places
from tongchou.core import access, clock
from tongchou.core.errors import AppError, NotFound
from tongchou.domain.accountability.bulletin import Bulletin, Kind
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import unit_bulletin as present
from tongchou.web.console.presenters import unit_bulletin_charts as charts
from tongchou.web.console.presenters import unit_bulletin_lists as lists
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment
from tongchou.web.console.unit_bulletin_forms import MakeForm, ReplyForm
from tongchou.web.sheets import PDF

_ACTS: Final = ("publish", "discard", "reply")


@require_safe
@staff(bulletins.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Bulletins of the reader's areas and those published elsewhere, by kind."""
    return _listed(request)


@require_POST
@staff(bulletins.MAKE)
def make(request: HttpRequest) -> HttpResponse:
    """Makes a bulletin of closed months."""
    form = MakeForm(request.POST)
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=bulletins.MAKE)
    if form.is_valid():
        if picker.area is None:
            form.add_error(None, _("Choose the area whose units the bulletin is of."))
        else:
            given = {"by": request.user, "at": clock.now(), **form.cleaned_data}
            try:
                return redirect("console:unit-bulletin", bulletins.make(area_id=picker.area.pk, **given).pk)
            except NotFound:
                raise Http404 from None
            except AppError as error:
                return _listed(request, form=form, refusal=error, status=error.status)
    return _listed(request, form=form, status=422)


def _listed(request: HttpRequest, **given: Any) -> HttpResponse:
    today = clock.today()
    asked = request.GET.get("kind", "")
    kind = asked if asked in list(Kind) else ""
    found = bulletins.listed(by=request.user, on=today)
    page = {
        "tabs": lists.tabs(kind),
        "rows": [lists.row(one) for one in found if not kind or one.kind == kind],
        "makes": access.may(request.user, bulletins.MAKE, on=today),
        "form": MakeForm(initial={"kind": kind or Kind.MONTH}),
    } | given
    if page["makes"]:
        page["picker"] = area_choice(
            request.POST.get("area", request.GET.get("area", "")),
            scope=request.scope,
            permission=bulletins.MAKE,
        )
    return show(request, "console/unit_bulletins.html", **page)


@require_safe
@staff(bulletins.VIEW)
def bulletin(request: HttpRequest, issue_id: int) -> HttpResponse:
    """One bulletin: ranking, funnel, restatements, replies, and what the reader may do with it."""
    return _one(request, issue_id)


def _one(request: HttpRequest, issue_id: int, **given: Any) -> HttpResponse:
    view = bulletins.view(issue_id, by=request.user, at=clock.now())
    asked = request.GET.get("funnel", "")
    able = charts.can_funnel(view.content)
    chosen = asked if asked in able else (able[0] if able else "")
    told = present.page(
        view.content,
        view.replies,
        names=names_of(view.content),
        links=links(view.content, public=False),
        funnels=(chosen,) if chosen else (),
        standing=lists.standing(view.line),
    )
    return show(
        request,
        "console/unit_bulletin.html",
        view=view,
        page=told,
        funnels=[(one, words.title(one), one == chosen) for one in able],
        state=lists.state(view.line.state),
        holds=bulletins.holding(view.line),
        mine=[row for row in view.content.rows if row.unit in view.may_reply],
        reply=given.pop("form", None) or ReplyForm(),
        **given,
    )


@require_POST
@staff(bulletins.VIEW)
def act(request: HttpRequest, issue_id: int, act: str) -> HttpResponse:
    """Publishes a bulletin, takes it back, or keeps a unit's reply."""
    if act not in _ACTS:
        raise Http404
    given: dict[str, Any] = {"issue_id": issue_id, "by": request.user, "at": clock.now()}
    try:
        if act == "publish":
            bulletins.publish(**given)
            messages.success(request, _("Published. It stays as it is."))
        elif act == "discard":
            bulletins.discard(**given)
            messages.success(request, _("Taken back."))
            return redirect("console:unit-bulletins")
        else:
            form = ReplyForm(request.POST)
            if not form.is_valid():
                return _one(request, issue_id, form=form, status=422)
            bulletins.reply(unit=request.POST.get("unit", ""), words=form.cleaned_data["words"], **given)
            messages.success(request, _("Your words stand beside your row."))
    except NotFound:
        raise
    except AppError as error:
        return _one(request, issue_id, refusal=error, status=error.status)
    return redirect("console:unit-bulletin", issue_id)


@require_safe
@staff(bulletins.VIEW)
def pdf(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The bulletin as PDF."""
    view = bulletins.view(issue_id, by=request.user, at=clock.now())
    return as_pdf(view.content, view.replies, lists.standing(view.line))


@require_safe
@staff(bulletins.VIEW)
def workbook(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The bulletin as a workbook."""
    view = bulletins.view(issue_id, by=request.user, at=clock.now())
    return as_workbook(view.content, view.replies, lists.standing(view.line))


def as_pdf(content: Bulletin, replies: dict[str, str], standing: str) -> HttpResponse:
    from tongchou.web.sheets.unit_bulletins import unit_bulletin_pdf

    made = unit_bulletin_pdf(content, replies, names=names_of(content), standing=standing)
    return attachment(made, f"bulletin-{content.area}-{content.period}.pdf", kind=PDF)


def as_workbook(content: Bulletin, replies: dict[str, str], standing: str) -> HttpResponse:
    from tongchou.web.console.unit_bulletin_workbook import unit_bulletin_workbook

    made = unit_bulletin_workbook(content, replies, names=names_of(content), standing=standing)
    return attachment(made, f"bulletin-{content.area}-{content.period}.xlsx")


def names_of(content: Bulletin) -> dict[str, str]:
    """Names of units without a row: of those that ended, or of which a count was restated. One query."""
    known = {row.unit for row in content.rows}
    codes = {one.unit.partition("/")[0] for one in content.restated if one.unit not in known}
    codes |= {one for held in content.closed_areas.items() for one in (held[0], *held[1])} - known
    if not codes:
        return {}
    return dict(places.Area.objects.filter(code__in=codes).values_list("code", "name"))


def links(content: Bulletin, *, public: bool) -> dict[str, str]:
    """By unit the address of its own bulletin of the same period, where one is published. Two queries."""
    codes = [row.unit for row in content.rows]
    areas = dict(places.Area.objects.filter(code__in=codes).values_list("pk", "code"))
    found = bulletins.Issue.objects.filter(
        area_id__in=areas, kind=content.kind, period=content.period, state=bulletins.State.PUBLISHED
    ).order_by("pk")
    name = "console:public-bulletin" if public else "console:unit-bulletin"
    return {areas[area_id]: reverse(name, args=[pk]) for pk, area_id in found.values_list("pk", "area_id")}
