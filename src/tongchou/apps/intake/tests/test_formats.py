"""Registers as counties have them: .xls, .et, text tables; hostile ones are refused in time."""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

import pytest

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import archive, biff, compound, read, text_table
from tongchou.apps.intake.tests import workbooks
from tongchou.apps.intake.tests.workbooks import demo_people, grid, old_workbook, workbook
from tongchou.apps.intake.tests.workbooks import text_table as table
from tongchou.apps.registry.models import Person
from tongchou.core.scope import Scope
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.read import read_register

ALL = Scope.everything()
MOMENT = workbooks.dt.date(2026, 6, 30)


def rows_of(content: bytes) -> Any:
    sheet, _others = read.open_sheet(content)
    return read_register(sheet, on=MOMENT)


def refusal(content: bytes) -> str:
    with pytest.raises(RegisterError) as caught:
        read.open_sheet(content)
    return caught.value.code


@pytest.mark.parametrize(
    "encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_text_table_says_the_same_as_the_workbook(encoding: str, mark: str) -> None:
    expected = rows_of(workbook(demo_people()))
    found = rows_of(table(grid(demo_people()), encoding=encoding, mark=mark))
    assert found.rows == expected.rows and len(found.rows) == 6
    assert found.legacy_matters == expected.legacy_matters
    assert all(row.id_number is None or len(row.id_number) == 18 for row in found.rows)


def test_an_old_workbook_says_the_same(tmp_path: Path) -> None:
    people = demo_people()
    people[0]["出生日期"] = workbooks.dt.date(1960, 3, 7)
    found = rows_of(old_workbook(grid(people), tmp_path))
    assert found.rows == rows_of(workbook(demo_people())).rows


def test_numbers_keep_their_digits_in_a_text_table() -> None:
    people = demo_people()
    number = people[0]["公民身份号码"]
    people[0]["公民身份号码"] = f'="{number}"'
    people[1]["公民身份号码"] = f"{people[1]['公民身份号码']}\t"
    people[2]["公民身份号码"] = "5.20599E+17"
    found = rows_of(table(grid(people)))
    assert found.rows[0].id_number == number and found.rows[1].id_number is not None
    assert [problem.code for problem in found.problems if problem.row == 7] == ["id_digits_lost"]


def test_a_lost_character_is_noticed() -> None:
    people = demo_people()
    people[0]["姓名"] = "杨?明"
    assert [problem.code for problem in rows_of(table(grid(people))).problems] == ["name_lost_character"]


def test_a_text_table_has_its_bounds() -> None:
    rows = grid(demo_people())
    assert refusal(table([*rows, *[["x"]] * archive.MOST_ROWS])) == "too_large"
    assert refusal(table([[*rows[0], *["x"] * archive.MOST_COLUMNS], *rows[1:]])) == "too_large"
    assert refusal(table(rows) + b'"' + b"x" * 200_000) == "damaged"
    assert refusal(table(rows) + b"\x00\x01\x02") == "wrong_type"
    with pytest.raises(RegisterError):
        text_table.decoded(b"\xff\xfe\x00")


def test_a_departments_list_may_be_longer_in_every_format(tmp_path: Path) -> None:
    rows = [["序号", "备注"], *([str(number), "x"] for number in range(archive.MOST_ROWS))]
    for content in (table(rows), old_workbook(rows, tmp_path)):
        with pytest.raises(RegisterError, match="too_large"):
            read.open_sheet(content)
        sheet, _others = read.open_sheet(content, long=True)
        assert len(sheet.cells) == archive.MOST_ROWS + 1
    with pytest.raises(RegisterError, match="too_large"):
        read.open_sheet(table([["x"]] * (archive.MOST_LIST_ROWS + 1)), long=True)


# Compound files that mean ill.


def compound_parts(tmp_path: Path) -> tuple[bytearray, bytes]:
    content = old_workbook(grid(demo_people()), tmp_path)
    return bytearray(content), compound.workbook_stream(content)


def test_a_chain_that_bites_its_tail_ends(tmp_path: Path) -> None:
    content, _stream = compound_parts(tmp_path)
    first_table = struct.unpack_from("<I", content, 76)[0]
    at = (first_table + 1) * 512
    struct.pack_into("<I", content, at, 0)  # sector 0 is followed by sector 0
    started = time.perf_counter()
    assert refusal(bytes(content)) == "damaged"
    assert time.perf_counter() - started < 5


def test_tables_that_promise_more_than_there_is(tmp_path: Path) -> None:
    for place, value in ((44, 0x7FFFFFFF), (68, 5), (48, 0x00FFFFFF)):
        content, _stream = compound_parts(tmp_path)
        struct.pack_into("<I", content, place, value)
        started = time.perf_counter()
        try:
            read.open_sheet(bytes(content))
        except RegisterError as error:
            assert error.code == "damaged"
        assert time.perf_counter() - started < 5


def with_record(stream: bytes, kind: int, body: bytes) -> bytes:
    """The stream with a record more at the end of its first sheet."""
    end = stream.rindex(struct.pack("<HH", 0x000A, 0))
    return stream[:end] + struct.pack("<HH", kind, len(body)) + body + stream[end:]


def test_a_sheet_that_reaches_too_far_is_refused(tmp_path: Path) -> None:
    _content, stream = compound_parts(tmp_path)
    far = struct.pack("<HHHd", 65_535, 3, 0, 1.0)
    assert refusal(compound.packed(with_record(stream, 0x0203, far))) == "too_large"
    wide = struct.pack("<HHHd", 10, 255, 0, 1.0)
    assert refusal(compound.packed(with_record(stream, 0x0203, wide))) == "too_large"


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    _content, stream = compound_parts(tmp_path)
    at = stream.index(struct.pack("<HH", 0x0200, 14))
    boasting = bytearray(stream)
    struct.pack_into("<IIHHH", boasting, at + 4, 0, 0xFFFFFFFF, 0, 0xFFFF, 0)
    assert len(rows_of(compound.packed(bytes(boasting))).rows) == 6


def test_a_table_of_texts_that_promises_millions(tmp_path: Path) -> None:
    _content, stream = compound_parts(tmp_path)
    at = stream.index(struct.pack("<HH", 0x0085, 0)[:2])
    table_of_texts = struct.pack("<HHII", 0x00FC, 8, 0x7FFFFFFF, 0x7FFFFFFF)
    started = time.perf_counter()
    assert len(rows_of(compound.packed(shifted(stream, at, table_of_texts))).rows) == 6
    assert time.perf_counter() - started < 10


def shifted(stream: bytes, at: int, more: bytes) -> bytes:
    """The stream with bytes put in before its list of sheets, whose places move on."""
    moved = bytearray(stream[:at] + more + stream[at:])
    place = at + len(more) + 4
    start = struct.unpack_from("<I", moved, place)[0]
    struct.pack_into("<I", moved, place, start + len(more))
    return bytes(moved)


def test_a_reader_that_takes_too_long_or_dies_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, _stream = compound_parts(tmp_path)
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(30)\n")
    monkeypatch.setattr(biff, "_READER", slow)
    monkeypatch.setattr(biff, "LONGEST", 0.5)
    assert refusal(bytes(content)) == "too_large"
    slow.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(biff, "LONGEST", 30.0)
    assert refusal(bytes(content)) == "too_large"


def test_too_little_memory_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, _stream = compound_parts(tmp_path)
    monkeypatch.setattr(biff, "MOST_MEMORY", 8 * 1024 * 1024)
    assert refusal(bytes(content)) in ("too_large", "damaged")


def test_locked_and_foreign_compound_files(tmp_path: Path) -> None:
    _content, stream = compound_parts(tmp_path)
    at = stream.index(struct.pack("<H", 0x0085))
    locked = struct.pack("<HHHHH", 0x002F, 6, 1, 1, 1)
    assert refusal(compound.packed(shifted(stream, at, locked))) == "password"
    other = compound.packed(b"\x01\x02" * 3000)
    assert refusal(other) == "old_format"  # a stream of another program under the same name
    renamed = other.replace("Workbook".encode("utf-16-le"), "ETExtDat".encode("utf-16-le"))
    assert refusal(renamed) == "old_format"


def test_formulas_and_errors_of_an_old_workbook_are_seen(tmp_path: Path) -> None:
    _content, stream = compound_parts(tmp_path)
    formula = struct.pack("<HHHdHIH", 5, 8, 0, 1.0, 0, 0, 3) + b"\x1e\x01\x00"
    error = struct.pack("<HHHBB", 6, 8, 0, 42, 1)
    sheet = read.open_sheet(
        compound.packed(with_record(with_record(stream, 0x0006, formula), 0x0205, error))
    )[0]
    assert (sheet.formulas, sheet.errors) == (frozenset({(5, 8)}), frozenset({(6, 8)}))


@pytest.mark.parametrize("step", [37, 211])
def test_any_dent_is_refused_in_order(step: int, tmp_path: Path) -> None:
    content, _stream = compound_parts(tmp_path)
    for start in range(0, min(len(content), 4000), step * 4):
        dented = bytearray(content)
        for place in range(start, min(start + step, len(content))):
            dented[place] ^= 0x5A
        try:
            read.open_sheet(bytes(dented))
        except RegisterError as error:
            assert error.code


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xls"])
def test_other_formats_go_all_the_way(form: str, stage: Any, act: dict[str, Any], tmp_path: Path) -> None:
    rows = grid(demo_people())
    content = table(rows) if form == "csv" else old_workbook(rows, tmp_path)
    file = stage(content, file_name=f"520521901201.{form}")
    assert (file.name, file.people, file.error_count) == (f"520521901201.{form}", 6, 0)
    assert file.legacy == {"contraception": 1, "measures": 1, "policy": 1}
    intake.apply_file(file_id=file.pk, **act)
    assert Person.objects.count() == 6
