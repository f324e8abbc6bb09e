"""Making a yearbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.yearbook import queries
from tongchou.apps.yearbook.models import Volume
from tongchou.apps.yearbook.reach import MAKE, NO_COUNTS
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.domain.statistics.content import Edition
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.yearbook import yearbook


def make(
    *,
    area_id: int,
    year: int,
    edition: Edition,
    basis: Basis,
    by: Account,
    at: dt.datetime,
    step: Callable[[str], None] = lambda _chapter: None,
) -> Volume:
    """The yearbook of an area and year from the newest counts; the one that was made of them already.

    Raises
    ------
    NotAllowed
        When the account may not make yearbooks.
    NotFound
        When the area lies outside its areas.
    Invalid, Conflict
        See ``checked``.
    """
    found = checked(area_id=area_id, year=year, basis=basis, by=by, at=at)
    made = Volume.objects.filter(
        built=found.built, area_id=area_id, year=year, edition=edition, basis=basis
    ).first()
    if made is not None:
        return made
    area = places.Area.objects.get(pk=area_id)
    content = yearbook(
        found.cube, found.place, year=year, edition=edition, key=queries.rounding_key(), step=step
    )
    with transaction.atomic():
        volume, created = Volume.objects.get_or_create(
            built=found.built,
            area_id=area_id,
            year=year,
            edition=edition,
            basis=basis,
            defaults={
                "scope_no": area.scope_no,
                "area_name": area.name,
                "content": content.as_json(),
                "sha256": content.sha256,
                "made_at": at,
                "made_by": by.pk,
            },
        )
        if created:
            audit.append(
                by=by,
                action="yearbook.make",
                subject=f"yearbook:{volume.pk}",
                at=at,
                scope_no=volume.scope_no,
                detail={
                    "year": year,
                    "edition": str(edition),
                    "basis": str(basis),
                    "cubes": found.built.pk,
                    "sha256": volume.sha256,
                },
            )
    return volume


def checked(*, area_id: int, year: int, basis: Basis, by: Account, at: dt.datetime) -> queries.Source:
    """The counts a yearbook would be made of.

    Raises
    ------
    NotAllowed, NotFound
        As ``make``.
    Invalid
        ``yearbook.village`` for a village, ``yearbook.year`` for a year that is not over in the counts.
    Conflict
        ``yearbook.no_counts``: the population of the area was not counted yet.
    """
    reach = access.require(by, MAKE, on=clock.date_of(at))
    area = places.area_by_id(area_id, within=reach)
    if area is None:
        raise NotFound("places.none", _("There is no such area among yours."))
    found = queries.source(area, scope=reach, basis=basis)
    if found is None:
        raise Conflict("yearbook.no_counts", NO_COUNTS)
    if year not in found.years:
        raise Invalid("yearbook.year", _("Not all months of this year are counted yet."))
    return found
