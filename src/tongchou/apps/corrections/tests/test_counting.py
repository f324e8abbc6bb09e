"""Errors a unit found in its own records are told of it by village, and nothing else about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.counting import month_counts
from tongchou.apps.corrections.models import Correction

pytestmark = pytest.mark.django_db


def told(month: dt.date) -> dict[tuple[str, str], int]:
    return {(row.unit, row.count): row.value for row in month_counts(month)}


def test_what_was_found_and_what_was_mended(
    ask: Any, county: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    at, month = frozen_clock, frozen_clock.date().replace(day=1)
    numbers = [ask("赵强", name="赵墙"), ask("钱小兰", name="钱晓兰"), ask("赵大山", name="赵大三")]
    code = county.village.code
    assert told(month) == {(code, "errors_known"): 3, (code, "errors_mended"): 0}
    shown = corrections.offers(Correction.objects.all(), by=second_officer, at=at)
    corrections.approve_many(chosen={numbers[0]: shown[numbers[0]].seen}, by=second_officer, at=at)
    corrections.refuse(correction_id=numbers[2], refusal="right_already", by=second_officer, at=at)
    assert told(month) == {(code, "errors_known"): 2, (code, "errors_mended"): 1}
    assert told(month - dt.timedelta(days=1)) == {}
