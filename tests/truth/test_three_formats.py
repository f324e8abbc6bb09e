"""The same county as workbooks, as old workbooks and as GBK tables: the same facts, to the byte."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.truth.test_command_line import Installation

COUNTY = ("--county", "522422", "--registered", "300", "--seed", "3", "--on", "2026-11-23")
FORMATS = ("--format", "xlsx", "--format", "csv", "--format", "xls")


@pytest.fixture(scope="module")
def ready(county: Path, set_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with the areas and a reviewer, to be copied."""
    made = Installation(tmp_path_factory.mktemp("ready"))
    shutil.copytree(set_up, made.folder / "var")
    made.run("places", "load", str(county / "areas.csv"))
    account = made.run(
        "account", "create", "shenhe", "--name", "审核", "--role", "county_reviewer", "--area", "520521"
    )
    made.environment["TONGCHOU_PASSWORD"] = account["password"]
    return made


def copied(ready: Installation, folder: Path) -> Installation:
    made = Installation(folder)
    shutil.copytree(ready.folder / "var", made.folder / "var")
    made.environment["TONGCHOU_PASSWORD"] = ready.environment["TONGCHOU_PASSWORD"]
    return made


def imported(made: Installation, registers: Path) -> dict[str, Any]:
    return made.run("intake", str(registers), "--account", "shenhe")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    first = Installation(folder / "maker")
    first.run("synth", *COUNTY, *FORMATS, "--out", str(folder / "county"))
    return folder / "county"


@pytest.mark.wide
def test_three_formats_give_the_same_facts(county: Path, ready: Installation, tmp_path: Path) -> None:
    hashes = {}
    for form in ("registers", "registers_csv", "registers_xls"):
        made = copied(ready, tmp_path / form)
        outcome = imported(made, county / form)
        assert outcome["refused"] == 0 and outcome["applied"] == outcome["files"] and outcome["people"] == 300
        hashes[form] = made.snapshot()["sha256"]
        again = imported(made, county / form)
        assert again["unchanged"] == again["files"] and again["people"] == 0
    assert len(set(hashes.values())) == 1, hashes


@pytest.mark.wide
def test_an_archive_of_them_is_read_like_a_folder(county: Path, ready: Installation, tmp_path: Path) -> None:
    from tongchou.apps.intake.tests.workbooks import archive_of

    made = copied(ready, tmp_path / "one")
    files = {path.name: path.read_bytes() for path in sorted((county / "registers_csv").glob("*.csv"))}
    archive = tmp_path / "county.zip"
    archive.write_bytes(archive_of(files | {"照片.pdf": b"%PDF-1.4"}))
    outcome = made.run("intake", str(archive), "--account", "shenhe", expect=1)
    assert (outcome["people"], outcome["applied"], outcome["refused"]) == (300, len(files), 1)
