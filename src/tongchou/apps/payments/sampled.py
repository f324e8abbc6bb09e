"""Payments made in a month, as records a sample may be drawn of. Private programmes are in no frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongchou.apps.casework import api as casework
from tongchou.apps.payments.models import RowOutcome
from tongchou.core.record_frames import Described
from tongchou.core.scope import Scope


def paid_in(scope: Scope, first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Rows the bank paid between two days, of cases some areas handle. A query a thousand, and one."""
    rows = list(
        RowOutcome.objects.filter(outcome="paid", paid_on__gte=first, paid_on__lte=last)
        .order_by("row_id")
        .values_list("row_id", "row__case_id")
    )
    places = casework.public_scopes({case for _row, case in rows})
    return [(row, places[case]) for row, case in rows if case in places and scope.covers(places[case])]


def described(numbers: Collection[int]) -> dict[int, Described]:
    """What some payments are: the case's number and what the bank said. One query."""
    rows = RowOutcome.objects.filter(row_id__in=numbers, outcome="paid").select_related("row")
    return {
        one.row_id: Described(
            f"{one.row.case_number}/{one.row.issue_no}",
            (
                ("day", one.paid_on.isoformat()),
                ("amount_fen", str(one.row.fen)),
                ("year", str(one.row.year)),
            ),
        )
        for one in rows
    }
