"""Lists of other departments, for ``intake.api``."""

from tongchou.apps.intake.lists.applying import ListOutcome, apply_list, discard_list
from tongchou.apps.intake.lists.applying import is_running as is_list_running
from tongchou.apps.intake.lists.births import VACCINATION as COUNTED
from tongchou.apps.intake.lists.births import Overlap, left_halfway, overlaps
from tongchou.apps.intake.lists.deciding import decide_all, decide_row
from tongchou.apps.intake.lists.jobs import ask_to_apply_list
from tongchou.apps.intake.lists.models import (
    UNDECIDED,
    ListFile,
    ListStatus,
    NewbornCount,
    RowState,
)
from tongchou.apps.intake.lists.newborns import (
    Offer,
    answer_newborn,
    contact,
    offers,
    open_offer,
    register_newborn,
    waiting,
)
from tongchou.apps.intake.lists.queries import (
    Candidate,
    ListReceived,
    Question,
    QuestionKind,
    is_large,
    list_problem_workbook,
    lists,
    lists_received,
    open_count,
    problems,
    question_kinds,
    questions,
    ready_count,
    state_counts,
    storing_list_job,
    waiting_counts,
)
from tongchou.apps.intake.lists.staging import counties, open_list, stage_list
from tongchou.apps.intake.lists.undoing import list_undo, stands
from tongchou.apps.intake.lists.words import column_label, kind_choices, kind_label

__all__ = [
    "COUNTED",
    "UNDECIDED",
    "Candidate",
    "ListFile",
    "ListOutcome",
    "ListReceived",
    "ListStatus",
    "NewbornCount",
    "Offer",
    "Overlap",
    "Question",
    "QuestionKind",
    "RowState",
    "answer_newborn",
    "apply_list",
    "ask_to_apply_list",
    "column_label",
    "contact",
    "counties",
    "decide_all",
    "decide_row",
    "discard_list",
    "is_large",
    "is_list_running",
    "kind_choices",
    "kind_label",
    "left_halfway",
    "list_problem_workbook",
    "list_undo",
    "lists",
    "lists_received",
    "offers",
    "open_count",
    "open_list",
    "open_offer",
    "overlaps",
    "problems",
    "question_kinds",
    "questions",
    "ready_count",
    "register_newborn",
    "stage_list",
    "stands",
    "state_counts",
    "storing_list_job",
    "waiting",
    "waiting_counts",
]
