"""Reads about register files, within the areas an account reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import messages, payload
from tongchou.apps.intake.models import FileStatus, ProblemLevel, RegisterFile, RowStatus, StagedProblem
from tongchou.apps.registry import api as registry
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.domain import identity


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem in the language of the page."""

    cell: str
    row_no: int
    column: str
    code: str
    level: str
    text: str
    fix: str

    @property
    def place(self) -> str:
        """Cell, else row, else nothing: the file as a whole."""
        return self.cell or (str(self.row_no) if self.row_no else "")


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """How often a kind of problem occurs."""

    code: str
    level: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A staged line as it may be shown before the decision: identity number masked, no children."""

    row_no: int
    household_index: int
    held: bool
    status: str
    status_label: str
    name: str
    id_masked: str
    changed: tuple[str, ...]
    reason: str


def files(*, scope: Scope) -> QuerySet[RegisterFile]:
    """The files of the villages a scope reaches, the newest first."""
    return (
        RegisterFile.objects.filter(scope.q("scope_no"))
        .select_related("village")
        .order_by("-uploaded_at", "-pk")
    )


def waiting(*, scope: Scope) -> QuerySet[RegisterFile]:
    """The files that wait for a decision."""
    return files(scope=scope).filter(status=FileStatus.STAGED)


def open_file(file_id: int, *, scope: Scope) -> RegisterFile:
    """One file.

    Raises
    ------
    NotFound
        When there is none in the scope.
    """
    file = files(scope=scope).filter(pk=file_id).first()
    if file is None:
        raise NotFound("intake.no_file", _("There is no such file in your areas."))
    return file


def problems(file_id: int, *, scope: Scope, start: int = 0, limit: int | None = 50) -> list[ProblemView]:
    """Problems of a file, errors first, then by row; ``limit=None`` for all."""
    file = open_file(file_id, scope=scope)
    found = file.problems.order_by("level", "row_no", "cell", "pk")  # "error" sorts before "warning"
    chosen = found[start:] if limit is None else found[start : start + limit]
    return [_shown(problem) for problem in chosen]


def _shown(problem: StagedProblem) -> ProblemView:
    text, fix = messages.words_for(problem.code, payload.open_params(problem.params, problem.file_id))
    return ProblemView(
        cell=problem.cell,
        row_no=problem.row_no,
        column=messages.column_label(problem.column),
        code=problem.code,
        level=problem.level,
        text=text,
        fix=fix,
    )


def problem_kinds(file_id: int, *, scope: Scope) -> list[ProblemKind]:
    """The kinds of problems of a file, errors first, then by number, each in the words of an example."""
    file = open_file(file_id, scope=scope)
    counted = (
        file.problems.values("code", "level")
        .annotate(number=Count("pk"))
        .order_by("level", "-number", "code")
    )
    kinds = []
    for entry in counted:
        example = file.problems.filter(code=entry["code"]).order_by("row_no").first()
        text = _shown(example).text if example else ""
        kinds.append(ProblemKind(entry["code"], entry["level"], text, entry["number"]))
    return kinds


def problem_lines(file_id: int, *, scope: Scope | None = None) -> list[str]:
    """Problems as one line of text each, for a terminal. Without a scope: the command line's own job."""
    found = problems(file_id, scope=scope or Scope.everything(), limit=None)
    levels = dict(ProblemLevel.choices)
    return [
        " ".join(filter(None, (view.place, view.column, f"[{levels[view.level]}]", view.text, view.fix)))
        for view in found
    ]


def preview(
    file_id: int, *, scope: Scope, status: str | None = None, start: int = 0, limit: int = 50
) -> list[PreviewRow]:
    """Staged lines in the order of the sheet, of one status when it is named.

    Names and masked numbers are there only while the file waits for a decision and for lines not held back.
    """
    file = open_file(file_id, scope=scope)
    rows = file.rows.order_by("row_no")
    if status is not None:
        rows = rows.filter(status=status)
    labels = dict(RowStatus.choices)
    found = []
    for staged in rows[start : start + limit]:
        row = payload.open_row(staged.payload, file.pk, staged.row_no) if staged.payload else None
        number = row.id_number if row else None
        found.append(
            PreviewRow(
                row_no=staged.row_no,
                household_index=staged.household_index,
                held=staged.held,
                status=staged.status,
                status_label=str(labels[staged.status]),
                name=row.name if row else "",
                id_masked=identity.mask(number) if number else "",
                changed=tuple(staged.changed),
                reason=_reason(staged.row_no, staged.reason),
            )
        )
    return found


def _reason(row_no: int, reason: str) -> str:
    """Why the registry does not settle a line, in words."""
    return registry.RowComparison(row_no, "", "", "conflict", reason=reason).message if reason else ""


def missing_people(file_id: int, *, scope: Scope, limit: int = 200) -> list[Any]:
    """People of the village whom the register does not list, as the registry shows them."""
    file = open_file(file_id, scope=scope)
    return list(registry.people(file.missing[:limit], scope=scope).values())


def dropped_columns(file: RegisterFile) -> list[tuple[str, int]]:
    """Closed matters of which columns were dropped, in words, and how many columns each."""
    return [(str(messages.LEGACY[matter]), number) for matter, number in sorted(file.legacy.items())]


def skipped_rows(file: RegisterFile) -> list[tuple[int, str]]:
    """Rows that speak of nobody: row number and why."""
    return [(int(row_no), str(messages.SKIPPED[str(reason)])) for row_no, reason in file.skipped]


def column_labels(file: RegisterFile) -> list[tuple[str, str]]:
    """Which column was read as what: letters and label, in the order of the sheet."""
    ordered = sorted(file.columns.items(), key=lambda pair: (len(pair[1]), pair[1]))
    return [(letters, messages.column_label(name)) for name, letters in ordered]
