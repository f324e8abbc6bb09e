"""Findings: what is missing, what cannot be answered and why, and what the months are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.guarantees import residents
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db


def found(county: Any, at: dt.datetime) -> dict[tuple[str, str], Any]:
    report = guarantees.report(county.county, within=Scope.everything(), year=2026, on=at.date())
    return {(one.unit.key, one.finding.guarantee.value): one for one in report.lines}


def engage(county: Any, by: Any, at: dt.datetime, name: str = "张一", **more: Any) -> Any:
    given = {"area_id": county.township.pk, "post": "卫健办工作人员", "since": at.date(), **more}
    return guarantees.engage(name=name, by=by, at=at, **given)


def test_unknown_is_no_shortfall(county: Any, frozen_clock: dt.datetime) -> None:
    report = guarantees.report(county.county, within=Scope.everything(), year=2026, on=frozen_clock.date())
    assert report.lines and not report.short and len(report.unknown) == len(report.lines)
    assert all(one.why is not None for one in report.unknown)
    lines = found(county, frozen_clock)
    assert lines[county.township.code, "township_team"].why == guarantees.Why.NO_REGISTER
    assert lines[county.village.code, "village_staff"].why == guarantees.Why.NO_PEOPLE
    assert lines[county.township.code, "budget_rises"].why == guarantees.Why.NO_RETURN


def test_budgets_of_two_years(
    county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    for year, budget, revenue, grassroots in ((2025, 1000, 5000, 800), (2026, 1050, 5500, 800)):
        one = guarantees.send(
            unit=county.township.code,
            year=year,
            figures=guarantees.Figures(budget=budget, revenue=revenue, grassroots=grassroots),
            by=township_officer,
            at=frozen_clock,
        )
        guarantees.decide(return_id=one.pk, accepted=True, by=county_reviewer, at=frozen_clock)
    lines, code = found(county, frozen_clock), county.township.code
    assert lines[code, "budget_rises"].finding.missing == 0
    assert lines[code, "budget_faster"].finding.missing == 51
    assert lines[code, "grassroots"].finding.missing == 40
    assert lines[code, "reward_fund"].why == guarantees.Why.EMPTY_FIELD
    counts = {(one.unit, one.count): one.value for one in guarantees.month_counts(_month(frozen_clock))}
    assert counts[code, "budget_fen"] == 2050 and counts[code, "grassroots_fen"] == 1600
    later = (_month(frozen_clock) + dt.timedelta(days=40)).replace(day=1)
    assert not [one for one in guarantees.month_counts(later) if one.count == "budget_fen"]


def test_a_team_and_a_town_with_one_worker_more(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime, audited: Any
) -> None:
    with audited():
        first = engage(county, county_reviewer, frozen_clock, since=dt.date(2024, 1, 1))
    engage(county, county_reviewer, frozen_clock, "李二")
    code = county.township.code
    assert found(county, frozen_clock)[code, "township_team"].finding.missing == 8
    with audited():
        marked = guarantees.mark(
            kind="town", area_id=county.township.pk, since=frozen_clock.date(), source="改革方案附件（示例）",
            by=county_reviewer, at=frozen_clock,
        )  # fmt: skip
    assert found(county, frozen_clock)[code, "extra_worker"].finding.missing == 9
    counts = {(one.unit, one.count): one.value for one in guarantees.month_counts(_month(frozen_clock))}
    assert counts[code, "posts_required"] == 11 and counts[code, "posts_filled"] == 2
    with pytest.raises(Conflict):
        engage(county, county_reviewer, frozen_clock)
    with pytest.raises(Invalid):
        guarantees.unmark(marked_id=marked.pk, until=frozen_clock.date(), by=county_reviewer, at=frozen_clock)
    guarantees.leave(worker_id=first.pk, until=frozen_clock.date(), by=county_reviewer, at=frozen_clock)
    assert found(county, frozen_clock)[code, "extra_worker"].finding.have == 1


def test_nobody_is_known_once_the_register_is_said_to_be_whole(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    guarantees.confirm(area_id=county.township.pk, by=county_reviewer, at=frozen_clock)
    guarantees.confirm(area_id=county.township.pk, by=county_reviewer, at=frozen_clock)
    assert found(county, frozen_clock)[county.township.code, "township_team"].finding.missing == 10


@pytest.mark.parametrize(("people", "needed"), [(2025, 1), (2026, 2), (4000, 2), (4001, 3)])
def test_workers_of_a_village_by_its_people(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime, monkeypatch: Any, people: int, needed: int
) -> None:
    village = county.village
    monkeypatch.setattr(residents, "of_villages", lambda counties, *, on: {village.code: people})
    engage(county, county_reviewer, frozen_clock, area_id=village.pk, post="村计生专干")
    line = found(county, frozen_clock)[village.code, "village_staff"]
    assert (line.finding.needed, line.finding.have, line.finding.missing) == (needed, 1, needed - 1)
    guarantees.mark(
        kind="community", area_id=village.pk, since=frozen_clock.date(), source="名单（示例）",
        by=county_reviewer, at=frozen_clock,
    )  # fmt: skip
    assert found(county, frozen_clock)[village.code, "extra_worker"].finding.needed == needed + 1


def test_people_of_villages_come_from_the_built_figures(
    county: Any, county_reviewer: Any, make_cubes: Any, frozen_clock: dt.datetime
) -> None:
    make_cubes()
    at = frozen_clock
    every = residents.of_villages([county.county], on=at.date())
    assert set(every) == {one.code for one in county.villages} and all(every.values())
    guarantees.count_by(
        area_id=county.county.pk, people="resident", since=at.date(), source="县办（示例）",
        by=county_reviewer, at=at,
    )  # fmt: skip
    here = residents.of_villages([county.county], on=at.date())
    assert set(here) == set(every) and sum(here.values()) < sum(every.values())


def test_a_report_asks_as_often_for_many_rows_as_for_one(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            found(county, frozen_clock)
        return len(caught)

    engage(county, county_reviewer, frozen_clock)
    few = asked()
    for number in range(12):
        engage(county, county_reviewer, frozen_clock, f"王{number}")
        engage(county, county_reviewer, frozen_clock, f"赵{number}", area_id=county.village.pk)
    assert asked() == few < 30


def test_a_training_with_more_who_came_than_were_asked_is_refused(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    given = {"area_id": county.township.pk, "title": "新系统培训", "on": frozen_clock.date()}
    with pytest.raises(Invalid):
        guarantees.train(invited=5, attended=6, by=county_reviewer, at=frozen_clock, **given)
    guarantees.train(invited=6, attended=5, by=county_reviewer, at=frozen_clock, **given)
    with pytest.raises(Conflict):
        guarantees.train(invited=6, attended=5, by=county_reviewer, at=frozen_clock, **given)


def _month(at: dt.datetime) -> dt.date:
    return at.date().replace(day=1)
