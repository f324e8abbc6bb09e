"""What a bulletin says, which yearbooks there are, and of which areas and months one can be made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.statistics import api as statistics
from tongchou.apps.yearbook.models import Volume
from tongchou.core import crypto
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.statistics.bulletin import bulletin as compose
from tongchou.domain.statistics.content import WIDE, Content, Edition, Place, from_json
from tongchou.domain.statistics.cube import Basis, MonthCube

#: The most yearbooks a list shows.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Source:
    """The counts of an area: what can be told of it, and since when."""

    built: statistics.Built
    place: Place
    cube: MonthCube

    @property
    def months(self) -> list[str]:
        """Months that were over on the day of the facts, the newest first."""
        day_after = np.datetime64(self.as_of, "D") + 1
        return [str(one) for one in self.cube.months[::-1] if (one + 1).astype("datetime64[D]") <= day_after]

    @property
    def years(self) -> list[int]:
        """Years all of whose months are there, the newest first."""
        months = set(self.months)
        years = sorted({int(one[:4]) for one in months}, reverse=True)
        return [one for one in years if {f"{one}-01", f"{one}-12"} <= months]

    @property
    def as_of(self) -> dt.date:
        """The day of the facts: the date of everything made from them."""
        return self.built.as_of


def source(area: places.Area, *, scope: Scope, basis: Basis = Basis.REGISTERED) -> Source | None:
    """The newest counts that hold all of an area; None before the first.

    Raises
    ------
    NotFound
        When the scope does not reach all of the area.
    Invalid
        ``yearbook.village``: of a village there is neither bulletin nor yearbook.
    """
    if not scope.covers_interval(area.scope_no, area.scope_end):
        raise NotFound("places.none", _("There is no such area among yours."))
    if area.level not in WIDE:
        raise Invalid("yearbook.village", _("Bulletins and yearbooks are of a township or a wider area."))
    built = statistics.latest(scope=Scope.of_area(area))
    if built is None:
        return None
    cube = statistics.months(built, basis)
    return Source(built, _place(built, area), cube)


def bulletin(found: Source, *, month: str, edition: Edition) -> Content:
    """What the bulletin of a month says.

    Raises
    ------
    NotFound
        ``yearbook.no_month``: the counts do not have it.
    """
    if month not in found.months:
        raise NotFound("yearbook.no_month", _("There are no counts of this month."))
    return compose(
        found.cube, found.place, month=np.datetime64(month, "M"), edition=edition, key=rounding_key()
    )


def rounding_key() -> str:
    """The secret by which tables are rounded: the same table alike every time in this installation."""
    return crypto.blind_index("tables", "rounding")


def volumes(*, scope: Scope) -> list[Volume]:
    """The yearbooks of areas of a scope, the newest first, without what they say. One query."""
    found = Volume.objects.filter(scope.q("scope_no")).defer("content").order_by("-pk")
    return list(found[:_MOST])


def volume(volume_id: int, *, scope: Scope) -> tuple[Volume, Content]:
    """A yearbook and what it says.

    Raises
    ------
    NotFound
        When there is none of that number in the areas of the scope.
    Conflict
        ``yearbook.damaged``: what is stored is not what was made.
    """
    one = Volume.objects.filter(scope.q("scope_no"), pk=volume_id).select_related("built").first()
    area = places.Area.objects.filter(pk=one.area_id).first() if one else None
    if one is None or area is None or not scope.covers_interval(area.scope_no, area.scope_end):
        raise NotFound("yearbook.none", _("There is no such yearbook among those of your areas."))
    content = from_json(one.content)
    if content.sha256 != one.sha256:
        raise Conflict("yearbook.damaged", _("What is stored of this yearbook was changed. Make it anew."))
    return one, content


def _place(built: statistics.Built, area: places.Area) -> Place:
    """The area with what lies below it, as the counts know it: on the tree of their day."""
    rows = statistics.areas_of(built).to_dicts()
    if area.level in ("county", "township"):
        rows = [row for row in rows if row[f"{area.level}_code"] == area.code]
    else:
        inside = Scope.of_area(area)
        codes = set(places.Area.objects.within(inside).values_list("code", flat=True))
        rows = [row for row in rows if row["code"] in codes]
    if not rows:
        raise NotFound(
            "yearbook.no_villages", _("There are no counts of this area on the tree of their day.")
        )
    below = {"township": _villages, "county": _townships}.get(area.level, _counties)
    parts = tuple(below(rows))
    return Place(area.code, area.name, area.level, tuple(row["code"] for row in rows), parts)


def _villages(rows: list[dict[str, Any]]) -> Iterator[Place]:
    for row in rows:
        yield Place(row["code"], row["name"], "village", (row["code"],))


def _townships(rows: list[dict[str, Any]]) -> Iterator[Place]:
    for code, group in groupby(rows, itemgetter("township_code")):
        yield _wide(code, "township", list(group))


def _counties(rows: list[dict[str, Any]]) -> Iterator[Place]:
    for code, group in groupby(rows, itemgetter("county_code")):
        yield _wide(code, "county", list(group))


def _wide(code: str, level: str, rows: list[dict[str, Any]]) -> Place:
    below = _villages if level == "township" else _townships
    villages = tuple(row["code"] for row in rows)
    return Place(code, rows[0][f"{level}_name"], level, villages, tuple(below(rows)))
