"""Errors a unit found in its own records are told of it by village, and nothing else about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.counting import month_counts
from tongchou.apps.corrections.models import Correction
from tongchou.core.models import Assignment

pytestmark = pytest.mark.django_db


def told(month: dt.date) -> dict[tuple[str, str], int]:
    return {(row.unit, row.count): row.value for row in month_counts(month)}


def test_what_was_found_and_what_was_mended(
    ask: Any, county: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    at, month = frozen_clock, frozen_clock.date().replace(day=1)
    numbers = [ask("赵强", name="赵墙"), ask("钱小兰", name="钱晓兰"), ask("赵大山", name="赵大三")]
    code = county.village.code
    names = ("errors_known", "errors_found_by_unit", "errors_mended")
    assert told(month) == dict(zip([(code, one) for one in names], (3, 3, 0), strict=True))
    shown = corrections.offers(Correction.objects.all(), by=second_officer, at=at)
    corrections.approve_many(chosen={numbers[0]: shown[numbers[0]].seen}, by=second_officer, at=at)
    corrections.refuse(correction_id=numbers[2], refusal="right_already", by=second_officer, at=at)
    assert told(month) == dict(zip([(code, one) for one in names], (2, 2, 1), strict=True))
    # What the county's officers come upon is known, and not found by the unit itself.
    Assignment.objects.update(role="county_reviewer")
    assert told(month) == dict(zip([(code, one) for one in names], (2, 0, 1), strict=True))
    assert told(month - dt.timedelta(days=1)) == {}
