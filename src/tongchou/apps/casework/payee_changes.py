"""Writing down to whose account the money of a case goes; a second person confirms what nobody would look at.

Before a case is decided, an account the register shows to be the family's holds at once: two officers look
at it after whoever wrote it down. Any other one, and every change afterwards, waits for a second person:
until then the old account stands.

While a change waits, the case is taken into no batch. Money sent to an account the family no longer has, or
never had, is lost or has to be asked back; what waits is paid with the next batch. So that nobody keeps a
family waiting by asking for changes, one has a last day, shows on the township's home page, afterwards on the
county's as well, and a refusal lets the old account be paid at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import clocks, moving, paying_to, reach, sealing
from tongchou.apps.casework.models import Case, Payee, PayeeChange
from tongchou.apps.casework.payee_models import ChangeState
from tongchou.core import audit, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.domain.casework.steps import State

#: Working days in which a second person decides.
WITHIN: Final = 5
LONGEST: Final = 300
#: Who confirms: the township, or the county.
SECOND: Final = (reach.REVIEW, reach.APPROVE)
#: States in which officers have still to look at the case, and so at its account.
_LOOKED_AT_LATER: Final = (State.APPLIED, State.RUNNING, State.WAITING, State.SUSPENDED)


@transaction.atomic
def set_payee(*, case_id: int, payee: sealing.PayTo, by: Account, at: dt.datetime) -> Payee | PayeeChange:
    """Record to whose account the money goes, or propose it; the same twice is recorded once.

    Returns
    -------
    Payee or PayeeChange
        The account that holds now; or what waits for a second person, while the one before stands.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not begin cases there.
    Invalid
        ``casework.payee`` with ``problems`` by field, all at once: what is missing, and what the register
        says otherwise.
    Conflict
        ``casework.closed`` when nothing will be paid of the case any more.
    """
    found = moving.locked(case_id, by, at)
    on_behalf = moving.require_turn(found, by, at, reach.OPEN)
    paying_to.require_payable(found)
    clean = paying_to.fitted(paying_to.checked(payee), found)
    newest = Payee.objects.filter(case=case_id).order_by("-pk").first()
    if newest is not None and paying_to.same(sealing.unseal_payee(newest.sealed, case_id), clean):
        withdraw_waiting(found.case, by, at)
        return newest
    if found.standing.state not in _LOOKED_AT_LATER or not clean.tie:
        return _propose(found, clean, by=by, on_behalf=on_behalf, at=at)
    withdraw_waiting(found.case, by, at)
    made = paying_to.record(found.case, clean, by=by, at=at)
    audit.append(
        by=by,
        action="casework.payee",
        subject=f"case:{case_id}",
        scope_no=found.case.handling_scope,
        at=at,
        detail={"relation": clean.relation, "tie": clean.tie, "changed": newest is not None},
    )
    return made


def _propose(
    found: moving.Open, clean: sealing.PayTo, *, by: Account, on_behalf: int, at: dt.datetime
) -> PayeeChange:
    """Let an account that was checked wait for a second person, in place of what waited before."""
    case = found.case
    waiting = _waiting(case.pk)
    if waiting is not None:
        if sealing.unseal_payee(waiting.sealed, case.pk) == clean and waiting.by_id == by.pk:
            return waiting
        withdraw_waiting(case, by, at)
    sealed, index = sealing.seal_payee(clean, case.pk)
    made = PayeeChange.objects.create(
        case=case,
        sealed=sealed,
        account_index=index,
        by=by,
        on_behalf_id=on_behalf,
        at=at,
        due=clocks.working(clock.date_of(at), WITHIN).on,
    )
    _note(made, "propose", by, at, relation=clean.relation, tie=clean.tie)
    return made


@transaction.atomic
def confirm_payee(*, case_id: int, change_id: int, by: Account, at: dt.datetime) -> Payee:
    """Confirm the change that waits: from now on the money goes there. Sent twice, it is one.

    Raises
    ------
    NotAllowed
        When the account neither reviews nor approves there; ``casework.two_people`` for whoever proposed it,
        or acts for who did.
    NotFound
    Conflict
        ``casework.payee_gone`` when it no longer waits; ``casework.closed``; ``casework.payee_register`` when
        the register meanwhile says otherwise.
    """
    found, change = _to_decide(case_id, change_id, by, at)
    if change.made is not None and change.decided_by_id == by.pk:
        return change.made
    _still_waits(change)
    paying_to.require_payable(found)
    try:
        clean = paying_to.fitted(sealing.unseal_payee(change.sealed, case_id), found)
    except Invalid as error:
        words = "; ".join(text for texts in error.data["problems"].values() for text in texts)
        raise Conflict("casework.payee_register", words) from error
    made = change.made = paying_to.record(found.case, clean, by=change.by, at=at)
    _decide(change, ChangeState.CONFIRMED, by, at)
    _note(change, "confirm", by, at)
    return made


@transaction.atomic
def refuse_payee(
    *, case_id: int, change_id: int, by: Account, at: dt.datetime, words: str = ""
) -> PayeeChange:
    """Refuse the change that waits, or take one's own back: the old account stands and can be paid again.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``confirm_payee``.
    Invalid
        ``casework.words`` when a second person gives no reason, or too long a one.
    """
    found, change = _to_decide(case_id, change_id, by, at, own=True)
    if change.state in (ChangeState.REFUSED, ChangeState.WITHDRAWN) and change.decided_by_id == by.pk:
        return change
    _still_waits(change)
    said = " ".join(words.split())
    own = by.pk == change.by_id
    if len(said) > LONGEST or not (said or own):
        raise Invalid("casework.words", _("Say why in at most 300 characters."), field="words")
    change.words = sealing.seal_words(said, found.case.pk)
    _decide(change, ChangeState.WITHDRAWN if own else ChangeState.REFUSED, by, at)
    _note(change, "withdraw" if own else "refuse", by, at)
    return change


def withdraw_waiting(case: Case, by: Account, at: dt.datetime) -> None:
    """Let what waits give way to another account that was written down."""
    change = _waiting(case.pk)
    if change is not None:
        _decide(change, ChangeState.WITHDRAWN, by, at)
        _note(change, "withdraw", by, at)


def _to_decide(
    case_id: int, change_id: int, by: Account, at: dt.datetime, *, own: bool = False
) -> tuple[moving.Open, PayeeChange]:
    found = moving.locked(case_id, by, at)
    change = PayeeChange.objects.select_for_update(of=("self",)).filter(pk=change_id, case=case_id).first()
    if change is None:
        raise _gone()
    if own and change.by_id == by.pk:
        moving.require_turn(found, by, at, reach.OPEN)
        return found, change
    on_behalf = _second(found, by, at)
    if {by.pk, on_behalf} & {change.by_id, change.on_behalf_id}:
        message = _("Who asked for another account does not confirm it. A second person has to.")
        raise NotAllowed("casework.two_people", message)
    return found, change


def _second(found: moving.Open, by: Account, at: dt.datetime) -> int:
    """For whom the account acts as the second person."""
    refused: AppError | None = None
    for permission in SECOND:
        try:
            return moving.require_turn(found, by, at, permission)
        except NotAllowed as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _waiting(case_id: int) -> PayeeChange | None:
    return PayeeChange.objects.filter(case=case_id, state=ChangeState.WAITING).first()


def _gone() -> Conflict:
    message = _("This change no longer waits. Look at the case again.")
    return Conflict("casework.payee_gone", message)


def _still_waits(change: PayeeChange) -> None:
    if change.state != ChangeState.WAITING:
        raise _gone()


def _decide(change: PayeeChange, state: ChangeState, by: Account, at: dt.datetime) -> None:
    change.state, change.decided_by, change.decided_at = state, by, at
    change.save(update_fields=["state", "decided_by", "decided_at", "made", "words"])


def _note(change: PayeeChange, act: str, by: Account, at: dt.datetime, **detail: object) -> None:
    audit.append(
        by=by,
        action=f"casework.payee_{act}",
        subject=f"case:{change.case_id}",
        scope_no=change.case.handling_scope,
        at=at,
        detail={"change": change.pk, **detail},
    )
