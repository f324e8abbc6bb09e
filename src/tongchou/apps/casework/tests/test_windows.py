"""A year whose last day to apply has passed is forfeited; nobody approves it by oversight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import YEAR
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.entitlements.models import Claim
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid

Apply, Passed = Callable[..., int], Callable[..., Any]


@pytest.fixture
def late(apply: Apply, office: Any, family: dict[str, int], frozen_clock: dt.datetime) -> int:
    """A child of 2024: the year 2025 could be applied for until its end, and this was in June 2026."""
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=2024)
    case = apply(year=YEAR - 1)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    return case


def test_what_came_late_is_refused_for_that_reason(
    late: int, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    view = casework.view(late, by=office.township, at=frozen_clock)
    assert view.answer is not None and view.answer.outcome == "entitled"
    assert view.missed == dt.date(YEAR - 1, 12, 31)
    with pytest.raises(Conflict) as refused:
        passed(late, office.township)
    assert refused.value.code == "casework.too_late"
    together = casework.pass_many(numbers=[late], by=office.township, at=frozen_clock)
    assert together.done == [] and together.left[0].error.code == "casework.too_late"
    casework.refuse(case_id=late, reason="late", seen=view.seen, by=office.township, at=frozen_clock)
    assert Case.objects.get(pk=late).state == "refused"


def test_an_officer_may_say_why_it_counts(late: int, office: Any, passed: Passed) -> None:
    passed(late, office.township, words="十二月已在镇上递交，收件登记为证")
    assert Case.objects.get(pk=late).desk == "county"


@pytest.mark.parametrize("year", [YEAR, YEAR - 1])
def test_in_time_is_in_time(
    apply: Apply, office: Any, passed: Passed, family: dict[str, int], frozen_clock: dt.datetime, year: int
) -> None:
    """A child of 2025: the year of birth until the end of the next, the next until its own end."""
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=YEAR - 1)
    case = apply(year=year)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    view = casework.view(case, by=office.township, at=frozen_clock)
    assert view.missed is None
    with pytest.raises(Conflict):
        casework.refuse(case_id=case, reason="late", seen=view.seen, by=office.township, at=frozen_clock)
    passed(case, office.township)


def test_a_claim_recorded_in_time_counts(
    late: int, office: Any, passed: Passed, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    Claim.objects.standing().filter(person_id=family["陈小苗"]).delete()
    Claim.objects.create(
        person_id=family["陈小苗"], programme="childcare_subsidy", year=YEAR - 1,
        recorded_by=office.village.pk,
        recorded_at=frozen_clock.replace(year=YEAR - 1, month=12, day=31),
        **registry.whereabouts([family["陈小苗"]])[family["陈小苗"]],
    )  # fmt: skip
    passed(late, office.township)


def test_a_year_is_not_decided_before_it_begins(
    apply: Apply, office: Any, passed: Passed, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    """What was applied for in June for next year, when that could be, stays and waits.

    Until then the family may move, or the child die.
    """
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=YEAR - 1)
    case = apply(year=YEAR + 1, received=frozen_clock.date())
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    for words in ("", "今年先办"):
        with pytest.raises(Conflict) as refused:
            passed(case, office.township, words=words)
        assert refused.value.code == "casework.too_early"
    new_year = frozen_clock.replace(year=YEAR + 1, month=1, day=4)
    with clock.frozen(new_year):
        view = casework.view(case, by=office.township, at=new_year)
        casework.pass_on(case_id=case, seen=view.seen, by=office.township, at=new_year)
    assert Case.objects.get(pk=case).desk == "county"


@pytest.mark.parametrize("kind", ["childcare_subsidy", "elderly_reward"])
def test_a_year_with_days_is_not_applied_for_before_it_begins(
    family: dict[str, int], office: Any, frozen_clock: dt.datetime, kind: str
) -> None:
    """Nothing would be decided sooner, and from its first day on the whole year is left.

    The elderly reward sets no days: its list is made early in the year, and who comes before is welcome.
    """
    child = kind == "childcare_subsidy"
    person = family["陈小苗" if child else "陈老根"]
    if child:
        Person.objects.filter(pk=person).update(birth_year=YEAR - 1)
    given = {"person_id": person, "kind": kind, "year": YEAR + 1, "channel": "home", "by": office.village}
    given |= {"applicant": "parent" if child else "self"}
    given |= {"application": casework.Application(name="陈勇" if child else "", statement=not child)}
    last = frozen_clock.replace(month=12, day=31)
    with clock.frozen(last):
        if child:
            with pytest.raises(Invalid) as refused:
                casework.open_case(at=last, **given)
            (said,) = refused.value.data["problems"]["year"]
            assert f"{YEAR + 1}-01-01" in said and not Case.objects.exists()
        else:
            casework.open_case(at=last, **given)
    first = last + dt.timedelta(days=1)
    with clock.frozen(first):
        casework.open_case(at=first, **given)
    assert Case.objects.get().year == YEAR + 1


def test_a_claim_is_not_noted_before_its_year_begins(
    family: dict[str, int], office: Any, frozen_clock: dt.datetime
) -> None:
    on = frozen_clock.date()
    assert entitlements.too_early("childcare_subsidy", YEAR + 1, on) == dt.date(YEAR + 1, 1, 1)
    assert entitlements.too_early("childcare_subsidy", YEAR, on) is None
    assert entitlements.too_early("elderly_reward", YEAR + 1, on) is None
    assert entitlements.too_early("", YEAR + 1, on) is None  # hardship aid rests on no programme
