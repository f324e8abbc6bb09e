"""A county of townships with villages, whose counts a made-up app tells; officers of each level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tongchou.apps.places import api as places
from tongchou.core import unit_feeds
from tongchou.domain.accountability.feed import UnitCount

MONTH = dt.date(2026, 5, 1)
#: Rows the made-up app tells, by month; tests write into it.
TOLD: dict[dt.date, list[UnitCount]] = {}
COUNTS = (
    *("payments_due", "payments_on_time", "commitments_due", "commitments_kept"),
    *("complaints_due", "complaints_answered_on_time", "services_asked", "services_within_days"),
    *("errors_known", "errors_mended", "records_checked", "records_right"),
    *("posts_required", "posts_filled", "households", "households_reached"),
)


def tell(month: dt.date) -> list[UnitCount]:
    return TOLD.get(month, [])


@pytest.fixture
def feeds(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[dt.date, list[UnitCount]]]:
    """Nothing but the made-up app tells; what it tells is what a test writes."""
    monkeypatch.setattr(unit_feeds, "_feeds", {})
    unit_feeds.register("test", counts=COUNTS, tells=f"{__name__}:tell")
    TOLD.clear()
    yield TOLD
    TOLD.clear()


@pytest.fixture
def units(county: Any, make_account: Callable[..., Any], frozen_clock: dt.datetime) -> Any:
    """Seven more townships of one village each beside the county's own; officers of the county."""
    rows = []
    for number in range(1, 8):
        code = f"5205218{number:02d}"
        rows.append((code, f"第{number}镇（示例）", "township", "520521"))
        rows.append((f"{code}201", f"第{number}村（示例）", "village", code))
    names = ("code", "name", "level", "parent_code")
    places.load_areas(
        [dict(zip(names, row, strict=True)) | {"valid_from": "2020-01-01"} for row in rows],
        by=None,
        at=frozen_clock,
    )
    for area in (county.county, county.township, *county.villages):
        area.refresh_from_db()
    return SimpleNamespace(
        county=county.county,
        villages=places.villages(places_scope(county.county)),
        maker=make_account("maker", "county_reviewer", county.county, "月结（示例）"),
        second=make_account("second", "county_reviewer", county.county, "复核（示例）"),
        township=make_account("zhen", "township_officer", county.township, "乡镇（示例）"),
    )


def places_scope(area: Any) -> Any:
    from tongchou.core.scope import Scope

    return Scope.of_area(area)


@pytest.fixture
def good(units: Any, feeds: dict[dt.date, list[UnitCount]]) -> Callable[..., None]:
    """``good(month)``: each village tells wholes of 60, and parts of it that are fewer by its number."""

    def write(month: dt.date = MONTH, *, less: int = 0) -> None:
        rows = []
        for at, village in enumerate(units.villages):
            for whole, part in zip(COUNTS[::2], COUNTS[1::2], strict=True):
                rows.append(UnitCount(village.code, whole, 60))
                rows.append(UnitCount(village.code, part, max(0, 60 - 3 * at - less)))
        feeds[month] = rows

    return write
