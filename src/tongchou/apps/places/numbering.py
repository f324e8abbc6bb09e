"""Depth-first numbers of the areas, and their copies elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.apps import apps
from django.db import transaction
from django.db.models import OuterRef, Subquery

from tongchou.apps.places.models import Area, FormerNumber
from tongchou.core import audit_reading, scope_holders

#: Rows a statement rewrites at once.
_BATCH = 200


@transaction.atomic
def renumber() -> int:
    """Number all areas depth-first, siblings in order of code; returns how many numbers changed.

    Every area that ever existed is numbered, so that old facts stay within reach of today's tree. When
    anything moved, the copies noted in ``core.scope_holders`` (assignments first of all) are rewritten in
    the same transaction: nobody gains or loses an area by a renumbering.
    """
    below: dict[int | None, list[Area]] = defaultdict(list)
    columns = ("id", "parent_id", "succeeded_by_id", "code", "scope_no", "scope_end")
    for area in Area.objects.only(*columns).order_by("code", "id"):
        # An ended area lies inside the one that took it over: who answers for that one answers for both.
        below[area.succeeded_by_id or area.parent_id].append(area)
    moved: list[Area] = []
    former: list[FormerNumber] = []
    last = audit_reading.last_id()
    number = 0
    # Each entry is visited twice: going in it gets its number, coming out the last number below it.
    waiting: list[tuple[Area, int | None]] = [(area, None) for area in reversed(below[None])]
    while waiting:
        area, own = waiting.pop()
        if own is None:
            number += 1
            waiting.append((area, number))
            waiting.extend((child, None) for child in reversed(below[area.pk]))
        elif (area.scope_no, area.scope_end) != (own, number):
            if last:
                had = (area.scope_no, area.scope_end) if area.scope_no else (None, None)
                former.append(FormerNumber(area=area, scope_no=had[0], scope_end=had[1], until_id=last))
            area.scope_no, area.scope_end = own, number
            moved.append(area)
    if moved:
        # Twice without an act in between: the numbers the chain knows are the first ones.
        FormerNumber.objects.bulk_create(former, batch_size=_BATCH, ignore_conflicts=True)
        Area.objects.bulk_update(moved, ["scope_no", "scope_end"], batch_size=_BATCH)
        for holder in scope_holders.all_holders():
            _rewrite(holder)
    return len(moved)


def number_new(fresh: Sequence[Area]) -> None:
    """Give areas that are about to be written the numbers ``renumber`` would give them.

    What is written with its number need not be written again: of a large list only the areas that were there
    before and have moved are left to ``renumber``, which stays right even where this is wrong.
    """
    known: dict[int | None, list[Area]] = defaultdict(list)
    for area in Area.objects.only("id", "parent_id", "succeeded_by_id", "code"):
        known[area.succeeded_by_id or area.parent_id].append(area)
    inside: dict[int, list[Area]] = defaultdict(list)
    for area in fresh:
        if area.parent is not None and area.parent.pk is None:
            inside[id(area.parent)].append(area)
        else:
            known[area.parent.pk if area.parent else None].append(area)

    def below(area: Area) -> list[Area]:
        found = inside[id(area)] + (known[area.pk] if area.pk else [])
        return sorted(found, key=lambda one: (one.code, one.pk or 0), reverse=True)

    number = 0
    waiting: list[tuple[Area, bool]] = [
        (area, False) for area in sorted(known[None], key=lambda one: one.code)[::-1]
    ]
    while waiting:
        area, done = waiting.pop()
        if done:
            area.scope_end = number
            continue
        number += 1
        area.scope_no = number
        waiting.append((area, True))
        waiting.extend((child, False) for child in below(area))


def note_new(written: Sequence[Area]) -> None:
    """Note of areas written with a number that up to the last row of the audit chain they were not there."""
    last = audit_reading.last_id()
    if last:
        FormerNumber.objects.bulk_create(
            (FormerNumber(area=area, scope_no=None, scope_end=None, until_id=last) for area in written),
            batch_size=_BATCH,
        )


def _rewrite(holder: scope_holders.Holder) -> None:
    here = Area.objects.filter(pk=OuterRef(holder.area_id))
    values = {holder.scope_no: Subquery(here.values("scope_no"))}
    if holder.scope_end is not None:
        values[holder.scope_end] = Subquery(here.values("scope_end"))
    rows = apps.get_model(holder.model)._default_manager
    rows.filter(**{f"{holder.area_id}__isnull": False}).update(**values)
