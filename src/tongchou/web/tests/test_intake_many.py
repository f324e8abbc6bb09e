"""The pages of uploads and of remembered headers: one file or many, what can be chosen."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.models import BatchItem, ColumnWord, RegisterFile
from tongchou.apps.intake.tests.workbooks import (
    COLUMNS,
    archive_of,
    demo_people,
    grid,
    person,
    text_table,
    workbook,
)
from tongchou.core.jobs import api as jobs

pytestmark = pytest.mark.django_db
NEW = reverse("console:intake-new")
UNTOLD = {"title": "户籍人口登记表", "notes": []}


@pytest.fixture
def officer(client: Client, township_officer: Any, county: Any) -> Client:
    client.force_login(township_officer)
    return client


def send(client: Client, *files: tuple[str, bytes], **more: Any) -> Any:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(NEW, {"file": uploads, **more}, follow=True)


def batch_page(client: Client, batch: int = 0) -> str:
    number = batch or intake.UploadBatch.objects.latest("pk").pk
    return client.get(reverse("console:intake-batch", args=[number])).content.decode()


def test_one_register_leads_to_its_own_page(officer: Client) -> None:
    answer = send(officer, ("任意.xlsx", workbook(demo_people())))
    assert answer.redirect_chain[-1][0] == reverse(
        "console:intake-file", args=[RegisterFile.objects.get().pk]
    )
    assert not intake.UploadBatch.objects.exists()


def test_one_that_tells_no_village_asks_for_it(officer: Client, county: Any) -> None:
    content = workbook(demo_people(), **UNTOLD)
    text = send(officer, ("名单.xlsx", content)).content.decode()
    assert "请选择村" in text and "从文件名和标题看不出是哪个村。" in text
    item = BatchItem.objects.get()
    address = reverse("console:intake-batch-village", args=[item.batch_id])
    wrong = officer.post(address, {"item": item.pk, "village": ""})
    assert wrong.status_code == 422 and "请选择村。" in wrong.content.decode()
    done = officer.post(address, {"item": item.pk, "village": county.village.pk}, follow=True)
    assert "文件已读取。" in done.content.decode() and RegisterFile.objects.get().people == 6
    chosen = send(officer, ("名单.xlsx", workbook(demo_people()[:2], **UNTOLD)), village=county.village.pk)
    assert "/intake/uploads/" not in chosen.redirect_chain[-1][0]


def test_a_village_is_for_one_file_alone(officer: Client, county: Any) -> None:
    files = [("a.xlsx", workbook(demo_people())), ("b.csv", text_table(grid(demo_people())))]
    answer = send(officer, *files, village=county.village.pk)
    assert answer.status_code == 422 and not RegisterFile.objects.exists()


def test_several_files_and_archives_in_one_upload(officer: Client, county: Any) -> None:
    other = [person("7", "吴大海", "户主", "1980-02-03", 201)]
    packed = archive_of(
        {"白水村.csv": text_table(grid(other, title="云岭镇白水村登记表", notes=[]))}, gbk=True
    )
    text = send(officer, ("520521901201.xlsx", workbook(demo_people())), ("a.zip", packed)).content.decode()
    assert "白水村.csv" in text and "520521901201.xlsx" in text and "写入没有错误的2个文件（7人）" in text
    assert "您的成批导入" in officer.get(reverse("console:intake")).content.decode()
    batch = intake.UploadBatch.objects.get()
    store = reverse("console:intake-batch-store", args=[batch.pk])
    text = officer.post(store, follow=True).content.decode()
    officer.post(store)
    assert "正在后台写入文件" in text and jobs.Job.objects.count() == 1
    shown = officer.get(reverse("console:jobs")).content.decode()
    assert "写入没有错误的登记表" in shown


def test_an_upload_of_which_every_file_was_refused_does_not_stay(officer: Client, county: Any) -> None:
    text = send(officer, ("fake.xlsx", b"just words"), ("b.xlsx", b"%PDF-1.7 ...")).content.decode()
    assert intake.UploadBatch.objects.exists() and "fake.xlsx" in text
    assert "您的成批导入" not in officer.get(reverse("console:intake")).content.decode()


def test_a_large_upload_is_read_in_the_background(officer: Client, county: Any) -> None:
    files = [(f"520521901201-{n}.xlsx", workbook(demo_people()[: n + 1])) for n in range(5)]
    text = send(officer, *files).content.decode()
    assert "正在后台读取文件" in text and 'hx-trigger="every 3s"' in text
    assert jobs.Job.objects.get().kind == "intake.read_batch" and not RegisterFile.objects.exists()
    jobs.cancel(job_id=jobs.Job.objects.get().pk, by=None, at=dt.datetime.now(dt.UTC))
    assert "读取待读的文件" in batch_page(officer)
    officer.post(reverse("console:intake-batch-read", args=[intake.UploadBatch.objects.get().pk]))
    assert jobs.Job.objects.get().state == jobs.State.QUEUED


def test_a_needed_column_is_explained_on_the_page_of_the_upload(officer: Client) -> None:
    content = workbook(demo_people(), rename={"户编号": "门牌"})
    text = send(officer, ("青山村.xlsx", content)).content.decode()
    assert "没有认出的栏目" in text and "门牌" in text
    batch = intake.UploadBatch.objects.get()
    address = reverse("console:intake-batch-words", args=[batch.pk])
    nothing = officer.post(address, {"word_0": ""})
    assert nothing.status_code == 422 and "请至少说明一栏的含义。" in nothing.content.decode()
    assert officer.post(address, {"word_0": "living_sons"}).status_code == 422
    text = officer.post(address, {"word_0": "household_no"}, follow=True).content.decode()
    assert "已为本县记住" in text and RegisterFile.objects.get().households == 3
    assert ColumnWord.objects.get().used == 1


def test_a_header_is_explained_on_the_page_of_the_file(officer: Client) -> None:
    content = workbook(demo_people(), columns=[*COLUMNS, ("联络号",)], rename={"联系电话": "备用栏"})
    send(officer, ("520521901201.xlsx", content))
    file = RegisterFile.objects.get()
    address = reverse("console:intake-file-words", args=[file.pk])
    page = officer.get(reverse("console:intake-file", args=[file.pk])).content.decode()
    assert "备用栏" in page and address in page
    order = file.open_words.index("联络号")
    text = officer.post(address, {f"word_{order}": "phones"}, follow=True).content.decode()
    assert "并重新读取了这份文件" in text and "phones" in RegisterFile.objects.get().columns
    words = officer.get(reverse("console:intake-words")).content.decode()
    assert "联络号" in words and "联系电话" in words
    word = ColumnWord.objects.get()
    text = officer.post(
        reverse("console:intake-word-take-back", args=[word.pk]), follow=True
    ).content.decode()
    assert "已撤回" in text and reverse("console:intake-word-take-back", args=[word.pk]) not in text


def test_too_many_errors_are_told_with_their_kinds(officer: Client) -> None:
    people = [person(f"H{n}", "杨光明", "邻居", "1960-03-07", 101 + 2 * n) for n in range(12)]
    text = send(officer, ("520521901201.xlsx", workbook(people))).content.decode()
    file = RegisterFile.objects.get()
    for told in ("错误太多，已整份退回", "12人中有12人", "最常见的错误", "E5 E6 E7 E8 E9", "已退回"):
        assert told in text
    assert reverse("console:intake-apply", args=[file.pk]) not in text
    for name in ("intake-problems", "intake-returned"):
        answer = officer.get(reverse(f"console:{name}", args=[file.pk]))
        assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
        assert answer.content.startswith(b"PK")
    officer.post(reverse("console:intake-discard", args=[file.pk]))
    assert officer.get(reverse("console:intake-returned", args=[file.pk])).status_code == 404


def test_the_upload_form_ships_no_list_of_all_villages(
    officer: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(16):
        text = officer.get(NEW).content.decode()
    assert "area-picker" in text and text.count("<option") < 12


def test_a_page_asks_as_often_for_thirty_files_as_for_one(
    officer: Client, django_assert_max_num_queries: Any
) -> None:
    send(officer, *((f"{n}.csv", f"{n}".encode()) for n in range(30)))
    send(officer, ("a.pdf", b"%PDF"), ("b.csv", b"1"))
    few, many = sorted(intake.UploadBatch.objects.all(), key=lambda batch: batch.items.count())
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    batch_page(officer, few.pk)
    with CaptureQueriesContext(connection) as first:
        batch_page(officer, few.pk)
    with CaptureQueriesContext(connection) as second:
        batch_page(officer, many.pk)
    assert len(first) == len(second) <= 32, [query["sql"][:90] for query in second]


def test_another_officer_does_not_see_the_upload(officer: Client, make_account: Any, county: Any) -> None:
    send(officer, ("a.pdf", b"%PDF"), ("520521901201.xlsx", workbook(demo_people())))
    batch = intake.UploadBatch.objects.get()
    colleague = Client()
    colleague.force_login(make_account("colleague", "township_officer", county.township))
    for name in ("intake-batch", "intake-batch-store", "intake-batch-read", "intake-batch-words"):
        address = reverse(f"console:{name}", args=[batch.pk])
        answer = colleague.get(address) if name == "intake-batch" else colleague.post(address)
        assert answer.status_code == 404, name
    worker = Client()
    worker.force_login(make_account("worker", "village_worker", county.village))
    assert worker.post(NEW, {"file": io.BytesIO(b"x")}).status_code == 403
