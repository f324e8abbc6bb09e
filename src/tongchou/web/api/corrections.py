"""Corrections of what identifies a person: ask, read, decide. Entries are taken back on the pages alone.

Identity numbers are compared with the document on the page, where showing them is recorded: here they are
neither sent nor asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from tongchou.apps.corrections import api as corrections
from tongchou.apps.registry import api as registry
from tongchou.core import accounts, clock
from tongchou.web.api.access import needs
from tongchou.web.api.areas import narrowed
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Code, Id, Key, Limit, Moment

router = Router(tags=["corrections"])

_PLAIN = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=_PLAIN)]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]
Mark = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9:_=-]+$")]


class Correction(Schema):
    """A request. ``state`` is ``waiting``, ``approved``, ``refused`` or ``withdrawn``."""

    correction_id: int
    person_id: int
    name: str
    place: str
    fields: list[str]
    reason: str
    state: str
    asked_by: str
    asked_at: Moment


class Corrections(Schema):
    """A part of the list; send ``next`` as ``after`` to read on."""

    items: list[Correction]
    next: int | None


class CorrectionChange(Schema):
    """A field before and after, as the registry writes it; numbers masked."""

    field: str
    before: str
    after: str


class CorrectionDetail(Correction):
    """One request. ``seen`` is what an approval has to name; ``stale`` says that the registry has changed."""

    changes: list[CorrectionChange]
    words: str
    document: str
    document_words: str
    obstacles: list[str]
    stale: bool
    own: bool
    may_decide: bool
    seen: str
    refusal: str
    decided_by: str
    decided_at: Moment | None


class CorrectionAsked(Body):
    """What is to stand in the registry, why, and by which document; a field left out is not corrected."""

    name: Name | None = None
    sex: Literal["1", "2"] | None = None
    birth: Day | None = None
    reason: Code
    words: Annotated[str, StringConstraints(max_length=corrections.LONGEST, pattern=_PLAIN)] = ""
    document: Code
    document_words: Annotated[
        str, StringConstraints(min_length=1, max_length=registry.LONGEST_EVIDENCE, pattern=_PLAIN)
    ]


class CorrectionApproved(Body):
    """The token has to hold ``corrections.decide`` too: approving decides and changes the registry."""

    seen: Mark


class CorrectionRefused(Body):
    reason: Code


class ToApprove(Body):
    """One request and the ``seen`` of it as it was looked at."""

    correction_id: Id
    seen: Mark


class CorrectionsApproved(Body):
    """The token has to hold ``corrections.decide`` too. Each request stands by itself."""

    corrections: Annotated[list[ToApprove], Field(min_length=1, max_length=corrections.MOST)]


class CorrectionsRefused(Body):
    """All for the same reason. Each request stands by itself."""

    corrections: Annotated[list[Id], Field(min_length=1, max_length=corrections.MOST)]
    reason: Code


class NotDecided(Schema):
    """A request nothing was done about, and why."""

    correction_id: int
    code: str
    detail: str


class DecidedTogether(Schema):
    """The numbers of those decided, and the others with their reason."""

    done: list[int]
    left: list[NotDecided]


@router.get(
    "/corrections",
    summary=gettext_noop("Corrections that wait for a decision, or were decided, the oldest first"),
    **answers(Corrections),
    **needs(corrections.ASK),
)
def list_corrections(
    request: HttpRequest,
    area: Id | None = None,
    decided: bool = False,
    after: Id | None = None,
    limit: Limit = 50,
):
    on = clock.date_of(request.at)
    within = None if area is None else narrowed(area, request.reach)
    found = corrections.requests(by=request.auth, on=on, waiting=not decided, within=within)
    part = found.filter(kind=corrections.Kind.IDENTITY, pk__gt=after or 0).order_by("pk")[: limit + 1]
    lines = corrections.lines(part, by=request.auth, on=on)
    names = accounts.names(one.asked_by for one in lines[:limit])
    return Corrections(
        items=[Correction(**_line(one, names)) for one in lines[:limit]],
        next=lines[limit - 1].pk if len(lines) > limit else None,
    )


@router.get(
    "/corrections/{int:correction_id}",
    summary=gettext_noop("One correction: old and new, the document, who asked and who decided"),
    **answers(CorrectionDetail),
    **needs(corrections.ASK),
)
def correction(request: HttpRequest, correction_id: Id):
    return _detail(request, correction_id)


@router.post(
    "/people/{int:person_id}/corrections",
    summary=gettext_noop("Ask for a correction; somebody else decides"),
    **answers(CorrectionDetail),
    **needs(corrections.ASK),
)
def ask_correction(request: HttpRequest, person_id: Id, sent: CorrectionAsked, key: Key = None):
    def act() -> CorrectionDetail:
        made = corrections.ask_correction(
            person_id=person_id,
            new=sent.model_dump(include={"name", "sex", "birth"}, exclude_none=True),
            reason=sent.reason,
            words=sent.words,
            evidence_kind=sent.document,
            evidence_words=sent.document_words,
            by=request.auth,
            at=request.at,
        )
        return _detail(request, made.pk)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/corrections/{int:correction_id}/approve",
    summary=gettext_noop("Approve a correction somebody else asked for; the registry says it at once"),
    **answers(CorrectionDetail),
    **needs("registry.correct"),
)
def approve_correction(request: HttpRequest, correction_id: Id, sent: CorrectionApproved, key: Key = None):
    def act() -> CorrectionDetail:
        _one(request, correction_id)
        corrections.approve(correction_id=correction_id, seen=sent.seen, by=request.auth, at=request.at)
        return _detail(request, correction_id)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/corrections/{int:correction_id}/refuse",
    summary=gettext_noop("Refuse a correction somebody else asked for, for a reason"),
    **answers(CorrectionDetail),
    **needs(corrections.DECIDE),
)
def refuse_correction(request: HttpRequest, correction_id: Id, sent: CorrectionRefused, key: Key = None):
    def act() -> CorrectionDetail:
        _one(request, correction_id)
        corrections.refuse(correction_id=correction_id, refusal=sent.reason, by=request.auth, at=request.at)
        return _detail(request, correction_id)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/corrections/approve",
    summary=gettext_noop("Approve several corrections others asked for; each stands by itself"),
    **answers(DecidedTogether),
    **needs("registry.correct"),
)
def approve_corrections(request: HttpRequest, sent: CorrectionsApproved, key: Key = None):
    def act() -> DecidedTogether:
        chosen = {one.correction_id: one.seen for one in sent.corrections}
        return _together(
            request,
            list(chosen),
            lambda numbers: corrections.approve_many(
                chosen={number: chosen[number] for number in numbers}, by=request.auth, at=request.at
            ),
        )

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/corrections/refuse",
    summary=gettext_noop("Refuse several corrections others asked for, for one reason"),
    **answers(DecidedTogether),
    **needs(corrections.DECIDE),
)
def refuse_corrections(request: HttpRequest, sent: CorrectionsRefused, key: Key = None):
    def act() -> DecidedTogether:
        return _together(
            request,
            sent.corrections,
            lambda numbers: corrections.refuse_many(
                numbers=numbers, refusal=sent.reason, by=request.auth, at=request.at
            ),
        )

    return once(request, key, act, sent.model_dump_json())


def _together(
    request: HttpRequest, numbers: list[int], decide: Callable[[list[int]], corrections.Together]
) -> DecidedTogether:
    """What became of each; entries are taken back on the pages alone."""
    found = corrections.requests(by=request.auth, on=clock.date_of(request.at), waiting=True)
    entries = set(found.filter(pk__in=numbers, kind=corrections.Kind.REVERSAL).values_list("pk", flat=True))
    mine = [number for number in dict.fromkeys(numbers) if number not in entries]
    done = decide(mine) if mine else corrections.Together()
    left = [(one.pk, one.error) for one in done.left]
    left += [(number, corrections.no_correction()) for number in sorted(entries)]
    return DecidedTogether(
        done=done.done,
        left=[
            NotDecided(correction_id=number, code=error.code, detail=str(error.message))
            for number, error in left
        ],
    )


@router.post(
    "/corrections/{int:correction_id}/withdraw",
    summary=gettext_noop("Take the own request for a correction back"),
    **answers(CorrectionDetail),
    **needs(corrections.ASK),
)
def withdraw_correction(request: HttpRequest, correction_id: Id, key: Key = None):
    def act() -> CorrectionDetail:
        _one(request, correction_id)
        corrections.withdraw(correction_id=correction_id, by=request.auth, at=request.at)
        return _detail(request, correction_id)

    return once(request, key, act)


def _one(request: HttpRequest, correction_id: int) -> corrections.View:
    view = corrections.open_correction(correction_id, by=request.auth, at=request.at)
    if view.line.kind != corrections.Kind.IDENTITY:
        raise corrections.no_correction()
    return view


def _detail(request: HttpRequest, correction_id: int) -> CorrectionDetail:
    view = _one(request, correction_id)
    names = accounts.names([view.line.asked_by, view.decided_by])
    return CorrectionDetail(
        **_line(view.line, names),
        changes=[
            CorrectionChange(field=one.field, before=one.before, after=one.after) for one in view.changes
        ],
        words=view.words,
        document=view.evidence_kind,
        document_words=view.evidence,
        obstacles=[str(text) for text in view.obstacles],
        stale=view.stale,
        own=view.own,
        may_decide=view.may_decide,
        seen=view.seen,
        refusal=view.refusal,
        decided_by=names.get(view.decided_by or 0, ""),
        decided_at=view.decided_at,
    )


def _line(one: corrections.Line, names: dict[int, str]) -> dict[str, object]:
    return {
        "correction_id": one.pk,
        "person_id": one.person_id,
        "name": one.person,
        "place": one.place,
        "fields": list(one.about),
        "reason": one.reason,
        "state": str(one.state),
        "asked_by": names.get(one.asked_by, ""),
        "asked_at": one.asked_at,
    }
