"""Looking for records of the same person in the background."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.duplicates import reach
from tongchou.core.errors import NotAllowed
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = "duplicates.find"


@jobs.job(KIND, label=_("Look for records of the same person"), permission=reach.FIND)
def find(context: jobs.JobContext) -> dict[str, int]:
    """Each try compares anew and finds what it kept before; ended early, what was kept stays."""
    from tongchou.apps.duplicates import finding  # brings Polars along

    if context.by is None:
        raise NotAllowed("access.denied", _("Somebody has to ask for this."))
    done = finding.find(
        by=context.by, at=context.at, purpose=f"job {context.job_id}", progress=context.progress
    )
    return dataclasses.asdict(done)


def ask_to_find(*, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that looks; the one that waits or runs already when there is one.

    Raises
    ------
    NotAllowed
        When the account may not look for them.
    """
    return jobs.ask_for_area(kind=KIND, action="duplicates.ask_to_find", by=by, at=at)
