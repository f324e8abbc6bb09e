"""The days a case may take. The clock stands still while the family, not the office, is waited for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.core import calendar
from tongchou.core.scope import Scope
from tongchou.domain.casework.kinds import CaseKind, Stage

if TYPE_CHECKING:
    from tongchou.apps.casework.models import Case

#: Working days a stage takes at most when its kind names none.
USUAL: Final = 15
#: Working days in which an appeal is heard.
APPEAL: Final = 20


@dataclass(frozen=True, slots=True)
class Ends:
    """A last day; ``provisional`` when it rests on a year whose holidays are not announced yet.

    ``days`` working days after ``start``, so that it can be counted anew; both are empty where working days
    do not decide.
    """

    on: dt.date
    provisional: bool = False
    start: dt.date | None = None
    days: int | None = None


def working(start: dt.date, days: int) -> Ends:
    """The last of so many working days after a day; of none or fewer, that day less them."""
    if days <= 0:
        return Ends(start + dt.timedelta(days=days))
    due = calendar.add_workdays(start, days)
    return Ends(due.on, due.provisional, start, days)


def set_stage(case: Case, ends: Ends) -> None:
    """Set the clock of the stage a case is at."""
    case.stage_due, case.provisional = ends.on, ends.provisional
    case.stage_from, case.stage_days = ends.start, ends.days


def set_whole(case: Case, ends: Ends) -> None:
    """Set the clock of the whole case."""
    case.due, case.due_provisional = ends.on, ends.provisional
    case.due_from, case.due_days = ends.start, ends.days


def keep_whole(case: Case) -> None:
    """See to it that the whole case does not end before the stage it is at."""
    if case.due < case.stage_due:
        case.due, case.due_provisional = case.stage_due, case.provisional


def as_set_here(kind: CaseKind, area_id: int, on: dt.date) -> dict[str, Stage]:
    """The stages of a kind by code, with the days the county of an area has set. Three queries.

    What it has not set stays as the kind's own file has it.
    """
    area = places.area_by_id(area_id, within=Scope.everything())
    held: dict[str, Any] = {}
    if area is not None:
        held = {name: row.value for name, row in local.values_at(area, on=on).items()}
    return {stage.code: _set(stage, kind.code, held) for stage in (*kind.stages, *kind.renewal)}


def _set(stage: Stage, kind: str, held: dict[str, Any]) -> Stage:
    if stage.kind == "notice":
        days = held.get(f"{kind}.notice_days")
        count = held.get(f"{kind}.notice_calendar")
        return replace(stage, days=days or stage.days, count=count or stage.count)
    level = "county" if stage.kind == "approval" else stage.level
    return replace(stage, within=held.get(f"{kind}.{level}_review_days") or stage.within)


def of_stage(stage: Stage, start: dt.date) -> Ends:
    """The last day of a stage that begins on a day: of its yearly date and its days the later."""
    if stage.kind == "notice":
        days = stage.days or 0
        return Ends(start + dt.timedelta(days=days)) if stage.count == "calendar" else working(start, days)
    ends = working(start, stage.within or USUAL)
    if stage.by is not None:
        yearly = dt.date(start.year, *stage.by)
        if yearly > ends.on:
            return Ends(yearly)
    return ends


def to_begin(kind: CaseKind, area_id: int, received: dt.date) -> Ends:
    """The last day on which an application that arrived is begun: the days of its first stage there.

    A yearly date of the stage gives nobody longer: who has applied is to know soon that it is in hand.
    """
    first = kind.stages[0]
    return working(received, as_set_here(kind, area_id, received)[first.code].within or USUAL)


def left(on: dt.date, due: dt.date) -> int:
    """Working days from a day to a last day; below zero when it has passed.

    Examples
    --------
    Stopped on the last day, none is left; it ends on the day on which the clock runs again.
    """
    if due < on:
        return -(on - due).days
    return calendar.workdays_between(on, due)
