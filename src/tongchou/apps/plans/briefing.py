"""A briefing pack: how tasks, promises, guarantees, complaints and bulletins of an area stand, as numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.accountability import api as accountability
from tongchou.apps.commitments import api as commitments
from tongchou.apps.complaints import api as complaints
from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.places import api as places
from tongchou.apps.plans import access
from tongchou.apps.plans.models import State, Task
from tongchou.apps.plans.queries import Standing
from tongchou.core import access as rights
from tongchou.core import clock
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.commitments.promises import Record

#: Bulletins named in a pack.
BULLETINS: Final = 8


@dataclass(frozen=True, slots=True)
class Pack:
    """An area on a day. None where the account may not see a part; ``complaints``: open, of these late."""

    area: places.Area
    place: str
    on: dt.date
    tasks: tuple[Standing, ...]
    promises: Record | None
    guarantees: tuple[guarantees.Summary, ...]
    complaints: tuple[int, int] | None
    bulletins: tuple[accountability.Line, ...]


def briefing(area_id: int, *, by: Account, at: dt.datetime) -> Pack:
    """The pack of an area for whoever makes its plans. A fixed number of queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account makes no plans there.
    """
    on = clock.date_of(at)
    areas = rights.require(by, access.MAKE, on=on)
    area = places.area_by_id(area_id, within=areas)
    if area is None or not areas.covers_interval(area.scope_no, area.scope_end):
        raise NotFound("places.none", _("There is no such area in your areas."))
    scope = Scope.of_area(area)
    handled = None
    if rights.may(by, complaints.HANDLE, on=on):
        handled = (
            complaints.found(by=by, on=on).count(),
            complaints.found(by=by, on=on, of="late").count(),
        )
    return Pack(
        area=area,
        place=places.paths([area.pk]).get(area.pk, area.name),
        on=on,
        tasks=standings_of(scope, on=on),
        promises=_promises(scope, by=by, on=on),
        guarantees=_guarantees(area, scope, by=by, on=on),
        complaints=handled,
        bulletins=_bulletins(area, by=by, on=on),
    )


def standings_of(scope: Scope, *, on: dt.date) -> tuple[Standing, ...]:
    """Where each unit of some areas stands with all its tasks, in the order of the tree. One query."""
    late = Q(state=State.OPEN, due__lt=on) | Q(reported_on__gt=F("due"))
    rows = (
        Task.objects.filter(scope.q("scope_no"))
        .order_by("scope_no", "unit_key")
        .values_list("scope_no", "unit_key", "unit_name")
        .annotate(
            tasks=Count("pk"),
            done=Count("pk", filter=Q(state=State.DONE)),
            late=Count("pk", filter=late),
        )
    )
    return tuple(Standing(*row[1:]) for row in rows)


def _promises(scope: Scope, *, by: Account, on: dt.date) -> Record | None:
    if not rights.may(by, commitments.VIEW, on=on):
        return None
    return commitments.record_of(commitments.found(by=by, on=on).filter(scope.q("scope_no")), on=on)


def _guarantees(
    area: places.Area, scope: Scope, *, by: Account, on: dt.date
) -> tuple[guarantees.Summary, ...]:
    if not rights.may(by, guarantees.VIEW, on=on):
        return ()
    return guarantees.report(area, within=scope, year=on.year, on=on).parts


def _bulletins(area: places.Area, *, by: Account, on: dt.date) -> tuple[accountability.Line, ...]:
    if not rights.may(by, accountability.VIEW, on=on):
        return ()
    found = [one for one in accountability.listed(by=by, on=on) if one.area_id == area.pk]
    return tuple(found[:BULLETINS])


def pilots_in(area: places.Area) -> Sequence[places.Area]:
    """The areas in which the reform begins, by the names of the plan, inside an area. Two queries.

    A county is a pilot whole; a township by the name of its county before its own.
    """
    named = indicators.stages()[1]
    rows = places.Area.objects.within(Scope.of_area(area)).filter(valid_to=None).select_related("parent")
    counties = rows.filter(level=places.Level.COUNTY, name__in=named.counties)
    townships = rows.filter(level=places.Level.TOWNSHIP)
    begun = [one for one in townships if one.parent and f"{one.parent.name}{one.name}" in named.townships]
    return [*counties, *begun]
