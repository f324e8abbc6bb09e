"""A real case from its application to the family's account, and what casework asks of payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.tests.conftest import (  # noqa: F401 - fixtures
    apply,
    family,
    office,
    passed,
)
from tongchou.apps.payments import api as payments
from tongchou.apps.payments import sampled
from tongchou.apps.payments.models import Batch, PaymentRow
from tongchou.apps.payments.tests.conftest import PROGRAMME, answer, sound
from tongchou.core.errors import Conflict
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved_case(
    apply: Callable[..., int],  # noqa: F811
    passed: Callable[..., Any],  # noqa: F811
    office: Any,  # noqa: F811
    frozen_clock: dt.datetime,
) -> int:
    case = apply()
    payee = casework.PayTo(
        "陈勇", "520599196503071125", "大方县农村信用合作联社", "6221000000000000017", "parent"
    )
    casework.accept(case_id=case, by=office.township, at=frozen_clock)
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
    (award,) = casework.awards_ready(scope=Scope.everything())
    assert award.award_id == row.award_id and payments.spent([award.award_id]) == {award.award_id}
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
