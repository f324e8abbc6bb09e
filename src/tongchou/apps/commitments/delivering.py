"""Handing the signed letter to households: a duty of the unit, done whatever a family answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Delivery, How, Stage
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Households noted in one act.
MOST: Final = 1_000


@transaction.atomic
def deliver(
    *, letter_id: int, households: Collection[int], how: str, on: dt.date, by: Account, at: dt.datetime
) -> int:
    """Note that households were handed the letter of their village, or offered it; how many are new.

    Noted twice, once: the first note stays. Nothing else anywhere asks which of the two it was.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not.
    Conflict
        ``commitments.not_published`` before the letter is signed.
    Invalid
        ``commitments.day`` for a day to come or before it was published; ``commitments.households`` for
        households that are none of the unit's, or more than 1,000 at once.
    """
    letter = access.own(letter_id, by=by, at=at)
    if letter.stage != Stage.PUBLISHED or letter.published_at is None:
        raise Conflict(
            "commitments.not_published", _("A letter is handed out once it is signed and published.")
        )
    if not clock.date_of(letter.published_at) <= on <= clock.date_of(at):
        message = _("Choose a day since the letter was published, up to today.")
        raise Invalid("commitments.day", message, field="on")
    wanted = set(households)
    area = places.area_by_id(letter.area_id, within=Scope.everything())
    inside = registry.open_households(wanted, scope=Scope.of_area(area)) if area is not None else set()
    if not wanted or len(wanted) > MOST or wanted != inside or how not in How.values:
        message = _("Choose households of this unit, at most 1,000 at once.")
        raise Invalid("commitments.households", message, field="households")
    before = set(
        Delivery.objects.filter(letter=letter, household_id__in=wanted).values_list("household_id", flat=True)
    )
    new = sorted(wanted - before)
    Delivery.objects.bulk_create(
        Delivery(letter=letter, household_id=one, how=how, on=on, by=by) for one in new
    )
    if new:
        audit.append(
            by=by,
            action="commitments.deliver",
            subject=f"letter:{letter.pk}",
            scope_no=letter.scope_no,
            at=at,
            detail={"households": len(new), "on": on.isoformat()},
        )
    return len(new)
