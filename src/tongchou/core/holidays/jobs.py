"""Last days counted anew after a table was entered, a chunk a transaction."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.core import audit, calendar, clock
from tongchou.core.holiday_table import HolidayTable
from tongchou.core.holidays import resting
from tongchou.core.jobs import api as jobs

KIND: Final = "holidays.recount"
SET: Final = "holidays.set"
#: Rows counted anew in one transaction.
CHUNK: Final = 500


@jobs.job(KIND, label=_("Counting last days anew"), permission=SET)
def recount(context: jobs.JobContext) -> dict[str, int]:
    """Each row from where it was counted and by how many days: counted twice, it says the same.

    The cursor holds where the work stands and what has moved so far, so that another worker can go on.
    """
    table = HolidayTable.objects.get(pk=context.payload["table"])
    first, on = dt.date(table.year, 1, 1), clock.date_of(context.at)
    rests = resting.all_rests()
    at, after, *moved = context.cursor or [0, 0, *(0 for _one in rests)]
    while at < len(rests):
        rest = rests[at]
        numbers = rest.find(first, after, CHUNK)
        if not numbers:
            at, after = at + 1, 0
            continue
        with context.chunk():
            changed = rest.recount(calendar.calendar(), numbers, on)
            moved[at], after = moved[at] + changed, numbers[-1]
            context.checkpoint([at, after, *moved], sum(moved))
            if changed:
                audit.append(
                    by=context.by,
                    action="holidays.recount",
                    subject=f"holidays:{table.pk}",
                    at=context.at,
                    detail={"what": rest.name, "moved": changed, "first": numbers[0], "last": numbers[-1]},
                )
    return {rest.name: number for rest, number in zip(rests, moved, strict=True)}
