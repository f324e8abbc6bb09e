"""Pairs that wait in the areas of an account. They follow the roles, so nothing is moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.duplicates.queries import waiting
from tongchou.core import open_work

if TYPE_CHECKING:
    from tongchou.core.models import Account


def _count(account: Account, on: dt.date) -> int:
    return sum(waiting(by=account, on=on))


open_work.register(open_work.Work("duplicates", _("Records that may be of one person"), _count))
