"""A program of the finance office: builds a batch, hands it to a second person, and brings the answer in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tongchou.apps.payments import api as payments
from tongchou.apps.payments.models import Batch, PaymentRow
from tongchou.apps.payments.tests.conftest import PROGRAMME, Awards, answer, sound
from tongchou.apps.registry.models import Person

pytestmark = pytest.mark.django_db
V1, JSON = "/api/v1", "application/json"


@pytest.fixture
def ground(make_account: Callable[..., Any], county: Any, frozen_clock: dt.datetime) -> Any:
    """Two clerks, a fund with money, six approved awards."""
    one, two = (make_account(name, "county_finance", county.county) for name in ("songyu", "heyong"))
    act = {"by": one, "at": frozen_clock}
    fund = payments.open_fund(
        area_id=county.county.pk, year=2026, line="childcare", title="资金", programmes=[PROGRAMME], **act
    )
    given = payments.appropriate(
        fund_id=fund.pk, source="county", fen=5_000_000, document="文", appropriated_on=dt.date(2026, 3, 2),
        due_on=dt.date(2026, 3, 31), **act,
    )  # fmt: skip
    payments.record_arrival(
        appropriation_id=given.pk, fen=5_000_000, arrived_on=dt.date(2026, 3, 3), voucher="1", **act
    )
    standing = Awards()
    for number in range(1, 7):
        standing.add(number)
    with payments.instead(standing):
        yield one, two, fund


def test_a_batch_by_two_programs(ground: Any, make_program: Any) -> None:
    one, two, fund = ground
    first, second = make_program(one), make_program(two)
    (held,) = first.get(f"{V1}/funds").json()["items"]
    assert (held["held"], held["programmes"]) == ({"appropriated": 5_000_000, "free": 5_000_000}, [PROGRAMME])
    sent = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    key = {"headers": {"idempotency-key": "batch-june-2026"}}
    made = first.post(f"{V1}/payments", sent, content_type=JSON, **key).json()
    again = first.post(f"{V1}/payments", sent, content_type=JSON, **key)
    assert again.json() == made and again["Idempotency-Replayed"] == "true"
    number = made["payment_id"]
    address = f"{V1}/payments/{number}"
    frozen = first.post(f"{address}/freeze").json()
    assert (frozen["state"], frozen["rows"], frozen["fen"]) == ("frozen", 6, 6 * 360_000)
    approved = first.post(f"{address}/approve", {"seen": frozen["seen"]}, content_type=JSON)
    assert (approved.status_code, approved.json()["code"]) == (403, "payments.needs_two")
    wrong = second.post(f"{address}/approve", {"seen": "v1:0"}, content_type=JSON)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "payments.seen")
    assert second.post(f"{address}/approve", {"seen": frozen["seen"]}, content_type=JSON).status_code == 200
    part = first.get(f"{address}/rows?limit=4").json()
    assert part["next"] == 4 and part["items"][0]["account"] == "***0001"
    assert "6221000000000000001" not in first.get(f"{address}/rows").content.decode()
    assert len(first.get(f"{address}/rows?after=4").json()["items"]) == 2
    payments.bank_file(batch_id=number, by=one, at=payments.Batch.objects.get(pk=number).built_at)
    content = answer(Batch.objects.get(pk=number), {1: "", 2: "户名不符", 3: ""})
    broken = content.replace(b"3600.00", b"3600.01", 1)
    read = first.post(f"{address}/answers", {"file": SimpleUploadedFile("a.csv", broken)})
    assert (read.status_code, read.json()["errors"], read.json()["paid_rows"]) == (201, 1, 1)
    told = first.get(f"{V1}/answers/{read.json()['answer_id']}/problems").json()
    assert [(one["cell"], one["code"]) for one in told["items"]] == [("D2", "amount_above")]
    assert first.post(f"{V1}/answers/{read.json()['answer_id']}/discard").json()["state"] == "discarded"
    read = first.post(f"{address}/answers", {"file": SimpleUploadedFile("a.csv", content)}).json()
    where = f"{V1}/answers/{read['answer_id']}"
    assert PaymentRow.objects.filter(state="paid").count() == 0
    assert first.post(f"{where}/record", {}, content_type=JSON).json()["state"] == "recorded"
    assert first.post(f"{where}/record", {}, content_type=JSON).status_code == 200
    after = first.get(address).json()
    assert (after["paid_fen"], after["returned_fen"], after["outstanding_fen"]) == (
        720_000, 360_000, 3 * 360_000,
    )  # fmt: skip
    back = first.get(f"{address}/rows?state=returned").json()["items"]
    assert [(one["row"], one["reason"]) for one in back] == [(2, "name_differs")]
    assert [one["payment_id"] for one in first.get(f"{V1}/payments").json()["items"]] == [number]
    assert first.get(f"{V1}/payments?before={number}").json() == {"items": [], "next": None}
    assert sound() == []


def test_a_batch_sent_back_and_one_given_up(ground: Any, make_program: Any) -> None:
    one, two, fund = ground
    first, second = make_program(one), make_program(two)
    sent = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    number = first.post(f"{V1}/payments", sent, content_type=JSON).json()["payment_id"]
    first.post(f"{V1}/payments/{number}/freeze")
    back = second.post(f"{V1}/payments/{number}/send-back", {"refusal": "later"}, content_type=JSON)
    assert back.json()["state"] == "refused"
    number = first.post(f"{V1}/payments", sent, content_type=JSON).json()["payment_id"]
    assert first.post(f"{V1}/payments/{number}/drop").json()["state"] == "dropped"
    missing = first.post(f"{V1}/payments/{number}/answers")
    assert missing.status_code == 422
    assert sound() == []


def test_a_token_without_the_permission_builds_nothing(ground: Any, make_program: Any) -> None:
    one, _two, fund = ground
    reader = make_program(one, ["payments.view"])
    sent = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    assert reader.post(f"{V1}/payments", sent, content_type=JSON).status_code == 403
    assert reader.get(f"{V1}/payments").status_code == 200
    assert not Batch.objects.exists()


def test_money_is_written_into_a_fund_by_a_program(ground: Any, make_program: Any, county: Any) -> None:
    one, _two, fund = ground
    program = make_program(one)
    address = f"{V1}/funds/{fund.pk}/appropriations"
    sent = {
        "source": "central", "fen": 81_999_900, "document": "黔财社〔2026〕7号",
        "appropriated_on": "2026-05-04", "due_on": "2026-06-01",
    }  # fmt: skip
    key = {"headers": {"idempotency-key": "appropriation-7"}}
    made = program.post(address, sent, content_type=JSON, **key)
    assert made.status_code == 201
    again = program.post(address, sent, content_type=JSON, **key)
    assert again.json() == made.json() and again["Idempotency-Replayed"] == "true"
    assert program.post(address, sent, content_type=JSON).json() == made.json()  # all the same is one entry
    number = made.json()["appropriation_id"]
    assert [one["fen"] for one in program.get(address).json()["items"]] == [5_000_000, 81_999_900]
    arrivals = f"{V1}/appropriations/{number}/arrivals"
    came = {"fen": 1_999_900, "arrived_on": "2026-06-10", "voucher": "入账单 31"}
    key = {"headers": {"idempotency-key": "arrival-31"}}
    first = program.post(arrivals, came, content_type=JSON, **key)
    assert first.status_code == 201 and first.json()["fen"] == 1_999_900
    assert program.post(arrivals, came, content_type=JSON, **key).json() == first.json()
    line = program.get(address).json()["items"][-1]
    assert (line["arrived_fen"], line["days_late"], line["taken_back"]) == (1_999_900, 29, False)
    assert payments.fund_lines(one, dt.date(2026, 6, 30))[0].of("free") == 5_000_000 + 1_999_900
    over = program.post(arrivals, came | {"fen": 80_000_100, "voucher": "32"}, content_type=JSON)
    assert (over.status_code, over.json()["code"]) == (409, "funds.short")
    known = program.post(arrivals, came | {"fen": 100}, content_type=JSON)
    assert (known.status_code, known.json()["code"]) == (409, "funds.number_known")
    several = came | {"fen": 100, "another": "several"}
    assert program.post(arrivals, several, content_type=JSON).status_code == 201
    wrong = program.post(address, sent | {"source": "bank", "due_on": "2020-01-01"}, content_type=JSON)
    assert wrong.status_code == 422
    assert sound() == []


def test_money_is_written_by_those_who_keep_the_fund_alone(
    ground: Any, make_program: Any, make_account: Any, county: Any
) -> None:
    one, _two, fund = ground
    sent = {
        "source": "county", "fen": 100, "document": "文二", "appropriated_on": "2026-05-04",
        "due_on": "2026-06-01",
    }  # fmt: skip
    came = {"fen": 100, "arrived_on": "2026-06-10", "voucher": "9"}
    given = payments.appropriations(fund, dt.date(2026, 6, 30))[0].appropriation
    reader = make_program(one, ["payments.view"])
    elsewhere = make_program(make_account("caiwu", "county_finance", county.other_village))
    for program, status in ((reader, 403), (elsewhere, 404)):
        for address, body in (
            (f"{V1}/funds/{fund.pk}/appropriations", sent),
            (f"{V1}/appropriations/{given.pk}/arrivals", came),
        ):
            assert program.post(address, body, content_type=JSON).status_code == status
    assert elsewhere.get(f"{V1}/funds/{fund.pk}/appropriations").status_code == 404
    assert len(payments.appropriations(fund, dt.date(2026, 6, 30))) == 1


def test_what_a_death_says_of_a_row_is_told_and_kept_from_the_bank(
    ground: Any, make_program: Any, county: Any
) -> None:
    one, two, fund = ground
    first, second = make_program(one), make_program(two)
    for number, year in ((1, 2025), (2, 2026), (3, None)):
        Person.objects.create(
            pk=number, name=f"某{number}", name_key=f"某{number}", registered_area=county.village,
            registered_scope=county.village.scope_no, deceased=True, death_year=year,
        )  # fmt: skip
    sent = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit"}
    made = first.post(f"{V1}/payments", sent, content_type=JSON).json()
    address = f"{V1}/payments/{made['payment_id']}"
    rows = first.get(f"{address}/rows").json()["items"]
    assert [row["death"] for row in rows] == ["not_due", "stays_due", "unknown", "", "", ""]
    assert [row["row"] for row in first.get(f"{address}/rows?state=died").json()["items"]] == [1, 2, 3]
    frozen = first.post(f"{address}/freeze").json()
    assert frozen["rows"] == 5  # who had died before the year was left out
    Person.objects.filter(pk=3).update(death_year=2024)
    refused = second.post(f"{address}/approve", {"seen": frozen["seen"]}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "payments.died")
