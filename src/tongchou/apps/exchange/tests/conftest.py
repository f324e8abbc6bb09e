"""Approved cases to make lists of."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.domain import identity

__all__ = ["apply", "family", "office", "passed"]


@pytest.fixture
def approved(apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime) -> int:
    """The approved case of 陈小苗, with an account."""
    case = apply()
    payee = casework.PayTo(
        "陈勇",
        identity.compose("520599", dt.date(1990, 1, 2), 1),
        "县农商银行",
        "6217000012345678901",
        "parent",
    )
    casework.set_payee(case_id=case, payee=payee, by=office.village, at=frozen_clock)
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    passed(case, office.township)
    passed(case, office.county)
    return case


@pytest.fixture
def answer() -> Callable[..., bytes]:
    """``answer(("2026-000001", "3600", "成功", "", "GJ1"))``: a workbook as the system gives back."""

    def make(*rows: tuple[Any, ...]) -> bytes:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        page = book.add_worksheet()
        for column, text in enumerate(("业务编号", "补贴金额（元）", "导入结果", "失败原因", "系统受理号")):
            page.write(0, column, text)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                page.write(number, column, value)
        book.close()
        return target.getvalue()

    return make
