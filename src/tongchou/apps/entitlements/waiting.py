"""What waits in some areas, in numbers: for the page somebody begins the day with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from tongchou.apps.entitlements.models import Outcome
from tongchou.apps.entitlements.queries import _in_scope, _unclaimed
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Waiting:
    """Families (households) and claims that wait; ``unclear`` are families for whom one more fact decides."""

    families: int = 0
    claims: int = 0
    this_week: int = 0  # families whose last day comes within seven days
    soon: int = 0  # … within the days asked for
    nearest: dt.date | None = None  # the nearest last day
    unclear: int = 0


def waiting(*, scope: Scope, year: int, on: dt.date, soon: int) -> Waiting:
    """What waits on a day in a scope, for its people registered or living there. Two queries."""
    family = Coalesce("household_id", -F("person_id"))
    open_ones = _unclaimed(scope, year, on).aggregate(
        families=Count(family, distinct=True),
        claims=Count("pk"),
        this_week=Count(family, distinct=True, filter=_by(on, 7)),
        soon=Count(family, distinct=True, filter=_by(on, soon)),
    )
    nearest = _unclaimed(scope, year, on).filter(claim_by__gte=on).order_by("claim_by")
    unclear = _in_scope(scope, year, on).filter(outcome=Outcome.NEEDS_INFORMATION)
    return Waiting(
        **open_ones,
        nearest=nearest.values_list("claim_by", flat=True).first(),
        unclear=unclear.aggregate(n=Count(family, distinct=True))["n"],
    )


def _by(on: dt.date, days: int) -> Q:
    return Q(claim_by__gte=on, claim_by__lte=on + dt.timedelta(days=days))
