"""Jobs an account asked for and that have not ended: they go on in the successor's name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.core import open_work
from tongchou.core.jobs.models import OPEN, Job

if TYPE_CHECKING:
    from tongchou.core.models import Account


def _count(account: Account, on: dt.date) -> int:
    return Job.objects.filter(created_by=account, state__in=OPEN).count()


def _move(account: Account, successor: Account) -> int:
    return Job.objects.filter(created_by=account, state__in=OPEN).update(created_by=successor)


open_work.register(open_work.Work("jobs", _("Jobs that have not ended"), _count, _move))
