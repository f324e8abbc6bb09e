"""The audit page: within the reader's areas, nothing of people, paging by key, verifying, the workbook."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.places import api as places
from tongchou.core import audit, audit_checking, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.models import AuditEntry


@transaction.atomic
def act(at: dt.datetime, **words: Any) -> AuditEntry:
    given = {"by": None, "action": "registry.unmask", "subject": "person:7", "at": at} | words
    return audit.append(**given)


@pytest.fixture
def root(client: Client, county: Any, make_account: Any) -> Client:
    client.force_login(make_account("root-auditor", "auditor", places.area_by_code("520000"), "郑洁"))
    return client


@pytest.fixture
def local(county: Any, make_account: Any) -> Client:
    client = Client()
    client.force_login(make_account("local-auditor", "auditor", county.county, "吴静"))
    return client


def shown(client: Client, **query: Any) -> list[int]:
    return [line.number for line in client.get("/audit", query).context["lines"]]


def test_newest_first_by_key(root: Client, frozen_clock: dt.datetime) -> None:
    for _ in range(120):
        act(frozen_clock)
    found, address = [], "/audit"
    while address:
        page = root.get(address)
        found += [line.number for line in page.context["lines"]]
        address = page.context["older"]
    assert found == list(AuditEntry.objects.order_by("-id").values_list("id", flat=True))


def test_rows_without_an_area_are_for_the_root_alone(
    root: Client, local: Client, frozen_clock: dt.datetime
) -> None:
    entry = act(frozen_clock, action="job.clean_up", subject="jobs")
    assert entry.pk in shown(root)
    assert entry.pk not in shown(local)


def test_sign_ins_of_the_accounts_of_the_area_are_read(
    local: Client, county: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    here = make_account("here", "village_worker", county.village)
    above = make_account("above", "prefecture_supervisor", places.area_by_code("520500"))
    far = make_account("far", "village_worker", places.area_by_code("520523"))
    rows = {
        one.pk: act(frozen_clock, by=one, action="account.sign_in", subject=f"account:{one.pk}").pk
        for one in (here, above, far)
    }
    found = shown(local)
    assert rows[here.pk] in found and rows[above.pk] not in found and rows[far.pk] not in found


def test_the_filters(root: Client, county: Any, township_officer: Any, frozen_clock: dt.datetime) -> None:
    other = act(
        frozen_clock, action="intake.stage", subject="register_file:3", scope_no=county.village.scope_no
    )
    mine = act(frozen_clock, by=township_officer)
    later = act(frozen_clock + dt.timedelta(days=2))
    assert shown(root, action="intake.stage") == [other.pk]
    assert shown(root, actor=township_officer.pk) == [mine.pk]
    assert shown(root, since="2026-07-01", until="2026-07-02") == [later.pk]
    assert later.pk not in shown(root, until="2026-07-01")
    assert shown(root, area=county.county.pk, action="intake.stage") == [other.pk]
    assert shown(root, area=places.area_by_code("520523").pk, action="intake.stage") == []
    assert len(shown(root, since="nonsense", area="x", actor="-1", action="no.such")) > 3


def test_an_account_is_found_by_post_and_stands_in_no_address(
    root: Client, local: Client, township_officer: Any, make_account: Any
) -> None:
    answer = root.post("/audit/account", {"username": "liwen", "action": "registry.unmask"})
    assert answer["Location"] == f"/audit?action=registry.unmask&actor={township_officer.pk}"
    far = make_account("far", "village_worker", places.area_by_code("520523"))
    answer = local.post("/audit/account", {"username": "far"})
    assert answer["Location"] == "/audit"
    assert "没有使用该用户名的账号" in local.get("/audit").content.decode()
    assert local.get("/audit", {"actor": far.pk}).context["filters"].actor == ""


def test_nothing_of_people_is_shown(root: Client, frozen_clock: dt.datetime) -> None:
    number = "520599199001021232"
    act(frozen_clock, subject="person:罗德贵", purpose=f"核对 {number}", detail={"name": "罗德贵"})
    act(frozen_clock, purpose="verify_identity")
    text = root.get("/audit").content.decode()
    assert "罗德贵" not in text and number not in text
    assert "核实当面人员的身份" in text or "verify_identity" not in text


def test_known_acts_have_words_in_both_languages() -> None:
    from django.utils import translation

    from tongchou.web.console.presenters import audit_words

    for code in audit_words.ACTIONS:
        with translation.override("zh-hans"):
            assert not audit_words.action(code).isascii(), code
        with translation.override("en"):
            assert audit_words.action(code).isascii(), code


def test_the_page_costs_the_same_whatever_it_shows(
    local: Client, county: Any, frozen_clock: dt.datetime
) -> None:
    numbers = []
    for more in (1, 30):
        for _ in range(more):
            act(frozen_clock, scope_no=county.village.scope_no)
        with CaptureQueriesContext(connection) as caught:
            local.get("/audit")
        numbers.append(len(caught))
    assert numbers[0] == numbers[1] <= 20


def test_the_workbook_is_recorded_and_holds_what_was_asked(
    local: Client, county: Any, frozen_clock: dt.datetime
) -> None:
    for _ in range(3):
        act(frozen_clock, action="intake.stage", scope_no=county.village.scope_no, purpose="=1+1")
    act(frozen_clock, action="intake.stage", scope_no=places.area_by_code("520523").scope_no)
    assert local.get("/audit.xlsx").status_code == 405
    answer = local.post("/audit.xlsx", {"action": "intake.stage"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "编号")
    assert len(rows) == head + 4
    assert rows[-1][3:] == ["读取并核对登记表", "人员7号", "青山村（示例）", "=1+1"]
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)
    last = AuditEntry.objects.latest("id")
    assert (last.action, last.detail) == ("audit.export", {"rows": 3, "action": "intake.stage"})


def test_a_long_range_says_what_was_left_out(
    root: Client, frozen_clock: dt.datetime, monkeypatch: Any
) -> None:
    from tongchou.web.console.views import audit as view

    monkeypatch.setattr(view, "MOST", 5)
    for _ in range(8):
        act(frozen_clock, action="intake.stage")
    answer = root.post("/audit.xlsx", {"action": "intake.stage"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    texts = [str(row[0].value) for row in sheet.iter_rows()]
    assert any(text.startswith("更早的记录未列入") for text in texts)
    assert AuditEntry.objects.latest("id").detail["rows"] == 5


def work(at: dt.datetime) -> None:
    """What the worker does with the job that waits."""
    import threading

    from tongchou.core.jobs import leases
    from tongchou.core.jobs.context import JobContext

    job = leases.claim([audit_checking.KIND], at=at)
    result = audit_checking.verify(JobContext(job, at=at, stop=threading.Event()))
    leases.finish(jobs.Job.objects.get(pk=job.pk), result, at)


def test_a_second_click_verifies_once(root: Client, frozen_clock: dt.datetime) -> None:
    assert "尚未在页面上校验过" in root.get("/audit").content.decode()
    assert root.post("/audit/verify")["Location"] == "/audit"
    root.post("/audit/verify")
    assert jobs.Job.objects.filter(kind="audit.verify").count() == 1
    page = root.get("/audit").content.decode()
    assert "等待中" in page and 'hx-get="/audit/state"' in page


@pytest.mark.django_db(transaction=True)
def test_the_result_is_shown(root: Client, frozen_clock: dt.datetime) -> None:
    root.post("/audit/verify")
    rows = AuditEntry.objects.count()
    work(clock.now())
    part = root.get("/audit/state", headers={"HX-Request": "true"})
    assert part["X-Part"] == "yes"
    shown_now = part.context["verification"]
    assert (shown_now.rows, shown_now.first_broken, shown_now.running) == (rows, None, False)
    assert "完整" in part.content.decode() and "hx-get" not in part.content.decode()
    last = AuditEntry.objects.latest("id")
    assert (last.action, last.detail["ok"], last.detail["rows"]) == ("audit.verify", True, rows)
    root.post("/audit/verify")
    assert jobs.Job.objects.filter(kind="audit.verify").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_broken_chain_names_its_first_row(root: Client, frozen_clock: dt.datetime) -> None:
    from tongchou.core.append_only import allow_changes, forbid_changes

    entry = act(frozen_clock)
    act(frozen_clock)
    table = AuditEntry._meta.db_table
    allow_changes(connection, table)
    AuditEntry.objects.filter(pk=entry.pk).update(subject="person:8")
    forbid_changes(connection, table)
    root.post("/audit/verify")
    work(clock.now())
    assert root.get("/audit").context["verification"].first_broken == entry.pk
    assert "不完整" in root.get("/").content.decode()


def test_those_who_may_not_read_do_not(client: Client, county: Any, county_reviewer: Any) -> None:
    client.force_login(county_reviewer)
    assert client.get("/audit").status_code == 403
    assert client.post("/audit.xlsx").status_code == 403
    assert client.post("/audit/verify")["Location"] == "/jobs"  # verifying is the reviewer's too
