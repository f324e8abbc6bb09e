"""The files, read back: target, identity numbers, families, layout."""

from __future__ import annotations

import csv
import datetime as dt
import filecmp
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from tongchou import synth
from tongchou.domain import codes, identity, names
from tongchou.domain.kinship import Member, derive
from tongchou.synth.households import RELATIONS

from .conftest import ON, REGISTERED, Folder, Line, titles

pytestmark = pytest.mark.wide

AGE_GROUPS = [0, 1, *range(5, 90, 5)]


def pages(small: Folder) -> dict[tuple[str, str], list[Line]]:
    found = defaultdict(list)
    for line in small.lines:
        found[line.village, line.page].append(line)
    return found


def test_the_files_reproduce_the_target_table(small: Folder) -> None:
    counted = Counter(
        (line.sex == "女", max(start for start in AGE_GROUPS if start <= line.age)) for line in small.lines
    )
    rows = [row for row in small.table("target.csv") if row["table"] == "age_sex"]
    assert len(rows) == 38
    for row in rows:
        people = counted[row["sex"] == "2", int(row["age_from"])]
        assert people == int(row["people"])
        allowed = 1 if float(row["target"]) < 500 else 0.01 * float(row["target"])
        assert abs(people - float(row["target"])) <= allowed, row
    assert sum(float(row["target"]) for row in rows) == pytest.approx(REGISTERED, abs=0.1)


def test_urban_and_rural_totals_are_met_exactly(small: Folder) -> None:
    rows = {row["cell"]: row for row in small.table("target.csv") if row["table"] == "registration"}
    assert int(rows["urban"]["people"]) + int(rows["rural"]["people"]) == REGISTERED
    assert all(abs(int(row["people"]) - float(row["target"])) <= 0.5 for row in rows.values())


def test_identity_numbers_are_recoverable_unique_and_never_a_real_person_s(small: Folder) -> None:
    numbers = [line.id_number for line in small.lines]
    assert len(numbers) == REGISTERED == len(set(numbers))
    for line in small.lines:
        assert line.id_number.startswith(identity.SYNTHETIC_AREA)
        assert identity.sex_of(line.id_number) == (1 if line.sex == "男" else 2)
        typed = line.cells["出生日期"]
        if isinstance(typed, dt.datetime):
            assert typed.date() == line.birth


def test_the_dirt_is_there(small: Folder) -> None:
    written = [str(line.cells["公民身份号码"]) for line in small.lines]
    assert any(len(text) == 15 for text in written)
    assert any(text.startswith("'") for text in written)
    assert any("５" in text for text in written)
    assert any(text.endswith("x") for text in written)
    births = [line.cells["出生日期"] for line in small.lines]
    assert any(isinstance(cell, dt.datetime) for cell in births)
    assert any(isinstance(cell, str) and cell.endswith("月") for cell in births)
    assert any(" " in line.name or "　" in line.name for line in small.lines)


def test_every_word_is_one_the_code_lists_know(small: Folder) -> None:
    for line in small.lines:
        assert codes.RELATION.parse(line.relation) is not None, line.relation
        assert codes.ETHNICITY.parse(line.cells["民族"]) is not None
        for column, listed in (("文化程度", codes.EDUCATION), ("婚姻状况", codes.MARITAL)):
            cell = line.cells[column]
            assert cell is None or listed.parse(cell) is not None, cell
    for code, label in RELATIONS.items():
        assert codes.RELATION.parse(label) == code


def test_a_page_has_one_head_and_plausible_ages(small: Folder) -> None:
    """Whoever heads a page is grown; parents are older than their children by 18 years and more."""
    sizes = []
    for members in pages(small).values():
        sizes.append(len(members))
        by_code = defaultdict(list)
        for line in members:
            by_code[codes.RELATION.parse(line.relation)].append(line)
        assert len(by_code["02"]) == 1
        (head,) = by_code["02"]
        assert head.age >= 18
        assert len(by_code["10"]) <= 1
        years = head.birth.year
        for code in ("20", "30"):
            assert all(18 <= line.birth.year - years <= 46 for line in by_code[code])
        for code in ("51", "52"):
            assert all(18 <= years - line.birth.year <= 46 for line in by_code[code])
            assert len(by_code[code]) <= 1
        for code in ("41", "42", "43", "44"):
            assert all(line.birth.year - years >= 36 for line in by_code[code])
        for code, sex in codes.RELATION_SEX.items():
            assert all(identity.sex_of(line.id_number) == sex for line in by_code[code])
    assert sum(sizes) == REGISTERED
    assert 3.2 <= sum(sizes) / len(sizes) <= 3.8
    assert max(sizes) <= 14


def test_brothers_and_sisters_are_nine_months_apart_or_twins(small: Folder) -> None:
    twins = 0
    for members in pages(small).values():
        births = sorted(line.birth for line in members if codes.RELATION.parse(line.relation) in ("20", "30"))
        for one, two in pairwise(births):
            twins += one == two
            assert one == two or (two - one).days >= 300
    assert twins > 0


def test_families_of_every_kind_occur(small: Folder) -> None:
    kinds = Counter()
    for members in pages(small).values():
        found = {codes.RELATION.parse(line.relation) for line in members}
        elders = [line for line in members if line.age >= 60]
        kinds["alone"] += len(members) == 1 and bool(elders)
        kinds["three generations"] += bool(found & {"41", "42"}) and bool(found & {"20", "38"})
        kinds["with grandparents only"] += bool(found & {"41", "42", "43", "44"}) and not found & {
            "20", "30", "38", "28",
        }  # fmt: skip
        kinds["one parent"] += "10" not in found and bool(found & {"20", "30"})
        kinds["widowed"] += any(line.cells["婚姻状况"] == "丧偶" for line in elders)
        kinds["left behind"] += any(
            line.cells["现居住地/是否在本村"] == "是" and line.age < 16 for line in members
        ) and any(line.cells["现居住地/是否在本村"] == "否" for line in members)
    assert all(kinds[kind] > 0 for kind in kinds) and len(kinds) == 6, kinds


def test_couples_of_sixty_and_over_follow_from_the_page(small: Folder) -> None:
    """Whoever is married at 60 with the spouse on the page is linked by the relations alone."""
    linked = unlinked = 0
    for members in pages(small).values():
        kin = derive(
            [
                Member(
                    number, codes.RELATION.parse(line.relation) or "", identity.sex_of(line.id_number),
                    identity.birth_of(line.id_number), codes.MARITAL.parse(line.cells["婚姻状况"]),
                )
                for number, line in enumerate(members)
            ]
        )  # fmt: skip
        paired = {person for couple in kin.couples for person in couple}
        for number, line in enumerate(members):
            if line.age >= 60 and codes.MARITAL.parse(line.cells["婚姻状况"]) in ("20", "21"):
                linked += number in paired
                unlinked += number not in paired
    assert linked > 150
    assert unlinked < 0.1 * linked  # those whose spouse is registered in another county


def test_two_of_seven_registered_people_live_elsewhere(small: Folder) -> None:
    away = [line for line in small.lines if line.cells["现居住地/是否在本村"] == "否"]
    assert REGISTERED / (REGISTERED - len(away)) == pytest.approx(1.38, abs=0.001)
    assert sum(16 <= line.age <= 50 for line in away) > 0.7 * len(away)
    assert all(line.cells["现居住地/外出地"] for line in away)
    assert small.made.resident == REGISTERED - len(away)


def test_only_elders_declare_children(small: Folder) -> None:
    columns = [title for title in titles() if title.startswith("60周岁以上填报/")]
    for line in small.lines:
        told = [line.cells[column] for column in columns]
        if ON.year - line.birth.year < 59:
            assert told == [None, None, None]
        elif None not in told:
            sons, daughters, ever = told
            assert sons + daughters <= ever  # type: ignore[operator]


def test_legacy_columns_are_filled_so_that_intake_must_drop_them(small: Folder) -> None:
    for title in ("避孕措施", "落实时间", "政策内外"):
        assert sum(line.cells[title] is not None for line in small.lines) > 50
    remarks = {line.cells["备注"] for line in small.lines}
    assert "2019年上环" in remarks or "已结扎" in remarks


def test_the_layout_of_a_register(small: Folder) -> None:
    path = sorted((small.out / "registers").glob("*.xlsx"))[0]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert str(rows[0][0]).startswith("大方县（示例）") and str(rows[0][0]).endswith("村户籍人口登记表")
    assert str(rows[1][0]).startswith("填报单位：") and "填报日期：2026年11月23日" in str(rows[1][0])
    assert rows[2][:5] == ("序号", "户编号", "村民组", "姓名", "与户主关系")
    assert rows[3][12:16] == ("是否", "界定时间", "是否", "转户时间")
    assert [row[0] for row in rows[4:-2]] == list(range(1, len(rows) - 5))
    assert rows[-2][0] == "合计" and rows[-2][3] == f"{len(rows) - 6}人"
    assert "填表人" in str(rows[-1][0])
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:AE1", "A2:AE2", "A3:A4", "M3:N3", "X3:Z3"} <= merged
    first_page = sum(line.page == "0001" and line.village == path.stem for line in small.lines)
    assert first_page == 1 or f"B5:B{4 + first_page}" in merged


def test_areas_are_marked_and_hang_together(small: Folder) -> None:
    rows = small.table("areas.csv")
    levels = {row["code"]: row["level"] for row in rows}
    assert len(levels) == len(rows) == small.made.areas
    above = {"township": "county", "village": "township", "group": "village"}
    groups = defaultdict(set)
    for row in rows:
        parent = levels.get(row["parent_code"], "county")
        assert parent == above[row["level"]]
        if row["level"] == "group":
            assert row["local"] == "1" and row["code"].startswith(row["parent_code"] + "-")
            groups[row["parent_code"]].add(row["name"])
        else:
            assert row["name"].endswith("（示例）") and row["code"].startswith("5205219")
    assert all(4 <= len(found) <= 10 for found in groups.values())
    for line in small.lines:
        assert line.group in groups[line.village]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(small: Folder, tmp_path: Path) -> None:
    for name, seed in (("same", 7), ("other", 8)):
        synth.county(code="520521", registered=REGISTERED, seed=seed, out=tmp_path / name, on=ON)
    files = [path.relative_to(small.out) for path in small.out.rglob("*") if path.is_file()]
    assert len(files) > 8
    same = [filecmp.cmp(small.out / path, tmp_path / "same" / path, shallow=False) for path in files]
    assert all(same)
    assert not filecmp.cmp(small.out / "truth.csv", tmp_path / "other" / "truth.csv", shallow=False)


def test_a_finished_county_is_kept_and_a_broken_off_one_replaced(small: Folder, tmp_path: Path) -> None:
    with pytest.raises(synth.FinishedCounty):
        synth.county(code="522422", registered=300, seed=1, out=small.out, on=ON)
    stale = tmp_path / "registers" / "520521901299.xlsx"
    stale.parent.mkdir()
    stale.write_bytes(b"")
    (tmp_path / "registers" / "own.xlsx").write_bytes(b"")
    steps: list[tuple[int, int]] = []
    made = synth.county(
        code="522422", registered=300, seed=1, out=tmp_path, on=ON,
        progress=lambda done, total: steps.append((done, total)),
    )  # fmt: skip
    assert not stale.exists() and (tmp_path / "registers" / "own.xlsx").exists()
    assert steps[-1][0] == steps[-1][1] == made.villages + 4 == len(steps)


def test_people_who_moved_stand_in_two_registers_and_everything_else_stays(
    small: Folder, tmp_path: Path
) -> None:
    made = synth.county(
        code="520521", registered=REGISTERED, seed=7, out=tmp_path, on=ON, twice_registered=9, lists=False
    )
    with (tmp_path / "twice.csv").open(encoding="utf-8") as file:
        twice = list(csv.DictReader(file))
    assert made.twice == len(twice) == len({one["id_number"] for one in twice}) == 9
    assert filecmp.cmp(small.out / "truth.csv", tmp_path / "truth.csv", shallow=False)

    def names_in(folder: Path, village: str) -> Counter[str]:
        sheet = openpyxl.load_workbook(folder / "registers" / f"{village}.xlsx").worksheets[0]
        return Counter(str(cell.value) for cell in sheet["D"] if cell.value and cell.value[-1] != "人")

    for village in {one["second_village_code"] for one in twice}:
        added = names_in(tmp_path, village) - names_in(small.out, village)
        assert sum(added.values()) == sum(one["second_village_code"] == village for one in twice)
    for one in twice:
        assert one["village_code"] != one["second_village_code"] or made.villages == 1


def test_names_survive_comparison(small: Folder) -> None:
    keys = {names.compare_key(line.name) for line in small.lines}
    assert all(keys)
    assert {len(key) for key in keys} >= {2, 3}
