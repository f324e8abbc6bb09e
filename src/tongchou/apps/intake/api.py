"""The front door of intake."""

from tongchou.apps.intake.actions import ApplyOutcome, apply_file, discard_file, stage_register
from tongchou.apps.intake.messages import column_label
from tongchou.apps.intake.models import FileStatus, ProblemLevel, RegisterFile, RowStatus
from tongchou.apps.intake.problem_list import problem_workbook
from tongchou.apps.intake.queries import (
    PreviewRow,
    ProblemKind,
    ProblemView,
    column_labels,
    dropped_columns,
    files,
    missing_people,
    open_file,
    preview,
    problem_kinds,
    problem_lines,
    problems,
    skipped_rows,
    waiting,
)

__all__ = [
    "ApplyOutcome",
    "FileStatus",
    "PreviewRow",
    "ProblemKind",
    "ProblemLevel",
    "ProblemView",
    "RegisterFile",
    "RowStatus",
    "apply_file",
    "column_label",
    "column_labels",
    "discard_file",
    "dropped_columns",
    "files",
    "missing_people",
    "open_file",
    "preview",
    "problem_kinds",
    "problem_lines",
    "problem_workbook",
    "problems",
    "skipped_rows",
    "stage_register",
    "waiting",
]
