"""Closing months level by level: what the apps tell of the month is kept, and stays as it was told."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.accountability import access
from tongchou.apps.accountability.models import Closing, Counted, Restated
from tongchou.apps.places import api as places
from tongchou.core import audit, clock, unit_feeds
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.settlement import Book

_ROWS: Final = 1_000
LONGEST_REASON: Final = 300
#: Problems told one by one.
MOST_SAID: Final = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Which units right below an area have closed a month, by name; and whether the area itself has."""

    area: places.Area
    month: dt.date
    closed: bool
    below: tuple[tuple[places.Area, bool], ...]

    @property
    def open_below(self) -> int:
        return sum(not closed for _area, closed in self.below)


def told_counts() -> frozenset[str]:
    """Codes of the counts some app tells; all others are unknown."""
    return frozenset().union(*(one.counts for one in unit_feeds.all_feeds()))


@transaction.atomic
def close(*, area_id: int, month: dt.date, with_below: bool = False, by: Account, at: dt.datetime) -> int:
    """Close a month of an area, ``with_below`` first of all below it that have not; how many were closed.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not close for the area.
    Conflict
        ``accountability.close`` with everything that is in the way: the month is not over, is closed already,
        an earlier one is open, units below are open.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.CLOSE)
    inside = _units(area)
    book = _book(inside, before=month)
    order = [one for one in reversed(inside) if with_below or one.pk == area.pk]
    stamp = np.datetime64(month, "M")
    fresh = [one for one in order if not book.locked(one.code, stamp)]
    try:
        book.close_all([one.code for one in fresh or [area]], stamp, clock.date_of(at))
    except AccountabilityError as error:
        raise Conflict("accountability.close", _said(error), problems=len(error.problems)) from error
    Closing.objects.bulk_create(
        [
            Closing(area_id=one.pk, scope_no=one.scope_no, code=one.code, month=month, at=at, by=by)
            for one in fresh
        ],
        batch_size=_ROWS,
    )
    rows = _rows(fresh, month)
    Counted.objects.bulk_create(rows, batch_size=_ROWS)
    audit.append(
        by=by,
        action="bulletins.close",
        subject=f"area:{area.pk}",
        scope_no=area.scope_no,
        at=at,
        detail={"month": month.isoformat(), "units": len(fresh), "counts": len(rows)},
    )
    return len(fresh)


@transaction.atomic
def restate(
    *, unit: str, month: dt.date, count: str, value: int, reason: str, by: Account, at: dt.datetime
) -> Restated:
    """State a count of a closed month anew. What was told first stays beside it.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not, or the month of the unit is not closed.
    Invalid
        ``accountability.reason`` without a reason; ``accountability.value`` for a number below 0, or the one
        that stands already.
    """
    area = places.area_by_code(unit.partition("/")[0])
    row = Counted.objects.select_for_update().filter(unit=unit, month=month, count=count).first()
    if area is None or row is None:
        raise NotFound("accountability.no_count", _("There is no such count of a closed month."))
    # Whoever answers for the area above states it anew, not the unit itself.
    above = area if "/" in unit or area.parent_id is None else area.parent
    access.area_of(above.pk, by=by, at=at, permission=access.CLOSE)
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        message = _("Say why the number is another one, in at most 300 characters.")
        raise Invalid("accountability.reason", message, field="reason")
    latest = row.restated.order_by("-pk").values_list("value", flat=True).first()
    if value < 0 or value == (row.value if latest is None else latest):
        raise Invalid("accountability.value", _("Write the right number, from 0 on."), field="value")
    made = Restated.objects.create(counted=row, value=value, reason=words, at=at, by=by)
    audit.append(
        by=by,
        action="bulletins.restate",
        subject=f"counted:{row.pk}",
        scope_no=row.scope_no,
        at=at,
        detail={"unit": unit, "month": month.isoformat(), "count": count, "was": row.value, "is": value},
    )
    return made


def standing(area_id: int, *, month: dt.date, by: Account, at: dt.datetime) -> Standing:
    """What of a month is closed at an area and right below it. Four queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not look there.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.VIEW)
    below = [one for one in places.children(area) if one.level in access.LEVELS]
    codes = [one.pk for one in (*below, area)]
    closed = set(Closing.objects.filter(month=month, area_id__in=codes).values_list("area_id", flat=True))
    return Standing(area, month, area.pk in closed, tuple((one, one.pk in closed) for one in below))


def _said(error: AccountabilityError) -> str:
    """The first of what is wrong in words, and how many more there are: a county has hundreds of villages."""
    lines = error.lines((get_language() or "zh").split("-")[0])
    more = len(lines) - MOST_SAID
    text = " ".join(lines[:MOST_SAID])
    return text if more <= 0 else text + " " + _("And %(n)s more.") % {"n": more}


def _units(area: places.Area) -> list[places.Area]:
    """The area and all units below it that close months, wider ones first."""
    return list(
        places.Area.objects.filter(
            scope_no__range=(area.scope_no, area.scope_end), level__in=access.LEVELS, valid_to=None
        ).order_by("scope_no")
    )


def _book(units: Collection[places.Area], *, before: dt.date) -> Book:
    """The last month closed of some units, up to and including a month."""
    codes = {one.pk: one.code for one in units}
    parents = {one.code: codes[one.parent_id] for one in units if one.parent_id in codes}
    # Whether a month may be closed depends on the last one closed alone: older ones are not read.
    rows = Closing.objects.filter(area_id__in=codes, month__lte=before).order_by().values_list("area_id")
    last = rows.annotate(month=Max("month"), at=Max("at"))
    closed = {(codes[area], np.datetime64(month, "M")): clock.date_of(at) for area, month, at in last}
    return Book(parents, closed)


def _rows(areas: Collection[places.Area], month: dt.date) -> list[Counted]:
    """The counts of some areas and of their departments, of every app that tells any."""
    wanted = {one.code: one for one in (*_ended(areas, month), *areas)}
    known = indicators.load().counts
    found: dict[tuple[str, str], int] = defaultdict(int)
    for feed in unit_feeds.all_feeds():
        for row in _of(feed.of(month)):
            if row.unit.partition("/")[0] in wanted and row.count in known:
                found[row.unit, row.count] += row.value
    rows = []
    for (unit, count), value in sorted(found.items()):
        area = wanted[unit.partition("/")[0]]
        rows.append(
            Counted(
                area_id=area.pk,
                scope_no=area.scope_no,
                unit=unit,
                month=month,
                count=count,
                value=value,
            )
        )
    return rows


def _ended(areas: Collection[places.Area], month: dt.date) -> list[places.Area]:
    """Areas that were there in a month and belong to one of some areas today: their counts are told too."""
    gone = {one.pk: one for one in places.Area.objects.filter(valid_to__gt=month, level__in=access.LEVELS)}
    here = {one.pk for one in areas}
    return [gone[pk] for pk, now in places.today_of(gone).items() if now in here]


def _of(rows: Iterable[UnitCount]) -> Iterable[UnitCount]:
    for row in rows:
        if row.value < 0:
            raise ValueError(f"{row.unit}, {row.count}: {row.value}")
        yield row
