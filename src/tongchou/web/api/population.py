"""Who lives where, in counts: age groups and sex, never people."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import Conflict
from tongchou.web.api.access import needs
from tongchou.web.api.areas import narrowed
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Id
from tongchou.web.console.presenters.population import codes

router = Router(tags=["population"])


class AgeGroup(Schema):
    """``first`` and ``last`` are ages; both are empty for people of unknown age, ``last`` for the oldest."""

    first: int | None
    last: int | None
    men: int
    women: int
    unknown_sex: int
    total: int


class Population(Schema):
    """Living people registered in the areas on the day, and the hash of the snapshot counted in."""

    as_of: dt.date
    snapshot_sha256: str
    total: int
    men: int
    women: int
    unknown_sex: int
    groups: list[AgeGroup]


@router.get(
    "/population",
    summary=gettext_noop("People by five-year age group and sex, of all the token's areas or one of them"),
    **answers(Population),
    **needs("population.view"),
)
def population(request: HttpRequest, area: Id | None = None):
    within = narrowed(area, request.reach)
    snapshot = snapshots.latest(scope=request.reach)
    if snapshot is None:
        raise Conflict("population.not_yet", _("Nobody has been counted in these areas yet."))
    counts = snapshots.age_sex(snapshot, area_codes=codes(within))
    return Population(
        as_of=counts.as_of,
        snapshot_sha256=snapshot.sha256,
        total=counts.total,
        men=counts.men,
        women=counts.women,
        unknown_sex=counts.unknown_sex,
        groups=[
            AgeGroup(
                first=one.first,
                last=one.last,
                men=one.men,
                women=one.women,
                unknown_sex=one.unknown_sex,
                total=one.total,
            )
            for one in counts.lines
        ],
    )
