"""The same county as workbooks, as old workbooks and as GBK tables: the same facts, to the byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.truth.test_command_line import Installation

COUNTY = ("--county", "522422", "--registered", "300", "--seed", "3", "--on", "2026-11-23")
FORMATS = ("--format", "xlsx", "--format", "csv", "--format", "xls")


def installation(folder: Path, county: Path) -> Installation:
    made = Installation(folder)
    made.run("setup")
    made.run("places", "load", str(county / "areas.csv"))
    account = made.run(
        "account", "create", "shenhe", "--name", "审核", "--role", "county_reviewer", "--area", "520521"
    )
    made.environment["TONGCHOU_PASSWORD"] = account["password"]
    return made


def imported(made: Installation, registers: Path) -> dict[str, Any]:
    return made.run("intake", str(registers), "--account", "shenhe")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    first = Installation(folder / "maker")
    first.run("synth", *COUNTY, *FORMATS, "--out", str(folder / "county"))
    return folder / "county"


def test_three_formats_give_the_same_facts(county: Path, tmp_path: Path) -> None:
    hashes = {}
    for form in ("registers", "registers_csv", "registers_xls"):
        made = installation(tmp_path / form, county)
        outcome = imported(made, county / form)
        assert outcome["refused"] == 0 and outcome["applied"] == outcome["files"] and outcome["people"] == 300
        hashes[form] = made.snapshot()["sha256"]
        again = imported(made, county / form)
        assert again["unchanged"] == again["files"] and again["people"] == 0
    assert len(set(hashes.values())) == 1, hashes


def test_an_archive_of_them_is_read_like_a_folder(county: Path, tmp_path: Path) -> None:
    from tongchou.apps.intake.tests.workbooks import archive_of

    made = installation(tmp_path / "one", county)
    files = {path.name: path.read_bytes() for path in sorted((county / "registers_csv").glob("*.csv"))}
    archive = tmp_path / "county.zip"
    archive.write_bytes(archive_of(files | {"照片.pdf": b"%PDF-1.4"}))
    outcome = made.run("intake", str(archive), "--account", "shenhe", expect=1)
    assert (outcome["people"], outcome["applied"], outcome["refused"]) == (300, len(files), 1)
