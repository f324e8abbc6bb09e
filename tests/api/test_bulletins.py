"""Bulletins by program and by command: closed, made by one, published by another, read by all."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.accountability import api as accountability
from tongchou.apps.accountability.tests.conftest import feeds, good, units
from tongchou.cli import main

__all__ = ["feeds", "good", "units"]
MONTH = dt.date(2026, 5, 1)


@pytest.fixture
def run(password: str, monkeypatch: pytest.MonkeyPatch, frozen_clock: dt.datetime) -> Any:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)

    def command(*words: str, account: str, expect: int = 0) -> Any:
        done = CliRunner().invoke(main, ["bulletin", *words, "--account", account, "--json"])
        assert done.exit_code == expect, done.output
        return json.loads(done.stdout) if not expect else done.output

    return command


def test_from_open_months_to_a_published_bulletin(run: Any, units: Any, good: Any, make_program: Any) -> None:
    good(MONTH)
    run("close", "520521", "2026-05", account="maker", expect=1)
    closed = run("close", "520521", "2026-05", "--below", account="maker")
    assert closed["closed"] == accountability.Closing.objects.count() > 10
    made = run("make", "520521", "2026-05", account="maker")
    run("publish", str(made["bulletin"]), account="maker", expect=1)
    assert run("publish", str(made["bulletin"]), account="second")["state"] == "published"
    (listed,) = run("list", account="zhen")
    assert listed["sha256"] == made["sha256"]
    program = make_program(units.maker, {accountability.VIEW})
    answer = program.get("/api/v1/bulletins")
    assert answer.status_code == 200, answer.content
    page = answer.json()
    assert [one["bulletin_id"] for one in page["items"]] == [made["bulletin"]] and page["next"] is None
    whole = program.get(f"/api/v1/bulletins/{made['bulletin']}").json()
    assert len(whole["rows"]) == 8 and whole["rows"][0]["rank"] == 1
    assert {one["indicator"] for one in whole["rows"][0]["cells"]} >= {"paid_on_time", "complaints_on_time"}
    assert program.get("/api/v1/bulletins/999").status_code == 404


def test_words_that_are_no_month(run: Any, units: Any) -> None:
    assert "2026-05" in run("close", "520521", "mai", account="maker", expect=2)
    assert "520599" in run("make", "520599", "2026-05", account="maker", expect=2)


def test_alerts_by_command(run: Any, units: Any, good: Any) -> None:
    good(MONTH)
    run("alerts", "520521", "2026-05", account="maker", expect=1)
    run("close", "520521", "2026-05", "--below", account="maker")
    assert run("alerts", "520521", "2026-05", account="maker") is not None
    run("alerts", "520521", "2026-05", account="zhen", expect=1)


def test_a_settled_period_by_program_and_by_command(
    run: Any, units: Any, good: Any, make_program: Any, frozen_clock: dt.datetime
) -> None:
    good(MONTH)
    run("close", "520521", "2026-05", "--below", account="maker")
    program = make_program(units.maker, {accountability.VIEW})
    asked = {"area": units.county.pk, "kind": "month", "period": "2026-05"}
    before = program.get("/api/v1/settlements", asked)
    assert before.status_code == 200, before.content
    assert before.json()["published_on"] is None and not any(one["moved"] for one in before.json()["figures"])
    stated = accountability.restate(
        unit=units.villages[0].code, month=MONTH, count="payments_on_time", value=30, reason="核对后更正",
        by=units.maker, at=frozen_clock,
    )  # fmt: skip
    accountability.confirm_restated(restated_id=stated.pk, by=units.second, at=frozen_clock)
    after = program.get("/api/v1/settlements", asked).json()
    (moved,) = [one for one in after["figures"] if one["moved"]]
    assert moved["now"] < moved["told"] and [one["reason"] for one in after["restated"]] == ["核对后更正"]
    (row,) = run("settle", "520521", "2026-05", "--changed", account="maker")
    assert (row["unit"], row["indicator"]) == (moved["unit"], "paid_on_time")
    assert program.get("/api/v1/settlements", asked | {"period": "2026"}).status_code == 422
    elsewhere = make_program(units.township, {accountability.VIEW})
    assert elsewhere.get("/api/v1/settlements", asked).status_code == 404
