"""Which areas the scope numbers of older rows of the audit chain mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q

from tongchou.apps.places.models import Area, FormerNumber, Level
from tongchou.core.audit_reading import Period
from tongchou.core.scope import Scope, merged


def over_time(area_ids: Collection[int]) -> tuple[Period, ...]:
    """The scope these areas were, by stretches of the audit chain, the newest first. Two queries.

    A stretch whose numbers nobody knows is left out.
    """
    here = Area.objects.filter(pk__in=area_ids).values_list("pk", "scope_no", "scope_end")
    current = {pk: (low, high) for pk, low, high in here}
    former = _spells(area_ids)
    bounds = sorted({until for spells in former.values() for until, _low, _high in spells})
    periods = []
    for after, until in zip([0, *bounds], [*bounds, None], strict=True):
        found = [_at(former[area_id], current[area_id], until) for area_id in current]
        known = [(low, high) for low, high in found if low is not None and high is not None]
        periods.append(Period(after, until, Scope(merged(known))))
    return tuple(period for period in reversed(periods) if not period.scope.is_empty)


def _at(
    spells: list[tuple[int, int | None, int | None]], current: tuple[int, int], until: int | None
) -> tuple[int | None, int | None]:
    """The numbers of an area in the stretch that ends with a row: of the first renumbering not before it."""
    for last, low, high in spells:
        if until is not None and last >= until:
            return low, high
    return current


def names_at(rows: Iterable[tuple[int, int | None]]) -> dict[int, str]:
    """Names of the areas that rows of the audit chain mean, by the row, given its scope number.

    A group is named with its village: “一组” alone says nothing.

    Rows without an area, and of an area whose numbers of that time nobody knows, are left out. Three queries.
    """
    wanted = {row: number for row, number in rows if number is not None}
    numbers = set(wanted.values())
    had = FormerNumber.objects.filter(scope_no__in=numbers).values("area_id")
    meant = Area.objects.filter(Q(scope_no__in=numbers) | Q(pk__in=had)).select_related("parent")
    candidates = {area.pk: area for area in meant}
    former = _spells(candidates)
    named: dict[int, str] = {}
    for area in candidates.values():
        for row, number in wanted.items():
            if _at(former[area.pk], (area.scope_no, area.scope_end), row)[0] == number:
                village = area.parent if area.level == Level.GROUP else None
                named[row] = f"{village.name} · {area.name}" if village else area.name
    return named


def _spells(area_ids: Collection[int]) -> dict[int, list[tuple[int, int | None, int | None]]]:
    """``(last row, first number, last number)`` of each former stretch of the areas, the oldest first."""
    found: dict[int, list[tuple[int, int | None, int | None]]] = defaultdict(list)
    kept = FormerNumber.objects.filter(area_id__in=list(area_ids)).order_by("until_id")
    for area_id, until, low, high in kept.values_list("area_id", "until_id", "scope_no", "scope_end"):
        found[area_id].append((until, low, high))
    return found
