"""Requests that wait in the areas of an account. They follow the roles, so nothing is moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.corrections.queries import waiting
from tongchou.core import open_work

if TYPE_CHECKING:
    from tongchou.core.models import Account


def _count(account: Account, on: dt.date) -> int:
    return waiting(by=account, on=on)


open_work.register(open_work.Work("corrections", _("Corrections that wait for a decision"), _count))
