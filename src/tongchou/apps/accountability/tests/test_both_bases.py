"""A township merged in the middle of a quarter: its counts on both trees, and nothing lost between them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from tongchou.apps.accountability import api
from tongchou.apps.accountability.both_bases import reconciled
from tongchou.apps.accountability.computing import span
from tongchou.apps.accountability.tests.conftest import feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.apps.places import api as places
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.feed import UnitCount

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db
LATER = dt.datetime(2026, 7, 6, 1, tzinfo=dt.UTC)
MERGED = dt.date(2026, 6, 15)
GONE, STAYS = "520521801", "520521802"
QUARTER = (dt.date(2026, 4, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1))


def change(plan: places.Plan, units: Any, on: dt.date = MERGED) -> None:
    planned = places.plan_change(
        plan=plan, effective_on=on, document="县政发〔2026〕3号", by=units.maker, at=AT
    )
    places.apply_change(change_id=planned.pk, by=units.second, at=AT)
    units.county.refresh_from_db()


def told(feeds: Any, month: dt.date, values: dict[str, tuple[int, int]]) -> None:
    feeds[month] = [
        UnitCount(code, count, value)
        for code, pair in values.items()
        for count, value in zip(("payments_due", "payments_on_time"), pair, strict=True)
    ]


@pytest.fixture
def merged(units: Any, feeds: Any) -> Any:
    """Three months of township counts; one township merged into the next after the second was closed."""
    for month, values in zip(
        QUARTER,
        ({GONE: (40, 20), STAYS: (60, 60)}, {GONE: (50, 30), STAYS: (60, 57)}, {STAYS: (110, 99)}),
        strict=True,
    ):
        told(feeds, month, values)
    for month in QUARTER[:2]:
        close(units, month=month)
    gone, stays = (places.area_by_code(code) for code in (GONE, STAYS))
    change(places.Plan("merge", stays.pk, others=(gone.pk,), target=stays.pk), units)
    close(units, month=QUARTER[2], at=LATER)
    return units


def test_both_bases_and_their_difference(merged: Any) -> None:
    rows = {
        (row.unit, row.count): row
        for row in api.on_both_bases(
            merged.county.pk, kind="quarter", period="2026-Q2", by=merged.maker, at=LATER
        )
    }
    assert {unit for unit, _count in rows} == {GONE, STAYS}
    gone, stays = rows[GONE, "payments_due"], rows[STAYS, "payments_due"]
    assert (gone.told, gone.now, gone.difference) == (90, 0, -90)
    assert (stays.told, stays.now, stays.difference) == (230, 320, 90)
    assert sum(row.difference for row in rows.values()) == 0


def test_the_settlement_shows_both_where_an_area_ended(merged: Any) -> None:
    found = api.settlement(merged.county.pk, kind="quarter", period="2026-Q2", by=merged.maker, at=LATER)
    assert {(one.unit, one.told, one.now) for one in found.both if one.count == "payments_due"} == {
        (GONE, 90, 0),
        (STAYS, 230, 320),
    }
    month = api.settlement(merged.county.pk, kind="month", period="2026-04", by=merged.maker, at=LATER)
    assert month.both == ()


def test_the_bulletin_is_on_the_tree_of_its_last_day(merged: Any) -> None:
    issue = api.make(area_id=merged.county.pk, kind="quarter", period="2026-Q2", by=merged.maker, at=LATER)
    content = bulletin_text.read(bytes(issue.content))
    cells = {row.unit: row.cells for row in content.rows}
    assert GONE not in cells and content.closed_areas == {GONE: (STAYS,)}
    paid = cells[STAYS]["paid_on_time"]
    assert (paid.over, paid.under) == (20 + 60 + 30 + 57 + 99, 320)


def test_the_own_baseline_of_a_merged_unit_is_the_sum_of_its_predecessors(merged: Any) -> None:
    issue = api.make(area_id=merged.county.pk, kind="month", period="2026-06", by=merged.maker, at=LATER)
    row = next(one for one in bulletin_text.read(bytes(issue.content)).rows if one.unit == STAYS)
    assert row.better == pytest.approx(99 / 110 - (30 + 57) / 110)


def test_a_split_goes_by_its_shares(units: Any, feeds: Any, county: Any) -> None:
    """Three fifths of a village's people belong to a new one in another township from June on."""
    village = units.villages[0]
    told(feeds, QUARTER[1], {village.code: (50, 40)})
    told(feeds, QUARTER[2], {})
    close(units, month=QUARTER[1])
    part = places.Part("新寨村（示例）", "520521801299", 600_000, ())
    change(places.Plan("split", village.pk, parts=(part,), kept=400_000), units)
    new = places.area_by_code("520521801299")
    change(places.Plan("transfer", new.pk, target=county.township.pk), units, on=dt.date(2026, 6, 20))
    close(units, month=QUARTER[2], at=LATER)
    (county_now,) = places.Area.objects.filter(pk=units.county.pk)
    rows = reconciled(county_now, span("quarter", "2026-Q2"))
    found = {(row.unit, row.count): (row.told, row.now) for row in rows}
    assert found[GONE, "payments_due"] == (50, 20)
    assert found[county.township.code, "payments_due"] == (0, Fraction(30))
    assert sum(row.difference for row in rows) == 0


def test_what_an_area_told_that_ended_before_the_close_is_kept(units: Any, feeds: Any) -> None:
    told(feeds, QUARTER[2], {GONE: (30, 21), STAYS: (70, 63)})
    gone, stays = (places.area_by_code(code) for code in (GONE, STAYS))
    change(places.Plan("merge", stays.pk, others=(gone.pk,), target=stays.pk), units)
    close(units, month=QUARTER[2], at=LATER)
    assert dict(
        api.Counted.objects.filter(count="payments_due").values_list("unit", "value")
    ) == {GONE: 30, STAYS: 70}  # fmt: skip
