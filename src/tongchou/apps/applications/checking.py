"""Whether an application can be taken: everything that is wrong at once, each with what to do about it.

Nothing is looked up in the register: the answer is the same for whoever is on record and whoever is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.applications.sealing import Particulars
from tongchou.apps.casework import api as casework
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope
from tongchou.domain import credit_code, identity, telephone
from tongchou.domain.casework.kinds import CaseKind

LONGEST: Final = 60
LONGEST_SITUATION: Final = 1000
LONGEST_NOTE: Final = 300
_ACCOUNT: Final = "account_"
#: Notes what is wrong with a field.
Say = Callable[[str, Any], None]


def checked(
    said: Particulars, *, kind: CaseKind, year: int, area_id: int, on: dt.date
) -> tuple[Particulars, places.Area]:
    """What was filled in, in its one written form, and the village it names. One query.

    Raises
    ------
    Invalid
        ``applications.form`` with ``problems`` by field.
    """
    wrong: dict[str, list[str]] = {}

    def say(field: str, message: Any) -> None:
        wrong.setdefault(field, []).append(str(message))

    if not on.year - 1 <= year <= on.year + 1:
        say("year", _("Choose last year, this year or next year."))
    elif early := casework.early(kind, year, on):
        say("year", early)
    area = places.area_by_id(area_id, within=Scope.everything())
    if area is None or area.valid_to is not None or area.level != places.Level.VILLAGE:
        say("area", _("Choose the village in which the person is registered."))
    number = identity.parse(said.id_number).number
    if number is None:
        say("id_number", _("This is not a valid identity number. Check each of its 18 characters."))
    phone = telephone.parse(said.phone)
    if phone is None:
        say("phone", _("Give a telephone at which you can be reached: 11 digits, or with the area code."))
    if said.applicant not in casework.Applicant.values:
        say("applicant", _("Choose who applies."))
    name = _name(said.name, "name", say)
    by_name, by_number = _who_applies(said, say)
    if by_number and by_number == number:
        message = _("This is the number of the person it is applied for. Give that of who applies.")
        say("by_number", message)
    mandate = _line(said.mandate) if said.applicant == casework.Applicant.PROXY else ""
    if said.applicant == casework.Applicant.PROXY and not mandate:
        say("mandate", _("Say which mandate you have: who gave it, when, and for what."))
    situation, note = said.situation.strip(), said.note.strip()
    if not kind.programme and kind.gives == "money" and not situation:
        say("situation", _("Describe in a sentence what the family needs help with."))
    for field, text, most in (
        ("mandate", mandate, LONGEST),
        ("situation", situation, LONGEST_SITUATION),
        ("note", note, LONGEST_NOTE),
    ):
        if len(text) > most:
            say(field, _("At most %(most)s characters.") % {"most": most})
    account = _account(said.account, say) if kind.gives == "money" else {}
    if wrong or area is None:
        message = _("Some things are still missing or not right.")
        raise Invalid("applications.form", message, problems=wrong)
    clean = Particulars(
        name=name,
        id_number=number or "",
        phone=phone or "",
        applicant=said.applicant,
        by_name=by_name,
        by_number=by_number,
        mandate=mandate,
        statement=said.statement,
        told=said.told,
        situation=situation,
        note=note,
        account=account,
    )
    return clean, area


def _line(text: str) -> str:
    return " ".join(text.split())


def _name(text: str, field: str, say: Say) -> str:
    try:
        return registry.check_name(text)
    except Invalid as error:
        say(field, error.message)
        return ""


def _who_applies(said: Particulars, say: Say) -> tuple[str, str]:
    """Name and number of who applies for somebody else; nothing for who applies for himself."""
    if said.applicant == casework.Applicant.INSTITUTION:
        name = _line(said.by_name)
        if not name or len(name) > LONGEST:
            say("by_name", _("Give the institution's name as on its certificate."))
        code = credit_code.parse(said.by_number)
        if code is None:
            message = _("This is no unified social credit code. Check each of its 18 characters.")
            say("by_number", message)
        return name, code or ""
    if said.applicant not in casework.Applicant.values or said.applicant == casework.Applicant.SELF:
        return "", ""
    name = _name(said.by_name, "by_name", say)
    number = identity.parse(said.by_number).number
    if number is None:
        message = _("Give the identity number of who applies. Check each of its 18 characters.")
        say("by_number", message)
    return name, number or ""


def _account(given: dict[str, str], say: Say) -> dict[str, str]:
    """The account in order; nothing when none is given, as it can be given later."""
    if not any(given.get(name, "").strip() for name in ("name", "id_number", "bank", "account", "relation")):
        return {}
    names = ("name", "id_number", "bank", "account", "relation")
    payee = casework.PayTo(**{name: given.get(name, "") for name in names})
    try:
        clean = casework.check_payee(payee)
    except Invalid as error:
        for field, texts in error.data["problems"].items():
            for text in texts:
                say(f"{_ACCOUNT}{field}", text)
        return {}
    return {name: getattr(clean, name) for name in names}
