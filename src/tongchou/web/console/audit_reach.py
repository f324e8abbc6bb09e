"""What an auditor reaches of the audit chain: the layer that knows the areas tells the one that keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongchou.apps.places import api as places
from tongchou.core import access, audit_reading
from tongchou.core.models import Assignment
from tongchou.core.roles import roles_with

PERMISSION = "audit.read"


def of(held: Iterable[Assignment], *, on: dt.date) -> audit_reading.Reach:
    """Everything for whoever audits all areas; else rows of the areas, and of accounts that work there.

    Raises
    ------
    NotAllowed
        When none of the assignments allows reading.
    """
    held = list(held)
    scope = access.require_among(held, PERMISSION)
    if places.covers_all(scope):
        return audit_reading.Reach(everything=True)
    area_ids = {one.area_id for one in held if one.role in roles_with(PERMISSION)}
    return audit_reading.Reach(
        periods=places.over_time(area_ids),
        accounts=audit_reading.numbers(audit_reading.accounts_in(scope, on)),
    )
