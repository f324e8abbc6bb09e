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
    # The register was taken over today; what counts happens afterwards.
    assert told(frozen_clock.date().replace(day=1)) == {}
    later = frozen_clock + dt.timedelta(days=60)
    today = later.date()
    month = today.replace(day=1)
    given = {"by": township_officer, "at": later}
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


def test_catching_up_with_what_was_before_the_register_is_neither_late_nor_in_time(
    person: Any, county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    """Deaths of before the register was taken over, entered weeks later in a batch of their own."""
    at = frozen_clock + dt.timedelta(days=3)
    for days, name in ((400, "赵大山"), (1, "钱小兰"), (0, "赵强")):
        died = dated(frozen_clock.date() - dt.timedelta(days=days))
        registry.record_death(person_id=person(name), died=died, by=township_officer, at=at)
    assert told(at.date().replace(day=1)) == {}
