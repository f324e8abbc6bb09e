"""First-published figures beside those that stand now, on a page and as a workbook."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.accountability import api
from tongchou.apps.accountability.tests.conftest import MONTH, feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db


def test_the_page_and_the_workbook(units: Any, good: Any) -> None:
    good()
    close(units)
    client, address = Client(), reverse("console:unit-settlement")
    client.force_login(units.maker)
    asked = {"area": units.county.pk, "period": "2026-05"}
    assert client.get(address).status_code == 200
    assert client.get(address, asked | {"period": "x"}).status_code == 422
    assert client.get(address, asked | {"period": "2026-06"}).status_code == 409
    assert client.get(address, asked).context["rows"] == []
    assert client.get(address, asked | {"all": "1"}).context["rows"]
    stated = api.restate(
        unit=units.villages[0].code, month=MONTH, count="payments_on_time", value=30, reason="核对后更正",
        by=units.maker, at=AT,
    )  # fmt: skip
    api.confirm_restated(restated_id=stated.pk, by=units.second, at=AT)
    page = client.get(address, asked)
    assert len(page.context["rows"]) == 1 and "核对后更正" in page.content.decode()
    answer = client.get(reverse("console:unit-settlement-workbook"), asked)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sum(row[5].value not in (None, "", row[0].value) for row in sheet.iter_rows(min_row=7)) == 1
    wrong = client.get(reverse("console:unit-settlement-workbook"), asked | {"period": "x"})
    assert wrong.status_code == 404


def test_it_asks_as_often_for_many_counts_stated_anew_and_names_their_units(units: Any, good: Any) -> None:
    good()
    close(units)
    client, counts = Client(), []
    client.force_login(units.maker)
    asked = {"area": units.county.pk, "period": "2026-05"}
    client.get(reverse("console:unit-settlement"), asked)
    for some in (units.villages[:1], units.villages[1:6]):
        for village in some:
            stated = api.restate(
                unit=village.code, month=MONTH, count="payments_on_time", value=30, reason="核对后更正",
                by=units.maker, at=AT,
            )  # fmt: skip
            api.confirm_restated(restated_id=stated.pk, by=units.second, at=AT)
        with CaptureQueriesContext(connection) as caught:
            page = client.get(reverse("console:unit-settlement"), asked)
        counts.append(len(caught))
        assert some[0].name in {one["unit"] for one in page.context["restated"]}
    assert len(page.context["restated"]) == 6 and counts[0] == counts[1]


def test_a_bulletin_of_departments_is_asked_for_on_the_form(units: Any, good: Any) -> None:
    good()
    close(units)
    client = Client()
    client.force_login(units.maker)
    said = {"area": units.county.pk, "kind": "month", "period": "2026-05", "departments": "on"}
    assert client.post(reverse("console:unit-bulletin-make"), said).status_code == 409
