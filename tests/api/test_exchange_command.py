"""``tongchou exchange``: a list is written, its answer read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed
from tongchou.apps.exchange.tests.conftest import answer, approved
from tongchou.cli import main

__all__ = ["answer", "apply", "approved", "family", "office", "passed"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str) -> Callable[..., Any]:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    return lambda *words: CliRunner().invoke(main, [*words, "--account", "zhoumin", "--json"])


def test_there_and_back(
    run: Callable[..., Any], approved: int, county: Any, answer: Any, tmp_path: Path
) -> None:
    place = ("--area", county.county.code, "--out", str(tmp_path))
    given = ("childcare_subsidy", "2026", *place, "--purpose", "报送")
    made = run("exchange", "export", *given)
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert (told["rows"], told["fen"]) == (1, 360_000)
    assert Path(told["file"]).stat().st_mode & 0o777 == 0o600
    back = tmp_path / "back.xlsx"
    lines = (("2026-000001", "3600", "成功", "", "GJ-1"), ("2026-000009", "1", "成功", "", ""))
    back.write_bytes(answer(*lines))
    read = run("exchange", "read", str(told["list"]), str(back))
    assert read.exit_code == 0, read.output
    assert "A3" in read.output
    assert Case.objects.get(pk=approved).external == ""
    assert run("exchange", "read", str(told["list"]), str(back), "--take").exit_code == 0
    assert Case.objects.get(pk=approved).external == "GJ-1"


def test_an_area_that_is_none(run: Callable[..., Any], approved: int, tmp_path: Path) -> None:
    given = ("childcare_subsidy", "2026", "--area", "999999", "--purpose", "x", "--out", str(tmp_path))
    wrong = run("exchange", "export", *given)
    assert wrong.exit_code == 1
    assert "999999" in wrong.output
