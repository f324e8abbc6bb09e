"""Who issues, prints and looks up certificates: by the area that handled the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.certificates.models import Certificate
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.models import Account

ISSUE: Final = "certificates.issue"
PRINT: Final = "certificates.print"


def mine(
    certificate_id: int, *, by: Account, at: dt.datetime, permission: str = PRINT, lock: bool = False
) -> Certificate:
    """A certificate in the areas where the account holds a permission.

    Raises
    ------
    NotFound
        No such one there.
    """
    areas = access.require(by, permission, on=clock.date_of(at))
    found = Certificate.objects.filter(areas.q("scope_no"), pk=certificate_id)
    one = (found.select_for_update() if lock else found).first()
    if one is None:
        raise no_certificate()
    return one


def require_valid(rows: Collection[Certificate], on: dt.date) -> None:
    """Refuse what no longer holds on a day.

    Raises
    ------
    Conflict
        ``certificates.revoked`` or ``certificates.expired``.
    """
    if any(one.revoked_at is not None for one in rows):
        raise Conflict("certificates.revoked", _("This certificate no longer holds."))
    if any(one.last_day < on for one in rows):
        message = _("This certificate has run out. A new one comes with the next approval.")
        raise Conflict("certificates.expired", message)


def no_certificate() -> NotFound:
    """The same answer for certificates elsewhere and those that do not exist."""
    return NotFound("certificates.none", _("There is no such certificate in your areas."))
