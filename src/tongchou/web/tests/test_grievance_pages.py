"""Grievances on pages: recorded at a case, answered by somebody else, with a letter."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case, Grievance
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.apps.registry.models import Person

__all__ = ["apply", "family", "office", "passed"]
SENT = {"about": "fact", "words": "孩子是2025年生的", "external": "12345-77"}
CHANGE = {
    "birth": "2025-02-03", "reason": "mistyped", "evidence_kind": "birth_certificate", "evidence": "U1",
}  # fmt: skip


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_from_the_window_to_the_letter(
    apply: Any, office: Any, family: dict[str, int], frozen_clock: dt.datetime
) -> None:
    Person.objects.filter(pk=family["陈小苗"]).update(birth_year=2019)
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    seen = casework.view(case, by=office.township, at=frozen_clock).seen
    casework.refuse(case_id=case, reason="conditions", seen=seen, by=office.township, at=frozen_clock)
    worker, officer, reviewer = map(signed_in, (office.village, office.township, office.county))
    assert f"/cases/{case}/grievance" in worker.get(f"/cases/{case}").content.decode()
    wrong = worker.post(f"/cases/{case}/grievance", {**SENT, "birth": "2025-02-03"})  # without a document
    assert wrong.status_code == 422
    answer = worker.post(f"/cases/{case}/grievance", SENT | CHANGE)
    one = Grievance.objects.get()
    assert answer.url == f"/grievances/{one.pk}"
    assert "12345-77" in reviewer.get("/grievances").content.decode()
    assert 'name="verdict"' not in officer.get(answer.url).content.decode()
    page = reviewer.get(answer.url).content.decode()
    assert "孩子是2025年生的" in page
    mark = re.findall(r'name="seen" value="([^"]*)"', page)[0]
    told = {"verdict": "right", "words": "登记有误，已更正", "seen": mark}
    assert reviewer.post(answer.url, {**told, "seen": "x"}).status_code == 422
    assert reviewer.post(answer.url, told).status_code == 302
    assert Case.objects.get(pk=case).state == "running"
    assert Person.objects.get(pk=family["陈小苗"]).birth_year == 2025
    letter = worker.get(f"{answer.url}/letter").content.decode()
    assert "登记有误，已更正" in letter
    assert "孩子是2025年生的" not in letter
    assert f"/grievances/{one.pk}" in worker.get("/grievances?state=answered").content.decode()


def test_the_number_of_12345_is_kept_with_the_case(apply: Any, office: Any) -> None:
    case = apply()
    worker = signed_in(office.village)
    assert worker.post(f"/cases/{case}/external", {"external-number": "黔12345-2026-8"}).status_code == 302
    assert "黔12345-2026-8" in worker.get(f"/cases/{case}").content.decode()
    assert worker.post(f"/cases/{case}/external", {"external-number": "=1+1"}).status_code == 422


@pytest.mark.parametrize("more", [1, 6])
def test_a_page_of_grievances_asks_little(
    apply: Any, office: Any, frozen_clock: dt.datetime, more: int
) -> None:
    from django.db import connection

    case = apply()
    for number in range(more):
        casework.record_grievance(
            case_id=case, about="slow", words=f"第{number}次来问", by=office.village, at=frozen_clock
        )
    client = signed_in(office.county)
    client.get("/grievances")
    with CaptureQueriesContext(connection) as seen:
        client.get("/grievances")
    assert len(seen) <= 18


def test_the_letter_is_signed_by_the_office_that_answered(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    township, county = "云岭镇人民政府（示例）", "大方县"
    for by, signed in ((office.township_two, township), (office.county, county)):
        case = apply("陈小苗" if by == office.county else "陈勇")
        one = casework.record_grievance(
            case_id=case, about="slow", words="太慢", by=office.village, at=frozen_clock
        )
        address = f"/grievances/{one.pk}/letter"
        assert signed_in(office.village).get(address).context["letter"].signed == township  # looks into it
        casework.close_grievance(
            grievance_id=one.pk, verdict="not_right", words="按期办理", by=by, at=frozen_clock
        )
        assert signed_in(office.village).get(address).context["letter"].signed == signed
