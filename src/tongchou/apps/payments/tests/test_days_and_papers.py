"""Days money can move on, entries on other days and how they are healed, and numbers that stand once."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import RunSQL

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import papers, posting
from tongchou.apps.payments.models import Appropriation, Arrival, Batch, Closing, Entry, SourceDocument
from tongchou.apps.payments.tests.conftest import sound
from tongchou.core import spoken
from tongchou.core.errors import Conflict, Invalid
from tongchou.domain import ledger
from tongchou.domain.ledger import Account, Kind

pytestmark = pytest.mark.django_db
FEB, MARCH, APRIL, MAY, JUNE = (dt.date(2026, month, 1) for month in range(2, 7))


def held(fund: Any, account: Account) -> int:
    return ledger.total(posting.balances(fund), account)


@pytest.fixture
def given(fund: Any, act: dict[str, Any]) -> Callable[..., Appropriation]:
    """``given(fen, on)``: appropriated by the county, due a month later."""
    number = 0

    def make(fen: int = 100_000, on: dt.date = dt.date(2026, 4, 2), **more: Any) -> Appropriation:
        nonlocal number
        number += 1
        said = {
            "source": "county", "document": f"文{number}", "appropriated_on": on,
            "due_on": on + dt.timedelta(days=30),
        }  # fmt: skip
        return payments.appropriate(fund_id=fund.pk, fen=fen, **said | more, **act)

    return make


@pytest.fixture
def came(act: dict[str, Any]) -> Callable[..., Arrival]:
    """``came(appropriation, on)``: all of it arrived."""
    number = 0

    def make(one: Appropriation, on: dt.date, fen: int = 0, **more: Any) -> Arrival:
        nonlocal number
        number += 1
        said = {"voucher": f"V{number}"} | more
        return payments.record_arrival(
            appropriation_id=one.pk, fen=fen or one.entry.fen, arrived_on=on, **said, **act
        )

    return make


@pytest.fixture
def old(act: dict[str, Any]) -> Callable[..., Entry]:
    """``old(appropriation, on)``: an arrival of any day, as books hold it that were kept before days were
    checked.
    """

    def make(one: Appropriation, on: dt.date, fen: int = 0) -> Entry:
        entry, _new = posting.post(
            one.entry.fund,
            ledger.entry(Kind.ARRIVAL, fen or one.entry.fen, source=one.source),
            key=f"old:{Entry.objects.count()}",
            day=on,
            **act,
        )
        Arrival.objects.create(entry=entry, appropriation=one, voucher=f"旧{entry.no}")
        return entry

    return make


def problems(act: Callable[[], Any]) -> dict[str, int]:
    """What is wrong, by field, and how many things each."""
    with pytest.raises(Invalid) as refused:
        act()
    return {field: len(texts) for field, texts in refused.value.data["problems"].items()}


def test_money_does_not_arrive_before_it_is_appropriated(
    given: Callable[..., Any], came: Callable[..., Any]
) -> None:
    one = given(on=dt.date(2026, 4, 2))
    assert problems(lambda: came(one, dt.date(2026, 4, 1))) == {"arrived_on": 1}
    assert problems(lambda: came(one, dt.date(2025, 12, 31))) == {"arrived_on": 2}  # nor before the year
    assert problems(lambda: came(one, dt.date(2026, 7, 1))) == {"arrived_on": 1}
    assert Entry.objects.count() == 1
    assert came(one, dt.date(2026, 4, 2)).entry.day == dt.date(2026, 4, 2)


def test_every_mistake_of_an_arrival_is_said_at_once(
    given: Callable[..., Any], came: Callable[..., Any]
) -> None:
    one, other = given(), given()
    came(one, dt.date(2026, 4, 2), 60_000, voucher="PZ-1")
    wrong = problems(lambda: came(other, dt.date(2025, 4, 1), 100_001, voucher="ＰＺ - 1"))
    assert wrong == {"arrived_on": 2, "fen": 1, "voucher": 1}
    assert problems(lambda: came(one, dt.date(2026, 1, 1), 40_001, voucher="x" * 61)) == {
        "arrived_on": 1, "fen": 1, "voucher": 1,
    }  # fmt: skip


def test_a_document_may_be_of_the_year_before_and_money_due_after_it(given: Callable[..., Any]) -> None:
    """提前下达: announced in the autumn, due and there in the fund's year."""
    early = dt.date(2025, 11, 3)
    assert given(on=early, due_on=dt.date(2026, 1, 31)).entry.day == early
    assert problems(lambda: given(on=early, due_on=dt.date(2025, 12, 31))) == {"due_on": 1}
    assert problems(lambda: given(on=dt.date(2024, 12, 31), due_on=dt.date(2026, 1, 1))) == {
        "appropriated_on": 1
    }
    assert problems(lambda: given(on=dt.date(2026, 4, 2), due_on=dt.date(2026, 4, 1))) == {"due_on": 1}
    assert given(on=dt.date(2026, 4, 2), due_on=dt.date(2026, 4, 2)).due_on == dt.date(2026, 4, 2)
    assert problems(lambda: given(due_on=dt.date(2028, 1, 2))) == {"due_on": 1}


@pytest.mark.parametrize("arrived_on", [dt.date(2026, 2, 10), dt.date(2025, 12, 20)])
def test_an_old_arrival_before_its_appropriation_is_named_and_a_reversal_heals_it(
    arrived_on: dt.date, given: Callable[..., Any], came: Callable[..., Any], old: Callable[..., Any],
    fund: Any, act: dict[str, Any],
) -> None:  # fmt: skip
    one = given(on=dt.date(2026, 4, 2))
    wrong = old(one, arrived_on)
    assert [line.split(":")[0] for line in sound()] == ["dated", "months"]
    with pytest.raises(Conflict, match="unsound") as refused:
        payments.close_month(fund_id=fund.pk, month=wrong.month, **act)
    assert refused.value.data["entries"] == [2]
    text = str(refused.value.message)
    assert spoken.day(dt.date(2026, 4, 2)) in text and spoken.day(arrived_on) in text and "1,000" in text
    made = payments.take_back(entry_id=wrong.pk, reason="mistyped", **act)
    assert (made.day, made.month) == (wrong.day, wrong.month)  # the pair is nothing in any month
    assert sound() == []
    right = came(one, dt.date(2026, 4, 10))
    for month in (wrong.month, APRIL):
        payments.close_month(fund_id=fund.pk, month=month, **act)
    assert Closing.objects.get(month=wrong.month).balances == []
    assert right.entry.month == APRIL and sound() == []


def test_an_old_pair_of_two_months_leaves_no_hole(
    given: Callable[..., Any], old: Callable[..., Any], fund: Any, act: dict[str, Any]
) -> None:
    """Reversals used to be booked on the day they were written: those of before count nowhere either."""
    wrong = old(given(on=dt.date(2026, 4, 2)), dt.date(2026, 2, 10))
    posting.post(
        fund, ledger.counter(posting.as_move(wrong)), key=f"reverse:{wrong.pk}", day=dt.date(2026, 6, 30),
        reverses=wrong, reason="mistyped", **act,
    )  # fmt: skip
    Entry.objects.get(reverses=wrong)
    assert sound() == []
    for month in (FEB, APRIL, MAY):
        payments.close_month(fund_id=fund.pk, month=month, **act)


def test_an_old_arrival_whose_money_was_used_is_replaced_then_reversed(
    given: Callable[..., Any], came: Callable[..., Any], old: Callable[..., Any], fund: Any,
    act: dict[str, Any],
) -> None:  # fmt: skip
    one = given(on=dt.date(2026, 4, 2))
    wrong = old(one, dt.date(2026, 2, 10))
    payments.give_back(fund_id=fund.pk, fen=70_000, day=dt.date(2026, 5, 6), document="缴1", **act)
    with pytest.raises(Conflict, match="used") as refused:
        payments.take_back(entry_id=wrong.pk, reason="mistyped", **act)
    assert refused.value.data["missing"] == 70_000
    said = {"document": one.document, "another": "instead"}
    again = given(on=dt.date(2026, 2, 2), **said)
    came(again, dt.date(2026, 2, 10), voucher="旧2", another="instead")
    payments.take_back(entry_id=wrong.pk, reason="mistyped", **act)
    payments.take_back(entry_id=one.pk, reason="mistyped", **act)
    assert sound() == []
    for month in (FEB, APRIL, MAY):
        payments.close_month(fund_id=fund.pk, month=month, **act)
    assert (held(fund, Account.FREE), held(fund, Account.DUE)) == (30_000, 0)
    assert sound() == []


def test_a_reversal_goes_where_the_book_bears_it(
    given: Callable[..., Any], came: Callable[..., Any], fund: Any, act: dict[str, Any]
) -> None:
    """The money of March was used in April and other money came in May: the reversal stands in May."""
    first = came(given(on=dt.date(2026, 3, 2)), dt.date(2026, 3, 5))
    payments.give_back(fund_id=fund.pk, fen=100_000, day=dt.date(2026, 4, 6), document="缴1", **act)
    came(given(on=dt.date(2026, 3, 2)), dt.date(2026, 5, 5))
    made = payments.take_back(entry_id=first.pk, reason="twice", **act)
    assert (made.day, made.month) == (dt.date(2026, 3, 5), MAY)
    for month in (MARCH, APRIL, MAY):
        payments.close_month(fund_id=fund.pk, month=month, **act)
    assert sound() == []


def test_the_reversal_of_an_entry_of_a_closed_month_goes_into_the_first_open_one(
    given: Callable[..., Any], came: Callable[..., Any], fund: Any, act: dict[str, Any],
    check: dict[str, Any],
) -> None:  # fmt: skip
    one = given(on=dt.date(2026, 3, 2))
    first = came(one, dt.date(2026, 3, 5))
    closed = payments.close_month(fund_id=fund.pk, month=MARCH, **act)
    made = payments.take_back(entry_id=first.pk, reason="mistyped", **check)  # by whoever keeps the book
    assert (made.day, made.month, made.by) == (dt.date(2026, 3, 5), APRIL, check["by"])
    late = came(one, dt.date(2026, 3, 9))  # what happened in it stands in the open month, with its own day
    assert (late.entry.day, late.entry.month) == (dt.date(2026, 3, 9), APRIL)
    assert Closing.objects.get() == closed and sound() == []
    assert payments.month_of(fund, MARCH, dt.date(2026, 6, 30)).closing[Account.FREE, ""] == 100_000
    payments.close_month(fund_id=fund.pk, month=APRIL, **act)
    assert sound() == []


def test_money_is_not_given_back_before_it_was_there(
    given: Callable[..., Any], came: Callable[..., Any], fund: Any, act: dict[str, Any]
) -> None:
    came(given(on=dt.date(2026, 3, 2)), dt.date(2026, 5, 5))
    back = {"fund_id": fund.pk, "fen": 1, "document": "缴1", **act}
    with pytest.raises(Conflict, match="short_then") as refused:
        payments.give_back(day=dt.date(2026, 4, 30), **back)
    assert refused.value.data["field"] == "day" and held(fund, Account.FREE) == 100_000
    assert problems(lambda: payments.give_back(day=dt.date(2025, 12, 31), **back)) == {"day": 1}
    payments.give_back(day=dt.date(2026, 5, 5), **back)
    for month in (MARCH, MAY):
        payments.close_month(fund_id=fund.pk, month=month, **act)
    assert sound() == []


def test_what_a_family_paid_back_before_the_decision_is_booked_with_it(
    issued: Callable[..., Batch], answered: Callable[..., Any], act: dict[str, Any],
    check: dict[str, Any], fund: Any,
) -> None:  # fmt: skip
    batch = issued()
    answered(batch, {1: ""})
    one = payments.ask_overpayment(
        batch_id=batch.pk, row_no=1, fen=100, reason="wrong_amount", words="",
        plan=[(dt.date(2026, 7, 31), 100)], **act,
    )  # fmt: skip
    later = {"at": act["at"] + dt.timedelta(days=10)}  # in July
    payments.decide_overpayment(number=one.pk, approve=True, **check | later)
    paid = payments.record_recovery(
        number=one.pk, fen=100, received_on=dt.date(2026, 6, 30), voucher="1", **act | later
    )
    assert (paid.entry.day, paid.entry.month) == (dt.date(2026, 6, 30), dt.date(2026, 7, 1))
    for month in (MARCH, APRIL, JUNE):
        payments.close_month(fund_id=fund.pk, month=month, **act | later)
    assert sound() == []


def test_a_year_ends_month_by_month_and_what_is_late_stands_in_the_next(
    given: Callable[..., Any], came: Callable[..., Any], fund: Any, act: dict[str, Any]
) -> None:
    came(given(on=dt.date(2026, 3, 2)), dt.date(2026, 3, 5))
    january = act | {"at": act["at"].replace(year=2027, month=1, day=20)}
    end = {"fund_id": fund.pk, "fen": 100_000, "document": "缴", **january}
    payments.give_back(day=dt.date(2026, 12, 31), **end)
    december = dt.date(2026, 12, 1)
    with pytest.raises(Conflict, match="month_before"):
        payments.close_month(fund_id=fund.pk, month=december, **january)
    with pytest.raises(Conflict, match="month_runs"):
        payments.close_month(fund_id=fund.pk, month=dt.date(2027, 1, 1), **january)
    payments.close_month(fund_id=fund.pk, month=MARCH, **january)
    made = payments.close_month(fund_id=fund.pk, month=december, **january)
    assert made.balances == [["appropriated", "county", 100_000], ["given_back", "", 100_000]]
    late = payments.appropriate(
        fund_id=fund.pk, source="county", fen=5, document="迟", appropriated_on=dt.date(2026, 12, 30),
        due_on=dt.date(2026, 12, 31), **january,
    )  # fmt: skip
    assert late.entry.month == dt.date(2027, 1, 1) and sound() == []


def test_a_voucher_stands_once_unless_somebody_says_why(
    given: Callable[..., Any], came: Callable[..., Any], fund: Any, audited: Any
) -> None:
    one, other = given(), given()
    day = dt.date(2026, 4, 5)
    first = came(one, day, 60_000, voucher="PZ-1", mark="a")
    assert came(one, day, 60_000, voucher="PZ-1", mark="a") == first  # the same form, sent twice
    for changed in ({"mark": "b"}, {"mark": "b", "fen": 1}, {"mark": "a", "fen": 1}, {"another": "mood"}):
        with pytest.raises(Conflict, match="number_known") as refused:
            came(one, day, **{"fen": 60_000, "voucher": "ｐｚ- 1"} | changed)
        assert refused.value.data["field"] == "voucher" and refused.value.data["known"]
    with pytest.raises(Conflict, match="number_known"):
        came(other, day, 1, voucher="PZ-1")  # of another appropriation of the same source
    assert Entry.objects.filter(kind="arrival").count() == 1
    with audited():
        second = came(other, day, 1, voucher="PZ-1", another="several", mark="c")
    paper = SourceDocument.objects.get(entry=second.entry)
    assert (paper.same_as, paper.another) == (first.entry, "several")
    assert came(other, day, 1, voucher="PZ-1", another="several", mark="c") == second
    central = given(source="central")
    assert came(central, day, 1, voucher="PZ-1").entry.paper.same_as is None  # each source numbers its own
    assert sound() == []


def test_a_form_whose_entry_was_reversed_is_not_sent_again(
    given: Callable[..., Any], came: Callable[..., Any], act: dict[str, Any]
) -> None:
    one, day = given(), dt.date(2026, 4, 5)
    first = came(one, day, 5, voucher="7", mark="a")
    payments.take_back(entry_id=first.entry_id, reason="mistyped", **act)
    with pytest.raises(Conflict, match="reversed_since"):
        came(one, day, 5, voucher="7", mark="a")
    assert came(one, day, 5, voucher="7", mark="b") != first


def test_documents_of_appropriations_and_of_money_given_back_stand_once(
    given: Callable[..., Any], came: Callable[..., Any], fund: Any, act: dict[str, Any]
) -> None:
    one = given(document="财社〔2026〕3号")
    with pytest.raises(Conflict, match="number_known"):
        given(5, document="财社〔2026〕 3号")
    assert given(5, document="财社〔2026〕3号", source="central").source == "central"
    assert given(5, document="财社〔2026〕3号", another="several").entry.paper.same_as == one.entry
    came(one, dt.date(2026, 4, 5))
    back = {"fund_id": fund.pk, "day": dt.date(2026, 5, 5), "document": "缴1", **act}
    payments.give_back(fen=5, **back)
    with pytest.raises(Conflict, match="number_known"):
        payments.give_back(fen=6, **back)
    assert payments.give_back(fen=6, another="numbered", **back).paper.number == "缴1"


def test_a_voucher_of_money_paid_back_stands_once_in_a_fund(
    issued: Callable[..., Batch], answered: Callable[..., Any], act: dict[str, Any], check: dict[str, Any]
) -> None:
    batch = issued()
    answered(batch, {1: "", 2: ""})
    running = []
    for row in (1, 2):
        one = payments.ask_overpayment(
            batch_id=batch.pk, row_no=row, fen=100, reason="wrong_amount", words="",
            plan=[(dt.date(2026, 7, 31), 100)], **act,
        )  # fmt: skip
        running.append(payments.decide_overpayment(number=one.pk, approve=True, **check))
    paid = {"fen": 60, "received_on": dt.date(2026, 6, 30), "voucher": "9", **act}
    first = payments.record_recovery(number=running[0].pk, mark="a", **paid)
    assert payments.record_recovery(number=running[0].pk, mark="a", **paid) == first
    with pytest.raises(Conflict, match="number_known"):
        payments.record_recovery(number=running[1].pk, mark="b", **paid)
    with pytest.raises(Invalid) as refused:
        payments.record_recovery(number=running[0].pk, mark="b", **paid | {"fen": 41, "voucher": "9 "}
                                 | {"received_on": dt.date(2027, 1, 1)})  # fmt: skip
    assert set(refused.value.data["problems"]) == {"fen", "received_on", "voucher"}
    payments.record_recovery(number=running[1].pk, mark="b", another="several", **paid)
    assert sound() == []


def test_numbers_are_compared_without_spaces_widths_and_case() -> None:
    assert papers.compared(" ｐｚ－7　01 ") == papers.compared("PZ-701")


def test_documents_of_before_are_taken_over(
    fund: Any, old: Callable[..., Any], came: Callable[..., Any], act: dict[str, Any]
) -> None:
    """By the statements of the migration, on a book that has none."""
    entry, _new = posting.post(
        fund, ledger.entry(Kind.APPROPRIATION, 100, source="county"), key="old", day=MARCH, **act
    )
    one = Appropriation.objects.create(entry=entry, source="county", document="财社 3号", due_on=APRIL)
    wrong = old(one, APRIL, 40)  # its voucher is 旧2
    steps = importlib.import_module("tongchou.apps.payments.migrations.0004_source_documents").Migration
    with connection.cursor() as cursor:
        for step in steps.operations:
            if isinstance(step, RunSQL):
                cursor.execute(step.sql)
    kept = SourceDocument.objects.order_by("entry").values_list("entry", "number", "compared", "same_as")
    assert list(kept) == [(entry.pk, "财社 3号", "财社3号", None), (wrong.pk, "旧2", "旧2", None)]
    with pytest.raises(Conflict, match="number_known"):
        came(one, APRIL, 5, voucher="旧 2")
