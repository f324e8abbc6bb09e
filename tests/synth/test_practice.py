"""Planted mistakes are where the list says, of the kind it says, and the mended register has none."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from tongchou import synth
from tongchou.domain import identity

from .conftest import ON, Folder, read

pytestmark = pytest.mark.wide


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_practice_register_has_one_mistake_of_each_kind(small: Folder) -> None:
    folder = small.out / "practice"
    mistakes = listed(folder / "errors.csv")
    assert [m["mistake"] for m in mistakes] == [
        "check_digit", "id_as_number", "impossible_date", "missing_name", "unknown_group", "duplicate_id",
    ]  # fmt: skip
    (code,) = {m["village_code"] for m in mistakes}
    sheet = openpyxl.load_workbook(folder / f"{code}.xlsx").worksheets[0]
    mended = openpyxl.load_workbook(folder / "mended" / f"{code}.xlsx").worksheets[0]
    cells = {m["mistake"]: (sheet[m["cell"]].value, mended[m["cell"]].value) for m in mistakes}
    assert identity.parse(cells["check_digit"][0]).problems == ("id_check_failed",)
    assert identity.parse(cells["id_as_number"][0]).problems == ("id_digits_lost",)
    assert cells["impossible_date"][0] == "2026-02-30"
    assert cells["missing_name"][0] is None and cells["missing_name"][1]
    assert cells["unknown_group"][0] == "九十九组"
    numbers = [line.id_number for line in read(folder / f"{code}.xlsx")]
    assert numbers.count(identity.parse(cells["duplicate_id"][0]).number or "") == 2
    for row in mistakes:
        if row["mistake"] in ("check_digit", "id_as_number", "duplicate_id"):
            assert identity.parse(cells[row["mistake"]][1]).number == row["right"]
    different = sum(
        a.value != b.value
        for one, two in zip(sheet.iter_rows(), mended.iter_rows(), strict=True)
        for a, b in zip(one, two, strict=True)
    )
    assert different == len(mistakes)


def test_practice_people_are_nobody_of_the_county(small: Folder) -> None:
    (path,) = (small.out / "practice" / "mended").glob("*.xlsx")
    numbers = {line.id_number for line in read(path)}
    assert len(numbers) == 72
    assert numbers.isdisjoint(line.id_number for line in small.lines)
    assert {row["village_code"] for row in small.table("practice/truth.csv")} == {path.stem}
    assert path.stem in {row["code"] for row in small.table("areas.csv")}
    assert path.stem not in {line.village for line in small.lines}


def test_one_practice_register_is_of_an_unknown_village(small: Folder) -> None:
    known = {row["code"] for row in small.table("areas.csv")}
    files = {path.stem for path in (small.out / "practice").glob("*.xlsx")}
    assert len(files) == 2 and len(files - known) == 1


def test_mistakes_in_the_registers_are_listed_and_marked_in_the_truth(tmp_path: Path) -> None:
    made = synth.county(code="520581", registered=1500, seed=3, out=tmp_path, on=ON, errors=40)
    mistakes = listed(tmp_path / "errors.csv")
    assert made.mistakes == len(mistakes) == 40
    sheets = {
        path.stem: openpyxl.load_workbook(path).worksheets[0]
        for path in (tmp_path / "registers").glob("*.xlsx")
    }
    truth = {row["id_number"]: row["facts_in_files"] for row in listed(tmp_path / "truth.csv")}
    concerned = 0
    for mistake in mistakes:
        reading = identity.parse(sheets[mistake["village_code"]][mistake["cell"]].value)
        if mistake["mistake"] in ("check_digit", "id_as_number"):
            assert reading.problems in (("id_check_failed",), ("id_digits_lost",))
            concerned += mistake["right"] in truth
            assert truth.get(mistake["right"], "false") == "false"
    assert concerned > 0
