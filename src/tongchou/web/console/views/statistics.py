"""Population statistics of the reader's areas: key figures, pyramids, trends, generations, quality.

Every page shows counts from stored cubes; none reads people. The list behind a number has a view of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.apps.duplicates import api as duplicates
from tongchou.apps.statistics import api as statistics
from tongchou.core import clock
from tongchou.domain import small_cells
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.series import Step
from tongchou.web.console import area_picker, chrome
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters.statistics import births as present_births
from tongchou.web.console.presenters.statistics import heads as present_heads
from tongchou.web.console.presenters.statistics import lexis as present_lexis
from tongchou.web.console.presenters.statistics import overview as present_overview
from tongchou.web.console.presenters.statistics import pyramid as present_pyramid
from tongchou.web.console.presenters.statistics import quality as present_quality
from tongchou.web.console.presenters.statistics import quality_dates as present_dates
from tongchou.web.console.presenters.statistics import quality_lists as present_lists
from tongchou.web.console.presenters.statistics import trends as present_trends
from tongchou.web.console.presenters.statistics import workbooks
from tongchou.web.console.presenters.statistics.chosen import PERMISSION, Chosen, Nothing, read
from tongchou.web.console.table_workbook import attachment

View = Callable[..., HttpResponse]


def of_counts(view: View) -> View:
    """A page of what the reader chose; where there are no counts, one that says so."""

    @staff(PERMISSION)
    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        chosen = read(request.GET, scope=request.scope, unit=chrome.of(request).unit)
        return nothing(request, chosen) if isinstance(chosen, Nothing) else view(request, chosen)

    return guarded


def nothing(request: HttpRequest, found: Nothing) -> HttpResponse:
    """The page where there are no counts of the areas chosen."""
    may_build = "statistics.build" in permissions_of(request)
    return show(request, "console/statistics/nothing.html", parts=found.parts, may_build=may_build)


def shown(request: HttpRequest, chosen: Chosen, page: str, template: str, **more: object) -> HttpResponse:
    """A page of counts with what stands above each of them."""
    return show(request, f"console/statistics/{template}.html", chosen=chosen, tabs=chosen.tabs(page), **more)


@require_safe
@of_counts
def overview(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Key figures of an area, whether they are news, and what is not in them."""
    found = present_overview.of(chosen, get_language() or "")
    heads = present_heads.present(chosen, on=clock.today())
    return shown(request, chosen, "statistics", "overview", overview=found, heads=heads)


@require_safe
@of_counts
def pyramid(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """The pyramid of a year, beside another area's or year's; the years one after the other on demand."""
    found, picker = _pyramid(request, chosen)
    return shown(
        request,
        chosen,
        "statistics-pyramid",
        "pyramid",
        pyramid=found,
        other_picker=picker,
        with_=request.GET.get("with", ""),
        may_open="registry.open" in permissions_of(request),
        download=download_of(request, "statistics-pyramid-workbook"),
    )


@require_safe
@of_counts
def pyramid_workbook(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Its table as a workbook."""
    found, _picker = _pyramid(request, chosen)
    return attachment(workbooks.pyramid(found, chosen), f"pyramid-{found.moment.key}.xlsx")


def _pyramid(request: HttpRequest, chosen: Chosen) -> tuple[present_pyramid.Pyramid, area_picker.Picker]:
    picker = area_picker.pick(
        request.GET.get("other", ""),
        scope=request.scope,
        permission=PERMISSION,
        name="other",
        empty=_("no other area"),
        submits=True,
    )
    other = None
    if picker.area is not None:
        query = {"area": picker.value, "basis": chosen.basis, "boundaries": str(chosen.built.pk)}
        beside = read(query, scope=request.scope, unit="")
        other = beside.cube() if isinstance(beside, Chosen) and beside.villages else None
    found = present_pyramid.present(
        chosen.cube(),
        asked=request.GET.get("month", ""),
        other=other,
        other_asked=request.GET.get("with", ""),
        other_name=picker.area.name if picker.area else "",
        # Two areas differ in size: as people one of them would hide the other.
        shares=other is not None or request.GET.get("as") == "shares",
    )
    return found, picker


@require_safe
@of_counts
def trends(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Indicators over time, of the areas chosen and of some below them."""
    charts, choice = _trends(request, chosen)
    return shown(
        request,
        chosen,
        "statistics-trends",
        "trends",
        charts=charts,
        **choice,
        download=download_of(request, "statistics-trends-workbook"),
    )


@require_safe
@of_counts
def trends_workbook(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Their tables as a workbook."""
    charts, _choice = _trends(request, chosen)
    if not charts:
        return redirect(chosen.address("statistics-trends"))
    return attachment(workbooks.trends(charts, chosen), f"trends-{chosen.built.as_of}.xlsx")


def _trends(request: HttpRequest, chosen: Chosen) -> tuple[list[present_trends.Chart], dict[str, object]]:
    below, units = chosen.units()
    asked = set(request.GET.getlist("unit"))
    picked = [one for one in units if one.code in asked][: present_trends.MOST_LINES - 1]
    level = below if picked else chosen.level
    indicators = present_trends.wanted(request.GET.getlist("indicator"), level)
    step = Step(request.GET["step"]) if request.GET.get("step") in list(Step) else Step.YEAR
    groups = [chosen.group, *picked]
    cube = statistics.of_groups(chosen.built, chosen.basis, groups)
    charts = present_trends.present(cube, [one.name for one in groups], indicators, step=step, level=level)
    choice = {
        "offered": present_trends.offered(level, [one.code for one in indicators]),
        "units": [(one.code, one.name, one in picked) for one in units] if len(units) > 1 else [],
        "most_units": present_trends.MOST_LINES - 1,
        "most_charts": present_trends.MOST_CHARTS,
        "steps": present_trends.steps(),
        "step": step,
        "of_villages": level == "village",
    }
    return charts, choice


@require_safe
@of_counts
def lexis(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """People or deaths by age and year, and a generation followed."""
    deaths = chosen.level != "village"
    measure = present_lexis.DEATHS if deaths and request.GET.get("of") == "deaths" else present_lexis.PEOPLE
    found = present_lexis.present(chosen.cube(), measure=measure, birth=request.GET.get("born", ""))
    return shown(request, chosen, "statistics-lexis", "lexis", lexis=found, with_deaths=deaths)


@require_safe
@of_counts
def quality(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """What the records behind the figures are worth."""
    stock = statistics.stock_of(chosen.built, chosen.villages)
    tally = duplicates.tally(chosen.scope)
    found = present_quality.present(
        chosen.cube(),
        stock,
        chosen.level,
        tally,
        present_lists.present(chosen),
        present_dates.dates(chosen),
        present_dates.ratios(chosen),
    )
    may_mend = "quality.view" in permissions_of(request)
    return shown(request, chosen, "statistics-quality", "quality", quality=found, may_mend=may_mend)


@require_safe
@of_counts
def births(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Births by order and residence, of counties and above alone."""
    found = None
    if chosen.level == "county":
        cubes = {one: statistics.of_groups(chosen.built, one, [chosen.group]) for one in Basis}
        table = statistics.birth_orders_of(chosen.built, chosen.villages)
        found = present_births.present(cubes, table, small_cells.FEWEST)
    wide = chosen.level == "county"
    return shown(request, chosen, "statistics-births", "births", births=found, wide=wide)


def download_of(request: HttpRequest, page: str) -> str:
    """The workbook of the page as it is asked for."""
    query = request.GET.urlencode()
    return reverse(f"console:{page}") + (f"?{query}" if query else "")
