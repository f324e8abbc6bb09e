"""Months of the demo prefecture: the falsified one is asked about, a merger adds up on both trees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.accountability import api
from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.places import api as places
from tongchou.apps.supervision import api as supervision
from tongchou.cli import demo_months, demo_past, demo_staff
from tongchou.core import clock, unit_feeds
from tongchou.core.errors import NotAllowed
from tongchou.core.models import Assignment
from tongchou.core.scope import Scope
from tongchou.domain.accountability import bulletin_text

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 3, 1, tzinfo=dt.UTC)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffe1000a45786966abcdffda0002ffd9")


@pytest.fixture
def people(county: Any, make_account: Callable[..., Any]) -> dict[str, Any]:
    prefecture = places.area_by_code("520500")
    made = {
        name: make_account(name, role, area)
        for name, role, area in (
            ("xiancha", "county_reviewer", county.county),
            ("xiancha2", "county_reviewer", county.county),
            ("zhenban", "township_officer", county.township),
            ("shidu", "prefecture_supervisor", prefecture),
            ("shidu2", "prefecture_supervisor", prefecture),
        )
    }
    # As the demo does: in office since the first of its months.
    Assignment.objects.update(valid_from=demo_months.first_day(AT.date()))
    return made


def test_six_months_of_the_demo_prefecture(people: dict[str, Any], county: Any) -> None:
    feeds = unit_feeds.all_feeds()
    assert demo_months.begin(people, AT) == 18
    assert unit_feeds.all_feeds() == feeds
    prefecture = places.area_by_code("520500")
    published = api.Issue.objects.filter(state="published")
    assert published.filter(area_id=prefecture.pk).count() == 9
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

    # A half-year is judged and a year is settled; what was stated anew of it stands beside, with a proposal.
    assert set(published.exclude(kind__in=("month", "quarter")).values_list("kind", "period")) == {
        ("half", "2026-H1"),
        ("year", "2025"),
    }
    for place, by in ((county.county, people["xiancha"]), (prefecture, people["shidu"])):
        settled = api.settlement(place.pk, kind="year", period="2025", by=by, at=AT)
        assert {one.indicator for one in settled.rows if one.moved} == {"paid_on_time"}
        assert [one.reason for one in settled.restated] and settled.published_on is not None
        assert all(settled.names[one.unit] != one.unit for one in settled.restated)
    (proposed,) = api.proposed(by=people["xiancha2"], on=AT.date())
    assert (proposed.year, proposed.accepted, proposed.official) == (2025, None, "")

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


@pytest.mark.parametrize("hour", [1, 17])  # at 17:00 UTC the next day has begun here
@pytest.mark.parametrize("day", [1, 2, 3, 4, 28, 30])
def test_a_month_was_closed_after_it_ended_and_before_today(day: int, hour: int) -> None:
    at = AT.replace(day=day, hour=hour)
    today = clock.date_of(at)
    for month in demo_months._months(today):
        closed = demo_months.closed_at(month, at)
        assert (month + dt.timedelta(days=31)).replace(day=1) <= clock.date_of(closed) and closed <= at
        assert clock.date_of(closed) < today or today.day == 1


def test_of_the_newest_month_a_sample_is_drawn_and_walked_to_its_re_check(
    people: dict[str, Any], county: Any
) -> None:
    """What the accounts of a fresh demo can do: draw, find, have it mended, look again by somebody else."""
    assert demo_past.commit_to_seeds(AT) > 0
    demo_months.begin(people, AT)
    assert demo_staff.begin(people, AT) > 0
    assert demo_staff.begin(people, AT) == 0
    asked = supervision.Asked(county.township.code, "staff", dt.date(2026, 10, 1))
    finder, other = people["xiancha"], people["xiancha2"]
    drawn = supervision.draw(asked, by=finder, at=AT)
    items = list(drawn.items.order_by("position"))
    assert items
    given = {"by": finder, "at": AT}
    supervision.check(item_id=items[0].pk, finding="wrong", fault="date", **given)
    for item in items[1:]:
        supervision.check(item_id=item.pk, finding="right", **given)
    supervision.finish(draw_id=drawn.pk, **given)
    notice = supervision.issue(draw_id=drawn.pk, demand="核对到岗日期（示例）", **given)
    supervision.reply(
        notice_id=notice.pk, words="已按任命文件更正（示例）", files=[JPEG], by=people["zhenban"], at=AT
    )
    with pytest.raises(NotAllowed):
        supervision.recheck(notice_id=notice.pk, mended=True, words="已看", **given)
    closed = supervision.recheck(notice_id=notice.pk, mended=True, words="已看", by=other, at=AT)
    assert closed.state == "closed"
    assert supervision.verify(drawn, on=AT.date()).right
    # The guarantees have something to show: a budget that rose, and a team that is one short.
    found = guarantees.report(county.county, within=Scope.everything(), year=2026, on=AT.date())
    kept = {(one.finding.guarantee.value, one.finding.kept) for one in found.lines}
    assert {("budget_rises", True), ("township_team", False)} <= kept
