"""``tongchou funds appropriate``, ``arrive`` and ``appropriations`` as a clerk types them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.payments import api as payments
from tongchou.apps.payments.tests.conftest import PROGRAMME, sound
from tongchou.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(make_account: Callable[..., Any], county: Any, frozen_clock: dt.datetime) -> Any:
    clerk = make_account("songyu", "county_finance", county.county)
    make_account("caiwu", "county_finance", county.other_village)
    return payments.open_fund(
        area_id=county.county.pk, year=2026, line="childcare", title="资金", programmes=[PROGRAMME],
        by=clerk, at=frozen_clock,
    )  # fmt: skip


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str) -> Callable[..., Any]:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)

    def typed(*words: object, account: str = "songyu") -> tuple[int, Any, str]:
        line = [str(one) for one in ("funds", *words, "--account", account, "--json")]
        result = CliRunner().invoke(main, line)
        said = result.stdout.strip().splitlines()
        told = json.loads(said[-1]) if said and said[-1][:1] in "[{" else None
        return result.exit_code, told, result.output

    return typed


def test_money_is_written_into_a_fund(run: Callable[..., Any], fund: Any) -> None:
    given = (
        "--source",
        "county",
        "--document",
        "大财社〔2026〕1号",
        "--on",
        "2026-03-02",
        "--due",
        "2026-03-31",
    )
    status, made, _ = run("appropriate", fund.pk, *given, "--fen", 500_000)
    assert (status, made["fen"]) == (0, 500_000)
    assert run("appropriate", fund.pk, *given, "--fen", 500_000)[1] == made  # typed twice it is one
    number = made["appropriation"]
    status, came, _ = run("arrive", number, "--voucher", "V1", "--on", "2026-04-10", "--fen", 200_000)
    assert (status, came["fen"]) == (0, 200_000)
    (line,) = run("appropriations", fund.pk)[1]
    assert (line["arrived"], line["days_late"], line["appropriation"]) == (200_000, 91, number)
    status, _told, said = run("arrive", number, "--voucher", "V2", "--on", "2026-04-10", "--fen", 300_001)
    assert status == 1 and "0.01" in said
    status, _told, _said = run("arrive", number, "--voucher", "V1", "--on", "2026-05-10", "--fen", 5)
    assert status == 1  # the voucher is known
    again = ("--another", "several")
    assert run("arrive", number, "--voucher", "V1", "--on", "2026-05-10", "--fen", 5, *again)[0] == 0
    assert sound() == []


def test_of_elsewhere_nothing_is_written_or_read(run: Callable[..., Any], fund: Any) -> None:
    given = ("--source", "county", "--document", "文", "--on", "2026-03-02", "--due", "2026-03-31")
    assert run("appropriate", fund.pk, *given, "--fen", 5, account="caiwu")[0] == 1
    number = run("appropriate", fund.pk, *given, "--fen", 5)[1]["appropriation"]
    assert run("arrive", number, "--voucher", "V", "--on", "2026-04-10", "--fen", 5, account="caiwu")[0] == 1
    assert run("appropriations", fund.pk, account="caiwu")[0] == 1
