"""Certificates on the pages: issued, printed as PDF, ended by the holder's word, checked by everybody."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.apps.certificates import api as certificates
from tongchou.apps.certificates.models import Certificate, Print
from tongchou.apps.certificates.tests.conftest import approved
from tongchou.core import printing
from tongchou.core.printing import CannotPrint
from tongchou.web.sheets import certificates as sheets

__all__ = ["apply", "approved", "family", "office", "passed"]
pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def reviewer(office: Any) -> Client:
    return signed_in(office.county)


@pytest.fixture
def issued(approved: Callable[..., int], office: Any, frozen_clock: dt.datetime) -> Certificate:
    return certificates.issue(case_ids=[approved()], by=office.county, at=frozen_clock).certificates[0]


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"console:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_approved_is_issued_and_printed_once_without_a_reason(
    approved: Callable[..., int], reviewer: Client
) -> None:
    case = approved()
    assert f'name="case" value="{case}"' in page(reviewer, "certificates")
    answer = reviewer.post(reverse("console:certificates-issue"), {"case": [case]}, follow=True)
    one = Certificate.objects.get()
    assert one.number in answer.content.decode() and "state=unprinted" in answer.redirect_chain[0][0]
    printed = reviewer.post(reverse("console:certificates-print"), {"certificate": [one.pk], "form": "card"})
    assert printed["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF-")
    again = reviewer.post(reverse("console:certificate-print", args=[one.pk]), {"form": "a4"})
    assert again.status_code == 422 and Print.objects.count() == 1
    third = reviewer.post(
        reverse("console:certificate-print", args=[one.pk]), {"form": "a4", "why": "spoiled"}
    )
    assert third.content.startswith(b"%PDF-") and Print.objects.count() == 2


def test_printing_with_none_ticked_says_to_tick_one(issued: Certificate, reviewer: Client) -> None:
    answer = reviewer.post(reverse("console:certificates-print"), {"form": "a4"}, follow=True)
    shown = [str(one) for one in answer.context["messages"]]
    assert answer.status_code == 200 and shown == [gettext("Tick at least one certificate.")]
    assert not Print.objects.exists()


def test_checking_nothing_says_to_type_it(client: Client) -> None:
    for token in ("", "   "):
        answer = client.post(reverse("console:certificate-check"), {"token": token})
        said = answer.content.decode().split('id="check-said"')[1].split("</p>")[0]
        assert answer.status_code == 422 and len(said.split(">")[1]) > 10
        assert "data-finding" not in answer.content.decode()


def test_a_township_prints_and_does_not_issue(issued: Certificate, office: Any) -> None:
    township = signed_in(office.township)
    assert issued.number in page(township, "certificates")
    assert reverse("console:certificate-revoke", args=[issued.pk]) not in page(
        township, "certificate", issued.pk
    )
    assert township.post(reverse("console:certificate-revoke", args=[issued.pk])).status_code == 403
    assert signed_in(office.village).get(reverse("console:certificates")).status_code == 403


def test_a_number_with_a_slip_is_told(issued: Certificate, reviewer: Client) -> None:
    found = reviewer.post(reverse("console:certificates-find"), {"number": f" {issued.number.lower()} "})
    assert found["Location"] == reverse("console:certificate", args=[issued.pk])
    slip = issued.number[:-1] + ("0" if issued.number[-1] != "0" else "1")
    answer = reviewer.post(reverse("console:certificates-find"), {"number": slip}, follow=True)
    assert "逐位核对" in answer.content.decode()


def test_a_lost_one_is_replaced_and_a_wish_ends_it(
    issued: Certificate, reviewer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = reviewer.post(
            reverse("console:certificate-replace", args=[issued.pk]), {"lost": "yes"}, follow=True
        )
    new = Certificate.objects.get(replaces=issued)
    assert new.number in answer.content.decode()
    assert new.number in page(reviewer, "certificate", issued.pk)
    wrong = reviewer.post(reverse("console:certificate-revoke", args=[new.pk]), {"reason": "case"})
    assert wrong.status_code == 422
    reviewer.post(reverse("console:certificate-revoke", args=[new.pk]), {"reason": "wish"})
    new.refresh_from_db()
    assert new.reason == "wish"


def test_everybody_checks_without_signing_in_and_the_list_answers(
    issued: Certificate, office: Any, client: Client, frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    certificates.sign_now(at=frozen_clock)
    token = certificates.view(issued.pk, by=office.county, at=frozen_clock).token
    address = reverse("console:certificate-check")
    assert client.get(address).status_code == 200
    assert 'data-finding="good"' in client.post(address, {"token": token}).content.decode()
    certificates.revoke(certificate_id=issued.pk, reason="lost", by=office.county, at=frozen_clock)
    certificates.sign_now(at=frozen_clock)
    assert 'data-finding="revoked"' in client.post(address, {"token": token}).content.decode()
    forged = client.post(address, {"token": token[:-4] + "AAAA"}).content.decode()
    assert 'data-finding="forged"' in forged and "陈老根" not in forged
    assert 'data-finding="unreadable"' in client.post(address, {"token": "x" * 9000}).content.decode()


def test_the_keys_and_the_list_are_public_and_name_nobody(
    issued: Certificate, client: Client, frozen_clock: dt.datetime
) -> None:
    certificates.sign_now(at=frozen_clock)
    keys = json.loads(client.get(reverse("console:certificate-keys")).content)
    assert all("d" not in key for key in keys["keys"])
    listed = client.get(reverse("console:certificate-status"))
    assert listed["Content-Type"] == "application/statuslist+jwt" and listed.content.count(b".") == 2


def test_the_file_for_no_network_asks_for_nothing_else(
    issued: Certificate, client: Client, frozen_clock: dt.datetime
) -> None:
    certificates.sign_now(at=frozen_clock)
    answer = client.get(reverse("console:certificate-check-offline"))
    text = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert not re.findall(r'(?:src|href)="', text.split("<script>")[0])
    assert "default-src &#x27;none&#x27;" in text and "陈老根" not in text
    assert text.count("<script>") == 3 and "csrfmiddlewaretoken" not in text


def test_cards_are_ten_on_a_sheet_with_everything_on_them(
    issued: Certificate, office: Any, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID-1 cards on A4; days in Chinese, the second copy says that it is one."""
    set_: list[dict[str, Any]] = []

    def noted(template: Any, data: dict[str, Any], **given: Any) -> bytes:
        set_.append(data)
        return printing.pdf(template, data, **given)

    monkeypatch.setattr(sheets, "pdf", noted)
    view = certificates.view(issued.pk, by=office.county, at=frozen_clock)

    def pages(number: int, copy: int = 1, name: str = "") -> int:
        claims = replace(view.claims, name=name) if name else view.claims
        made = [certificates.Sheet(claims=claims, token=view.token, copy=copy) for _one in range(number)]
        content = sheets.certificates_pdf(made, form="card", at=frozen_clock)
        boxes = re.findall(rb"/MediaBox\s*\[([^\]]*)\]", content)
        assert {tuple(map(float, one.split())) for one in boxes} == {(0, 0, 595.2756, 841.8898)}
        return len(boxes)

    assert [pages(number) for number in (1, 10, 11)] == [1, 1, 2]
    (card, *_rest) = set_[0]["certificates"]
    told = dict(card["facts"])
    assert view.claims.name in told.values() and view.claims.id_end in told.values()
    assert any("2026年" in value and "-" not in value for value in told.values())
    assert card["number"] == issued.number and card["issuer"] and card["square"].startswith("<svg")
    assert card["foot"] == "" and pages(1, copy=2) == 1 and set_[-1]["certificates"][0]["foot"]
    # Every character is looked for in the fonts; a rare one is drawn by the wide font, or refused whole.
    assert pages(1, name="陈䶮㵟") == 1
    with pytest.raises(CannotPrint) as error:
        pages(1, name="陈\ue863")
    assert "\ue863" in error.value.data["characters"]
