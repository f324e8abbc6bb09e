"""Numbers of cases: the year and a number in it, given once."""

from __future__ import annotations

from tongchou.apps.casework.models import Counter


def take(year: int, how_many: int = 1) -> list[str]:
    """The next numbers of a year, inside the caller's transaction: a number of one rolled back is free again.

    Examples
    --------
    ``2026-000001``, ``2026-000002`` …
    """
    Counter.objects.get_or_create(year=year)
    counter = Counter.objects.select_for_update().get(year=year)
    first = counter.last + 1
    counter.last += how_many
    counter.save(update_fields=["last"])
    return [f"{year}-{number:06d}" for number in range(first, first + how_many)]
