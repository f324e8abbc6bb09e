"""From an application to an award: each stage by somebody else, with what the rules say that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Award, Case, Decision, OwnFamily, Pinned
from tongchou.apps.casework.tests.conftest import YEAR
from tongchou.apps.entitlements.models import Claim
from tongchou.apps.registry.models import FamilyStatement, Person
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope

Apply = Callable[..., int]
Passed = Callable[..., Any]


def view(case: int, by: Any, at: dt.datetime) -> casework.View:
    return casework.view(case, by=by, at=at)


def test_a_newborns_subsidy_is_approved_by_two_officers(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply()
    made = Case.objects.get(pk=case)
    assert (made.number, made.state, made.desk, made.amount_fen) == (
        "2026-000001",
        "applied",
        "township",
        360_000,
    )
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    assert Case.objects.get(pk=case).desk == "county"
    assert not Award.objects.exists()
    passed(case, office.county)
    done = Case.objects.get(pk=case)
    assert (done.state, done.desk, done.decided_at) == ("approved", "", frozen_clock)
    (award,) = casework.awards_ready(scope=Scope.everything())
    assert (award.amount_fen, award.year, award.case_number, award.has_payee) == (
        360_000, YEAR, "2026-000001", False,
    )  # fmt: skip
    acts = [step.act for step in view(case, office.county, frozen_clock).history]
    assert acts == ["open", "accept", "pass", "pass"]


def test_a_case_that_lies_elsewhere_is_said_to(
    apply: Apply, office: Any, county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    case = apply(by=office.township)
    assert apply() == case  # it stands, and the village's worker reads it
    casework.hand_over(case_id=case, area_id=county.other_village.pk, by=office.township_two, at=frozen_clock)
    before = Decision.objects.count()
    with pytest.raises(Conflict) as error:
        apply()
    assert error.value.code == "casework.elsewhere"
    assert "白水村" in str(error.value.message)
    assert Case.objects.get().number not in str(error.value.message)
    assert (Case.objects.count(), Decision.objects.count()) == (1, before)
    assert apply(by=office.township) == case  # whoever reads both villages is led to it


def test_the_reasons_are_kept_with_the_case(apply: Apply, office: Any, frozen_clock: dt.datetime) -> None:
    case = apply()
    shown = view(case, office.township, frozen_clock)
    assert shown.pinned is not None
    assert shown.pinned["outcome"] == "entitled"
    assert any("育儿补贴" in line for line in shown.pinned["zh"])
    kept = Pinned.objects.get(case=case)
    assert "育儿补贴" not in kept.sealed
    assert shown.seen == kept.mark
    with pytest.raises(DatabaseError), transaction.atomic():
        Pinned.objects.filter(pk=kept.pk).update(sealed="")


def test_an_answer_that_came_back_is_the_one_that_is_shown(
    apply: Apply, family: dict[str, int], office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    """A, then B, then A again: what was decided on last is A, though B's row is the newer one."""
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    child = Person.objects.filter(pk=family["陈小苗"])
    child.update(birth_year=2023)
    other = passed(case, office.township).mark
    assert view(case, office.county, frozen_clock).pinned["amount_fen"] != 360_000
    child.update(birth_year=2025)
    first = passed(case, office.county).mark
    assert list(Pinned.objects.order_by("pk").values_list("mark", flat=True)) == [first, other]
    shown = view(case, office.county, frozen_clock)
    assert (shown.case.state, shown.pinned["amount_fen"]) == ("approved", 360_000)


def test_applied_twice_is_one_case(apply: Apply) -> None:
    assert apply() == apply()
    assert Case.objects.count() == 1
    assert Decision.objects.count() == 1


def test_the_maker_is_never_the_approver(
    apply: Apply, office: Any, passed: Passed, frozen_clock: Any
) -> None:
    case = apply(by=office.township)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    with pytest.raises(NotAllowed) as error:
        passed(case, office.township)
    assert error.value.code == "casework.two_people"
    passed(case, office.county)  # a county reviewer may review for a township, and then has acted
    with pytest.raises(NotAllowed):
        passed(case, office.county)
    passed(case, office.county_two)
    assert Case.objects.get(pk=case).state == "approved"


def test_the_database_itself_lets_nobody_act_twice(apply: Apply, office: Any, frozen_clock: Any) -> None:
    case = Case.objects.get(pk=apply())
    again = Decision(
        case=case, act="pass", stage_code="township_review", officer=office.village, on_behalf=office.village,
        counted=True, at=frozen_clock,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    lent = Decision(
        case=case, act="pass", stage_code="township_review", officer=office.county, on_behalf=office.village,
        counted=True, at=frozen_clock,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        lent.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(case=case).delete()


def test_an_approval_sent_twice_does_nothing_twice(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    with pytest.raises((Conflict, NotAllowed)):
        casework.pass_on(case_id=case, seen="", by=office.county, at=frozen_clock)
    assert Award.objects.count() == 1
    assert [one.act for one in Decision.objects.order_by("pk")] == ["open", "accept", "pass", "pass"]


def test_what_changed_since_is_shown_first(
    apply: Apply, office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    seen = view(case, office.township, frozen_clock).seen
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=2023)  # put right while the page is open
    with pytest.raises(Conflict) as error:
        casework.pass_on(case_id=case, seen=seen, by=office.township, at=frozen_clock)
    assert error.value.code == "casework.changed"
    again = view(case, office.township, frozen_clock)
    assert not again.same
    casework.pass_on(case_id=case, seen=again.seen, by=office.township, at=frozen_clock)
    assert Case.objects.get(pk=case).amount_fen == again.answer.amount_fen  # type: ignore[union-attr]


def test_nobody_is_refused_whom_the_rules_give_it(
    apply: Apply, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    seen = view(case, office.township, frozen_clock).seen
    for reason in ("conditions", "information", "died"):
        with pytest.raises(Conflict) as error:
            casework.refuse(case_id=case, reason=reason, seen=seen, by=office.township, at=frozen_clock)
        assert error.value.code == "casework.entitled"
    with pytest.raises(Invalid):
        casework.refuse(case_id=case, reason="already", seen=seen, by=office.township, at=frozen_clock)
    with pytest.raises(Invalid):
        casework.refuse(case_id=case, reason="no_reason", seen=seen, by=office.township, at=frozen_clock)


def test_a_refusal_has_its_clauses_and_is_heard_on_appeal(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply("陈勇", applicant="self")  # born in 1990
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    with pytest.raises(Conflict) as error:
        passed(case, office.township)
    assert error.value.code == "casework.not_entitled"
    shown = view(case, office.township, frozen_clock)
    casework.refuse(case_id=case, reason="conditions", seen=shown.seen, by=office.township, at=frozen_clock)
    refused = view(case, office.village, frozen_clock)
    assert refused.case.state == "refused"
    assert refused.pinned is not None
    assert refused.pinned["failing"]
    casework.appeal(case_id=case, words="孩子年龄登记有误", by=office.village, at=frozen_clock)
    with pytest.raises(NotAllowed):  # it decided before
        casework.hear(
            case_id=case, verdict="uphold", seen=shown.seen, words="同前", by=office.township, at=frozen_clock
        )
    casework.hear(
        case_id=case, verdict="uphold", seen=shown.seen, words="出生日期无误", by=office.township_two,
        at=frozen_clock,
    )  # fmt: skip
    casework.appeal(case_id=case, words="请县里复核", by=office.village, at=frozen_clock)
    assert Case.objects.get(pk=case).desk == "county"
    casework.hear(
        case_id=case,
        verdict="send_back",
        seen=shown.seen,
        words="请重新核对",
        by=office.county,
        at=frozen_clock,
    )
    again = Case.objects.get(pk=case)
    # Each of the township's three officers has handled it by now: the review lies with the level above.
    assert (again.state, again.stage_code, again.desk, again.appeals) == (
        "running", "township_review", "county", 2,
    )  # fmt: skip


def test_the_family_is_asked_once_and_the_clock_stands_still(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    before = Case.objects.get(pk=case)
    later = frozen_clock + dt.timedelta(days=7)
    with clock.frozen(later):
        casework.ask_for(case_id=case, asked=["account", "photo"], by=office.township, at=later)
        waiting = Case.objects.get(pk=case)
        assert (waiting.state, waiting.desk) == ("waiting", "family")
    answered = later + dt.timedelta(days=28)
    with clock.frozen(answered):
        casework.brought(case_id=case, given=["account", "photo"], by=office.village, at=answered)
    after = Case.objects.get(pk=case)
    assert (after.state, after.desk) == ("running", "township")
    assert after.stage_due == before.stage_due + dt.timedelta(days=28)
    assert after.due == before.due + dt.timedelta(days=28)
    with pytest.raises(Invalid):
        casework.ask_for(case_id=case, asked=["births"], by=office.township, at=answered)


def test_the_statement_is_the_applicants_and_stays_on_the_application(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    assert Case.objects.get(pk=case).desk == "notice"
    with pytest.raises(Conflict):  # it passes by itself
        passed(case, office.township_two)
    assert "statement" not in {field.name for field in Person._meta.get_fields()}


def test_nobody_decides_about_the_own_family(apply: Apply, office: Any, frozen_clock: dt.datetime) -> None:
    case = apply()
    # The officer names 陈老根, head of the child's household, as a relative.
    casework.declare(numbers=["520599196003121237"], by=office.township, at=frozen_clock)
    with pytest.raises(NotAllowed) as error:
        casework.accept(case_id=case, by=office.township, at=frozen_clock)
    assert error.value.code == "casework.own_family"
    casework.accept(case_id=case, by=office.township_two, at=frozen_clock)


def test_who_has_not_said_who_he_is_decides_nothing(
    apply: Apply, office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    stranger = make_account("sunli", "township_officer", county.township)
    with pytest.raises(NotAllowed) as error:
        casework.accept(case_id=case, by=stranger, at=frozen_clock)
    assert error.value.code == "casework.undeclared"
    with pytest.raises(Invalid) as wrong:
        casework.declare(numbers=["520599199001020010", "12"], by=stranger, at=frozen_clock)
    assert set(wrong.value.data["problems"]) == {"0", "1"}
    assert not OwnFamily.objects.filter(account=stranger).exists()


def test_private_cases_are_for_named_officers_alone(
    apply: Apply, office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotFound):
        apply("陈老根", "bereaved_assistance", by=office.township, applicant="self")
    casework.name_officer(
        account=office.township, area_id=county.township.pk, by=office.county, at=frozen_clock
    )
    case = apply("陈老根", "bereaved_assistance", by=office.township, applicant="self")
    on = clock.date_of(frozen_clock)
    for account in (office.village, office.township_two, office.county):
        with pytest.raises(NotFound):
            view(case, account, frozen_clock)
        found = casework.queue(by=account, on=on, chosen=casework.Filter())
        assert found.total == 0
    shown = view(case, office.township, frozen_clock)
    assert shown.kind.public_title.zh == "家庭扶助（甲）"


def test_two_named_officers_are_enough_for_a_private_case_and_one_is_not(
    apply: Apply, family: dict[str, int], office: Any, county: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    """The law wants two named officers: who takes the case in reviews it, and never approves it."""
    FamilyStatement.objects.filter(person=family["陈老根"]).update(living_sons=0, children_ever=1)
    on = clock.date_of(frozen_clock)
    where = {"area_id": county.county.pk, "by": office.county_two, "at": frozen_clock}
    for account in (office.township, office.county):
        casework.name_officer(account=account, **where)
    case = apply("陈老根", "bereaved_assistance", by=office.township, applicant="self")
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
    assert Case.objects.get(pk=case).desk == "township"
    found = casework.queue(by=office.township, on=on, chosen=casework.Filter())
    assert [(line.case_id, line.acted) for line in found.lines] == [(case, False)]
    assert "pass" in view(case, office.township, frozen_clock).acts
    passed(case, office.township)
    assert Case.objects.get(pk=case).desk == "county"
    with pytest.raises(NotAllowed):
        passed(case, office.township)
    passed(case, office.county)
    assert Case.objects.get(pk=case).state == "approved"


def test_who_takes_a_private_case_in_at_the_county_does_not_approve_it(
    apply: Apply, family: dict[str, int], office: Any, county: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    FamilyStatement.objects.filter(person=family["陈老根"]).update(living_sons=0, children_ever=1)
    where = {"area_id": county.county.pk, "by": office.county_two, "at": frozen_clock}
    for account in (office.township, office.county):
        casework.name_officer(account=account, **where)
    case = apply("陈老根", "bereaved_assistance", by=office.county, applicant="self")
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
    passed(case, office.township)
    with pytest.raises(NotAllowed):
        passed(case, office.county)
    assert Case.objects.get(pk=case).state == "running"


def test_a_delegate_acts_for_an_officer_who_is_away_and_for_nobody_who_acted(
    apply: Apply, office: Any, passed: Passed, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    on = clock.date_of(frozen_clock)
    # An officer of elsewhere: nothing of this village is his without the loan.
    helper = make_account("hean", "township_officer", county.villages[1])
    casework.declare(numbers=["520599198808084567"], by=helper, at=frozen_clock)
    with pytest.raises(NotFound):
        casework.accept(case_id=case, by=helper, at=frozen_clock)
    casework.delegate(taker=helper, first_day=on, last_day=on, by=office.township, at=frozen_clock)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, helper)
    last = Decision.objects.order_by("-pk").first()
    assert last is not None
    assert (last.officer, last.on_behalf) == (helper, office.township)
    with pytest.raises(NotAllowed):  # what was done for him he cannot do himself
        passed(case, office.township)
    tomorrow = frozen_clock + dt.timedelta(days=1)
    other = apply("陈勇", applicant="self")
    with clock.frozen(tomorrow), pytest.raises(NotFound):
        casework.accept(case_id=other, by=helper, at=tomorrow)


def test_large_hardship_aid_needs_a_second_approval(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(Invalid):
        apply("陈勇", "hardship_aid", applicant="self")
    situation = {"situation": "房屋受灾，急需修缮"}
    case = apply("陈勇", "hardship_aid", applicant="self", application=situation)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    with pytest.raises(Invalid):
        passed(case, office.township)
    passed(case, office.township, amount_fen=400_000)
    passed(case, office.county)
    assert Case.objects.get(pk=case).state == "running"
    passed(case, office.county_two)
    assert Award.objects.get().amount_fen == 400_000

    small = apply("林树", "hardship_aid", applicant="self", application=situation)
    casework.accept(case_id=small, by=office.clerk, at=frozen_clock)
    passed(small, office.township, amount_fen=100_000)
    passed(small, office.county)
    assert Case.objects.get(pk=small).state == "approved"


def test_a_case_elsewhere_does_not_exist(
    apply: Apply, office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    elsewhere = make_account("lijie", "village_worker", county.other_village)
    with pytest.raises(NotFound):
        view(case, elsewhere, frozen_clock)
    found = casework.queue(by=elsewhere, on=clock.date_of(frozen_clock), chosen=casework.Filter())
    assert found.lines == ()


def test_what_is_ended_is_paid_no_more(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    casework.end(case_id=case, ending="own_wish", by=office.county_two, at=frozen_clock)
    assert casework.awards_ready(scope=Scope.everything()) == []
    assert Case.objects.get(pk=case).state == "ended"


def test_a_paid_case_is_not_opened_again(
    apply: Apply, office: Any, passed: Passed, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.apps.casework import awarding

    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    monkeypatch.setattr(awarding, "_spent", [lambda awards: awards])
    with pytest.raises(Conflict) as error:
        casework.reopen(case_id=case, by=office.township_two, at=frozen_clock, words="弄错了")
    assert error.value.code == "casework.paid"
    monkeypatch.setattr(awarding, "_spent", [])
    casework.reopen(case_id=case, by=office.township_two, at=frozen_clock, words="弄错了")
    again = Case.objects.get(pk=case)
    assert (again.stage_code, again.desk) == ("township_review", "county")  # nobody of the township is left
    assert casework.awards_ready(scope=Scope.everything()) == []


def test_beginning_a_case_takes_the_family_off_the_list(
    family: dict[str, int], office: Any, apply: Apply, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.snapshot import api as snapshots

    on = clock.date_of(frozen_clock)
    snapshots.take_snapshot(by=office.county, at=frozen_clock, as_of=on, purpose="test")
    entitlements.evaluate_latest(year=YEAR, by=office.county, at=frozen_clock, purpose="test")
    before = entitlements.worklist(scope=Scope.everything(), year=YEAR, programme="childcare_subsidy")
    assert [item.person_name for item in before.items] == ["陈小苗"]
    apply()
    after = entitlements.worklist(scope=Scope.everything(), year=YEAR, programme="childcare_subsidy")
    assert after.items == ()
    assert Claim.objects.get().person_id == family["陈小苗"]
