"""Reads about accounts for the layers above."""

from __future__ import annotations

from collections.abc import Iterable

from tongchou.core.models import Account


def by_username(username: str) -> Account | None:
    """The account of that name, or None."""
    return Account.objects.filter(username=username).first()


def names(account_ids: Iterable[int | None]) -> dict[int, str]:
    """Shown names by account number, in one query; unknown numbers are left out."""
    wanted = {number for number in account_ids if number is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "display_name")) if wanted else {}
