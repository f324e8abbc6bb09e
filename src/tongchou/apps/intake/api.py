"""The front door of intake."""

from tongchou.apps.intake.actions import ApplyOutcome, apply_file, discard_file, stage_register
from tongchou.apps.intake.changes import ChangeView
from tongchou.apps.intake.jobs import ask_to_apply
from tongchou.apps.intake.lists import api as lists
from tongchou.apps.intake.messages import column_label
from tongchou.apps.intake.models import UNDECIDED, FileStatus, ProblemLevel, RegisterFile, RowStatus
from tongchou.apps.intake.problem_list import problem_workbook
from tongchou.apps.intake.queries import (
    PreviewRow,
    ProblemKind,
    ProblemView,
    applied_since,
    column_labels,
    compare_again,
    dropped_columns,
    files,
    is_large,
    is_running,
    missing_people,
    open_file,
    preview,
    problem_kinds,
    problem_lines,
    problems,
    skipped_rows,
    stored_after,
    storing_job,
    waiting,
)

__all__ = [
    "UNDECIDED",
    "ApplyOutcome",
    "ChangeView",
    "FileStatus",
    "PreviewRow",
    "ProblemKind",
    "ProblemLevel",
    "ProblemView",
    "RegisterFile",
    "RowStatus",
    "applied_since",
    "apply_file",
    "ask_to_apply",
    "column_label",
    "column_labels",
    "compare_again",
    "discard_file",
    "dropped_columns",
    "files",
    "is_large",
    "is_running",
    "lists",
    "missing_people",
    "open_file",
    "preview",
    "problem_kinds",
    "problem_lines",
    "problem_workbook",
    "problems",
    "skipped_rows",
    "stage_register",
    "stored_after",
    "storing_job",
    "waiting",
]
