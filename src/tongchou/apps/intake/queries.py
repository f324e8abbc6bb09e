"""Reads about register files, within the areas an account reaches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import changes, claiming, comparison, left_open, messages, payload
from tongchou.apps.intake.models import (
    UNDECIDED,
    FileStatus,
    HeldForm,
    HeldRegister,
    ProblemLevel,
    RegisterFile,
    RowStatus,
    StagedProblem,
)
from tongchou.apps.intake.question_models import Verdict
from tongchou.apps.registry import api as registry
from tongchou.core.errors import NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.scope import Scope
from tongchou.domain import identity

#: The kind of job that stores a large register.
APPLY_KIND = "intake.apply"
#: A register of more people is stored in the background: it would keep a page waiting for too long.
MOST_AT_ONCE = 2000
#: How many places of a kind of problem are named.
FIRST_CELLS = 5


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
    """How often a kind of problem occurs; ``cells`` are the first places of it."""

    code: str
    level: str
    text: str
    count: int
    fix: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A staged line as it may be shown before the decision: numbers masked, nothing about children."""

    row_no: int
    household_index: int
    held: bool
    status: str
    status_label: str
    name: str
    id_masked: str
    changed: tuple[str, ...]
    reason: str
    relation: str = ""
    changes: tuple[changes.ChangeView, ...] = ()


def files(*, scope: Scope) -> QuerySet[RegisterFile]:
    """The files of the villages a scope reaches, the newest first."""
    return (
        RegisterFile.objects.filter(scope.q("scope_no"))
        .select_related("village", "uploaded_by", "in_charge")
        .order_by("-uploaded_at", "-pk")
    )


def waiting(*, scope: Scope) -> QuerySet[RegisterFile]:
    """The files that wait for a decision."""
    return files(scope=scope).filter(status__in=UNDECIDED)


def is_running(file: RegisterFile, *, at: dt.datetime) -> bool:
    """True while somebody stores the file in the foreground or the background."""
    job = storing_job(file.pk) if file.status in UNDECIDED else None
    return claiming.is_running(file, at) or (job is not None and not job.ended)


def stored_after(file: RegisterFile) -> RegisterFile | None:
    """The latest other file of the village stored since this one, which waits, was brought in."""
    if file.status not in UNDECIDED:
        return None
    others = RegisterFile.objects.filter(
        village_id=file.village_id, status=FileStatus.APPLIED, decided_at__gt=file.uploaded_at
    )
    return others.exclude(pk=file.pk).order_by("-decided_at", "-pk").first()


def applied_since(moment: dt.datetime | None, *, scope: Scope) -> int:
    """How many registers were applied after a moment; all of them without one."""
    applied = RegisterFile.objects.filter(scope.q("scope_no"), status=FileStatus.APPLIED)
    return (applied if moment is None else applied.filter(decided_at__gt=moment)).count()


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


def is_large(file: RegisterFile) -> bool:
    """True when storing the file is work for the background."""
    return file.people - file.held_people > MOST_AT_ONCE


def storing_job(file_id: int) -> jobs.Job | None:
    """The job that stores the file, however it stands; None when nobody asked for one."""
    return jobs.Job.objects.filter(key=storing_key(file_id)).first()


def storing_key(file_id: int) -> str:
    return f"{APPLY_KIND}:{file_id}"


def problems(file_id: int, *, scope: Scope, start: int = 0, limit: int | None = 50) -> list[ProblemView]:
    """Problems of a file, errors first, then by row; ``limit=None`` for all."""
    file = open_file(file_id, scope=scope)
    found = file.problems.order_by("level", "row_no", "cell", "pk")  # "error" sorts before "warning"
    chosen = found[start:] if limit is None else found[start : start + limit]
    return [_shown(problem) for problem in chosen]


def _shown(problem: StagedProblem) -> ProblemView:
    text, fix = messages.words_for(problem.code, payload.open_params(problem.params, problem.file.bound))
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
        examples = file.problems.filter(code=entry["code"]).order_by("row_no", "cell", "pk")[:FIRST_CELLS]
        first = [_shown(example) for example in examples]
        cells = tuple(dict.fromkeys(view.place for view in first if view.place))
        kinds.append(
            ProblemKind(entry["code"], entry["level"], first[0].text, entry["number"], first[0].fix, cells)
        )
    return kinds


def goes_back(file: RegisterFile) -> bool:
    """True when there is something for the village to mend, or to look at."""
    return bool(file.problem_count) or file.rows.filter(decision__verdict=Verdict.ASK).exists()


def may_be_returned(file: RegisterFile) -> bool:
    """True when the user's own workbook can be given back with marks."""
    return goes_back(file) and HeldRegister.objects.filter(file=file, form=HeldForm.WORKBOOK).exists()


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
    """Staged lines in the order of the sheet, of one status when it is named, as the file counts them.

    Names and masked numbers are there only while the line waits for a decision and is not held back.
    """
    file = open_file(file_id, scope=scope)
    rows = file.rows.order_by("row_no")
    if status is not None:
        rows = rows.filter(status=status, held=status == RowStatus.ERROR)
    chosen = list(rows[start : start + limit])
    opened = {one.pk: payload.open_row(one.payload, file.bound, one.row_no) for one in chosen if one.payload}
    changing = [opened[one.pk] for one in chosen if one.pk in opened and one.status == RowStatus.CHANGED]
    found_changes = {
        row.row_no: changes.views(row.changes)
        for row in (registry.compare(changing, village=file.village, scope=scope) if changing else ())
    }
    labels = dict(RowStatus.choices)
    found = []
    for staged in chosen:
        row = opened.get(staged.pk)
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
                relation=changes.relation(row.relation) if row else "",
                changes=found_changes.get(staged.row_no, ()),
            )
        )
    return found


def _reason(row_no: int, reason: str) -> str:
    """Why the registry does not settle a line, in words."""
    return registry.RowComparison(row_no, "", "", "conflict", reason=reason).message if reason else ""


def compare_again(file: RegisterFile, *, scope: Scope, at: dt.datetime) -> bool:
    """Bring the comparison of a file up to date; True when something came out otherwise.

    Of a stored file, that is what it left open.

    One query when the registry has not changed since. Nothing happens while the file is being stored.
    """
    if file.status == FileStatus.APPLIED:
        return left_open.refresh(file, scope=scope)
    if file.status not in UNDECIDED or is_running(file, at=at):
        return False
    return comparison.refresh(file, scope=scope)


def missing_people(
    file_id: int, *, scope: Scope, start: int = 0, limit: int = 200
) -> list[registry.PersonHit]:
    """People of the village whom the register does not list, as the registry shows them."""
    file = open_file(file_id, scope=scope)
    chosen = file.missing[start : start + limit]
    people = registry.people(chosen, scope=scope)
    return [people[pk] for pk in chosen if pk in people]


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
