"""Pages of the bulletin and of yearbooks: what they say, who may open them, what their files hold."""

from __future__ import annotations

import datetime as dt
import io
import threading
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tongchou.apps.statistics.models import Built
from tongchou.apps.yearbook.models import Volume
from tongchou.core.jobs import leases, worker
from tongchou.core.jobs.models import Job, State
from tongchou.web.tests.test_notice_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def statistician(make_account: Any, county: Any) -> Any:
    return make_account("tongjiyuan", "statistician", county.county, "统计员（示例）")


@pytest.fixture
def cubes(make_cubes: Callable[..., Built]) -> Built:
    return make_cubes(people=3000)


def test_the_bulletin_says_what_its_files_say(cubes: Built, statistician: Any) -> None:
    client: Client = signed_in(statistician)
    page = client.get(reverse("console:bulletin"), {"month": "2026-05", "edition": "internal"})
    assert page.status_code == 200
    text = page.content.decode()
    said = page.context["publication"]
    for chapter in said.chapters:
        assert chapter.title in text
    assert said.colophon[-1][1] in text
    query = page.context["asked"].query
    pdf = client.get(f"{reverse('console:bulletin-pdf')}?{query}")
    assert pdf.content.startswith(b"%PDF-") and "attachment" in pdf["Content-Disposition"]
    assert pdf.content == client.get(f"{reverse('console:bulletin-pdf')}?{query}").content
    book = client.get(f"{reverse('console:bulletin-workbook')}?{query}")
    sheets = openpyxl.load_workbook(io.BytesIO(book.content))
    assert len(sheets.sheetnames) == len(said.grids) + 2


def test_without_counts_the_page_says_so(statistician: Any) -> None:
    client = signed_in(statistician)
    page = client.get(reverse("console:bulletin"))
    assert page.status_code == 200 and page.context["publication"] is None
    assert client.get(reverse("console:bulletin-pdf")).status_code == 302


def test_a_village_has_no_bulletin(cubes: Built, make_account: Any, county: Any) -> None:
    worker_ = make_account("cunguan", "village_worker", county.village, "村官（示例）")
    page = signed_in(worker_).get(reverse("console:bulletin"))
    assert page.status_code == 200 and page.context["publication"] is None
    assert page.context["asked"].refused


def test_a_bulletin_of_elsewhere_is_not_shown(cubes: Built, make_account: Any, county: Any) -> None:
    here = make_account("zhenli", "statistician", county.township, "镇统计员（示例）")
    page = signed_in(here).get(reverse("console:bulletin"), {"area": county.county.pk})
    shown = page.context["asked"].picker.area
    assert shown is None or shown.pk == county.township.pk


def test_a_yearbook_is_made_in_the_background(
    cubes: Built, statistician: Any, county: Any, make_account: Any
) -> None:
    client = signed_in(statistician)
    form = {"area": county.county.pk, "year": 2025, "edition": "public", "basis": "registered"}
    answer = client.post(reverse("console:yearbooks"), form)
    assert answer.status_code == 302
    client.post(reverse("console:yearbooks"), form)  # a second click finds the same job
    job = Job.objects.get(kind="yearbook.make")
    assert str(job.pk) in client.get(reverse("console:yearbooks")).content.decode()
    _work()
    job.refresh_from_db()
    assert job.state == State.DONE and job.result["volume"]
    volume = Volume.objects.get()
    page = client.get(reverse("console:yearbooks"))
    assert volume.sha256[:16] in page.content.decode()
    pdf = client.get(reverse("console:yearbook-pdf", args=[volume.pk]))
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.content == client.get(reverse("console:yearbook-pdf", args=[volume.pk])).content
    book = client.get(reverse("console:yearbook-workbook", args=[volume.pk]))
    assert openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames
    narrow = make_account("zhenli", "statistician", county.township, "镇统计员（示例）")
    elsewhere = signed_in(narrow).get(reverse("console:yearbook-pdf", args=[volume.pk]))
    assert elsewhere.status_code == 404


def _work() -> None:
    from tongchou.core import clock

    job = leases.claim(["yearbook.make"], at=clock.now())
    assert job is not None
    worker.run_job(job, threading.Event())


def test_a_reader_makes_none(cubes: Built, make_account: Any, county: Any) -> None:
    reader = make_account("duzhe", "township_officer", county.township, "读者（示例）")
    client = signed_in(reader)
    page = client.get(reverse("console:yearbooks"))
    assert page.status_code == 200 and page.context["form"] is None
    form = {"area": county.township.pk, "year": 2025, "edition": "public", "basis": "registered"}
    assert client.post(reverse("console:yearbooks"), form).status_code == 403
    assert not Job.objects.filter(kind="yearbook.make").exists()


def test_a_year_that_is_not_over_is_refused(cubes: Built, statistician: Any, county: Any) -> None:
    form = {"area": county.county.pk, "year": 2026, "edition": "public", "basis": "registered"}
    answer = signed_in(statistician).post(reverse("console:yearbooks"), form)
    assert answer.status_code == 422 and not Job.objects.exists()


def test_the_methods_page_defines_every_indicator(statistician: Any) -> None:
    from django.utils.html import escape

    from tongchou.domain.statistics.indicators import INDICATORS

    text = Client().get(reverse("console:methods")).content.decode()  # without signing in
    assert 'class="side"' in signed_in(statistician).get(reverse("console:methods")).content.decode()

    for one in INDICATORS.values():
        assert escape(one.source) in text


def test_the_list_of_yearbooks_costs_the_same_queries(
    cubes: Built, statistician: Any, county: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(statistician)
    at = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    for year in range(2000, 2012):
        Volume.objects.create(
            built=cubes, area_id=county.county.pk, scope_no=county.county.scope_no, area_name="示例县",
            year=year, edition="public", basis="registered", content="{}", sha256="0" * 64, made_at=at,
            made_by=statistician.pk,
        )  # fmt: skip
    client.get(reverse("console:yearbooks"))
    with django_assert_max_num_queries(20):
        assert client.get(reverse("console:yearbooks")).status_code == 200
