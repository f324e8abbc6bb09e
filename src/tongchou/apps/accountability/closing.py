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
from tongchou.core import audit, clock, fit_words, unit_feeds
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.settlement import Book

_ROWS: Final = 1_000
#: Restatements that wait, as a page shows them.
MOST_WAITING: Final = 200
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
    """State a count of a closed month anew; it counts once a second person has confirmed it.

    What was told first stays beside it.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not, or the month of the unit is not closed.
    Invalid
        ``accountability.reason`` without a reason, or with words that may not stand in public;
        ``accountability.value`` for a number below 0, the one that stands already, or one that makes a part
        more than its whole.
    """
    area = places.area_by_code(unit.partition("/")[0])
    row = Counted.objects.select_for_update().filter(unit=unit, month=month, count=count).first()
    if area is None or row is None:
        raise NotFound("accountability.no_count", _("There is no such count of a closed month."))
    # Whoever answers for the area above states it anew, not the unit itself.
    access.area_of(_above(unit).pk, by=by, at=at, permission=access.CLOSE)
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        message = _("Say why the number is another one, in at most 300 characters.")
        raise Invalid("accountability.reason", message, field="reason")
    fit_words.require(words, code="accountability.reason", field="reason")
    latest = row.restated.filter(waits=False).order_by("-pk").values_list("value", flat=True).first()
    if value < 0 or value == (row.value if latest is None else latest):
        raise Invalid("accountability.value", _("Write the right number, from 0 on."), field="value")
    _fits(row, value)
    made = Restated.objects.create(counted=row, value=value, reason=words, at=at, by=by, waits=True)
    audit.append(
        by=by,
        action="bulletins.restate",
        subject=f"counted:{row.pk}",
        scope_no=row.scope_no,
        at=at,
        detail={"unit": unit, "month": month.isoformat(), "count": count, "was": row.value, "is": value},
    )
    return made


@transaction.atomic
def confirm_restated(*, restated_id: int, by: Account, at: dt.datetime) -> Restated:
    """A second person confirms what was stated anew: from now on it counts.

    Raises
    ------
    NotAllowed
        ``accountability.own`` for whoever stated it.
    NotFound
        When the account does not close for the area above the unit, or there is none.
    Conflict
        ``accountability.decided`` when it counts already.
    Invalid
        ``accountability.value`` when by now it would make a part more than its whole.
    """
    one = Restated.objects.select_for_update(of=("self",)).filter(pk=restated_id).first()
    if one is None:
        raise NotFound("accountability.no_count", _("There is no such count of a closed month."))
    row = one.counted
    access.area_of(_above(row.unit).pk, by=by, at=at, permission=access.CLOSE)
    if not one.waits:
        raise Conflict("accountability.decided", _("It has been decided already."))
    if one.by_id == by.pk:
        raise NotAllowed("accountability.own", _("You stated it anew. A second person confirms it."))
    _fits(row, one.value)
    fit_words.require(one.reason, code="accountability.reason", field="reason")
    one.waits, one.confirmed_at, one.confirmed_by = False, at, by
    one.save(update_fields=["waits", "confirmed_at", "confirmed_by"])
    audit.append(
        by=by,
        action="bulletins.confirm_restated",
        subject=f"counted:{row.pk}",
        scope_no=row.scope_no,
        at=at,
        detail={"unit": row.unit, "month": row.month.isoformat(), "count": row.count, "is": one.value},
    )
    return one


def waiting_restated(area_id: int, *, month: dt.date, by: Account, at: dt.datetime) -> tuple[Restated, ...]:
    """What was stated anew of a month inside an area and waits for a second person. Three queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not look there.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.VIEW)
    rows = Restated.objects.filter(
        waits=True, counted__month=month, counted__scope_no__range=(area.scope_no, area.scope_end)
    )
    return tuple(rows.select_related("counted").order_by("counted__unit", "pk")[:MOST_WAITING])


def _above(unit: str) -> places.Area:
    area = places.area_by_code(unit.partition("/")[0])
    if area is None:
        raise NotFound("accountability.no_count", _("There is no such count of a closed month."))
    return area if "/" in unit or area.parent is None else area.parent


def _fits(row: Counted, value: int) -> None:
    """Refuse a number by which a part would be more than its whole, in the words of both counts."""
    counts = indicators.load().counts
    own = counts.get(row.count)
    if own is None:
        return
    near = {
        one.code
        for one in counts.values()
        if one.unit == own.unit and (one.over == own.code or own.over == one.code)
    }
    there = Counted.objects.filter(unit=row.unit, month=row.month, count__in=near)
    anew = dict(
        Restated.objects.filter(waits=False, counted__in=there)
        .order_by("pk")
        .values_list("counted_id", "value")
    )
    language = (get_language() or "zh").split("-")[0]
    for other in there:
        stands = anew.get(other.pk, other.value)
        part, whole = (value, stands) if own.over == other.count else (stands, value)
        if part > whole:
            codes = (own.code, other.count) if own.over == other.count else (other.count, own.code)
            names = [counts[code].title.zh if language == "zh" else counts[code].title.en for code in codes]
            message = _(
                "%(part)s (%(few)s) would be more than %(whole)s (%(many)s): a part is never more than its "
                "whole. State the other number anew first if that one is wrong."
            ) % {"part": names[0], "few": part, "whole": names[1], "many": whole}
            raise Invalid("accountability.value", message, field="value")


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
