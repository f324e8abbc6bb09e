"""A month closes from below, stays as it was told, and what was wrong is stated anew beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tongchou.apps.accountability import api, holding
from tongchou.apps.accountability.tests.conftest import MONTH, feeds, good, units
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.accountability.feed import UnitCount

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 6, 30, 9, tzinfo=dt.UTC)


def close(units: Any, **given: Any) -> int:
    wanted = {"area_id": units.county.pk, "month": MONTH, "with_below": True, "by": units.maker, "at": AT}
    return api.close(**(wanted | given))


def test_villages_first_then_what_is_above(units: Any, good: Any) -> None:
    good()
    with pytest.raises(Conflict) as told:
        close(units, with_below=False)
    assert told.value.code == "accountability.close"
    assert api.Closing.objects.count() == api.Counted.objects.count() == 0
    number = close(units)
    assert number == api.Closing.objects.count() == len(units.villages) * 2 - 1 + 1
    village = units.villages[0].code
    row = api.Counted.objects.get(unit=village, count="payments_on_time")
    assert (row.value, row.month) == (60, MONTH)


def test_closed_stays_closed_and_a_month_to_come_is_not(units: Any, good: Any) -> None:
    good()
    close(units)
    with pytest.raises(Conflict):
        close(units)
    with pytest.raises(Conflict):
        close(units, month=dt.date(2026, 7, 1))
    with pytest.raises(Conflict):  # July before June
        close(units, month=dt.date(2026, 7, 1), at=dt.datetime(2026, 8, 9, tzinfo=dt.UTC))


def test_a_unit_closes_itself_and_nothing_above(units: Any, good: Any, county: Any) -> None:
    good()
    with pytest.raises((NotAllowed, NotFound)):
        close(units, by=units.township)
    assert close(units, area_id=county.township.pk, by=units.township) == 1 + len(county.villages)


def test_what_is_told_later_changes_nothing(units: Any, good: Any, feeds: Any) -> None:
    good()
    close(units)
    before = list(api.Counted.objects.order_by("pk").values_list("unit", "count", "value"))
    good(less=20)
    with pytest.raises(Conflict):
        close(units)
    assert list(api.Counted.objects.order_by("pk").values_list("unit", "count", "value")) == before


def test_counts_of_no_unit_and_no_count_are_left_out(units: Any, feeds: Any) -> None:
    feeds[MONTH] = [
        UnitCount("999999", "payments_due", 3),
        UnitCount(units.villages[0].code, "births", 3),
        UnitCount(units.villages[0].code, "payments_due", 3),
        UnitCount(units.villages[0].code, "payments_due", 4),
    ]
    close(units)
    assert api.Counted.objects.get().value == 7


def test_stated_anew_from_above_with_a_reason(units: Any, good: Any, county: Any) -> None:
    good()
    close(units)
    unit = county.villages[0].code
    given = {
        "unit": unit,
        "month": MONTH,
        "count": "payments_on_time",
        "value": 55,
        "reason": "重复计数",
        "at": AT,
    }
    worker = units.township
    with pytest.raises(Invalid):
        api.restate(**(given | {"reason": " ", "by": units.maker}))
    with pytest.raises(Invalid):
        held = api.Counted.objects.get(unit=unit, count="payments_on_time").value
        api.restate(**(given | {"value": held, "by": units.maker}))
    with pytest.raises(NotFound):
        api.restate(**(given | {"count": "complaints", "by": units.maker}))
    made = api.restate(**(given | {"by": worker}))
    assert (made.counted.unit, made.value) == (unit, 55) and made.counted.value != 55


def test_what_is_stated_anew_counts_once_a_second_person_confirmed_it(units: Any, good: Any) -> None:
    good()
    close(units)
    given = {
        "unit": units.villages[0].code, "month": MONTH, "count": "payments_on_time", "value": 30,
        "reason": "核对后更正", "by": units.maker, "at": AT,
    }  # fmt: skip
    one = api.restate(**given)
    assert one.waits and holding.standing(holding.restated(units.county, first=MONTH, last=MONTH)) == {}
    assert api.waiting_restated(units.county.pk, month=MONTH, by=units.second, at=AT) == (one,)
    with pytest.raises(NotAllowed) as told:
        api.confirm_restated(restated_id=one.pk, by=units.maker, at=AT)
    assert told.value.code == "accountability.own"
    elsewhere = api.Restated.objects.create(
        counted=api.Counted.objects.get(unit="520521807201", month=MONTH, count="payments_on_time"),
        value=1, reason="核对", by=units.maker, at=AT, waits=True,
    )  # fmt: skip
    with pytest.raises((NotAllowed, NotFound)):
        api.confirm_restated(restated_id=elsewhere.pk, by=units.township, at=AT)
    elsewhere.delete()
    api.confirm_restated(restated_id=one.pk, by=units.second, at=AT)
    assert holding.standing(holding.restated(units.county, first=MONTH, last=MONTH)) == {one.counted_id: 30}
    assert api.waiting_restated(units.county.pk, month=MONTH, by=units.second, at=AT) == ()
    with pytest.raises(Conflict):
        api.confirm_restated(restated_id=one.pk, by=units.second, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        api.Restated.objects.filter(pk=one.pk).update(confirmed_by=units.maker)


def test_a_part_above_its_whole_is_refused_at_once_in_words(units: Any, good: Any) -> None:
    good()
    close(units)
    given = {"unit": units.villages[0].code, "month": MONTH, "reason": "核对", "by": units.maker, "at": AT}
    for count, value in (("payments_on_time", 99_999), ("payments_due", 1), ("households_reached", 61)):
        with translation.override("zh-hans"), pytest.raises(Invalid) as told:
            api.restate(**given, count=count, value=value)
        assert told.value.code == "accountability.value"
        assert "笔数" in str(told.value.message) or "家庭户" in str(told.value.message)
        assert count not in str(told.value.message)
    assert not api.Restated.objects.exists()


@pytest.mark.parametrize(
    "reason", ["王小明家多生不配合", "多胎户拖了后腿", "出生人口控制不力", "张三电话13800001234"]
)
def test_a_reason_that_stands_in_public_names_and_blames_nobody(units: Any, good: Any, reason: str) -> None:
    good()
    close(units)
    with pytest.raises(Invalid) as told:
        api.restate(
            unit=units.villages[0].code, month=MONTH, count="payments_on_time", value=30, reason=reason,
            by=units.maker, at=AT,
        )  # fmt: skip
    assert told.value.code == "accountability.reason" and not api.Restated.objects.exists()


def test_the_database_holds_it(units: Any, good: Any) -> None:
    good()
    close(units)
    row = api.Closing.objects.first()
    assert row is not None
    for broken in (
        lambda: api.Closing.objects.create(
            area_id=row.area_id, scope_no=1, code="x", month=MONTH, at=AT, by=units.maker
        ),
        lambda: api.Closing.objects.create(
            area_id=1, scope_no=1, code="x", month=dt.date(2026, 5, 2), at=AT, by=units.maker
        ),
        lambda: api.Counted.objects.create(area_id=1, scope_no=1, unit="x", month=MONTH, count="c", value=-1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_standing_asks_as_often_for_many_as_for_few(units: Any, good: Any, county: Any) -> None:
    good()
    numbers = set()
    for area in (county.township, units.county):
        with CaptureQueriesContext(connection) as caught:
            found = api.standing(area.pk, month=MONTH, by=units.maker, at=AT)
        numbers.add(len(caught))
        assert not found.closed and found.open_below == len(found.below)
    assert len(numbers) == 1
