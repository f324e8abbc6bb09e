"""Batches that wait in the areas of an account. They follow the roles, so nothing is moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import reach
from tongchou.apps.payments.models import BatchState
from tongchou.core import open_work

if TYPE_CHECKING:
    from tongchou.core.models import Account

_UNFINISHED = (
    BatchState.BUILDING,
    BatchState.DRAFT,
    BatchState.FREEZING,
    BatchState.FROZEN,
    BatchState.APPROVED,
    BatchState.ISSUED,
)


def _count(account: Account, on: dt.date) -> int:
    return reach.batches(account, on, reach.BUILD).filter(state__in=_UNFINISHED).count()


open_work.register(open_work.Work("payments", _("Payment batches that are not settled"), _count))
