"""The people behind a number: of the own areas, by age and sex, some at a time, each opening written down."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.registry import api as registry
from tongchou.apps.registry import of_cell
from tongchou.core.errors import Invalid, NotAllowed, NotFound
from tongchou.core.models import Account, AuditEntry
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow


@pytest.fixture
def filled(county: Any, county_reviewer: Account, frozen_clock: dt.datetime) -> Any:
    """Men born on every other 1 July from 1940 on in one village, women in the other; one of unknown day."""
    for number, village in enumerate(county.villages):
        sex, first = 1 + number, 0x4E00 + 40 * number
        rows = [
            RegisterRow(
                5 + place, str(1 + place), f"罗小{chr(first + place)}", "02", sex=sex,
                birth=PartialDate(1940 + 2 * place, 7, 1),
            )
            for place in range(35)
        ]  # fmt: skip
        some_day = PartialDate(1966)
        rows.append(RegisterRow(90, "90", f"罗大{'甲乙'[number]}", "02", sex=sex, birth=some_day))
        registry.apply_register(
            rows, village_id=village.pk, source=str(number) * 64, by=county_reviewer, at=frozen_clock
        )
    return county


def listed(
    area: Any, by: Account, at: dt.datetime, first: int = 60, last: int | None = 64, **more: Any
) -> Any:
    cell = registry.Cell(first, last, more.pop("sex", 1), **more)
    return registry.people_of_cell(area_id=area.pk, cell=cell, after=0, by=by, at=at)


def test_ages_are_full_years_of_today(
    filled: Any, village_worker: Account, frozen_clock: dt.datetime
) -> None:
    """On 30 June 2026 who was born on 1 July 1966 is 59, on 1 July 1964 is 61, some day of 1966 is 59."""
    years = [one.birth.year for one in listed(filled.village, village_worker, frozen_clock).people]
    assert years == [1962, 1964]
    young = listed(filled.village, village_worker, frozen_clock, 55, 59).people
    assert sorted(one.birth.year for one in young) == [1966, 1966, 1968, 1970]
    open_ended = listed(filled.village, village_worker, frozen_clock, 80, None).people
    assert [one.birth.year for one in open_ended] == [1940, 1942, 1944]


def test_each_group_lists_each_person_once(
    filled: Any, township_officer: Account, frozen_clock: dt.datetime
) -> None:
    groups = [(first, first + 4) for first in range(0, 100, 5)] + [(100, None)]
    seen = [
        one.person_id
        for first, last in groups
        for sex in (1, 2)
        for one in listed(filled.township, township_officer, frozen_clock, first, last, sex=sex).people
    ]
    assert len(seen) == len(set(seen)) == 72


def test_pages_follow_each_other(
    filled: Any, township_officer: Account, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_cell, "SIZE", 2)
    found, after = [], 0
    while after is not None:
        page = registry.people_of_cell(
            area_id=filled.township.pk, cell=registry.Cell(50, 69, 1), after=after, by=township_officer,
            at=frozen_clock,
        )  # fmt: skip
        found += [one.person_id for one in page.people]
        after = page.after
    assert found == sorted(set(found)) and len(found) == 11
    rows = AuditEntry.objects.filter(action="registry.list_cell").order_by("pk")
    assert [row.detail["following"] for row in rows] == [False] + [True] * (len(rows) - 1)


def test_other_areas_are_not_there(
    filled: Any,
    village_worker: Account,
    county_reviewer: Account,
    make_account: Any,
    frozen_clock: dt.datetime,
) -> None:
    for area in (filled.other_village, filled.township):
        with pytest.raises(NotFound):
            listed(area, village_worker, frozen_clock)
    with pytest.raises(Invalid, match="too_wide"):
        listed(filled.county, county_reviewer, frozen_clock)
    with pytest.raises(NotAllowed):
        listed(filled.village, make_account("counts", "statistician", filled.county), frozen_clock)
    assert not AuditEntry.objects.filter(action="registry.list_cell").exists()


def test_an_opening_is_written_down_without_a_name(
    filled: Any, village_worker: Account, frozen_clock: dt.datetime, audited: Any
) -> None:
    with CaptureQueriesContext(connection) as caught, audited():
        found = listed(filled.village, village_worker, frozen_clock, residence="unknown", hukou="unknown")
    assert len(found.people) == 2
    row = AuditEntry.objects.get(action="registry.list_cell")
    assert row.subject == f"area:{filled.village.pk}" and row.detail["people"] == 2
    assert "罗" not in str(row.detail)
    assert len(caught) <= 14
    assert listed(filled.village, village_worker, frozen_clock, residence="away").people == []
    assert listed(filled.village, village_worker, frozen_clock, hukou="agricultural").people == []


def test_nothing_sensitive_can_be_asked() -> None:
    assert set(inspect.signature(registry.Cell).parameters) == {"first", "last", "sex", "residence", "hukou"}
