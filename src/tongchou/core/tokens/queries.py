"""Reads about tokens."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tongchou.core import accounts
from tongchou.core.roles import PERMISSIONS
from tongchou.core.tokens.models import ApiToken, RefusedTokens

if TYPE_CHECKING:
    from tongchou.core.models import Account


def own_permissions(account: Account, *, on: dt.date) -> frozenset[str]:
    """What the account may do somewhere on a day; nothing for a closed one."""
    if not account.is_active:
        return frozenset()
    held = accounts.assignments(account, on)
    return frozenset().union(*(PERMISSIONS[item.role] for item in held))


def tokens_of(account: Account) -> list[ApiToken]:
    """The tokens of an account that were not revoked, the newest first; expired ones too."""
    return list(ApiToken.objects.filter(account=account, revoked_at=None).order_by("-pk"))


def live(account: Account, *, on: dt.date) -> QuerySet[ApiToken]:
    """Those that would be accepted on a day."""
    return ApiToken.objects.filter(account=account, revoked_at=None, expires_on__gte=on)


def refused(*, on: dt.date) -> dict[str, int]:
    """How many tokens were refused on a day, by reason."""
    return dict(RefusedTokens.objects.filter(day=on).order_by("reason").values_list("reason", "number"))
