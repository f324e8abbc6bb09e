"""Two officers at the same moment: one effect. On PostgreSQL both are really there at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tongchou.apps.payments import api as payments
from tongchou.apps.payments.models import Batch, Entry, PaymentRow, RowOutcome
from tongchou.apps.payments.tests.conftest import PROGRAMME, answer, sound
from tongchou.core.errors import AppError
from tongchou.core.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def real_threads() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one connection in memory: writers of a file queue, which test_killed goes through")


def test_two_officers_build_one_batch(
    fund: Any, casework: Any, act: dict[str, Any], check: dict[str, Any]
) -> None:
    given = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    found = at_once(
        *[lambda who=who: payments.build_batch(**given, **who) for who in (act, check, act, check)]
    )
    batches = {one.pk for one in found if isinstance(one, Batch)}
    assert len(batches) == 1 and Batch.objects.count() == 1 and PaymentRow.objects.count() == 6
    assert sound() == []


def test_the_last_money_is_spent_once(
    county: Any, casework: Any, act: dict[str, Any], money: Callable[..., Any], fund: Any
) -> None:
    """Two batches of one fund want the money that is enough for one."""
    payments.open_fund(
        area_id=county.county.pk, year=2026, line="childcare", title="x",
        programmes=[PROGRAMME, "elderly_reward"], **act,
    )  # fmt: skip
    for number in range(11, 17):
        casework.add(number, kind="elderly_reward")
    money(6 * 360_000)
    batches = [
        payments.build_batch(fund_id=fund.pk, programme=code, template="rural_credit", **act)
        for code in (PROGRAMME, "elderly_reward")
    ]
    found = at_once(*[lambda pk=one.pk: payments.freeze_batch(batch_id=pk, **act) for one in batches])
    refused = [one for one in found if isinstance(one, AppError)]
    assert [one.code for one in refused] == ["funds.short"]
    assert sound() == []


def test_one_review_counts(
    build: Callable[..., Batch], money: Callable[..., Any], act: dict[str, Any], check: dict[str, Any]
) -> None:
    money(6 * 360_000)
    batch = payments.freeze_batch(batch_id=build().pk, **act)
    seen = payments.seen_of(batch)
    at_once(
        lambda: payments.approve(batch_id=batch.pk, seen=seen, **check),
        lambda: payments.send_back(batch_id=batch.pk, refusal="later", **check),
        lambda: payments.drop(batch_id=batch.pk, **act),
        lambda: payments.take_out(batch_id=batch.pk, row_no=1, why="died", **act),
    )
    batch.refresh_from_db()
    assert batch.state in {"approved", "refused", "dropped"}
    assert sound() == []


def test_the_bank_has_the_money_once(
    approved: Callable[..., Batch], act: dict[str, Any], check: dict[str, Any]
) -> None:
    batch = approved()
    found = at_once(
        *[lambda who=who: payments.bank_file(batch_id=batch.pk, **who) for who in (act, check) * 2]
    )
    assert len({one.sha256 for one in found}) == 1 and sum(one.new for one in found) == 1
    assert Entry.objects.filter(kind="issue").count() == 1
    assert sound() == []


def test_an_answer_is_recorded_once(
    issued: Callable[..., Batch], act: dict[str, Any], check: dict[str, Any]
) -> None:
    batch = issued()
    content = answer(batch, dict.fromkeys(range(1, 7), "") | {4: "限额"})
    other = answer(batch, {1: "户名不符", 4: ""})

    def take(text: bytes, who: dict[str, Any]) -> Any:
        file = payments.stage_answer(batch_id=batch.pk, content=text, **who)
        return payments.record_answer(file_id=file.pk, came_back=False, **who)

    at_once(
        *[lambda text=text, who=who: take(text, who) for text in (content, other) for who in (act, check)]
    )
    batch.refresh_from_db()
    assert batch.state == "settled" and RowOutcome.objects.count() == 6
    assert sound() == []


def test_a_voucher_and_a_document_count_once(fund: Any, act: dict[str, Any], check: dict[str, Any]) -> None:
    given = {
        "fund_id": fund.pk, "source": "county", "fen": 100, "document": "文", "due_on": dt.date(2026, 3, 31),
        "appropriated_on": dt.date(2026, 3, 2),
    }  # fmt: skip
    found = at_once(*[lambda who=who: payments.appropriate(**given, **who) for who in (act, check)])
    assert len({one.pk for one in found}) == 1
    arrived = {"appropriation_id": found[0].pk, "fen": 100, "arrived_on": dt.date(2026, 3, 3), "voucher": "1"}
    found = at_once(*[lambda who=who: payments.record_arrival(**arrived, **who) for who in (act, check)])
    assert len({one.pk for one in found}) == 1 and Entry.objects.count() == 2
    assert sound() == []


def test_one_form_pressed_twice_is_one_and_of_two_forms_one_is_asked_about(
    fund: Any, act: dict[str, Any], check: dict[str, Any]
) -> None:
    given = payments.appropriate(
        fund_id=fund.pk, source="county", fen=100, document="文", due_on=dt.date(2026, 3, 31),
        appropriated_on=dt.date(2026, 3, 2), **act,
    )  # fmt: skip
    came = {"appropriation_id": given.pk, "fen": 40, "arrived_on": dt.date(2026, 3, 3), "voucher": "1"}
    found = at_once(
        *[lambda mark=mark, who=who: payments.record_arrival(mark=mark, **came, **who)
          for mark, who in (("a", act), ("a", act), ("b", check), ("b", check))]
    )  # fmt: skip
    refused = [one for one in found if isinstance(one, AppError)]
    assert [one.code for one in refused] == ["funds.number_known"] * 2
    assert Entry.objects.filter(kind="arrival").count() == 1 and sound() == []


def test_a_month_is_closed_or_takes_the_entry(
    fund: Any, money: Callable[..., Any], act: dict[str, Any], check: dict[str, Any]
) -> None:
    appropriation = money(100)
    payments.appropriate(
        fund_id=fund.pk, source="central", fen=100, document="另", due_on=dt.date(2026, 5, 31),
        appropriated_on=dt.date(2026, 3, 2), **act,
    )  # fmt: skip
    payments.close_month(fund_id=fund.pk, month=dt.date(2026, 3, 1), **act)
    second = type(appropriation).objects.get(source="central")
    at_once(
        lambda: payments.close_month(fund_id=fund.pk, month=dt.date(2026, 4, 1), **act),
        lambda: payments.record_arrival(
            appropriation_id=second.pk, fen=50, arrived_on=dt.date(2026, 4, 9), voucher="x", **check
        ),
    )
    assert Entry.objects.filter(kind="arrival").count() == 2
    assert sound() == []
