"""The bank's answer: read by cell, recorded once, and what follows when rows come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import posting, reconciling
from tongchou.apps.payments.models import AnswerFile, Batch, Entry, PaymentRow, RowOutcome
from tongchou.apps.payments.tests.conftest import Awards, answer, sound, states
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.domain import ledger
from tongchou.domain.ledger import Account

pytestmark = pytest.mark.django_db
PAID = dict.fromkeys(range(1, 7), "")


def held(fund: Any, account: Account) -> int:
    return ledger.total(posting.balances(fund), account)


def figures(batch: Batch) -> tuple[int, int, int, int]:
    batch.refresh_from_db()
    return batch.issued_fen, batch.paid_fen, batch.returned_fen, batch.outstanding_fen


def test_reading_records_nothing(
    issued: Callable[..., Batch], fund: Any, act: dict[str, Any], audited: Any
) -> None:
    batch = issued()
    with audited():
        file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, PAID | {2: "户名不符"}), **act)
    assert (file.state, file.rows, file.errors) == ("staged", 6, 0)
    assert (file.paid_rows, file.paid_fen) == (5, 5 * 360_000)
    assert (file.returned_rows, file.returned_fen, file.not_named) == (1, 360_000, 0)
    assert figures(batch) == (6 * 360_000, 0, 0, 6 * 360_000)
    assert held(fund, Account.WITH_BANK) == 6 * 360_000
    assert not RowOutcome.objects.exists()


def test_the_same_file_twice_is_one(issued: Callable[..., Batch], act: dict[str, Any], audited: Any) -> None:
    batch = issued()
    content = answer(batch, PAID)
    file = payments.stage_answer(batch_id=batch.pk, content=content, **act)
    assert payments.stage_answer(batch_id=batch.pk, content=content, **act) == file
    with audited():
        payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert payments.record_answer(file_id=file.pk, came_back=False, **act).state == "recorded"
    assert payments.stage_answer(batch_id=batch.pk, content=content, **act) == file
    assert (RowOutcome.objects.count(), Entry.objects.filter(kind="payment").count()) == (6, 1)
    assert figures(batch) == (6 * 360_000, 6 * 360_000, 0, 0) and batch.state == "settled"
    assert sound() == []


def test_every_wrong_cell_is_named_and_the_rest_can_be_recorded(
    issued: Callable[..., Batch], act: dict[str, Any], answered: Callable[..., Any]
) -> None:
    batch = issued()
    lines = answer(batch, PAID).decode("gbk").split("\r\n")
    lines[1] = lines[1].replace("3600.00", "3600.01").replace("2026-06-30", "2026-07-30")
    lines[2] = lines[2].replace("6221000000000000002", "6221000000000000022")
    lines[3] = lines[3].replace("成功", "处理中")
    lines += [lines[4], lines[4].replace("4,", "40,", 1)]
    file = payments.stage_answer(batch_id=batch.pk, content="\r\n".join(lines).encode("gbk"), **act)
    named = {(one.cell, one.code) for one in file.problems.all()}
    assert named == {
        ("D2", "amount_above"), ("G2", "day_in_future"), ("C3", "other_account"), ("E4", "status_unknown"),
        ("A5", "row_repeated"), ("A8", "row_repeated"), ("A9", "row_unknown"),
    }  # fmt: skip
    assert (file.errors, file.paid_rows, file.not_named) == (7, 2, 4)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert states(batch) == {1: "issued", 2: "issued", 3: "issued", 4: "issued", 5: "paid", 6: "paid"}
    assert figures(batch) == (6 * 360_000, 2 * 360_000, 0, 4 * 360_000) and batch.state == "issued"
    answered(batch, {1: "", 2: "", 3: "", 4: "已销户"})
    assert figures(batch) == (6 * 360_000, 5 * 360_000, 360_000, 0) and batch.state == "settled"
    assert sound() == []


def test_a_file_that_fits_nothing_is_not_recorded(issued: Callable[..., Batch], act: dict[str, Any]) -> None:
    batch = issued()
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, PAID, yuan="1.00"), **act)
    assert {one.code for one in file.problems.all()} == {"amount_below"}
    with pytest.raises(Conflict, match="nothing_to_record"):
        payments.record_answer(file_id=file.pk, came_back=False, **act)
    payments.discard_answer(file_id=file.pk, **act)
    payments.discard_answer(file_id=file.pk, **act)
    with pytest.raises(Conflict, match="discarded"):
        payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert not file.problems.exists() and figures(batch)[1] == 0


def test_a_file_of_another_batch_is_refused_whole(
    issued: Callable[..., Batch], casework: Awards, act: dict[str, Any]
) -> None:
    first = issued(template="core_batch")
    for number in range(7, 9):
        casework.add(number)
    second = issued(template="core_batch")
    rows = [f"{no}|{account}|{name}|360000|00||20260630" for no, account, name in (
        (1, "6221000000000000001", "赵大水"), (2, "6221000000000000002", "赵大云"))]  # fmt: skip
    content = "\n".join([f"{first.name}|2|720000", *rows]).encode("gbk")
    file = payments.stage_answer(batch_id=second.pk, content=content, **act)
    assert file.other_batch and ("A1", "other_batch") in {(p.cell, p.code) for p in file.problems.all()}
    with pytest.raises(Conflict, match="other_batch"):
        payments.record_answer(file_id=file.pk, came_back=False, **act)
    mine = payments.stage_answer(batch_id=first.pk, content=content, **act)
    payments.record_answer(file_id=mine.pk, came_back=False, **act)
    assert states(first)[1] == states(first)[2] == "paid" and states(second) == {1: "issued", 2: "issued"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty_sheet"), (b"%PDF-1.4 \x00", "no_header"), ("姓名,年龄\n赵,3".encode(), "no_header"),
     ("序号,姓名,账号,金额\n1,赵,6,1".encode(), "missing_columns"), (b"PK\x03\x04broken", "damaged")],
)  # fmt: skip
def test_what_is_no_return_file_is_refused_with_what_to_do(
    content: bytes, reason: str, issued: Callable[..., Batch], act: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        payments.stage_answer(batch_id=issued().pk, content=content, **act)
    assert refused.value.data["reason"] == reason and refused.value.data["fix"]
    assert not AnswerFile.objects.exists()


def test_nothing_is_read_before_the_bank_has_the_batch(
    approved: Callable[..., Batch], act: dict[str, Any]
) -> None:
    with pytest.raises(Conflict, match="not_issued"):
        payments.stage_answer(batch_id=approved().pk, content=b"x", **act)


def test_what_came_back_is_paid_again_once(
    issued: Callable[..., Batch], build: Any, casework: Awards, act: dict[str, Any], check: dict[str, Any],
    answered: Callable[..., Any], fund: Any,
) -> None:  # fmt: skip
    batch = issued()
    answered(batch, PAID | {2: "户名不符", 3: "未激活"})
    assert held(fund, Account.FREE) == 5_000_000 - 4 * 360_000
    with pytest.raises(Conflict, match="nothing_ready"):
        build()  # a first payment takes none that came back
    again = payments.freeze_batch(batch_id=build(attempt="again").pk, **act)
    # The one whose name was wrong has not been corrected; the other may simply be tried again.
    assert states(again) == {1: "left_out", 2: "frozen"} and payments.left_out(again) == {"not_corrected": 1}
    payments.send_back(batch_id=again.pk, refusal="later", **check)
    casework.add(2, name="赵大云", account="6221000000000000222")
    again = payments.freeze_batch(batch_id=build(attempt="again").pk, **act)
    assert states(again) == {1: "frozen", 2: "frozen"}
    payments.approve(batch_id=again.pk, seen=payments.seen_of(again), **check)
    assert "6221000000000000222" in payments.bank_file(batch_id=again.pk, **act).content.decode("gbk")
    answered(Batch.objects.get(pk=again.pk), {1: "账号不存在", 2: ""})
    assert sound() == []
    # A third try needs a second person's word.
    with pytest.raises(Conflict, match="nothing_ready"):
        build(attempt="again")
    with pytest.raises(NotAllowed, match="needs_two"):
        payments.allow_more(batch_id=again.pk, row_no=1, words="家属更正", **act)
    with pytest.raises(Invalid):
        payments.allow_more(batch_id=again.pk, row_no=1, words=" ", **check)
    with pytest.raises(Conflict, match="usual_try"):
        payments.allow_more(batch_id=batch.pk, row_no=2, words="x", **check)
    with pytest.raises(Conflict, match="not_returned"):
        payments.allow_more(batch_id=again.pk, row_no=2, words="x", **check)
    payments.allow_more(batch_id=again.pk, row_no=1, words="家属更正", **check)
    payments.allow_more(batch_id=again.pk, row_no=1, words="家属更正", **check)
    casework.add(2, account="6221000000000002222")
    third = payments.freeze_batch(batch_id=build(attempt="again").pk, **act)
    row = PaymentRow.objects.get(batch=third)
    assert (row.issue_no, row.state, row.earlier.batch) == (3, "frozen", again)
    with pytest.raises(IntegrityError, match=r"third_try|CHECK"), transaction.atomic():
        PaymentRow.objects.filter(pk=row.pk).update(allowed=None)
    assert sound() == []


def test_an_award_that_no_longer_stands_is_not_paid_again(
    issued: Callable[..., Batch], build: Any, casework: Awards, answered: Callable[..., Any]
) -> None:
    answered(issued(), PAID | {2: "户名不符"})
    casework.void.add(2)
    with pytest.raises(Conflict, match="nothing_ready"):
        build(attempt="again")


def test_a_payment_that_comes_back_later_is_recorded_when_somebody_says_so(
    issued: Callable[..., Batch], answered: Callable[..., Any], fund: Any, build: Any
) -> None:
    batch = issued()
    answered(batch, PAID)
    with pytest.raises(Conflict, match="nothing_to_record"):
        answered(batch, {5: "已销户"})
    file = answered(batch, {5: "已销户"}, came_back=True)
    assert (file.came_back_rows, file.left, states(batch)[5]) == (1, 0, "returned")
    assert figures(batch) == (6 * 360_000, 5 * 360_000, 360_000, 0)
    assert held(fund, Account.PAID) == 5 * 360_000
    assert build(attempt="again").rows == 1
    assert sound() == []


def test_rows_settled_meanwhile_are_left(
    issued: Callable[..., Batch], answered: Callable[..., Any], act: dict[str, Any]
) -> None:
    batch = issued()
    waiting = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: "户名不符", 2: ""}), **act)
    answered(batch, {1: ""})
    file = payments.record_answer(file_id=waiting.pk, came_back=False, **act)
    assert (file.left, states(batch)[1], states(batch)[2]) == (1, "paid", "paid")
    assert sound() == []


def test_a_row_has_each_outcome_once(issued: Callable[..., Batch], answered: Callable[..., Any]) -> None:
    batch = issued()
    answered(batch, PAID)
    one = RowOutcome.objects.first()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)
    one.outcome, one.reason = "returned", ""
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_words_of_the_bank_are_sealed(issued: Callable[..., Batch], answered: Callable[..., Any]) -> None:
    batch = issued()
    answered(batch, {1: "柜面核实：赵某已故"})
    outcome = RowOutcome.objects.get()
    assert outcome.reason == "payee_died" and "赵某" not in outcome.sealed


def test_recording_in_steps_is_the_same(
    issued: Callable[..., Batch], act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.apps.payments import building, freezing

    for module in (building, freezing, reconciling):
        monkeypatch.setattr(module, "CHUNK", 2)
    batch = issued()
    assert (batch.rows, batch.state) == (6, "issued")
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, PAID | {4: "限额"}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    assert figures(batch) == (6 * 360_000, 5 * 360_000, 360_000, 0)
    assert [(e.kind, e.fen) for e in Entry.objects.filter(kind__in=["payment", "return"]).order_by("no")] == [
        ("payment", 720_000), ("payment", 360_000), ("return", 360_000), ("payment", 720_000),
    ]  # fmt: skip
    assert sound() == []


def test_a_month_may_be_closed_between_issue_and_answer(
    issued: Callable[..., Batch], act: dict[str, Any], fund: Any, answered: Callable[..., Any]
) -> None:
    from tongchou.core import clock

    batch = issued()
    later = act["at"] + dt.timedelta(days=10)
    with clock.frozen(later):
        given = {"by": act["by"], "at": later}
        for month in (3, 4, 6):
            payments.close_month(fund_id=fund.pk, month=dt.date(2026, month, 1), **given)
        content = answer(batch, PAID, day="2026-07-02")
        file = payments.stage_answer(batch_id=batch.pk, content=content, **given)
        payments.record_answer(file_id=file.pk, came_back=False, **given)
    assert Entry.objects.get(kind="payment").month == dt.date(2026, 7, 1)
    assert sound() == []
