"""What corrections tell of a month, by village: errors units found in their own records, and those mended."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Q

from tongchou.apps.corrections.models import Correction, Outcome
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Corrections asked for in a month about people registered in a village, and those put right since.

    What was refused or withdrawn is no error that anybody knows of; what waits is known and not mended.
    Whose record it was, what stood in it and who asked are not told. Two queries.
    """
    first, end = clock.start_of(month), clock.start_of(next_month(month))
    rows = Correction.objects.filter(asked_at__gte=first, asked_at__lt=end, registered_scope__isnull=False)
    mended = Q(decision__outcome=Outcome.APPROVED)
    counted = (
        rows.filter(mended | Q(waiting=True))
        .order_by()
        .values_list("registered_scope")
        .annotate(known=Count("pk"), mended=Count("pk", filter=mended))
    )
    known: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for scope_no, number, good in counted:
        known[scope_no], right[scope_no] = number, good
    for village in places.villages(Scope.everything()) if known else ():
        inside = [number for number in known if village.scope_no <= number <= village.scope_end]
        if inside:
            yield UnitCount(village.code, "errors_known", sum(known[one] for one in inside))
            yield UnitCount(village.code, "errors_mended", sum(right[one] for one in inside))
