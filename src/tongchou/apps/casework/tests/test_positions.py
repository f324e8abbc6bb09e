"""Who took part in a case neither decides it nor hears its appeal, and no case stands still for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Award, Case, Decision
from tongchou.apps.registry.models import Person
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account, Assignment

Apply = Callable[..., int]
Passed = Callable[..., Any]


def close(account: Any) -> None:
    """The account is closed: its office has one officer less."""
    Account.objects.filter(pk=account.pk).update(is_active=False)


def refuse(case: int, by: Any, at: dt.datetime) -> None:
    seen = casework.view(case, by=by, at=at).seen
    casework.refuse(case_id=case, reason="conditions", seen=seen, by=by, at=at)


def hear(case: int, by: Any, at: dt.datetime, verdict: str = "uphold") -> Decision:
    seen = casework.view(case, by=by, at=at).seen
    return casework.hear(case_id=case, verdict=verdict, seen=seen, words="已复核", by=by, at=at)


def test_who_accepts_decides_nothing_of_it(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
    assert Decision.objects.get(act="accept").counted
    shown = casework.view(case, by=office.township, at=frozen_clock)
    assert "pass" not in shown.acts and {"pass", "refuse"} <= shown.barred
    with pytest.raises(NotAllowed) as error:
        passed(case, office.township)
    assert error.value.code == "casework.two_people"
    with pytest.raises(NotAllowed):
        casework.refuse(
            case_id=case, reason="already", words="邻县", seen=shown.seen, by=office.township, at=frozen_clock
        )
    assert "pass" in casework.view(case, by=office.township_two, at=frozen_clock).acts
    passed(case, office.township_two)
    assert Case.objects.get(pk=case).desk == "county"


def test_an_acceptance_of_an_earlier_version_counts_as_well(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    """Before, accepting was written down without a position: such a case may be under way."""
    case = Case.objects.get(pk=apply())
    Decision.objects.create(
        case=case, act="accept", stage_code="township_review", officer=office.township,
        on_behalf=office.township, counted=False, at=frozen_clock,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(state="running", accepted=True)
    with pytest.raises(NotAllowed):
        passed(case.pk, office.township)
    passed(case.pk, office.township_two)


def test_one_officer_takes_an_application_in_and_another_reviews_it(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply(by=office.township)
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
    assert list(Decision.objects.order_by("pk").values_list("act", "counted")) == [
        ("open", True), ("accept", False),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        passed(case, office.township)
    passed(case, office.township_two)


def test_a_deputy_takes_in_neither_more_nor_less_than_who_lent_him_the_work(
    apply: Apply, office: Any, make_account: Any, county: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    on = clock.date_of(frozen_clock)
    helper = make_account("hean", "township_officer", county.villages[1])
    casework.declare(numbers=["520599198808084567"], by=helper, at=frozen_clock)
    casework.delegate(taker=helper, first_day=on, last_day=on, by=office.township, at=frozen_clock)
    case = apply()
    casework.accept(case_id=case, by=helper, at=frozen_clock)
    for one in (helper, office.township):  # neither who acted nor for whom
        with pytest.raises(NotAllowed):
            passed(case, one)
    last = casework.view(case, by=office.township_two, at=frozen_clock).history[-1]
    assert (last.officer, last.on_behalf) == (helper.shown_name, office.township.shown_name)


@pytest.mark.parametrize("part", ["accept", "ask", "suspend"])
def test_who_took_any_part_hears_no_appeal(
    apply: Apply, office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime, part: str
) -> None:
    make_account("duxin", "township_officer", county.township)  # somebody is left, so it stays there
    case = apply("陈勇", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    handled = {"accept": office.clerk}.get(part, office.township_two)
    given = {"case_id": case, "by": handled, "at": frozen_clock}
    if part == "ask":
        casework.ask_for(asked=["photo"], **given)
        casework.brought(case_id=case, given=["photo"], by=office.village, at=frozen_clock)
    if part == "suspend":
        casework.suspend(words="待更正", **given)
        casework.resume(**given)
    refuse(case, office.township, frozen_clock)
    casework.appeal(case_id=case, words="请复核", by=office.village, at=frozen_clock)
    shown = casework.view(case, by=handled, at=frozen_clock)
    assert "uphold" in shown.barred and "uphold" not in shown.acts
    with pytest.raises(NotAllowed) as error:
        hear(case, handled, frozen_clock)
    assert error.value.code == "casework.took_part"
    appeals = casework.Filter(waits=casework.Waits.APPEALS)
    on = clock.date_of(frozen_clock)
    assert casework.queue(by=handled, on=on, chosen=appeals).total == 0


def test_noting_what_the_family_does_is_no_part_in_it(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈勇", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    refuse(case, office.township, frozen_clock)
    casework.appeal(case_id=case, words="请复核", by=office.township_two, at=frozen_clock)
    hear(case, office.township_two, frozen_clock)


def test_an_appeal_goes_up_where_everybody_of_the_office_has_handled_the_case(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    close(office.township_two)
    case = apply("陈勇", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    refuse(case, office.township, frozen_clock)
    casework.appeal(case_id=case, words="请复核", by=office.village, at=frozen_clock)
    assert Case.objects.get(pk=case).desk == "county"
    hear(case, office.county, frozen_clock, "send_back")
    again = Case.objects.get(pk=case)
    assert (again.state, again.stage_code, again.desk) == ("running", "township_review", "county")


def test_a_township_with_one_officer_does_not_stand_still(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    close(office.township_two)
    close(office.clerk)
    case = apply()
    assert Case.objects.get(pk=case).desk == "township"
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
    assert Case.objects.get(pk=case).desk == "county"  # the review, as nobody else of the township is left
    on = clock.date_of(frozen_clock)
    waits = casework.Filter(waits=casework.Waits.DESK)
    assert casework.queue(by=office.county, on=on, chosen=waits).total == 1
    assert casework.queue(by=office.township, on=on, chosen=waits).total == 0
    passed(case, office.county)
    passed(case, office.county_two)
    assert Award.objects.count() == 1


def test_a_village_with_one_worker_leaves_the_discussion_to_the_township(
    apply: Apply, office: Any, passed: Passed, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self")
    assert Case.objects.get(pk=case).desk == "village"  # who begins it may accept it as well
    casework.accept(case_id=case, by=office.village, at=frozen_clock)
    assert Case.objects.get(pk=case).desk == "township"
    on = clock.date_of(frozen_clock)
    waits = casework.Filter(waits=casework.Waits.DESK)
    assert casework.queue(by=office.township, on=on, chosen=waits).total == 1
    passed(case, office.township)
    assert Case.objects.get(pk=case).desk == "notice"

    make_account("hean", "village_worker", county.village)
    other = apply("陈勇", "elderly_reward", applicant="self")
    casework.accept(case_id=other, by=office.village, at=frozen_clock)
    assert Case.objects.get(pk=other).desk == "village"  # there is somebody else


def test_a_village_without_a_worker_has_its_discussion_at_the_township(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    Assignment.objects.filter(account=office.village).update(valid_to=clock.date_of(frozen_clock))
    case = apply("陈老根", "elderly_reward", applicant="self", by=office.township)
    assert Case.objects.get(pk=case).desk == "township"


def test_kin_of_everybody_of_an_office_is_the_level_above_s(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    for one in (office.township, office.township_two, office.clerk):
        casework.declare(numbers=["520599196003121237"], by=one, at=frozen_clock)
    assert Case.objects.get(pk=apply()).desk == "county"
    assert Case.objects.get(pk=apply("林树", "elderly_reward", applicant="self")).desk == "village"


def test_where_a_case_lies_is_found_in_few_queries(
    apply: Apply, office: Any, frozen_clock: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    from tongchou.apps.casework import moving, positions
    from tongchou.apps.casework.models import Desk
    from tongchou.domain.casework.steps import State

    case = Case.objects.get(pk=apply())
    stage, on = moving.opened(case).stage, clock.date_of(frozen_clock)
    with django_assert_max_num_queries(4):
        positions.staffed(case, State.APPLIED, stage, Desk.TOWNSHIP, on)


def test_without_the_applicants_statement_nobody_passes_a_stage(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self", application={"statement": False})
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    with pytest.raises(Conflict) as error:
        passed(case, office.township)
    assert error.value.code == "casework.statement"
    (left,) = casework.pass_many(numbers=[case], by=office.township, at=frozen_clock).left
    assert left.error.code == "casework.statement"
    assert Case.objects.get(pk=case).stage == 0
    casework.ask_for(case_id=case, asked=["statement"], by=office.township, at=frozen_clock)
    casework.brought(case_id=case, given=["statement"], by=office.village, at=frozen_clock)
    passed(case, office.township)
    assert Case.objects.get(pk=case).stage == 1


def test_an_answer_of_the_family_says_what_it_gave_or_why_nothing(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    given = {"case_id": case, "by": office.village, "at": frozen_clock}
    casework.ask_for(case_id=case, asked=["photo", "account"], by=office.township, at=frozen_clock)
    for nothing in ({}, {"words": "  "}, {"given": []}):
        with pytest.raises(Invalid) as error:
            casework.brought(**given, **nothing)
        assert error.value.code == "casework.brought"
    with pytest.raises(Invalid):
        casework.brought(**given, given=["births"])
    assert Case.objects.get(pk=case).state == "waiting"
    assert casework.brought(**given, given=["account"]).reasons == "account"
    casework.ask_for(case_id=case, asked=["photo"], by=office.township, at=frozen_clock)
    casework.brought(**given, words="家里没有复印件，请窗口代为调取")
    assert Case.objects.get(pk=case).state == "running"


def test_an_appeal_of_whom_the_rules_do_not_give_it_says_why(
    apply: Apply, office: Any, passed: Passed, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    case = apply("陈勇", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    refuse(case, office.township, frozen_clock)
    casework.appeal(case_id=case, words="请复核", by=office.village, at=frozen_clock)
    with pytest.raises(Conflict) as error:
        hear(case, office.township_two, frozen_clock, "overturn")
    assert error.value.code == "casework.not_entitled"
    failing = casework.view(case, by=office.township_two, at=frozen_clock).answer
    assert failing is not None and failing.failing
    words = {one.code: one.label("zh") for one in failing.conditions}
    assert error.value.data["clauses"] == [words[one] for one in words if one in failing.failing]
    # Elsewhere (several at once, programs) the message alone is told, and names no condition.
    assert not any(one in str(error.value.message) for one in error.value.data["clauses"])

    Person.objects.filter(pk=family["陈勇"]).update(birth_year=2025, birth_month=3, birth_day=4)
    with pytest.raises(Conflict) as error:  # entitled by now, but no approval was refused
        hear(case, office.township_two, frozen_clock, "overturn")
    assert error.value.code == "casework.not_approval"
    hear(case, office.township_two, frozen_clock, "send_back")


def test_another_application_beside_the_one_that_stands_is_refused_and_named(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    assert apply() == case  # the same again is no other
    with pytest.raises(Conflict) as error:
        apply(application={"phone": "13800000000"})
    assert (error.value.code, error.value.data["case_id"]) == ("casework.stands", case)
    assert Case.objects.get().number in str(error.value.message)
    assert Decision.objects.count() == 1


def test_a_telephone_is_one(apply: Apply, office: Any) -> None:
    with pytest.raises(Invalid) as error:
        apply(application={"phone": "abc"}, channel="fax")
    assert set(error.value.data["problems"]) == {"phone", "channel"}
    apply(application={"phone": "0857-822 3344"})


def test_a_case_is_not_handed_to_the_village_that_has_it(
    apply: Apply, office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    given = {"case_id": case, "by": office.township, "at": frozen_clock}
    for area in (county.village.pk, county.township.pk, 10**9):
        with pytest.raises(Invalid) as error:
            casework.hand_over(area_id=area, **given)
        assert error.value.code == "casework.area"
    assert Decision.objects.count() == 1


def test_about_the_own_family_there_is_no_act_and_only_the_officer_is_told(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.declare(numbers=["520599196003121237"], by=office.township, at=frozen_clock)
    mine = casework.view(case, by=office.township, at=frozen_clock)
    assert (mine.own, mine.acts, mine.barred) == (True, frozenset(), frozenset())
    other = casework.view(case, by=office.township_two, at=frozen_clock)
    assert not other.own and "accept" in other.acts
