"""Lists for other systems on pages: counted, written, downloaded; the answer compared and taken over."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.apps.exchange.models import Answer, Export
from tongchou.apps.exchange.tests.conftest import answer, approved

__all__ = ["answer", "apply", "approved", "family", "office", "passed"]
CHOSEN = {"template": "childcare_subsidy", "year": "2026", "kind": "", "area": ""}


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_there_and_back(approved: int, office: Any, answer: Any) -> None:
    reviewer = signed_in(office.county)
    assert "childcare_subsidy" in reviewer.get("/exchange").content.decode()
    counted = reviewer.get("/exchange", CHOSEN).content.decode()
    assert 'name="purpose"' in counted
    assert "3,600" in counted
    assert reviewer.post("/exchange/new", CHOSEN).status_code == 422
    made = reviewer.post("/exchange/new", CHOSEN | {"purpose": "报国家系统"})
    one = Export.objects.get()
    assert made.url == f"/exchange/{one.pk}"
    assert reviewer.get(f"/exchange/{one.pk}/file").status_code == 405
    file = reviewer.post(f"/exchange/{one.pk}/file")
    assert file["Content-Disposition"] == f'attachment; filename="{one.file_name}"'
    assert file["Cache-Control"] == "no-store"
    wrong = SimpleUploadedFile("a.xlsx", b"nothing")
    assert reviewer.post(f"/exchange/{one.pk}/answer", {"file": wrong}).status_code == 422
    content = answer(("2026-000001", "3600", "成功", "", "GJ-77"), ("2026-000009", "3600", "成功", "", ""))
    sent = reviewer.post(f"/exchange/{one.pk}/answer", {"file": SimpleUploadedFile("b.xlsx", content)})
    file_no = Answer.objects.get().pk
    assert sent.url == f"/exchange/answers/{file_no}"
    page = reviewer.get(sent.url).content.decode()
    assert "GJ-77" in page
    assert "A3" in page  # a case that was not in the list
    reviewer.post(f"{sent.url}/chosen", {"case": [str(approved)]})
    assert Case.objects.get(pk=approved).external == "GJ-77"
    assert "GJ-77" in reviewer.get(f"/cases/{approved}").content.decode()
    assert reviewer.post(f"{sent.url}/discard").status_code == 302
    assert Answer.objects.get().state == "decided"


def test_the_pages_are_the_countys(approved: int, office: Any) -> None:
    for account in (office.village, office.township):
        client = signed_in(account)
        assert client.get("/exchange").status_code == 403
        assert client.post("/exchange/new", CHOSEN | {"purpose": "x"}).status_code == 403
        assert 'href="/exchange"' not in client.get("/").content.decode()


def test_the_page_of_lists_asks_little(approved: int, office: Any) -> None:
    reviewer = signed_in(office.county)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert reviewer.get("/exchange").status_code == 200
        return len(seen)

    reviewer.post("/exchange/new", CHOSEN | {"purpose": "一"})
    before = queries()
    for purpose in ("二", "三", "四"):
        reviewer.post("/exchange/new", CHOSEN | {"purpose": purpose})
    assert queries() == before
    assert Export.objects.count() == 4
