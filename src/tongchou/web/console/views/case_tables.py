"""How units keep their days, and the tables of cases to take away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.web.console import chrome, formatters
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.presenters import case_tables as tables
from tongchou.web.console.presenters.work import area_filter
from tongchou.web.console.table_workbook import Cell, attachment, table_workbook
from tongchou.web.console.views.case_officers import officers_of
from tongchou.web.console.views.cases import filter_of, permission_of, reader


@require_POST
@reader
def queue_workbook(request: HttpRequest) -> HttpResponse:
    """The queue as it is filtered, as a workbook; sent, as it is recorded."""
    at, language = clock.now(), data_language()
    picker = area_filter(request.POST.get("area", ""), scope=request.scope, permission=permission_of(request))
    chosen = filter_of(request.POST, picker.area.pk if picker.area else None)
    found = casework.export_queue(chosen=chosen, by=request.user, at=at)
    more = _("More cases were left out: a workbook holds %(n)s. Choose an area or a benefit.")
    content = table_workbook(
        sheet=_("Cases"),
        title=_("Cases"),
        about=(
            (_("Area"), chrome.of(request).unit),
            (_("List"), tables.chosen_words(chosen)),
            (_("As of"), formatters.day(clock.date_of(at))),
        ),
        heads=tables.heads(),
        rows=(tables.cells(one, on=clock.date_of(at), language=language) for one in found.lines),
        widths=(14, 12, 22, 30, 24, 8, 14, 20, 14, 12, 14),
        notes=[more % {"n": formatters.number(casework.MOST_EXPORTED)}] if found.more else (),
        long=True,
    )
    return attachment(content, f"cases-{clock.date_of(at)}.xlsx")


def overseer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for whoever reviews cases, or watches over the units from above."""

    def chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        above = request.user.is_authenticated and casework.REVIEW not in chrome.permissions_of(request)
        return staff(casework.HEAR if above else casework.REVIEW)(view)(request, *args, **kwargs)

    return chosen


@require_safe
@overseer
def lateness(request: HttpRequest) -> HttpResponse:
    """How each unit keeps its days: of units, never of officers."""
    today = clock.today()
    first = today.replace(month=1, day=1)
    return show(
        request,
        "console/case_lateness.html",
        units=casework.by_unit(scope=request.scope, first=first, last=today, on=today),
        first=first,
        today=today,
        days=casework.ESCALATED,
    )


@require_safe
@overseer
def lateness_workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    today = clock.today()
    first = today.replace(month=1, day=1)
    units = casework.by_unit(scope=request.scope, first=first, last=today, on=today)
    rows: list[list[Cell]] = [
        [one.name, one.decided, one.in_time, one.late_now, one.escalated,
         one.worst_days if one.late_now else "—"]
        for one in units
    ]  # fmt: skip
    content = table_workbook(
        sheet=_("How days are kept"),
        title=_("How days are kept"),
        about=(
            (_("Area"), chrome.of(request).unit),
            (_("Decisions of"), f"{first} – {today}"),
            (_("Order"), _("By the tree of areas; this is no ranking.")),
        ),
        heads=(
            _("Unit"),
            _("Decisions"),
            _("In time"),
            _("Late now"),
            _("Late for more than %(n)s days") % {"n": casework.ESCALATED},
            _("Longest, in days"),
        ),
        rows=rows,
    )
    return attachment(content, f"lateness-{today}.xlsx")


@require_safe
@staff(casework.NAME)
def named_workbook(request: HttpRequest) -> HttpResponse:
    """Who is named for the private programmes, as a workbook: officers alone, and no case."""
    today = clock.today()
    content = table_workbook(
        sheet=_("Named officers"),
        title=_("Named officers"),
        about=((_("Area"), chrome.of(request).unit), (_("As of"), formatters.day(today))),
        heads=(_("Officer"), _("Area"), _("Since")),
        rows=[
            (one["officer"], one["place"], clock.date_of(one["since"]).isoformat())
            for one in officers_of(request)
        ],
        widths=(20, 40, 14),
    )
    return attachment(content, f"named-officers-{today}.xlsx")
