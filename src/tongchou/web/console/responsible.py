"""Who answers for an area: the village worker first, else the officer of the township."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongchou.core.models import Assignment
from tongchou.core.roles import Role


def for_areas(scope_numbers: Iterable[int], *, on: dt.date) -> dict[int, str]:
    """Name of the person nearest to each area, by the area's scope number, in one query.

    An area whose worker has left falls to the officer above; an area nobody holds is left out.
    """
    wanted = set(scope_numbers)
    if not wanted:
        return {}
    running = (
        Assignment.objects.running(on)
        .filter(
            role__in=[Role.VILLAGE_WORKER, Role.TOWNSHIP_OFFICER],
            scope_no__lte=max(wanted),
            scope_end__gte=min(wanted),
            account__is_active=True,
        )
        .select_related("account")
        .order_by("pk")
    )
    nearest = sorted(running, key=lambda held: held.scope_end - held.scope_no)
    found: dict[int, str] = {}
    for number in wanted:
        for held in nearest:
            if held.scope_no <= number <= held.scope_end:
                found[number] = held.account.display_name
                break
    return found
