"""Families on the work-list of an account's areas. The list follows the roles, so nothing is moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tongchou.apps.entitlements import queries
from tongchou.core import open_work, scope

if TYPE_CHECKING:
    from tongchou.core.models import Account


def _count(account: Account, on: dt.date) -> int:
    run = queries.latest_run()
    reach = scope.of(account, on, permission="worklist.claim")
    if run is None or reach.is_empty:
        return 0
    return sum(count["open"] for count in queries.counts(scope=reach, year=run.year).values())


open_work.register(open_work.Work("worklist", _("Families on the work-list of the areas"), _count))
