"""What a recorded death means for a case and its payment is said wherever somebody can act on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import YEAR, apply, family, office, passed
from tongchou.apps.payments import api as payments
from tongchou.apps.registry import api as registry
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate

__all__ = ["apply", "family", "office", "passed"]
pytestmark = pytest.mark.django_db
PAYEE = casework.PayTo(
    "陈勇", identity.compose("520599", dt.date(1990, 1, 2), 1), "县农商银行", "6217000012345678", "parent"
)


def test_a_recorded_death_shows_on_the_page_and_in_the_list(
    apply: Any, passed: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    assert Case.objects.get(pk=case).state == "approved"
    reader = Client()
    reader.force_login(office.township)

    def page() -> Any:
        return reader.get(f"/cases/{case}").context["page"]

    address = "/cases?state=approved"
    assert page().died == "" and [one.died for one in reader.get(address).context["rows"]] == [None]
    person = Case.objects.get(pk=case).person_id
    registry.record_death(person_id=person, died=PartialDate(2026, 3, 1), by=office.township, at=frozen_clock)
    shown = reader.get(f"/cases/{case}")
    assert shown.context["page"].died
    assert shown.context["page"].died in shown.content.decode()
    (line,) = reader.get(address).context["rows"]
    assert line.died is not None and line.died.label in reader.get(address).content.decode()
    # Nothing follows for what has ended already.
    Case.objects.filter(pk=case).update(state="withdrawn")
    assert page().died == ""


@pytest.fixture
def granted(apply: Any, passed: Any, office: Any, frozen_clock: dt.datetime) -> Callable[..., int]:
    """``granted(2025)``: a case of that year, approved."""

    def make(year: int = YEAR) -> int:
        case = apply(year=year)
        casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
        casework.set_payee(case_id=case, payee=PAYEE, by=office.township, at=frozen_clock)
        passed(case, office.township)
        passed(case, office.county)
        return int(case)

    return make


@pytest.fixture
def die(family: dict[str, int], office: Any, frozen_clock: dt.datetime) -> Callable[..., None]:
    """``die(2025)``: the death of 陈小苗; without a year nobody knows it."""

    def record(year: int | None = None, name: str = "陈小苗") -> None:
        registry.record_death(
            person_id=family[name],
            died=None if year is None else PartialDate(year, 4),
            by=office.township,
            at=frozen_clock,
        )

    return record


def signed_in(account: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


@pytest.mark.parametrize(
    ("year", "died", "says", "not_said"),
    [
        (YEAR, YEAR - 1, "a year after the death: nothing is due for it", "stays due"),
        (YEAR, YEAR, "stays due to the family", "nothing is due for it"),
        (YEAR - 1, YEAR, "stays due to the family", "nothing is due for it"),
        (YEAR, None, "nothing is decided by itself", "nothing is due for it"),
    ],
)
def test_the_notice_says_whether_the_year_of_the_case_is_due(
    granted: Any, die: Any, office: Any, year: int, died: int | None, says: str, not_said: str
) -> None:
    case = granted(year)
    die(died)
    told = signed_in(office.township).get(f"/cases/{case}").context["page"].died
    assert says in told and not_said not in told
    assert str(year) in told


def test_what_is_not_decided_yet_is_to_be_refused(apply: Any, die: Any, office: Any) -> None:
    case = apply()
    die(YEAR - 1)
    told = signed_in(office.township).get(f"/cases/{case}").context["page"].died
    assert "refuse it with the reason that the person has died" in told
    assert f"in {YEAR - 1}" in told and f"is for {YEAR}" in told


def test_the_county_ends_what_was_granted_for_a_year_after_the_death(
    granted: Any, die: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = granted()

    def card(account: Any) -> Any:
        (found,) = [
            one for one in signed_in(account).get("/").context["home"].cards
            if one.key == "cases-after-a-death"
        ]  # fmt: skip
        return found

    assert card(office.county).figure == "0"
    die()  # of an unknown year nothing follows
    assert card(office.county).figure == "0"
    die(YEAR - 1)
    shown = card(office.county)
    assert (shown.figure, shown.url) == ("1", "/cases?waits=died")
    (row,) = signed_in(office.county).get(shown.url).context["rows"]
    assert row.case_id == case
    home = signed_in(office.township).get("/").context["home"]
    assert "cases-after-a-death" not in [one.key for one in home.cards]
    casework.end(case_id=case, ending="died", by=office.county, at=frozen_clock)
    assert card(office.county).figure == "0"


DEATH = {"evidence_kind": "death_certificate", "evidence": "字第12号"}


def look(account: Any, person: int, **said: str) -> str:
    """What the page shows before a death is recorded."""
    address = reverse("console:person-act", args=[person, "death"])
    answer = signed_in(account).post(address, DEATH | said)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_before_a_death_is_recorded_its_cases_and_payments_are_named(
    granted: Any, family: dict[str, int], office: Any, county: Any, make_account: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    person, case = family["陈小苗"], granted()
    number = Case.objects.get(pk=case).number
    before = look(office.township, person, day=f"{YEAR - 1}-12-01")
    assert f"Case {number}, Childcare subsidy {YEAR} (approved)" in before.replace("Approved", "approved")
    assert "nothing is due for a year after the death" in before and "the bank does not have" not in before
    clerk = make_account("songyu", "county_finance", county.county)
    act = {"by": clerk, "at": frozen_clock}
    fund = payments.open_fund(
        area_id=county.county.pk, year=YEAR, line="childcare", title="资金",
        programmes=["childcare_subsidy"], **act,
    )  # fmt: skip
    payments.build_batch(fund_id=fund.pk, programme="childcare_subsidy", template="rural_credit", **act)
    late = look(office.township, person, day=f"{YEAR - 1}-12-01")
    assert f"A payment of case {number}" in late and "takes it out before the bank has it" in late
    same = look(office.township, person, day=f"{YEAR}-01-01")
    assert "it stays due to the family" in same and "it goes out" in same
    unknown = look(office.township, person, no_day="on")
    assert "Until it is known nothing is decided by itself" in unknown and "it is marked" in unknown


def test_a_private_case_is_named_only_to_who_may_read_it(
    apply: Any, family: dict[str, int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    where = {"area_id": county.township.pk, "by": office.county, "at": frozen_clock}
    casework.name_officer(account=office.township, **where)
    case = apply("陈老根", "bereaved_assistance", by=office.township, applicant="self")
    number = Case.objects.get(pk=case).number
    said = {"person": family["陈老根"], "day": str(YEAR - 1)}
    shown = look(office.township_two, **said)
    assert "From the year after" in shown and number not in shown
    assert f"Case {number}" in look(office.township, **said)
