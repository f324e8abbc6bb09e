"""Jobs, for the layers above: ``from tongchou.core.jobs import api as jobs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongchou.core.jobs.actions import cancel, clean_up, enqueue, try_again
from tongchou.core.jobs.by_area import ask_for_area, holding, open_for_area
from tongchou.core.jobs.context import Cancelled, JobContext, JobInterrupted, LeaseLost, Stopped
from tongchou.core.jobs.kinds import chore, do_following, follower, job, label, permissions
from tongchou.core.jobs.models import ENDED, OPEN, Job, State
from tongchou.core.jobs.queries import Health, get, health, list_for, list_in, visible_to
from tongchou.core.late import late

if TYPE_CHECKING:
    from tongchou.core.jobs.worker import run_worker

#: Only a worker writes structured logs, for which structlog is loaded.
__getattr__ = late(__name__, {"tongchou.core.jobs.worker": ("run_worker",)})

__all__ = [
    "ENDED",
    "OPEN",
    "Cancelled",
    "Health",
    "Job",
    "JobContext",
    "JobInterrupted",
    "LeaseLost",
    "State",
    "Stopped",
    "ask_for_area",
    "cancel",
    "chore",
    "clean_up",
    "do_following",
    "enqueue",
    "follower",
    "get",
    "health",
    "holding",
    "job",
    "label",
    "list_for",
    "list_in",
    "open_for_area",
    "permissions",
    "run_worker",
    "try_again",
    "visible_to",
]
