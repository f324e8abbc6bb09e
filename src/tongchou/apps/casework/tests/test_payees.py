"""To whose account money goes: beside the register, by two people once it is approved, and all on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Award, Case, Payee, PayeeChange
from tongchou.apps.casework.tests.conftest import FAMILY
from tongchou.apps.registry import api as registry
from tongchou.core import audit
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate

NUMBERS = {one.name: one.id_number for one in FAMILY if one.id_number}
#: Born in a thirteenth month.
NO_DAY = "52059919901302001"
#: Somebody the register does not have.
STRANGER = identity.compose("520599", dt.date(1970, 1, 1), 1)


def account(name: str = "陈勇", number: str = "", relation: str = "parent", **more: str) -> casework.PayTo:
    values = {"bank": "县农商银行", "account": "6217000012345678", **more}
    return casework.PayTo(
        name=name, id_number=number or NUMBERS.get(name, STRANGER), relation=relation, **values
    )


OTHER = {"account": "6217000099990000"}
STRANGE = {"name": "王外人", "relation": "other", "mandate": "委托书，2026年5月1日，陈勇签字", **OTHER}


@pytest.fixture
def give(office: Any, frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``give(case, account())``: the village worker writes the account down."""

    def act(case: int, payee: casework.PayTo, *, by: Any = None, at: dt.datetime | None = None) -> Any:
        return casework.set_payee(case_id=case, payee=payee, by=by or office.village, at=at or frozen_clock)

    return act


@pytest.fixture
def approved(
    apply: Callable[..., int], office: Any, passed: Any, give: Any, frozen_clock: dt.datetime
) -> int:
    """The approved subsidy of 陈小苗, paid to 陈勇 of her household."""
    case = apply()
    give(case, account())
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    return case


def problems(give: Any, case: int, payee: casework.PayTo) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        give(case, payee)
    assert refused.value.code == "casework.payee"
    return refused.value.data["problems"]


def holds(case: int, by: Any, at: dt.datetime) -> str:
    found = casework.view(case, by=by, at=at).payee
    assert found is not None
    return found.account[-4:]


def ready() -> list[int]:
    return [one.award_id for one in casework.awards_ready(scope=Scope.everything())]


def test_the_village_alone_changes_nothing_that_is_approved(
    approved: int, give: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    """The worker alone asks for another account: until a second person confirms it the old one stands."""
    (award,) = ready()
    change = give(approved, account(**OTHER))
    assert isinstance(change, PayeeChange)
    assert holds(approved, office.village, frozen_clock) == "5678"
    assert ready() == [] and casework.payable([award]) == set() and casework.hold_awards([award]) == set()
    assert casework.payees([award])[award].account.endswith("5678")
    for by in (office.village,):
        with pytest.raises(NotAllowed):
            casework.confirm_payee(case_id=approved, change_id=change.pk, by=by, at=frozen_clock)
    casework.confirm_payee(case_id=approved, change_id=change.pk, by=office.township, at=frozen_clock)
    assert ready() == [award] and holds(approved, office.village, frozen_clock) == "0000"
    assert casework.payees([award])[award].account.endswith("0000")
    assert audit.verify().ok


def test_who_asked_never_confirms_himself_nor_for_another(
    approved: int, give: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    change = give(approved, account(**OTHER), by=office.township)
    given = {"case_id": approved, "change_id": change.pk, "at": frozen_clock}
    with pytest.raises(NotAllowed, match=r"casework\.two_people"):
        casework.confirm_payee(by=office.township, **given)
    today = frozen_clock.date()
    casework.delegate(
        taker=office.township_two, first_day=today, last_day=today, by=office.township, at=frozen_clock
    )
    casework.confirm_payee(by=office.township_two, **given)  # the second one's own role goes first
    assert PayeeChange.objects.get().decided_by_id == office.township_two.pk
    again = give(approved, account(account="6217000000001111"), by=office.township)
    made = Payee.objects.filter(change=None).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayeeChange.objects.filter(pk=again.pk).update(
            state="confirmed", decided_by=office.township, decided_at=frozen_clock, made=made
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        PayeeChange.objects.filter(pk=again.pk).update(state="confirmed")


def test_a_refusal_needs_a_reason_and_frees_the_old_account(
    approved: int, give: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    change = give(approved, account(**OTHER))
    given = {"case_id": approved, "change_id": change.pk, "at": frozen_clock}
    with pytest.raises(Invalid):
        casework.refuse_payee(by=office.township, **given)
    casework.refuse_payee(by=office.township, words="家庭否认要求变更", **given)
    assert holds(approved, office.village, frozen_clock) == "5678" and len(ready()) == 1
    casework.refuse_payee(by=office.township, words="家庭否认要求变更", **given)  # pressed twice
    with pytest.raises(Conflict, match=r"casework\.payee_gone"):
        casework.confirm_payee(by=office.township_two, **given)
    own = give(approved, account(**OTHER))
    casework.refuse_payee(case_id=approved, change_id=own.pk, by=office.village, at=frozen_clock)
    assert PayeeChange.objects.get(pk=own.pk).state == "withdrawn" and len(ready()) == 1


def test_asked_twice_is_once_and_asked_anew_takes_its_place(
    approved: int, give: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    first = give(approved, account(**OTHER))
    assert give(approved, account(**OTHER)).pk == first.pk
    second = give(approved, account(account="6217000000001111"))
    assert PayeeChange.objects.get(pk=first.pk).state == "withdrawn"
    with pytest.raises(Conflict, match=r"casework\.payee_gone"):
        casework.confirm_payee(case_id=approved, change_id=first.pk, by=office.township, at=frozen_clock)
    assert isinstance(give(approved, account()), Payee)  # the one that stands: nothing is asked for any more
    assert PayeeChange.objects.get(pk=second.pk).state == "withdrawn" and len(ready()) == 1


def test_everything_done_on_the_account_is_in_the_timeline_and_the_audit_chain(
    approved: int, give: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    later = frozen_clock + dt.timedelta(hours=1)
    change = give(approved, account(**OTHER), at=later)
    casework.refuse_payee(
        case_id=approved, change_id=change.pk, words="账户不符", by=office.township, at=later
    )
    change = give(approved, account(**OTHER), at=later)
    casework.confirm_payee(case_id=approved, change_id=change.pk, by=office.township, at=later)
    history = casework.view(approved, by=office.county, at=later).history
    told = [(one.act, one.officer) for one in history if one.act in casework.ACCOUNT_ACTS]
    village, township = office.village.shown_name, office.township.shown_name
    assert told == [
        ("payee", village), ("payee_propose", village), ("payee_refuse", township),
        ("payee_propose", village), ("payee_confirm", township),
    ]  # fmt: skip
    assert [one.words for one in history if one.act == "payee_refuse"] == ["账户不符"]
    actions = list(
        AuditEntry.objects.filter(action__startswith="casework.payee")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert actions == [f"casework.{act}" for act, _by in told]
    assert "6217" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("payee", "field"),
    [
        (account("陈老根", NUMBERS["陈勇"]), "name"),  # a number of the register under another name
        (account("陈勇", NUMBERS["陈老根"]), "name"),
        (
            account("陈老根", NUMBERS["陈老根"], "self"),
            "relation",
        ),  # somebody else's, said to be the child's own
        (account("王外人", STRANGER, "parent"), "mandate"),  # nobody the register knows, without a paper
        (account("林树", identity.compose("520599", dt.date(1958, 5, 6), 3), "parent"), "mandate"),
    ],
)
def test_what_the_register_says_otherwise_is_said_by_field(
    apply: Any, give: Any, payee: casework.PayTo, field: str
) -> None:
    case = apply()
    assert list(problems(give, case, payee)) == [field]
    assert not Payee.objects.exists() and not PayeeChange.objects.exists()


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("", "Give the identity number"),
        ("5205991990010200", "18 characters"),
        ("52059919900102001Y", "digits alone"),
        (NO_DAY + identity.check_character(NO_DAY), "day of birth"),
        ("520599199001020010", "last character"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(apply: Any, give: Any, number: str, word: str) -> None:
    payee = casework.PayTo("陈勇", number, "县农商银行", "6217000012345678", "parent")
    case = apply()
    with translation.override("en"):
        (said,) = problems(give, case, payee)["id_number"]
    assert word in said


def test_the_applicants_own_number_goes_with_no_other_name(
    apply: Any, give: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self", application={"statement": True})
    own = NUMBERS["陈老根"]
    assert list(problems(give, case, account("陈勇", own, "self"))) == ["name"]
    other = identity.compose("520599", dt.date(1960, 3, 12), 5)
    assert list(problems(give, case, account("陈老根", other, "self"))) == ["id_number"]
    assert list(problems(give, case, account("陈老根", own, "other"))) == ["relation"]
    assert isinstance(give(case, account("陈老根", own, "self")), Payee)
    assert casework.view(case, by=office.village, at=frozen_clock).payee.tie == "self"


def test_a_person_without_a_number_on_record_is_known_by_name_and_birth(apply: Any, give: Any) -> None:
    case = apply("林树", "hardship_aid", applicant="self", application={"situation": "住房倒塌"})
    right = identity.compose("520599", dt.date(1958, 5, 6), 3)
    wrong = identity.compose("520599", dt.date(1959, 5, 6), 3)
    assert list(problems(give, case, account("林树", wrong, "self"))) == ["name"]
    assert isinstance(give(case, account("林树", right, "self")), Payee)


def test_nobody_gets_money_whose_death_is_on_record(
    apply: Any, give: Any, family: dict[str, int], office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    registry.record_death(
        person_id=family["陈勇"], died=PartialDate(2026, 6, 1), by=office.township, at=frozen_clock
    )
    with translation.override("en"):
        (said,) = problems(give, case, account())["name"]
    assert "death" in said


def test_ties_of_the_register(family: dict[str, int], county: Any, frozen_clock: dt.datetime) -> None:
    child, uncle = family["陈小苗"], family["陈勇"]
    found = registry.holder_of(person_id=child, number=NUMBERS["陈勇"], name="陈 勇")
    assert (found.found, found.same_name, found.ties) == (True, True, {"parent", "household"})
    assert registry.holder_of(person_id=uncle, number=NUMBERS["陈勇"], name="陈勇").ties == {"self"}
    apart = registry.holder_of(person_id=family["林树"], number=NUMBERS["陈勇"], name="陈勇")
    assert (apart.found, apart.ties) == (True, frozenset())
    assert not registry.cared_for_by_office(child)


def test_who_is_no_relative_waits_for_a_second_person_even_before_the_decision(
    apply: Any, give: Any, office: Any, passed: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    change = give(case, account(number=STRANGER, **STRANGE))
    assert isinstance(change, PayeeChange)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    assert not Award.objects.get().has_payee
    view = casework.view(case, by=office.county, at=frozen_clock)
    assert view.payee is None and view.change is not None
    assert (view.change.payee.tie, view.change.payee.mandate) == ("", STRANGE["mandate"])
    casework.confirm_payee(case_id=case, change_id=change.pk, by=office.county, at=frozen_clock)
    assert Award.objects.get().has_payee and len(ready()) == 1


def test_what_the_register_says_meanwhile_counts(
    approved: int, give: Any, family: dict[str, int], office: Any, frozen_clock: dt.datetime
) -> None:
    change = give(approved, account(**OTHER))
    registry.record_death(
        person_id=family["陈勇"], died=PartialDate(2026, 6, 1), by=office.township, at=frozen_clock
    )
    with pytest.raises(Conflict, match=r"casework\.payee_register"):
        casework.confirm_payee(case_id=approved, change_id=change.pk, by=office.township, at=frozen_clock)
    assert PayeeChange.objects.get().state == "waiting"


def test_a_change_waits_on_the_home_pages_of_others_alone(
    approved: int, give: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    def waits(by: Any, on: dt.date) -> int:
        return casework.work_of(by=by, on=on).queries[casework.Waits.PAYEES].count()

    today = frozen_clock.date()
    change = give(approved, account(**OTHER), by=office.township)
    assert waits(office.township_two, today) == 1
    assert waits(office.township, today) == waits(office.village, today) == 0
    assert waits(office.county, today) == 0
    late = change.due + dt.timedelta(days=1)
    assert waits(office.county, late) == waits(office.county_two, late) == 1
    assert change.due > today


def test_what_whoever_pays_is_told(approved: int, give: Any, office: Any, frozen_clock: dt.datetime) -> None:
    (award,) = ready()
    assert casework.payee_notes([award]) == {award: casework.PayeeNote(since_approval=False, waits=False)}
    later = frozen_clock + dt.timedelta(hours=1)
    change = give(approved, account(**OTHER), at=later)
    assert casework.payee_notes([award])[award].waits
    assert casework.payees_touched_since(later + dt.timedelta(days=1)) == {award}
    casework.confirm_payee(case_id=approved, change_id=change.pk, by=office.township, at=later)
    assert casework.payee_notes([award]) == {award: casework.PayeeNote(since_approval=True, waits=False)}
    assert casework.payees_touched_since(frozen_clock) == {award}
    assert casework.payees_touched_since(later) == set()


def test_what_waits_to_be_paid_is_counted_by_kind(
    approved: int, give: Any, apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    with django_assert_num_queries(2):
        (one,) = casework.unpaid(scope=Scope.everything())
    assert (one.kind, one.cases, one.ready, one.fen, one.no_payee, one.waits) == (
        "childcare_subsidy", 1, 1, 360_000, 0, 0,
    )  # fmt: skip
    assert casework.to_pay(Scope.everything()).count() == 1
    change = give(approved, account(**OTHER))
    (one,) = casework.unpaid(scope=Scope.everything())
    assert (one.cases, one.ready, one.fen, one.waits) == (1, 0, 0, 1)
    assert casework.to_pay(Scope.everything()).count() == 0
    casework.refuse_payee(
        case_id=approved, change_id=change.pk, words="误填", by=office.township, at=frozen_clock
    )
    award = Award.objects.get()
    casework.note_tried([award.pk])
    assert casework.unpaid(scope=Scope.everything()) == [] and ready() == []
    casework.note_untried([award.pk])
    assert ready() == [award.pk]
    casework.note_tried([award.pk])
    Case.objects.filter(pk=approved).update(state="ended")
    casework.note_untried([award.pk])
    assert casework.unpaid(scope=Scope.everything()) == []
    assert casework.unpaid(scope=Scope.nothing()) == []


def test_the_second_person_of_a_private_case_is_named_too(
    apply: Any, give: Any, office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    def waits(by: Any) -> int:
        return casework.work_of(by=by, on=frozen_clock.date()).queries[casework.Waits.PAYEES].count()

    def name(account: Any) -> None:
        casework.name_officer(account=account, area_id=county.township.pk, by=office.county, at=frozen_clock)

    name(office.township)
    case = apply("陈老根", "bereaved_assistance", by=office.township, applicant="self")
    with pytest.raises(NotFound):
        give(case, account("陈老根", NUMBERS["陈老根"], "self"))  # the village does not even see it
    assert isinstance(give(case, account("陈老根", NUMBERS["陈老根"], "self"), by=office.township), Payee)
    change = give(case, account(number=STRANGER, **STRANGE), by=office.township)
    given = {"case_id": case, "change_id": change.pk, "at": frozen_clock}
    for by in (office.village, office.township_two, office.county):
        assert waits(by) == 0
        with pytest.raises(NotFound):
            casework.confirm_payee(by=by, **given)
    name(office.township_two)
    assert waits(office.township_two) == 1
    casework.confirm_payee(by=office.township_two, **given)
    assert holds(case, office.township, frozen_clock) == "0000"
