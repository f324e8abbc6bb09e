"""A real case from its application to the family's account, and what casework asks of payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework import models as casework_models
from tongchou.apps.casework.tests.conftest import (  # noqa: F401 - fixtures
    FAMILY,
    apply,
    family,
    office,
    passed,
)
from tongchou.apps.payments import api as payments
from tongchou.apps.payments import sampled
from tongchou.apps.payments.models import Batch, PaymentRow
from tongchou.apps.payments.tests.conftest import PROGRAMME, answer, sound
from tongchou.apps.payments.tests.many import approved_awards
from tongchou.core.errors import Conflict
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
NUMBERS = {one.name: one.id_number for one in FAMILY if one.id_number}


@pytest.fixture
def approved_case(
    apply: Callable[..., int],  # noqa: F811
    passed: Callable[..., Any],  # noqa: F811
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> int:
    case = apply()
    payee = casework.PayTo("陈勇", NUMBERS["陈勇"], "大方县农村信用合作联社", "6221000000000000017", "parent")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    casework.set_payee(case_id=case, payee=payee, by=office.township, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    return case


def test_an_approved_case_is_paid_and_can_then_not_be_taken_back(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    money(360_000)
    given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    batch = payments.freeze_batch(batch_id=payments.build_batch(**given, **act).pk, **act)
    row = PaymentRow.objects.get(batch=batch)
    assert (row.state, row.case_id, row.registered_scope is not None) == ("frozen", approved_case, True)
    assert casework.awards_ready(scope=Scope.everything()) == []
    assert payments.spent([row.award_id]) == {row.award_id}
    reopening = {"case_id": approved_case, "by": office.county_two, "at": frozen_clock}
    with pytest.raises(Conflict, match=r"casework\.paid"):
        casework.reopen(words="误批", **reopening)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    content = payments.bank_file(batch_id=batch.pk, **act).content.decode("gbk")
    assert "陈勇" in content and "6221000000000000017" in content
    batch = Batch.objects.get(pk=batch.pk)
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: ""}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert sound() == []
    day = dt.date(2026, 6, 30)
    ((number, _scope),) = sampled.paid_in(Scope.everything(), day, day)
    told = sampled.described([number])[number]
    assert dict(told.facts)["amount_fen"] == "360000" and "陈" not in repr(told)
    assert sampled.paid_in(Scope.nothing(), day, day) == []
    with pytest.raises(Conflict, match="nothing_ready"):
        payments.build_batch(**given, **act)


def test_the_page_of_a_case_tells_what_the_bank_did(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    office: Any,  # noqa: F811
) -> None:
    client = Client()
    client.force_login(office.township)
    before = client.get(f"/cases/{approved_case}").context
    assert before["page"].next and before["paid"] == []
    money(360_000)
    given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    batch = payments.freeze_batch(batch_id=payments.build_batch(**given, **act).pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    payments.bank_file(batch_id=batch.pk, **act)
    batch.refresh_from_db()
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: "户名不符"}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    (line,) = client.get(f"/cases/{approved_case}").context["paid"]
    assert line.amount == "3,600元" and line.note.startswith("户名不符 · ")
    case = casework.view(approved_case, by=office.township, at=act["at"]).case
    assert [one.row.state for one in payments.rows_of_case(case.pk, case.person_id)] == ["returned"]
    assert payments.rows_of_case(case.pk, case.person_id + 1) == []


def test_a_case_that_ends_before_is_not_paid(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    money(360_000)
    given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    batch = payments.build_batch(**given, **act)
    casework.end(case_id=approved_case, ending="own_wish", by=office.county_two, at=frozen_clock)
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    assert (batch.state, payments.left_out(batch)) == ("dropped", {"not_standing": 1})
    assert sound() == []


def test_what_came_back_of_a_case_that_ended_is_not_paid_again(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    """It was on its way when the case ended, so its award stands; the bank sends it back all the same."""
    money(360_000)
    given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    batch = payments.freeze_batch(batch_id=payments.build_batch(**given, **act).pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    payments.bank_file(batch_id=batch.pk, **act)
    casework.end(case_id=approved_case, ending="own_wish", by=office.county_two, at=frozen_clock)
    batch = Batch.objects.get(pk=batch.pk)
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: "未激活"}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    with pytest.raises(Conflict, match="nothing_ready"):
        payments.build_batch(**given, **act, attempt="again")
    assert payments.waiting_counts(act["by"], frozen_clock.date())["came_back"] == 0
    assert sound() == []


def _another(case: int, by: Any, at: dt.datetime, account: str = "6221000000000099999") -> Any:
    payee = casework.PayTo("陈勇", NUMBERS["陈勇"], "大方县农村信用合作联社", account, "parent")
    return casework.set_payee(case_id=case, payee=payee, by=by, at=at)


GIVEN = {"programme": PROGRAMME, "template": "rural_credit"}


def test_a_change_that_waits_keeps_the_case_out_of_batches(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    money(360_000)
    batch = payments.build_batch(fund_id=fund.pk, **GIVEN, **act)  # built before the change was asked for
    assert payments.to_pay(act["by"], frozen_clock.date()) == []
    change = _another(approved_case, office.village, frozen_clock)
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    assert (batch.state, payments.left_out(batch)) == ("dropped", {"payee_waits": 1})
    with pytest.raises(Conflict, match="nothing_ready"):
        payments.build_batch(fund_id=fund.pk, **GIVEN, **act)
    (line,) = payments.to_pay(act["by"], frozen_clock.date())
    assert (line.waits.ready, line.waits.waits, [one.pk for one, _free in line.funds]) == (0, 1, [fund.pk])
    casework.confirm_payee(case_id=approved_case, change_id=change.pk, by=office.township, at=frozen_clock)
    (line,) = payments.to_pay(act["by"], frozen_clock.date())
    assert (line.waits.ready, line.waits.fen, line.funds) == (1, 360_000, ((fund, 360_000),))
    batch = payments.freeze_batch(batch_id=payments.build_batch(fund_id=fund.pk, **GIVEN, **act).pk, **act)
    (row,) = PaymentRow.objects.filter(batch=batch)
    assert row.state == "frozen" and sound() == []
    payments.drop(batch_id=batch.pk, **act)
    assert [one.waits.ready for one in payments.to_pay(act["by"], frozen_clock.date())] == [1]


def test_the_reviewer_sees_what_changed_before_and_after_the_freezing(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    money(360_000)
    later = frozen_clock + dt.timedelta(hours=1)
    change = _another(approved_case, office.village, later)
    casework.confirm_payee(case_id=approved_case, change_id=change.pk, by=office.township, at=later)
    act, check = act | {"at": later}, check | {"at": later}
    batch = payments.freeze_batch(batch_id=payments.build_batch(fund_id=fund.pk, **GIVEN, **act).pk, **act)
    view = payments.batch_view(batch.pk, check["by"], later)
    assert (view.changed, view.overtaken) == (1, 0)
    (row,) = payments.row_list(batch, "changed")
    assert row.changed == "approval"
    reviewer, village = Client(), Client()
    reviewer.force_login(check["by"])
    village.force_login(office.village)
    page = reviewer.get(f"/payments/{batch.pk}?show=changed")
    assert page.context["rows"][0].marks and page.context["page"].changed == 1
    change = _another(approved_case, office.village, later, "6221000000000055555")
    view = payments.batch_view(batch.pk, check["by"], later)
    assert (view.changed, view.overtaken) == (1, 1)
    page = reviewer.get(f"/payments/{batch.pk}?show=changed")
    assert len(page.context["rows"][0].marks) == 2
    assert batch.name in village.get(f"/cases/{approved_case}").context["in_batch"]
    after = later + dt.timedelta(hours=1)
    casework.confirm_payee(case_id=approved_case, change_id=change.pk, by=office.township, at=after)
    assert payments.batch_view(batch.pk, check["by"], after).overtaken == 1
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    content = payments.bank_file(batch_id=batch.pk, **act).content.decode("gbk")
    assert "6221000000000099999" in content and "55555" not in content
    assert batch.name in village.get(f"/cases/{approved_case}").context["in_batch"]


def test_what_is_corrected_after_it_came_back_is_marked(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    money(720_000)
    batch = payments.freeze_batch(batch_id=payments.build_batch(fund_id=fund.pk, **GIVEN, **act).pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    payments.bank_file(batch_id=batch.pk, **act)
    batch.refresh_from_db()
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: "户名不符"}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert payments.to_pay(act["by"], frozen_clock.date()) == []  # it came back: another list
    later = frozen_clock + dt.timedelta(hours=1)
    change = _another(approved_case, office.village, later)
    casework.confirm_payee(case_id=approved_case, change_id=change.pk, by=office.township, at=later)
    again = payments.build_batch(fund_id=fund.pk, attempt="again", **GIVEN, **act)
    again = payments.freeze_batch(batch_id=again.pk, **act)
    (row,) = PaymentRow.objects.filter(batch=again)
    assert (row.state, row.changed, row.issue_no) == ("frozen", "both", 2)
    assert sound() == []


def test_one_batch_a_programme_is_put_together_and_the_next_need_not_wait_for_the_bank(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    apply: Callable[..., int],  # noqa: F811
    passed: Callable[..., Any],  # noqa: F811
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    """Two batches of one fund can be under way: one being put together, others frozen or with the bank."""
    money(1_000_000)
    first = payments.build_batch(fund_id=fund.pk, **GIVEN, **act)
    case = apply("陈小苗", year=2025)
    casework.set_payee(
        case_id=case,
        payee=casework.PayTo("陈勇", NUMBERS["陈勇"], "县农商银行", "6217000012345678", "parent"),
        by=office.village,
        at=frozen_clock,
    )
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    assert payments.build_batch(fund_id=fund.pk, **GIVEN, **act).pk == first.pk
    first = payments.freeze_batch(batch_id=first.pk, **act)
    second = payments.build_batch(fund_id=fund.pk, **GIVEN, **act)
    assert second.pk != first.pk and (first.state, second.state) == ("frozen", "draft")
    assert payments.build_batch(fund_id=fund.pk, **GIVEN, **act).pk == second.pk
    numbers = PaymentRow.objects.values_list("award_id", flat=True)
    assert len(numbers) == len(set(numbers)) == 2
    client = Client(headers={"accept-language": "en"})
    client.force_login(act["by"])
    page = client.get(f"/payments/new?fund={fund.pk}&programme={PROGRAMME}")
    assert "one batch at a time is put together" in page.content.decode()
    assert page.context["form"]["programme"].value() == PROGRAMME


def test_what_waits_to_be_paid_takes_no_more_queries_for_more(
    county: Any,
    fund: Any,
    act: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    """The card on finance's home page, its page, and the way to a batch with the choice made."""
    client = Client()
    client.force_login(act["by"])

    def asked(path: str) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        assert answer.status_code == 200
        return len(queries), answer

    given = {"area": county.village, "by": office.county, "at": frozen_clock}
    approved_awards(3, **given)
    asked("/"), asked("/payments/to-pay")
    few = [asked(path)[0] for path in ("/", "/payments/to-pay")]
    approved_awards(40, first=100, **given)
    casework_models.Award.objects.update(has_payee=True)
    (home_queries, home), (page_queries, page) = asked("/"), asked("/payments/to-pay")
    assert [home_queries, page_queries] == few
    (card,) = [one for one in home.context["home"].cards if one.key == "payments-to-pay"]
    assert (card.figure, card.url) == ("43", "/payments/to-pay")
    (line,) = page.context["lines"]
    assert (line.ready, line.fen, line.no_payee) == (43, 43 * 360_000, 0)
    ((url, _fund, free),) = line.builds
    assert free == 0 and client.get(url).context["form"]["fund_id"].value() == str(fund.pk)
    village = Client()
    village.force_login(office.village)
    assert village.get("/payments/to-pay").status_code == 403


def _home(account: Any) -> int:
    """What the home of an account counts of payments that came back, compared with the list behind it."""
    client = Client()
    client.force_login(account)
    (card,) = [one for one in client.get("/").context["home"].cards if one.key == "cases-came-back"]
    if card.url:
        assert len(client.get(card.url).context["rows"]) == int(card.figure)
    return int(card.figure)


def test_what_the_bank_sent_back_is_on_the_homes_of_whoever_can_mend_the_account(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> None:
    """The family's account is mended at the village or the township, then it is paid again, once."""
    money(360_000)
    given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}

    def to_bank(**more: Any) -> Batch:
        batch = payments.freeze_batch(batch_id=payments.build_batch(**given, **act, **more).pk, **act)
        payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
        payments.bank_file(batch_id=batch.pk, **act)
        return Batch.objects.get(pk=batch.pk)

    def answers(batch: Batch, reason: str, at: dt.datetime) -> None:
        given = act | {"at": at}
        file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: reason}), **given)
        payments.record_answer(file_id=file.pk, came_back=False, **given)

    batch = to_bank()
    assert (_home(office.village), _home(office.township)) == (0, 0)
    answers(batch, "账号不存在", frozen_clock)
    assert (_home(office.village), _home(office.township)) == (1, 1)
    page = Client()
    page.force_login(office.village)
    assert page.get(f"/cases/{approved_case}").context["came_back"]
    later = frozen_clock + dt.timedelta(hours=1)
    change = _another(approved_case, office.village, later)
    assert (_home(office.village), _home(office.township)) == (0, 0)  # it waits for a second person
    confirmed = {"case_id": approved_case, "change_id": change.pk, "by": office.township_two, "at": later}
    casework.confirm_payee(**confirmed)
    assert (_home(office.village), _home(office.township)) == (0, 0)
    assert payments.waiting_counts(act["by"], frozen_clock.date())["came_back"] == 1  # finance pays again
    again = to_bank(attempt="again")
    assert page.get(f"/cases/{approved_case}").context["came_back"] == ""
    answers(again, "账户已销户", later + dt.timedelta(hours=1))
    assert (_home(office.village), _home(office.township)) == (1, 1)
    assert sound() == []


def test_what_came_back_for_another_reason_waits_for_finance_alone(
    approved_case: int,
    fund: Any,
    money: Callable[..., Any],
    act: dict[str, Any],
    check: dict[str, Any],
    office: Any,  # noqa: F811
) -> None:
    money(360_000)
    given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    batch = payments.freeze_batch(batch_id=payments.build_batch(**given, **act).pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    payments.bank_file(batch_id=batch.pk, **act)
    batch = Batch.objects.get(pk=batch.pk)
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: "未激活"}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert (_home(office.village), _home(office.township)) == (0, 0)
