"""Letters of commitment by program and by command."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.tests.conftest import family, letter, office, words
from tongchou.cli import main
from tongchou.core import clock

__all__ = ["family", "letter", "office", "words"]
V1 = "/api/v1"


def test_letters_by_program(letter: Any, office: Any, make_program: Any, frozen_clock: dt.datetime) -> None:
    one = letter()
    program = make_program(office.township, {commitments.VIEW})
    page = program.get(f"{V1}/commitments", {"limit": 1})
    assert page.status_code == 200, page.content
    (line,) = page.json()["items"]
    assert (line["letter_id"], line["promises"], page.json()["next"]) == (one.pk, 1, None)
    assert program.get(f"{V1}/commitments", {"of": "making"}).json()["items"] == []
    whole = program.get(f"{V1}/commitments/{one.pk}").json()
    assert [item["state"] for item in whole["items"]] == ["owed"] and not whole["items"][0]["late"]
    assert program.get(f"{V1}/commitments/{one.pk + 1}").status_code == 404


def test_overdue_by_command(
    letter: Any, words: Any, office: Any, password: str, monkeypatch: pytest.MonkeyPatch,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    one = letter(items=(words(due_in=10), words(due_in=200)))
    run = CliRunner()
    account = ["--json", "--account", office.township.username]
    listed = run.invoke(main, ["commitments", "list", *account])
    assert listed.exit_code == 0, listed.output
    assert [row["letter_id"] for row in json.loads(listed.stdout)] == [one.pk]
    assert json.loads(run.invoke(main, ["commitments", "overdue", *account]).stdout) == []
    later = frozen_clock + dt.timedelta(days=11)
    assert commitments.due_soon(by=office.township, on=later.date()) == (1, 0)
    monkeypatch.setattr(clock, "today", lambda: later.date())
    (late,) = json.loads(run.invoke(main, ["commitments", "overdue", *account]).stdout)
    assert late["letter_id"] == one.pk and late["state"] == "owed"
