"""The work-list: in the reader's areas only, claims recorded once, a constant number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import Claim
from tongchou.apps.entitlements.tests.conftest import YEAR, larger
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core import scope as scopes
from tongchou.core.errors import Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope


def seen_by(account: Any, on: dt.date) -> list[str]:
    page = api.worklist(scope=scopes.of(account, on=on), year=YEAR)
    assert page.total == len(page.items)
    return [item.person_name for item in page.items]


def test_the_worker_sees_the_families_of_the_village(
    evaluated: dict[str, int], village_worker: Any, frozen_clock: dt.datetime
) -> None:
    assert sorted(seen_by(village_worker, frozen_clock.date())) == ["陈小苗", "陈老根"]


def test_no_area_means_nothing(evaluated: dict[str, int]) -> None:
    page = api.worklist(scope=Scope.nothing(), year=YEAR)
    assert (page.total, page.items) == (0, ())
    assert all(
        number == 0
        for row in api.counts(scope=Scope.nothing(), year=YEAR).values()
        for number in row.values()
    )


def test_the_next_village_sees_nothing(evaluated: dict[str, int], county: Any) -> None:
    elsewhere = Scope.of_area(county.other_village)
    assert api.worklist(scope=elsewhere, year=YEAR).total == 0
    assert api.counts(scope=elsewhere, year=YEAR)["childcare_subsidy"]["open"] == 0


def test_a_claim_takes_the_family_off_the_list_and_counts_once(
    evaluated: dict[str, int], village_worker: Any, frozen_clock: dt.datetime, county: Any
) -> None:
    words = {"programme": "childcare_subsidy", "year": YEAR, "by": village_worker, "at": frozen_clock}
    first = api.record_claim(person_id=evaluated["陈小苗"], **words)
    second = api.record_claim(person_id=evaluated["陈小苗"], **words)
    assert first.pk == second.pk and Claim.objects.count() == 1
    assert seen_by(village_worker, frozen_clock.date()) == ["陈老根"]
    counted = api.counts(scope=Scope.of_area(county.village), year=YEAR)["childcare_subsidy"]
    assert counted == {"open": 0, "open_earlier": 0, "needs_information": 0, "claimed": 1}


def test_a_claim_needs_an_entitlement(
    evaluated: dict[str, int], village_worker: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(Invalid):
        api.record_claim(
            person_id=evaluated["陈勇"],
            programme="childcare_subsidy",
            year=YEAR,
            by=village_worker,
            at=frozen_clock,
        )


def test_nobody_claims_for_people_elsewhere(
    evaluated: dict[str, int], county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    stranger = make_account("stranger", role="village_worker", area=county.other_village)
    words = {"programme": "childcare_subsidy", "year": YEAR, "at": frozen_clock}
    with pytest.raises(NotFound):
        api.record_claim(person_id=evaluated["陈小苗"], by=stranger, **words)
    nobody = make_account("nobody")
    with pytest.raises(NotAllowed):
        api.record_claim(person_id=evaluated["陈小苗"], by=nobody, **words)


def test_a_household_of_thirty_costs_as_many_queries_as_one_of_four(
    evaluated: dict[str, int], county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    from django.db import connection

    registry.apply_register(
        larger(30), village_id=county.village.pk, source="b" * 64, by=township_officer, at=frozen_clock
    )
    scope = Scope.of_area(county.village)
    counted = []
    for household in (1, 2):
        with CaptureQueriesContext(connection) as queries:
            people = api.household_entitlements(household, scope=scope, year=YEAR)
        counted.append((len(people), len(queries)))
    assert [people for people, _ in counted] == [4, 30]
    assert counted[0][1] == counted[1][1] <= 9


def test_every_answer_has_its_reasons(evaluated: dict[str, int], county: Any) -> None:
    people = api.household_entitlements(1, scope=Scope.of_area(county.village), year=YEAR)
    by_person = {person.person_id: {r.rules.code: r for r in person.results} for person in people}
    child = by_person[evaluated["陈小苗"]]["childcare_subsidy"]
    assert child.outcome == "entitled" and any("3,600" in line for line in child.lines("zh"))
    son = by_person[evaluated["陈勇"]]["elderly_reward"]
    assert son.outcome == "not_entitled" and son.failing


def test_a_household_elsewhere_does_not_exist(evaluated: dict[str, int], county: Any) -> None:
    with pytest.raises(NotFound):
        api.household_entitlements(1, scope=Scope.of_area(county.other_village), year=YEAR)


def test_a_year_before_stays_listed_until_its_last_day(
    evaluated: dict[str, int],
    county: Any,
    village_worker: Any,
    county_reviewer: Any,
    frozen_clock: dt.datetime,
) -> None:
    """A child born in 2025 may claim for 2025 until the end of 2026: 3,600 yuan nobody must overlook."""
    api.evaluate_latest(year=YEAR - 1, by=county_reviewer, at=frozen_clock, purpose="test")
    scope = Scope.of_area(county.village)
    child = evaluated["陈小苗"]

    def years() -> list[int]:
        page = api.worklist(scope=scope, year=YEAR, programme="childcare_subsidy")
        assert {item.person_id for item in page.items} <= {child}
        return [item.year for item in page.items]

    assert years() == [YEAR - 1, YEAR]
    counted = api.counts(scope=scope, year=YEAR)["childcare_subsidy"]
    assert (counted["open"], counted["open_earlier"]) == (2, 1)
    answers = {p.person_id: p for p in api.household_entitlements(1, scope=scope, year=YEAR)}
    assert [answer.year for answer in answers[child].earlier] == [YEAR - 1]

    words = {"person_id": child, "programme": "childcare_subsidy", "by": village_worker, "at": frozen_clock}
    api.record_claim(year=YEAR - 1, **words)
    assert years() == [YEAR]
    answers = {p.person_id: p for p in api.household_entitlements(1, scope=scope, year=YEAR)}
    # It stays on the page of the year, as claimed: there it can be taken back.
    assert answers[child].earlier_claimed == {"childcare_subsidy"}
    assert [answer.year for answer in answers[child].earlier] == [YEAR - 1]


def test_a_year_before_is_gone_after_its_last_day(
    evaluated: dict[str, int], county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    api.evaluate_latest(year=YEAR - 1, by=county_reviewer, at=frozen_clock, purpose="test")
    with clock.frozen(dt.datetime(YEAR + 1, 1, 1, 9, tzinfo=frozen_clock.tzinfo)):
        page = api.worklist(scope=Scope.of_area(county.village), year=YEAR, programme="childcare_subsidy")
        assert [item.year for item in page.items] == [YEAR]


def test_an_evaluation_of_years_to_come_does_not_replace_the_list(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    api.evaluate_latest(year=YEAR + 50, by=county_reviewer, at=frozen_clock, purpose="test")
    run = api.latest_run()
    assert run is not None and run.year == YEAR


def test_a_claim_recorded_by_mistake_is_taken_back_and_the_family_is_listed_again(
    evaluated: dict[str, int], village_worker: Any, frozen_clock: dt.datetime, county: Any, audited: Any
) -> None:
    child = evaluated["陈小苗"]
    words = {"person_id": child, "programme": "childcare_subsidy", "year": YEAR, "at": frozen_clock}
    api.record_claim(by=village_worker, **words)
    with audited():
        first = api.take_back_claim(mistake="not_handed_in", by=village_worker, **words)
    again = api.take_back_claim(mistake="wrong_person", by=village_worker, **words)
    assert (first.pk, again.mistake) == (again.pk, "not_handed_in")
    assert "陈小苗" in seen_by(village_worker, frozen_clock.date())
    assert api.counts(scope=Scope.of_area(county.village), year=YEAR)["childcare_subsidy"]["claimed"] == 0
    answers = {
        p.person_id: p for p in api.household_entitlements(1, scope=Scope.of_area(county.village), year=YEAR)
    }
    assert answers[child].claimed == frozenset()
    api.record_claim(by=village_worker, **words)
    assert "陈小苗" not in seen_by(village_worker, frozen_clock.date())
    assert Claim.objects.count() == 2 and Claim.objects.standing().count() == 1


def test_a_claim_is_taken_back_with_a_known_reason_by_people_of_the_area(
    evaluated: dict[str, int], county: Any, village_worker: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    child = evaluated["陈小苗"]
    words = {"person_id": child, "programme": "childcare_subsidy", "year": YEAR, "at": frozen_clock}
    with pytest.raises(NotFound):  # nothing was recorded yet
        api.take_back_claim(mistake="wrong_person", by=village_worker, **words)
    api.record_claim(by=village_worker, **words)
    with pytest.raises(Invalid):
        api.take_back_claim(mistake="because", by=village_worker, **words)
    stranger = make_account("stranger", role="village_worker", area=county.other_village)
    with pytest.raises(NotFound):
        api.take_back_claim(mistake="wrong_person", by=stranger, **words)
    with pytest.raises(NotAllowed):
        api.take_back_claim(mistake="wrong_person", by=make_account("nobody"), **words)
    assert Claim.objects.standing().count() == 1


def test_a_claim_taken_back_says_who_and_why(
    evaluated: dict[str, int], village_worker: Any, frozen_clock: dt.datetime
) -> None:
    claim = api.record_claim(
        person_id=evaluated["陈小苗"],
        programme="childcare_subsidy",
        year=YEAR,
        by=village_worker,
        at=frozen_clock,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(withdrawn_at=frozen_clock)


def test_a_year_with_days_is_not_claimed_before_it_begins(
    evaluated: dict[str, int], county_reviewer: Any, village_worker: Any, frozen_clock: dt.datetime
) -> None:
    """The list of the next year is made ninety days before it; its claims are recorded from 1 January on."""
    api.evaluate_years(years=[YEAR + 1], by=county_reviewer, at=frozen_clock, purpose="test")
    words = {"programme": "childcare_subsidy", "year": YEAR + 1, "by": village_worker}
    with pytest.raises(Invalid) as refused:
        api.record_claim(person_id=evaluated["陈小苗"], at=frozen_clock, **words)
    assert refused.value.code == "too_early" and f"{YEAR + 1}-01-01" in str(refused.value.message)
    assert not Claim.objects.exists()
    with clock.frozen(dt.datetime(YEAR + 1, 1, 1, 9, tzinfo=frozen_clock.tzinfo)):
        api.record_claim(person_id=evaluated["陈小苗"], at=clock.now(), **words)
    assert Claim.objects.get().year == YEAR + 1
    api.record_claim(
        person_id=evaluated["陈老根"], programme="elderly_reward", year=YEAR + 1, by=village_worker,
        at=frozen_clock,
    )  # fmt: skip
