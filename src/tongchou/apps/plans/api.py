"""The front door of plans."""

from tongchou.apps.plans.access import MAKE, REPORT, VIEW
from tongchou.apps.plans.acts import call_meeting, confirm, give_back, give_task, report, write_minutes
from tongchou.apps.plans.models import Meeting, Part, State, Step, Task
from tongchou.apps.plans.queries import (
    LISTS,
    MOST_TASKS,
    Line,
    MeetingView,
    Standing,
    TaskView,
    found,
    lines_of,
    meeting_view,
    meetings,
    monthly_agenda,
    open_of,
    standings,
    task_view,
)

__all__ = [
    "LISTS",
    "MAKE",
    "MOST_TASKS",
    "REPORT",
    "VIEW",
    "Line",
    "Meeting",
    "MeetingView",
    "Part",
    "Standing",
    "State",
    "Step",
    "Task",
    "TaskView",
    "call_meeting",
    "confirm",
    "found",
    "give_back",
    "give_task",
    "lines_of",
    "meeting_view",
    "meetings",
    "monthly_agenda",
    "open_of",
    "report",
    "standings",
    "task_view",
    "write_minutes",
]
