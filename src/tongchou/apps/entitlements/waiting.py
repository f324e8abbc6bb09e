"""What waits in some areas, in numbers: for the page somebody begins the day with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Coalesce

from tongchou.apps.entitlements.models import NO_DAY
from tongchou.apps.entitlements.queries import _in_scope, _unclaimed, lacking
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
    """What waits on a day in a scope, for its people registered or living there. Two queries.

    Families are put together once, each with its nearest last day; four counts of different families would
    put them together four times.
    """
    family = Coalesce("household_id", -F("person_id"))
    dated = Q(due__gte=on, due__lt=NO_DAY)
    families = (
        _unclaimed(scope, year, on)
        .values(family=family)
        .annotate(n=Count("pk"), first=Min("due", filter=dated))
    )
    found = families.aggregate(
        all=Count("*"),
        claims=Sum("n"),
        this_week=Count("first", filter=Q(first__lte=on + dt.timedelta(days=7))),
        soon=Count("first", filter=Q(first__lte=on + dt.timedelta(days=soon))),
        nearest=Min("first"),
    )
    unclear = _in_scope(scope, year, on).filter(lacking(one_fact=True))
    return Waiting(
        families=found["all"],
        claims=found["claims"] or 0,
        this_week=found["this_week"],
        soon=found["soon"],
        nearest=found["nearest"],
        unclear=unclear.aggregate(n=Count(family, distinct=True))["n"],
    )
