"""What is told of a month: promises due and kept, households and those that have their letter."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.commitments.counting import month_counts
from tongchou.apps.commitments.models import Promise
from tongchou.apps.commitments.tests.conftest import family, letter, office, words

__all__ = ["family", "letter", "office", "words"]
pytestmark = pytest.mark.django_db


def test_a_promise_is_due_in_its_month_and_kept_when_families_say_so(
    family: Any, letter: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    letter("publish")
    promise = Promise.objects.get()
    month, code = promise.due.replace(day=1), county.village.code

    def told() -> dict[str, int]:
        return {row.count: row.value for row in month_counts(month) if row.unit == code}

    assert told()["commitments_due"] == 1 and told()["commitments_kept"] == 0
    assert told()["households"] > 0 == told()["households_reached"]
    Promise.objects.update(state="kept", kept_on=promise.due, reported_on=promise.due)
    assert told()["commitments_kept"] == 1
    Promise.objects.update(kept_on=promise.due + dt.timedelta(days=1))
    assert told()["commitments_kept"] == 0
