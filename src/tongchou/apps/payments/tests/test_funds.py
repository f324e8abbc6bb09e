"""A fund's book: what comes in, what is taken back, what a closed month refuses, and the walls around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import posting, sharing
from tongchou.apps.payments.models import Appropriation, Balance, Closing, Entry, Sharing
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain import ledger
from tongchou.domain.ledger import Account, Kind

pytestmark = pytest.mark.django_db

GIVEN = {
    "document": "大财社〔2026〕9号",
    "appropriated_on": dt.date(2026, 3, 2),
    "due_on": dt.date(2026, 3, 31),
}


def held(fund: Any, account: Account) -> int:
    return ledger.total(posting.balances(fund), account)


def test_a_fund_is_opened_once_and_may_pay_more(county: Any, act: dict[str, Any], audited: Any) -> None:
    given = {"area_id": county.county.pk, "year": 2026, "line": "childcare", "title": "育儿补贴资金", **act}
    with audited():
        fund = payments.open_fund(programmes=["childcare_subsidy"], **given)
    assert payments.open_fund(programmes=["childcare_subsidy"], **given) == fund
    payments.open_fund(programmes=["elderly_reward"], **given)
    assert set(fund.uses.values_list("programme", flat=True)) == {"childcare_subsidy", "elderly_reward"}


def test_a_fund_without_a_code_goes_by_its_name(county: Any, act: dict[str, Any]) -> None:
    given = {"area_id": county.county.pk, "line": "", "programmes": ["childcare_subsidy"], **act}
    one = payments.open_fund(year=2026, title="育儿补贴资金", **given)
    assert one.line == "yebtzj"
    assert payments.open_fund(year=2026, title=" 育儿补贴资金 ", **given) == one  # pressed twice
    alike = payments.open_fund(year=2026, title="育儿补贴专户", **given | {"line": "yebtzj_2"})
    other = payments.open_fund(year=2026, title="义儿补贴资金", **given)  # the same first letters
    assert (alike.line, other.line) == ("yebtzj_2", "yebtzj_3")
    assert payments.open_fund(year=2025, title="育儿补贴资金", **given).line == "yebtzj"
    assert payments.open_fund(year=2026, title="——", **given).line == "fund"


def test_what_a_fund_lacks_is_said_at_once(county: Any, act: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        payments.open_fund(
            area_id=county.county.pk, year=1999, line="Kind!", title=" ", programmes=["tax"], **act
        )
    assert set(refused.value.data["problems"]) == {"year", "line", "title", "programmes"}


def test_appropriation_and_arrival_move_money(
    fund: Any, money: Callable[..., Any], audited: Any, act: dict[str, Any]
) -> None:
    appropriation = money(500_000)
    assert (held(fund, Account.FREE), held(fund, Account.DUE)) == (500_000, 0)
    with audited():
        payments.appropriate(fund_id=fund.pk, source="central", fen=100_000, **GIVEN, **act)
    assert (held(fund, Account.FREE), held(fund, Account.DUE)) == (500_000, 100_000)
    assert ledger.broken(posting.balances(fund)) == []
    assert [entry.no for entry in fund.entries.order_by("no")] == [1, 2, 3]
    assert appropriation.arrivals.count() == 1


def test_sent_twice_a_document_and_a_voucher_count_once(fund: Any, act: dict[str, Any]) -> None:
    given = {"fund_id": fund.pk, "source": "county", "fen": 100_000, **GIVEN, **act}
    one = payments.appropriate(**given)
    assert payments.appropriate(**given) == one
    came = {
        "appropriation_id": one.pk,
        "fen": 40_000,
        "arrived_on": dt.date(2026, 3, 5),
        "voucher": "7",
    } | act
    first = payments.record_arrival(**came)
    assert payments.record_arrival(**came) == first
    payments.record_arrival(**came | {"voucher": "8"})
    assert (held(fund, Account.FREE), held(fund, Account.DUE)) == (80_000, 20_000)
    assert Entry.objects.count() == 3


def test_no_more_arrives_than_was_appropriated(fund: Any, act: dict[str, Any]) -> None:
    given = {"fund_id": fund.pk, "source": "county", **act}
    one = payments.appropriate(fen=100, **given, **GIVEN)
    payments.appropriate(fen=100, **given, **GIVEN | {"document": "另一文件"})
    with pytest.raises(Conflict, match="short") as refused:
        payments.record_arrival(
            appropriation_id=one.pk, fen=101, arrived_on=dt.date(2026, 3, 5), voucher="7", **act
        )
    assert refused.value.data["missing"] == 1
    assert Entry.objects.count() == 2


def test_what_is_wrong_with_an_entry_is_said_at_once(fund: Any, act: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        payments.appropriate(
            fund_id=fund.pk,
            source="bank",
            fen=0,
            document="",
            appropriated_on=dt.date(2026, 7, 1),
            due_on=dt.date(2226, 1, 1),
            **act,
        )
    assert set(refused.value.data["problems"]) == {"source", "fen", "document", "appropriated_on", "due_on"}
    one = payments.appropriate(fund_id=fund.pk, source="county", fen=100, **GIVEN, **act)
    with pytest.raises(Invalid) as refused:
        payments.record_arrival(
            appropriation_id=one.pk, fen=-1, arrived_on=dt.date(2026, 7, 1), voucher="", **act
        )
    assert set(refused.value.data["problems"]) == {"fen", "arrived_on", "voucher"}


def test_an_entry_is_taken_back_by_another_one(
    fund: Any, money: Callable[..., Any], act: dict[str, Any]
) -> None:
    appropriation = money(100_000)
    arrival = appropriation.arrivals.get()
    with pytest.raises(Conflict, match="arrived"):
        payments.take_back(entry_id=appropriation.pk, reason="mistyped", **act)
    with pytest.raises(Invalid):
        payments.take_back(entry_id=arrival.pk, reason="because", **act)
    made = payments.take_back(entry_id=arrival.pk, reason="twice", **act)
    assert payments.take_back(entry_id=arrival.pk, reason="twice", **act) == made
    assert (made.debit, made.credit, made.fen) == ("due", "free", 100_000)
    payments.take_back(entry_id=appropriation.pk, reason="document", **act)
    assert not any(posting.balances(fund).values())
    with pytest.raises(Conflict, match="not_reversible"):
        payments.take_back(entry_id=made.pk, reason="twice", **act)
    with pytest.raises(Conflict, match="taken_back"):
        payments.record_arrival(
            appropriation_id=appropriation.pk, fen=1, arrived_on=dt.date(2026, 3, 5), voucher="9", **act
        )
    # Taken back, the same document may be written down anew.
    given = {"source": "county", "fen": 100_000, "document": "大财社〔2026〕1号"}
    payments.appropriate(fund_id=fund.pk, **GIVEN | given, **act)
    assert held(fund, Account.DUE) == 100_000


def test_unused_money_is_given_back_as_far_as_it_is_there(
    fund: Any, money: Callable[..., Any], act: dict[str, Any]
) -> None:
    money(100_000)
    given = {"fund_id": fund.pk, "day": dt.date(2026, 6, 29), "document": "上缴单1", **act}
    with pytest.raises(Conflict, match="short"):
        payments.give_back(fen=100_001, **given)
    assert payments.give_back(fen=60_000, **given) == payments.give_back(fen=60_000, **given)
    assert (held(fund, Account.FREE), held(fund, Account.GIVEN_BACK)) == (40_000, 60_000)


def test_a_closed_month_takes_no_entry(
    fund: Any, money: Callable[..., Any], act: dict[str, Any], audited: Any
) -> None:
    money(100_000)
    with pytest.raises(Conflict, match="month_before"):
        payments.close_month(fund_id=fund.pk, month=dt.date(2026, 4, 1), **act)
    with pytest.raises(Conflict, match="month_runs"):
        payments.close_month(fund_id=fund.pk, month=dt.date(2026, 6, 1), **act)
    payments.close_month(fund_id=fund.pk, month=dt.date(2026, 3, 31), **act)
    with audited():
        made = payments.close_month(fund_id=fund.pk, month=dt.date(2026, 4, 1), **act)
    assert payments.close_month(fund_id=fund.pk, month=dt.date(2026, 4, 9), **act) == made
    assert made.balances == [["appropriated", "county", 100_000], ["free", "", 100_000]]
    with pytest.raises(Conflict, match="later_closed"):
        payments.close_month(fund_id=fund.pk, month=dt.date(2026, 2, 1), **act)
    # What happened in it and is written down later is booked in the first open month, with its own day.
    late = payments.appropriate(fund_id=fund.pk, source="central", fen=7, **GIVEN, **act).entry
    assert (late.day, late.month) == (dt.date(2026, 3, 2), dt.date(2026, 5, 1))
    entry = Entry.objects.get(no=1)
    entry.pk, entry.no, entry.key = None, 99, "past"
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Entry, {"fen": 0}),
        (Entry, {"fen": -5}),
        (Entry, {"debit": "paid"}),
        (Entry, {"debit": "appropriated", "credit": "due"}),
        (Entry, {"kind": "gift"}),
        (Entry, {"no": 1}),
        (Entry, {"month": dt.date(2026, 3, 2)}),
        (Entry, {"reason": "twice"}),
        (Balance, {"account": "free", "part": "x", "fen": -1}),
        (Balance, {"account": "purse", "part": "", "fen": 1}),
        (Balance, {"account": "free", "part": "", "fen": 1}),
        (Sharing, {"county": 501}),
        (Sharing, {"document": ""}),
    ],
)
def test_the_database_refuses(
    model: Any, values: dict[str, Any], fund: Any, money: Callable[..., Any], act: dict[str, Any]
) -> None:
    money(100)
    if model is Entry:
        row = Entry.objects.get(no=1)
        row.pk, row.no, row.key = None, 3, "new"
    elif model is Balance:
        row = Balance(fund=fund)
    else:
        row = Sharing(
            area=fund.area, scope_no=1, valid_from=dt.date(2026, 1, 1), central=9500, province=0,
            prefecture=0, county=500, document="文", **act,
        )  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_balance_below_zero_is_refused_by_the_database_too(fund: Any, money: Callable[..., Any]) -> None:
    money(100)
    with pytest.raises(IntegrityError, match=r"fund_never_below_zero|CHECK"), transaction.atomic():
        Balance.objects.filter(fund=fund, account="free").update(fen=-1)


@pytest.mark.parametrize("model", [Entry, Appropriation, Closing, Sharing])
def test_the_book_is_only_added_to(
    model: Any, fund: Any, money: Callable[..., Any], county: Any, act: dict[str, Any]
) -> None:
    money(100)
    payments.close_month(fund_id=fund.pk, month=dt.date(2026, 3, 1), **act)
    share(county, act)
    assert model.objects.exists()
    table, column = model._meta.db_table, model._meta.concrete_fields[0].column
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):  # noqa: S608
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def share(county: Any, act: dict[str, Any], **more: Any) -> Sharing:
    given: dict[str, Any] = {
        "area_id": county.county.pk,
        "programme": "",
        "valid_from": dt.date(2026, 1, 1),
        "parts": {"central": 9500, "province": 300, "county": 200},
        "document": "某文件",
    }
    return payments.set_sharing(**given | more, **act)


def test_shares_are_dated_and_the_nearest_counts(county: Any, act: dict[str, Any]) -> None:
    assert sharing.in_force(county.county, "childcare_subsidy", dt.date(2026, 6, 1)) is None
    one = share(county, act)
    assert share(county, act) == one
    own = share(county, act, programme="childcare_subsidy", parts={"central": 10_000})
    later = share(county, act, valid_from=dt.date(2026, 6, 1), parts={"county": 10_000})
    on = dt.date(2026, 6, 2)
    assert sharing.in_force(county.county, "childcare_subsidy", on) == own
    assert sharing.in_force(county.county, "elderly_reward", on) == later
    assert sharing.in_force(county.county, "elderly_reward", dt.date(2026, 5, 31)) == one
    assert sharing.in_force(county.township, "elderly_reward", on) == later
    assert sharing.in_force(county.county, "elderly_reward", dt.date(2025, 12, 31)) is None
    corrected = share(county, act, valid_from=dt.date(2026, 6, 1), parts={"central": 5000, "county": 5000})
    assert sharing.in_force(county.county, "elderly_reward", on) == corrected
    with pytest.raises(Invalid) as refused:
        share(county, act, parts={"central": 9000}, programme="tax", document=" ")
    assert set(refused.value.data["problems"]) == {"parts", "programme", "document"}


def test_who_may_not_manage_funds_moves_nothing(
    fund: Any, money: Callable[..., Any], county: Any, make_account: Any, county_reviewer: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    appropriation = money(100)
    from tongchou.apps.places import api as places

    elsewhere = make_account("other", "county_finance", places.area_by_code("520523"))
    given: dict[str, Any] = {"at": frozen_clock}
    for by, refusal in ((county_reviewer, NotAllowed), (elsewhere, NotFound)):
        given["by"] = by
        for act in (
            lambda: payments.appropriate(fund_id=fund.pk, source="county", fen=1, **GIVEN, **given),
            lambda: payments.record_arrival(
                appropriation_id=appropriation.pk, fen=1, arrived_on=dt.date(2026, 3, 5), voucher="1", **given
            ),
            lambda: payments.give_back(
                fund_id=fund.pk, fen=1, day=dt.date(2026, 3, 5), document="x", **given
            ),
            lambda: payments.take_back(entry_id=appropriation.pk, reason="twice", **given),
            lambda: payments.close_month(fund_id=fund.pk, month=dt.date(2026, 3, 1), **given),
        ):
            with pytest.raises(refusal):
                act()
    with pytest.raises(NotFound):
        payments.open_fund(
            area_id=county.county.pk, year=2026, line="xx", title="x", programmes=["childcare_subsidy"],
            by=elsewhere, at=frozen_clock,
        )  # fmt: skip
    assert Entry.objects.count() == 2


def test_progress_tells_by_unit_and_source_what_is_late(
    fund: Any, money: Callable[..., Any], county: Any, act: dict[str, Any], django_assert_num_queries: Any
) -> None:
    money(100_000)  # due on 31 March, there on 10 April
    payments.appropriate(fund_id=fund.pk, source="central", fen=50_000, **GIVEN, **act)
    from tongchou.core.scope import Scope

    with django_assert_num_queries(5):
        found = payments.progress(scope=Scope.everything(), year=2026, on=clock.today())
    (unit,) = found.units
    assert (unit.level, unit.used, unit.free) == ("county", 0, 100_000)
    assert (unit.punctuality.appropriated, unit.punctuality.arrived) == (150_000, 100_000)
    told = {one.source: (one.punctuality.days, one.punctuality.late, one.borne) for one in found.sources}
    assert told == {"county": (10, 100_000, None), "central": (91, 50_000, None)}
    assert payments.progress(scope=Scope.nothing(), year=2026, on=clock.today()).units == ()


def test_a_number_of_an_entry_is_given_once(
    fund: Any, money: Callable[..., Any], act: dict[str, Any]
) -> None:
    money(100)
    locked = type(fund).objects.get(pk=fund.pk)
    entry, new = posting.post(
        locked, ledger.entry(Kind.GIVING_BACK, 1), key="k", day=dt.date(2026, 6, 1), **act
    )
    again, newer = posting.post(
        locked, ledger.entry(Kind.GIVING_BACK, 1), key="k", day=dt.date(2026, 6, 1), **act
    )
    assert (again, new, newer) == (entry, True, False)
