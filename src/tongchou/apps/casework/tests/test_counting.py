"""What is told of a month: applications due, decided by then, of the township that handles them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.counting import awards_approved, month_counts
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed

__all__ = ["apply", "family", "office", "passed"]
pytestmark = pytest.mark.django_db


def told(month: dt.date) -> dict[tuple[str, str], int]:
    return {(row.unit, row.count): row.value for row in month_counts(month)}


def test_an_application_is_due_in_the_month_of_its_last_day(
    apply: Any, office: Any, passed: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    due = Case.objects.get(pk=case).due
    month, code = due.replace(day=1), county.township.code
    assert told(month) == {(code, "decisions_due"): 1, (code, "decisions_on_time"): 0}
    assert told((month - dt.timedelta(days=1)).replace(day=1)) == {}
    passed(case, office.township)
    passed(case, office.county)
    assert told(month)[code, "decisions_on_time"] == 1
    day = frozen_clock.date()
    ((_award, unit, approved),) = awards_approved(day, day)
    assert (unit, approved) == (code, day)
    assert awards_approved(day + dt.timedelta(days=1), day + dt.timedelta(days=9)) == []


def test_what_was_withdrawn_or_waits_for_the_family_is_not_due(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    month = Case.objects.get(pk=case).due.replace(day=1)
    assert len(told(month)) == 2
    casework.withdraw(case_id=case, by=office.township, at=frozen_clock)
    assert told(month) == {}
