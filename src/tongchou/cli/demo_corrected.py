"""Records of the demo county read in before, and some of them corrected since: something to work out again.

The registers stand in the demo since today. So that a past answer can be held against today's, their facts of
an earlier day are taken first, as they would have been taken then. Afterwards the township records what the
registers left out of some elderly people of its first village: that they were converted to urban registration
(农转城) and have no urban pension. So rural rules still apply to them; they were told otherwise.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from tongchou.domain.dates import PartialDate

#: Days before today of which the facts are taken.
EARLIER: Final = 60
#: People whose records are corrected at most.
MOST: Final = 3
PROGRAMME: Final = "elderly_reward"
#: When they were converted.
SINCE: Final = PartialDate(2021, 6)


def read_before(*, by: Any, at: dt.datetime) -> dt.date:
    """Take the facts of the earlier day, unless they are there; the day."""
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.core import clock

    day = clock.date_of(at) - dt.timedelta(days=EARLIER)
    if day not in snapshots.days(on=day, limit=1):
        moment = clock.start_of(day) + dt.timedelta(hours=10)
        snapshots.take_snapshot(by=by, at=moment, as_of=day, purpose="demo set-up")
    return day


def correct(*, by: Any, worker: Any, at: dt.datetime) -> list[int]:
    """Record the conversions that are missing in a village; whom they are about.

    Parameters
    ----------
    by, worker
        An officer of the township, and the worker of the village.
    """
    import polars as pl

    from tongchou.apps.casework import api as casework
    from tongchou.apps.places import api as places
    from tongchou.apps.registry import api as registry
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.core import clock, scope

    today = clock.date_of(at)
    before = snapshots.latest(on=today - dt.timedelta(days=EARLIER))
    if before is None:
        return []
    reach = scope.of(worker, today, permission=casework.OPEN)
    codes = list(places.Area.objects.within(reach).values_list("code", flat=True))
    there = snapshots.read(before).filter(pl.col("area_code").cast(pl.String).is_in(codes))
    found = _left_out(there, today.year)[:MOST]
    still = _left_out(snapshots.build_facts(as_of=today, person_ids=found), today.year) if found else []
    for person in still:
        registry.record_conversion(person_id=person, converted_on=SINCE, by=by, at=at)
        registry.record_insurance(
            person_id=person, scheme="urban_pension", held=False, since=None, by=by, at=at
        )
    return found


def _left_out(facts: Any, year: int) -> list[int]:
    """Whom the rules refuse for nothing but the kind of registration."""
    import polars as pl

    from tongchou import policies

    answers = policies.laws().evaluate(facts, year)
    refused = answers.filter((pl.col("programme") == PROGRAMME) & (pl.col("failing") == "rural_self"))
    return [int(person) for person in refused["person_id"].sort()]
