"""The yearly check: who was approved goes on without applying, and a second run does nothing twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case, Payee
from tongchou.apps.casework.tests.conftest import YEAR
from tongchou.core.errors import Conflict, Invalid, NotAllowed


@pytest.fixture
def last_year(apply: Callable[..., int], office: Any, frozen_clock: dt.datetime) -> Case:
    """The reward of 陈老根, approved for this year, with an account; the next one is asked for."""
    case = apply("陈老根", "elderly_reward", applicant="self", application={"statement": True})
    payee = casework.PayTo("陈老根", "520599196003121237", "县农商银行", "6217000012345678", "self")
    casework.set_payee(case_id=case, payee=payee, by=office.village, at=frozen_clock)
    Case.objects.filter(pk=case).update(state="approved", desk="", decided_at=frozen_clock)
    return Case.objects.get(pk=case)


def renewed(office: Any, at: dt.datetime) -> casework.Renewed:
    return casework.renew_chunk(kind="elderly_reward", year=YEAR + 1, after_id=0, by=office.county, at=at)


def test_a_case_goes_on_once_with_its_account(
    last_year: Case, office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    first = renewed(office, frozen_clock)
    assert (first.begun, first.no_longer, first.done) == (1, 0, True)
    assert renewed(office, frozen_clock).begun == 0
    made = Case.objects.get(previous=last_year)
    assert (made.year, made.state, made.accepted, made.stage_code) == (
        YEAR + 1, "running", True, "proof_of_life",
    )  # fmt: skip
    assert (made.desk, made.amount_fen, made.version) == ("village", 96_000, last_year.version)
    assert Payee.objects.filter(case=made).count() == 1
    with pytest.raises(Invalid):
        passed(made.pk, office.township)  # nobody has said how it was seen
    passed(made.pk, office.township, proof="home_visit")
    passed(made.pk, office.county_two)
    assert Case.objects.get(pk=made.pk).state == "approved"


def test_whoever_started_the_check_confirms_its_cases_and_hears_no_less(
    last_year: Case, office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    """A county of one reviewer would stand still otherwise. Who saw that somebody lives does not confirm."""
    renewed(office, frozen_clock)
    made = Case.objects.get(previous=last_year)
    passed(made.pk, office.township, proof="home_visit")
    with pytest.raises(NotAllowed):
        passed(made.pk, office.township)
    passed(made.pk, office.county)
    assert Case.objects.get(pk=made.pk).state == "approved"


@pytest.mark.parametrize("state", ["withdrawn", "refused"])
def test_what_the_check_began_and_came_to_nothing_is_not_begun_again(
    last_year: Case, office: Any, frozen_clock: dt.datetime, state: str
) -> None:
    renewed(office, frozen_clock)
    decided = frozen_clock if state == "refused" else None
    Case.objects.filter(previous=last_year).update(state=state, desk="", decided_at=decided)
    assert renewed(office, frozen_clock).begun == 0
    assert Case.objects.filter(previous=last_year).count() == 1


def test_whom_the_rules_no_longer_give_it_stays_for_an_officer(
    last_year: Case, office: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.registry.models import Person

    Person.objects.filter(pk=last_year.person_id).update(birth_year=1990)
    result = renewed(office, frozen_clock)
    assert (result.begun, result.no_longer) == (0, 1)
    assert Case.objects.get(pk=last_year.pk).state == "approved"


def test_only_what_goes_on_is_renewed_by_whoever_approves(office: Any, frozen_clock: dt.datetime) -> None:
    given = {"year": YEAR + 1, "after_id": 0, "at": frozen_clock}
    with pytest.raises(Invalid):
        casework.renew_chunk(kind="childcare_subsidy", by=office.county, **given)
    with pytest.raises(NotAllowed):
        casework.renew_chunk(kind="elderly_reward", by=office.township, **given)


def test_together_an_answer_that_gives_something_else_is_left(
    apply: Callable[..., int], office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.registry.models import Person

    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=2023)  # another amount
    done = casework.pass_many(numbers=[case], by=office.township, at=frozen_clock)
    assert done.done == []
    assert [one.error.code for one in done.left] == ["casework.look_alone"]
    assert isinstance(done.left[0].error, Conflict)


def test_how_the_yearly_check_stands_is_counted(
    last_year: Case, office: Any, passed: Any, frozen_clock: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    """Checked, confirmed and how, to be visited, held, ended: after each act the counts are right."""

    def counts() -> casework.YearChecked:
        with django_assert_max_num_queries(7):
            found = casework.year_checked(years=(YEAR, YEAR + 1), by=office.county, on=frozen_clock.date())
        return next(one for one in found if one.year == YEAR + 1)

    assert casework.year_checked(years=(YEAR, YEAR + 1), by=office.county, on=frozen_clock.date()) == ()
    renewed(office, frozen_clock)
    one = counts()
    assert (one.before, one.begun, one.to_see, one.by_visit, one.no_longer) == (1, 1, 1, 0, 0)
    made = Case.objects.get(previous=last_year)
    casework.suspend(case_id=made.pk, by=office.village, at=frozen_clock, words="核实死亡登记")
    assert (counts().held, counts().to_see) == (1, 0)
    casework.resume(case_id=made.pk, by=office.village, at=frozen_clock)
    passed(made.pk, office.township, proof="death_records")
    one = counts()
    assert (one.by_records, one.by_visit, one.to_see, one.at_county) == (1, 0, 0, 1)
    passed(made.pk, office.county_two)
    assert (counts().approved, counts().at_county) == (1, 0)
    casework.end(case_id=made.pk, ending="own_wish", by=office.county, at=frozen_clock)
    assert (counts().ended, counts().approved, counts().by_records) == (1, 0, 1)


def test_whom_the_rules_give_nothing_more_is_counted_apart(
    last_year: Case, office: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.registry.models import Person

    Person.objects.filter(pk=last_year.person_id).update(birth_year=1990)
    renewed(office, frozen_clock)
    later = frozen_clock.date()
    found = casework.year_checked(years=(YEAR + 1,), by=office.county, on=later)
    assert [(one.before, one.begun, one.no_longer, one.ended) for one in found] == [(1, 0, 1, 0)]
    casework.end(case_id=last_year.pk, ending="no_longer", by=office.county, at=frozen_clock)
    found = casework.year_checked(years=(YEAR + 1,), by=office.county, on=later)
    assert [(one.no_longer, one.ended) for one in found] == [(0, 1)]
    with pytest.raises(NotAllowed):
        casework.year_checked(years=(YEAR + 1,), by=office.village, on=later)
