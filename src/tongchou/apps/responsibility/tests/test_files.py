"""Targets as a workbook: every mistake with its cell and nothing written; what goes out comes in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from tongchou.apps.responsibility import api
from tongchou.core.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db
HEAD = tuple(api.COLUMNS.values())


def workbook(*rows: Sequence[Any], head: Sequence[str] = HEAD) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("目标")
    page.write_row(0, 0, ["目标分解"])
    for number, row in enumerate((head, *rows), start=2):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def test_a_workbook_is_taken_in_once(units: Any, act: Any, in_force: Any) -> None:
    row = (units.township.code, "云岭镇", "paid_on_time", "", 2026, 97.5, 200, "", "")
    content = workbook(row, (units.village.code, "", "mean_waiting_days", "", "2026-H2", 3, "", "", ""))
    made = api.take(content=content, **act(units.officer))
    assert (made.first, made.same) == (2, 0)
    values = {one.target.indicator: (one.value, one.weight) for one in api.Version.objects.all()}
    assert values == {
        "paid_on_time": (Decimal("0.975"), Decimal(200)),
        "mean_waiting_days": (Decimal(3), None),
    }
    waiting = list(api.Version.objects.values_list("pk", flat=True))
    api.accept(waiting, **act(units.officer_two))
    rows = api.out(api.targets(by=units.officer, on=dt.date(2026, 6, 30)))
    again = api.take(content=workbook(*rows), **act(units.officer))
    assert (again.first, again.revised, again.same) == (0, 0, 2)


def test_every_cell_is_named_and_nothing_written(units: Any, act: Any) -> None:
    good = (units.township.code, "", "paid_on_time", "", "2026", 97, 100, "", "")
    content = workbook(
        good,
        ("999", "", "paid_on_time", "", "2026", "约95", 0, "", ""),
        (units.township.code, "", "commitments_kept_share", "", "", 120, "x", "大方", ""),
    )
    with pytest.raises(Invalid) as told:
        api.take(content=content, **act(units.officer))
    found = {(one.cell, one.value) for one in told.value.data["cells"]}
    assert found == {
        ("A5", "999"), ("F5", "约95"), ("G5", "0"),
        ("E6", ""), ("F6", "120"), ("G6", "x"), ("H6", "大方"),
    }  # fmt: skip
    assert not api.Target.objects.exists()


def test_rows_without_a_number_are_left_out_and_files_that_are_none_refused(units: Any, act: Any) -> None:
    for content in (b"", b"a,b", workbook(head=("甲", "乙")), workbook((units.township.code,))):
        with pytest.raises(Invalid) as told:
            api.take(content=content, **act(units.officer))
        assert told.value.code == "targets.file"
    with pytest.raises(NotAllowed):
        api.take(
            content=workbook((units.village.code, "", "paid_on_time", "", "2026", 97)), **act(units.worker)
        )


def test_what_may_be_a_target_is_listed_with_its_unit() -> None:
    known = {code: unit for code, _title, unit in api.targeted()}
    assert known["paid_on_time"] == "%" and known["mean_waiting_days"] == "days/cases"
    assert "households_in_contact_share" not in known
