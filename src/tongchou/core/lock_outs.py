"""Opening an account that failed sign-ins have locked, before its time is over."""

from __future__ import annotations

import datetime as dt

from axes.handlers.proxy import AxesProxyHandler
from django.db import transaction

from tongchou.core import account_reach, audit
from tongchou.core.models import Account


@transaction.atomic
def unlock(*, account: Account, by: Account | None, at: dt.datetime) -> bool:
    """Forget the failed sign-ins of an account; False when there are none.

    Raises
    ------
    NotAllowed, NotFound
        As ``account_reach.require`` for ``accounts.secure``.
    """
    account_reach.require(by, "accounts.secure", account, at)
    forgotten = AxesProxyHandler.reset_attempts(username=account.username)
    if not forgotten:
        return False
    audit.append(by=by, action="account.unlock", subject=f"account:{account.pk}", at=at)
    return True
