"""Nothing goes to the bank for a year after a recorded death; the year of the death stays due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import posting
from tongchou.apps.payments.models import Batch, PaymentRow
from tongchou.apps.payments.tests.conftest import PROGRAMME, Awards, sound, states
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.core.models import AuditEntry
from tongchou.domain import ledger
from tongchou.domain.dates import PartialDate
from tongchou.domain.ledger import Account
from tongchou.domain.register.row import RegisterRow

pytestmark = pytest.mark.django_db
Die = Callable[..., None]


@pytest.fixture
def die(casework: Awards, county: Any, township_officer: Any, frozen_clock: dt.datetime) -> Die:
    """``die(2, 2025)``: the death of whom award 2 is for; without a year nobody knows it."""
    rows = [
        RegisterRow(
            row_no=4 + number, household_no=f"{number:03d}", name=f"赵大{'山水云石田林'[number % 6]}",
            relation="02", sex=1, birth=PartialDate(1950, 3, number),
        )
        for number in casework.listed
    ]  # fmt: skip
    registry.apply_register(
        rows, village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    people = list(Person.objects.order_by("birth_day").values_list("pk", flat=True))
    for number, person in zip(sorted(casework.listed), people, strict=True):
        casework.listed[number] = replace(casework.listed[number], person_id=person)

    def record(number: int, year: int | None = None) -> None:
        registry.record_death(
            person_id=casework.listed[number].person_id,
            died=None if year is None else PartialDate(year),
            by=township_officer,
            at=frozen_clock,
        )

    return record


def held(fund: Any, account: Account) -> int:
    return ledger.total(posting.balances(fund), account)


def accounts_in(content: bytes) -> set[int]:
    """The awards a file of the rural credit union pays, by the end of the account."""
    lines = content.decode("gbk").splitlines()[1:]
    return {int(line.split(",")[4].strip()[-3:]) for line in lines}


def test_who_died_before_the_year_is_left_out_when_the_list_is_frozen(
    build: Callable[..., Batch], money: Callable[..., Any], fund: Any, die: Die, act: dict[str, Any]
) -> None:
    money(5_000_000)
    batch = build()
    die(1, 2025)
    die(2, 2026)
    die(3)
    assert payments.batch_view(batch.pk, **act).died == {"not_due": 1, "stays_due": 1, "unknown": 1}
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    assert payments.left_out(batch) == {"died": 1} and states(batch)[1] == "left_out"
    assert (batch.rows, held(fund, Account.COMMITTED)) == (5, 5 * 360_000)
    assert payments.batch_view(batch.pk, **act).died == {"stays_due": 1, "unknown": 1}
    assert sound() == []


def test_freezing_asks_for_deaths_once_a_step(
    build: Callable[..., Batch], money: Callable[..., Any], die: Die, act: dict[str, Any]
) -> None:
    money(5_000_000)
    batch = build()
    for number in (1, 2, 3):
        die(number, 2025)
    with CaptureQueriesContext(connection) as queries:
        payments.freeze_batch(batch_id=batch.pk, **act)
    asked = [one["sql"] for one in queries if '"death_year"' in one["sql"]]
    assert len(asked) == 1


def test_nobody_approves_a_batch_with_rows_that_are_not_due(
    build: Callable[..., Batch], money: Callable[..., Any], fund: Any, die: Die, act: dict[str, Any],
    check: dict[str, Any], audited: Any,
) -> None:  # fmt: skip
    money(5_000_000)
    batch = payments.freeze_batch(batch_id=build().pk, **act)
    die(2, 2025)
    die(4, 2025)
    die(5, 2026)
    die(6)
    decided = {"batch_id": batch.pk, "seen": payments.seen_of(batch)} | check
    with pytest.raises(Conflict) as refused:
        payments.approve(**decided)
    assert (refused.value.code, refused.value.data["rows"]) == ("payments.died", [2, 4])
    assert "2, 4" in str(refused.value.message)
    with audited():
        assert payments.take_out_not_due(batch_id=batch.pk, **act) == 2
    assert payments.take_out_not_due(batch_id=batch.pk, **act) == 0
    batch.refresh_from_db()
    assert (batch.rows, batch.fen, held(fund, Account.COMMITTED)) == (4, 4 * 360_000, 4 * 360_000)
    entry = AuditEntry.objects.filter(action="payments.take_out_not_due").get()
    assert entry.detail["rows"] == [2, 4] and entry.detail["why"] == "died"
    with pytest.raises(Conflict, match=r"payments\.seen"):
        payments.approve(**decided)  # what was shown before has changed
    payments.approve(**decided | {"seen": payments.seen_of(batch)})
    content = payments.bank_file(batch_id=batch.pk, **act).content
    assert accounts_in(content) == {1, 3, 5, 6}  # an unknown year and the year of the death hold nothing up
    assert sound() == []


def test_a_death_after_the_review_stops_the_file_and_one_after_the_file_does_not(
    approved: Callable[..., Batch], die: Die, act: dict[str, Any]
) -> None:
    batch = approved()
    die(3, 2024)
    with pytest.raises(Conflict) as refused:
        payments.bank_file(batch_id=batch.pk, **act)
    assert (refused.value.code, refused.value.data["rows"]) == ("payments.died", [3])
    assert Batch.objects.get(pk=batch.pk).state == "approved"
    payments.take_out(batch_id=batch.pk, row_no=3, why="died", **act)
    content = payments.bank_file(batch_id=batch.pk, **act).content
    assert accounts_in(content) == {1, 2, 4, 5, 6}
    die(4, 2025)
    assert payments.bank_file(batch_id=batch.pk, **act).content == content
    assert payments.batch_view(batch.pk, **act).died == {}
    with pytest.raises(Conflict, match="issued"):
        payments.take_out_not_due(batch_id=batch.pk, **act)
    assert sound() == []


def test_a_batch_of_which_nothing_is_due_is_given_up(
    approved: Callable[..., Batch], casework: Awards, fund: Any, die: Die, act: dict[str, Any]
) -> None:
    casework.void |= {3, 4, 5, 6}
    batch = approved()
    die(1, 2025)
    die(2, 2025)
    with pytest.raises(Conflict, match=r"payments\.died") as refused:
        payments.bank_file(batch_id=batch.pk, **act)
    assert "作废" in str(refused.value.message)
    with pytest.raises(Conflict, match="last_row"):
        payments.take_out_not_due(batch_id=batch.pk, **act)
    payments.drop(batch_id=batch.pk, **act)
    assert held(fund, Account.COMMITTED) == 0 and sound() == []


def test_a_year_before_the_death_is_paid_whenever(
    approved: Callable[..., Batch], casework: Awards, die: Die, act: dict[str, Any]
) -> None:
    """The family gets what 2025 gave, though the child died in 2025 and the money comes in 2026."""
    casework.listed[1] = replace(casework.listed[1], year=2025)
    die(1, 2025)
    batch = approved()
    assert 1 in accounts_in(payments.bank_file(batch_id=batch.pk, **act).content)


def test_who_does_not_build_takes_nothing_out(
    approved: Callable[..., Batch], die: Die, act: dict[str, Any], county_reviewer: Any
) -> None:
    batch = approved()
    die(1, 2025)
    with pytest.raises(NotAllowed):
        payments.take_out_not_due(batch_id=batch.pk, by=county_reviewer, at=act["at"])


@pytest.fixture
def one(clerk: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_tells_three_groups_apart_and_takes_out_what_is_not_due(
    one: Client, approved: Callable[..., Batch], die: Die
) -> None:
    batch = approved()
    address = f"/payments/{batch.pk}"
    assert one.get(address).context["page"].died is None
    die(1, 2025)
    die(2, 2026)
    die(3)
    answer = one.get(address)
    shown, page = answer.content.decode(), answer.context["page"]
    assert (page.died.not_due, page.died.stays_due, page.died.unknown) == (1, 1, 1)
    assert "for a year after the death" in shown and "stays due to the family" in shown
    assert "a death without a year is recorded" in shown
    rows = one.get(f"{address}?show=died").context["rows"]
    assert [(row.no, row.death.tone) for row in rows] == [(1, "warn"), (2, ""), (3, "warn")]
    told = one.post(f"{address}/file")
    assert told.status_code == 409 and "row 1." in told.content.decode()
    assert one.get(f"{address}/rows.xlsx?show=died").status_code == 200
    assert one.post(f"{address}/take-out-not-due").status_code == 302
    assert states(batch)[1] == "dropped" and one.post(f"{address}/file").status_code == 200
    assert sound() == []


def test_the_last_row_on_the_page(
    one: Client, approved: Callable[..., Batch], casework: Awards, die: Die
) -> None:
    casework.void |= {2, 3, 4, 5, 6}
    batch = approved()
    die(1, 2025)
    page = one.get(f"/payments/{batch.pk}").context["page"]
    assert not page.may_take_out_not_due and "give it up" in page.died.fix


def test_homes_and_lists_tell_of_such_batches_in_as_many_queries(
    one: Client, approved: Callable[..., Batch], casework: Awards, die: Die, clerk: Any, second: Any
) -> None:
    batch = approved()

    def counted(client: Client) -> tuple[int, str, str]:
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            home = client.get("/").context["home"]
        (card,) = [card for card in home.cards if card.key == "payments-died"]
        return len(queries), card.figure, card.url

    before, none, _url = counted(one)
    assert none == "0"
    die(1, 2026)  # stays due: nobody is sent there
    assert counted(one)[1] == "0"
    die(2)
    asked, figure, url = counted(one)
    assert (asked, figure, url) == (before, "1", "/payments?show=died")
    die(3, 2025)
    die(4, 2025)
    two = Client()
    two.force_login(second, backend="django.contrib.auth.backends.ModelBackend")
    assert counted(one)[:2] == (before, "1") and counted(two)[1] == "1"
    assert [line.name for line in one.get(url).context["batches"]] == [batch.name]


def test_the_page_asks_no_more_for_more_deaths(one: Client, approved: Callable[..., Batch], die: Die) -> None:
    batch = approved()
    address = f"/payments/{batch.pk}?show=died"

    def asked() -> int:
        one.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert one.get(address).status_code == 200
        return len(queries)

    die(1, 2025)
    few = asked()
    for number in range(2, 7):
        die(number, 2025)
    assert asked() == few and PaymentRow.objects.filter(batch__programme=PROGRAMME).count() == 6
