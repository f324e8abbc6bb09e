"""Cases that wait at the desks of an account. They follow the roles, so nothing is moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.core import open_work

if TYPE_CHECKING:
    from tongchou.core.models import Account


def _count(account: Account, on: dt.date) -> int:
    from tongchou.apps.casework import queries, reach

    desks = queries.desks(account, on)
    return reach.readable(account, on).filter(desk__in=desks).count() if desks else 0


open_work.register(open_work.Work("cases", _("Cases that wait for this officer's desks"), _count))
