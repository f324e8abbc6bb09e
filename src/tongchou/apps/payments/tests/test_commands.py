"""``tongchou funds`` and ``tongchou payments`` as a clerk types them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.payments import api as payments
from tongchou.apps.payments import posting
from tongchou.apps.payments.models import Arrival, Batch, PaymentRow
from tongchou.apps.payments.tests.conftest import PROGRAMME, answer
from tongchou.cli import main
from tongchou.domain import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str, clerk: Any, second: Any) -> Callable[..., Any]:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)

    def typed(*words: object, account: str = "songyu") -> tuple[int, Any, str]:
        who = () if words[1] == "verify" else ("--account", account)
        result = CliRunner().invoke(main, [str(one) for one in (*words, *who, "--json")])
        said = result.stdout.strip().splitlines()
        told = json.loads(said[-1]) if said and said[-1][:1] in "[{" else None
        return result.exit_code, told, result.output

    return typed


def test_a_batch_by_commands(
    run: Callable[..., Any], fund: Any, money: Callable[..., Any], casework: Any, tmp_path: Path
) -> None:
    money(5_000_000)
    status, funds, _ = run("funds", "list")
    assert (status, funds[0]["free"], funds[0]["appropriated"]) == (0, 5_000_000, 5_000_000)
    status, made, _ = run("payments", "build", fund.pk, PROGRAMME, "--template", "rural_credit")
    assert (status, made["rows"], made["state"]) == (0, 6, "draft")
    batch = made["batch"]
    assert run("payments", "freeze", batch)[1]["state"] == "frozen"
    compared = ("--rows", 6, "--fen", 6 * 360_000)
    status, _told, output = run("payments", "approve", batch, *compared)
    assert status == 1
    assert "second person" in output or "另一人" in output
    assert run("payments", "approve", batch, "--rows", 5, "--fen", 1, account="heyong")[0] == 1
    assert run("payments", "approve", batch, *compared, account="heyong")[1]["state"] == "approved"
    status, file, _ = run("payments", "bank-file", batch, "--out", tmp_path)
    path = Path(file["file"])
    assert file["new"] and path.stat().st_mode & 0o077 == 0 and "6221000000000000001" in path.read_text("gbk")
    back = tmp_path / "back.csv"
    back.write_bytes(answer(Batch.objects.get(pk=batch), {1: "", 2: "户名不符"}))
    status, told, _ = run("payments", "answer", batch, back)
    assert (status, told["state"], told["paid_rows"]) == (0, "staged", "1")
    assert PaymentRow.objects.filter(state="issued").count() == 6
    status, told, _ = run("payments", "answer", batch, back, "--record")
    assert (status, told["state"]) == (0, "recorded")
    back.write_bytes(answer(Batch.objects.get(pk=batch), {3: ""}, yuan="1.00"))
    status, told, output = run("payments", "answer", batch, back)
    assert status == 1 and told["errors"] == "1" and "D2" in output
    listed = run("payments", "list")[1]
    assert (listed[0]["paid_fen"], listed[0]["returned_fen"]) == (360_000, 360_000)
    status, laws, _ = run("funds", "verify")
    assert status == 0 and len(laws) == 17 and all(law["broken"] == 0 for law in laws)


def test_a_broken_law_is_said(run: Callable[..., Any], fund: Any, money: Callable[..., Any]) -> None:
    from tongchou.apps.payments.models import Balance

    money(100)
    Balance.objects.filter(account="free").update(fen=99)
    status, laws, _ = run("funds", "verify")
    broken = {law["law"]: law["where"] for law in laws if law["broken"]}
    assert status == 1 and set(broken) == {"not_below_zero", "whole"}
    result = CliRunner().invoke(main, ["funds", "verify"])
    assert result.exit_code == 1 and "BROKEN" in result.output


def test_a_month_is_closed_by_a_command(
    run: Callable[..., Any], fund: Any, money: Callable[..., Any]
) -> None:
    money(100)
    assert run("funds", "close", fund.pk, "2026-03")[1] == {
        "fund": fund.pk,
        "month": "2026-03",
        "entries_to": 1,
    }
    assert run("funds", "close", fund.pk, "2026-06")[0] == 1
    status, told, _ = run("funds", "progress")
    assert (status, told[0]["arrived"], told[0]["days_late"]) == (0, 100, 10)


def test_a_month_that_does_not_balance_is_named_by_the_commands(
    run: Callable[..., Any], fund: Any, act: dict[str, Any]
) -> None:
    """A book kept before days were checked: an arrival of a day before its appropriation."""
    given = payments.appropriate(
        fund_id=fund.pk, source="county", fen=100, document="文", appropriated_on=dt.date(2026, 4, 2),
        due_on=dt.date(2026, 4, 30), **act,
    )  # fmt: skip
    entry, _new = posting.post(
        fund, ledger.entry(ledger.Kind.ARRIVAL, 100, source="county"), key="old", day=dt.date(2026, 2, 10),
        **act,
    )  # fmt: skip
    Arrival.objects.create(entry=entry, appropriation=given, voucher="旧")
    status, _told, output = run("funds", "close", fund.pk, "2026-02")
    assert status == 1 and "2026年2月10日" in output and "2026年4月2日" in output
    status, laws, _ = run("funds", "verify")
    assert status == 1 and {law["law"] for law in laws if law["broken"]} == {"dated", "months"}
    payments.take_back(entry_id=entry.pk, reason="mistyped", **act)
    for month in ("2026-02", "2026-04"):
        assert run("funds", "close", fund.pk, month)[0] == 0
    assert run("funds", "close", fund.pk, "2026-03")[0] == 1  # closed with the later one
    assert run("funds", "verify")[0] == 0
