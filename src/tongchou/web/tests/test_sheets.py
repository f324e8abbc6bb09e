"""Letters and notices as PDF and Excel say what their pages say."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.apps.notices.models import Ground, Notice
from tongchou.core import printing
from tongchou.web.console.presenters.notices import EntryRow, Row, Sheet
from tongchou.web.console.presenters.official import Letter, Part
from tongchou.web.sheets import letters, notices
from tongchou.web.tests.test_notice_pages import notice, signed_in, waiting

__all__ = ["apply", "family", "notice", "office", "passed", "waiting"]
pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 6, 30, 1, tzinfo=dt.UTC)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was given to be set, beside setting it."""
    found: list[dict[str, Any]] = []

    def noted(template: Any, data: dict[str, Any], **given: Any) -> bytes:
        found.append(data)
        return printing.pdf(template, data, **given)

    monkeypatch.setattr(letters, "pdf", noted)
    monkeypatch.setattr(notices, "pdf", noted)
    return found


def test_a_letter_to_print_and_its_file_say_the_same(
    apply: Any, office: Any, told: list[dict[str, Any]], frozen_clock: dt.datetime
) -> None:
    case = apply()
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    worker = signed_in(office.township)
    shown = worker.get(reverse("console:case-letter", args=[case])).content.decode()
    answer = worker.get(reverse("console:case-letter-pdf", args=[case]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert "attachment" in answer["Content-Disposition"] and answer["Cache-Control"] == "no-store"
    said = told[0]
    for text in (said["heading"], said["to"], *(line for part in said["parts"] for line in part["lines"])):
        assert text in shown
    for part in said["parts"]:
        for label, value in part["pairs"]:
            assert label in shown and value in shown


def test_what_does_not_count_as_income_is_said_once_it_is_granted(
    passed: Any, apply: Any, office: Any, told: list[dict[str, Any]], frozen_clock: dt.datetime
) -> None:
    worker = signed_in(office.township)
    running = apply()
    address = reverse("console:case-income-letter", args=[running])
    assert worker.get(address).status_code == 404
    assert address not in worker.get(reverse("console:case", args=[running])).content.decode()
    casework.accept(case_id=running, by=office.clerk, at=frozen_clock)
    passed(running, office.township)
    passed(running, office.county)
    assert address in worker.get(reverse("console:case", args=[running])).content.decode()
    answer = worker.get(address)
    assert answer.content.startswith(b"%PDF-")
    lines = [line for part in told[-1]["parts"] for line in part["lines"]]
    assert "3,600" in lines[0] and "民发〔2021〕57号" in lines[-1]


def test_a_letter_of_elsewhere_is_not_given_out(
    apply: Any, office: Any, make_account: Any, county: Any
) -> None:
    outsider = make_account("waixian", "township_officer", county.other_village, "外乡（示例）")
    answer = signed_in(outsider).get(reverse("console:case-letter-pdf", args=[apply()]))
    assert answer.status_code == 404


def test_a_notice_as_file_is_masked_as_on_the_wall(
    notice: Notice, office: Any, told: list[dict[str, Any]]
) -> None:
    worker: Client = signed_in(office.village)
    answer = worker.get(reverse("console:posting-pdf", args=[notice.pk]))
    assert answer.content.startswith(b"%PDF-")
    assert [row[1] for row in told[0]["rows"]] == ["陈*根", "林*"]
    assert told[0]["grounds"] == [str(label) for label in Ground.labels]
    assert any(value == f"http://testserver/notices/{notice.pk}" for _label, value in told[0]["ways"])
    book = worker.get(reverse("console:posting-workbook", args=[notice.pk]))
    import io

    import openpyxl

    cells = [
        cell for row in openpyxl.load_workbook(io.BytesIO(book.content)).active.values for cell in row if cell
    ]
    assert "陈*根" in cells and not any("陈老根" in str(cell) for cell in cells)


def test_two_thousand_entries_take_no_five_seconds() -> None:
    row = Row(
        1, "2026-G0001", "示例乡 · 示例村", "农村部分计划生育家庭奖励扶助", "村级公示", 2026, "村务公开栏",
        "2026年1月15日", "2026年1月25日", 2000, 0, 0, None, True,
    )  # fmt: skip
    entries = [EntryRow(n, "王*明", "1964", f"示例村第{n % 9}组", "¥960.00") for n in range(1, 2001)]
    began = time.perf_counter()
    made = notices.notice_pdf(Sheet(row, entries, [("电话", "0857-1234567")], "示例县卫生健康局"), at=AT)
    assert made.startswith(b"%PDF-") and time.perf_counter() - began < 5


def test_a_letter_with_a_makeshift_character_says_so(apply: Any) -> None:
    said = Letter("决定", "2026-000001", "", "王\ue863", "", (Part("text", ("准予",)),), "示例县", "今天")
    assert letters.letter_pdf(replace(said, to="王䶮"), at=AT).startswith(b"%PDF-")
    with pytest.raises(printing.CannotPrint, match="U\\+E863"):
        letters.letter_pdf(said, at=AT)
