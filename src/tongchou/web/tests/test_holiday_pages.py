"""The page of holidays: looked at, saved once, every wrong line named, for the system administrator alone."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed  # noqa: F401
from tongchou.core import clock
from tongchou.core.holiday_table import HolidayTable
from tongchou.core.holidays import api as holidays
from tongchou.core.holidays import jobs
from tongchou.core.jobs import leases
from tongchou.core.jobs.context import JobContext
from tongchou.core.jobs.models import Job

SOURCE = "国办发明电〔2026〕9号（示例）"
TABLE = """date,kind,name
2027-01-01..2027-01-15,off,元旦
2027-01-16,work,
2027-02-05..2027-02-12,off,春节
2027-05-01..2027-05-05,off,劳动节
2027-10-01..2027-10-07,off,国庆节
"""


@pytest.fixture
def december(settings: Any) -> Any:
    settings.SESSION_COOKIE_AGE = 400 * 86_400  # sessions are reckoned by another clock than the acts
    with clock.frozen(dt.datetime(2026, 12, 21, 9, 0, tzinfo=clock.SHANGHAI)) as at:
        yield at


@pytest.fixture
def keeper(make_account: Callable[..., Any], county: Any, december: dt.datetime) -> Client:
    return signed_in(make_account("xitong", "system_admin", county.county, "系统（示例）"))


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(client: Client, action: str, **given: Any) -> Any:
    body = {"action": action, "year": "2027", "source": SOURCE, "text": TABLE, **given}
    return client.post(reverse("console:holidays"), body, headers={"Accept-Language": "en"}, follow=True)


def test_it_is_looked_at_then_saved_once(keeper: Client) -> None:
    page = sent(keeper, "look")
    assert page.status_code == 200
    assert page.context["seen"].moves[0][1] == 0
    assert not HolidayTable.objects.exists()
    sent(keeper, "save", seen="0", text=TABLE.replace("\n", "\r\n"))
    sent(keeper, "save", seen="0")  # the button pressed twice
    made = HolidayTable.objects.get()
    assert (made.year, made.version, made.source, len(made.days)) == (2027, 1, SOURCE, 36)
    assert Job.objects.get().payload == {"table": made.pk}
    assert "系统（示例）" in keeper.get(reverse("console:holidays")).content.decode()
    assert sent(keeper, "look").context["seen"].same


def test_a_file_as_a_spreadsheet_writes_it(keeper: Client) -> None:
    file = SimpleUploadedFile("2027.csv", TABLE.encode("gb18030"))
    page = sent(keeper, "look", text="", file=file)
    assert page.context["seen"].spans[0].name == "元旦"
    book = SimpleUploadedFile("2027.xlsx", b"PK\x03\x04\x00")
    assert sent(keeper, "look", text="", file=book).status_code == 422


def test_every_wrong_line_is_on_the_page_and_what_was_typed_stays(keeper: Client) -> None:
    text = TABLE + "2027-06-01,work,x\n2026-06-01,off,y\n2027-06-02,holiday,z\n"
    page = sent(keeper, "save", text=text)
    assert page.status_code == 422
    assert [place for place, _text in page.context["problems"]] == ["第 7 行", "第 8 行", "第 9 行"] or [
        place for place, _text in page.context["problems"]
    ] == ["Line 7", "Line 8", "Line 9"]
    assert "2027-06-02,holiday,z" in page.content.decode()
    assert sent(keeper, "look", text="").status_code == 422
    assert sent(keeper, "look", year="2031").status_code == 422
    assert not HolidayTable.objects.exists()


def test_somebody_entered_another_version_meanwhile(keeper: Client) -> None:
    sent(keeper, "save", seen="0")
    page = sent(keeper, "save", seen="0", text=TABLE.replace("2027-01-15", "2027-01-14"))
    assert page.status_code == 422
    assert HolidayTable.objects.count() == 1


def test_nobody_else_opens_it(office: Any, december: dt.datetime) -> None:  # noqa: F811
    for account in (office.village, office.county):
        assert signed_in(account).get(reverse("console:holidays")).status_code == 403
        assert sent(signed_in(account), "save").status_code == 403


def test_days_say_provisional_until_the_year_is_entered(
    keeper: Client,
    apply: Any,  # noqa: F811
    office: Any,  # noqa: F811
    december: dt.datetime,
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=december)
    before = Case.objects.get(pk=case)
    officer, address = signed_in(office.township), reverse("console:case", args=[case])
    shown = officer.get(address, headers={"Accept-Language": "en"}).context["page"].facts
    marked = [value for _label, value in shown if "provisional" in value or "暂" in value]
    assert len(marked) == 2  # of the stage and of the case
    assert sent(keeper, "look").context["seen"].moves[0][1] == 1
    sent(keeper, "save", seen="0")
    job = leases.claim([holidays.KIND], at=december)
    done = jobs.recount(JobContext(job, at=december, stop=threading.Event()))
    assert leases.finish(job, done, december)
    after = Case.objects.get(pk=case)
    assert (after.provisional, after.due_provisional) == (False, False)
    assert after.stage_due > before.stage_due
    shown = officer.get(address).context["page"].facts
    assert not [value for _label, value in shown if "provisional" in value or "暂" in value]
    row = keeper.get(reverse("console:holidays")).context["rows"][0]
    assert " 1" in row.moved


def test_the_page_costs_the_same_however_many_versions(keeper: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert keeper.get(reverse("console:holidays")).status_code == 200
        return len(seen)

    sent(keeper, "save", seen="0")
    cost()
    one = cost()
    for number in range(5):
        sent(keeper, "save", text=TABLE.replace("2027-01-15", f"2027-01-{10 + number}"))
    assert HolidayTable.objects.count() == 6
    assert cost() == one
