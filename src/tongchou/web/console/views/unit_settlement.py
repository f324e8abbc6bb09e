"""The settlement of a year of units: first published and standing now, as page and workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.apps.accountability import api as bulletins
from tongchou.core import clock
from tongchou.core.errors import AppError
from tongchou.web.console import formatters
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.plan_stages import kind_of
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment, table_workbook


@require_safe
@staff(bulletins.VIEW)
def settlement(request: HttpRequest) -> HttpResponse:
    """First-published figures beside those that stand now, of the units below an area."""
    picker = area_choice(request.GET.get("area", ""), scope=request.scope, permission=bulletins.VIEW)
    period, found, refusal = request.GET.get("period", ""), None, None
    every = "all" in request.GET
    departments = "departments" in request.GET
    if picker.area is not None and period:
        try:
            found = _settled(request, picker.area.pk, period, departments)
        except AppError as error:
            refusal = error
    return show(
        request,
        "console/unit_settlement.html",
        picker=picker,
        period=period,
        every=every,
        departments=departments,
        found=found,
        rows=[_row(one) for one in found.rows if every or one.moved] if found is not None else [],
        figures=len(found.rows) if found is not None else 0,
        restated=[_restated(one, found.names) for one in found.restated] if found is not None else [],
        both=[_both(one) for one in found.both] if found is not None else [],
        published=formatters.day(found.published_on) if found is not None and found.published_on else "",
        refusal=refusal,
        status=getattr(refusal, "status", 200),
    )


def _both(one: bulletins.OnBoth) -> dict[str, str]:
    """A count on the trees it was told on, and on the tree of the last day."""
    told, now, gap = (
        f"{float(each):,.1f}".removesuffix(".0") for each in (one.told, one.now, one.difference)
    )
    return {"name": one.name, "what": words.title(one.count), "told": told, "now": now, "gap": gap}


@require_safe
@staff(bulletins.VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook: every figure of every unit."""
    picker = area_choice(request.GET.get("area", ""), scope=request.scope, permission=bulletins.VIEW)
    period = request.GET.get("period", "")
    if picker.area is None:
        raise Http404
    try:
        found = _settled(request, picker.area.pk, period, "departments" in request.GET)
    except AppError as error:
        raise Http404 from error
    content = table_workbook(
        sheet=_("Settlement"),
        title=_("Settlement of the year"),
        about=(
            (_("Area"), found.area.name),
            (_("Period"), found.period),
            (_("First published on"), formatters.day(found.published_on)),
        ),
        heads=_heads(),
        rows=[tuple(_row(one)[name] for name in _NAMES) for one in found.rows],
        notes=[
            " · ".join(str(each[name]) for name in _NOTED)
            for each in (_restated(one, found.names) for one in found.restated)
        ],
    )
    return attachment(content, f"settlement-{found.area.code}-{found.period}.xlsx")


_NAMES = ("name", "indicator", "told", "published", "now", "moved")
_NOTED = ("unit", "what", "period", "was", "is", "reason")


def _heads() -> tuple[str, ...]:
    return (
        _("Unit"),
        _("Indicator"),
        _("Told at the close"),
        _("First published"),
        _("Stands now"),
        _("Changed"),
    )


def _settled(request: HttpRequest, area_id: int, period: str, departments: bool) -> bulletins.Settlement:
    return bulletins.settlement(
        area_id,
        kind=kind_of(period),
        period=period,
        by=request.user,
        at=clock.now(),
        departments=departments,
    )


def _row(one: bulletins.Settled) -> dict[str, Any]:
    told, published, now = (words.figure(one.indicator, each) for each in (one.told, one.published, one.now))
    return {
        "name": one.name,
        "indicator": words.title(one.indicator),
        "told": told,
        "published": published,
        "now": now,
        "moved": _("changed") if one.moved else "",
    }


def _restated(one: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "unit": names.get(one.unit, one.unit),
        "what": words.title(one.indicator),
        "period": one.period,
        "was": words.figure(one.indicator, one.first),
        "is": words.figure(one.indicator, one.now),
        "reason": one.reason,
    }
