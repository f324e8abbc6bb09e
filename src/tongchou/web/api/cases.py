"""Cases: what lies where and is due when, one case, beginning one, deciding about one or several.

The acts are those of the pages, with the same turns, clauses and second persons. What a family says on its
application, accounts and the words of officers stand on the case's own page alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router

from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.domain.policy.words import Text
from tongchou.web.api.access import needs
from tongchou.web.api.areas import area_in
from tongchou.web.api.case_types import (
    CaseAsked,
    CaseBrought,
    CaseDone,
    CaseHeard,
    CaseLine,
    CaseOpened,
    CasePassed,
    CaseRefused,
    Cases,
    CasesChosen,
    CasesPassed,
    CasesRefused,
    CaseStep,
    CaseVerdict,
    CaseVerdicts,
    CaseView,
    CaseWords,
)
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import MOST, Code, Id, Key, Limit, Words, bad_place, cursor, place, words

router = Router(tags=["cases"])
_READ = frozenset({casework.VIEW, casework.HEAR})
#: Who decides at one stage or another; which of them, the case says.
_DECIDE = frozenset({casework.DISCUSS, casework.REVIEW, casework.APPROVE})

#: Who hears an appeal, at one level or another.
_HEAR = frozenset({casework.REVIEW, casework.APPROVE, casework.HEAR})


def _of(permissions: frozenset[str]) -> dict[str, object]:
    return needs(lambda: permissions, " | ".join(sorted(permissions)))


@router.get(
    "/cases",
    summary=gettext_noop("Cases the token reads: open ones by their last day, decided ones the newest first"),
    **answers(Cases),
    **_of(_READ),
)
def list_cases(
    request: HttpRequest,
    desk: Code | None = None,
    kind: Code | None = None,
    state: Code | None = None,
    area: Id | None = None,
    due: dt.date | None = None,
    after: str | None = None,
    limit: Limit = 50,
):
    """``due``: only those whose stage ends on this day or before. ``area``: those handled in it or below."""
    found = casework.part(
        by=request.auth,
        on=clock.date_of(request.at),
        chosen=casework.Filter(
            desk=desk or "",
            kind=kind or "",
            state=state or "",
            area_id=None if area is None else area_in(area, request.reach).pk,
        ),
        due=due,
        after=_place(after),
        size=limit,
    )
    behind = found.next
    return Cases(
        items=[_line(one) for one in found.lines],
        next=cursor(behind.case_id, behind.due.isoformat() if behind.due else "") if behind else None,
    )


@router.get(
    "/cases/{int:case_id}",
    summary=gettext_noop("One case: what is due, what the rules answer, what was done"),
    **answers(CaseView),
    **_of(_READ),
)
def case(request: HttpRequest, case_id: Id):
    return _view(casework.view(case_id, by=request.auth, at=request.at))


@router.post(
    "/people/{int:person_id}/cases",
    summary=gettext_noop("Begin a case of a person; the one that stands already when there is one"),
    **answers(CaseDone, 201),
    **needs(casework.OPEN),
)
def open_case(request: HttpRequest, person_id: Id, sent: CaseOpened, key: Key = None):
    said = casework.Application(
        name=sent.name,
        phone=sent.contact,
        relation=sent.relation,
        mandate=sent.mandate,
        statement=sent.statement,
        situation=sent.situation,
    )

    def act() -> CaseDone:
        made = casework.open_case(
            person_id=person_id,
            kind=sent.kind,
            year=sent.year,
            channel=sent.channel,
            applicant=sent.applicant,
            application=said,
            external=sent.external,
            by=request.auth,
            at=request.at,
        )
        return _stands(request, made.pk)

    return once(request, key, act, sent.model_dump_json(), status=201)


@router.post(
    "/cases/accept",
    summary=gettext_noop("Accept several cases, each for itself"),
    **answers(CaseVerdicts),
    **_of(_DECIDE),
)
def accept_cases(request: HttpRequest, sent: CasesChosen, key: Key = None):
    def act() -> CaseVerdicts:
        found = casework.accept_many(numbers=sent.cases, by=request.auth, at=request.at)
        return _verdicts(sent.cases, found)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/cases/pass",
    summary=gettext_noop("Pass several cases whose answer is still the one they were last decided on"),
    **answers(CaseVerdicts),
    **_of(_DECIDE),
)
def pass_cases(request: HttpRequest, sent: CasesPassed, key: Key = None):
    def act() -> CaseVerdicts:
        found = casework.pass_many(numbers=sent.cases, by=request.auth, at=request.at, proof=sent.proof or "")
        return _verdicts(sent.cases, found)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/cases/refuse",
    summary=gettext_noop("Refuse several cases for one reason, each only where its record bears it out"),
    **answers(CaseVerdicts),
    **_of(_DECIDE),
)
def refuse_cases(request: HttpRequest, sent: CasesRefused, key: Key = None):
    def act() -> CaseVerdicts:
        found = casework.refuse_many(
            numbers=sent.cases, reason=sent.reason, words=sent.words, by=request.auth, at=request.at
        )
        return _verdicts(sent.cases, found)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/accept",
    summary=gettext_noop("Accept an application; its days begin to run"),
    **answers(CaseDone),
    **_of(_DECIDE),
)
def accept_case(request: HttpRequest, case_id: Id, key: Key = None):
    return _act(request, case_id, key, lambda given: casework.accept(**given))


@router.post(
    "/cases/{int:case_id}/ask",
    summary=gettext_noop("Ask the family for what is missing, all at once; the days stand still"),
    **answers(CaseDone),
    **_of(_DECIDE),
)
def ask_family(request: HttpRequest, case_id: Id, sent: CaseAsked, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.ask_for(asked=sent.asked, words=sent.words, **given)

    return _act(request, case_id, key, do, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/brought",
    summary=gettext_noop("Note that the family brought it; the days run again"),
    **answers(CaseDone),
    **needs(casework.OPEN),
)
def family_brought(request: HttpRequest, case_id: Id, sent: CaseBrought, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.brought(given=sent.given, words=sent.words, statement=sent.statement, **given)

    return _act(request, case_id, key, do, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/pass",
    summary=gettext_noop("Pass the stage of a case: confirm it or, at its last stage, approve it"),
    **answers(CaseDone),
    **_of(_DECIDE),
)
def pass_case(request: HttpRequest, case_id: Id, sent: CasePassed, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.pass_on(
            seen=sent.seen or "", words=sent.words, amount_fen=sent.fen, proof=sent.proof or "", **given
        )

    return _act(request, case_id, key, do, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/refuse",
    summary=gettext_noop("Refuse a case for a reason the record bears out; its clauses are kept with it"),
    **answers(CaseDone),
    **_of(_DECIDE),
)
def refuse_case(request: HttpRequest, case_id: Id, sent: CaseRefused, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.refuse(reason=sent.reason, seen=sent.seen or "", words=sent.words, **given)

    return _act(request, case_id, key, do, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/suspend",
    summary=gettext_noop("Hold a case while something is cleared up; its days stand still"),
    **answers(CaseDone),
    **_of(_DECIDE),
)
def suspend_case(request: HttpRequest, case_id: Id, sent: CaseWords, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.suspend(words=sent.words, **given)

    return _act(request, case_id, key, do, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/resume",
    summary=gettext_noop("Take a held case up again; the days that were left run"),
    **answers(CaseDone),
    **_of(_DECIDE),
)
def resume_case(request: HttpRequest, case_id: Id, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.resume(**given)

    return _act(request, case_id, key, do)


@router.post(
    "/cases/{int:case_id}/withdraw",
    summary=gettext_noop("Note that the family withdraws; no reason is asked"),
    **answers(CaseDone),
    **needs(casework.OPEN),
)
def withdraw_case(request: HttpRequest, case_id: Id, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.withdraw(**given)

    return _act(request, case_id, key, do)


@router.post(
    "/cases/{int:case_id}/appeal",
    summary=gettext_noop("Note that the family objects to a refusal; somebody else hears it"),
    **answers(CaseDone),
    **needs(casework.OPEN),
)
def appeal_case(request: HttpRequest, case_id: Id, sent: CaseWords, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.appeal(words=sent.words, **given)

    return _act(request, case_id, key, do, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/hear",
    summary=gettext_noop("Decide an appeal: the decision stands, is turned round, or is sent back"),
    **answers(CaseDone),
    **_of(_HEAR),
)
def hear_appeal(request: HttpRequest, case_id: Id, sent: CaseHeard, key: Key = None):
    def do(given: dict[str, object]) -> object:
        return casework.hear(verdict=sent.verdict, seen=sent.seen or "", words=sent.words, **given)

    return _act(request, case_id, key, do, sent.model_dump_json())


def _act(
    request: HttpRequest, case_id: int, key: str | None, do: Callable[[dict[str, object]], object], *sent: str
):
    def act() -> CaseDone:
        do({"case_id": case_id, "by": request.auth, "at": request.at})
        return _stands(request, case_id)

    return once(request, key, act, *sent)


def _stands(request: HttpRequest, case_id: int) -> CaseDone:
    one = casework.stands(case_id, by=request.auth, on=clock.date_of(request.at))
    return CaseDone(
        case_id=one.pk,
        number=one.number,
        state=one.state,
        desk=one.desk,
        stage=one.stage_code,
        stage_due=one.stage_due if one.desk else None,
        provisional=bool(one.desk) and one.provisional,
    )


def _verdicts(sent: list[int], found: casework.Together) -> CaseVerdicts:
    against = {one.case_id: one.error for one in found.left}
    return CaseVerdicts(
        done=len(found.done),
        items=[
            CaseVerdict(
                case_id=one,
                done=one not in against,
                code=against[one].code if one in against else "",
                detail=str(against[one].message) if one in against else "",
            )
            for one in dict.fromkeys(sent)
        ],
    )


def _place(text: str | None) -> casework.Place | None:
    if text is None:
        return None
    found = place(text)
    if len(found) != 2 or type(found[0]) is not int or not 0 < found[0] <= MOST or type(found[1]) is not str:
        raise bad_place()
    try:
        return casework.Place(found[0], dt.date.fromisoformat(found[1]) if found[1] else None)
    except ValueError as error:
        raise bad_place() from error


def _words(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


def _line(one: casework.Line) -> CaseLine:
    same = ("case_id", "number", "year", "person_id", "place", "state", "desk", "provisional", "late")
    return CaseLine(
        kind=one.public_kind,
        title=_words(one.title_zh, one.title_en),
        stage=_words(one.stage_zh, one.stage_en),
        name=one.person_name,
        fen=one.amount_fen,
        stage_due=one.due,
        opened_at=one.opened_at,
        acted=one.acted,
        **{name: getattr(one, name) for name in same},
    )


def _view(view: casework.View) -> CaseView:
    one, open_ = view.case, bool(view.case.desk)
    return CaseView(
        case_id=one.pk,
        number=one.number,
        kind="" if one.private else one.kind,
        title=words(view.kind.public_title),
        year=one.year,
        person_id=one.person_id,
        name=view.person.name if view.person else "",
        place=view.person.place if view.person else "",
        area=view.area,
        fen=one.amount_fen,
        state=one.state,
        desk=one.desk,
        stage=_stage(view),
        opened_at=one.opened_at,
        accepted_on=one.accepted_on,
        stage_due=one.stage_due if open_ else None,
        provisional=open_ and one.provisional,
        due=one.due if open_ else None,
        due_provisional=open_ and one.due_provisional,
        asked=_asked(view),
        outcome=str(view.answer.outcome) if view.answer else "",
        outcome_fen=view.answer.amount_fen if view.answer else None,
        seen=view.seen,
        same=view.same,
        acts=sorted(view.acts),
        acted=view.acted,
        timeline=[_step(step) for step in view.history],
    )


def _stage(view: casework.View) -> Words:
    title: Text = view.stages[min(view.case.stage, len(view.stages) - 1)].title
    return _words(title.zh, title.en)


def _asked(view: casework.View) -> list[str]:
    """What the family is waited for; empty while nobody waits for it."""
    if view.case.desk != casework.Desk.FAMILY:
        return []
    return next((list(one.reasons) for one in reversed(view.history) if one.act == casework.Act.ASK), [])


def _step(one: casework.Step) -> CaseStep:
    return CaseStep(
        act=one.act,
        stage=_words(one.stage_zh, one.stage_en),
        officer=one.officer,
        on_behalf=one.on_behalf,
        at=one.at,
        reasons=list(one.reasons),
        in_time=one.in_time,
        mark=one.mark,
    )
