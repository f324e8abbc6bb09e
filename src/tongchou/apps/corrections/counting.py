"""What corrections tell of a month, by village: errors units found in their own records, and those mended."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from tongchou.apps.corrections.models import Correction, Outcome
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.models import Assignment
from tongchou.core.roles import Role
from tongchou.core.scope import Scope
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.ledger import next_month

_OF_THE_UNIT: Final = (Role.VILLAGE_WORKER, Role.TOWNSHIP_OFFICER)


def month_counts(month: dt.date) -> Iterator[UnitCount]:
    """Corrections asked for in a month about people registered in a village, and those put right since.

    What was refused or withdrawn is no error that anybody knows of; what waits is known and not mended. The
    unit found it itself when somebody of the village or its township asked; what the county's officers came
    upon is known alone. Whose record it was, what stood in it and who asked are not told. Two queries.
    """
    first, end = clock.start_of(month), clock.start_of(next_month(month))
    rows = Correction.objects.filter(asked_at__gte=first, asked_at__lt=end, registered_scope__isnull=False)
    mended = Q(decision__outcome=Outcome.APPROVED)
    own = Assignment.objects.filter(account_id=OuterRef("asked_by_id"), role__in=_OF_THE_UNIT)
    counted = (
        rows.filter(mended | Q(waiting=True))
        .order_by()
        .values_list("registered_scope")
        .annotate(known=Count("pk"), found=Count("pk", filter=Exists(own)), mended=Count("pk", filter=mended))
    )
    known: Counter[int] = Counter()
    found: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for scope_no, number, self_found, good in counted:
        known[scope_no], found[scope_no], right[scope_no] = number, self_found, good
    for village in places.villages(Scope.everything()) if known else ():
        inside = [number for number in known if village.scope_no <= number <= village.scope_end]
        if inside:
            yield UnitCount(village.code, "errors_known", sum(known[one] for one in inside))
            yield UnitCount(village.code, "errors_found_by_unit", sum(found[one] for one in inside))
            yield UnitCount(village.code, "errors_mended", sum(right[one] for one in inside))
