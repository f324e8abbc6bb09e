"""Who reads and who decides a request: by where the person is registered; and whoever asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.corrections.models import Correction
from tongchou.core import scope
from tongchou.core.errors import NotFound

if TYPE_CHECKING:
    from tongchou.core.models import Account

ASK, DECIDE = "corrections.ask", "corrections.decide"


def decidable(account: Account, on: dt.date) -> QuerySet[Correction]:
    """Requests about people registered where the account may decide, its own among them."""
    reach = scope.of(account, on, permission=DECIDE)
    return Correction.objects.filter(reach.q("registered_scope"))


def readable(account: Account, on: dt.date) -> QuerySet[Correction]:
    """Those, and what the account asked itself, as long as the person is in its areas."""
    decide, ask = (scope.of(account, on, permission=one) for one in (DECIDE, ASK))
    own = Q(asked_by=account.pk) & ask.q("registered_scope", "resident_scope")
    return Correction.objects.filter(decide.q("registered_scope") | own)


def no_correction() -> NotFound:
    """The same answer for requests elsewhere and those that do not exist."""
    return NotFound("corrections.none", _("There is no such request in your areas."))
