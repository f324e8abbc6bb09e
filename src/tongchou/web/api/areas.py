"""Areas: those of the token, what lies right below one, and finding one by name or code."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.places import api as places
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Id, Typed

router = Router(tags=["areas"])


class Area(Schema):
    area_id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    valid_from: dt.date


class Areas(Schema):
    items: list[Area]


def area_in(area_id: int, reach: Scope) -> places.Area:
    """The area when the token reaches it.

    Raises
    ------
    NotFound
        ``places.no_area`` when it does not, or there is none.
    """
    found = places.area_by_id(area_id, within=reach)
    if found is None:
        raise NotFound("places.no_area", _("There is no such area among yours."))
    return found


def narrowed(area_id: int | None, reach: Scope) -> Scope:
    """The areas reached, or the part of them below one area."""
    return reach if area_id is None else reach.meets(Scope.of_area(area_in(area_id, reach)))


@router.get("", summary=gettext_noop("The widest areas this token reaches"), **answers(Areas), **needs(None))
def own_areas(request: HttpRequest):
    return Areas(items=[_shown(one) for one in places.top_areas(request.reach)])


@router.get(
    "/find",
    summary=gettext_noop("Areas by a part of the name or the beginning of the code; 50 at most"),
    **answers(Areas),
    **needs(None),
)
def find_areas(request: HttpRequest, text: Typed):
    return Areas(items=[_shown(one) for one in places.find_areas(text, within=request.reach)])


@router.get("/{int:area_id}", summary=gettext_noop("One area"), **answers(Area), **needs(None))
def area(request: HttpRequest, area_id: Id):
    return _shown(area_in(area_id, request.reach))


@router.get(
    "/{int:area_id}/below",
    summary=gettext_noop("The areas right below one"),
    **answers(Areas),
    **needs(None),
)
def areas_below(request: HttpRequest, area_id: Id):
    return Areas(items=[_shown(one) for one in places.children(area_in(area_id, request.reach))])


def _shown(found: places.Area) -> Area:
    return Area(
        area_id=found.pk,
        code=found.code,
        name=found.name,
        level=found.level,
        parent_id=found.parent_id,
        valid_from=found.valid_from,
    )
