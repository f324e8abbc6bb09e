"""The lists of births of a demo county: of the years asked for, each missing births on its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tongchou import synth
from tongchou.domain import identity
from tongchou.domain.lists.read import ListReading, read_list, recognise
from tongchou.domain.register.legacy import matter_in
from tongchou.domain.register.sheet import Sheet
from tongchou.synth import clinics

from .conftest import ON, Folder

YEARS = (2024, 2025)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("county")
    synth.county(
        code="522422", registered=3000, seed=7, out=out, on=ON, lists=False, past=True, births_of=YEARS
    )
    return out


@pytest.fixture(scope="module")
def readings(made: Path) -> dict[str, ListReading]:
    found = {}
    for path in sorted((made / "lists").glob("*.xlsx")):
        page = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        merges = tuple(page.merged_cell_ranges or ())
        sheet = Sheet(page.to_python(skip_empty_area=False), merges)
        found[path.stem] = read_list(sheet, recognise(sheet), on=ON)
    return found


def test_intake_knows_both_lists_and_reads_their_rows(readings: dict[str, ListReading]) -> None:
    assert {name: one.kind.code for name, one in readings.items()} == {
        "hospital_births": "hospital_births", "vaccinations": "vaccinations",
    }  # fmt: skip
    for one in readings.values():
        read = [row for row in one.rows if row.row is not None]
        assert len(read) > 20 and len(read) == len(one.rows)
        assert {str(row.row.day)[:4] for row in read} <= {"2023", *map(str, YEARS), "2026"}  # a day off
        numbers = [person.number for row in read for person in row.row.people if person.number]
        assert len(numbers) > len(read) / 2
        assert all(number.startswith(identity.SYNTHETIC_AREA) for number in numbers)


def test_the_lists_miss_births_each_on_its_own(readings: dict[str, ListReading], made: Path) -> None:
    days = {
        name: {(row.row.people[0].number, str(row.row.day)) for row in one.rows if row.row}
        for name, one in readings.items()
    }
    hospital, vaccinated = days["hospital_births"], days["vaccinations"]
    assert hospital & vaccinated and hospital - vaccinated and vaccinated - hospital


def test_the_clinics_list_asks_nothing_closed() -> None:
    for column in clinics.KIND.layout.columns:
        assert not matter_in(f"{column.upper}{column.lower or ''}")


def test_the_registers_are_the_same_with_and_without(made: Path, small: Folder) -> None:
    ours, theirs = ((folder / "target.csv").read_bytes() for folder in (made, small.out))
    assert ours == theirs
    assert not (made / "lists_truth.csv").exists()
