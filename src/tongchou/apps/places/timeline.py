"""Areas as they were on a day: names, where they stood, and what has become of them since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Q

from tongchou.apps.places.models import Area, AreaCode, AreaParent, AreaSuccession, ChangeStatus
from tongchou.domain import succession


def names_on(area_ids: Iterable[int], on: dt.date) -> dict[int, str]:
    """The name each area bore on a day; its first or last name when it did not exist then. One query.

    A certificate keeps the name of its day: this is where it finds it.
    """
    found: dict[int, str] = {}
    best: dict[int, tuple[bool, int]] = {}
    held = AreaCode.objects.filter(area__in=set(area_ids)).order_by("valid_from", "pk")
    for area, name, start, end in held.values_list("area_id", "name", "valid_from", "valid_to"):
        inside = start <= on and (end is None or on < end)
        # The names that miss the day compete by how near they come to it.
        distance = 0 if inside else min(abs((start - on).days), abs(((end or start) - on).days))
        rank = (not inside, distance)
        if area not in best or rank < best[area]:
            best[area], found[area] = rank, name
    return found


def parents_on(on: dt.date) -> dict[int, int | None]:
    """The tree of areas on a day: each area that existed then, with the one it stood under. Two queries."""
    stood = AreaParent.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    under = dict(stood.values_list("area_id", "parent_id"))
    areas = Area.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return {area: under.get(area, parent) for area, parent in areas.values_list("pk", "parent_id")}


def codes_on(area_ids: Iterable[int], on: dt.date) -> dict[int, str]:
    """The code each area had on a day; its code of today when none is known of that day. Two queries."""
    wanted = set(area_ids)
    found = dict(Area.objects.filter(pk__in=wanted).values_list("pk", "code"))
    held = AreaCode.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, area__in=wanted)
    return found | dict(held.order_by("valid_from", "pk").values_list("area_id", "code"))


def steps() -> list[succession.Step]:
    """All changes in force, by day: which area became which, by share. One query."""
    in_force = AreaSuccession.objects.filter(change__status=ChangeStatus.APPLIED).order_by(
        "change__effective_on", "change_id", "pk"
    )
    columns = ("change__effective_on", "predecessor_id", "successor_id", "share", "change_id")
    return [succession.Step(*row) for row in in_force.values_list(*columns)]


def carried(*, since: dt.date, until: dt.date) -> dict[int, succession.Shares]:
    """What the areas that changed between two days became, by share; see ``domain.succession``. One query."""
    in_force = AreaSuccession.objects.filter(
        change__status=ChangeStatus.APPLIED, change__effective_on__gt=since, change__effective_on__lte=until
    ).order_by("change__effective_on", "change_id")
    columns = ("change__effective_on", "predecessor_id", "successor_id", "share", "change_id")
    steps = [succession.Step(*row) for row in in_force.values_list(*columns)]
    return succession.carried(steps, since=since, until=until)


def apportioned(values: Mapping[int, int], *, since: dt.date, until: dt.date) -> dict[int, int]:
    """Counts by area of one day as counts by area of a later one; the total is kept."""
    return succession.apportioned(values, carried(since=since, until=until))


def today_of(area_ids: Iterable[int]) -> dict[int, int]:
    """Where each area belongs today: itself, or what took it over in the end."""
    ended = dict(Area.objects.filter(succeeded_by__isnull=False).values_list("pk", "succeeded_by_id"))
    result = {}
    for area in area_ids:
        last = area
        while last in ended:
            last = ended[last]
        result[area] = last
    return result
