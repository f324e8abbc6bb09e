"""Bringing the account up to date in the background."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.balance import actions
from tongchou.core import access, clock
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = "balance.catch_up"
#: Reviewers bring it up to date; whoever sees figures of the population reads it.
PERMISSION = "quality.run"


@jobs.job(KIND, label=_("Bring the population account up to date"), permission=PERMISSION)
def catch_up(context: jobs.JobContext) -> dict[str, int]:
    """Chunk by chunk behind the last event posted; another try goes on there."""
    return {"events": actions.catch_up(progress=context.progress)}


def ask_to_catch_up(*, by: Account, at: dt.datetime, up_to: int) -> jobs.Job:
    """The job that posts the events up to a number; asked for once, whoever asks.

    Raises
    ------
    NotAllowed
        When the account may not bring it up to date.
    """
    access.require(by, PERMISSION, on=clock.date_of(at))
    return jobs.enqueue(kind=KIND, payload={}, key=f"{KIND}:{up_to}", by=by, at=at)
