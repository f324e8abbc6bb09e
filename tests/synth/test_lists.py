"""Other departments' lists: layouts, named disagreements, forms."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tongchou import synth
from tongchou.domain import identity
from tongchou.domain.register.legacy import matter_in
from tongchou.domain.register.read import read_register
from tongchou.domain.register.sheet import Sheet
from tongchou.synth import disagree, xls_file
from tongchou.synth.list_kinds import KINDS

from .conftest import ON, Folder

Rows = dict[int, dict[str, Any]]


def rows_of(path: Path, code: str) -> Rows:
    """Sheet row → field → cell."""
    layout = KINDS[code].layout
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    return {
        number: dict(zip((column.field for column in layout.columns), row, strict=True))
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
        if number >= layout.first_row and row[1] is not None
    }


@pytest.fixture(scope="module")
def lists(small: Folder) -> dict[str, Rows]:
    return {code: rows_of(small.out / "lists" / f"{code}.xlsx", code) for code in KINDS}


@pytest.fixture(scope="module")
def truth(small: Folder) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    for row in small.table("lists_truth.csv"):
        found[row["list"]].append(row)
    return found


def test_no_list_asks_what_the_law_has_closed() -> None:
    """Two columns of former times are in the hospital's list; the dictionary of intake knows both."""
    closed = defaultdict(set)
    for code, kind in KINDS.items():
        for column in kind.layout.columns:
            title = f"{column.upper}{column.lower or ''}"
            if matter_in(title):
                closed[code].add(title)
            else:
                assert not re.search("孩次|胎次|产次|胎数|子女|孩子|避孕|生育|婚况|婚姻状况", title), title
    assert closed == {"hospital_births": {"孕次", "准生证号"}}


def test_every_row_has_its_truth(
    small: Folder, lists: dict[str, Rows], truth: dict[str, list[dict[str, str]]]
) -> None:
    assert set(lists) == set(truth)
    assert sum(len(rows) for rows in lists.values()) == small.made.list_rows
    for code, rows in lists.items():
        told = [int(row["row"]) for row in truth[code] if row["row"]]
        assert told == list(rows)
        missing = [row for row in truth[code] if not row["row"]]
        assert missing and all(row["wrong"] == disagree.MISSING_ROW for row in missing)


def test_rows_differ_exactly_where_the_truth_says(
    small: Folder, lists: dict[str, Rows], truth: dict[str, list[dict[str, str]]]
) -> None:
    met = Counter()
    names = {row["id_number"]: row["name"] for row in small.table("events.csv")}
    names |= {row["other_id"]: row["other_name"] for row in small.table("events.csv") if row["other_id"]}
    for code, rows in lists.items():
        kind = KINDS[code]
        for row in truth[code]:
            if not row["row"]:
                continue
            field, _, flaw = row["wrong"].rpartition(":")
            met[flaw] += 1
            cells = rows[int(row["row"])]
            if "card" in cells:
                cells["number"] = str(cells["card"])[:18]
            for name, number, who in zip(kind.names, kind.numbers, kind.people, strict=True):
                true, written = row[("id_number", "other_id")[who]], cells[number]
                assert (written == true) == (field != number), row
                if flaw == disagree.ID_TYPO and field == number:
                    assert identity.parse(written).number is None
                if flaw == disagree.ID_OF_ANOTHER and field == number:
                    assert identity.parse(written).number == written
                if true in names:
                    assert (cells[name] == names[true]) == (field != name), row
            if "day" in cells and row["event"] != "resident_scheme":
                true_day = kind.day((dt.date.fromisoformat(row["day"]) - dt.date(1970, 1, 1)).days)
                shown = cells["day"].date() if isinstance(cells["day"], dt.datetime) else cells["day"]
                assert (shown == true_day) == (field != "day"), row
            if "moment" in cells:
                assert cells["moment"].startswith(row["day"]) == (flaw != disagree.DAY_OFF)
    expected = {kind for shares in disagree.SHARES.values() for kind in shares} - {disagree.MISSING_ROW}
    assert expected | {"", disagree.STRANGER} == set(met)


def test_shares_are_the_named_ones() -> None:
    for shares in disagree.SHARES.values():
        drawn = Counter(disagree.draw(shares, 100_000, np.random.default_rng(3)))
        for kind, share in shares.items():
            assert drawn[kind] / 100_000 == pytest.approx(share, rel=0.2)
        assert sum(shares.values()) < 0.25


def test_a_wrong_name_is_another_name() -> None:
    rng = np.random.default_rng(1)
    for name in ("王秀英", "欧阳明", "李𬭎", "阿鲁·阿木", "陈旭"):
        assert disagree.name_variant(name, rng) != name


def test_news_is_in_the_lists_and_not_in_the_registers(truth: dict[str, list[dict[str, str]]]) -> None:
    for code in KINDS:
        if code != "disability_certificates":
            assert any(row["in_register"] == "no" and "stranger" not in row["wrong"] for row in truth[code])
    unregistered = [row for row in truth["hospital_births"] if row["row"] and not row["id_number"]]
    assert unregistered and all(row["other_id"] and row["in_register"] == "no" for row in unregistered)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("forms") / "county"
    synth.county(code="520521", registered=700, seed=2, out=out, on=ON, formats=("xlsx", "csv", "xls"))
    return out


def csv_cells(path: Path) -> list[list[str]]:
    with path.open(encoding="gbk", newline="") as file:
        return list(csv.reader(file))


def test_lists_say_the_same_in_every_form(forms: Path) -> None:
    for code in KINDS:
        book = CalamineWorkbook.from_path(forms / "lists" / f"{code}.xlsx").get_sheet_by_index(0)
        old = CalamineWorkbook.from_path(forms / "lists" / f"{code}.xls").get_sheet_by_index(0)
        cells = book.to_python(skip_empty_area=False)
        assert old.to_python(skip_empty_area=False) == cells
        assert sorted(old.merged_cell_ranges or []) == sorted(book.merged_cell_ranges or [])
        text = csv_cells(forms / "lists" / f"{code}.csv")
        assert len(text) == len(cells)
        column = next(n for n, c in enumerate(KINDS[code].layout.columns) if c.field in ("number", "card"))
        assert [row[column] for row in text] == [row[column] for row in cells]


def test_registers_say_the_same_in_every_form(forms: Path) -> None:
    for path in sorted((forms / "registers").glob("*.xlsx")):
        sheet = openpyxl.load_workbook(path).worksheets[0]
        numbers = [
            str(row[8]) for row in sheet.iter_rows(min_row=5, max_row=sheet.max_row - 2, values_only=True)
        ]
        old = CalamineWorkbook.from_path(forms / "registers_xls" / f"{path.stem}.xls").get_sheet_by_index(0)
        merges = [(tuple(a), tuple(b)) for a, b in old.merged_cell_ranges or []]
        cells = [[None if c == "" else c for c in row] for row in old.to_python(skip_empty_area=False)]
        reading = read_register(Sheet(cells, merges), on=ON)
        assert len(reading.good_rows) == len(numbers)
        text = csv_cells(forms / "registers_csv" / f"{path.stem}.csv")
        # Full-width digits and rare characters included: GBK has the first, not all of the second.
        assert [row[8] for row in text[4:-2]] == numbers
        assert all(row[1] and row[2] for row in text[4:-2])


def test_lists_can_be_left_out_and_unknown_forms_are_refused(tmp_path: Path) -> None:
    made = synth.county(code="520521", registered=300, seed=2, out=tmp_path / "a", on=ON, lists=False)
    assert made.events == made.list_rows == 0 and not (tmp_path / "a" / "lists").exists()
    with pytest.raises(synth.SynthError, match="ods"):
        synth.county(code="520521", registered=300, seed=2, out=tmp_path / "b", on=ON, formats=("ods",))


def test_the_old_form_holds_large_sheets_and_refuses_what_it_cannot(tmp_path: Path) -> None:
    """Above 7 MB the compound file needs more than the 109 tables its header lists."""
    path = tmp_path / "large.xls"
    rows = [[f"第{n}行" + "长" * 100, n] for n in range(40_000)]
    xls_file.write(path, "大表", rows)
    assert path.stat().st_size > 109 * 128 * 512
    read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert len(read) == 40_000 and read[-1] == [rows[-1][0], 39_999]
    with pytest.raises(synth.SynthError):
        xls_file.write(path, "大表", [["x"]] * (xls_file.MOST_ROWS + 1))
