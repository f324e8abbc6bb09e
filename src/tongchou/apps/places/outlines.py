"""Outlines of areas for maps: loaded from a file, replaced by the next one.

They are rows beside the areas and no files, so that they come and go with their audit entry and are in every
copy of the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places.models import Area, Level, Outline
from tongchou.core import access, audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import outlines
from tongchou.domain.outlines import Shape

PERMISSION = "places.draw"
#: Levels that are shown on maps.
LEVELS = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many outlines were loaded, and townships of the counties they are of that have none yet."""

    areas: int
    missing: tuple[Area, ...]


@transaction.atomic
def draw(*, content: bytes, by: Account, at: dt.datetime) -> Drawn:
    """Load the outlines of a GeoJSON file, in place of those the same areas had.

    The file is read whole or not at all. Nothing of it is kept but codes and rings (``domain.outlines``).

    Raises
    ------
    NotAllowed
        When the account may not load outlines.
    Invalid
        ``places.bad_outlines`` with ``problems``: everything wrong at once.
    """
    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    areas = {
        one.code: one
        for one in Area.objects.within(reach).filter(valid_to=None, level__in=LEVELS).order_by("scope_no")
    }
    found = outlines.read(content, known=areas.keys())
    if found.problems:
        raise Invalid(
            "places.bad_outlines",
            _("The outlines were not loaded: mend what is named and load the file again."),
            problems=found.problems,
        )
    Outline.objects.bulk_create(
        [Outline(area=areas[code], shape=shape, loaded_at=at) for code, shape in found.shapes.items()],
        update_conflicts=True,
        unique_fields=["area"],
        update_fields=["shape", "loaded_at"],
        batch_size=200,
    )
    audit.append(
        by=by,
        action=PERMISSION,
        subject="places",
        at=at,
        detail={"areas": len(found.shapes), "digest": audit.digest(sorted(found.shapes.items()))},
    )
    loaded = [areas[code] for code in found.shapes]
    return Drawn(len(loaded), tuple(_missing(loaded, areas.values())))


def _missing(loaded: Collection[Area], areas: Collection[Area]) -> list[Area]:
    """Townships beside those loaded that have no outline, neither of this file nor of an earlier one."""
    parents = {one.parent_id for one in loaded if one.level == Level.TOWNSHIP}
    beside = [one for one in areas if one.level == Level.TOWNSHIP and one.parent_id in parents]
    drawn = set(Outline.objects.filter(area__in=beside).values_list("area_id", flat=True))
    return [one for one in beside if one.pk not in drawn]


def outlines_of(codes: Collection[str], *, within: Scope) -> dict[str, Shape]:
    """The outlines of areas a scope reaches, by their codes; areas without one are left out. One query."""
    rows = Outline.objects.filter(within.q("area__scope_no"), area__code__in=list(codes), area__valid_to=None)
    return {
        code: tuple(tuple((x, y) for x, y in ring) for ring in shape)
        for code, shape in rows.values_list("area__code", "shape")
    }


def without_outline(within: Scope) -> tuple[int, int]:
    """How many townships a scope reaches, and how many of them have no outline. Two queries."""
    townships = Area.objects.within(within).filter(level=Level.TOWNSHIP, valid_to=None)
    return townships.count(), townships.filter(outline=None).count()
