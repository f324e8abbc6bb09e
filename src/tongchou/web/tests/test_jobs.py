"""The pages of jobs: who sees which, what a running one's row says, the buttons, and the card at home."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.intake import api as intake
from tongchou.apps.intake import queries
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases
from tongchou.core.jobs.api import Job, State

PART = {"HX-Request": "true"}
PAGE = reverse("console:jobs")


@pytest.fixture
def job(county_reviewer: Any, frozen_clock: dt.datetime) -> Job:
    """The reviewer's, waiting."""
    return entitlements.ask_to_refresh(by=county_reviewer, at=frozen_clock)


@pytest.fixture
def running(job: Job, frozen_clock: dt.datetime) -> Job:
    """The same, 42 of 100 done."""
    leases.claim([job.kind], at=frozen_clock)
    Job.objects.filter(pk=job.pk).update(done=42, total=100, note="rules")
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def reviewer(client: Client, county_reviewer: Any) -> Client:
    client.force_login(county_reviewer)
    return client


def row_of(job: Job, seen: str) -> str:
    return reverse("console:job-row", args=[job.pk]) + f"?seen={seen}"


def test_pressing_the_button_leads_to_the_job(reviewer: Client, county: Any) -> None:
    assert "更新名单" in reviewer.get("/").content.decode()
    answer = reviewer.post(reverse("console:jobs-refresh"))
    job = Job.objects.get()
    assert answer["Location"] == f"{PAGE}#job-{job.pk}"
    page = reviewer.get(PAGE).content.decode()
    assert "更新待遇名单" in page and "等待中" in page and "大方县" in page and f'id="job-{job.pk}"' in page
    home = reviewer.get("/").content.decode()
    assert f'href="{PAGE}#job-{job.pk}"' in home and reverse("console:jobs-refresh") not in home


def test_a_running_job_s_row_asks_again_and_an_ended_one_does_not(reviewer: Client, running: Job) -> None:
    page = reviewer.get(PAGE).content.decode()
    assert 'value="42"' in page and "42%" in page and "正在按政策核对" in page
    assert f'hx-get="{row_of(running, "running")}" hx-trigger="every 2s"' in page
    assert "<noscript>" in page
    part = reviewer.get(row_of(running, "running"), headers=PART)
    assert "<tr" not in part.content.decode() and 'value="42"' in part.content.decode()
    assert "HX-Retarget" not in part
    leases.finish(running, {"people": 60123}, running.created_at)
    part = reviewer.get(row_of(running, "running"), headers=PART)
    assert part["HX-Retarget"] == f"#job-{running.pk}" and part["HX-Reswap"] == "outerHTML"
    text = part.content.decode()
    assert "hx-get" not in text and "已核对60,123人。" in text and "<progress" not in text


def test_a_row_opened_as_a_page_leads_to_the_list(reviewer: Client, running: Job) -> None:
    assert reviewer.get(row_of(running, "running"))["Location"] == f"{PAGE}#job-{running.pk}"


def test_cancelling_and_trying_again(reviewer: Client, running: Job) -> None:
    cancel, again = (reverse(f"console:job-{name}", args=[running.pk]) for name in ("cancel", "again"))
    assert again not in reviewer.get(PAGE).content.decode()
    answer = reviewer.post(cancel, follow=True)
    text = answer.content.decode()
    assert "正在结束" in text and cancel not in text
    leases.end_cancelled(Job.objects.get(), running.created_at)
    assert reviewer.post(cancel).status_code == 409
    assert again in reviewer.get(PAGE).content.decode()
    reviewer.post(again)
    assert Job.objects.get().state == State.QUEUED
    reviewer.post(cancel)
    assert Job.objects.get().state == State.CANCELLED, "one that waits ends at once"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "数据库"), ("en", "The database was busy")])
def test_a_failed_job_says_why_in_the_reader_s_language(
    language: str, words: str, reviewer: Client, running: Job, county_reviewer: Any
) -> None:
    leases.fail(running, "job.busy", leases.BUSY_TEXT, running.created_at)
    reviewer.post(reverse("console:language"), {"language": language, "next": "/"})
    assert words in reviewer.get(PAGE).content.decode()


def test_a_village_worker_sees_none_but_letters(client: Client, running: Job, village_worker: Any) -> None:
    """Letters for the households of the own village are the only long work of a village worker."""
    client.force_login(village_worker)
    assert client.get(PAGE).status_code == 200
    assert row_of(running, "").partition("?")[0] not in client.get(PAGE).content.decode()
    assert client.get(row_of(running, "x"), headers=PART).status_code in (403, 404)
    for name in ("job-cancel", "job-again"):
        assert client.post(reverse(f"console:{name}", args=[running.pk])).status_code in (403, 404)
    running.refresh_from_db()
    assert not running.cancel_requested


def test_who_has_no_long_work_sees_no_jobs(
    client: Client, running: Job, make_account: Any, county: Any
) -> None:
    client.force_login(make_account("bumen", "department_reader", county.county))
    assert PAGE not in client.get("/").content.decode()
    assert client.get(PAGE).status_code == 403
    assert client.get(row_of(running, "x"), headers=PART).status_code == 403
    for name in ("job-cancel", "job-again"):
        assert client.post(reverse(f"console:{name}", args=[running.pk])).status_code == 403
    assert client.post(reverse("console:jobs-refresh")).status_code == 403
    running.refresh_from_db()
    assert not running.cancel_requested


def test_an_officer_sees_those_of_the_township_alone(
    client: Client,
    running: Job,
    county: Any,
    township_officer: Any,
    make_account: Any,
    frozen_clock: dt.datetime,
) -> None:
    file = intake.stage_register(
        content=workbook(demo_people()), file_name="520521901201.xlsx", village_id=county.village.pk,
        by=township_officer, at=frozen_clock,
    )  # fmt: skip
    own = intake.ask_to_apply(file_id=file.pk, by=township_officer, at=frozen_clock)
    client.force_login(township_officer)
    assert [line.number for line in client.get(PAGE).context["jobs"]] == [own.pk]
    assert client.get(row_of(running, "x"), headers=PART).status_code == 404
    assert client.post(reverse("console:job-cancel", args=[running.pk])).status_code == 404
    helper = make_account("helper", "township_officer", county.other_village)
    client.force_login(helper)
    assert client.get(PAGE).context["jobs"] == []
    assert client.post(reverse("console:job-cancel", args=[own.pk])).status_code == 404


def test_a_large_file_is_stored_in_the_background(
    client: Client,
    county: Any,
    township_officer: Any,
    frozen_clock: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = intake.stage_register(
        content=workbook(demo_people()), file_name="520521901201.xlsx", village_id=county.village.pk,
        by=township_officer, at=frozen_clock,
    )  # fmt: skip
    monkeypatch.setattr(queries, "MOST_AT_ONCE", 2)
    client.force_login(township_officer)
    answer = client.post(reverse("console:intake-apply", args=[file.pk]))
    job = Job.objects.get()
    assert answer["Location"] == f"{PAGE}#job-{job.pk}"
    page = client.get(reverse("console:intake-file", args=[file.pk])).content.decode()
    assert "正在后台写入" in page and f'href="{PAGE}#job-{job.pk}"' in page
    assert reverse("console:intake-discard", args=[file.pk]) not in page
    assert reverse("console:intake-apply", args=[file.pk]) not in page
    listed = client.get(PAGE).content.decode()
    assert "写入登记表" in listed and reverse("console:intake-file", args=[file.pk]) in listed


def test_the_list_names_older_jobs_on_another_page(
    reviewer: Client, county_reviewer: Any, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.web.console.views import jobs as view

    monkeypatch.setattr(view, "SIZE", 2)
    numbers = []
    for _ in range(3):
        job = entitlements.ask_to_refresh(by=county_reviewer, at=frozen_clock)
        jobs.cancel(job_id=job.pk, by=county_reviewer, at=frozen_clock)
        numbers.append(job.pk)
    first = reviewer.get(PAGE)
    assert [line.number for line in first.context["jobs"]] == [numbers[2], numbers[1]]
    second = reviewer.get(f"{PAGE}?before={first.context['older']}")
    assert [line.number for line in second.context["jobs"]] == [numbers[0]]
    assert second.context["older"] is None
    assert reviewer.get(f"{PAGE}?before=x").status_code == 200


def test_waiting_for_nobody_is_said(reviewer: Client, job: Job, frozen_clock: dt.datetime) -> None:
    from tongchou.core import clock

    words = "后台程序没有运行"
    assert words not in reviewer.get(PAGE).content.decode()
    with clock.frozen(frozen_clock + dt.timedelta(minutes=3)):
        assert words in reviewer.get(PAGE).content.decode()


def test_home_says_when_the_list_is_older_than_a_register(
    reviewer: Client, county: Any, county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.snapshot import api as snapshots

    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    entitlements.evaluate_latest(year=2026, by=county_reviewer, at=frozen_clock, purpose="test")
    home = reviewer.get("/").content.decode()
    assert "此后没有新写入的登记表。" in home and "2026年6月30日 09:00" in home
    later = frozen_clock + dt.timedelta(minutes=5)
    file = intake.stage_register(
        content=workbook(demo_people()), file_name="520521901201.xlsx", village_id=county.village.pk,
        by=township_officer, at=later,
    )  # fmt: skip
    intake.apply_file(file_id=file.pk, by=township_officer, at=later, accept_partial=True)
    assert "此后又写入了1份登记表，名单尚未计入。" in reviewer.get("/").content.decode()


def test_the_card_is_for_those_who_evaluate(client: Client, county: Any, township_officer: Any) -> None:
    client.force_login(township_officer)
    home = client.get("/").content.decode()
    assert "更新待遇名单" not in home and PAGE in home
