"""Checks by phone and by paper, what a finished draw says, and what the unit's month is told."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import xlsxwriter

from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision import sealing
from tongchou.apps.supervision.counting import month_counts
from tongchou.apps.supervision.models import Check, Evidence
from tongchou.apps.supervision.tests.conftest import JPEG, TODAY, drawn, finished, site
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.domain.accountability.feed import UnitCount

__all__ = ["drawn", "finished", "site"]
pytestmark = pytest.mark.django_db


def form(rows: list[list[str]], heads: list[str] | None = None) -> bytes:
    """A form as the page makes it: three lines about it, the column names in the fourth."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("核对表")
    page.write_row(0, 0, ["核对表"])
    page.write_row(1, 0, ["单位", "青山村"])
    for number, row in enumerate([heads or list(supervision.COLUMNS.values()), *rows], start=3):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def test_a_check_is_made_once_with_a_fault_of_the_wrong_alone(drawn: Any, site: Any) -> None:
    item = drawn().items.first()
    given = {"item_id": item.pk, "by": site.officer, "at": TODAY}
    for wrong in (
        {"finding": "right", "fault": "date"},
        {"finding": "wrong"},
        {"finding": "wrong", "fault": "births"},
        {"finding": "not_reached"},
        {"finding": "wrong", "fault": "other"},
        {"finding": "right", "words": "隔壁那家超生了"},
        {"finding": "right", "words": "电话13800001234"},
        {"finding": "right", "files": [b"GIF89a"]},
    ):
        with pytest.raises(Invalid):
            supervision.check(**given, **wrong)
    assert not Check.objects.exists()
    made = supervision.check(**given, finding="wrong", fault="date", words="公示晚了三天", files=[JPEG])
    assert "公示晚了三天" not in made.sealed
    evidence = Evidence.objects.get()
    content = sealing.content_of(evidence)
    assert b"Exif" in JPEG and b"Exif" not in content
    assert supervision.evidence_of(evidence.pk, by=site.officer, on=TODAY.date()) == ("jpeg", content)
    with pytest.raises(NotFound):
        supervision.evidence_of(evidence.pk, by=site.worker, on=TODAY.date())
    with pytest.raises(Conflict):
        supervision.check(**given, finding="right")


def test_a_finished_draw_says_how_right_the_month_is(finished: Any, site: Any) -> None:
    one = finished(wrong=2)
    assert one.right == one.checked - 2 and one.value == one.right / one.checked
    assert one.low < one.value < one.high
    assert list(month_counts(dt.date(2026, 7, 1))) == [
        UnitCount(site.village.code, "records_checked", one.checked),
        UnitCount(site.village.code, "records_right", one.right),
    ]
    assert list(month_counts(dt.date(2026, 6, 1))) == []
    (line,) = supervision.accuracy(by=site.officer, on=TODAY.date())
    assert line.pk == one.pk


def test_a_draw_ends_when_every_record_is_checked(drawn: Any, site: Any) -> None:
    one = drawn()
    with pytest.raises(Conflict) as refused:
        supervision.finish(draw_id=one.pk, by=site.officer, at=TODAY)
    assert refused.value.code == "supervision.unchecked"


def test_a_form_is_read_back_whole_or_not_at_all(drawn: Any, site: Any) -> None:
    one = drawn()
    labels = list(one.items.order_by("position").values_list("label", flat=True))
    given = {"draw_id": one.pk, "by": site.officer, "at": TODAY}
    blank = [[label, "", "", "", "", ""] for label in labels]
    assert supervision.take_form(content=form(blank), **given) == 0
    wrong = [
        ["9999-G0001", "", "", "相符", "", ""],
        [labels[0], "", "", "好", "", ""],
        [labels[1], "", "", "不符", "", ""],
        [labels[2], "", "", "相符", "日期", ""],
        [labels[3], "", "", "不符", "其他", ""],
        [labels[4], "", "", "相符", "", "超生户"],
        [labels[4], "", "", "相符", "", ""],
        [labels[5], "", "", "", "日期", ""],
    ]
    with pytest.raises(Invalid) as refused:
        supervision.take_form(content=form(wrong), **given)
    cells = [(problem.cell, problem.value) for problem in refused.value.data["problems"]]
    assert cells == [
        ("A5", "9999-G0001"), ("D6", "好"), ("E7", ""), ("E8", "日期"), ("F9", ""), ("F10", "超生户"),
        ("A11", labels[4]), ("D12", ""),
    ]  # fmt: skip
    assert not Check.objects.exists()
    right = [[label, "", "", "相符", "", ""] for label in labels[2:]]
    right += [[labels[0], "", "", "不符", "日期", "晚三天"], [labels[1], "", "", "未找到", "", ""]]
    assert supervision.take_form(content=form(right), **given) == len(labels)
    assert supervision.take_form(content=form(right), **given) == 0  # the same again changes nothing
    assert Check.objects.filter(on_paper=True).count() == len(labels)
    other = [[labels[0], "", "", "相符", "", ""]]
    with pytest.raises(Invalid):
        supervision.take_form(content=form(other), **given)
    done = supervision.finish(draw_id=one.pk, by=site.officer, at=TODAY)
    assert done.right == len(labels) - 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", form([["a"]], ["编号", "别的"])])
def test_what_is_no_form_is_refused(drawn: Any, site: Any, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        supervision.take_form(draw_id=drawn().pk, content=content, by=site.officer, at=TODAY)
    assert refused.value.code == "supervision.form"
