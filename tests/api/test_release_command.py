"""``tongchou release``: from computing to publishing, and a file that is checked without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.releases import api as releases
from tongchou.apps.releases.tests.conftest import Desk, desk
from tongchou.cli.releases import release
from tongchou.core import signing

__all__ = ["desk"]


@pytest.fixture
def run(desk: Desk, password: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)

    def act(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(release, [*words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout.splitlines()[-1])

    return act


def test_a_table_by_commands(desk: Desk, run: Any, tmp_path: Path) -> None:
    maker = ("--account", desk.maker.username, "--purpose", "tables")
    sealer = ("--account", desk.sealer.username, "--purpose", "tables")
    made = run("compute", "migration", "2025", "--county", desk.county.code, *maker)
    number = str(made["release"])
    assert run("check", number, *maker)["state"] == "checked"
    licence = ("--content", made["content"], "--licence", "cc0-1.0")
    assert run("seal", number, *licence, *sealer)["state"] == "sealed"
    assert run("publish", number, *sealer)["state"] == "published"
    listed = run("list", "--account", desk.maker.username)
    assert [(one["table"], one["state"]) for one in listed] == [("migration", "published")]

    one = releases.public("migration", "2025")
    keys, beside, file = tmp_path / "keys.json", tmp_path / "m.json", tmp_path / "t.csv"
    keys.write_text(json.dumps(signing.public_keys()))
    beside.write_bytes(releases.file_of(one, "metadata.json"))
    file.write_bytes(releases.file_of(one, "csv"))
    words = ("verify", str(file), "--metadata", str(beside), "--keys", str(keys))
    assert run(*words)["content"] == releases.figures(one).digest()
    file.write_bytes(file.read_bytes().replace(b",A\r\n", b",Q\r\n", 1))
    assert run(*words, code=1) == {"verdict": "changed"}
    assert run("verify", str(file), "--keys", str(keys), code=1)["verdict"] == "unreadable"


def test_the_maker_cannot_seal_by_command_either(desk: Desk, run: Any, password: str) -> None:
    one = desk.checked()
    words = ["seal", str(one.pk), "--content", one.content_sha256, "--licence", "cc0-1.0"]
    done = CliRunner().invoke(release, [*words, "--account", desk.maker.username, "--purpose", "x"])
    assert done.exit_code != 0
    one.refresh_from_db()
    assert one.state == "checked"
