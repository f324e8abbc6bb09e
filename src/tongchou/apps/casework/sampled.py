"""Cases decided in a month, as records a sample may be drawn of. Private programmes are in no frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongchou.apps.casework.models import Case
from tongchou.core import clock
from tongchou.core.record_frames import Described
from tongchou.core.scope import Scope

_DECIDED = ("approved", "refused", "ended", "appealed")


def decided(scope: Scope, first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """Cases of some areas decided between two days. One query."""
    rows = Case.objects.filter(
        scope.q("handling_scope"), private=False, state__in=_DECIDED,
        decided_at__date__gte=first, decided_at__date__lte=last,
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", "handling_scope"))


def described(numbers: Collection[int]) -> dict[int, Described]:
    """What some cases are. One query."""
    rows = Case.objects.filter(pk__in=numbers, private=False)
    return {
        one.pk: Described(
            one.number,
            (
                ("entered_on", clock.date_of(one.opened_at).isoformat()),
                ("day", clock.date_of(one.decided_at).isoformat() if one.decided_at else ""),
                ("state", one.state),
                ("amount_fen", str(one.amount_fen or "")),
            ),
        )
        for one in rows
    }


def public_scopes(numbers: Collection[int]) -> dict[int, int]:
    """The scope numbers of cases, without those of private programmes. A query a thousand."""
    found: dict[int, int] = {}
    every = sorted(numbers)
    for start in range(0, len(every), 1000):
        rows = Case.objects.filter(pk__in=every[start : start + 1000], private=False)
        found.update(rows.values_list("pk", "handling_scope"))
    return found
