"""Complaints on their pages: sent without an account, handled above the unit, mended in public."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Breach, Complaint, Step
from tongchou.apps.complaints.tests.conftest import WORDS, complaint, office, supervisor

__all__ = ["complaint", "office", "supervisor"]
pytestmark = pytest.mark.django_db
SAID = {"nature": "complaint", "kind": "payment", "words": WORDS, "privacy": "anonymous"}


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def act(client: Client, number: int, name: str, **given: Any) -> Any:
    return client.post(reverse("console:complaint-act", args=[number, name]), given)


def send(county: Any, **given: Any) -> Any:
    """The three pages of whoever complains, without an account."""
    everybody, address = Client(), reverse("console:complain")
    assert everybody.get(address).status_code == 200
    begun = everybody.post(address, {"area": county.village.pk, "about": "1"})
    token = begun.context["token"]
    said = SAID | {"area": county.village.pk, "unit": county.village.code, "token": token} | given
    return everybody.post(address, said)


def test_from_the_public_page_to_a_breach_that_is_cleared(county: Any, office: Any) -> None:
    receipt = send(county)
    assert receipt.status_code == 200 and receipt["X-Robots-Tag"].startswith("noindex")
    code = receipt.context["code"]
    assert code in receipt.content.decode() and receipt["Cache-Control"] == "no-store"
    one = Complaint.objects.get()
    officer, second, worker = (
        signed_in(each) for each in (office.township, office.township_two, office.village)
    )
    assert WORDS in officer.get(reverse("console:complaint", args=[one.pk])).content.decode()
    assert act(officer, one.pk, "accept").status_code == 302
    assert act(officer, one.pk, "note", words="查了受理登记表").status_code == 302
    assert act(officer, one.pk, "ask", words="五月的材料何时上报？").status_code == 302
    asked = worker.get(reverse("console:complaint-asked")).content.decode()
    assert "五月的材料何时上报？" in asked and WORDS not in asked
    question = one.questions.get()
    assert (
        worker.post(reverse("console:complaint-reply", args=[question.pk]), {"words": "补报"}).status_code
        == 302
    )
    found = {"finding": "upheld", "answer": "查实，已责成补报", "mend": "补报五月材料", "mend_days": "10"}
    assert act(officer, one.pk, "find", **found).status_code == 302
    assert act(officer, one.pk, "approve").status_code == 403
    assert act(second, one.pk, "approve").status_code == 302
    everybody = Client()
    public = everybody.get(reverse("console:integrity")).content.decode()
    assert "补报五月材料" in public and WORDS not in public and "已责成补报" not in public
    follow = reverse("console:complain-follow")
    told = everybody.post(follow, {"code": code}).content.decode()
    assert "查实，已责成补报" in told and office.township.display_name not in told
    everybody.post(follow, {"code": code, "act": "say", "satisfaction": "satisfied"})
    assert one.rounds.get().satisfaction == "satisfied"
    breach = Breach.objects.get()
    assert (
        worker.post(reverse("console:breach-mended", args=[breach.pk]), {"words": "已补报"}).status_code
        == 302
    )
    done = act(officer, one.pk, "confirm", which=breach.pk, mended="yes", words="看过登记表")
    assert done.status_code == 302
    breach.refresh_from_db()
    assert breach.state == "cleared"
    assert "补报五月材料" in everybody.get(reverse("console:integrity")).content.decode()
    sheet = officer.get(reverse("console:complaint-pdf", args=[one.pk]))
    assert sheet.status_code == 200 and b"".join(sheet).startswith(b"%PDF")


def test_what_is_refused_is_kept_nowhere(county: Any) -> None:
    answer = send(county, words="邻居家超生三个，没人管", kind="coercion", own="on")
    assert answer.status_code == 422 and not Complaint.objects.exists() and not Step.objects.exists()


def test_the_code_and_the_words_stand_in_no_address(county: Any) -> None:
    send(county)
    for name in ("complain", "complain-follow", "integrity"):
        assert "<" not in reverse(f"console:{name}")
    assert Client().get(reverse("console:complain-follow") + "?code=AAAABBBBCCCC").context["told"] is None


def test_a_wrong_code_says_so(county: Any) -> None:
    answer = Client().post(reverse("console:complain-follow"), {"code": "AAAA BBBB CCCC"})
    assert answer.status_code == 422 and answer.context["told"] is None


def test_contact_is_shown_once_asked_for(county: Any, office: Any) -> None:
    assert send(county, privacy="contact", phone="13800001234").status_code == 200
    one, officer = Complaint.objects.get(), signed_in(office.township)
    address = reverse("console:complaint", args=[one.pk])
    assert "13800001234" not in officer.get(address).content.decode()
    assert "13800001234" in act(officer, one.pk, "contact", purpose="回电核实").content.decode()
    assert act(officer, one.pk, "contact", purpose="").status_code == 422
    assert act(signed_in(office.county), one.pk, "contact", purpose="看看").status_code == 403


def test_an_officer_takes_down_and_hands_over_the_code(county: Any, office: Any) -> None:
    officer, address = signed_in(office.township), reverse("console:complaint-new")
    begun = officer.post(address, {"area": county.village.pk, "about": "1"})
    said = SAID | {"area": county.village.pk, "unit": county.village.code, "token": begun.context["token"]}
    done = officer.post(address, said | {"channel": "hotline", "external": "12345-20260630-7"})
    assert done.status_code == 200 and done.context["code"]
    assert (Complaint.objects.get().channel, Complaint.objects.get().external) == (
        "hotline",
        "12345-20260630-7",
    )
    own = said | {"area": county.township.pk, "unit": county.township.code, "channel": "phone"}
    assert officer.post(address, own).status_code == 403
    assert signed_in(office.village).get(address).status_code == 403


def test_the_workbook_holds_neither_words_nor_contact(complaint: Any, office: Any) -> None:
    import io
    import zipfile

    complaint(privacy="contact", who=complaints.Who("", "13800001234"))
    file = signed_in(office.township).get(reverse("console:complaints-workbook"))
    book = zipfile.ZipFile(io.BytesIO(file.content))
    whole = "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    assert "13800001234" not in whole and WORDS not in whole and "T" in whole


@pytest.mark.parametrize("number", [1, 15])
def test_pages_ask_the_database_as_often_for_many(
    complaint: Any, office: Any, frozen_clock: dt.datetime, number: int
) -> None:
    for _each in range(number):
        complaint("approve")
        complaint("accept")
    pages = (
        ("complaints", office.township, 24),
        ("complaint-asked", office.village, 22),
        ("integrity", None, 12),
    )
    for name, account, most in pages:
        client = Client() if account is None else signed_in(account)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"console:{name}")).status_code == 200
        assert len(asked) <= most, (name, len(asked))


def test_a_place_is_chosen_by_typing_its_name_or_the_page_says_what_to_do(client: Any, county: Any) -> None:
    client.cookies["django_language"] = "en"
    address = reverse("console:complain")
    for area in (county.county, county.township):
        page = client.post(address, {"place": area.name}).content.decode()
        assert f"It is about {area.name}" in page
    several = client.post(address, {"place": "村"}).content.decode()
    assert "Several places are called 村 or alike" in several and "It is about" not in several
    assert client.post(address, {"place": "没有这个地方"}).status_code == 422
