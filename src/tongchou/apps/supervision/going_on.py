"""What the days do by themselves: secrets are committed to, and late notices stand before the next level."""

from __future__ import annotations

import datetime as dt

from tongchou.apps.supervision import binding
from tongchou.apps.supervision.models import Notice, NoticeState
from tongchou.core import clock
from tongchou.core.jobs import api as jobs


@jobs.follower
def follow_days(at: dt.datetime) -> bool:
    """Commit for this month and the next, or note one late notice; whether there was anything to do."""
    return binding.commit_ahead(at=at) or _escalate_one(at)


def _escalate_one(at: dt.datetime) -> bool:
    late = Notice.objects.filter(state=NoticeState.ISSUED, due__lt=clock.date_of(at), escalated_on=None)
    if not late.exists():
        return False
    # Imported where there is something to do: the domain's ways bring NumPy along.
    from tongchou.apps.supervision.noticing import escalate_one

    return escalate_one(at=at)
