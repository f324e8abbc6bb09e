"""Who lives where: age and sex of the people registered in the reader's areas. Counts, never people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tongchou.apps.places import api as places
from tongchou.apps.snapshot import api as snapshots
from tongchou.web.console import chrome
from tongchou.web.console.page import show, staff
from tongchou.web.console.population_workbook import population_workbook
from tongchou.web.console.presenters import population as presenter
from tongchou.web.console.table_workbook import attachment


@require_safe
@staff("population.view")
def population(request: HttpRequest) -> HttpResponse:
    """The pyramid, its figures and its table, of all the reader's areas or of one of them."""
    counted = _of(request)
    parts = [] if counted else presenter.counted_parts(request.scope)
    return show(request, "console/population.html", population=counted, parts=parts)


@require_safe
@staff("population.view")
def workbook(request: HttpRequest) -> HttpResponse:
    """The table as a workbook; back to the page while there is nothing to count."""
    counted = _of(request)
    if counted is None:
        return redirect("console:population")
    chosen = counted.filters.area
    area = places.path_of(int(chosen)) if chosen else chrome.of(request).unit
    content = population_workbook(counted, area=area)
    return attachment(content, f"population-{counted.counts.as_of}.xlsx")


def _of(request: HttpRequest) -> presenter.Population | None:
    """The counts the address asks for; None before the first snapshot that holds the areas chosen."""
    filters = presenter.filters_from(request.GET, scope=request.scope)
    snapshot = snapshots.latest(scope=filters.scope)
    if snapshot is None:
        return None
    counts = snapshots.age_sex(snapshot, area_codes=presenter.codes(filters.scope))
    return presenter.present(counts, filters, sha256=snapshot.sha256)
