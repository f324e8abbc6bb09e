"""Lines in question: what each asks, what was decided about it, and what is asked of the village."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tongchou.apps.corrections import api as corrections
from tongchou.apps.intake import changes, messages, payload
from tongchou.apps.intake.models import FileStatus, RegisterFile, RowStatus, StagedRow
from tongchou.apps.intake.question_models import RowDecision, Verdict
from tongchou.apps.registry import api as registry
from tongchou.core import crypto
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.register.row import RegisterRow

#: Questions of which the file may be taken for all lines at once: whose number it is, is never one.
TAKEN_TOGETHER: Final = registry.ABOUT_FACTS
#: The cell that a question is about.
_COLUMN: Final = {
    "name_differs": "name",
    "other_name": "name",
    "sex_differs": "sex",
    "birth_differs": "birth",
    "other_birth": "birth",
    "other_id": "id_number",
    "registered_elsewhere": "id_number",
    "other_head": "relation",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with what was decided before already in it."""

    rows: registry.Comparison
    questions: dict[int, str] = field(default_factory=dict)  # row: digest of what it asks
    decisions: dict[int, RowDecision] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """A line in question beside the registry: numbers masked, nothing about marriage or children."""

    row_no: int
    seen: str
    reason: str
    message: str
    name: str
    id_masked: str
    relation: str
    may_take: bool
    together: bool
    person: registry.PersonHit | None = None
    changes: tuple[changes.ChangeView, ...] = ()
    decision: RowDecision | None = None
    correction: str = ""  # where the correction that was asked for stands
    may_store: bool = False  # of a stored file: nothing contradicts it any more

    @property
    def may_decide(self) -> bool:
        """False while a second person has to decide about the correction, or has approved it."""
        return not self.may_store and self.correction not in (
            corrections.WAITING,
            corrections.Outcome.APPROVED,
        )


@dataclass(frozen=True, slots=True)
class RowQuestionKind:
    """How many lines wait with the same question; ``together``: the file may be taken for all of them."""

    reason: str
    text: str
    number: int
    together: bool


def digest(row: RegisterRow, found: registry.RowComparison, village_id: int) -> str:
    """Equal for equal questions in whatever file of a village, and telling nothing of them."""
    said = [row.name, row.household_no, row.id_number, str(row.birth or ""), row.sex]
    against = [[change.field, change.old, change.new] for change in found.changes]
    text = json.dumps([found.reason, found.person_id, said, against], ensure_ascii=False)
    return crypto.blind_index(text, f"intake.question:{village_id}")


def compared(rows: Sequence[RegisterRow], *, village: Any, sha256: str, scope: Scope) -> Compared:
    """The lines beside the registry, with what was decided about the same questions before.

    What the village was asked counts for the same file alone: another one may be its answer.
    """
    found = registry.compare(rows, village=village, scope=scope)
    by_row = {row.row_no: row for row in rows}
    asked = {
        one.row_no: digest(by_row[one.row_no], one, village.pk) for one in found if one.status == "conflict"
    }
    if not asked:
        return Compared(found)
    known = {
        one.question: one
        for one in RowDecision.objects.filter(village=village, question__in=set(asked.values()))
        if one.verdict != Verdict.ASK or one.sha256 == sha256
    }
    decisions = {row_no: known[text] for row_no, text in asked.items() if text in known}
    if settled := settles(decisions.items()):
        found = registry.compare(rows, village=village, scope=scope, settled=settled)
    return Compared(found, asked, decisions)


def settles(decided: Iterable[tuple[int, RowDecision]]) -> set[int]:
    """The lines of which everything else is recorded, whatever becomes of the fact in question."""
    return {
        row_no for row_no, one in decided if one.verdict != Verdict.ASK and one.reason in registry.ABOUT_FACTS
    }


def settled_rows(file: RegisterFile) -> set[int]:
    """The same for all lines of a file. One query."""
    rows = file.rows.filter(decision__isnull=False).select_related("decision")
    return settles((row.row_no, row.decision) for row in rows if row.decision is not None)


def asking(file: RegisterFile) -> QuerySet[StagedRow]:
    """The lines of a file that ask something, decided or not."""
    return file.rows.filter(Q(status=RowStatus.CONFLICT) | Q(decision__isnull=False), held=False)


def to_decide(file: RegisterFile) -> QuerySet[StagedRow]:
    """The lines of a file that somebody may decide about: of a stored one, those that were left open."""
    found = file.rows.all() if file.status == FileStatus.APPLIED else asking(file)
    return found.exclude(payload="")


def counts(file: RegisterFile) -> dict[str, int]:
    """How many lines were decided how, by ``Verdict``; those nobody decided under "". One query."""
    found = asking(file).values_list("decision__verdict").annotate(number=Count("pk")).order_by()
    return {"": 0, **dict.fromkeys(Verdict.values, 0), **{verdict or "": n for verdict, n in found}}


def kinds(file: RegisterFile) -> list[RowQuestionKind]:
    """The kinds of questions nobody has decided, the most frequent first. One query."""
    found = (
        to_decide(file)
        .filter(decision=None, status=RowStatus.CONFLICT)
        .values_list("reason")
        .annotate(number=Count("pk"))
        .order_by("-number", "reason")
    )
    return [RowQuestionKind(kind, message(kind), n, kind in TAKEN_TOGETHER) for kind, n in found]


def message(reason: str) -> str:
    """Why a line is in question, in words."""
    return str(registry.REASONS[reason]) if reason else ""


def question_lines(file: RegisterFile) -> list[str]:
    """The rows nobody has decided about as one line of text each, for a terminal. One query."""
    rows = asking(file).filter(decision=None).order_by("row_no").values_list("row_no", "reason")
    label = RowStatus.CONFLICT.label
    return [f"{row_no} [{label}] {message(reason)}" for row_no, reason in rows]


def questions(
    file: RegisterFile, *, scope: Scope, reason: str = "", start: int = 0, limit: int = 20
) -> list[RowQuestion]:
    """Lines in question of a file, those nobody decided first. A constant number of queries."""
    found = to_decide(file).select_related("decision__decided_by")
    if reason:
        found = found.filter(Q(reason=reason, decision=None) | Q(decision__reason=reason))
    chosen = list(_ordered(found)[start : start + limit])
    rows = {one.row_no: payload.open_row(one.payload, file.bound, one.row_no) for one in chosen}
    beside = {one.row_no: one for one in raw(file, rows.values(), scope)}
    people = registry.people({one.person_id for one in chosen if one.person_id}, scope=scope)
    taken = [one.decision.correction for one in chosen if one.decision and one.decision.correction]
    states = corrections.states(taken) if taken else {}
    result = []
    for one in chosen:
        row, about = rows[one.row_no], one.decision.reason if one.decision else one.reason
        free = one.status != RowStatus.CONFLICT and file.status == FileStatus.APPLIED
        person = people.get(one.person_id or 0)
        against = beside[one.row_no].changes if about in registry.OF_ONE else ()
        result.append(
            RowQuestion(
                row_no=one.row_no,
                seen=one.shown,
                reason=about,
                message=_("The registry does not contradict this row any more.") if free else message(about),
                name=row.name,
                id_masked=identity.mask(row.id_number) if row.id_number else "",
                relation=changes.relation(row.relation),
                may_take=not free and bool(person and facts(row, beside[one.row_no], about)),
                together=about in TAKEN_TOGETHER,
                may_store=free,
                person=person,
                changes=changes.views(against) if against else (),
                decision=one.decision,
                correction=states.get(one.decision.correction or 0, "") if one.decision else "",
            )
        )
    return result


def _ordered(found: QuerySet[StagedRow]) -> QuerySet[StagedRow]:
    return found.annotate(decided=Q(decision__isnull=False)).order_by("decided", "reason", "row_no")


def raw(file: RegisterFile, rows: Iterable[RegisterRow], scope: Scope) -> registry.Comparison:
    """Some lines beside the registry as if nobody had decided anything."""
    return registry.compare(list(rows), village=file.village, scope=scope)


def facts(row: RegisterRow, found: registry.RowComparison, reason: str) -> dict[str, str]:
    """What a correction would write, by field; nothing when the file cannot be taken."""
    if reason not in registry.OF_ONE or found.reason != reason:
        return {}
    said = {
        "name": row.name,
        "sex": str(row.sex or ""),
        "birth": str(row.birth or ""),
        "id_number": row.id_number or "",
    }
    return {name: said[name] for name in found.fields if said.get(name)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the village is asked about a line."""

    row_no: int
    cell: str
    column: str
    text: str
    fix: str


def asked_of_village(file: RegisterFile) -> list[Asked]:
    """The lines somebody wants the village to look at, in the order of the sheet. One query."""
    rows = (
        file.rows.filter(decision__verdict=Verdict.ASK)
        .order_by("row_no")
        .values_list("row_no", "decision__reason")
    )
    fix = _("Look at the person's document. Write into the file what it says, or tell the township.")
    result = []
    for row_no, reason in rows:
        name = _COLUMN.get(reason, "")
        letters = file.columns.get(name, "") if name else ""
        cell = f"{letters}{row_no}" if letters else ""
        result.append(Asked(row_no, cell, messages.column_label(name) if name else "", message(reason), fix))
    return result
