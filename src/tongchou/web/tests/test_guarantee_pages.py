"""Guarantees on their pages: a return by form and by workbook, the level above, the register, the public."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.guarantees.models import Marked, Training, Worker, YearReturn
from tongchou.apps.guarantees.tests.conftest import workbook
from tongchou.apps.posts import api as posts
from tongchou.domain.accountability.guarantees import Finding, Guarantee
from tongchou.web.console.formatters import yuan
from tongchou.web.console.presenters import guarantees as present

pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_a_return_by_form_is_accepted_by_the_level_above(
    county: Any, township_officer: Any, county_reviewer: Any
) -> None:
    unit = signed_in(township_officer)
    address = reverse("console:guarantee-return-new")
    given = {"area": county.township.pk, "year": 2026, "budget": "10000", "grassroots": "20000"}
    assert unit.get(address).status_code == 200
    wrong = unit.post(address, given)
    assert wrong.status_code == 422 and "id_grassroots_error" in wrong.content.decode()
    sent = unit.post(address, given | {"grassroots": "8100.50", "reward_fund": "0"})
    one = YearReturn.objects.get()
    assert sent["Location"] == reverse("console:guarantee-return", args=[one.pk])
    assert (one.grassroots, one.reward_fund, one.revenue) == (810_050, 0, None)
    assert "verdict" not in unit.get(sent["Location"]).content.decode()
    assert unit.post(sent["Location"], {"verdict": "accept"}).status_code == 403
    above = signed_in(county_reviewer)
    assert "verdict" in above.get(sent["Location"]).content.decode()
    assert above.post(sent["Location"], {"verdict": "back"}).status_code == 422
    assert above.post(sent["Location"], {"verdict": "accept"}).status_code == 302
    assert one.decision.accepted is True if hasattr(one, "decision") else True
    page = above.get(reverse("console:guarantees"), {"area": county.township.pk}).content.decode()
    assert "10,000" in page and "8,100.50" in page


def test_money_that_came_late_is_there_and_late(county: Any) -> None:
    unit = posts.of_area(county.county)

    def told(guarantee: Guarantee, *given: Any, late: int = 0) -> Any:
        return present.row(guarantees.Line(unit, Finding(unit.key, guarantee, "fen", *given, late=late)))

    late = told(Guarantee.ARRIVED, 1200, 1000, "central · 育儿补贴专项资金", late=200)
    short = told(Guarantee.ARRIVED, 1200, 0, "county · 育儿补贴专项资金", late=200)
    assert [late.have, late.missing] == [yuan(1200), yuan(0)] and yuan(200) in late.why
    assert [short.have, short.missing] == [yuan(200), yuan(1000)]
    assert late.chip.tone == short.chip.tone == "bad" and late.chip.label != short.chip.label
    assert "central" not in late.detail and "育儿补贴专项资金" in late.detail
    # A fund has to be there; no amount is named that nobody asks for.
    assert yuan(1) not in vars_of(told(Guarantee.REWARD_FUND, 1, 0))


def vars_of(row: Any) -> list[Any]:
    return [getattr(row, name) for name in row.__slots__]


def test_a_workbook_with_a_mistake_and_mended(county: Any, township_officer: Any) -> None:
    client, address = signed_in(township_officer), reverse("console:guarantee-upload")
    code = county.township.code

    def sent(*rows: Any) -> Any:
        return client.post(address, {"file": SimpleUploadedFile("年报.xlsx", workbook(*rows))})

    wrong = sent((code, "", 2026, "很多"))
    assert wrong.status_code == 422 and "D2" in wrong.content.decode() and not YearReturn.objects.exists()
    assert sent((code, "", 2026, 5000)).status_code == 200 and YearReturn.objects.count() == 1
    assert sent((code, "", 2026, 5000)).status_code == 200 and YearReturn.objects.count() == 1


def test_the_template_can_be_read_back(county: Any, township_officer: Any) -> None:
    client = signed_in(township_officer)
    file = client.get(reverse("console:guarantee-template"))
    answer = client.post(
        reverse("console:guarantee-upload"), {"file": SimpleUploadedFile("年报.xlsx", file.content)}
    )
    assert answer.status_code == 422  # its rows are there; their amounts are still to be filled in
    assert len(answer.context["problems"]) == 1 + len(county.villages)


def test_the_register_takes_workers_trainings_and_lists(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    client, address = signed_in(county_reviewer), reverse("console:guarantee-staff")
    day, town = frozen_clock.date().isoformat(), county.township.pk
    worker = {
        "act": "engage",
        "area": town,
        "name": "张一（示例）",
        "post": "工作人员",
        "since": "2025-01-01",
    }
    assert client.post(address, worker).status_code == 302
    assert client.post(address, worker).status_code == 422
    assert client.post(address, {**worker, "name": ""}).status_code == 422
    training = {"act": "train", "area": town, "title": "业务培训", "on": day, "invited": 9, "attended": 8}
    assert client.post(address, training).status_code == 302 and Training.objects.count() == 1
    listed = {"act": "mark", "area": town, "kind": "town", "since": "2025-01-01", "source": "方案（示例）"}
    assert client.post(address, listed).status_code == 302
    page = client.get(address).content.decode()
    assert "张一（示例）" in page and "业务培训" in page and "方案（示例）" in page
    one = Worker.objects.get()
    assert client.post(address, {"act": "leave", "which": one.pk}).status_code == 302
    assert client.post(address, {"act": "unmark", "which": Marked.objects.get().pk}).status_code == 302
    assert client.post(address, {"act": "confirm", "area": town}).status_code == 302
    base = {"act": "base", "area": county.county.pk, "people": "resident", "since": day, "source": "县办"}
    assert client.post(address, base).status_code == 302
    assert client.post(address, {"act": "strange"}).status_code == 404


def test_the_public_sees_units_and_nobody_at_work(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    guarantees.engage(
        area_id=county.township.pk, name="张一（示例）", post="工作人员", since=dt.date(2025, 1, 1),
        by=county_reviewer, at=frozen_clock,
    )  # fmt: skip
    page = Client().get(reverse("console:public-guarantees"), {"area": county.township.pk})
    text = page.content.decode()
    assert page.status_code == 200 and county.township.name in text and "张一" not in text


def test_files_of_an_area(county: Any, county_reviewer: Any) -> None:
    client = signed_in(county_reviewer)
    assert client.get(reverse("console:guarantees-workbook")).content.startswith(b"PK")
    assert client.get(reverse("console:guarantees-pdf")).content.startswith(b"%PDF")


def test_the_list_of_returns_asks_as_often_for_many_as_for_one(
    county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    client, address = signed_in(township_officer), reverse("console:guarantee-returns")

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    def add(year: int) -> None:
        guarantees.send(
            unit=county.township.code, year=year, figures=guarantees.Figures(budget=year),
            by=township_officer, at=frozen_clock,
        )  # fmt: skip

    add(2010)
    few = asked()
    for year in range(2011, 2025):
        add(year)
    assert asked() == few


@pytest.mark.parametrize(
    "name", ["guarantees", "guarantee-returns", "guarantee-return-new", "guarantee-upload", "guarantee-staff"]
)
def test_pages_open_for_those_who_work_with_them(name: str, county: Any, county_reviewer: Any) -> None:
    assert signed_in(county_reviewer).get(reverse(f"console:{name}")).status_code == 200
