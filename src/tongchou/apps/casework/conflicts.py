"""Nobody decides about the own family (行政许可法, article 33; 公务员法, articles 74 to 76)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import reach
from tongchou.apps.casework.models import Case, OwnFamily
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, crypto
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.domain import identity

#: Numbers an officer may name, the own one first.
MOST = 20


@transaction.atomic
def declare(*, numbers: Collection[str], by: Account, at: dt.datetime) -> int:
    """Name oneself, and relatives the register may not show as such, by identity numbers.

    Whether a number is in the register is not said. Those named before stay.

    Returns
    -------
    int
        How many are named by now.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with cases.
    Invalid
        ``casework.numbers`` with ``problems`` by position: none, too many, or not an identity number.
    """
    on = clock.date_of(at)
    access.require(by, reach.VIEW if access.may(by, reach.VIEW, on=on) else reach.HEAR, on=on)
    texts = [text for text in (one.strip() for one in numbers) if text]
    if not texts or len(texts) > MOST:
        raise Invalid("casework.numbers", _("Give between 1 and %(most)s numbers.") % {"most": MOST})
    wanted: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    for position, text in enumerate(texts):
        number = identity.parse(text).number
        if number is None:
            wrong[str(position)] = [str(_("This is not a valid identity number. Check each digit."))]
        else:
            wanted[registry.id_index(number)] = number
    if wrong:
        raise Invalid("casework.numbers", _("Some numbers are not right."), problems=wrong)
    held = set(OwnFamily.objects.filter(account=by.pk).values_list("number_index", flat=True))
    OwnFamily.objects.bulk_create(
        [
            OwnFamily(account=by, number_index=index, sealed=crypto.encrypt(number, _context(by)), at=at)
            for index, number in wanted.items()
            if index not in held
        ]
    )
    if wanted.keys() - held:
        audit.append(
            by=by,
            action="casework.declare",
            subject=f"account:{by.pk}",
            at=at,
            detail={"added": len(wanted.keys() - held)},
        )
    return len(held | wanted.keys())


def _context(account: Account) -> str:
    return f"casework.own:{account.pk}"


def declared(account: Account) -> int:
    """How many numbers an account has named. One query."""
    return OwnFamily.objects.filter(account=account.pk).count()


def own_case(account_id: int) -> Q:
    """The condition that a case is about the family of an account. It asks no query itself."""
    named = OwnFamily.objects.filter(account=account_id).values("number_index")
    return registry.in_own_family("person_id", named)


def is_own(case: Case, account: Account) -> bool:
    """Whether a case is about the family of an account. Two queries; told to that account alone."""
    rows = OwnFamily.objects.filter(account=account.pk).values_list("number_index", flat=True)
    return case.person_id in registry.own_family(set(rows))


def require_none(cases: Collection[Case], by: Account, on_behalf: Collection[int]) -> None:
    """Refuse an act on cases of the officer's own family, or of that of whoever lent the permission.

    Raises
    ------
    NotAllowed
        ``casework.undeclared`` while the officer has not said who he is; ``casework.own_family``.
    """
    accounts = {by.pk, *on_behalf}
    rows = OwnFamily.objects.filter(account__in=accounts).values_list("account_id", "number_index")
    found = list(rows)
    if by.pk not in {account for account, _index in found}:
        message = _("Before you decide about cases, say on your account page who you are.")
        raise NotAllowed("casework.undeclared", message)
    family = registry.own_family({index for _account, index in found})
    if any(case.person_id in family for case in cases):
        message = _("This is about your own family. Somebody else has to decide.")
        raise NotAllowed("casework.own_family", message)
