"""Reads about lists: files within the areas an account reaches, rows in question side by side, counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from tongchou.apps.intake import messages
from tongchou.apps.intake.lists import payload, words
from tongchou.apps.intake.lists.deciding import TAKEN_TOGETHER, find_again
from tongchou.apps.intake.lists.models import ASKED, ListFile, ListProblem, RowState
from tongchou.apps.intake.lists.staging import open_list
from tongchou.apps.intake.problem_list import workbook_of
from tongchou.apps.intake.queries import ProblemView
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.jobs import api as jobs
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.lists import row as events
from tongchou.domain.lists.kinds import KINDS
from tongchou.domain.lists.row import ListRow, Named

#: The kind of job that stores a list.
APPLY_KIND = "lists.apply"
#: A list of more rows is stored in the background.
MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be meant: as the registry shows people."""

    person_id: int
    name: str
    id_masked: str
    born: str
    place: str


@dataclass(frozen=True, slots=True)
class Question:
    """A row a person has to look at: what the list says beside what the registry says.

    ``old`` and ``new`` are dates, both empty where values are not shown. ``people`` are the registered people
    the row means, ``candidates`` those it could mean.
    """

    row_no: int
    seen: str
    state: str
    reason: str
    message: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]  # masked
    old: str
    new: str
    may_take: bool
    decided: str
    people: tuple[Candidate, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """How many open rows ask the same, and whether they may be answered together by following the list."""

    reason: str
    text: str
    number: int
    together: bool


@dataclass(frozen=True, slots=True)
class ListReceived:
    """A list in counts alone: for whoever delivered it."""

    list_id: int
    kind: str
    label: str
    area: str
    received: dt.datetime
    period: tuple[str, str]
    status: str
    rows: int
    errors: int
    states: dict[str, int] = field(default_factory=dict)


def lists(*, scope: Scope) -> QuerySet[ListFile]:
    """The lists of the counties a scope reaches, the newest first."""
    return (
        ListFile.objects.filter(scope.q("scope_no"))
        .select_related("area", "uploaded_by")
        .order_by("-uploaded_at", "-pk")
    )


def state_counts(list_ids: list[int]) -> dict[int, dict[str, int]]:
    """How many rows of each state, by list. One query."""
    counted = (
        ListFile.objects.filter(pk__in=list_ids)
        .values("pk", "rows__state")
        .annotate(number=Count("rows"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = {pk: {} for pk in list_ids}
    for entry in counted:
        if entry["rows__state"]:
            found[entry["pk"]][entry["rows__state"]] = entry["number"]
    return found


def waiting_counts(list_ids: list[int]) -> dict[int, int]:
    """How many rows of each list wait for somebody. One query."""
    counted = ListFile.objects.filter(pk__in=list_ids).annotate(
        number=Count("rows", filter=Q(rows__state__in=ASKED, rows__done=False, rows__decided=""))
    )
    return dict(counted.values_list("pk", "number"))


def lists_received(scope: Scope, *, limit: int = 100) -> list[ListReceived]:
    """The lists of a scope in counts, for a reader of the department: never people, never rows.

    Lists of disability certificates count like any other; their counts name nobody. Two queries.
    """
    found = list(lists(scope=scope)[:limit])
    counts = state_counts([file.pk for file in found])
    return [
        ListReceived(
            list_id=file.pk,
            kind=file.kind,
            label=words.kind_label(file.kind),
            area=file.area.name,
            received=file.uploaded_at,
            period=(file.period_from, file.period_to),
            status=file.status,
            rows=file.rows_read,
            errors=file.error_count,
            states=counts[file.pk],
        )
        for file in found
    ]


def question_kinds(file: ListFile) -> list[QuestionKind]:
    """What the open rows of a list ask, the most frequent first."""
    counted = (
        file.rows.filter(state__in=ASKED, done=False, decided="")
        .values("reason")
        .annotate(number=Count("pk"))
        .order_by("-number", "reason")
    )
    return [
        QuestionKind(
            one["reason"], reason_text(one["reason"]), one["number"], one["reason"] in TAKEN_TOGETHER
        )
        for one in counted
    ]


def reason_text(reason: str) -> str:
    """Why a row waits, in words."""
    return registry.ListFinding(0, "differs", reason).message


def questions(
    list_id: int, *, scope: Scope, reason: str = "", start: int = 0, limit: int = 20
) -> list[Question]:
    """Open rows of a list as they stand beside the registry now. A constant number of queries."""
    file = open_list(list_id, scope)
    rows = file.rows.filter(state__in=ASKED, done=False).order_by("decided", "reason", "row_no")
    if reason:
        rows = rows.filter(reason=reason)
    chosen = list(rows[start : start + limit])
    found = find_again(file, chosen, clock.today())
    wanted = {pk for finding in found.values() for pk in (*finding.people, *finding.candidates) if pk}
    people = {pk: _candidate(hit) for pk, hit in registry.people(wanted, scope=scope).items()}
    private = KINDS[file.kind].private
    result = []
    for staged in chosen:
        row, finding = payload.open_row(staged.payload, file.pk, staged.row_no), found[staged.row_no]
        seen = payload.shown(finding, file.pk)
        result.append(
            Question(
                row_no=staged.row_no,
                seen=seen,
                state=finding.state,
                reason=finding.reason,
                message=finding.message if finding.state in ASKED else str(words.ANOTHER_ROW),
                names=tuple(named.name or "" for named in _shown(row)),
                numbers=tuple(_masked(named) for named in _shown(row)),
                old="" if private else finding.old,
                new="" if private else finding.new or str(row.day or ""),
                may_take=finding.may_take and finding.state in ASKED,
                decided=staged.decided if staged.shown == seen else "",
                people=tuple(people[pk] for pk in finding.people if pk and pk in people),
                candidates=tuple(people[pk] for pk in finding.candidates if pk in people),
            )
        )
    return result


def _shown(row: ListRow) -> tuple[Named, ...]:
    return row.people[:1] if row.event == events.BIRTH else row.people


def _masked(named: Named) -> str:
    number = named.number or named.written
    return identity.mask(number) if number else ""


def _candidate(hit: registry.PersonHit) -> Candidate:
    return Candidate(hit.person_id, hit.name, hit.id_masked, str(hit.birth or ""), hit.place)


def open_count(file: ListFile) -> int:
    """Rows that wait for a person, decided already or not."""
    return file.rows.filter(state__in=ASKED, done=False).count()


def ready_count(file: ListFile) -> int:
    """Rows that storing would settle now by recording something or by a decision."""
    rows = file.rows.filter(done=False)
    return rows.filter(Q(state=RowState.NEW) | (Q(state__in=ASKED) & ~Q(decided=""))).count()


def problems(list_id: int, *, scope: Scope, start: int = 0, limit: int | None = 50) -> list[ProblemView]:
    """Problems of a list, errors first, then by row; ``limit=None`` for all."""
    file = open_list(list_id, scope)
    found = file.problems.order_by("level", "row_no", "cell", "pk")
    chosen = found[start:] if limit is None else found[start : start + limit]
    return [_problem(file, problem) for problem in chosen]


def _problem(file: ListFile, problem: ListProblem) -> ProblemView:
    text, fix = messages.words_for(problem.code, payload.open_params(problem.params, file.pk))
    return ProblemView(
        cell=problem.cell,
        row_no=problem.row_no,
        column=words.column_label(file.kind, problem.column),
        code=problem.code,
        level=problem.level,
        text=text,
        fix=fix,
    )


def list_problem_workbook(list_id: int, *, scope: Scope) -> bytes:
    """All problems as a workbook that points at the cells; no other cell of the list is in it."""
    return workbook_of(problems(list_id, scope=scope, limit=None))


def storing_list_job(list_id: int) -> jobs.Job | None:
    """The job that stores the list, however it stands; None when nobody asked for one."""
    return jobs.Job.objects.filter(key=storing_key(list_id)).first()


def storing_key(list_id: int) -> str:
    return f"{APPLY_KIND}:{list_id}"


def is_large(file: ListFile) -> bool:
    """True when storing the list is work for the background."""
    return file.rows.filter(done=False).count() > MOST_AT_ONCE
