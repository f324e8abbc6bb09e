"""A village with records of a closed month, the township's officers above it, and the county's above them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tongchou.apps.accountability import api as accountability
from tongchou.apps.guarantees.models import Worker
from tongchou.apps.notices.models import Notice as PublicNotice
from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision.models import Draw, Item, Notice

MAY = dt.date(2026, 5, 1)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffe1000a45786966abcdffda0002ffd9")


def on(day: str, hour: int = 9) -> dt.datetime:
    return dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZoneInfo("Asia/Shanghai"))


#: The secret is made before the month, which is closed on 30 June; the day is 8 July.
BEFORE, CLOSED, TODAY = on("2026-04-28"), on("2026-06-30", 10), on("2026-07-08")


@pytest.fixture
def site(
    county: Any, make_account: Callable[..., Any], village_worker: Any, township_officer: Any,
    county_reviewer: Any,
) -> Any:  # fmt: skip
    """Sixty notices of two villages and forty workers; May is closed by everybody below the county."""
    prefecture = county.county.parent
    made = SimpleNamespace(
        village=county.village,
        other=county.other_village,
        township=county.township,
        county=county.county,
        worker=village_worker,
        officer=township_officer,
        second=make_account("fujie", "township_officer", county.township, "付洁（示例）"),
        third=make_account("sanming", "township_officer", county.township, "单明（示例）"),
        reviewer=county_reviewer,
        reviewer_two=make_account("fuhe", "county_reviewer", county.county, "复核（示例）"),
        prefecture=make_account("dudao", "prefecture_supervisor", prefecture, "督导（示例）"),
    )
    for number in range(60):
        area = county.village if number % 3 else county.other_village
        PublicNotice.objects.create(
            area_id=area.pk, scope_no=area.scope_no, scope_end=area.scope_end, area_name=area.name,
            kind="childcare_subsidy", year=2026, stage_code="village", place="公开栏",
            opened_on=MAY + dt.timedelta(days=number % 20), closes_on=MAY + dt.timedelta(days=30),
            opened_at=on("2026-05-02"), opened_by=township_officer,
        )  # fmt: skip
    for number in range(40):
        area = county.village if number % 4 else county.other_village
        Worker.objects.create(
            area_id=area.pk, scope_no=area.scope_no, name=f"员{number}", post=f"岗位{number}",
            since=dt.date(2020, 1, 1),
        )  # fmt: skip
    supervision.commit(MAY, at=BEFORE)
    accountability.close(area_id=county.county.pk, month=MAY, with_below=True, by=county_reviewer, at=CLOSED)
    return made


@pytest.fixture
def drawn(site: Any) -> Callable[..., Draw]:
    """``drawn()``: a sample of the village's notices of May, on 8 July, by an officer of the township."""

    def make(**given: Any) -> Draw:
        by, at = given.pop("by", site.officer), given.pop("at", TODAY)
        asked = {"unit": site.village.code, "kind": "notices", "month": MAY, **given}
        return supervision.draw(supervision.Asked(**asked), by=by, at=at)

    return make


@pytest.fixture
def finished(site: Any, drawn: Callable[..., Draw]) -> Callable[..., Draw]:
    """``finished(wrong=2)``: a draw whose records are all checked, so many of them with another date."""

    def make(wrong: int = 2, **given: Any) -> Draw:
        one = drawn(**given)
        by, at = given.get("by", site.officer), given.get("at", TODAY)
        for number, item in enumerate(Item.objects.filter(draw=one).order_by("position")):
            finding = {"finding": "wrong", "fault": "date"} if number < wrong else {"finding": "right"}
            supervision.check(item_id=item.pk, **finding, by=by, at=at)
        return supervision.finish(draw_id=one.pk, by=by, at=at)

    return make


@pytest.fixture
def notice(site: Any, finished: Callable[..., Draw]) -> Callable[..., Notice]:
    """``notice()``: a rectification notice to the village that waits for its reply."""

    def make(**given: Any) -> Notice:
        one = finished(**given)
        by, at = given.get("by", site.officer), given.get("at", TODAY)
        return supervision.issue(draw_id=one.pk, demand="更正公示日期并重新张贴", by=by, at=at)

    return make
