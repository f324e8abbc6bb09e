"""The list of posts by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.posts.tests.test_keeping import lines, sheet
from tongchou.cli import main

__all__ = ["lines"]
pytestmark = pytest.mark.django_db


def test_by_command(
    lines: Any, county: Any, county_reviewer: Any, tmp_path: Path, password: str, monkeypatch: Any
) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    file = tmp_path / "posts.csv"
    file.write_bytes(sheet(*lines))
    who = ["--account", county_reviewer.username, "--json"]
    done = CliRunner().invoke(main, ["posts", "import", str(file), *who])
    assert json.loads(done.stdout) == {"posts": 4, "holders": 4, "same": 0}, done.output
    listed = CliRunner().invoke(main, ["posts", "list", county.county.code, *who])
    assert [row["holder"] for row in json.loads(listed.stdout)] == [
        "赵远（示例）",
        "钱立（示例）",
        "孙平（示例）",
    ]
