"""People by age, sex, residence and registration, and the list behind a number: by POST, audited, masked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.statistics import api as statistics
from tongchou.core import access, clock
from tongchou.core.errors import NotFound
from tongchou.web.console import chrome
from tongchou.web.console.chrome import assignments_of, permissions_of
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters.statistics import make_up as present
from tongchou.web.console.presenters.statistics.chosen import PERMISSION, Nothing, read
from tongchou.web.console.views.statistics import nothing, shown

OPEN = "registry.open"


@staff(PERMISSION)
def page(request: HttpRequest) -> HttpResponse:
    """The table; after a form was sent from a cell of it, the people behind that cell."""
    if request.method == "POST":
        return _people(request)
    chosen = read(request.GET, scope=request.scope, unit=chrome.of(request).unit)
    if isinstance(chosen, Nothing):
        return nothing(request, chosen)
    found = present.present(statistics.stock_of(chosen.built, chosen.villages), request.GET)
    area = chosen.picker.area
    listed = OPEN in permissions_of(request)
    return shown(
        request,
        chosen,
        "statistics-people",
        "people",
        make_up=found,
        may_open=listed and area is not None and area.level in registry.CELL_LEVELS,
        narrow=listed and not (area is not None and area.level in registry.CELL_LEVELS),
    )


def _people(request: HttpRequest) -> HttpResponse:
    """A page of the list behind a cell, for those who may open people of the area."""
    reach = access.require_among(assignments_of(request), OPEN)
    asked = present.wanted(request.POST)
    area = whole(request.POST.get("area", ""))
    if asked is None or area is None:
        raise NotFound("registry.no_cell", _("There is no such number."))
    cell = registry.Cell(asked.first, asked.last, asked.sex, asked.residence, asked.hukou)
    after = whole(request.POST.get("after", "")) or 0
    found = registry.people_of_cell(area_id=area, cell=cell, after=after, by=request.user, at=clock.now())
    people = present.people(found.people, asked, after=found.after, scope=reach, language=data_language())
    return show(
        request,
        "console/statistics/people_list.html",
        people=people,
        area=area,
        place=places.path_of(area),
        first=not after,
    )
