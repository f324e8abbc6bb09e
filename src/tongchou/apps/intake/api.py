"""The front door of intake."""

from tongchou.apps.intake.actions import (
    ApplyOutcome,
    apply_file,
    discard_file,
)
from tongchou.apps.intake.batch_jobs import (
    ask_to_read,
    ask_to_store,
)
from tongchou.apps.intake.batch_queries import (
    BatchView,
    batches,
    name_of,
    open_batch,
    to_choose,
    view,
)
from tongchou.apps.intake.batches import (
    choose_village,
    explain_items,
    is_small,
    open_words,
    read_waiting,
    reason,
    receive,
)
from tongchou.apps.intake.changes import (
    ChangeView,
)
from tongchou.apps.intake.coverage import (
    villages_with_register,
)
from tongchou.apps.intake.finding import (
    Villages,
    title_of_file,
)
from tongchou.apps.intake.holding import (
    HELD_DAYS,
)
from tongchou.apps.intake.jobs import (
    ask_to_apply,
)
from tongchou.apps.intake.left_open import (
    left_open,
    superseded_by,
)
from tongchou.apps.intake.limits import (
    refusal_words,
)
from tongchou.apps.intake.lists import (
    api as lists,
)
from tongchou.apps.intake.messages import (
    column_label,
    file_words,
)
from tongchou.apps.intake.models import (
    REPLACEABLE,
    UNDECIDED,
    BatchItem,
    ColumnWord,
    FileStatus,
    ItemState,
    ProblemLevel,
    RegisterFile,
    RowStatus,
    UploadBatch,
)
from tongchou.apps.intake.not_listed import (
    NotListedView,
    answer_counts,
    answer_not_listed,
    not_listed,
)
from tongchou.apps.intake.not_listed import (
    waiting as not_listed_waiting,
)
from tongchou.apps.intake.problem_list import (
    problem_workbook,
    returned_workbook,
)
from tongchou.apps.intake.queries import (
    PreviewRow,
    ProblemKind,
    ProblemView,
    applied_since,
    column_labels,
    compare_again,
    dropped_columns,
    files,
    goes_back,
    is_large,
    is_running,
    may_be_returned,
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
from tongchou.apps.intake.question_models import (
    Answer,
    Ground,
    Verdict,
)
from tongchou.apps.intake.questions import (
    RowQuestion,
    RowQuestionKind,
    question_lines,
    questions,
    to_decide,
)
from tongchou.apps.intake.questions import (
    counts as question_counts,
)
from tongchou.apps.intake.questions import (
    kinds as question_kinds,
)
from tongchou.apps.intake.read import (
    open_sheet,
)
from tongchou.apps.intake.row_deciding import (
    Said,
    Together,
    decide_row,
    decide_rows,
    store_row,
)
from tongchou.apps.intake.staging import (
    explain,
    in_words,
    lay_by,
    stage_register,
)
from tongchou.apps.intake.taking_back import (
    TakingBack,
    UndoView,
)
from tongchou.apps.intake.text_table import (
    decoded as decoded_text,
)
from tongchou.apps.intake.undo_requests import (
    UndoReason,
    UndoRequest,
    UndoState,
)
from tongchou.apps.intake.undoing import (
    register_undo,
)
from tongchou.apps.intake.unpacking import (
    SUFFIXES,
    is_archive,
    unpacked,
)
from tongchou.apps.intake.words import (
    MEANINGS,
    may_take_back,
    remember,
    take_back,
)
from tongchou.apps.intake.words import (
    listed as column_words,
)

__all__ = [
    "HELD_DAYS",
    "MEANINGS",
    "REPLACEABLE",
    "SUFFIXES",
    "UNDECIDED",
    "Answer",
    "ApplyOutcome",
    "BatchItem",
    "BatchView",
    "ChangeView",
    "ColumnWord",
    "FileStatus",
    "Ground",
    "ItemState",
    "NotListedView",
    "PreviewRow",
    "ProblemKind",
    "ProblemLevel",
    "ProblemView",
    "RegisterFile",
    "RowQuestion",
    "RowQuestionKind",
    "RowStatus",
    "Said",
    "TakingBack",
    "Together",
    "UndoReason",
    "UndoRequest",
    "UndoState",
    "UndoView",
    "UploadBatch",
    "Verdict",
    "Villages",
    "answer_counts",
    "answer_not_listed",
    "applied_since",
    "apply_file",
    "ask_to_apply",
    "ask_to_read",
    "ask_to_store",
    "batches",
    "choose_village",
    "column_label",
    "column_labels",
    "column_words",
    "compare_again",
    "decide_row",
    "decide_rows",
    "decoded_text",
    "discard_file",
    "dropped_columns",
    "explain",
    "explain_items",
    "file_words",
    "files",
    "goes_back",
    "in_words",
    "is_archive",
    "is_large",
    "is_running",
    "is_small",
    "lay_by",
    "left_open",
    "lists",
    "may_be_returned",
    "may_take_back",
    "missing_people",
    "name_of",
    "not_listed",
    "not_listed_waiting",
    "open_batch",
    "open_file",
    "open_sheet",
    "open_words",
    "preview",
    "problem_kinds",
    "problem_lines",
    "problem_workbook",
    "problems",
    "question_counts",
    "question_kinds",
    "question_lines",
    "questions",
    "read_waiting",
    "reason",
    "receive",
    "refusal_words",
    "register_undo",
    "remember",
    "returned_workbook",
    "skipped_rows",
    "stage_register",
    "store_row",
    "stored_after",
    "storing_job",
    "superseded_by",
    "take_back",
    "title_of_file",
    "to_choose",
    "to_decide",
    "unpacked",
    "view",
    "villages_with_register",
    "waiting",
]
