"""The account the money of a case goes to: read masked, written down, and confirmed by a second person.

The acts are those of the page, with the same comparison with the register. A full account number goes in and
never comes out.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import StringConstraints

from tongchou.apps.casework import api as casework
from tongchou.apps.registry import api as registry
from tongchou.web.api.access import needs
from tongchou.web.api.case_types import Told
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Code, Id, Key, Moment, Typed

router = Router(tags=["cases"])
_READ = frozenset({casework.VIEW, casework.HEAR})
#: The second person, of the township or the county.
_CONFIRM = frozenset({casework.REVIEW, casework.APPROVE})
#: Who proposed it may take it back too.
_REFUSE = _CONFIRM | {casework.OPEN}
Mandate = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]


class CaseAccount(Schema):
    """An account: its holder, the ends of both numbers, and how the register shows whose it is.

    ``tie`` is self, spouse, parent, guardian, household or institution; empty where there is a
    ``mandate`` alone.
    """

    name: str
    id_masked: str
    bank: str
    account: str
    relation: str
    tie: str
    mandate: str


class CaseAccountChange(Schema):
    """An account that waits for a second person until ``due``; ``own``: the token's owner asked for it."""

    change_id: int
    account: CaseAccount
    asked_at: Moment
    due: dt.date
    own: bool
    may_confirm: bool


class CasePayee(Schema):
    """The account that holds, and the one that waits. ``since``: when the one that holds was written down."""

    case_id: int
    holds: CaseAccount | None
    since: Moment | None
    waits: CaseAccountChange | None


class CasePayeeDone(Schema):
    """What became of an account: ``holds``, or ``waits`` for a second person. Nothing about anybody."""

    case_id: int
    state: str
    change_id: int | None


class CasePayeeGiven(Body):
    """An account in full. ``mandate``: where the register does not show that it is the family's."""

    relation: Code
    name: Typed
    identity: Typed = ""
    bank: Typed
    account: Typed
    mandate: Mandate = ""


class CasePayeeConfirmed(Body):
    """The change that was looked at."""

    change_id: Id


class CasePayeeRefused(Body):
    """The change that was looked at, and why it is not taken; whoever asked for it needs no words."""

    change_id: Id
    words: Told = ""


def _payee(sent: CasePayeeGiven) -> casework.PayTo:
    given = sent.model_dump()
    return casework.PayTo(id_number=given.pop("identity"), **given)


def _of(permissions: frozenset[str]) -> dict[str, object]:
    return needs(lambda: permissions, " | ".join(sorted(permissions)))


@router.get(
    "/cases/{int:case_id}/payee",
    summary=gettext_noop("The account of a case, masked, and the one that waits for a second person"),
    **answers(CasePayee),
    **_of(_READ),
)
def case_payee(request: HttpRequest, case_id: Id):
    view = casework.view(case_id, by=request.auth, at=request.at)
    change = view.change
    return CasePayee(
        case_id=case_id,
        holds=None if view.payee is None else masked(view.payee),
        since=view.payee_at,
        waits=None
        if change is None
        else CaseAccountChange(
            change_id=change.change_id,
            account=masked(change.payee),
            asked_at=change.at,
            due=change.due,
            own=change.own,
            may_confirm=view.may_confirm,
        ),
    )


@router.post(
    "/cases/{int:case_id}/payee",
    summary=gettext_noop("Write the account of a case down; it holds, or waits for a second person"),
    **answers(CasePayeeDone),
    **needs(casework.OPEN),
)
def give_payee(request: HttpRequest, case_id: Id, sent: CasePayeeGiven, key: Key = None):
    def act() -> CasePayeeDone:
        made = casework.set_payee(case_id=case_id, payee=_payee(sent), by=request.auth, at=request.at)
        waits = isinstance(made, casework.PayeeChange)
        return CasePayeeDone(
            case_id=case_id, state="waits" if waits else "holds", change_id=made.pk if waits else None
        )

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/payee/confirm",
    summary=gettext_noop("Confirm the account somebody else asked for"),
    **answers(CasePayeeDone),
    **_of(_CONFIRM),
)
def confirm_payee(request: HttpRequest, case_id: Id, sent: CasePayeeConfirmed, key: Key = None):
    def act() -> CasePayeeDone:
        casework.confirm_payee(case_id=case_id, change_id=sent.change_id, by=request.auth, at=request.at)
        return CasePayeeDone(case_id=case_id, state="holds", change_id=None)

    return once(request, key, act, sent.model_dump_json())


@router.post(
    "/cases/{int:case_id}/payee/refuse",
    summary=gettext_noop("Do not take the account somebody else asked for, or take one's own wish back"),
    **answers(CasePayeeDone),
    **_of(_REFUSE),
)
def refuse_payee(request: HttpRequest, case_id: Id, sent: CasePayeeRefused, key: Key = None):
    def act() -> CasePayeeDone:
        given = {"case_id": case_id, "change_id": sent.change_id, "words": sent.words}
        change = casework.refuse_payee(**given, by=request.auth, at=request.at)
        return CasePayeeDone(case_id=case_id, state=change.state, change_id=None)

    return once(request, key, act, sent.model_dump_json())


def masked(payee: casework.PayTo) -> CaseAccount:
    return CaseAccount(
        name=payee.name,
        id_masked=registry.mask_id(payee.id_number) if payee.id_number else "",
        bank=payee.bank,
        account=casework.masked(payee),
        relation=payee.relation,
        tie=payee.tie,
        mandate=payee.mandate,
    )
