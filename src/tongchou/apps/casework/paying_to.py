"""The account the money of a case goes to: the family's own, an institution's, or a proxy's with a mandate.

What is checked of it, without and beside the register. ``payee_changes`` writes it down.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import moving, sealing
from tongchou.apps.casework.models import Applicant, Award, Case, Payee
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain import identity
from tongchou.domain.casework.steps import State
from tongchou.domain.names import compare_key
from tongchou.domain.payments import writing

#: Whose account it is, seen from the person of the case (国卫办人口发〔2025〕24号).
RELATIONS: Final = (
    "self",
    "child",
    "spouse",
    "parent",
    "guardian",
    "household",
    "institution",
    "other",
)
#: Characters of a mandate: kind, date, who signed it.
LONGEST_MANDATE: Final = 120
_DIGITS: Final = re.compile(r"\d{10,25}")


def record(case: Case, clean: sealing.PayTo, *, by: Account, at: dt.datetime) -> Payee:
    """Write an account down so that it holds from now on."""
    sealed, index = sealing.seal_payee(clean, case.pk)
    made = Payee.objects.create(case=case, sealed=sealed, account_index=index, by=by, at=at)
    Award.objects.filter(case=case, has_payee=False).update(has_payee=True)
    return made


def require_payable(found: moving.Open) -> None:
    """Refuse an account for what is not paid any more.

    Raises
    ------
    Conflict
        ``casework.closed``.
    """
    if found.standing.state in (State.REFUSED, State.WITHDRAWN, State.ENDED):
        raise Conflict("casework.closed", _("Nothing is paid of this case any more."))


def same(one: sealing.PayTo, other: sealing.PayTo) -> bool:
    """Whether two accounts are the same one of the same holder; how it is shown to be his does not count."""
    return replace(one, tie="", mandate="") == replace(other, tie="", mandate="")


def checked(payee: sealing.PayTo) -> sealing.PayTo:
    """An account in order, as far as it can be seen without the register.

    Raises
    ------
    Invalid
        ``casework.payee`` with ``problems`` by field, all at once.
    """
    wrong: dict[str, list[str]] = {}
    account = re.sub(r"[\s-]", "", payee.account)
    reading = identity.parse(payee.id_number)
    if not payee.name.strip() or len(payee.name) > 60:
        wrong["name"] = [str(_("Give the name of the account's holder as the bank has it."))]
    if payee.relation not in RELATIONS:
        wrong["relation"] = [str(_("Choose whose account it is."))]
    if not payee.bank.strip() or len(payee.bank) > 60:
        wrong["bank"] = [str(_("Give the bank and branch."))]
    if not _DIGITS.fullmatch(account):
        wrong["account"] = [str(_("An account number has 10 to 25 digits. Check each of them."))]
    if payee.id_number.strip():
        if reading.number is None:
            wrong["id_number"] = [_said(reading)]
    elif payee.relation != "institution":
        wrong["id_number"] = [str(_("Give the identity number of the account's holder."))]
    mandate = " ".join(payee.mandate.split())
    if len(mandate) > LONGEST_MANDATE:
        wrong["mandate"] = [str(_("At most %(most)s characters.") % {"most": LONGEST_MANDATE})]
    if wrong:
        raise _invalid(wrong)
    return sealing.PayTo(
        payee.name.strip(), reading.number or "", payee.bank.strip(), account, payee.relation, mandate
    )


def _invalid(wrong: dict[str, list[str]]) -> Invalid:
    return Invalid("casework.payee", _("The account is not complete or not right yet."), problems=wrong)


def _said(reading: identity.IdReading) -> str:
    """What is wrong with an identity number that was typed."""
    words = {
        "id_length": _("An identity number has 18 characters; this one has more or fewer."),
        "id_character": _("An identity number has digits alone; only the last one may be an X."),
        "id_birth_impossible": _(
            "The day of birth in this identity number does not exist. Check each digit."
        ),
    }
    usual = _("The last character of this identity number does not fit the others. Check each digit.")
    return str(next((words[one] for one in reading.problems if one in words), usual))


def fitted(payee: sealing.PayTo, found: moving.Open) -> sealing.PayTo:
    """An account in order beside the register, with the tie it shows; without one, with its mandate.

    Number and name agree with the register where it has the number; nobody gets money whose death is
    recorded. The account is the person's own, the spouse's, a parent's or guardian's, or that of somebody of
    the household; anybody else shows a mandate, as a proxy does who applies (``Applicant.PROXY``).

    Raises
    ------
    Invalid
        ``casework.payee`` with ``problems`` by field, all at once.
    """
    wrong: dict[str, list[str]] = {}
    if payee.relation == "institution":
        tie = "institution" if _is_institution(payee, found) else ""
    else:
        holder = registry.holder_of(person_id=found.case.person_id, number=payee.id_number, name=payee.name)
        own = payee.relation == "self" or (payee.relation == "child" and found.kind.of_child)
        wrong |= _against(holder, own=own)
        tie = _tie(holder, payee.relation)
    if not wrong and not tie and not payee.mandate:
        message = _(
            "The register does not show that this account is the person's or the family's. Say which paper "
            "shows the mandate or the reason: kind, date, who signed it."
        )
        wrong["mandate"] = [str(message)]
    if wrong:
        raise _invalid(wrong)
    return replace(payee, tie=tie, mandate="" if tie else payee.mandate)


def _against(holder: registry.Holder, *, own: bool) -> dict[str, list[str]]:
    """What the register says against a holder, by field."""
    if holder.found and not holder.same_name:
        message = _("The register has this identity number under another name. Look at the identity card.")
        return {"name": [str(message)]}
    if own and "self" not in holder.ties:
        if holder.found:
            message = _("This identity number is not the person's own. Choose whose account it is.")
            return {"relation": [str(message)]}
        if holder.other_number:
            message = _(
                "The register has another identity number for this person. Look at the identity card, or "
                "have the register corrected first."
            )
            return {"id_number": [str(message)]}
        message = _("Name or day of birth are not those the register has for this person.")
        return {"name": [str(message)]}
    if not own and "self" in holder.ties:
        message = _("This is the person's own identity number. Choose the person's own account.")
        return {"relation": [str(message)]}
    if holder.deceased:
        return {"name": [str(_("The register records the death of this holder. Choose another account."))]}
    return {}


def _tie(holder: registry.Holder, relation: str) -> str:
    """The tie the register shows: the one that was said, else the closest."""
    if relation in holder.ties:
        return relation
    return next((one for one in registry.HOLDER_TIES if one in holder.ties), "")


def _is_institution(payee: sealing.PayTo, found: moving.Open) -> bool:
    """Whether the case or the register names an institution that answers for the person."""
    case = found.case
    if case.applicant == Applicant.INSTITUTION:
        applicant = sealing.unseal(case.sealed, case.person_id)
        return compare_key(applicant.name) == compare_key(payee.name)
    return registry.cared_for_by_office(case.person_id)


def masked(payee: sealing.PayTo) -> str:
    """An account as pages show it, everywhere alike.

    Examples
    --------
    >>> masked(sealing.PayTo("某某", "", "某银行", "6217000012345678", "self"))
    '***5678'
    """
    return writing.masked(payee.account)


def newest_of(case: Case) -> Payee | None:
    """The account of a case that holds; None before one is given. One query."""
    return Payee.objects.filter(case=case).order_by("-pk").first()


def shared_with(case: Case) -> int:
    """How many other people's cases name the same account: a question to be asked, not an answer."""
    newest = Payee.objects.filter(case=case).order_by("-pk").values_list("account_index", flat=True).first()
    if newest is None:
        return 0
    others = Payee.objects.filter(account_index=newest).exclude(case__person_id=case.person_id)
    return others.values("case__person_id").distinct().count()
