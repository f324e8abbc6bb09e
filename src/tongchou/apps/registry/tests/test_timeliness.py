"""Entries of deaths and moves are in time or not; entries of a child or anybody new are not counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.timeliness import DAYS, month_counts
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db


def told(month: dt.date) -> dict[tuple[str, str], int]:
    return {(row.unit, row.count): row.value for row in month_counts(month)}


def dated(day: dt.date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)


def test_what_was_entered_within_its_days(
    person: Any, county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    today = frozen_clock.date()
    month = today.replace(day=1)
    assert told(month) == {}  # a register that came in as a whole is no entry
    given = {"by": township_officer, "at": frozen_clock}
    registry.record_death(person_id=person("赵大山"), died=dated(today - dt.timedelta(days=DAYS)), **given)
    code = county.village.code
    assert told(month) == {(code, "records_entered"): 1, (code, "records_in_time"): 1}
    registry.record_death(
        person_id=person("钱小兰"), died=dated(today - dt.timedelta(days=DAYS + 1)), **given
    )
    assert told(month) == {(code, "records_entered"): 2, (code, "records_in_time"): 1}
    registry.record_death(person_id=person("赵强"), died=PartialDate(today.year, 1), **given)
    assert told(month)[code, "records_entered"] == 2  # nobody knows the day
    assert told(month - dt.timedelta(days=1)) == {}
