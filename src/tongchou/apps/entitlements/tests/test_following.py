"""The list follows the registry: a family touched by an entry is evaluated anew, nobody else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou import policies
from tongchou.apps.entitlements import api, following
from tongchou.apps.entitlements.coming import years_listed
from tongchou.apps.entitlements.models import Entitlement, Evaluation, State
from tongchou.apps.entitlements.tests.conftest import FAMILY, YEAR
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import audit
from tongchou.core.jobs import api as jobs
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(township_officer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": township_officer, "at": frozen_clock}


def listed(programme: str, year: int = YEAR) -> dict[str, str]:
    """Who stands on the list of a programme, and as what."""
    rows = Entitlement.objects.filter(evaluation__year=year, evaluation__current=True, programme=programme)
    names = registry.people(set(rows.values_list("person_id", flat=True)), scope=Scope.everything())
    return {names[row.person_id].name: row.state for row in rows}


def test_a_birth_is_on_the_village_list_with_the_next_step(
    evaluated: dict[str, int], act: dict[str, Any], county: Any, frozen_clock: dt.datetime
) -> None:
    registry.record_birth(
        mother_id=evaluated["吴秀英"],
        name="陈新芽",
        sex=2,
        birth=PartialDate(2026, 6, 20),
        relation="97",
        **act,
    )
    assert "陈新芽" not in listed("childcare_subsidy")
    step = api.follow(at=frozen_clock)
    assert step is not None and step.came == 1 and not step.more
    assert listed("childcare_subsidy")["陈新芽"] == State.OPEN
    (item,) = (
        one
        for one in api.worklist(scope=Scope.of_area(county.village), year=YEAR).items
        if one.person_name == "陈新芽"
    )
    assert item.found_at == frozen_clock and item.claim_by == dt.date(2027, 12, 31)


def test_a_second_step_does_nothing(evaluated: dict[str, int], act: dict[str, Any]) -> None:
    registry.record_death(person_id=evaluated["陈小苗"], died=PartialDate(2026, 6), **act)
    rows = set(Entitlement.objects.values_list("pk", "outcome", "state"))
    assert api.follow(at=act["at"]) is not None
    entries = AuditEntry.objects.count()
    assert api.follow(at=act["at"]) is None
    # The year of death keeps its benefit: the list is as it was, and so is the chain.
    assert set(Entitlement.objects.values_list("pk", "outcome", "state")) == rows
    assert AuditEntry.objects.count() == entries and audit.verify().ok


def test_a_mended_record_takes_a_family_off_and_brings_it_back(
    evaluated: dict[str, int], act: dict[str, Any]
) -> None:
    insured = {"held": True, "since": PartialDate(2015), **act}
    assert listed("elderly_reward")["陈老根"] == State.OPEN
    registry.record_conversion(
        person_id=evaluated["陈老根"], converted_on=PartialDate(2014), hukou_kind="non_agricultural", **act
    )
    for scheme in ("urban_pension", "urban_medical"):
        registry.record_insurance(person_id=evaluated["陈老根"], scheme=scheme, **insured)
    step = api.follow(at=act["at"])
    # The open question about his wife is settled with it.
    assert step is not None and step.went == 2 and "陈老根" not in listed("elderly_reward")
    registry.record_insurance(
        person_id=evaluated["陈老根"], scheme="urban_medical", held=False, since=PartialDate(2016), **act
    )
    api.follow(at=act["at"])
    assert listed("elderly_reward")["陈老根"] == State.OPEN


def test_rows_that_come_change_and_go_leave_what_a_full_run_gives(
    evaluated: dict[str, int], act: dict[str, Any]
) -> None:
    """Histories drawn at random seldom take a family off the list; these acts do."""
    columns = ("person_id", "programme", "outcome", "amount_fen", "missing", "claim_by")

    def followed() -> tuple[int, int, int]:
        step = api.follow(at=act["at"])
        assert step is not None and not step.more
        facts = snapshots.build_facts(as_of=act["at"].date())
        results = policies.evaluate_many(facts, policies.listed(), YEAR).select(columns).rows()
        anew = {row for row in results if row[2] != "not_entitled"}
        assert set(Entitlement.objects.filter(evaluation__year=YEAR).values_list(*columns)) == anew
        return step.came, step.changed, step.went

    registry.record_birth(
        mother_id=evaluated["吴秀英"], name="陈新芽", sex=2, birth=PartialDate(2026, 6), relation="97", **act
    )
    assert followed() == (1, 0, 0)
    registry.record_death(person_id=evaluated["陈小苗"], died=None, **act)
    assert followed() == (0, 1, 0)
    registry.record_death(person_id=evaluated["陈小苗"], died=PartialDate(2025), **act)
    assert followed() == (0, 0, 1)


def test_what_was_claimed_stays_claimed(evaluated: dict[str, int], act: dict[str, Any]) -> None:
    api.record_claim(person_id=evaluated["陈小苗"], programme="childcare_subsidy", year=YEAR, **act)
    registry.record_phones(person_id=evaluated["陈小苗"], phones=["13800000000"], **act)
    api.follow(at=act["at"])
    assert listed("childcare_subsidy")["陈小苗"] == State.CLAIMED


def test_a_large_intake_is_not_followed_row_by_row(
    evaluated: dict[str, int], act: dict[str, Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr(following, "BEHIND", 0)
    registry.record_phones(person_id=evaluated["陈小苗"], phones=["13800000000"], **act)
    assert api.behind() == 1
    assert api.follow(at=act["at"]) is None and api.behind() == 1


def test_many_entries_are_followed_in_steps(
    evaluated: dict[str, int], act: dict[str, Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr(following, "STEP", 1)
    for number in range(3):
        registry.record_phones(person_id=evaluated["陈小苗"], phones=[f"1380000000{number}"], **act)
    steps = [api.follow(at=act["at"]) for _time in range(3)]
    assert [step.more for step in steps if step] == [True, True, False]
    assert api.behind() == 0


def test_a_list_that_does_not_know_where_it_stands_is_left_alone(
    evaluated: dict[str, int], act: dict[str, Any]
) -> None:
    Evaluation.objects.update(followed_to=None)
    registry.record_death(person_id=evaluated["陈小苗"], died=PartialDate(2025, 12), **act)
    assert api.follow(at=act["at"]) is None and api.behind() == 0
    assert "陈小苗" in listed("childcare_subsidy")


def test_people_outside_the_snapshot_are_not_listed(
    evaluated: dict[str, int], act: dict[str, Any], county: Any
) -> None:
    snapshot = snapshots.Snapshot.objects.get()
    other = county.other_village
    snapshots.Snapshot.objects.filter(pk=snapshot.pk).update(intervals=[[other.scope_no, other.scope_end]])
    registry.record_phones(person_id=evaluated["陈小苗"], phones=["13800000000"], **act)
    step = api.follow(at=act["at"])
    assert step is not None and step.went == 1 and "陈小苗" not in listed("childcare_subsidy")
    assert "陈老根" in listed("elderly_reward")


def test_a_day_that_begins_is_followed(
    evaluated: dict[str, int], act: dict[str, Any], monkeypatch: Any
) -> None:
    """Something recorded beforehand: the day comes without an entry."""
    asked: list[tuple[dt.date, dt.date]] = []

    def begun(after: dt.date, until: dt.date) -> frozenset[int]:
        asked.append((after, until))
        return frozenset({evaluated["陈老根"]})

    monkeypatch.setattr(registry, "begun_between", begun)
    later = act["at"] + dt.timedelta(days=1)
    step = api.follow(at=later)
    assert step is not None and step.people == 1
    assert asked == [(later.date() - dt.timedelta(days=1), later.date())]
    assert api.follow(at=later) is None


def test_what_begins_between_two_days(evaluated: dict[str, int], act: dict[str, Any]) -> None:
    registry.record_insurance(
        person_id=evaluated["陈老根"],
        scheme="urban_pension",
        held=True,
        since=PartialDate(2026, 6, 15),
        **act,
    )
    assert evaluated["陈老根"] in registry.begun_between(dt.date(2026, 6, 14), dt.date(2026, 6, 15))
    assert evaluated["陈老根"] not in registry.begun_between(dt.date(2026, 6, 15), dt.date(2026, 6, 20))
    # A partner's status decides about a person too.
    assert evaluated["吴秀英"] in registry.begun_between(dt.date(2026, 6, 14), dt.date(2026, 6, 15))


def test_the_worker_follows_while_it_has_nothing_else_to_do(
    evaluated: dict[str, int], act: dict[str, Any]
) -> None:
    jobs.do_following(at=act["at"])  # other parts have things to do on a first day
    assert jobs.do_following(at=act["at"]) is False
    registry.record_phones(person_id=evaluated["陈小苗"], phones=["13800000000"], **act)
    assert jobs.do_following(at=act["at"]) is True
    assert jobs.do_following(at=act["at"]) is False


def test_nothing_new_costs_two_small_queries(evaluated: dict[str, int], act: dict[str, Any]) -> None:
    api.follow(at=act["at"])
    with CaptureQueriesContext(connection) as asked:
        assert api.follow(at=act["at"]) is None
    assert len(asked) == 2


def test_the_next_year_is_listed_ninety_days_before_it_begins(
    evaluated: dict[str, int], county_reviewer: Any, act: dict[str, Any], county: Any
) -> None:
    scope = Scope.of_area(county.village)
    assert api.coming(scope=scope, year=YEAR).total == 0
    turning = replace(
        FAMILY[0], household_no="0009", name="赵将满", birth=PartialDate(1967, 1, 5), marital="30"
    )
    registry.apply_register([turning], village_id=county.village.pk, source="b" * 64, **act)
    snapshots.take_snapshot(by=county_reviewer, at=act["at"], as_of=act["at"].date(), purpose="test")
    api.evaluate_years(years=[YEAR, YEAR + 1], by=county_reviewer, at=act["at"], purpose="test")
    # 陈老根 and 陈小苗 are entitled this year already.
    (item,) = api.coming(scope=scope, year=YEAR).items
    assert (item.person_name, item.programme, item.year) == ("赵将满", "elderly_reward", YEAR + 1)
    assert api.coming(scope=scope, year=YEAR, programme="childcare_subsidy").total == 0
    assert api.coming(scope=Scope.nothing(), year=YEAR).total == 0
    assert "赵将满" not in {one.person_name for one in api.worklist(scope=scope, year=YEAR).items}
    assert years_listed(dt.date(2026, 12, 31)) == (2025, 2026, 2027)
    assert years_listed(dt.date(2027, 1, 1)) == (2026, 2027)
