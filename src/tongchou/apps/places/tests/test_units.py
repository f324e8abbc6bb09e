"""Units of a scope, and what the numbers of older audit rows mean, against walks over the tree."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.places import api as places
from tongchou.core import audit, audit_reading
from tongchou.core.scope import Scope, merged


def names(*areas: Any) -> list[str]:
    scope = Scope(merged((area.scope_no, area.scope_end) for area in areas))
    return [unit.name for unit in places.units(scope)]


def test_units_are_one_step_below_the_widest(county: Any) -> None:
    prefecture = county.county.parent
    prefecture.refresh_from_db()
    assert len(names(prefecture)) == 9 and "大方县" in names(prefecture)
    assert names(county.county) == ["云岭镇（示例）"]
    assert names(county.township) == ["青山村（示例）", "白水村（示例）"]
    assert names(county.village) == ["青山村（示例）"]
    assert names(county.groups[0]) == ["一组（示例）"]
    assert places.units(Scope.nothing()) == []


def test_an_area_beside_the_widest_is_a_unit_itself(county: Any, frozen_clock: dt.datetime) -> None:
    rows = [
        ("520523901", "清池镇（示例）", "520523", "township"),
        ("520523901201", "河坝村（示例）", "520523901", "village"),
    ]
    places.load_areas(
        [
            {"code": code, "name": name, "level": level, "parent_code": parent, "valid_from": "2010-11-01"}
            for code, name, parent, level in rows
        ],
        by=None,
        at=frozen_clock,
    )
    far = places.area_by_code("520523901201")
    here = places.area_by_code("520521")
    assert names(here, far) == ["云岭镇（示例）", "河坝村（示例）"]
    assert names(here, places.area_by_code("520521901")) == ["云岭镇（示例）"]  # nothing twice


def test_units_never_overlap_and_cost_one_query(county: Any) -> None:
    with CaptureQueriesContext(connection) as caught:
        found = places.units(Scope.of_area(places.area_by_code("520000")))
        assert all(one.high < other.low for one, other in itertools.pairwise(found))
    assert len(caught) <= 4  # area_by_code takes its own


def test_only_all_areas_are_everything(county: Any) -> None:
    assert places.covers_all(Scope.of_area(places.area_by_code("520000")))
    assert not places.covers_all(Scope.of_area(places.area_by_code("520500")))
    assert not places.covers_all(Scope.nothing())


@transaction.atomic
def note(area: Any, at: dt.datetime) -> int:
    area.refresh_from_db()
    return audit.append(by=None, action="test.act", subject="thing", at=at, scope_no=area.scope_no).pk


def township(number: int, county: str, at: dt.datetime) -> Any:
    """A township that comes first in its county, so that all areas behind it are numbered anew."""
    code = f"{county}{number:03d}"
    rows = [
        {
            "code": code,
            "name": f"乡{code}",
            "level": "township",
            "parent_code": county,
            "valid_from": "2010-11-01",
        }
    ]
    places.load_areas(rows, by=None, at=at)
    return places.area_by_code(code)


@pytest.mark.parametrize("code", ["520521", "520523", "520521901", "520500"])
def test_older_rows_keep_their_area_whatever_is_numbered_since(
    county: Any, frozen_clock: dt.datetime, code: str
) -> None:
    """The oracle notes beside each row which area it was about."""
    about: dict[int, Any] = {}
    tracked = [county.village, county.other_village, county.township, places.area_by_code("520523")]
    for turn in range(4):
        new = township(900 - turn, ("520502", "520521", "520523", "520502")[turn], frozen_clock)
        tracked.append(new)
        if turn != 2:  # one renumbering without an act in between
            about |= {note(area, frozen_clock): area for area in tracked}
    audited = places.area_by_code(code)
    reach = audit_reading.Reach(periods=places.over_time([audited.pk]))
    found = {entry.pk for entry in audit_reading.entries(reach, limit=1000)}

    def inside(area: Any) -> bool:
        while area is not None and area.pk != audited.pk:
            area = area.parent
        return area is not None

    assert {row for row in about if inside(about[row])} == found & about.keys()
    entries = audit_reading.entries(audit_reading.Reach(everything=True), limit=1000)
    named = places.names_at((entry.pk, entry.scope_no) for entry in entries)
    assert {row: named.get(row) for row in about} == {row: area.name for row, area in about.items()}


def test_a_group_is_named_with_its_village(county: Any, frozen_clock: dt.datetime) -> None:
    group = county.groups[0]
    row = note(group, frozen_clock)
    assert places.names_at([(row, group.scope_no)]) == {row: f"{county.village.name} · {group.name}"}


def test_rows_from_before_anybody_kept_numbers_are_of_no_area(county: Any, frozen_clock: dt.datetime) -> None:
    """As the migration leaves an installation at work: only the reader of all sees those rows."""
    from tongchou.apps.places.models import FormerNumber

    old = note(county.village, frozen_clock)
    FormerNumber.objects.all().delete()
    FormerNumber.objects.bulk_create(
        FormerNumber(area=area, scope_no=None, scope_end=None, until_id=old)
        for area in places.Area.objects.all()
    )
    new = note(county.village, frozen_clock)
    reach = audit_reading.Reach(periods=places.over_time([county.county.pk]))
    assert [entry.pk for entry in audit_reading.entries(reach)] == [new]
    assert places.names_at([(old, county.village.scope_no)]) == {}
