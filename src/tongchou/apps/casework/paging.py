"""Cases a part at a time, by key: for programs, which read on where the part before ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from tongchou.apps.casework import queries, reach
from tongchou.apps.casework.models import Case
from tongchou.core.models import Account
from tongchou.domain.casework import steps

_UNFINISHED: Final = frozenset(state.value for state in steps.UNFINISHED)


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which case a part begins: its last day where that is the order, and its number."""

    case_id: int
    due: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    lines: tuple[queries.Line, ...]
    next: Place | None


def part(
    *,
    by: Account,
    on: dt.date,
    chosen: queries.Filter,
    due: dt.date | None = None,
    after: Place | None = None,
    size: int = 50,
) -> Part:
    """Cases the account may read: open ones by their last day, decided ones the newest first.

    Parameters
    ----------
    chosen
        As for ``queries.queue``; without desk and state all open ones.
    due
        Only those whose stage ends on this day or before.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with cases.
    """
    holder = reach.held(by, on)
    queries.require_reader(holder, by, on)
    found = queries.narrowed(reach.readable_by(holder), holder, chosen, on)
    if due is not None:
        found = found.filter(stage_due__lte=due)
    by_day = bool(chosen.desk) or chosen.state in _UNFINISHED or not chosen.state
    rows = list(_behind(found, after, by_day).defer("sealed")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    shown = queries.lines_of(rows[:size], by=by, on=on)
    return Part(shown, Place(last.pk, last.stage_due if by_day else None) if last else None)


def _behind(found: QuerySet[Case], after: Place | None, by_day: bool) -> QuerySet[Case]:
    if not by_day:
        return (found.filter(pk__lt=after.case_id) if after else found).order_by("-pk")
    if after is not None and after.due is not None:
        later = Q(stage_due__gt=after.due) | Q(stage_due=after.due, pk__gt=after.case_id)
        found = found.filter(later, stage_due__gte=after.due)  # the second bounds the walk along the index
    return found.order_by("stage_due", "pk")
