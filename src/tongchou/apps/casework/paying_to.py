"""The account the money of a case goes to: one's own or the child's, or that of an institution."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import moving, reach, sealing
from tongchou.apps.casework.models import Case, Payee
from tongchou.core import audit
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain import identity
from tongchou.domain.casework.steps import State
from tongchou.domain.payments import writing

#: Whose account it is, seen from the person of the case (国卫办人口发〔2025〕24号).
RELATIONS: Final = ("self", "child", "parent", "guardian", "institution")
_DIGITS: Final = re.compile(r"\d{10,25}")


@transaction.atomic
def set_payee(*, case_id: int, payee: sealing.PayTo, by: Account, at: dt.datetime) -> Payee:
    """Record to whose account the money goes; the same twice is recorded once.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not begin cases there.
    Invalid
        ``casework.payee`` with ``problems`` by field, all at once.
    Conflict
        ``casework.closed`` when nothing will be paid of the case any more.
    """
    found = moving.locked(case_id, by, at)
    moving.require_turn(found, by, at, reach.OPEN)
    if found.standing.state in (State.REFUSED, State.WITHDRAWN, State.ENDED):
        raise Conflict("casework.closed", _("Nothing is paid of this case any more."))
    clean = checked(payee)
    sealed, index = sealing.seal_payee(clean, case_id)
    newest = Payee.objects.filter(case=case_id).order_by("-pk").first()
    if newest is not None and sealing.unseal_payee(newest.sealed, case_id) == clean:
        return newest
    made = Payee.objects.create(case_id=case_id, sealed=sealed, account_index=index, by=by, at=at)
    audit.append(
        by=by,
        action="casework.payee",
        subject=f"case:{case_id}",
        scope_no=found.case.handling_scope,
        at=at,
        detail={"relation": clean.relation, "changed": newest is not None},
    )
    return made


def checked(payee: sealing.PayTo) -> sealing.PayTo:
    """An account in order.

    Raises
    ------
    Invalid
        ``casework.payee`` with ``problems`` by field, all at once.
    """
    wrong: dict[str, list[str]] = {}
    account = re.sub(r"[\s-]", "", payee.account)
    number = identity.parse(payee.id_number).number if payee.id_number.strip() else ""
    if not payee.name.strip() or len(payee.name) > 60:
        wrong["name"] = [str(_("Give the name of the account's holder as the bank has it."))]
    if payee.relation not in RELATIONS:
        wrong["relation"] = [str(_("Choose whose account it is."))]
    if not payee.bank.strip() or len(payee.bank) > 60:
        wrong["bank"] = [str(_("Give the bank and branch."))]
    if not _DIGITS.fullmatch(account):
        wrong["account"] = [str(_("An account number has 10 to 25 digits. Check each of them."))]
    if number is None or (not number and payee.relation != "institution"):
        wrong["id_number"] = [str(_("Give the identity number of the account's holder."))]
    if wrong:
        raise Invalid("casework.payee", _("The account is not complete yet."), problems=wrong)
    return sealing.PayTo(payee.name.strip(), number or "", payee.bank.strip(), account, payee.relation)


def masked(payee: sealing.PayTo) -> str:
    """An account as pages show it, everywhere alike.

    Examples
    --------
    >>> masked(sealing.PayTo("某某", "", "某银行", "6217000012345678", "self"))
    '***5678'
    """
    return writing.masked(payee.account)


def payee_of(case: Case) -> sealing.PayTo | None:
    """The newest account of a case, opened; None before one is given. One query."""
    newest = Payee.objects.filter(case=case).order_by("-pk").first()
    return None if newest is None else sealing.unseal_payee(newest.sealed, case.pk)


def shared_with(case: Case) -> int:
    """How many other people's cases name the same account: a question to be asked, not an answer."""
    newest = Payee.objects.filter(case=case).order_by("-pk").values_list("account_index", flat=True).first()
    if newest is None:
        return 0
    others = Payee.objects.filter(account_index=newest).exclude(case__person_id=case.person_id)
    return others.values("case__person_id").distinct().count()
