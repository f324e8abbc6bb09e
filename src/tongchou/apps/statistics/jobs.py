"""Building cubes in the background."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = PERMISSION = "statistics.build"


@jobs.job(KIND, label=_("Count the population"), permission=PERMISSION)
def build(context: jobs.JobContext) -> dict[str, int]:
    """The cubes of the newest snapshot of the account's areas, on the tree of the day.

    They appear at the end, whole: another try counts anew, and finds what is there already.
    """
    from tongchou.apps.statistics import actions  # brings Polars along

    assert context.by is not None
    built = actions.build_latest(by=context.by, at=context.at, progress=context.progress)
    return {"built": built.pk}


def ask_to_build(*, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that builds the cubes of the account's areas; the one that waits or runs already.

    Raises
    ------
    NotAllowed
        When the account may not build cubes.
    """
    return jobs.ask_for_area(kind=KIND, action="statistics.ask", by=by, at=at)
