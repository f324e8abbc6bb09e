"""What ends with the year is told in time: who, why, what follows; never the dead, never the unclear."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou import policies
from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.tests.conftest import FAMILY, YEAR
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db


def evaluated_again(by: Any, at: dt.datetime) -> None:
    snapshots.take_snapshot(by=by, at=at, as_of=at.date(), purpose="test")
    api.evaluate_years(years=[YEAR, YEAR + 1], by=by, at=at, purpose="test")


@pytest.fixture
def toddlers(evaluated: dict[str, int], county: Any, township_officer: Any, frozen_clock: Any) -> Scope:
    """Two children who turn three this year, and the list of both years."""
    rows = [
        replace(FAMILY[3], row_no=day, household_no="0009", name=name, birth=PartialDate(2023, 5, day))
        for name, day in (("赵三岁", 4), ("赵同岁", 5))
    ]
    registry.apply_register(
        rows, village_id=county.village.pk, source="b" * 64, by=township_officer, at=frozen_clock
    )
    return Scope.of_area(county.village)


def test_what_ends_is_listed_with_its_reason(
    toddlers: Scope, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    assert api.ending(scope=toddlers, year=YEAR).total == 0  # no list of the next year yet
    evaluated_again(county_reviewer, frozen_clock)
    listed = api.ending(scope=toddlers, year=YEAR, language="en")
    assert {one.item.person_name for one in listed.items} == {"赵三岁", "赵同岁"}
    first = listed.items[0]
    assert first.item.programme == "childcare_subsidy" and first.last_day == dt.date(YEAR, 12, 31)
    assert first.reasons and not first.withheld
    assert "three" in first.reasons[0] or "3" in first.reasons[0]
    assert first.follows == () and first.apply_for == ""
    assert api.ending(scope=toddlers, year=YEAR, programme="elderly_reward").total == 0
    assert api.ending(scope=Scope.nothing(), year=YEAR).total == 0


def test_the_dead_are_not_listed(
    toddlers: Scope, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.registry.models import Person

    person = Person.objects.get(name="赵三岁")
    registry.record_death(
        person_id=person.pk, died=PartialDate(2026, 3, 1), by=township_officer, at=frozen_clock
    )
    evaluated_again(county_reviewer, frozen_clock)
    assert [one.item.person_name for one in api.ending(scope=toddlers, year=YEAR).items] == ["赵同岁"]


def test_more_rows_take_no_more_queries(
    toddlers: Scope, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    evaluated_again(county_reviewer, frozen_clock)
    api.ending(scope=toddlers, year=YEAR)
    with CaptureQueriesContext(connection) as one:
        assert len(api.ending(scope=toddlers, year=YEAR, size=1).items) == 1
    with CaptureQueriesContext(connection) as both:
        assert len(api.ending(scope=toddlers, year=YEAR).items) == 2
    assert len(one) == len(both) <= 20


def test_what_the_law_provides_instead_is_named() -> None:
    assert policies.counterpart("elderly_reward", "en").startswith("Pension support of urban parents")
    assert policies.counterpart("childcare_subsidy", "en") == ""


def test_the_page_tells_it(
    toddlers: Scope, county_reviewer: Any, frozen_clock: dt.datetime, client: Any
) -> None:
    evaluated_again(county_reviewer, frozen_clock)
    client.force_login(county_reviewer)
    page = client.get("/worklist", {"show": "ending"})
    text = page.content.decode()
    assert page.status_code == 200 and "赵三岁" in text and "show=ending" in text
