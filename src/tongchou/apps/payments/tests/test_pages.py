"""A finance clerk's pages: funds, batches, return files, overpayments, a family's statement."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import posting
from tongchou.apps.payments.models import Arrival, Batch, Entry, Fund, Overpayment, PaymentRow
from tongchou.apps.payments.tests.conftest import PROGRAMME, Awards, answer, sound
from tongchou.core.models import AuditEntry
from tongchou.domain import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(clerk: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def two(second: Any) -> Client:
    client = Client()
    client.force_login(second, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows_of(answer: Any) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_a_fund_from_its_opening_to_a_closed_month(one: Client, county: Any) -> None:
    assert "/funds/new" in one.get("/funds").content.decode()
    sent = {
        "area_id": county.county.pk, "year": "2026", "line": "childcare", "title": "育儿补贴资金",
        "programmes": ["childcare_subsidy"],
    }  # fmt: skip
    wrong = one.post("/funds/new", sent | {"year": "1999", "line": "Kind"})
    assert wrong.status_code == 422 and {"year", "line"} <= set(wrong.context["form"].errors)
    assert one.post("/funds/new", sent).status_code == 302
    number = Fund.objects.get().pk
    given = {
        "source": "county", "fen": "5,000.50", "document": "文1", "appropriated_on": "2026-03-02",
        "due_on": "2026-03-31",
    }  # fmt: skip
    for _twice in range(2):
        assert one.post(f"/funds/{number}/appropriate", given).status_code == 302
    assert one.post(f"/funds/{number}/appropriate", given | {"fen": "1.234"}).status_code == 422
    entry = Entry.objects.get()
    arrival = {"fen": "4000", "arrived_on": "2026-04-10", "voucher": "V1"}
    too_much = one.post(f"/funds/appropriations/{entry.pk}", arrival | {"fen": "5001"})
    assert too_much.status_code == 422 and Entry.objects.count() == 1
    assert one.post(f"/funds/appropriations/{entry.pk}", arrival).status_code == 302
    page = one.get(f"/funds/{number}?month=2026-03")
    text = page.content.decode()
    assert "4,000" in text and "5,000.50" in text and page.context["page"].may_close
    assert one.post(f"/funds/{number}/close", {"month": "2026-03"}).status_code == 302
    assert one.get(f"/funds/{number}?month=2026-03").context["page"].closed
    one.post(f"/funds/{number}/close", {"month": "later"})
    back = one.post(f"/funds/entries/{Entry.objects.get(kind='arrival').pk}/take-back", {"reason": "twice"})
    assert back.status_code == 302 and Entry.objects.count() == 3
    table = rows_of(one.get(f"/funds/{number}/month.xlsx?month=2026-04"))
    assert any(row[0] == "2 Arrival County budget" or str(row[0]).startswith("2 ") for row in table)
    levels = one.get("/funds/levels?year=2026")
    (line,) = levels.context["units"]
    assert (line.appropriated, line.days) == (500_050, 91)
    assert one.get("/funds/levels.xlsx?year=2026").status_code == 200
    share = {
        "area_id": county.county.pk, "programme": "", "valid_from": "2026-01-01", "central": "95",
        "province": "3", "prefecture": "0", "county": "1", "document": "文2",
    }  # fmt: skip
    assert one.post("/funds/shares", share).status_code == 422
    assert one.post("/funds/shares", share | {"county": "2"}).status_code == 302
    assert "95.00%" in one.get("/funds").content.decode()
    assert sound() == []


def test_a_batch_from_the_first_button_to_the_receipt(
    one: Client,
    two: Client,
    fund: Any,
    money: Callable[..., Any],
    casework: Awards,
) -> None:
    money(5_000_000)
    casework.accounts.pop(6)
    made = {"fund_id": fund.pk, "programme": PROGRAMME, "template": "rural_credit", "attempt": "first"}
    assert one.get("/payments/new").status_code == 200
    assert one.post("/payments/new", made | {"programme": "elderly_reward"}).status_code == 422
    first = one.post("/payments/new", made)
    again = two.post("/payments/new", made)
    number = Batch.objects.get().pk
    assert first.url == again.url == f"/payments/{number}"
    page = one.get(first.url)
    assert page.context["page"].may_freeze and "2026-000001" in page.content.decode()
    one.post(f"/payments/{number}/freeze")
    text = one.get(first.url).content.decode()
    assert "***0001" in text and "6221000000000000001" not in text and "赵大水" in text
    assert "No account is on the case" in text
    seen = two.get(first.url).context["page"].seen
    own = one.post(f"/payments/{number}/approve", {"seen": seen})
    assert own.status_code == 403 and Batch.objects.get().state == "frozen"
    assert two.post(f"/payments/{number}/send-back", {}).status_code == 422
    assert two.post(f"/payments/{number}/approve", {"seen": seen}).status_code == 302
    file = one.post(f"/payments/{number}/file")
    assert file["Content-Disposition"].startswith('attachment; filename="DF_')
    assert "6221000000000000001" in file.content.decode("gbk") and file["Cache-Control"] == "no-store"
    assert one.post(f"/payments/{number}/file").content == file.content
    reads = one.get(f"/payments/{number}/answer").context["reads"]
    assert "处理结果" in reads.columns and "交易成功" in reads.done and "退票" in reads.failed
    assert "of=again" not in one.get(first.url).content.decode()
    batch = Batch.objects.get()
    content = answer(batch, {1: "", 2: "户名不符", 3: ""})
    broken = content.replace(b"3600.00", b"3600.01", 1)
    upload = one.post(f"/payments/{number}/answer", {"file": SimpleUploadedFile("a.csv", broken)})
    shown = one.get(upload.url)
    assert shown.context["file"]["problems"][0].cell == "D2" and "3,600.01" in shown.content.decode()
    assert [row[0] for row in rows_of(one.get(f"{upload.url}/problems.xlsx"))][-1] == "D2"
    one.post(f"{upload.url}/discard")
    upload = one.post(f"/payments/{number}/answer", {"file": SimpleUploadedFile("a.csv", content)})
    assert PaymentRow.objects.filter(state="paid").count() == 0
    assert one.get(upload.url).context["may_record"]
    one.post(f"{upload.url}/record")
    one.post(f"{upload.url}/record")
    assert PaymentRow.objects.filter(state="paid").count() == 2
    page = one.get(f"{first.url}?show=returned")
    assert "The name is not that of the account" in page.content.decode()
    assert [figure.fen for figure in page.context["page"].figures] == [
        5 * 360_000, 2 * 360_000, 360_000, 2 * 360_000,
    ]  # fmt: skip
    assert "/payments/new?of=again" in one.get(first.url).content.decode()
    listed = one.get("/payments")
    assert listed.context["came_back"] == 1 and "/payments/new?of=again" in listed.content.decode()
    assert len(rows_of(one.get("/payments.xlsx"))) >= 4
    table = rows_of(one.get(f"/payments/{number}/rows.xlsx?show=paid"))
    assert any("***0001" in row for row in table) and "62210000" not in repr(table)
    assert "7,200" in one.get(f"/payments/{number}/receipt").content.decode()
    bad = one.post(f"/payments/{number}/answer", {"file": SimpleUploadedFile("a.csv", b"x,y")})
    assert bad.status_code == 422
    assert sound() == []


def test_a_family_sees_all_programmes_on_one_statement(
    one: Client,
    issued: Callable[..., Batch],
    act: dict[str, Any],
    make_account: Any,
    county: Any,
) -> None:
    batch = issued()
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: "", 2: ""}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    page = one.get("/payments/families/1")
    assert page.context["statement"].received == 360_000 and "***0001" in page.content.decode()
    noted = AuditEntry.objects.order_by("-id").first()
    assert (noted.action, noted.subject) == ("payments.statement", "household:1")
    assert one.get("/payments/families/99").status_code == 404


def test_an_overpayment_takes_two_people(
    one: Client,
    two: Client,
    issued: Callable[..., Batch],
    act: dict[str, Any],
) -> None:
    batch = issued()
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: "", 2: ""}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    sent = {"fen": "100", "reason": "wrong_amount", "words": "", "parts": "3", "first_on": "2026-07-31"}
    address = f"/payments/{batch.pk}/rows/1/overpaid"
    assert one.post(address, sent | {"first_on": "2026-01-01"}).status_code == 422
    assert one.post(address, sent).status_code == 302
    made = Overpayment.objects.get()
    assert list(made.instalments.values_list("due_on", "fen")) == [
        (dt.date(2026, 7, 31), 3333), (dt.date(2026, 8, 31), 3333), (dt.date(2026, 9, 30), 3334),
    ]  # fmt: skip
    page = f"/payments/overpaid/{made.pk}"
    assert one.post(f"{page}/approve").status_code == 403
    assert two.get(page).context["view"].may_decide
    assert two.post(f"{page}/approve").status_code == 302
    given = {"fen": "50", "received_on": "2026-06-30", "voucher": "1"}
    assert one.post(f"{page}/recover", given).status_code == 302
    assert one.post(f"{page}/recover", given | {"fen": "51", "voucher": "2"}).status_code == 422
    assert one.post(f"{page}/waive-a-part", {"fen": "50", "words": "工作失误"}).status_code == 302
    assert two.post(f"{page}/waive").status_code == 302
    made.refresh_from_db()
    assert made.state == "settled"
    assert one.get("/payments/overpaid").context["lines"][0].open == 0
    assert one.get("/payments/overpaid.xlsx").status_code == 200
    assert sound() == []


def test_private_programmes_are_named_neutrally_and_seen_by_who_pays(
    one: Client,
    act: dict[str, Any],
    check: dict[str, Any],
    casework: Awards,
    county: Any,
    county_reviewer: Any,
) -> None:
    private = "bereaved_assistance"
    made = payments.open_fund(
        area_id=county.county.pk, year=2026, line="support", title="扶助资金", programmes=[private], **act
    )
    given = payments.appropriate(
        fund_id=made.pk, source="county", fen=1_000_000, document="文", appropriated_on=dt.date(2026, 3, 2),
        due_on=dt.date(2026, 3, 31), **act,
    )  # fmt: skip
    payments.record_arrival(
        appropriation_id=given.pk, fen=1_000_000, arrived_on=dt.date(2026, 3, 3), voucher="1", **act
    )
    casework.add(50, kind=private, name="孙山")
    batch = payments.build_batch(fund_id=made.pk, programme=private, template="one_card", **act)
    batch = payments.freeze_batch(batch_id=batch.pk, **act)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **check)
    content = payments.bank_file(batch_id=batch.pk, **act).content
    table = repr(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
    assert "家庭扶助（甲）" in table and "失独" not in table and "特殊家庭" not in table
    reviewer = Client()
    reviewer.force_login(county_reviewer, backend="django.contrib.auth.backends.ModelBackend")
    paths = ("/payments", f"/payments/{batch.pk}", f"/payments/{batch.pk}/receipt", "/payments.xlsx")
    for client in (one, reviewer):
        for path in (*paths, f"/payments/{batch.pk}/rows.xlsx"):
            answered = client.get(path)
            assert answered.status_code == 200
            text = repr(rows_of(answered)) if path.endswith("xlsx") else answered.content.decode()
            assert "失独" not in text and "ereaved" not in text.replace(private, ""), path
            assert private not in text
    assert "孙山" in one.get(f"/payments/{batch.pk}").content.decode()
    assert "孙山" not in reviewer.get(f"/payments/{batch.pk}").content.decode()
    assert "孙山" not in repr(rows_of(reviewer.get(f"/payments/{batch.pk}/rows.xlsx")))
    assert one.get("/payments/families/50").status_code == 200
    assert reviewer.get("/payments/families/50").status_code == 404


@pytest.mark.parametrize("rows", [1, 6])
def test_lists_ask_as_many_questions_however_many_rows(
    rows: int, one: Client, approved: Callable[..., Batch], casework: Awards,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    casework.void |= set(range(rows + 1, 7))
    batch = approved()
    one.get("/payments")
    for path, most in (
        ("/payments", 14), (f"/payments/{batch.pk}", 22), (f"/payments/{batch.pk}/rows.xlsx", 18),
        ("/funds", 9), (f"/funds/{batch.fund_id}", 18), ("/funds/levels", 10), ("/payments/overpaid", 8),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert one.get(path).status_code == 200


def test_whoever_only_views_finds_no_button(
    approved: Callable[..., Batch],
    county_reviewer: Any,
    village_worker: Any,
) -> None:
    batch = approved()
    client = Client()
    client.force_login(county_reviewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/payments/{batch.pk}")
    assert not (page.context["page"].may_file or page.context["page"].may_drop)
    for path in (f"/payments/{batch.pk}/file", f"/payments/{batch.pk}/drop"):
        assert client.post(path).status_code == 403
    for path in ("/funds/new", "/payments/new", f"/payments/{batch.pk}/answer"):
        assert client.get(path).status_code == 403
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/funds", "/payments", f"/payments/{batch.pk}", "/payments/overpaid", "/funds/levels"):
        assert client.get(path).status_code == 403


def test_the_cards_of_finance_count_the_batches_they_lead_to(
    one: Client, two: Client, build: Callable[..., Batch], money: Callable[..., Any], act: dict[str, Any],
    check: dict[str, Any],
) -> None:  # fmt: skip
    def waits(client: Client) -> dict[str, int]:
        found = {}
        for card in client.get("/").context["home"].cards:
            if card.key in ("payments-review", "payments-move", "payments-answers"):
                found[card.key.removeprefix("payments-")] = int(card.figure)
                if card.url:
                    assert len(client.get(card.url).context["batches"]) == int(card.figure)
        return found

    assert waits(one) == {"review": 0, "move": 0, "answers": 0}
    draft = build()
    assert (waits(one)["move"], waits(one)["review"]) == (1, 0)
    money(5_000_000)
    payments.freeze_batch(batch_id=draft.pk, **act)
    assert waits(one) == {"review": 0, "move": 0, "answers": 0}  # never whoever built it
    assert waits(two) == {"review": 1, "move": 0, "answers": 0}
    payments.approve(batch_id=draft.pk, seen=payments.seen_of(Batch.objects.get()), **check)
    assert waits(one)["move"] == 1
    payments.bank_file(batch_id=draft.pk, **act)
    sent = answer(Batch.objects.get(), dict.fromkeys(range(1, 7), ""))
    payments.stage_answer(batch_id=draft.pk, content=sent, **act)
    assert waits(one) == waits(two) == {"review": 0, "move": 0, "answers": 1}
    assert one.get("/payments?show=nothing").status_code == 200


def test_a_voucher_twice_is_asked_about_and_a_form_sent_twice_is_one(
    one: Client, fund: Any, money: Callable[..., Any], act: dict[str, Any]
) -> None:
    money(100)
    given = payments.appropriate(
        fund_id=fund.pk, source="county", fen=100_000, document="文9", appropriated_on=dt.date(2026, 3, 2),
        due_on=dt.date(2026, 3, 31), **act,
    )  # fmt: skip
    address = f"/funds/appropriations/{given.pk}"
    mark = one.get(address).context["form"]["mark"].value()
    assert mark and mark != one.get(address).context["form"]["mark"].value()
    early = one.post(address, {"fen": "1000.01", "arrived_on": "2025-12-01", "voucher": "V1", "mark": mark})
    assert early.status_code == 422
    assert {name: len(texts) for name, texts in early.context["form"].errors.items()} == {
        "fen": 1, "arrived_on": 2, "voucher": 1,
    }  # fmt: skip
    sent = {"fen": "400", "arrived_on": "2026-04-10", "voucher": "V1", "mark": mark}
    asked = one.post(address, sent)
    text = asked.content.decode()
    assert asked.status_code == 422 and "Entry 2 of 2026-04-10 bears this number" in text
    assert "another" in asked.context["form"].fields and f'value="{mark}"' in text
    assert one.post(address, sent | {"another": ""}).status_code == 422
    for _twice in range(2):
        assert one.post(address, sent | {"another": "several"}).status_code == 302
    assert Entry.objects.filter(kind="arrival").count() == 2
    page = one.get(f"/funds/{fund.pk}?month=2026-04").content.decode()
    assert "Same number as entry 2: One document or voucher holds several amounts" in page


def test_what_arrived_late_is_not_overdue(one: Client, fund: Any, money: Callable[..., Any],
                                          act: dict[str, Any]) -> None:  # fmt: skip
    money(100)  # due on 31 March, there on 10 April
    for document, due, came in (("半", "2026-06-20", 40), ("缓", "2026-07-31", 40), ("无", "2026-07-31", 0)):
        given = payments.appropriate(
            fund_id=fund.pk, source="central", fen=100, document=document,
            appropriated_on=dt.date(2026, 3, 2), due_on=dt.date.fromisoformat(due), **act,
        )  # fmt: skip
        if came:
            payments.record_arrival(
                appropriation_id=given.pk, fen=came, arrived_on=dt.date(2026, 6, 1), voucher=document, **act
            )
    told = [row.chip.label for row in one.get(f"/funds/{fund.pk}").context["appropriations"]]
    assert told == ["In full, 10 days late", "10 days overdue", "Arrived in part", "Not arrived yet"]


def test_a_month_that_cannot_be_closed_names_the_entry(one: Client, fund: Any, act: dict[str, Any]) -> None:
    given = payments.appropriate(
        fund_id=fund.pk, source="county", fen=100, document="文9", appropriated_on=dt.date(2026, 4, 2),
        due_on=dt.date(2026, 4, 30), **act,
    )  # fmt: skip
    entry, _new = posting.post(
        fund, ledger.entry(ledger.Kind.ARRIVAL, 100, source="county"), key="old", day=dt.date(2026, 2, 10),
        **act,
    )  # fmt: skip
    Arrival.objects.create(entry=entry, appropriation=given, voucher="旧")
    said = one.post(f"/funds/{fund.pk}/close", {"month": "2026-02"}, follow=True).content.decode()
    assert "entry 2 (arrival of 2026-02-10, 1 yuan) is dated before its appropriation, entry 1" in said
    form = one.get(f"/funds/entries/{entry.pk}/take-back").content.decode()
    assert "10 February 2026" in form and "1 yuan" in form
    back = one.post(f"/funds/entries/{entry.pk}/take-back", {"reason": "mistyped"})
    assert back.url.endswith("?month=2026-02")
    assert "Taken back by entry 3" in one.get(back.url).content.decode()
    assert one.post(f"/funds/{fund.pk}/close", {"month": "2026-02"}).status_code == 302
    assert one.get(f"/funds/{fund.pk}?month=2026-02").context["page"].closed and sound() == []


def test_money_paid_back_is_reversed_on_its_page(
    one: Client, two: Client, issued: Callable[..., Batch], act: dict[str, Any]
) -> None:
    batch = issued()
    file = payments.stage_answer(batch_id=batch.pk, content=answer(batch, {1: ""}), **act)
    payments.record_answer(file_id=file.pk, came_back=False, **act)
    sent = {"fen": "100", "reason": "wrong_amount", "words": "", "parts": "2", "first_on": "2026-07-31"}
    one.post(f"/payments/{batch.pk}/rows/1/overpaid", sent)
    page = f"/payments/overpaid/{Overpayment.objects.get().pk}"
    two.post(f"{page}/approve")
    assert "100 yuan are still open" in one.get(f"{page}/recover").content.decode()
    one.post(f"{page}/recover", {"fen": "60", "received_on": "2026-06-30", "voucher": "1"})
    assert [came for _part, came in one.get(page).context["view"].parts] == [5_000, 1_000]
    over = one.post(f"{page}/recover", {"fen": "41", "received_on": "2026-06-30", "voucher": "2"})
    assert over.status_code == 422 and "At most 40 yuan" in over.content.decode()
    entry = Entry.objects.get(kind="recovery")
    address = f"/funds/entries/{entry.pk}/take-back"
    assert address in one.get(page).content.decode()
    back = two.post(address, {"reason": "mistyped"})
    assert back.url == page
    one.post(f"{page}/recover", {"fen": "100", "received_on": "2026-06-30", "voucher": "1"})
    text = one.get(page).content.decode()
    assert Overpayment.objects.get().state == "settled" and "Nothing is open any more." in text
    assert sound() == []
