"""Areas by one figure, as squares or in their true outlines; and the page where outlines are loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tongchou.apps.places import api as places
from tongchou.apps.statistics import api as statistics
from tongchou.core import clock
from tongchou.core.errors import Invalid
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.series import Series
from tongchou.web.console import formatters
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.outline_form import OutlineForm
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters.statistics import tiles as present
from tongchou.web.console.presenters.statistics import workbooks
from tongchou.web.console.presenters.statistics.chosen import MOST_UNITS, Chosen
from tongchou.web.console.presenters.statistics.outline_words import problem
from tongchou.web.console.table_workbook import attachment
from tongchou.web.console.views.statistics import download_of, of_counts, shown

#: Wrong areas of a file that are named at once.
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which figures of which areas; cubes of one digest have the same."""

    sha256: str
    basis: Basis
    units: tuple[statistics.Group, ...]
    indicator: str
    built: statistics.Built = field(compare=False)


@lru_cache(maxsize=64)
def _newest(asked: _Asked) -> Series:
    """The figures of the areas. Those that lean on others take a moment: they are remembered."""
    cube = statistics.of_groups(asked.built, asked.basis, asked.units, months=present.MONTHS)
    return present.newest(cube, asked.units, INDICATORS[asked.indicator])


@require_safe
@of_counts
def page(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """The map and its table."""
    found, offered, scale = _map(request, chosen)
    return shown(
        request,
        chosen,
        "statistics-map",
        "map",
        map=found,
        offered=offered,
        scale=scale,
        download=download_of(request, "statistics-map-workbook"),
        may_draw="places.draw" in permissions_of(request),
    )


@require_safe
@of_counts
def workbook(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Its table as a workbook."""
    found, _offered, _scale = _map(request, chosen)
    return attachment(workbooks.areas(found, chosen), f"map-{found.code}.xlsx")


def _map(request: HttpRequest, chosen: Chosen) -> tuple[present.Map, object, str]:
    level, units = chosen.townships()
    units = units[:MOST_UNITS]
    one = present.wanted(request.GET.get("indicator", ""), level)
    figures = _newest(_Asked(chosen.built.sha256, chosen.basis, tuple(units), one.code, chosen.built))
    scale = "equal" if request.GET.get("scale") == "equal" else "quantile"
    outlines = {} if one.births else places.outlines_of([unit.code for unit in units], within=chosen.scope)
    found = present.present(figures, units, one, level=level, scale=scale, outlines=outlines)
    return found, present.offered(level), scale


@staff("places.draw")
def outlines(request: HttpRequest) -> HttpResponse:
    """Loads outlines of areas, or says everything that is wrong with the file."""
    refusal, problems = None, []
    form = OutlineForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            drawn = places.draw(content=form.cleaned_data["file"].read(), by=request.user, at=clock.now())
        except Invalid as error:
            refusal, problems = error, [problem(one) for one in error.data["problems"]]
        else:
            _tell(request, drawn)
            return redirect("console:statistics-outlines")
    townships, without = places.without_outline(request.scope)
    return show(
        request,
        "console/statistics/outlines.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        problems=problems[:MOST_PROBLEMS],
        problem_count=len(problems),
        townships=townships,
        without=without,
        may_see="population.view" in permissions_of(request),
    )


def _tell(request: HttpRequest, drawn: places.Drawn) -> None:
    messages.success(
        request,
        ngettext("%(n)s outline was loaded.", "%(n)s outlines were loaded.", drawn.areas)
        % {"n": formatters.number(drawn.areas)},
    )
    if drawn.missing:
        names = formatters.listed([one.name for one in drawn.missing[:10]])
        messages.warning(
            request,
            ngettext(
                "%(n)s township beside them has none yet; until it has, squares are shown: %(names)s",
                "%(n)s townships beside them have none yet; until they have, squares are shown: %(names)s",
                len(drawn.missing),
            )
            % {"n": formatters.number(len(drawn.missing)), "names": names},
        )
