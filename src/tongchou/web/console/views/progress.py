"""How far the work for families has come in each unit. No ranking: units come in the order of the areas."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core import scope as scopes
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.web.console import chrome
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import progress as presenter
from tongchou.web.console.table_workbook import attachment, table_workbook


@require_safe
@staff("progress.view")
def progress(request: HttpRequest) -> HttpResponse:
    """The table of the reader's units, and its bars; with ``?area=`` the villages of one of his townships."""
    return show(request, "console/progress.html", progress=_of(request))


@require_safe
@staff("progress.view")
def workbook(request: HttpRequest) -> HttpResponse:
    """The table as a workbook."""
    page = _of(request)
    content = table_workbook(
        sheet=_("Progress of the units"),
        title=_("Progress of the units, %(year)s") % {"year": page.year},
        about=(
            (_("Area"), page.area or chrome.of(request).unit),
            (_("Facts as of"), page.as_of or "—"),
            (_("Order"), _("By the tree of areas; this is no ranking.")),
        ),
        heads=(
            _("Unit"),
            _("Villages"),
            _("Register this year"),
            _("People on record"),
            _("Entitled, found"),
            _("Claimed"),
            _("Needs information"),
            _("Missed last year"),
            _("Take-up"),
        ),
        rows=[(line.label, *line.cells) for line in (*page.lines, page.total)],
        notes=[_closed_note(page)] if page.any_closed else [],
    )
    return attachment(content, f"progress-{page.year}.xlsx")


def _closed_note(page: presenter.Progress) -> str:
    return _(
        "* Not shown: fewer than %(n)s families, or what would give such a figure away. "
        "Every total that is shown is the true one."
    ) % {"n": page.fewest}


def _of(request: HttpRequest) -> presenter.Progress:
    run, today = entitlements.latest_run(), clock.today()
    # Villages of a township beside the townships of a county would tell what either table keeps closed: they
    # are for whoever reads the families of these villages by name.
    by_name = request.scope.meets(scopes.of(request.user, today, permission="worklist.view"))
    area, scope = None, request.scope
    if asked := request.GET.get("area", ""):
        area = places.area_by_id(int(asked), within=by_name) if asked.isdecimal() else None
        if area is None or area.level != places.Level.TOWNSHIP:
            raise NotFound("places.none", _("There is no such area in your areas."))
        scope = by_name.meets(Scope.of_area(area))
    table = entitlements.progress(scope=scope, year=today.year, run=run, on=today)
    units = [line.area_id for line in table.lines]
    opens = places.Area.objects.within(by_name).filter(pk__in=units, level=places.Level.TOWNSHIP)
    return presenter.present(
        table,
        run=run,
        area=area,
        opens=frozenset() if area else frozenset(opens.values_list("pk", flat=True)),
    )
