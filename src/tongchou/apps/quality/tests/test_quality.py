"""The checks over a registry: counted, listed in one's areas, forgotten once mended."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.quality import api
from tongchou.apps.quality.models import Count, Finding, Run
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

#: 周大爷: hukou unknown at 66. 周小宝: two years old, month unknown. 周强: nothing is wrong.
ROWS = (
    RegisterRow(
        row_no=5, household_no="0001", name="周大爷", relation="02", sex=1, birth=PartialDate(1960, 3)
    ),
    RegisterRow(
        row_no=6, household_no="0001", name="周强", relation="21", sex=1, birth=PartialDate(1990, 1, 2),
        hukou_kind="agricultural",
    ),
    RegisterRow(
        row_no=7, household_no="0001", name="周小宝", relation="41", sex=1, birth=PartialDate(2024),
        hukou_kind="agricultural",
    ),
)  # fmt: skip


@pytest.fixture
def checked(county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Run:
    for number, village in enumerate(county.villages):
        rows = [replace(row, name=row.name + "甲乙"[number]) for row in ROWS]
        registry.apply_register(
            rows, village_id=village.pk, source=f"{number:064x}", by=township_officer, at=frozen_clock
        )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    return api.run_checks(by=county_reviewer, at=frozen_clock, purpose="test")


def numbers(scope: Scope) -> dict[str, int]:
    found = api.overview(scope=scope)
    assert found is not None
    return {line.check.code: line.number for line in found.lines if line.number}


def test_each_area_counts_its_own(checked: Run, county: Any) -> None:
    here = {"birth_month_unknown_of_a_child": 1, "hukou_unknown": 1}
    assert numbers(Scope.of_area(county.village)) == here
    assert numbers(Scope.of_area(county.township)) == {code: 2 * number for code, number in here.items()}
    assert numbers(Scope.nothing()) == {}
    assert checked.findings == 4


def test_the_people_of_ones_areas_are_named(checked: Run, county: Any) -> None:
    page = api.named("hukou_unknown", scope=Scope.of_area(county.village))
    assert [one.name for one in page.items] == ["周大爷甲"]
    assert api.named("hukou_unknown", scope=Scope.nothing()).total == 0
    both = Scope.of_area(county.township)
    first = api.named("hukou_unknown", scope=both, size=1)
    second = api.named("hukou_unknown", scope=both, size=1, after=first.after or 0)
    assert [one.name for one in (*first.items, *second.items)] == ["周大爷甲", "周大爷乙"]
    assert second.after is None
    with pytest.raises(NotFound):
        api.named("no_such_check", scope=both)


def test_the_same_snapshot_is_checked_once(
    checked: Run, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    assert api.run_checks(by=county_reviewer, at=frozen_clock, purpose="again").pk == checked.pk
    assert Run.objects.count() == 1


def test_what_is_mended_is_forgotten_and_the_trend_stays(
    checked: Run,
    county: Any,
    township_officer: Any,
    county_reviewer: Any,
    frozen_clock: dt.datetime,
) -> None:
    mended = [replace(row, name=row.name + "甲", hukou_kind="agricultural") for row in ROWS]
    registry.apply_register(
        mended, village_id=county.village.pk, source="f" * 64, by=township_officer, at=frozen_clock
    )
    later = frozen_clock + dt.timedelta(days=1)
    snapshots.take_snapshot(by=county_reviewer, at=later, as_of=later.date(), purpose="test")
    api.run_checks(by=county_reviewer, at=later, purpose="test")
    scope = Scope.of_area(county.village)
    assert numbers(scope) == {"birth_month_unknown_of_a_child": 1}
    found = api.overview(scope=scope)
    assert found is not None
    trend = {line.check.code: line.trend for line in found.lines}
    assert trend["hukou_unknown"] == (1, 0) and trend["birth_month_unknown_of_a_child"] == (1, 1)
    assert set(Finding.objects.values_list("run__current", flat=True)) == {True}
    assert Count.objects.filter(run=checked).exists()


def test_who_may_run_them_and_before_a_snapshot(
    county: Any, village_worker: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        api.run_checks(by=village_worker, at=frozen_clock, purpose="test")
    with pytest.raises(Conflict):
        api.run_checks(by=county_reviewer, at=frozen_clock, purpose="test")
    assert api.overview(scope=Scope.of_area(county.county)) is None


def test_as_many_queries_for_a_township_as_for_a_village(checked: Run, county: Any) -> None:
    counted = []
    for area in (county.village, county.township):
        with CaptureQueriesContext(connection) as seen:
            api.overview(scope=Scope.of_area(area))
            api.named("hukou_unknown", scope=Scope.of_area(area))
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 9


def test_the_pages_say_what_to_do(
    checked: Run, county: Any, village_worker: Any, make_account: Any, county_reviewer: Any
) -> None:
    client = Client()
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/checks").content.decode()
    assert "户口性质缺失" in page and "/checks/hukou_unknown" in page
    listed = client.get("/checks/hukou_unknown").content.decode()
    assert "周大爷甲" in listed and "周大爷乙" not in listed and "核对户口簿首页后补填" in listed
    assert client.post("/checks/run").status_code == 403
    statistician = make_account("figures", "statistician", county.county)
    client.force_login(statistician, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/checks").content.decode()
    assert "户口性质缺失" in page and "/checks/hukou_unknown" not in page
    assert client.get("/checks/hukou_unknown").status_code == 403
    client.force_login(county_reviewer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/checks/run").status_code == 302
    assert client.post("/checks/run").status_code == 302
    from tongchou.core.jobs.models import Job

    assert Job.objects.filter(kind="quality.run").count() == 1


def test_a_child_nobody_is_recorded_for_is_offered_help(
    county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    """An orphan is named until a guardian is recorded, though no fact of the snapshot has changed."""
    row = {"household_no": "0001", "hukou_kind": "agricultural"}
    rows = [
        RegisterRow(row_no=5, name="周爷", relation="02", sex=1, birth=PartialDate(1960, 3), **row),
        RegisterRow(row_no=6, name="周强", relation="21", sex=1, birth=PartialDate(1990, 1, 2), **row),
        RegisterRow(row_no=7, name="周小宝", relation="41", sex=1, birth=PartialDate(2015, 2, 3), **row),
        RegisterRow(row_no=8, name="周大宝", relation="41", sex=1, birth=PartialDate(2007, 2, 3), **row),
    ]
    given = {"by": township_officer, "at": frozen_clock}
    registry.apply_register(rows, village_id=county.village.pk, source="0" * 64, **given)
    whole = Scope.everything()
    people = {row.name: registry.search(row.name, scope=whole)[0].person_id for row in rows}

    def named() -> list[str]:
        snapshots.take_snapshot(
            by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test"
        )
        api.run_checks(by=county_reviewer, at=frozen_clock, purpose="test")
        return [one.name for one in api.named("child_without_carer_recorded", scope=whole).items]

    assert named() == []
    registry.record_death(person_id=people["周强"], died=PartialDate(2026, 1), **given)
    assert named() == ["周小宝"]  # 周大宝 is of age
    custody = {"person_id": people["周小宝"], "evidence_kind": "village_letter", "evidence_words": "1"}
    registry.record_custody(
        guardian_ids=[people["周爷"]], basis="law", since=PartialDate(2026, 2), **custody, **given
    )
    assert named() == []
    registry.record_death(person_id=people["周爷"], died=PartialDate(2026, 3), **given)
    assert named() == ["周小宝"]
    registry.record_custody(guardian_ids=[], basis="office", since=None, **custody, **given)
    assert named() == []
    assert api.named("child_without_carer_recorded", scope=Scope.nothing()).total == 0
