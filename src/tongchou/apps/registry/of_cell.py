"""The people behind a number of a table: of one place, an age group and a sex, some at a time.

What a list can be asked by is closed: age, sex, where people live and their kind of registration. Nothing
about marriage or children can be asked, and the order is that of the records.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry.models import Person, Status
from tongchou.apps.registry.queries import hits
from tongchou.apps.registry.views import PersonHit
from tongchou.core import access as core_access
from tongchou.core import audit, clock
from tongchou.core.errors import Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

OPEN = "registry.open"
#: People on a page of a list.
SIZE = 50
#: Levels of which people are listed: nobody reads a county's people one by one.
LEVELS = (places.Level.TOWNSHIP, places.Level.VILLAGE)


@dataclass(frozen=True, slots=True)
class Cell:
    """Who is meant. ``last`` is None for an open age group; "" is anybody.

    ``residence`` is ``here``, ``away`` (outside the county) or ``unknown``; ``hukou`` a kind or ``unknown``.
    """

    first: int
    last: int | None
    sex: int
    residence: str = ""
    hukou: str = ""


@dataclass(frozen=True, slots=True)
class CellList:
    """A page of a list, and the number to go on after; None at its end."""

    people: list[PersonHit]
    after: int | None


@transaction.atomic
def people_of_cell(*, area_id: int, cell: Cell, after: int, by: Account, at: dt.datetime) -> CellList:
    """Living people registered in a village or township who are of a cell today, ``SIZE`` at a time.

    Somebody whose month or day of birth is not known counts as born at its end, as everywhere. Each page that
    is opened is written to the audit chain: whose numbers were looked behind, and how many people were seen.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not open people, or not those of the area.
    Invalid
        When the area is wider than a township.
    """
    reach = core_access.require(by, OPEN, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=reach)
    if area is None:
        raise NotFound("registry.no_area", _("There is no such area among yours."))
    if area.level not in LEVELS:
        raise Invalid(
            "registry.too_wide", _("Choose a township or a village: people of a wider area are not listed.")
        )
    scope = reach.meets(Scope.of_area(area))
    met = _met(cell, scope, area, on=clock.date_of(at)).filter(pk__gt=after).order_by("pk")
    found = hits(met[: SIZE + 1])
    page = found[:SIZE]
    audit.append(
        by=by,
        action="registry.list_cell",
        subject=f"area:{area.pk}",
        at=at,
        scope_no=area.scope_no,
        detail={
            "ages": f"{cell.first}-{'' if cell.last is None else cell.last}",
            "sex": cell.sex,
            "residence": cell.residence,
            "hukou": cell.hukou,
            "people": len(page),
            "following": bool(after),
        },
    )
    return CellList(page, page[-1].person_id if len(found) > SIZE else None)


def _met(cell: Cell, scope: Scope, area: places.Area, *, on: dt.date) -> QuerySet[Person]:
    met = Person.objects.filter(scope.q("registered_scope"), deceased=False, sex=cell.sex)
    # Born at the latest so that the first age is reached, and later than who is past the last.
    met = met.annotate(
        born=F("birth_year") * 10_000
        + Coalesce(F("birth_month"), Value(12)) * 100
        + Coalesce(F("birth_day"), Value(31))
    )
    today = on.year * 10_000 + on.month * 100 + on.day
    met = met.filter(born__lte=today - cell.first * 10_000)
    if cell.last is not None:
        met = met.filter(born__gt=today - (cell.last + 1) * 10_000)
    if cell.residence:
        met = met.filter(_residence(cell.residence, area))
    if cell.hukou:
        latest = Status.objects.filter(person=OuterRef("pk"), kind=Status.Kind.HUKOU).order_by("-start")
        met = met.annotate(hukou=Coalesce(Subquery(latest.values("value")[:1]), Value("unknown")))
        met = met.filter(hukou=cell.hukou)
    return met


def _residence(residence: str, area: places.Area) -> Q:
    county = next((one for one in places.ancestors(area) if one.level == places.Level.COUNTY), area)
    inside = Q(resident_scope__range=(county.scope_no, county.scope_end))
    elsewhere = Q(lives_away=True) | Q(resident_scope__isnull=False) & ~inside
    if residence == "away":
        return elsewhere
    if residence == "unknown":
        return Q(lives_away=None, resident_scope=None)
    return Q(lives_away=False) & (Q(resident_scope=None) | inside)
