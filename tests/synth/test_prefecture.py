"""A small prefecture in nine units, read back from its tables."""

from __future__ import annotations

import csv
import datetime as dt
import filecmp
import json
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from tongchou import synth
from tongchou.domain import codes, identity
from tongchou.synth.census import counties
from tongchou.synth.people import day_number
from tongchou.synth.people_table import SCHEMA, Numbering
from tongchou.synth.prefecture import CEDED, LOCAL_UNIT

from .conftest import ON

PEOPLE, TOWNSHIPS, VILLAGES = 12_000, 24, 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("prefecture") / "made"
    synth.prefecture(registered=PEOPLE, seed=3, out=out, on=ON, townships=TOWNSHIPS, villages=VILLAGES)
    return out


@pytest.fixture(scope="module")
def people(folder: Path) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in sorted((folder / "people").glob("*.parquet"))])


def area_rows(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "areas.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def test_nine_units_share_the_people(folder: Path, people: pl.DataFrame) -> None:
    made = json.loads((folder / "prefecture.json").read_text(encoding="utf-8"))
    assert len(made["units"]) == 9 and made["registered"] == people.height == PEOPLE
    by_unit = dict(people.group_by("unit_code").len().iter_rows())
    assert by_unit == made["units"]
    by_county = dict(people.group_by("county_code").len().iter_rows())
    total = sum(county.registered for county in counties())
    for county in counties():
        assert abs(by_county[county.code] - PEOPLE * county.registered / total) < 1
    assert people["household_id"].n_unique() == made["households"]


def test_areas_carry_codes_of_their_county_and_hang_below_their_unit(
    folder: Path, people: pl.DataFrame
) -> None:
    rows = area_rows(folder)
    levels = [row["level"] for row in rows.values()]
    assert (levels.count("township"), levels.count("village")) == (TOWNSHIPS, VILLAGES)
    local = {code for code, row in rows.items() if row["parent_code"] == LOCAL_UNIT}
    assert {code[:6] for code in local} == set(CEDED)
    for code, row in rows.items():
        if row["level"] == "township":
            assert row["parent_code"] == (LOCAL_UNIT if code in local else code[:6])
        else:
            assert code.startswith(row["parent_code"]) and row["parent_code"] in rows
    for county in counties():
        assert any(row["parent_code"] == county.code for row in rows.values())
    for unit, county, township, village, group in people.select(
        "unit_code", "county_code", "township_code", "village_code", "group_code"
    ).iter_rows():
        assert (unit == LOCAL_UNIT) == (township in local)
        assert rows[group]["parent_code"] == village and rows[village]["parent_code"] == township
        assert township.startswith(county)


def test_the_columns_are_those_promised(people: pl.DataFrame) -> None:
    assert people.schema == pl.Schema(SCHEMA)
    always = [
        "unit_code", "village_code", "household_no", "name", "relation", "sex", "birth", "id_number",
        "ethnicity", "resident_here",
    ]  # fmt: skip
    assert people.select(always).null_count().row(0) == (0,) * len(always)
    for column, listed in (
        ("relation", codes.RELATION), ("ethnicity", codes.ETHNICITY), ("education", codes.EDUCATION),
        ("marital", codes.MARITAL),
    ):  # fmt: skip
        assert set(people[column].drop_nulls().unique()) <= set(listed), column
    young = people.filter(pl.col("birth").dt.year() > ON.year - 59)
    assert young.select("living_sons", "living_daughters", "children_ever").null_count().row(0) == (
        (young.height,) * 3
    )
    assert 0.25 < 1 - people["resident_here"].mean() < 0.3  # type: ignore[operator]


def test_numbers_are_valid_and_unique(people: pl.DataFrame) -> None:
    assert people["id_number"].n_unique() == people["person_no"].n_unique() == PEOPLE
    for number, birth, sex in people.select("id_number", "birth", "sex").iter_rows():
        assert number == identity.compose(identity.SYNTHETIC_AREA, birth, int(number[14:17]))
        assert identity.sex_of(number) == sex


def test_one_day_has_as_many_numbers_as_the_standard() -> None:
    day = day_number(dt.date(2020, 2, 29))
    numbering = Numbering(day, day, np.random.default_rng(1))
    women, births = np.full(499, 2, dtype=np.int8), np.full(499, day)
    found = numbering.number(women[:300], births[:300]) + numbering.number(women[300:], births[300:])
    assert len(set(found)) == 499 and {number[6:14] for number in found} == {"20200229"}
    with pytest.raises(synth.SynthError):
        numbering.number(women[:1], births[:1])


def test_households_hold_together(people: pl.DataFrame) -> None:
    keys = ["household_id", "line"]
    assert people.select(keys).n_unique() == PEOPLE
    heads = people.filter(pl.col("relation") == "02")
    assert heads.height == heads["household_id"].n_unique() == people["household_id"].n_unique()
    sizes = people.group_by("household_id").agg(pl.len().alias("n"), pl.col("household_size").unique())
    assert (sizes["household_size"].list.first() == sizes["n"]).all()
    assert people.group_by("household_id").agg(pl.col("village_code").n_unique())["village_code"].max() == 1
    kin = people.select(*keys, "sex", "birth", "spouse_line")
    for link in ("spouse_line", "father_line", "mother_line"):
        linked = people.filter(pl.col(link).is_not_null()).join(
            kin, left_on=["household_id", link], right_on=keys, suffix="_kin"
        )
        assert linked.height == people[link].count() > 1000
        if link == "spouse_line":
            assert (linked["spouse_line_kin"] == linked["line"]).all()
        else:
            assert (linked["sex_kin"] == (1 if link == "father_line" else 2)).all()
            assert ((linked["birth"] - linked["birth_kin"]).dt.total_days() > 18 * 365).all()


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name, seed in (("same", 3), ("other", 4)):
        synth.prefecture(
            registered=PEOPLE, seed=seed, out=tmp_path / name, on=ON, townships=TOWNSHIPS, villages=VILLAGES
        )
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 12
    assert all(filecmp.cmp(folder / path, tmp_path / "same" / path, shallow=False) for path in files)
    assert not filecmp.cmp(folder / "prefecture.json", tmp_path / "other" / "prefecture.json", shallow=False)


def test_registers_name_the_same_people(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    made = synth.prefecture(
        registered=3200, seed=1, out=tmp_path, on=ON, townships=20, villages=22, registers=True,
        progress=lambda done, total: steps.append((done, total)),
    )  # fmt: skip
    assert made.registers == 22 and steps[-1] == (len(steps), len(steps))
    table = pl.read_parquet(tmp_path / "people" / f"{LOCAL_UNIT}.parquet")
    for village in table["village_code"].unique().to_list():
        sheet = openpyxl.load_workbook(tmp_path / "registers" / f"{village}.xlsx").worksheets[0]
        written = [row[8] for row in sheet.iter_rows(min_row=5, max_row=sheet.max_row - 2, values_only=True)]
        here = table.filter(pl.col("village_code") == village)["id_number"].to_list()
        assert [identity.parse(cell).number for cell in written] == here
    with pytest.raises(synth.FinishedCounty):
        synth.prefecture(registered=3200, seed=1, out=tmp_path, on=ON, townships=20, villages=22)


@pytest.mark.parametrize(
    "wrong",
    [{"registered": 3199}, {"townships": 19}, {"villages": 19}, {"villages": 1100}, {"seed": -1},
     {"registered": 12_000_001}],
)  # fmt: skip
def test_out_of_range_is_refused(wrong: dict[str, int], tmp_path: Path) -> None:
    asked = {"registered": 3200, "seed": 1, "townships": 20, "villages": 20} | wrong
    with pytest.raises(synth.SynthError):
        synth.prefecture(out=tmp_path, on=ON, **asked)  # type: ignore[arg-type]
