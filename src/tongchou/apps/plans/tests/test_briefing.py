"""A briefing pack is numbers of an area; pilots are those the plan names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.places import api as places
from tongchou.apps.plans import api as plans
from tongchou.core.errors import NotAllowed, NotFound
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db


def test_the_pack_of_a_township(task: Any, county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    task(due_in=5)
    later, counts = frozen_clock + dt.timedelta(days=9), []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            pack = plans.briefing(county.township.pk, by=office.township, at=later)
        counts.append(len(asked))
        for _each in range(5):
            task(due_in=5)
    assert counts[0] == counts[1]
    assert [(one.unit_key, one.late) for one in pack.tasks] == [(county.village.code, 6)]
    assert pack.complaints == (0, 0) and pack.promises is not None and pack.promises.promised == 0
    with pytest.raises(NotFound):
        plans.briefing(county.county.pk, by=office.township, at=later)
    with pytest.raises(NotAllowed):
        plans.briefing(county.village.pk, by=office.village, at=later)


def test_the_standings_are_those_of_the_lines(task: Any, office: Any, frozen_clock: dt.datetime) -> None:
    first = task(due_in=3)
    task(due_in=30)
    later = frozen_clock + dt.timedelta(days=5)
    plans.report(task_id=first.pk, evidence="表", by=office.village, at=later)
    for days in (0, 5, 40):
        on = frozen_clock.date() + dt.timedelta(days=days)
        if days:
            lines = plans.lines_of(plans.found(by=office.village, on=on), on)
            assert plans.standings_of(Scope.everything(), on=on) == plans.standings(lines)


def test_pilots_are_found_by_the_names_of_the_plan(county: Any) -> None:
    assert [one.name for one in plans.pilots_in(county.county)] == ["大方县"]
    prefecture = places.area_by_code("520500")
    assert county.county in plans.pilots_in(prefecture)
    assert plans.pilots_in(county.township) == []
