"""A meeting of the township, and a task of its village at any point of its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework.tests.conftest import office
from tongchou.apps.plans import api as plans

__all__ = ["meeting", "office", "task"]


@pytest.fixture
def meeting(county: Any, office: Any, frozen_clock: dt.datetime) -> plans.Meeting:
    given = {"by": office.township, "at": frozen_clock}
    one = plans.call_meeting(
        area_id=county.township.pk, title="六月联席会议", on=frozen_clock.date(), agenda="托位建设", **given
    )
    return plans.write_minutes(meeting_id=one.pk, minutes="议定：各村月底前报送托位需求。", **given)


@pytest.fixture
def task(county: Any, office: Any, meeting: plans.Meeting, frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``task(due_in=30)``: a task of the village, given by the township."""

    def made(*, due_in: int = 30, unit: str = "", what: str = "报送托位需求") -> plans.Task:
        today = frozen_clock.date()
        return plans.give_task(
            meeting_id=meeting.pk,
            unit_key=unit or county.village.code,
            part="lead",
            what=what,
            starts=today,
            due=today + dt.timedelta(days=due_in),
            by=office.township,
            at=frozen_clock,
        )

    return made
