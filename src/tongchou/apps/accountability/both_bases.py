"""Counts of a period on two trees, of the days they were told on and of the last day, and what moved.

An area that ended in between told its counts while it was there. On the tree of the last day they belong to
whoever took it over, by the shares its change declared. Totals are the same on both.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tongchou.apps.accountability import access, computing
from tongchou.apps.accountability.holding import restated, standing
from tongchou.apps.accountability.models import Counted
from tongchou.apps.places import api as places
from tongchou.core.models import Account
from tongchou.domain.accountability.periods import Period


@dataclass(frozen=True, slots=True)
class OnBoth:
    """A count of a unit; ``told`` on the trees of its months, ``now`` on the tree of the last day."""

    unit: str
    name: str
    count: str
    told: Fraction
    now: Fraction

    @property
    def difference(self) -> Fraction:
        return self.now - self.told


def on_both_bases(
    area_id: int, *, kind: str, period: str, by: Account, at: dt.datetime, moved_only: bool = True
) -> tuple[OnBoth, ...]:
    """The counts of the units right below an area on both bases, by unit and count.

    ``moved_only`` leaves out what is the same on both. Four queries a month of the period, and five.

    Raises
    ------
    NotAllowed, NotFound, Invalid
        As ``view`` and ``span``.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.VIEW)
    return reconciled(area, computing.span(kind, period), moved_only=moved_only)


def reconciled(area: places.Area, one: Period, *, moved_only: bool = True) -> tuple[OnBoth, ...]:
    """As ``on_both_bases``, for whoever has looked at the access."""
    told: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
    now: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
    last = _units(area, one.ends)
    for month in one.months():
        ends = Period(month, month).ends
        then = _units(area, ends)
        became = places.carried(since=ends, until=one.ends)
        for area_id, count, value in _values(area, f"{month}-01"):
            unit = then.get(area_id)
            if unit is None:
                continue
            told[unit, count] += value
            for later, share in became.get(area_id, {area_id: Fraction(1)}).items():
                # What left for elsewhere is no longer of this area on the last day.
                if later in last:
                    now[last[later], count] += share * value
    units = {unit for unit, _count in told.keys() | now.keys()}
    rows = dict(places.Area.objects.filter(pk__in=units).values_list("pk", "code"))
    names = places.names_on(units, one.ends)
    found = [
        OnBoth(rows[unit], names.get(unit, rows[unit]), count, told[unit, count], now[unit, count])
        for unit, count in told.keys() | now.keys()
    ]
    return tuple(
        sorted(
            (row for row in found if row.difference or not moved_only), key=lambda row: (row.unit, row.count)
        )
    )


def _values(area: places.Area, month: str) -> list[tuple[int, str, Fraction]]:
    """The counts of a month as they stand, of areas told in it wherever they lie in the area's numbers."""
    inside = {"scope_no__range": (area.scope_no, area.scope_end), "month": month}
    anew = standing(restated(area, first=month, last=month))
    rows = Counted.objects.filter(**inside).order_by("pk").values_list("pk", "area_id", "count", "value")
    return [(area_id, count, Fraction(anew.get(pk, value))) for pk, area_id, count, value in rows]


def _units(area: places.Area, on: dt.date) -> Mapping[int, int]:
    """For each area below an area on a day, the one right below it that it lies in."""
    parents = places.parents_on(on)
    found: dict[int, int] = {}
    for start in parents:
        line: list[int] = []
        here: int | None = start
        while here is not None and here != area.pk and here not in found:
            line.append(here)
            here = parents.get(here)
        if here is None:
            continue
        top = line[-1] if here == area.pk and line else found.get(here)
        if top is not None:
            found |= dict.fromkeys(line, top)
    return found
