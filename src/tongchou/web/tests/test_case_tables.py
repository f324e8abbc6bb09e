"""Tables of cases to take away: the queue as filtered, how days are kept, who is named."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework import exporting
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.core.models import AuditEntry

__all__ = ["apply", "family", "office", "passed"]


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_queue_is_taken_away_as_it_is_filtered(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    late, other = apply(), apply("陈老根", "elderly_reward", applicant="self")
    Case.objects.filter(pk=late).update(stage_due=frozen_clock.date() - dt.timedelta(days=9))
    client = signed_in(office.county)
    assert client.get("/cases.xlsx").status_code == 405
    rows = rows_of(client.post("/cases.xlsx", {"waits": "escalated"}))
    numbers = dict(Case.objects.values_list("pk", "number"))
    assert [row[0] for row in rows[-1:]] == [numbers[late]]
    assert rows[-1][1] == "陈小苗" and rows[-1][9] == 9 and rows[-1][6] == 3600
    assert numbers[other] not in {row[0] for row in rows}
    village = rows_of(client.post("/cases.xlsx", {"desk": "village"}))
    assert village[-1][0] == numbers[other]
    assert village[-1][2].startswith("520") and "520599196003121237" not in str(village)
    last = AuditEntry.objects.order_by("-pk")[0]
    assert (last.action, last.detail) == ("casework.export_queue", {"rows": 1, "desk": "village"})
    assert "陈老根" not in str(last.detail)


def test_the_button_sends_what_the_page_shows(apply: Any, office: Any) -> None:
    apply()
    page = signed_in(office.county).get("/cases?desk=township&kind=childcare_subsidy").content.decode()
    form = page.split('action="/cases.xlsx"')[1].split("</form>")[0]
    assert 'name="desk" value="township"' in form and 'name="kind" value="childcare_subsidy"' in form


def test_private_kinds_are_neutral_and_their_people_half_named(
    family: dict[str, int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    casework.name_officer(
        account=office.township, area_id=county.township.pk, by=office.county, at=frozen_clock
    )
    casework.open_case(
        person_id=family["陈老根"], kind="bereaved_assistance", year=2026, channel="window", applicant="self",
        application=casework.Application(), by=office.township, at=frozen_clock,
    )  # fmt: skip
    rows = rows_of(signed_in(office.township).post("/cases.xlsx", {"desk": "township"}))
    written = str(rows)
    assert "家庭扶助（甲）" in written and "陈*根" in written
    assert "失独" not in written and "陈老根" not in written
    assert "家庭扶助" not in str(rows_of(signed_in(office.township_two).post("/cases.xlsx", {})))


def test_others_take_nothing_away(apply: Any, office: Any, make_account: Any, county: Any) -> None:
    apply()
    number = Case.objects.get().number
    elsewhere = signed_in(make_account("lijie", "village_worker", county.other_village))
    assert number not in str(rows_of(elsewhere.post("/cases.xlsx", {"desk": "township"})))
    clerk = signed_in(make_account("finance", "county_finance", county.county))
    before = AuditEntry.objects.count()
    assert clerk.post("/cases.xlsx", {}).status_code == 403
    assert Client().post("/cases.xlsx", {}).status_code == 302
    assert AuditEntry.objects.filter(action="casework.export_queue").count() == 1
    assert AuditEntry.objects.count() == before
    supervisor = signed_in(office.prefecture)
    assert number not in str(rows_of(supervisor.post("/cases.xlsx", {})))


def test_a_workbook_asks_the_same_however_long(apply: Any, office: Any) -> None:
    client = signed_in(office.county)

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.post("/cases.xlsx", {"desk": "township"})
        return len(caught)

    apply()
    asked()
    before = asked()
    apply("陈勇")
    assert asked() == before


def test_a_long_queue_is_taken_whole_in_its_order(
    apply: Any, office: Any, frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = frozen_clock.date()
    cases = [apply(), apply("陈勇"), apply("林树")]
    for number, case in enumerate(reversed(cases)):
        Case.objects.filter(pk=case).update(stage_due=due + dt.timedelta(days=number), desk="township")
    numbers = dict(Case.objects.values_list("pk", "number"))
    monkeypatch.setattr(exporting, "CHUNK", 2)
    whole = [numbers[case] for case in reversed(cases)]
    client = signed_in(office.county)
    rows = rows_of(client.post("/cases.xlsx", {"desk": "township"}))
    assert [row[0] for row in rows[-3:]] == whole
    monkeypatch.setattr(exporting, "MOST", 2)
    rows = rows_of(client.post("/cases.xlsx", {"desk": "township"}))
    assert [row[0] for row in rows[-4:-2]] == whole[:2] and "100,000" in rows[-1][0]
    assert AuditEntry.objects.order_by("-pk")[0].detail["rows"] == 2


def test_how_days_are_kept_is_taken_away_of_units_alone(
    apply: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    Case.objects.filter(pk=case).update(stage_due=frozen_clock.date() - dt.timedelta(days=9))
    for account in (office.county, office.prefecture):
        rows = rows_of(signed_in(account).get("/cases/lateness.xlsx"))
        assert ["云岭镇（示例）", 0, 0, 1, 1, 9] in rows
        assert "李" not in str(rows) and Case.objects.get().number not in str(rows)
    assert signed_in(office.village).get("/cases/lateness.xlsx").status_code == 403


def test_who_is_named_is_taken_away_by_whoever_names(
    office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    casework.name_officer(
        account=office.township, area_id=county.township.pk, by=office.county, at=frozen_clock
    )
    rows = rows_of(signed_in(office.county).get("/cases/named.xlsx"))
    assert rows[-1][0] == office.township.shown_name and rows[-1][2] == "2026-06-30"
    assert signed_in(office.township).get("/cases/named.xlsx").status_code == 403


def test_the_pages_of_cases_are_linked_for_whom_they_are(office: Any) -> None:
    county = signed_in(office.county).get("/cases").content.decode()
    for address in ("/cases/lateness", "/cases/named", "/cases/yearly"):
        assert f'href="{address}"' in county
    assert 'href="/cases/lateness"' in signed_in(office.prefecture).get("/cases").content.decode()
    village = signed_in(office.village).get("/cases").content.decode()
    assert 'href="/cases/lateness"' not in village and 'href="/cases/named"' not in village
