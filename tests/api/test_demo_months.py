"""Six months of the demo prefecture: the falsified one is asked about, a merger adds up on both trees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.accountability import api
from tongchou.apps.places import api as places
from tongchou.cli import demo_months
from tongchou.core import unit_feeds
from tongchou.domain.accountability import bulletin_text

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def people(county: Any, make_account: Callable[..., Any]) -> dict[str, Any]:
    prefecture = places.area_by_code("520500")
    return {
        name: make_account(name, role, area)
        for name, role, area in (
            ("xiancha", "county_reviewer", county.county),
            ("xiancha2", "county_reviewer", county.county),
            ("shidu", "prefecture_supervisor", prefecture),
            ("shidu2", "prefecture_supervisor", prefecture),
        )
    }


def test_six_months_of_the_demo_prefecture(people: dict[str, Any], county: Any) -> None:
    feeds = unit_feeds.all_feeds()
    assert demo_months.begin(people, AT) == 14
    assert unit_feeds.all_feeds() == feeds
    prefecture = places.area_by_code("520500")
    published = api.Issue.objects.filter(state="published")
    assert published.filter(area_id=prefecture.pk).count() == 7
    assert all(one.decided_by_id != one.made_by_id for one in published)
    rows = bulletin_text.read(
        bytes(published.filter(area_id=prefecture.pk, kind="month").first().content)
    ).rows
    assert len(rows) == 9 and all(row.rank for row in rows)

    # One falsified month, of one township, and of no other.
    found = api.alerts(by=people["xiancha"], on=AT.date())
    assert {one.month for one in found} == {dt.date(2026, 9, 1)}
    assert len({one.unit for one in found}) == 1 and {one.sign for one in found} >= {"perfection"}
    quarter = published.get(area_id=county.county.pk, kind="quarter")
    assert len(bulletin_text.read(bytes(quarter.content)).restated) == 1
    above = published.get(area_id=prefecture.pk, kind="quarter")
    assert len(bulletin_text.read(bytes(above.content)).restated) == 1

    # A township merged in the middle of a quarter: nothing is lost between the trees.
    unit = places.area_by_code("520581")
    assert places.area_by_code("520581951").valid_to == dt.date(2026, 8, 15)
    moved = api.on_both_bases(unit.pk, kind="quarter", period="2026-Q3", by=people["shidu"], at=AT)
    assert {row.unit for row in moved} == {"520581951", "520581952"}
    assert all(
        sum(row.difference for row in moved if row.count == count) == 0
        for count in {row.count for row in moved}
    )

    # Begun again, nothing is done; made again, the bytes are the same.
    assert demo_months.begin(people, AT) == 0
