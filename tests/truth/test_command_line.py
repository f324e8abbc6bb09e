"""The commands as an administrator types them, each installation in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

pytestmark = pytest.mark.wide
PROGRAM = [sys.executable, "-m", "tongchou"]


class Installation:
    """A fresh installation with the areas and registers of a small synthetic county."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.county = folder / "county"
        self.environment = {**os.environ, "TONGCHOU_VAR": str(folder / "var")}
        self.environment.pop("DATABASE_URL", None)

    def run(self, *words: str, expect: int = 0) -> dict[str, Any]:
        done = subprocess.run(
            [*PROGRAM, *words, "--json"], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == expect, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def prepare(self, set_up: Path) -> None:
        """``set_up``: a folder in which ``setup`` has been run, to be copied."""
        shutil.copytree(set_up, self.folder / "var")
        self.run(
            "synth",
            "--county",
            "522422",
            "--registered",
            "400",
            "--on",
            "2026-11-23",
            "--out",
            str(self.county),
        )
        self.run("places", "load", str(self.county / "areas.csv"))
        made = self.run(
            "account", "create", "shenhe", "--name", "审核", "--role", "county_reviewer", "--area", "520521"
        )
        self.environment["TONGCHOU_PASSWORD"] = made["password"]

    def import_all(self) -> dict[str, Any]:
        return self.run("intake", str(self.county / "registers"), "--account", "shenhe")

    def snapshot(self) -> dict[str, Any]:
        return self.run("snapshot", "--account", "shenhe", "--purpose", "test", "--as-of", "2026-11-23")


@pytest.fixture(scope="module")
def first(set_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The installation all tests of this module share, its registers imported."""
    installation = Installation(tmp_path_factory.mktemp("first"))
    installation.prepare(set_up)
    applied = installation.import_all()
    assert applied["applied"] == applied["files"] and applied["people"] == 400
    return installation


def rearrange(path: Path) -> None:
    """The register as another clerk keeps it: columns turned round, one note more, three headers renamed."""
    names = {"公民身份号码": "身份证号", "出生日期": "出生年月", "联系电话": "手机号码"}
    book = load_workbook(path)
    sheet = book.active
    merged = [area.bounds for area in sheet.merged_cells.ranges]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(i for i, row in enumerate(values) if "姓名" in row)
    width = len(values[head])
    # What a merge showed across a group's columns, or down a household's rows, is written out before the
    # columns move; titles and notes stay where they are.
    for left, top, right, bottom in merged:
        group = top - 1 == head and bottom == top and right > left
        household = top - 1 > head and left == right
        if group or household:
            for row in range(top - 1, bottom):
                for column in range(left - 1, right):
                    values[row][column] = values[top - 1][left - 1]
    order = list(range(width - 1, -1, -1))
    turned = [[row[i] for i in order] for row in values]
    for row in turned[head : head + 2]:
        for i, value in enumerate(row):
            row[i] = names.get(str(value), value)
    turned.insert(head, ["说明：本表由各村民组填报，请勿改动表头", *[None] * (width - 1)])
    sheet.delete_rows(1, sheet.max_row)
    for row in turned:
        sheet.append(row)
    book.save(path)


def test_the_whole_way_by_commands(first: Installation) -> None:
    again = first.import_all()
    assert again["applied"] == 0 and again["unchanged"] == again["files"]

    taken = first.snapshot()
    assert taken["rows"] == 400
    assert first.snapshot()["sha256"] == taken["sha256"]
    run = first.run("evaluate", "--year", "2026", "--account", "shenhe", "--purpose", "test")
    assert run["persons"] == 400
    assert first.run("registry", "rebuild", "--check")["ok"] is True
    first.run("registry", "rebuild", expect=2)
    first.run("registry", "rebuild", "--account", "shenhe", expect=2)
    rebuilt = first.run("registry", "rebuild", "--account", "shenhe", "--purpose", "test")
    assert (rebuilt["ok"], rebuilt["corrected"]) == (True, 0)
    assert first.run("audit", "verify")["ok"] is True

    facts = next((first.folder / "var" / "snapshots").glob("*.parquet"))
    out = first.folder / "results.csv"
    from_file = first.run("evaluate", "--facts", str(facts), "--year", "2026", "--out", str(out))
    assert from_file["persons"] == 400 and out.read_text(encoding="utf-8").count("\n") == 801


def test_no_other_account_can_open_a_file_of_the_installation(first: Installation) -> None:
    var = first.folder / "var"
    database = var / "tongchou.sqlite3"
    database.chmod(0o644)
    first.run("registry", "rebuild", "--check")
    opened = [path.name for path in var.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert database.exists() and opened == []


def test_lost_keys_are_loud_and_never_replaced(first: Installation) -> None:
    keys = first.folder / "var" / "keys.json"
    aside = keys.rename(keys.with_name("backup"))
    try:
        report = first.run("audit", "verify", expect=1)
        assert [reason["code"] for reason in report["reasons"]] == ["keys_lost"]
        for words in (
            ["setup"],
            ["worker"],
            ["serve"],
            ["snapshot", "--account", "shenhe", "--purpose", "test"],
        ):
            done = subprocess.run(
                [*PROGRAM, *words],
                env=first.environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 1 and "keys.json" in done.stderr, done.stderr
            assert "Traceback" not in done.stderr
        assert not keys.exists()
    finally:
        aside.rename(keys)
    assert first.run("audit", "verify")["ok"] is True


def test_reading_in_bulk_needs_the_right_password(
    first: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(first.environment, "TONGCHOU_PASSWORD", "not-the-password")
    first.run("snapshot", "--account", "shenhe", "--purpose", "test", expect=1)


def test_columns_in_another_order_give_the_same_facts(
    first: Installation, set_up: Path, tmp_path: Path
) -> None:
    second = Installation(tmp_path / "second")
    second.prepare(set_up)
    registers = sorted((second.county / "registers").glob("*.xlsx"))
    assert registers
    for path in registers:
        rearrange(path)
    assert second.import_all()["people"] == 400
    assert second.snapshot()["sha256"] == first.snapshot()["sha256"]


def test_several_processes_come_to_the_same(first: Installation, set_up: Path, tmp_path: Path) -> None:
    second = Installation(tmp_path / "second")
    second.prepare(set_up)
    registers = sorted((second.county / "registers").glob("*.xlsx"))
    # The same village again under another name, and a file that is none: each is told in its place.
    shutil.copy(registers[0], second.county / "registers" / f"again-{registers[0].name}")
    (second.county / "registers" / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")
    words = ("intake", str(second.county / "registers"), "--account", "shenhe", "--processes", "2")
    done = second.run(*words, expect=1)
    assert (done["applied"], done["unchanged"], done["refused"]) == (len(registers), 1, 1)
    assert done["people"] == 400
    again = second.run(*words, expect=1)
    assert (again["applied"], again["unchanged"], again["refused"]) == (0, len(registers) + 1, 1)
    assert second.run("registry", "rebuild", "--check")["ok"] is True
    assert second.run("audit", "verify")["ok"] is True
    results = []
    for installation in (first, second):
        installation.snapshot()
        run = installation.run("evaluate", "--year", "2026", "--account", "shenhe", "--purpose", "test")
        results.append({key: value for key, value in run.items() if key not in ("snapshot", "id", "seconds")})
    assert results[0] == results[1]
