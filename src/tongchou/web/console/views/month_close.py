"""The close of a month: which units have closed, closing one's own, and stating a closed count anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.accountability import api as bulletins
from tongchou.apps.places import api as places
from tongchou.core import access, clock
from tongchou.core.errors import AppError, NotFound
from tongchou.web.console import formatters
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.unit_bulletin_forms import RestateForm, months


@require_safe
@staff(bulletins.VIEW)
def month(request: HttpRequest) -> HttpResponse:
    """What of a month is closed at an area and right below it."""
    return _page(request)


def _asked(given: Any) -> dt.date:
    offered = months(clock.today())
    return next((one for one in offered if f"{one:%Y-%m}" == given.get("month", "")), offered[0])


def _page(request: HttpRequest, **given: Any) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    at, chosen = clock.now(), _asked(data)
    picker = area_choice(data.get("area", ""), scope=request.scope, permission=bulletins.VIEW)
    standing, may = None, False
    if picker.area is not None and picker.area.level in bulletins.LEVELS:
        try:
            standing = bulletins.standing(picker.area.pk, month=chosen, by=request.user, at=at)
        except NotFound:
            standing = None
    if standing is not None:
        may = access.may(request.user, bulletins.CLOSE, scope_no=standing.area.scope_no, on=clock.date_of(at))
    page = {
        "picker": picker,
        "month": chosen,
        "months": [
            (f"{one:%Y-%m}", formatters.day(f"{one:%Y-%m}"), one == chosen) for one in months(clock.today())
        ],
        "standing": standing,
        "may": may,
        "restate": RestateForm(units=_units(standing)) if standing is not None and may else None,
        "waiting": _waiting(request, standing.area.pk, chosen, at) if standing is not None else [],
    } | given
    return show(request, "console/month_close.html", **page)


def _waiting(request: HttpRequest, area_id: int, month: dt.date, at: dt.datetime) -> list[dict[str, Any]]:
    """What was stated anew and waits; whoever stated it is told so, another may confirm."""
    rows = bulletins.waiting_restated(area_id, month=month, by=request.user, at=at)
    codes = {row.counted.unit.partition("/")[0] for row in rows}
    names = dict(places.Area.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        {
            "pk": row.pk,
            "unit": names.get(row.counted.unit.partition("/")[0], row.counted.unit),
            "what": words.title(row.counted.count),
            "was": formatters.number(row.counted.value),
            "is": formatters.number(row.value),
            "reason": row.reason,
            "own": row.by_id == request.user.pk,
        }
        for row in rows
    ]


def _units(standing: bulletins.Standing) -> list[tuple[str, str]]:
    """Units below that have closed: of these a count can be stated anew."""
    return [(one.code, one.name) for one, closed in standing.below if closed]


@require_POST
@staff(bulletins.CLOSE)
def act(request: HttpRequest, act: str) -> HttpResponse:
    """Closes the month of an area, or states a closed count anew."""
    if act not in ("close", "restate", "confirm"):
        raise Http404
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=bulletins.CLOSE)
    if picker.area is None:
        raise Http404
    chosen, at = _asked(request.POST), clock.now()
    try:
        if act == "close":
            number = bulletins.close(
                area_id=picker.area.pk,
                month=chosen,
                with_below=bool(request.POST.get("below")),
                by=request.user,
                at=at,
            )
            said = ngettext("%(n)s unit has closed the month.", "%(n)s units have closed the month.", number)
            messages.success(request, said % {"n": formatters.number(number)})
        elif act == "confirm":
            number = request.POST.get("restated", "")
            bulletins.confirm_restated(
                restated_id=int(number) if number.isascii() and number.isdigit() else 0,
                by=request.user,
                at=at,
            )
            messages.success(request, _("Confirmed. Both numbers stand in the next bulletin."))
        else:
            standing = bulletins.standing(picker.area.pk, month=chosen, by=request.user, at=at)
            form = RestateForm(request.POST, units=_units(standing))
            if not form.is_valid():
                return _page(request, restate=form, status=422)
            bulletins.restate(month=chosen, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, _("Stated anew. It counts once a second person has confirmed it."))
    except AppError as error:
        return _page(request, refusal=error, status=error.status)
    return redirect(f"{reverse('console:month-close')}?area={picker.area.pk}&month={chosen:%Y-%m}")
