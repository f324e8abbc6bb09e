"""The pages of the first run, the checklist, the system check, areas and local parameters."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.core.models import Account

pytestmark = pytest.mark.django_db
STEPS = ("/setup/unit", "/setup/accounts", "/setup/parameters", "/setup/end")
BACKEND = "django.contrib.auth.backends.ModelBackend"
PEOPLE = {
    "system_admin": ("赵工（示例）", "zhaogong"),
    "security_admin": ("钱安（示例）", "qianan"),
    "auditor": ("孙审（示例）", "sunshen"),
    "county_reviewer": ("周敏（示例）", "zhoumin"),
}


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def clerk(frozen_clock: dt.datetime) -> Client:
    """A browser that gave the token."""
    client = Client()
    answer = client.post("/setup/enter", {"token": local.issue_token(at=frozen_clock)})
    assert (answer.status_code, answer["Location"]) == (302, "/setup")
    return client


def sheet(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(["代码", "名称", "级别", "上级代码", "启用日期"])
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("区划.xlsx", out.getvalue())


def first_accounts(**changes: str) -> dict[str, str]:
    sent = {}
    for role, (name, username) in PEOPLE.items():
        sent |= {f"{role}.display_name": name, f"{role}.username": username}
    return sent | {key.replace("__", "."): value for key, value in changes.items()}


def test_without_the_token_there_is_only_the_door(frozen_clock: dt.datetime) -> None:
    client = Client()
    assert client.get("/setup").status_code == 200
    for address in STEPS:
        for method in (client.get, client.post):
            assert method(address)["Location"] == "/setup"
    assert client.post("/setup/enter", {"token": ""}).status_code == 422
    token = local.issue_token(at=frozen_clock)
    assert token in client.get(f"/setup?token={token}").content.decode()
    assert client.post("/setup/enter", {"token": "guess"}).status_code == 422
    assert client.get("/areas/load/template.xlsx").status_code == 302


def test_a_browser_that_did_not_give_it_stays_outside(clerk: Client) -> None:
    assert clerk.get("/setup/unit").status_code == 200
    assert clerk.get("/areas/load/template.xlsx").status_code == 200
    assert clerk.get("/areas/load/template.csv").status_code == 200
    assert Client().get("/setup/unit").status_code == 302


def test_where_there_are_accounts_the_pages_do_not_exist(make_account: Any) -> None:
    client = signed_in(make_account("somebody"))
    for address in ("/setup", *STEPS):
        assert client.get(address).status_code == 404 and client.post(address).status_code == 404
        assert Client().get(address).status_code == 404
    assert Client().post("/setup/enter", {"token": "x"}).status_code == 404


def test_signing_in_says_that_nothing_is_set_up_yet(db: None, make_account: Any) -> None:
    assert "tongchou setup" in Client().get("/sign-in").content.decode()
    make_account("zhou")
    assert "tongchou setup" not in Client().get("/sign-in").content.decode()


def test_the_whole_way(clerk: Client, frozen_clock: dt.datetime) -> None:
    assert clerk.get("/setup/accounts")["Location"] == "/setup/unit"
    assert clerk.get("/setup/parameters")["Location"] == "/setup/unit"
    clerk.post("/setup/unit", {"action": "reference"})
    wrong = clerk.post(
        "/setup/unit",
        {"action": "upload", "file": sheet(("520521901", "云岭镇（示例）", "镇", "5205", "早年"))},
    )
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "E2" in text and "没有保存任何内容" in text
    rows = (
        ("520521901", "云岭镇", "镇", "520521", "2010-11-01"),
        ("520521901201", "青山村", "村", "520521901", "2010-11-01"),
    )
    assert clerk.post("/setup/unit", {"action": "upload", "file": sheet(*rows)}).status_code == 302
    assert "云岭镇" in clerk.get("/setup/unit").content.decode()
    clerk.post("/setup/unit", {"action": "load"})
    second = clerk.post("/setup/unit", {"action": "load"}, follow=True)
    assert "已经导入或放弃" in second.content.decode()
    assert places.Area.objects.filter(code="520521901201").count() == 1

    assert clerk.post("/setup/unit", {"action": "unit", "unit": ""}).status_code == 422
    unit = places.area_by_code("520521")
    answer = clerk.post("/setup/unit", {"action": "unit", "unit": str(unit.pk)})
    assert answer["Location"] == "/setup/accounts"
    bad = clerk.post("/setup/accounts", first_accounts(auditor__username="A", system_admin__display_name=""))
    assert bad.status_code == 422 and not Account.objects.exists()
    assert 'value="zhoumin"' in bad.content.decode(), "what was typed stays"
    made = clerk.post("/setup/accounts", first_accounts())
    assert made.status_code == 200 and "no-store" in made["Cache-Control"]
    passwords = [one.password for _role, one in made.context["made"]]
    assert len(passwords) == 4 and all(password in made.content.decode() for password in passwords)
    again = clerk.post("/setup/accounts", first_accounts())
    assert Account.objects.count() == 4 and not any(p in again.content.decode() for p in passwords)
    fresh = clerk.post("/setup/accounts", {"again": "auditor"})
    assert len(fresh.context["made"]) == 1

    sent = {f"{one.name}.value": "" for one in local.PARAMETERS}
    sent |= {
        "office_phone.value": "12345",
        "office_phone.source": "某县卫健〔2026〕1号",
        "office_phone.from": "2026-01-01",
    }
    assert clerk.post("/setup/parameters", sent | {"office_phone.from": "soon"}).status_code == 422
    assert clerk.post("/setup/parameters", sent)["Location"] == "/setup/end"
    assert local.value("office_phone", unit, on=frozen_clock.date()) == "12345"
    assert clerk.get("/setup/end").status_code == 200
    assert "设置已完成" in clerk.post("/setup/end").content.decode()
    assert clerk.get("/setup").status_code == clerk.post("/setup/end").status_code == 404


def test_finishing_too_early_changes_nothing(clerk: Client) -> None:
    answer = clerk.post("/setup/end", follow=True)
    assert "才能完成设置" in answer.content.decode() and local.is_wanted()


def test_the_reviewer_of_a_prefecture_may_answer_for_one_county(clerk: Client) -> None:
    clerk.post("/setup/unit", {"action": "reference"})
    prefecture, county = places.area_by_code("520500"), places.area_by_code("520521")
    clerk.post("/setup/unit", {"action": "unit", "unit": str(prefecture.pk)})
    clerk.post("/setup/accounts", first_accounts(county_reviewer__area=str(county.pk)))
    held = Account.objects.get(username="zhoumin").assignments.get()
    assert (held.area_id, held.role) == (county.pk, "county_reviewer")


def test_who_opens_which_page(county: Any, make_account: Any) -> None:
    pages = ("/checklist", "/doctor", "/areas/load", "/parameters", "/areas/load/template.csv")
    allowed = {
        "village_worker": set(),
        "township_officer": set(),
        "auditor": set(),
        "security_admin": set(),
        "system_admin": {"/checklist", "/doctor", "/areas/load", "/areas/load/template.csv"},
        "county_reviewer": {"/checklist", "/areas/load", "/parameters", "/areas/load/template.csv"},
    }
    for role, opens in allowed.items():
        client = signed_in(make_account(f"a-{role}".replace("_", "-"), role, county.county))
        for address in pages:
            assert client.get(address).status_code == (200 if address in opens else 403), (role, address)


def test_the_checklist_speaks_of_the_own_areas_and_links_what_may_be_opened(
    county: Any, county_reviewer: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    names = ("code", "name", "level", "parent_code")
    rows = [
        ("520523901", "清池镇（示例）", "township", "520523"),
        ("520523901201", "河坝村（示例）", "village", "520523901"),
    ]
    loaded = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-11-01"} for row in rows]
    places.load_areas(loaded, by=None, at=frozen_clock)
    text = signed_in(county_reviewer).get("/checklist").content.decode()
    assert "2个村中还有2个没有登记表" in text and "云岭镇（示例）" in text and "清池镇" not in text
    assert 'href="/parameters"' in text or 'href="/areas/load"' in text
    assert 'href="/doctor"' not in text
    text = signed_in(make_account("sys", "system_admin", county.county)).get("/checklist").content.decode()
    assert 'href="/doctor"' in text and 'href="/intake/new"' not in text


def test_a_reviewer_sets_values_for_the_own_county(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    client = signed_in(county_reviewer)
    page = client.get("/parameters").content.decode()
    assert "大方县" in page and "尚未确定" in page
    sent = {
        "unit_name.value": "大方县卫生健康局（示例）",
        "elderly_reward.notice_days.value": "7",
        "elderly_reward.notice_days.source": "",
        "elderly_reward.notice_days.from": "2026-01-01",
    }
    refused = client.post("/parameters", sent)
    assert refused.status_code == 422 and "请写明依据文件" in refused.content.decode()
    sent["elderly_reward.notice_days.source"] = "公示办法（示例）"
    assert client.post("/parameters", sent).status_code == 302
    assert local.value("unit_name", county.county, on=frozen_clock.date()) == "大方县卫生健康局（示例）"
    assert "公示办法（示例）" in client.get("/parameters").content.decode()


def test_pages_ask_the_database_the_same_however_many_villages(
    county: Any, county_reviewer: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    reviewer, system = (
        signed_in(county_reviewer),
        signed_in(make_account("sys", "system_admin", county.county)),
    )

    def asked() -> list[int]:
        counts = []
        for client, address in ((reviewer, "/checklist"), (reviewer, "/areas/load"), (system, "/doctor")):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            counts.append(len(caught))
        return counts

    asked()
    before = asked()
    more = [
        {"code": f"520521901{number}", "name": f"第{number}村（示例）", "level": "village", "parent_code":
            "520521901",
         "valid_from": "2010-11-01"} for number in range(301, 340)
    ]  # fmt: skip
    places.load_areas(more, by=None, at=frozen_clock)
    assert asked() == before
    assert max(before) < 45, before


def test_an_oversized_list_is_refused(county: Any, county_reviewer: Any, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    upload = SimpleUploadedFile("区划.csv", b"x" * 5000)
    answer = signed_in(county_reviewer).post("/areas/load", {"action": "upload", "file": upload})
    assert answer.status_code == 422 and "20 MB" in answer.content.decode()
