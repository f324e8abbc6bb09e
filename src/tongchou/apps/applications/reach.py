"""Who reads and decides about applications: the township and county of the village that has them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.applications.models import Application
from tongchou.apps.casework import api as casework
from tongchou.core import access, clock
from tongchou.core.errors import NotFound

if TYPE_CHECKING:
    from tongchou.core.models import Account


def readable(by: Account, on: dt.date) -> QuerySet[Application]:
    """Applications of the account's areas; private kinds where it is named alone. One query, for the naming.

    A village worker reads none: whoever sends an application may not want the neighbours to know.

    Raises
    ------
    NotAllowed
        Without ``cases.review`` anywhere.
    """
    areas = access.require(by, casework.REVIEW, on=on)
    named = casework.named([by.pk])
    private = Q(private=False) if named.is_empty else Q(private=False) | named.q("scope_no")
    return Application.objects.filter(areas.q("scope_no") & private)


def locked(application_id: int, by: Account, at: dt.datetime) -> Application:
    """One application, its row locked until the transaction ends.

    Raises
    ------
    NotFound
        When there is none in the account's areas.
    """
    rows = readable(by, clock.date_of(at)).select_for_update(of=("self",))
    found = rows.filter(pk=application_id).first()
    if found is None:
        raise none()
    return found


def none() -> NotFound:
    """The same answer for applications elsewhere and those that do not exist."""
    return NotFound("applications.none", _("There is no such application in your areas."))
