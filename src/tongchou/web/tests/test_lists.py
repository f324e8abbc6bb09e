"""The pages of department lists and of newborns to help."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.core.jobs import api as jobs
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.web.console.views import lists as views

lists = intake.lists
NEW = reverse("console:list-new")


@pytest.fixture(autouse=True)
def people(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> None:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )


@pytest.fixture
def reviewer(client: Client, county_reviewer: Any) -> Client:
    client.force_login(county_reviewer)
    return client


def send(client: Client, content: bytes, county: Any, **more: Any) -> Any:
    upload = SimpleUploadedFile("名单.xlsx", content)
    return client.post(NEW, {"kind": "", "county": county.county.pk, "file": upload, **more}, follow=True)


def test_a_list_comes_in_and_is_stored(reviewer: Client, county: Any) -> None:
    answer = send(reviewer, books.deaths(books.death("赵大山"), books.death("赵强", written=None)), county)
    text = answer.content.decode()
    assert "公安死亡注销" in text and "1行等您决定" in text
    assert "没有可用的公民身份号码" in text and "就是" in text and books.NUMBERS["赵强"] not in text
    path = answer.request["PATH_INFO"]
    stored = reviewer.post(f"{path}/apply", follow=True).content.decode()
    assert "已记录1行" in stored and "还有1行等待处理" in stored and "部分写入" in stored
    again = reviewer.post(f"{path}/apply", follow=True).content.decode()
    assert "已记录0行" in again


def test_a_list_of_vaccinations_is_counted_and_shows_nobody(reviewer: Client, county: Any) -> None:
    rows = (books.vaccination("2025-05-01", "赵小雪"), books.vaccination("2025-06-01", "周小雪", mother=None))
    answer = send(reviewer, books.vaccinations(*rows), county)
    page = answer.context["file"]
    assert page.may_apply and page.waiting == 0 and page.questions == []
    stored = reviewer.post(f"{answer.request['PATH_INFO']}/apply", follow=True)
    for text in (answer.content.decode(), stored.content.decode()):
        assert "小雪" not in text and books.NUMBERS["孙丽"] not in text
    assert not stored.context["file"].may_apply and stored.context["file"].undo_url
    assert lists.offers(scope=Scope.everything()) == []
    assert [one.year for one in lists.overlaps(scope=Scope.everything())[county.county.code]] == [2025]


def test_a_list_left_halfway_says_so_and_goes_on_or_is_forgotten(
    reviewer: Client, county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.intake.lists import applying, births

    rows = [books.vaccination(f"2025-0{month}-01", "赵小雪") for month in (5, 6)]
    path = send(reviewer, books.vaccinations(*rows), county).request["PATH_INFO"]
    (file,) = lists.lists(scope=Scope.everything())
    usual, kept = births.keep, []

    def stop(*args: Any, **named: Any) -> None:
        kept.append(args)
        if len(kept) == 2:
            raise RuntimeError
        usual(*args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applying, "CHUNK", 1)
        patch.setattr(births, "keep", stop)
        with pytest.raises(RuntimeError):
            lists.apply_list(list_id=file.pk, by=county_reviewer, at=frozen_clock)
    page = reviewer.get(path).context["file"]
    assert page.may_apply and page.may_discard and page.verdict.tone == "warn"
    assert page.chip.tone == "warn"
    assert lists.left_halfway(lists.open_list(file.pk, Scope.everything())) == 1
    reviewer.post(f"{path}/discard")
    page = reviewer.get(path).context["file"]
    assert not page.may_apply and not page.undo_url  # nothing of it is left to take back
    assert lists.overlaps(scope=Scope.everything()) == {}


def test_a_choice_is_made_on_the_page(reviewer: Client, county: Any) -> None:
    path = send(reviewer, books.deaths(books.death("赵强", written=None)), county).request["PATH_INFO"]
    file = lists.lists(scope=Scope.everything()).get()
    (question,) = lists.questions(file.pk, scope=Scope.everything())
    said = {"row": question.row_no, "seen": question.seen, "take": "yes"}
    wrong = reviewer.post(f"{path}/decide", said | {"person": "999"}, follow=True)
    assert "请选择其中一人" in wrong.content.decode()
    right = reviewer.post(f"{path}/decide", said | {"person": question.candidates[0].person_id}, follow=True)
    assert "各行均已明确" in right.content.decode()
    late = reviewer.post(f"{path}/decide", said | {"person": 1}, follow=True)
    assert late.status_code == 200 and "再看一次" in late.content.decode()
    assert "已记录1行" in reviewer.post(f"{path}/apply", follow=True).content.decode()
    assert "这份名单已有决定" in reviewer.post(f"{path}/decide", said, follow=True).content.decode()


def test_all_rows_of_a_question_are_answered_together(reviewer: Client, county: Any) -> None:
    first = send(reviewer, books.deaths(books.death("赵大山")), county).request["PATH_INFO"]
    reviewer.post(f"{first}/apply")
    path = send(reviewer, books.deaths(books.death("赵大山", "20260520")), county).request["PATH_INFO"]
    page = reviewer.get(path).content.decode()
    assert "2026年5月1日" in page and "2026年5月20日" in page and "全部以名单为准" in page
    told = reviewer.post(f"{path}/decide-all", {"reason": "other_date", "take": "yes"}, follow=True)
    assert "已决定1行" in told.content.decode()
    refused = reviewer.post(f"{path}/decide-all", {"reason": "no_number", "take": "yes"}, follow=True)
    assert "请逐行决定" in refused.content.decode()
    assert "已记录1行" in reviewer.post(f"{path}/apply", follow=True).content.decode()


def test_a_refused_list_says_why(reviewer: Client, county: Any) -> None:
    answer = send(reviewer, books.workbook(("甲", "乙"), ("1", "2")), county)
    assert answer.status_code == 422 and "表头不是本系统认识的任何一种名单" in answer.content.decode()
    missing = reviewer.post(NEW, {"kind": "nonsense", "county": "999"})
    assert missing.status_code == 422 and "请选择文件" in missing.content.decode()


def test_a_large_list_is_stored_in_the_background(
    reviewer: Client, county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongchou.apps.intake.lists.queries.MOST_AT_ONCE", 0)
    path = send(reviewer, books.deaths(), county).request["PATH_INFO"]
    answer = reviewer.post(f"{path}/apply", follow=True)
    assert (
        answer.request["PATH_INFO"] == reverse("console:jobs") and "写入部门名单" in answer.content.decode()
    )
    assert jobs.Job.objects.get().kind == "lists.apply"


def test_discarding_and_the_workbook_of_problems(reviewer: Client, county: Any) -> None:
    path = send(
        reviewer, books.deaths(books.death("赵大山"), books.death("x1", written=None)), county
    ).request["PATH_INFO"]
    book = reviewer.get(f"{path}/problems.xlsx")
    assert book.status_code == 200 and book.content.startswith(b"PK")
    assert "名单已放弃" in reviewer.post(f"{path}/discard", follow=True).content.decode()


def test_the_overview_takes_a_constant_number_of_queries(reviewer: Client, county: Any) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert reviewer.get(reverse("console:lists")).status_code == 200
        return len(caught)

    send(reviewer, books.deaths(), county)
    one = counted()
    for day in ("20260401", "20260402", "20260403"):
        send(reviewer, books.deaths(books.death("赵强", day)), county)
    assert counted() == one
    assert views.SIZE == 50


@pytest.fixture
def officer(county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime) -> Client:
    file = lists.stage_list(content=books.births(), by=county_reviewer, at=frozen_clock)
    lists.apply_list(list_id=file.pk, by=county_reviewer, at=frozen_clock)
    client = Client()
    client.force_login(township_officer)
    return client


def test_the_registrar_registers_a_newborn(officer: Client) -> None:
    listed = officer.get("/newborns").content.decode()
    assert "2026年5月1日" in listed and "尚未取名" in listed
    assert "138****0077" in listed and "13885730077" not in listed
    offer = lists.offers(scope=Scope.everything())[0].offer_id
    form = officer.get(f"/newborns/{offer}").content.decode()
    assert "138****0077" in form and "13885730077" not in form
    assert "13885730077" in officer.post(f"/newborns/{offer}", {"action": "contact"}).content.decode()
    shown = AuditEntry.objects.get(action="lists.newborn_contact")
    assert shown.subject == "newborn" and "0077" not in str(shown.detail)
    assert 'value="2026-05-01"' in form and "不需要结婚证" in form
    said = {"name": "", "sex": "2", "birth": "2026-05-01", "relation": "42", "id_number": "123"}
    wrong = officer.post(f"/newborns/{offer}", said)
    assert wrong.status_code == 422 and "请填写孩子姓名" in wrong.content.decode()
    done = officer.post(f"/newborns/{offer}", said | {"name": "赵小雪", "id_number": ""}, follow=True)
    assert "孩子已登记在母亲户内" in done.content.decode() and "赵小雪" in done.content.decode()
    assert "没有等待的" in officer.get("/newborns").content.decode()
    assert officer.get(f"/newborns/{offer}").status_code == 404


@pytest.mark.parametrize("outcome", ["declined", "elsewhere", "registered"])
def test_an_answer_is_noted_and_forgotten(officer: Client, outcome: str) -> None:
    offer = lists.offers(scope=Scope.everything())[0].offer_id
    assert "请选择一种答复" in officer.post(f"/newborns/{offer}/answer", {}, follow=True).content.decode()
    told = officer.post(f"/newborns/{offer}/answer", {"outcome": outcome}, follow=True).content.decode()
    assert "已记下" in told and "孙丽" not in told
    assert officer.post(f"/newborns/{offer}/answer", {"outcome": outcome}).status_code == 404


def test_addresses_name_nobody(officer: Client) -> None:
    page = officer.get("/newborns").content.decode()
    assert not any(name in part for name in books.NUMBERS for part in page.split("href=")[1:] if '"' in part
                   for part in [part.split('"')[1]])  # fmt: skip


def test_one_asks_to_take_a_list_back_and_another_approves(
    client: Client, county: Any, county_reviewer: Any, make_account: Any, township_officer: Any
) -> None:
    first, second, officer = Client(), Client(), Client()
    first.force_login(county_reviewer)
    second.force_login(make_account("chenjing", "county_reviewer", county.county, "陈静（示例）"))
    officer.force_login(township_officer)
    path = send(first, books.deaths(), county).request["PATH_INFO"]
    back = f"{path}/take-back"
    assert first.get(back).status_code == 404 and back not in first.get(path).content.decode()
    first.post(f"{path}/apply")
    assert back in first.get(path).content.decode() and officer.get(back).status_code == 403
    page = first.get(back).context["page"]
    assert [(one.kind, one.number) for one in page.figures] == [("changed", 1)] and page.may_ask
    assert first.post(back, {"reason": "other_village"}).status_code == 422
    assert first.post(back, {"reason": "other_county"}).status_code == 302
    home, overview = reverse("console:home"), reverse("console:lists")
    for reader, number in ((first, "0"), (second, "1"), (officer, "0")):
        cards = {card.key: card for card in reader.get(home).context["home"].cards}
        assert (cards["undos"].figure, cards["undos"].waits) == (number, number == "1")
    assert back in second.get(overview).content.decode() and back not in first.get(overview).content.decode()
    seen = second.get(back).context["page"].seen
    assert first.post(f"{back}/approve", {"seen": seen}).status_code == 403
    assert second.post(f"{back}/approve", {"seen": "x"}).status_code == 409
    assert second.post(f"{back}/approve", {"seen": seen}).status_code == 302
    assert second.get(back).context["page"].running and second.get(path).context["file"].chip.tone == "warn"
    assert back in second.get(reverse("console:jobs")).content.decode()
    lists.lists(scope=Scope.everything()).update(status=lists.ListStatus.UNDONE)
    assert second.get(back).context["page"].done and second.get(path).context["file"].chip.icon == "turn"
    told = second.get(path, headers={"accept-language": "en"}).content.decode()
    assert "How it was taken back" in told and "Take a file back" not in told


def test_what_stands_in_the_way_of_taking_a_list_back_can_be_taken_along(
    reviewer: Client, county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    act = {"by": county_reviewer, "at": frozen_clock}
    people = dict(Person.objects.values_list("name", "pk"))
    widow = {"spouse_id": people["孙丽"], **act}
    registry.record_marriage(person_id=people["赵强"], married_on=PartialDate(2015), **widow)
    path = send(reviewer, books.deaths(books.death("赵强"), books.death("钱小兰")), county).request[
        "PATH_INFO"
    ]
    reviewer.post(f"{path}/apply")
    registry.record_marriage(person_id=people["赵大山"], married_on=PartialDate(2026, 6), **widow)
    page = reviewer.get(f"{path}/take-back")
    assert not page.context["page"].may_ask
    assert reverse("console:person", args=[people["孙丽"]]) in page.content.decode()
    assert reviewer.post(f"{path}/take-back", {"reason": "wrong"}).status_code == 422
    book = load_workbook(io.BytesIO(reviewer.get(f"{path}/take-back/list.xlsx").content))
    assert {book.active["A2"].value, book.active["A3"].value} == {"孙丽", "赵大山"}
