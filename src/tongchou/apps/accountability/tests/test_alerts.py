"""A falsified month is caught, seen by those above alone, and changes no score."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.accountability import api, judged
from tongchou.apps.accountability.tests.conftest import COUNTS, feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.accountability import gaming
from tongchou.domain.accountability.feed import UnitCount

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db
MONTHS = [dt.date(2026, number, 1) for number in range(1, 6)]
BAD = MONTHS[-1]


@pytest.fixture
def falsified(units: Any, feeds: Any) -> Any:
    """Five months drawn by chance; in the last, one village of another township reports round perfection."""
    draw = np.random.default_rng(7)
    for month in MONTHS:
        rows = []
        for village in units.villages:
            for whole, part in zip(COUNTS[::2], COUNTS[1::2], strict=True):
                number = int(draw.poisson(80))
                done = int(draw.binomial(number, 0.85))
                if month == BAD and village == units.villages[0]:
                    number = done = 85
                rows += [UnitCount(village.code, whole, number), UnitCount(village.code, part, done)]
        feeds[month] = rows
        close(units, month=month)
    return units


def test_the_falsified_month_is_caught_and_no_honest_one(falsified: Any) -> None:
    for month in MONTHS[1:]:
        api.find_alerts(area_id=falsified.county.pk, month=month, by=falsified.maker, at=AT)
    found = api.alerts(by=falsified.maker, on=AT.date())
    assert {(one.unit, one.month) for one in found} == {("520521801", BAD)}
    assert {one.sign for one in found} >= {"digits", "perfection"}
    assert all(one.chance < 0.001 and one.zh and one.en for one in found)


def test_looking_again_asks_nothing_twice(falsified: Any) -> None:
    given = {"area_id": falsified.county.pk, "month": BAD, "by": falsified.maker, "at": AT}
    assert api.find_alerts(**given) > 0
    assert api.find_alerts(**given) == 0


def test_the_unit_sees_none_and_nobody_without_the_permission(
    falsified: Any, make_account: Any, county: Any
) -> None:
    api.find_alerts(area_id=falsified.county.pk, month=BAD, by=falsified.maker, at=AT)
    for who in (falsified.township, make_account("cun", "village_worker", county.village)):
        with pytest.raises(NotAllowed):
            api.alerts(by=who, on=AT.date())
    alert = api.Alert.objects.first()
    assert alert is not None
    with pytest.raises(NotAllowed):
        api.end_alert(alert_id=alert.pk, outcome="dismissed", reason="无误", by=falsified.township, at=AT)
    with pytest.raises(NotAllowed):
        api.find_alerts(area_id=falsified.county.pk, month=BAD, by=falsified.township, at=AT)


def test_ended_once_with_a_reason_and_no_score_moves(falsified: Any) -> None:
    given = {"area_id": falsified.county.pk, "kind": "month", "period": "2026-05", "by": falsified.maker}
    before = api.make(**given, at=AT).sha256
    api.find_alerts(area_id=falsified.county.pk, month=BAD, by=falsified.maker, at=AT)
    alert = api.Alert.objects.first()
    assert alert is not None
    ending = {
        "alert_id": alert.pk,
        "outcome": "answered",
        "reason": "已抽查，退回重报",
        "by": falsified.maker,
    }
    with pytest.raises(Invalid):
        api.end_alert(**(ending | {"reason": " "}), at=AT)
    with pytest.raises(Invalid):
        api.end_alert(**(ending | {"outcome": "punished"}), at=AT)
    api.end_alert(**ending, at=AT)
    with pytest.raises(Conflict):
        api.end_alert(**ending, at=AT)
    assert alert.pk not in {
        one.alert_id for one in api.alerts(by=falsified.maker, on=AT.date(), open_only=True)
    }
    assert api.make(**given, at=AT).sha256 == before


def test_another_county_sees_none(falsified: Any, make_account: Any) -> None:
    from tongchou.apps.places import api as places

    other = make_account("other", "county_reviewer", places.area_by_code("520523"))
    api.find_alerts(area_id=falsified.county.pk, month=BAD, by=falsified.maker, at=AT)
    alert = api.Alert.objects.first()
    assert alert is not None and api.alerts(by=other, on=AT.date()) == []
    with pytest.raises(NotFound):
        api.end_alert(alert_id=alert.pk, outcome="dismissed", reason="无误", by=other, at=AT)


def test_an_open_month_is_not_looked_at(units: Any) -> None:
    with pytest.raises(Conflict):
        api.find_alerts(area_id=units.county.pk, month=BAD, by=units.maker, at=AT)


def test_the_list_asks_as_often_for_many_as_for_few(falsified: Any) -> None:
    api.find_alerts(area_id=falsified.county.pk, month=BAD, by=falsified.maker, at=AT)
    numbers = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            found = api.alerts(by=falsified.maker, on=AT.date())
        numbers.append(len(caught))
        assert found
        api.Alert.objects.filter(pk__in=[one.alert_id for one in found[1:]]).delete()
    assert len(set(numbers)) == 1


def test_the_signs_of_the_table_are_those_of_the_tests() -> None:
    assert [str(one) for one in gaming.Sign] == judged.SIGNS
