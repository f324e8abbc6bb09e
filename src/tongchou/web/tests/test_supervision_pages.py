"""Supervision on its pages: from a sample to a closed notice, on paper and by phone, and who sees what."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision.models import Draw, Evidence, Inspection, Notice
from tongchou.apps.supervision.tests.conftest import JPEG, TODAY, drawn, finished, notice, on, site
from tongchou.core import clock

__all__ = ["drawn", "finished", "notice", "site"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(frozen_clock: dt.datetime) -> Iterator[None]:
    with clock.frozen(TODAY):
        yield


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def url(name: str, *args: int | str) -> str:
    return reverse(f"console:{name}", args=args)


def photo(name: str = "p.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, JPEG, content_type="image/jpeg")


def test_from_a_sample_to_a_closed_notice(site: Any) -> None:
    officer, second, worker = (signed_in(one) for one in (site.officer, site.second, site.worker))
    asked = {
        "area": site.village.pk, "kind": "notices", "month": "2026-05", "method": "simple",
        "confidence": "950", "margin": "10",
    }  # fmt: skip
    made = officer.post(url("supervision-draw-new"), asked)
    one = Draw.objects.get()
    assert made.status_code == 302 and made["Location"] == url("supervision-draw", one.pk)
    page = officer.get(url("supervision-draw", one.pk)).content.decode()
    assert one.seed in page and one.secret.committed in page
    first = one.items.order_by("position").first()
    checked = officer.post(
        url("supervision-item", first.pk),
        {"act": "check", "finding": "wrong", "fault": "date", "words": "晚三天", "files": [photo()]},
    )
    onwards = one.items.order_by("position")[1]
    assert checked["Location"] == url("supervision-item", onwards.pk)
    replaced = officer.post(url("supervision-item", onwards.pk), {"act": "replace", "reason": "no_answer"})
    assert replaced.status_code == 302 and one.items.exclude(replaced="").count() == 1
    # The others come back on paper.
    sheet = officer.get(url("supervision-form-workbook", one.pk)).content
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    rows = list(book.active.iter_rows())
    head = next(number for number, row in enumerate(rows) if row[0].value == "编号")
    filled = 0
    for row in rows[head + 1 :]:
        if row[0].value:
            row[3].value, filled = "相符", filled + 1
    assert filled == one.items.filter(replaced="").count() - 1
    target = io.BytesIO()
    book.save(target)
    back = SimpleUploadedFile("form.xlsx", target.getvalue())
    assert officer.post(url("supervision-draw-act", one.pk, "form"), {"file": back}).status_code == 302
    assert officer.post(url("supervision-draw-act", one.pk, "finish")).status_code == 302
    sent = officer.post(
        url("supervision-draw-act", one.pk, "issue"), {"demand": "更正日期", "reply_days": "10"}
    )
    number = Notice.objects.get().pk
    assert sent["Location"] == url("rectification", number)
    # The unit sees its notice, replies with a picture, and sees nothing of the level above.
    own = worker.get(url("supervision"), follow=True).content.decode()
    assert url("own-rectification", number) in own and url("supervision-draw", one.pk) not in own
    reply = url("own-rectification-act", number, "reply")
    assert worker.post(reply, {"words": "已更正"}).status_code == 422
    assert worker.post(reply, {"words": "已更正", "files": [photo()]}).status_code == 302
    for path in (url("rectification", number), url("supervision-draw", one.pk), url("supervision-units")):
        assert worker.get(path).status_code == 403
    looked = url("rectification-act", number, "recheck")
    seen = {"mended": "yes", "words": "看过公开栏"}
    for client, offered in ((officer, False), (second, True)):  # whoever found it is not asked to look again
        page = client.get(url("rectification", number))
        assert page.context["may"]["recheck"] is offered and (looked in page.content.decode()) is offered
        assert page.context["may"]["elsewhere"] is not offered
    assert officer.post(looked, seen).status_code == 403
    assert second.post(looked, seen).status_code == 302
    assert Notice.objects.get().state == "closed"
    assert "更正日期" in second.get(url("rectification", number)).content.decode()
    for client, name in ((second, "rectification-pdf"), (worker, "own-rectification-pdf")):
        answer = client.get(url(name, number))
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    units = second.get(url("supervision-units")).content.decode()
    assert site.village.name in units
    shown, foreign = Evidence.objects.order_by("pk")
    assert (
        officer.get(url("supervision-evidence", shown.pk)).content
        == supervision.evidence_of(shown.pk, by=site.officer, on=TODAY.date())[1]
    )
    assert worker.get(url("supervision-evidence", shown.pk)).status_code == 404
    assert worker.get(url("supervision-evidence", foreign.pk)).status_code == 200


def test_cells_of_a_form_are_named(drawn: Any, site: Any) -> None:
    one, officer = drawn(), signed_in(site.officer)
    book = openpyxl.load_workbook(io.BytesIO(officer.get(url("supervision-form-workbook", one.pk)).content))
    page = book.active
    row = next(row for row in page.iter_rows() if row[0].value == one.items.first().label)
    row[3].value = "差不多"
    target = io.BytesIO()
    book.save(target)
    answer = officer.post(
        url("supervision-draw-act", one.pk, "form"), {"file": SimpleUploadedFile("f.xlsx", target.getvalue())}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert row[3].coordinate in text and "差不多" in text
    printed = officer.get(url("supervision-form-pdf", one.pk))
    assert printed.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"month": "五月"}, 422), ({"area": ""}, 404), ({"month": "2026-06"}, 409), ({"kind": "payments"}, 422)],
)
def test_what_cannot_be_drawn_says_why(site: Any, wrong: dict[str, str], status: int) -> None:
    asked = {
        "area": site.village.pk, "kind": "notices", "month": "2026-05", "method": "simple",
        "confidence": "950", "margin": "10", **wrong,
    }  # fmt: skip
    answer = signed_in(site.officer).post(url("supervision-draw-new"), asked)
    assert answer.status_code == status and not Draw.objects.exists()


def test_an_inspection_is_planned_recorded_and_told(site: Any) -> None:
    officer = signed_in(site.officer)
    planned = {
        "area": site.village.pk, "checklist": "village_office", "day": "2026-07-08", "why": "planned",
    }  # fmt: skip
    assert officer.post(url("supervision-inspection-new"), planned).status_code == 302
    one = Inspection.objects.get()
    address = url("supervision-inspection", one.pk)
    codes = [question.code for question in supervision.list_of(one).questions]
    said = dict.fromkeys(codes, "yes") | {codes[0]: "no", f"{codes[0]}-words": "公示牌脱落"}
    assert officer.post(address, {"act": "record"} | said | {codes[1]: ""}).status_code == 422
    assert officer.post(address, {"act": "record", **said}).status_code == 302
    assert "公示牌脱落" in officer.get(address).content.decode()
    assert officer.get(url("supervision-inspection-pdf", one.pk)).content.startswith(b"%PDF")
    sent = officer.post(address, {"act": "issue", "demand": "重新张贴", "reply_days": "5"})
    assert sent["Location"] == url("rectification", Notice.objects.get().pk)
    assert officer.get(url("supervision-inspections")).status_code == 200


def test_made_up_records_on_their_pages(notice: Any, site: Any) -> None:
    one = notice()
    officer, second, worker = (signed_in(each) for each in (site.officer, site.second, site.worker))
    act = lambda name: url("rectification-act", one.pk, name)  # noqa: E731
    assert officer.post(act("say"), {"words": "十份日期雷同"}).status_code == 302
    assert second.post(act("decide"), {"proven": "yes", "words": "查实"}).status_code == 409
    answered = url("own-rectification-act", one.pk, "answer")
    assert worker.post(answered, {"words": "补登所致"}).status_code == 302
    assert officer.post(act("decide"), {"proven": "yes", "words": "查实"}).status_code == 403
    assert second.post(act("decide"), {"proven": "yes", "words": "查实"}).status_code == 302
    assert second.post(act("veto"), {"number": "云督1号"}).status_code == 422
    assert second.post(act("veto"), {"number": "云督1号", "final": "on"}).status_code == 302
    assert "补登所致" in officer.get(url("rectification", one.pk)).content.decode()


def test_everybody_sees_commitments_and_the_secret_in_time(site: Any) -> None:
    page = Client().get(url("supervision-commitments"), {"month": "2026-05"})
    text = page.content.decode()
    row = next(
        each for each in supervision.commitments(month=dt.date(2026, 5, 1)) if each[0] == site.township.code
    )
    assert page.status_code == 200 and row[2] in text and row[4] == ""
    with clock.frozen(on("2026-09-02")):
        text = Client().get(url("supervision-commitments"), {"month": "2026-05"}).content.decode()
        later = {each[0]: each[4] for each in supervision.commitments(month=dt.date(2026, 5, 1))}
        assert len(later[site.township.code]) == 64 and later[site.township.code] in text


@pytest.mark.parametrize(
    "name", ["supervision", "rectifications", "supervision-inspections", "supervision-units"]
)
def test_lists_ask_as_often_for_many_as_for_one(finished: Any, site: Any, name: str) -> None:
    def more() -> None:
        one = finished(kind="staff")
        supervision.issue(draw_id=one.pk, demand="改正", by=site.officer, at=TODAY)
        supervision.plan(
            unit=site.village.code, checklist="village_office", day=TODAY.date(), by=site.officer, at=TODAY
        )

    client = signed_in(site.officer)
    more()
    client.get(url(name))
    with CaptureQueriesContext(
        connection,
    ) as first:
        client.get(url(name))
    for _n in range(3):
        more()
    with CaptureQueriesContext(connection) as second:
        assert client.get(url(name)).status_code == 200
    assert len(second) == len(first)


def test_one_draw_and_one_notice_ask_as_often_for_many(finished: Any, notice: Any, site: Any) -> None:
    client = signed_in(site.officer)
    small = finished(kind="staff", margin=300)
    large = notice(margin=50)
    numbers = []
    for one in (small.pk, large.draw_id):
        client.get(url("supervision-draw", one))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url("supervision-draw", one)).status_code == 200
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
