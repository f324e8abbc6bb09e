"""Running the checks in the background, and every night by the installation's own timer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = PERMISSION = "quality.run"


@jobs.job(KIND, label=_("Check the records"), permission=PERMISSION)
def run(context: jobs.JobContext) -> dict[str, int]:
    """Each try reads the snapshot anew; until the last step the former findings stay current."""
    from tongchou.apps.quality import actions  # brings Polars along

    done = actions.run_checks(
        by=context.by,
        at=context.at,
        purpose=f"check of the records, job {context.job_id}",
        progress=context.progress,
    )
    return {"findings": done.findings, "people": done.persons}


def ask_to_run(*, by: Account, at: dt.datetime) -> jobs.Job:
    """The job that runs the checks; the one that waits or runs already when there is one.

    Raises
    ------
    NotAllowed
        When the account may not run checks.
    """
    return jobs.ask_for_area(kind=KIND, action="quality.ask", by=by, at=at)
