"""Acts that need two people, shortened for tests that are about what they record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongchou.apps.registry import api as registry
from tongchou.core.models import Account

#: The account that asked: nobody's number.
ASKED_BY = 0


def correct(
    *, person_id: int, by: Account, at: dt.datetime, reason: str = "mistake in the register", **new: Any
) -> registry.Recorded:
    """A correction somebody else has asked for; values that are None stay as they are."""
    return registry.correct_identity(
        person_id=person_id,
        old={},
        new={field: str(value) for field, value in new.items() if value is not None},
        reason=reason,
        correction=1,
        asked_by=ASKED_BY,
        by=by,
        at=at,
    )
