"""Rows in question of register files, and people whom a stored register does not name."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import StringConstraints

from tongchou.apps.intake import api as intake
from tongchou.web.api.access import needs
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Count, Id, Key, Limit, Typed, following

router = Router(tags=["files"])


class Change(Schema):
    """One field, before and after; both empty when the values are not shown."""

    field: str
    registry: str
    file: str


class FileQuestion(Schema):
    """A row that the registry contradicts. ``verdict`` is empty until somebody decides.

    ``may_store``: of a stored file, when the registry contradicts the row no more.
    """

    row: int
    reason: str
    detail: str
    name: str
    person_id: int | None
    changes: list[Change]
    may_take: bool
    may_decide: bool
    may_store: bool
    verdict: str
    ground: str
    correction_id: int | None
    seen: str


class FileQuestions(Schema):
    """A part of the list, those nobody decided first; send ``next`` as ``start`` to read on."""

    total: int
    items: list[FileQuestion]
    next: int | None


class Saying(Body):
    """What is said about rows in question. The document is needed to ``take`` the file alone."""

    verdict: Literal["keep", "take", "ask"]
    ground: Literal["paper", "village", "changed", "old_list", "mistyped", "unclear"]
    evidence_kind: Typed = ""
    evidence: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class RowSaying(Saying):
    """``seen`` of the row as it was looked at."""

    row: Id
    seen: Typed


class KindSaying(Saying):
    """All rows of a ``reason`` nobody has decided about; ``seen`` of the file as it was looked at."""

    reason: Typed
    seen: Count


class RowToStore(Body):
    """``seen`` of the row as it was looked at."""

    row: Id
    seen: Typed


class StoredRow(Schema):
    """The row was stored."""

    row: int


class DecidedRow(Schema):
    """What was decided; ``correction_id`` when a second person has to decide."""

    row: int
    verdict: str
    ground: str
    correction_id: int | None


class DecidedRows(Schema):
    """How many rows were decided, and how many have to be looked at one by one."""

    decided: int
    left: int


class NotListed(Schema):
    """Somebody whom the last stored register of the village does not name; nobody is removed by that."""

    task_id: int
    person_id: int
    name: str
    village: str
    year: int
    answer: str


class NotListedPeople(Schema):
    """A part of the list, those without an answer first; send ``next`` as ``start`` to read on."""

    total: int
    items: list[NotListed]
    next: int | None


class NotListedAnswer(Body):
    """What the village says. It records nothing about the person."""

    answer: Literal["here", "moved", "died"]


class Answered(Schema):
    """What was noted."""

    task_id: int
    answer: str


@router.get(
    "/files/{int:file_id}/questions",
    summary=gettext_noop("The rows of a file that the registry contradicts, and what was decided"),
    **answers(FileQuestions),
    **needs("intake.apply"),
)
def file_questions(request: HttpRequest, file_id: Id, start: Count = 0, limit: Limit = 50):
    found = intake.open_file(file_id, scope=request.reach)
    intake.compare_again(found, scope=request.reach, at=request.at)
    total = intake.to_decide(found).count()
    listed = intake.questions(found, scope=request.reach, start=start, limit=limit) if start < total else []
    return FileQuestions(
        total=total,
        items=[
            FileQuestion(
                row=one.row_no,
                reason=one.reason,
                detail=one.message,
                name=one.name,
                person_id=one.person.person_id if one.person else None,
                changes=[Change(field=c.label, registry=c.old, file=c.new) for c in one.changes],
                may_take=one.may_take,
                may_decide=one.may_decide,
                may_store=one.may_store,
                verdict=one.decision.verdict if one.decision else "",
                ground=one.decision.ground if one.decision else "",
                correction_id=one.decision.correction if one.decision else None,
                seen=one.seen,
            )
            for one in listed
        ],
        next=following(start, listed, total),
    )


@router.post(
    "/files/{int:file_id}/decide",
    summary=gettext_noop("Decide about one row in question; to take the file asks a second person"),
    **answers(DecidedRow),
    **needs("intake.apply"),
)
def decide_row(request: HttpRequest, file_id: Id, sent: RowSaying, key: Key = None):
    def act() -> DecidedRow:
        made = intake.decide_row(
            file_id=file_id,
            row_no=sent.row,
            seen=sent.seen,
            said=_said(sent),
            by=request.auth,
            at=request.at,
        )
        return DecidedRow(
            row=sent.row, verdict=made.verdict, ground=made.ground, correction_id=made.correction
        )

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/files/{int:file_id}/decide-all",
    summary=gettext_noop("Decide about all rows in question that ask the same"),
    **answers(DecidedRows),
    **needs("intake.apply"),
)
def decide_rows(request: HttpRequest, file_id: Id, sent: KindSaying, key: Key = None):
    def act() -> DecidedRows:
        done = intake.decide_rows(
            file_id=file_id,
            reason=sent.reason,
            seen=sent.seen,
            said=_said(sent),
            by=request.auth,
            at=request.at,
        )
        return DecidedRows(decided=done.decided, left=done.left)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/files/{int:file_id}/store-row",
    summary=gettext_noop("Store a row that a stored file left in question and nothing contradicts any more"),
    **answers(StoredRow),
    **needs("intake.apply"),
)
def store_row(request: HttpRequest, file_id: Id, sent: RowToStore, key: Key = None):
    def act() -> StoredRow:
        intake.store_row(file_id=file_id, row_no=sent.row, seen=sent.seen, by=request.auth, at=request.at)
        return StoredRow(row=sent.row)

    return once(request, key, act, sent.model_dump_json())


def _said(sent: Saying) -> intake.Said:
    return intake.Said(sent.verdict, sent.ground, sent.evidence_kind, sent.evidence)


@router.get(
    "/not-listed",
    summary=gettext_noop("People whom the stored register of their village does not name"),
    **answers(NotListedPeople),
    **needs("intake.answer"),
)
def not_listed(request: HttpRequest, start: Count = 0, limit: Limit = 50):
    total = intake.not_listed_waiting(scope=request.reach).count()
    listed = intake.not_listed(scope=request.reach, start=start, limit=limit) if start < total else []
    return NotListedPeople(
        total=total,
        items=[
            NotListed(
                task_id=one.pk,
                person_id=one.person.person_id,
                name=one.person.name,
                village=one.village,
                year=one.year,
                answer=one.answer,
            )
            for one in listed
        ],
        next=following(start, listed, total),
    )


@router.post(
    "/not-listed/{int:task_id}/answer",
    summary=gettext_noop("Say what became of a person whom the register does not name"),
    **answers(Answered),
    **needs("intake.answer"),
)
def answer(request: HttpRequest, task_id: Id, sent: NotListedAnswer, key: Key = None):
    def act() -> Answered:
        one = intake.answer_not_listed(task_id=task_id, answer=sent.answer, by=request.auth, at=request.at)
        return Answered(task_id=one.pk, answer=one.answer)

    return once(request, key, act, sent.model_dump_json())
