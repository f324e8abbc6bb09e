"""From approved awards to the bank's file: once, by two people, with the money there before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from python_calamine import CalamineWorkbook

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import posting, sealing
from tongchou.apps.payments.models import Batch, Entry, FrozenRow, PaymentRow
from tongchou.apps.payments.tests.conftest import PROGRAMME, Awards, sound, states
from tongchou.apps.places import api as places
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain import ledger
from tongchou.domain.ledger import Account

pytestmark = pytest.mark.django_db


def held(fund: Any, account: Account) -> int:
    return ledger.total(posting.balances(fund), account)


def test_a_batch_takes_every_approved_award_in_once(build: Callable[..., Batch], audited: Any) -> None:
    with audited():
        batch = build()
    assert (batch.state, batch.rows, batch.fen) == ("draft", 6, 6 * 360_000)
    assert build() == batch and PaymentRow.objects.count() == 6
    assert batch.name.endswith("001") and batch.name.startswith("5205212026")
    assert sound() == []


def test_nothing_is_built_of_nothing(
    build: Callable[..., Batch], casework: Awards, act: dict[str, Any]
) -> None:
    casework.void |= set(casework.listed)
    with pytest.raises(Conflict, match="nothing_ready"):
        build()
    with pytest.raises(Conflict, match="nothing_ready"):
        build(attempt="again")
    with pytest.raises(Invalid, match="programme"):
        build(programme="elderly_reward")
    with pytest.raises(Invalid, match="template"):
        build(template="moon")
    assert not Batch.objects.exists()


def test_without_money_nothing_is_frozen(
    build: Callable[..., Batch], money: Callable[..., Any], act: dict[str, Any]
) -> None:
    money(6 * 360_000 - 1)
    batch = build()
    with pytest.raises(Conflict, match="short") as refused:
        payments.freeze_batch(batch_id=batch.pk, **act)
    assert refused.value.data["missing"] == 1 and "0.01" in str(refused.value.message)
    batch.refresh_from_db()
    assert batch.state == "draft" and not FrozenRow.objects.exists()
    money(1)
    assert payments.freeze_batch(batch_id=batch.pk, **act).state == "frozen"


def test_freezing_sets_the_money_aside_and_seals_the_payees(
    build: Callable[..., Batch], money: Callable[..., Any], fund: Any, act: dict[str, Any], audited: Any
) -> None:
    money(5_000_000)
    batch = build()
    with audited():
        batch = payments.freeze_batch(batch_id=batch.pk, **act)
    assert payments.freeze_batch(batch_id=batch.pk, **act) == batch
    assert (batch.state, held(fund, Account.COMMITTED)) == ("frozen", 6 * 360_000)
    assert held(fund, Account.FREE) == 5_000_000 - 6 * 360_000
    row = FrozenRow.objects.get(row__no=1)
    facts = sealing.unseal(row.sealed, row.pk)
    assert facts.account == "6221000000000000001" and facts.fen == 360_000
    assert facts.account not in row.sealed and sealing.is_marked(facts, row.mark)
    assert sound() == []


def test_rows_that_cannot_be_paid_are_left_out_with_the_reason(
    build: Callable[..., Batch], money: Callable[..., Any], fund: Any, casework: Awards, act: dict[str, Any]
) -> None:
    money(5_000_000)
    batch = build()
    casework.void.add(1)
    del casework.accounts[2]
    casework.add(3, account="6.22E+18")
    casework.add(4, name="𬱖大山")
    casework.add(5, fen=999)  # approved anew with another amount: not what was built
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    assert payments.left_out(batch) == {
        "not_standing": 2, "no_payee": 1, "account_odd": 1, "not_in_encoding": 1,
    }  # fmt: skip
    assert (batch.state, batch.rows, batch.fen) == ("frozen", 1, 360_000)
    assert held(fund, Account.COMMITTED) == 360_000
    assert sound() == []
    # Mended, they are taken in by the next batch.
    casework.void.clear()
    for number in range(2, 6):
        casework.add(number)
    again = build()
    assert again != batch and (again.rows, again.fen) == (5, 5 * 360_000)


def test_a_batch_of_which_nothing_is_left_ends(
    build: Callable[..., Batch], money: Callable[..., Any], fund: Any, casework: Awards, act: dict[str, Any]
) -> None:
    money(5_000_000)
    batch = build()
    casework.accounts.clear()
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    assert (batch.state, batch.rows, held(fund, Account.COMMITTED)) == ("dropped", 0, 0)
    assert sound() == []


def test_the_second_person_is_another_one(
    build: Callable[..., Batch], money: Callable[..., Any], act: dict[str, Any], check: dict[str, Any],
    audited: Any, second: Any,
) -> None:  # fmt: skip
    money(5_000_000)
    batch = build()
    with pytest.raises(Conflict, match="not_frozen"):
        payments.approve(batch_id=batch.pk, seen="x", **check)
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    seen = payments.seen_of(batch)
    for decide in (
        lambda: payments.approve(batch_id=batch.pk, seen=seen, **act),
        lambda: payments.send_back(batch_id=batch.pk, refusal="amounts", **act),
    ):
        with pytest.raises(NotAllowed, match="needs_two"):
            decide()
    with pytest.raises(Conflict, match="seen"):
        payments.approve(batch_id=batch.pk, seen="other", **check)
    with audited():
        payments.approve(batch_id=batch.pk, seen=seen, **check)
    assert payments.approve(batch_id=batch.pk, seen=seen, **check).state == "approved"
    with pytest.raises(Conflict, match="decided"):
        payments.send_back(batch_id=batch.pk, refusal="amounts", **check)
    for maker in ("built_by", "frozen_by"):
        with pytest.raises(IntegrityError, match=r"two_people|CHECK"), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(**{maker: second})


def test_sent_back_or_given_up_everything_is_free_again(
    build: Callable[..., Batch],
    money: Callable[..., Any],
    fund: Any,
    act: dict[str, Any],
    check: dict[str, Any],
) -> None:
    money(5_000_000)
    batch = payments.freeze_batch(batch_id=build().pk, **act)
    with pytest.raises(Invalid):
        payments.send_back(batch_id=batch.pk, refusal="mood", **check)
    payments.send_back(batch_id=batch.pk, refusal="payees", **check)
    assert payments.send_back(batch_id=batch.pk, refusal="payees", **check).state == "refused"
    assert (held(fund, Account.COMMITTED), held(fund, Account.FREE)) == (0, 5_000_000)
    assert set(states(batch).values()) == {"dropped"}
    second_batch = payments.freeze_batch(batch_id=build().pk, **act)
    payments.drop(batch_id=second_batch.pk, **act)
    assert payments.drop(batch_id=second_batch.pk, **act).state == "dropped"
    assert held(fund, Account.FREE) == 5_000_000
    third = build()
    payments.drop(batch_id=third.pk, **act)
    assert build().rows == 6
    assert sound() == []


def test_a_row_is_taken_out_before_the_bank_has_it(
    approved: Callable[..., Batch], fund: Any, act: dict[str, Any]
) -> None:
    batch = approved()
    given = {"batch_id": batch.pk, "why": "died"} | act
    payments.take_out(row_no=2, **given)
    payments.take_out(row_no=2, **given)
    batch.refresh_from_db()
    assert (batch.rows, batch.fen, held(fund, Account.COMMITTED)) == (5, 5 * 360_000, 5 * 360_000)
    with pytest.raises(Invalid):
        payments.take_out(row_no=3, **given | {"why": "no_payee"})
    with pytest.raises(NotFound):
        payments.take_out(row_no=77, **given)
    content = payments.bank_file(batch_id=batch.pk, **act).content.decode("gbk")
    assert "6221000000000000002" not in content and content.count("\r\n") == 6
    with pytest.raises(Conflict, match="issued"):
        payments.take_out(row_no=3, **given)
    assert sound() == []


def test_the_last_row_is_not_taken_out(
    approved: Callable[..., Batch], casework: Awards, act: dict[str, Any]
) -> None:
    casework.void |= {2, 3, 4, 5, 6}
    batch = approved()
    with pytest.raises(Conflict, match="last_row"):
        payments.take_out(batch_id=batch.pk, row_no=1, why="ended", **act)


def test_the_bank_file_is_made_once_and_again_the_same(
    approved: Callable[..., Batch], fund: Any, act: dict[str, Any], check: dict[str, Any], audited: Any
) -> None:
    batch = approved()
    with audited():
        file = payments.bank_file(batch_id=batch.pk, **act)
    again = payments.bank_file(batch_id=batch.pk, **check)
    assert (file.content, file.sha256, file.new, again.new) == (again.content, again.sha256, True, False)
    assert file.name == f"DF_{batch.name}.csv"
    batch.refresh_from_db()
    assert (batch.state, batch.issued_fen, batch.outstanding_fen) == ("issued", 6 * 360_000, 6 * 360_000)
    assert (held(fund, Account.WITH_BANK), held(fund, Account.COMMITTED)) == (6 * 360_000, 0)
    assert Entry.objects.filter(kind="issue").count() == 1
    with pytest.raises(Conflict, match="issued"):
        payments.drop(batch_id=batch.pk, **act)
    assert sound() == []


def test_no_file_before_the_review(
    build: Callable[..., Batch], money: Callable[..., Any], act: dict[str, Any]
) -> None:
    money(5_000_000)
    batch = payments.freeze_batch(batch_id=build().pk, **act)
    with pytest.raises(Conflict, match="not_reviewed"):
        payments.bank_file(batch_id=batch.pk, **act)


def test_a_workbook_keeps_accounts_as_text(approved: Callable[..., Batch], act: dict[str, Any]) -> None:
    batch = approved(template="one_card")
    file = payments.bank_file(batch_id=batch.pk, **act)
    assert file.content == payments.bank_file(batch_id=batch.pk, **act).content
    import io

    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert rows[1][4] == "6221000000000000001" and rows[1][5] == 3600.0 and len(rows) == 7
    assert rows[1][6] == "育儿补贴"


def test_a_row_that_was_changed_is_not_paid(approved: Callable[..., Batch], act: dict[str, Any]) -> None:
    batch = approved()
    PaymentRow.objects.filter(batch=batch, no=3).update(fen=999)
    with pytest.raises(Conflict, match="changed_row") as refused:
        payments.bank_file(batch_id=batch.pk, **act)
    assert refused.value.data["rows"] == [3]
    assert any(line.startswith("marked") for line in sound())


def test_frozen_facts_are_never_changed(approved: Callable[..., Batch]) -> None:
    approved()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        FrozenRow.objects.update(mark="v1:0")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"issued_fen": 1}, "batch_"),
        ({"state": "issued"}, "batch_issued_whole"),
        ({"state": "settled", "issued_fen": 6 * 360_000, "outstanding_fen": 6 * 360_000}, "settled"),
        ({"paid_fen": 1}, "batch_balances"),
        ({"paid_fen": 1, "returned_fen": -1}, "below_zero"),
        ({"reviewed_by": None}, "two_people"),
        ({"state": "lost"}, "state_known"),
    ],
)
def test_the_database_refuses_a_batch(
    changes: dict[str, Any], name: str, approved: Callable[..., Batch]
) -> None:
    batch = approved()
    with pytest.raises(IntegrityError, match=rf"{name}|CHECK"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**changes)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"award_id": 1}, "award_in_one_live_row"),
        ({"fen": 0}, "amount_positive"),
        ({"issue_no": 2}, "again_after"),
        ({"issue_no": 3}, "again_after|third_try"),
        ({"state": "left_out"}, "for_a_reason"),
        ({"why": "died"}, "for_a_reason"),
        ({"state": "gone"}, "state_known"),
        ({"no": 1}, "row_number_once"),
    ],
)
def test_the_database_refuses_a_row(changes: dict[str, Any], name: str, build: Callable[..., Batch]) -> None:
    build()
    with pytest.raises(IntegrityError, match=rf"{name}|CHECK|UNIQUE"), transaction.atomic():
        PaymentRow.objects.filter(no=2).update(**changes)


def test_only_one_batch_of_a_fund_and_programme_is_open(build: Callable[..., Batch]) -> None:
    batch = build()
    batch.pk, batch.name = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.save(force_insert=True)


def test_a_batch_bears_the_shares_in_force_when_it_was_frozen(
    build: Callable[..., Batch], money: Callable[..., Any], county: Any, act: dict[str, Any]
) -> None:
    money(5_000_000)
    rule = payments.set_sharing(
        area_id=county.county.pk, programme="", valid_from=dt.date(2026, 1, 1), document="某文件",
        parts={"central": 9500, "county": 500}, **act,
    )  # fmt: skip
    batch = payments.freeze_batch(batch_id=build().pk, **act)
    assert batch.sharing == rule


def test_awards_on_their_way_or_paid_are_named(approved: Callable[..., Batch], build: Any) -> None:
    batch = build()
    assert payments.spent([1, 2, 99]) == set()  # built is not yet on its way
    payments_batch = approved(fen=5_000_000)
    assert payments_batch == batch and payments.spent([1, 2, 99]) == {1, 2}


def test_nobody_without_the_permission_or_from_elsewhere_acts(
    approved: Callable[..., Batch],
    county_reviewer: Any,
    make_account: Any,
    frozen_clock: dt.datetime,
    fund: Any,
) -> None:
    batch = approved()
    elsewhere = make_account("other", "county_finance", places.area_by_code("520523"))
    given: dict[str, Any] = {"at": frozen_clock}
    for by, refusal in ((county_reviewer, NotAllowed), (elsewhere, NotFound)):
        given["by"] = by
        for act in (
            lambda: payments.build_batch(
                fund_id=fund.pk, programme=PROGRAMME, template="rural_credit", **given
            ),
            lambda: payments.freeze_batch(batch_id=batch.pk, **given),
            lambda: payments.approve(batch_id=batch.pk, seen="", **given),
            lambda: payments.send_back(batch_id=batch.pk, refusal="amounts", **given),
            lambda: payments.drop(batch_id=batch.pk, **given),
            lambda: payments.take_out(batch_id=batch.pk, row_no=1, why="died", **given),
            lambda: payments.bank_file(batch_id=batch.pk, **given),
            lambda: payments.stage_answer(batch_id=batch.pk, content=b"x", **given),
            lambda: payments.allow_more(batch_id=batch.pk, row_no=1, words="x", **given),
        ):
            with pytest.raises(refusal):
                act()
