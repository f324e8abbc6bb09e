"""Officers and workers at the same moment: one effect. On PostgreSQL they are really there at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Award, Case, Decision, Payee
from tongchou.apps.casework.tests.conftest import YEAR, with_one_son
from tongchou.apps.notices import api as notices
from tongchou.apps.notices.models import Notice, Objection
from tongchou.core import audit, clock
from tongchou.core.errors import AppError
from tongchou.core.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Apply = Callable[..., int]


@pytest.fixture(autouse=True)
def real_threads() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one connection in memory: writers of a file queue, which test_killed goes through")


@pytest.fixture
def at_county(apply: Apply, office: Any, passed: Any, frozen_clock: dt.datetime) -> int:
    """A child's subsidy that the township has passed."""
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    return case


def passing(case: int, by: Any, at: dt.datetime) -> Callable[[], Any]:
    """Passes a case as its page shows it now."""
    seen = casework.view(case, by=by, at=at).seen
    return lambda: casework.pass_on(case_id=case, seen=seen, by=by, at=at)


def codes(found: list[Any]) -> list[str]:
    return sorted(one.code for one in found if isinstance(one, AppError))


def acts(case: int) -> list[str]:
    return list(Decision.objects.filter(case=case).order_by("pk").values_list("act", flat=True))


def test_two_officers_approve_once(at_county: int, office: Any, frozen_clock: dt.datetime) -> None:
    found = at_once(*[passing(at_county, by, frozen_clock) for by in (office.county, office.county_two)])
    assert codes(found) == ["casework.not_now"]
    assert acts(at_county) == ["open", "accept", "pass", "pass"]
    assert Award.objects.get().amount_fen == 360_000
    assert audit.verify().ok


def test_the_same_officer_twice_approves_once(at_county: int, office: Any, frozen_clock: dt.datetime) -> None:
    found = at_once(*[passing(at_county, office.county, frozen_clock)] * 4)
    assert set(codes(found)) <= {"casework.not_now", "casework.two_people"}
    assert sum(isinstance(one, Decision) for one in found) == 1
    assert acts(at_county).count("pass") == 2 and Award.objects.count() == 1


def test_the_township_passes_twice_and_does_not_approve(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    """Pressed twice, the second click finds the case at the county, where the officer may do nothing."""
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    at_once(*[passing(case, office.township, frozen_clock)] * 3)
    assert acts(case) == ["open", "accept", "pass"]
    assert Case.objects.get(pk=case).desk == "county"


@pytest.mark.parametrize("turn", range(6))
def test_approved_or_withdrawn_never_both(
    turn: int, at_county: int, office: Any, frozen_clock: dt.datetime
) -> None:
    pair = [
        passing(at_county, office.county, frozen_clock),
        lambda: casework.withdraw(case_id=at_county, by=office.village, at=frozen_clock),
    ]
    found = at_once(*(pair if turn % 2 else pair[::-1]))
    assert codes(found) == ["casework.not_now"]
    state = Case.objects.get(pk=at_county).state
    assert (state, Award.objects.count()) in {("approved", 1), ("withdrawn", 0)}
    assert acts(at_county)[3:] == [{"approved": "pass", "withdrawn": "withdraw"}[state]]


def test_approved_refused_or_asked_never_two(at_county: int, office: Any, frozen_clock: dt.datetime) -> None:
    found = at_once(
        passing(at_county, office.county, frozen_clock),
        lambda: casework.ask_for(case_id=at_county, asked=["photo"], by=office.county_two, at=frozen_clock),
        lambda: casework.hand_over(case_id=at_county, area_id=0, by=office.township_two, at=frozen_clock),
    )
    assert sum(isinstance(one, Decision) for one in found) == 1
    assert len(acts(at_county)) == 4


def test_an_application_of_two_workers_is_one_case(apply: Apply, office: Any) -> None:
    found = at_once(*[lambda by=by: apply(by=by) for by in (office.village, office.township) * 2])
    assert len(set(found)) == 1
    assert acts(found[0]) == ["open"]


def test_two_officers_pass_the_same_list(apply: Apply, office: Any, frozen_clock: dt.datetime) -> None:
    """One walks it from the top, the other from the bottom: each case is passed once, by one of them."""
    cases = [
        apply(), apply("陈老根", "medical_contribution", applicant="self"),
        apply("林树", "medical_contribution", applicant="self"),
    ]  # fmt: skip
    casework.accept_many(numbers=cases, by=office.clerk, at=frozen_clock)
    found = at_once(
        lambda: casework.pass_many(numbers=cases, by=office.township, at=frozen_clock),
        lambda: casework.pass_many(numbers=cases[::-1], by=office.township_two, at=frozen_clock),
    )
    done = Counter(case for one in found for case in one.done)
    for case in cases:
        assert done[case] == acts(case).count("pass") <= 1
    assert done[cases[0]] == 1


def test_a_notice_ends_once(
    apply: Apply, office: Any, passed: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    """Four workers end it while two officers decide about the objections that hold an entry."""
    with_one_son()
    cases = [apply(name, "elderly_reward", applicant="self") for name in ("陈老根", "林树")]
    for case in cases:
        casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
        passed(case, office.township)
    notice = notices.post(
        area_id=county.village.pk, kind="elderly_reward", year=YEAR, stage_code="village_notice",
        place="村务公开栏", by=office.village, at=frozen_clock,
    )  # fmt: skip
    for words in ("不在世", "不在本村"):
        notices.object_to(
            notice_id=notice.pk, position=1, ground="alive", words=words, contact="", by=None,
            at=frozen_clock,
        )  # fmt: skip
    after = frozen_clock + dt.timedelta(days=11)
    held = Objection.objects.values_list("pk", flat=True)
    with clock.frozen(after):
        found = at_once(
            *[lambda: notices.end_one(at=after)] * 4,
            *[
                lambda pk=pk, by=by: notices.decide(
                    objection_id=pk, verdict="dismissed", answer="已核实", by=by, at=after
                )
                for pk, by in zip(held, (office.township_two, office.county), strict=True)
            ],
        )
        assert codes(found) == []
        while notices.end_one(at=after):
            pass
    assert Notice.objects.get().closed_at == after
    for case in cases:
        assert acts(case) == ["open", "accept", "pass", "pass"]
        assert Case.objects.get(pk=case).stage_code == "township_review"
    assert audit.verify().ok


def test_the_yearly_check_carries_each_case_over_once(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self", application={"statement": True})
    payee = casework.PayTo("陈老根", "520599196003121237", "县农商银行", "6217000012345678", "self")
    casework.set_payee(case_id=case, payee=payee, by=office.village, at=frozen_clock)
    Case.objects.filter(pk=case).update(state="approved", desk="", decided_at=frozen_clock)
    given = {"kind": "elderly_reward", "year": YEAR + 1, "after_id": 0, "at": frozen_clock}
    officers = (office.county, office.county_two) * 2
    found = at_once(*[lambda by=by: casework.renew_chunk(by=by, **given) for by in officers])
    assert sum(one.begun for one in found) == 1 and all(one.done for one in found)
    made = Case.objects.get(previous=case)
    assert acts(made.pk) == ["open"]
    assert Payee.objects.filter(case=made).count() == 1
