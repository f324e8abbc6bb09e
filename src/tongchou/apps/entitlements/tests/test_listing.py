"""The list read from key to key: every entry once, in order, whatever the size of the parts."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import Entitlement
from tongchou.apps.entitlements.tests.conftest import YEAR, larger
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.scope import Scope

DAYS = [None, dt.date(2026, 12, 31), dt.date(2027, 12, 31)]


@pytest.fixture
def mixed(county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Scope:
    """A household of 30, each entry with a day drawn from two or none."""
    registry.apply_register(
        larger(30), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    api.evaluate_years(years=(YEAR - 1, YEAR), by=county_reviewer, at=frozen_clock, purpose="test")
    draw = random.Random(7)
    for entry in Entitlement.objects.order_by("pk"):
        earlier = entry.evaluation.year < YEAR  # listed until its day has passed, so it needs one
        entry.claim_by = draw.choice(DAYS[1:] if earlier else DAYS)
        entry.save(update_fields=["claim_by"])
    return Scope.of_area(county.village)


def key(item: api.WorkItem) -> tuple[Any, ...]:
    return (item.claim_by or dt.date.max, item.person_id, item.programme, item.year)


@pytest.mark.parametrize("size", [1, 2, 7, 200])
@pytest.mark.parametrize("unclear", [False, True])
def test_every_entry_once_and_in_order(mixed: Scope, size: int, unclear: bool) -> None:
    read: list[api.WorkItem] = []
    after = None
    while True:
        part = api.worklist_after(scope=mixed, year=YEAR, unclear=unclear, after=after, size=size)
        assert len(part.items) <= size
        read += part.items
        assert len(read) < 500, "the list goes round in circles"
        after = part.next
        if after is None:
            break
    assert [key(one) for one in read] == sorted({key(one) for one in read})
    assert len(read) == api.worklist(scope=mixed, year=YEAR, unclear=unclear).total
    if not unclear:
        assert {one.claim_by for one in read} == set(DAYS) and len({one.year for one in read}) == 2


def test_entries_that_leave_hide_no_others(mixed: Scope) -> None:
    whole = api.worklist_after(scope=mixed, year=YEAR, size=200).items
    first = api.worklist_after(scope=mixed, year=YEAR, size=5)
    gone = [one.person_id for one in first.items[:3]]
    Entitlement.objects.filter(person_id__in=gone).delete()
    rest = api.worklist_after(scope=mixed, year=YEAR, after=first.next, size=200).items
    assert [one for one in whole[5:] if one.person_id not in gone] == list(rest)


def test_no_area_means_nothing(mixed: Scope) -> None:
    part = api.worklist_after(scope=Scope.nothing(), year=YEAR)
    assert (part.items, part.next) == ((), None)
