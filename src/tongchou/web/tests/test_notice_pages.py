"""Public notices on pages: hung out, pictured, objected to by anybody, gone afterwards."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.tests.conftest import apply, family, office, passed, with_one_son
from tongchou.apps.local.models import LocalValue
from tongchou.apps.notices.models import Ground, Notice, Objection, Proof
from tongchou.apps.notices.tests.conftest import photo
from tongchou.core import clock
from tongchou.web.console.presenters import notices as present

__all__ = ["apply", "family", "office", "passed", "photo"]


@pytest.fixture
def waiting(apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime) -> list[int]:
    cases = []
    with_one_son()
    for name in ("陈老根", "林树"):
        cases.append(apply(name, "elderly_reward", applicant="self"))
        casework.accept(case_id=cases[-1], by=office.clerk, at=frozen_clock)
        passed(cases[-1], office.township)
    return cases


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def notice(waiting: list[int], office: Any, county: Any) -> Notice:
    worker = signed_in(office.village)
    page = worker.get("/postings").content.decode()
    assert "elderly_reward:2026:village_notice" in page
    assert f'value="{county.village.pk}" selected' in page  # the only area there is
    assert "data-submit" not in page  # choosing hangs nothing out
    sent = {
        "what": "elderly_reward:2026:village_notice",
        "place": "村务公开栏",
        "area": f"{county.village.pk}",
    }
    answer = worker.post("/postings/new", sent)
    assert answer.status_code == 302, answer.content.decode()
    return Notice.objects.get()


def test_a_worker_hangs_a_list_out_and_keeps_a_photograph(notice: Notice, office: Any, photo: bytes) -> None:
    worker = signed_in(office.village)
    page = worker.get(f"/postings/{notice.pk}").content.decode()
    assert "陈*根" in page
    assert "陈老根" not in page
    assert 'value="2026-06-30"' in page  # as a field of a date wants it
    answer = worker.post(
        f"/postings/{notice.pk}/photographs",
        {"taken_on": "2026-06-30", "photo": SimpleUploadedFile("公示.png", photo)},
    )
    assert answer.status_code == 302
    shown = worker.get(f"/postings/photographs/{Proof.objects.get().pk}")
    assert (shown["Content-Type"], shown.content) == ("image/png", photo)
    wrong = worker.post(
        f"/postings/{notice.pk}/photographs",
        {"taken_on": "2026-06-30", "photo": SimpleUploadedFile("公示.png", b"no picture")},
    )
    assert wrong.status_code == 422


def test_nothing_is_hung_out_without_a_place(waiting: list[int], office: Any, county: Any) -> None:
    worker = signed_in(office.village)
    sent = {"what": "elderly_reward:2026:village_notice", "place": "", "area": f"{county.village.pk}"}
    answer = worker.post("/postings/new", sent)
    assert answer.status_code == 422
    assert not Notice.objects.exists()


def test_anybody_reads_it_while_it_hangs_and_objects(notice: Notice, office: Any) -> None:
    anybody = Client()
    assert f"/notices/{notice.pk}" in anybody.get("/notices").content.decode()
    page = anybody.get(f"/notices/{notice.pk}")
    assert page["X-Robots-Tag"].startswith("noindex")
    assert "陈*根" in page.content.decode()
    wrong = anybody.post(f"/notices/{notice.pk}", {"position": "1", "ground": "births", "words": "超生"})
    assert wrong.status_code == 422
    gone = anybody.post(f"/notices/{notice.pk}", {"position": "9", "ground": "alive", "words": "不在世"})
    assert gone.status_code == 422
    sent = anybody.post(f"/notices/{notice.pk}", {"position": "1", "ground": "alive", "words": "不在世"})
    assert sent.status_code == 200
    code = sent.content.decode().split('translate="no">')[1].split("<")[0]
    followed = anybody.post("/notices/objection", {"code": code}).content.decode()
    assert "2026年6月30日" in followed and "2026-06-30" not in followed
    assert anybody.post("/notices/objection", {"code": "NOBODYS"}).status_code == 422

    officer = signed_in(office.township_two)
    assert "不在世" in officer.get("/postings").content.decode()
    pk = Objection.objects.get().pk
    officer.post(f"/objections/{pk}", {"verdict": "dismissed", "answer": "已入户核实"})
    assert "已入户核实" in anybody.post("/notices/objection", {"code": code}).content.decode()


def test_the_sheet_says_how_where_and_until_when_to_object(
    notice: Notice, office: Any, county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    """Who reads the wall needs no other page: grounds, days, place, telephone, address of the online page."""
    LocalValue.objects.create(
        area=county.county, name="office_phone", value="0857-5231234", source="own",
        effective_from=dt.date(2026, 1, 1), recorded_by=township_officer.pk, recorded_at=frozen_clock,
    )  # fmt: skip
    told = present.sheet(notice, today=frozen_clock.date(), language="zh", online="http://x/notices/1")
    assert told.row.closes in told.objecting
    assert told.grounds == [str(label) for label in Ground.labels]
    assert told.signed == "青山村村民委员会（示例）"  # who hangs it out, not the county
    for client, address in (
        (signed_in(office.village), f"/postings/{notice.pk}"),
        (Client(), f"/notices/{notice.pk}"),
    ):
        page = html.unescape(client.get(address).content.decode())
        sheet = page.split("<article")[1].split("</article>")[0]
        assert all(str(label) in sheet for label in Ground.labels)
        assert "0857-5231234" in sheet and f"http://testserver/notices/{notice.pk}" in sheet
        assert "青山村村民委员会（示例）" in sheet and "<svg" in sheet and told.row.closes in sheet


def test_afterwards_nothing_of_it_is_shown(notice: Notice, frozen_clock: dt.datetime) -> None:
    with clock.frozen(frozen_clock + dt.timedelta(days=11)):
        gone = Client().get(f"/notices/{notice.pk}")
        assert gone.status_code == 404
        assert "陈" not in gone.content.decode()
        assert f"/notices/{notice.pk}" not in Client().get("/notices").content.decode()


def test_elsewhere_it_does_not_exist(notice: Notice, make_account: Any, county: Any, photo: bytes) -> None:
    elsewhere = signed_in(make_account("lijie", "village_worker", county.other_village))
    assert elsewhere.get(f"/postings/{notice.pk}").status_code == 404
    assert elsewhere.post(f"/postings/{notice.pk}/objections", {"position": "1"}).status_code == 404
    assert Client().get("/postings").status_code == 302


def test_an_objection_at_the_window(notice: Notice, office: Any) -> None:
    worker = signed_in(office.village)
    sent = {"position": "2", "ground": "residence", "words": "已迁走", "contact": ""}
    answer = worker.post(f"/postings/{notice.pk}/objections", sent)
    assert answer.status_code == 200
    assert Objection.objects.get().received_by == office.village
