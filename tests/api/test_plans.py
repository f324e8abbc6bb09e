"""Tasks of meetings by program and by command."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.plans import api as plans
from tongchou.apps.plans.tests.conftest import meeting, office, task
from tongchou.cli import main

__all__ = ["meeting", "office", "task"]
V1 = "/api/v1"


def test_tasks_by_program(task: Any, office: Any, county: Any, make_program: Any) -> None:
    first, second = task(), task(due_in=3)
    program = make_program(office.village, {plans.VIEW})
    page = program.get(f"{V1}/plans/tasks", {"limit": 1})
    assert page.status_code == 200, page.content
    assert [one["task_id"] for one in page.json()["items"]] == [first.pk]
    rest = program.get(f"{V1}/plans/tasks", {"after": page.json()["next"]}).json()
    assert [one["task_id"] for one in rest["items"]] == [second.pk] and rest["next"] is None
    shown = program.get(f"{V1}/plans/tasks/{second.pk}").json()
    assert (shown["unit_key"], shown["days_late"]) == (county.village.code, 0)
    assert program.get(f"{V1}/plans/tasks/{second.pk + 9}").status_code == 404


def test_tasks_and_meetings_by_command(
    task: Any, office: Any, password: str, monkeypatch: pytest.MonkeyPatch, frozen_clock: dt.datetime
) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    one, run = task(), CliRunner()
    account = ["--json", "--account", office.village.username]
    listed = run.invoke(main, ["plans", "tasks", "--show", "open", *account])
    assert listed.exit_code == 0, listed.output
    assert [row["task_id"] for row in json.loads(listed.stdout)] == [one.pk]
    (meeting,) = json.loads(run.invoke(main, ["plans", "meetings", *account]).stdout)
    assert meeting["meeting_id"] == one.meeting_id and meeting["minuted"]
