"""Reads about accounts for the layers above."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from tongchou.core.models import Account, Assignment

#: Without the letters and digits that are mistaken for one another when they are copied by hand.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def first_password() -> str:
    """A password to hand over once, easy to copy by hand: 31^12 ≈ 2^59 of them."""
    drawn = "".join(secrets.choice(_LETTERS) for _place in range(12))
    return "-".join((drawn[:4], drawn[4:8], drawn[8:]))


def nobody_yet() -> bool:
    """True while there is no account at all: the installation is not set up."""
    return not Account.objects.exists()


def by_username(username: str) -> Account | None:
    """The account of that name, or None."""
    return Account.objects.filter(username=username).first()


def names(account_ids: Iterable[int | None]) -> dict[int, str]:
    """Shown names by account number, in one query; unknown numbers are left out."""
    wanted = {number for number in account_ids if number is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "display_name")) if wanted else {}


def assignments(account: Account, on: dt.date) -> list[Assignment]:
    """The roles an account holds on a day, the widest area first."""
    running = Assignment.objects.filter(account_id=account.pk).running(on)
    return sorted(running, key=lambda item: (item.scope_no - item.scope_end, item.scope_no, item.role))
