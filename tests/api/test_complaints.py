"""Complaints by program and by command: the queue of the level above, never who complains."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.tests.conftest import WORDS, complaint, office
from tongchou.cli import main

__all__ = ["complaint", "office"]
V1 = "/api/v1"
WHO = complaints.Who("石长庚", "13800001234")


def test_the_queue_by_program(complaint: Any, office: Any, make_program: Any) -> None:
    one, _code = complaint(privacy="named", who=WHO)
    complaint("approve")
    program = make_program(office.township, {complaints.HANDLE})
    page = program.get(f"{V1}/complaints", {"limit": 1})
    assert page.status_code == 200, page.content
    assert [line["complaint_id"] for line in page.json()["items"]] == [one.pk]
    assert page.json()["next"] is None  # the other is answered
    shown = program.get(f"{V1}/complaints/{one.pk}").json()
    assert shown == page.json()["items"][0] and shown["days_left"] == 5
    assert "石长庚" not in json.dumps(shown, ensure_ascii=False) and "words" not in shown
    own, _code = complaint(unit=complaints.unit_at(one.unit_key[:9]).key)  # about the township itself
    assert program.get(f"{V1}/complaints/{own.pk}").status_code == 404


def test_listed_and_public_record_by_command(
    complaint: Any,
    office: Any,
    county: Any,
    password: str,
    monkeypatch: pytest.MonkeyPatch,
    frozen_clock: dt.datetime,
) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    complaint(privacy="named", who=WHO)
    complaint("approve")
    run = CliRunner()
    listed = run.invoke(main, ["complaints", "list", "--json", "--account", office.township.username])
    assert listed.exit_code == 0, listed.output
    assert len(json.loads(listed.stdout)) == 1
    assert "石长庚" not in listed.stdout and WORDS not in listed.stdout
    assert run.invoke(main, ["complaints", "list", "--account", office.village.username]).exit_code == 1
    (breach,) = json.loads(run.invoke(main, ["complaints", "record", "--json"]).stdout)
    assert breach["unit_key"] == county.village.code and breach["state"] == "owed"
    there = run.invoke(main, ["complaints", "record", "--area", county.other_village.code, "--json"])
    assert json.loads(there.stdout) == []
    done = run.invoke(main, ["complaints", "go-on", "--json"])
    assert json.loads(done.stdout) == {"gone_up": 0, "forgotten": 0}
