"""What was paid too much comes back by a plan, by two people, and never twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import posting
from tongchou.apps.payments.models import Batch, Instalment, Overpayment, Waiver
from tongchou.apps.payments.tests.conftest import sound
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain import ledger
from tongchou.domain.ledger import Account

pytestmark = pytest.mark.django_db
PLAN = [(dt.date(2026, 7, 31), 60_000), (dt.date(2026, 8, 31), 40_000)]


def held(fund: Any, account: Account) -> int:
    return ledger.total(posting.balances(fund), account)


@pytest.fixture
def paid(issued: Callable[..., Batch], answered: Callable[..., Any]) -> Batch:
    batch = issued()
    answered(batch, dict.fromkeys(range(1, 6), ""))
    return batch


@pytest.fixture
def ask(paid: Batch, act: dict[str, Any]) -> Callable[..., Overpayment]:
    def make(**more: Any) -> Overpayment:
        given: dict[str, Any] = {
            "batch_id": paid.pk, "row_no": 2, "fen": 100_000, "reason": "wrong_amount", "words": "多算",
            "plan": PLAN,
        }  # fmt: skip
        return payments.ask_overpayment(**given | act | more)

    return make


def test_until_a_second_person_decides_nothing_changes(
    ask: Callable[..., Overpayment], act: dict[str, Any], check: dict[str, Any], fund: Any, audited: Any
) -> None:
    with audited():
        one = ask()
    assert ask(fen=5) == one and (one.state, held(fund, Account.OVERPAID)) == ("waiting", 0)
    assert "多算" not in one.sealed
    with pytest.raises(NotAllowed, match="needs_two"):
        payments.decide_overpayment(number=one.pk, approve=True, **act)
    with pytest.raises(Conflict, match="not_running"):
        payments.record_recovery(number=one.pk, fen=1, received_on=dt.date(2026, 6, 30), voucher="1", **act)
    with audited():
        payments.decide_overpayment(number=one.pk, approve=True, **check)
    payments.decide_overpayment(number=one.pk, approve=True, **check)
    with pytest.raises(Conflict, match="decided"):
        payments.decide_overpayment(number=one.pk, approve=False, **check)
    assert (held(fund, Account.OVERPAID), held(fund, Account.PAID)) == (100_000, 5 * 360_000 - 100_000)
    assert sound() == []


def test_a_refused_one_may_be_asked_for_anew(
    ask: Callable[..., Overpayment], check: dict[str, Any], fund: Any
) -> None:
    one = ask()
    payments.decide_overpayment(number=one.pk, approve=False, **check)
    assert held(fund, Account.OVERPAID) == 0 and ask() != one


def test_what_comes_back_settles_it_and_no_more(
    ask: Callable[..., Overpayment], act: dict[str, Any], check: dict[str, Any], fund: Any
) -> None:
    one = payments.decide_overpayment(number=ask().pk, approve=True, **check)
    free = held(fund, Account.FREE)
    given = {"number": one.pk, "received_on": dt.date(2026, 6, 30)} | act
    first = payments.record_recovery(fen=60_000, voucher="1", **given)
    assert payments.record_recovery(fen=60_000, voucher="1", **given) == first
    with pytest.raises(Conflict, match="too_much"):
        payments.record_recovery(fen=40_001, voucher="2", **given)
    payments.take_back_recovery(entry_id=first.pk, reason="mistyped", **act)
    payments.take_back_recovery(entry_id=first.pk, reason="mistyped", **act)
    payments.record_recovery(fen=60_000, voucher="1", **given)
    payments.record_recovery(fen=40_000, voucher="2", **given)
    one.refresh_from_db()
    assert (one.state, one.recovered_fen, held(fund, Account.FREE)) == ("settled", 100_000, free + 100_000)
    assert payments.record_recovery(fen=40_000, voucher="2", **given).overpayment == one
    with pytest.raises(Conflict, match="not_running"):
        payments.record_recovery(fen=1, voucher="3", **given)
    with pytest.raises(Conflict, match="not_reversible"):
        payments.take_back(entry_id=first.pk, reason="mistyped", **act)
    assert sound() == []


def test_a_part_is_waived_by_two_people(
    ask: Callable[..., Overpayment], act: dict[str, Any], check: dict[str, Any], fund: Any
) -> None:
    one = payments.decide_overpayment(number=ask().pk, approve=True, **check)
    with pytest.raises(NotFound):
        payments.decide_waiver(number=one.pk, approve=True, **check)
    waiver = payments.ask_waiver(number=one.pk, fen=30_000, words="工作失误", **act)
    assert payments.ask_waiver(number=one.pk, fen=1, words="x", **act) == waiver
    with pytest.raises(NotAllowed, match="needs_two"):
        payments.decide_waiver(number=one.pk, approve=True, **act)
    payments.decide_waiver(number=one.pk, approve=True, **check)
    payments.decide_waiver(number=one.pk, approve=True, **check)
    one.refresh_from_db()
    assert (payments.open_of(one), held(fund, Account.WAIVED)) == (70_000, 30_000)
    payments.ask_waiver(number=one.pk, fen=70_000, words="困难", **act)
    payments.record_recovery(number=one.pk, fen=10_000, received_on=dt.date(2026, 6, 30), voucher="1", **act)
    with pytest.raises(Conflict, match="too_much"):
        payments.decide_waiver(number=one.pk, approve=True, **check)
    payments.decide_waiver(number=one.pk, approve=False, **check)
    payments.ask_waiver(number=one.pk, fen=60_000, words="困难", **act)
    payments.decide_waiver(number=one.pk, approve=True, **check)
    one.refresh_from_db()
    assert (one.state, one.waived_fen) == ("settled", 90_000)
    assert sound() == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"fen": 360_001, "plan": [(dt.date(2026, 7, 31), 360_001)]}, "fen"),
        ({"fen": 0}, "fen"),
        ({"reason": "had_a_child"}, "reason"),
        ({"words": "多" * 201}, "words"),
        ({"plan": []}, "plan"),
        ({"plan": [PLAN[0]]}, "plan"),
        ({"plan": PLAN[::-1]}, "plan"),
        ({"plan": [(dt.date(2026, 6, 29), 100_000)]}, "plan"),
    ],
)
def test_what_is_not_complete_is_said(
    more: dict[str, Any], field: str, ask: Callable[..., Overpayment]
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(**more)
    assert field in refused.value.data["problems"]
    assert not Overpayment.objects.exists()


def test_only_what_was_paid_can_have_been_too_much(ask: Callable[..., Overpayment]) -> None:
    with pytest.raises(Conflict, match="not_paid"):
        ask(row_no=6)
    with pytest.raises(NotFound):
        ask(row_no=60)


def test_a_row_that_is_being_recovered_does_not_come_back_from_the_bank(
    ask: Callable[..., Overpayment], paid: Batch, answered: Callable[..., Any], check: dict[str, Any]
) -> None:
    payments.decide_overpayment(number=ask().pk, approve=True, **check)
    file = answered(paid, {2: "已销户", 3: "已销户"}, came_back=True)
    assert file.left == 0 or file.left == 1
    file.refresh_from_db()
    assert file.left == 1
    assert sound() == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"recovered_fen": 100_001}, "twice"),
        ({"recovered_fen": -1}, "twice"),
        ({"state": "settled"}, "settled"),
        ({"reason": "mood"}, "reason_known"),
        ({"decided_by": None}, "two_people"),
    ],
)
def test_the_database_refuses(
    changes: dict[str, Any], name: str, ask: Callable[..., Overpayment], check: dict[str, Any], clerk: Any
) -> None:
    one = payments.decide_overpayment(number=ask().pk, approve=True, **check)
    for values in (changes, {"decided_by": clerk}):
        with pytest.raises(IntegrityError, match=rf"{name}|two_people|CHECK"), transaction.atomic():
            Overpayment.objects.filter(pk=one.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        one.pk = None
        one.save(force_insert=True)


def test_the_database_refuses_parts_and_waivers_of_nothing(
    ask: Callable[..., Overpayment], act: dict[str, Any], clerk: Any
) -> None:
    one = ask()
    for row in (
        Instalment(overpayment=one, no=3, due_on=dt.date(2026, 9, 1), fen=0),
        Instalment(overpayment=one, no=1, due_on=dt.date(2026, 9, 1), fen=1),
        Waiver(overpayment=one, fen=0, sealed="x", asked_by=clerk, asked_at=act["at"]),
        Waiver(
            overpayment=one, fen=1, sealed="x", asked_by=clerk, asked_at=act["at"], state="approved",
            decided_by=clerk,
        ),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
