"""What a person is entitled to and why, the work-list, and claims."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou import policies
from tongchou.apps.entitlements import api as entitlements
from tongchou.core import clock
from tongchou.core.errors import Invalid
from tongchou.web.api import reasons
from tongchou.web.api.access import needs
from tongchou.web.api.areas import narrowed
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import (
    MOST,
    Body,
    Code,
    Id,
    Key,
    Limit,
    Moment,
    Year,
    bad_place,
    cursor,
    language,
    place,
)
from tongchou.web.console import responsible

router = Router(tags=["benefits"])


class PersonAnswers(Schema):
    """Every programme's answer for a year, and what the year before still holds."""

    person_id: int
    year: int
    answers: list[reasons.Answer]
    earlier: list[reasons.Answer]


class Entry(Schema):
    """Somebody entitled who has not claimed, or whose answer lacks facts."""

    person_id: int
    household_id: int | None
    name: str
    village: str
    programme: str
    programme_title: str
    year: int
    outcome: str
    amount_fen: int | None
    claim_by: dt.date | None
    responsible: str


class Worklist(Schema):
    """A part of the list; send ``next`` as ``after`` to read on."""

    year: int | None
    as_of: dt.date | None
    items: list[Entry]
    next: str | None


class ClaimSent(Body):
    person_id: Id
    programme: Code
    year: Year


class Claim(Schema):
    person_id: int
    programme: str
    year: int
    recorded_at: Moment


@router.get(
    "/people/{int:person_id}/benefits",
    summary=gettext_noop("What a person is entitled to in a year, clause by clause, in both languages"),
    **answers(PersonAnswers),
    **needs("registry.open"),
)
def person_benefits(request: HttpRequest, person_id: Id, year: Year | None = None):
    on = clock.date_of(request.at)
    asked = _year(year, on)
    found = entitlements.person_entitlements(person_id, scope=request.reach, year=asked, as_of=on)
    return PersonAnswers(
        person_id=person_id,
        year=asked,
        answers=[reasons.answer(one, claimed=one.programme in found.claimed) for one in found.results],
        earlier=[
            reasons.answer(one, claimed=one.programme in found.earlier_claimed) for one in found.earlier
        ],
    )


def _year(asked: int | None, on: dt.date) -> int:
    if asked is None:
        return on.year
    if not on.year - 1 <= asked <= on.year + 1:
        problems = {"year": [_("Ask for last year, this year or the next.")]}
        raise Invalid("api.no_such_year", _("This year is not answered for."), problems=problems)
    return asked


@router.get(
    "/worklist",
    summary=gettext_noop("Who is entitled and has not claimed yet, the nearest deadline first"),
    **answers(Worklist),
    **needs("worklist.view"),
)
def worklist(
    request: HttpRequest,
    programme: Code | None = None,
    area: Id | None = None,
    unclear: bool = False,
    after: str | None = None,
    limit: Limit = 50,
):
    reach = narrowed(area, request.reach)
    if programme is not None:
        _known(programme)
    behind = None if after is None else _list_key(after)
    run = entitlements.latest_run()
    if run is None:
        return Worklist(year=None, as_of=None, items=[], next=None)
    part = entitlements.worklist_after(
        scope=reach,
        year=run.year,
        programme=programme,
        unclear=unclear,
        language=language(),
        after=behind,
        size=limit,
    )
    owners = responsible.for_areas({one.scope_no for one in part.items}, on=clock.date_of(request.at))
    return Worklist(
        year=run.year,
        as_of=run.as_of,
        items=[_entry(one, within=reach, owner=owners.get(one.scope_no, "")) for one in part.items],
        next=_written(part.next) if part.next else None,
    )


def _known(programme: str) -> None:
    if programme not in {one.code for one in policies.listed()}:
        problems = {"programme": [_("Choose one of the programmes listed under /programmes.")]}
        raise Invalid("api.no_such_programme", _("There is no such programme."), problems=problems)


def _entry(one: entitlements.WorkItem, *, within, owner: str) -> Entry:
    return Entry(
        person_id=one.person_id,
        household_id=one.household_id if within.covers(one.scope_no) else None,
        name=one.person_name,
        village=one.village_name,
        programme=one.programme,
        programme_title=one.programme_title,
        year=one.year,
        outcome=one.outcome,
        amount_fen=one.amount_fen,
        claim_by=one.claim_by,
        responsible=owner,
    )


def _written(key: entitlements.ListKey) -> str:
    day = key.claim_by.isoformat() if key.claim_by else None
    return cursor(day, key.person_id, key.programme, key.year)


def _list_key(text: str) -> entitlements.ListKey:
    match place(text):
        case [None | str() as day, int() as person, str() as programme, int() as year] if (
            0 < person <= MOST and 0 < year < 10000 and programme.isidentifier()
        ):
            try:
                return entitlements.ListKey(day and dt.date.fromisoformat(day), person, programme, year)
            except ValueError as error:
                raise bad_place() from error
    raise bad_place()


@router.post(
    "/claims",
    summary=gettext_noop("Record that a family has handed in its application; a second time changes nothing"),
    **answers(Claim),
    **needs("worklist.claim"),
)
def record_claim(request: HttpRequest, sent: ClaimSent, key: Key = None):
    def act() -> Claim:
        claim = entitlements.record_claim(
            person_id=sent.person_id,
            programme=sent.programme,
            year=sent.year,
            by=request.auth,
            at=request.at,
        )
        return Claim(
            person_id=claim.person_id,
            programme=claim.programme,
            year=claim.year,
            recorded_at=claim.recorded_at,
        )

    return once(request, key, act, sent.model_dump_json())
