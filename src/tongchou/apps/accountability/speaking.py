"""Who answers for a unit of a bulletin: officers of the area; of a department, whoever holds its posts."""

from __future__ import annotations

import datetime as dt

from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts


def speakers(area: places.Area, *, on: dt.date) -> dict[str, frozenset[int]]:
    """By key of each department of an area, the accounts that hold its posts. Two queries.

    Empty where no account holds one: then whoever closes the months of the area answers for it.
    """
    units = [posts.of_department(area, one) for one in posts.departments(area.pk, on=on)]
    held = posts.holders(units, on=on) if units else {}
    return {
        key: frozenset(one.account_id for one in several if one.account_id is not None)
        for key, several in held.items()
    }
