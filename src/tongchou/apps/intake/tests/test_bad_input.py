"""Files that cannot be taken, cells that cannot be read: a clear message, and nothing has changed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from tongchou.apps.intake import api as intake
from tongchou.apps.intake import archive, read
from tongchou.apps.intake.models import RegisterFile, StagedProblem, StagedRow
from tongchou.apps.intake.tests.workbooks import COLUMNS, demo_people, repacked, workbook
from tongchou.core.errors import AppError, Invalid, NotFound
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.register.problems import RegisterError

pytestmark = pytest.mark.django_db

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ALL = Scope.everything()


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return target.getvalue()


def table() -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([["户编号", "姓名"], ["1", "杨光明"]])
    return target.getvalue().encode("gb18030")


def in_sheet(change: Callable[[bytes], bytes]) -> bytes:
    return repacked(
        workbook(demo_people()), lambda name, part: change(part) if name.endswith("sheet1.xml") else part
    )


def bomb() -> bytes:
    return repacked(
        workbook(demo_people()),
        lambda name, part: part + b" " * (archive.MOST_UNFOLDED + 1) if name.endswith("styles.xml") else part,
    )


def liar() -> bytes:
    """A part that unfolds to far more than the directory says."""
    content = packed({"xl/workbook.xml": b"<workbook/>", "xl/big.xml": b" " * 5_000_000})
    return content.replace((5_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def wild_target() -> bytes:
    """The name of a part is no text."""
    return repacked(
        workbook(demo_people()),
        lambda name, part: (
            part.replace(b"worksheets/", b"\xd3/") if name.endswith("workbook.xml.rels") else part
        ),
    )


def far_cell() -> bytes:
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return in_sheet(lambda part: part.replace(b"</sheetData>", row))


def shared_text_bomb() -> bytes:
    cell = b'<c r="A%d" t="s"><v>0</v></c>'
    rows = b"".join(b'<row r="%d">' % n + cell % n + b"</row>" for n in range(100, 15_000))
    return repacked(
        workbook(demo_people()),
        lambda name, part: (
            part.replace(b"</sheetData>", rows + b"</sheetData>")
            if name.endswith("sheet1.xml")
            else part.replace(b"<si><t>", b"<si><t>" + b"x" * 30_000, 1)
            if name.endswith("sharedStrings.xml")
            else part
        ),
    )


UNREADABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "pdf": (lambda: b"%PDF-1.7 ...", "wrong_type"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n....", "wrong_type"),
    "docx": (lambda: packed({"word/document.xml": b"<d/>"}), "wrong_type"),
    "zip": (lambda: packed({"a.txt": b"hello"}), "wrong_type"),
    "web page": (lambda: b"<html><table><tr><td>", "wrong_type"),
    "noise": (lambda: b"\0\1\2\3" * 100, "wrong_type"),
    "cut xls": (lambda: OLE + "Workbook".encode("utf-16-le"), "damaged"),
    "xlsb": (lambda: packed({"xl/workbook.bin": b"x"}), "old_format"),
    "doc": (lambda: OLE + "WordDocument".encode("utf-16-le"), "wrong_type"),
    "locked": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "csv without the columns": (table, "text_named_workbook"),
    "utf-16 text": (lambda: "户编号\t姓名".encode("utf-16"), "text_named_workbook"),
    "unknown encoding": (lambda: "户编号,姓名,关系".encode("gb18030") + b"\xff\xff\n", "text_encoding"),
    "nothing": (lambda: b"", "empty_sheet"),
    "empty book": (lambda: workbook([], columns=[("",)], title="", notes=[], foot=False), "empty_sheet"),
    "cut": (lambda: workbook(demo_people())[:3000], "damaged"),
    "cut head": (lambda: workbook(demo_people())[:2], "text_named_workbook"),
    "not xml": (lambda: in_sheet(lambda part: b"<worksheet><sheetData><row"), "damaged"),
    "entities": (lambda: in_sheet(lambda part: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part), "damaged"),
    "utf-16 xml": (lambda: in_sheet(lambda part: part.decode().encode("utf-16")), "damaged"),
    "bomb": (bomb, "too_large"),
    "liar": (liar, "damaged"),
    "wild target": (wild_target, "damaged"),
    "far cell": (far_cell, "too_large"),
    "text bomb": (shared_text_bomb, "too_large"),
    "no header": (lambda: workbook(demo_people(), columns=[("甲",), ("乙",)]), "no_header"),
    "missing columns": (lambda: workbook(demo_people(), columns=COLUMNS[5:9]), "missing_columns"),
    "no people": (lambda: workbook([]), "no_people"),
    "two of one": (lambda: workbook(demo_people(), rename={"联系电话": "身份证号"}), "column_twice"),
    "other village": (
        lambda: workbook(demo_people(), title="云岭镇白水村户籍人口登记表", notes=[]),
        "other_village",
    ),
}


def test_a_text_is_told_from_a_workbook_by_its_content(stage: Any, act: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        stage(table(), file_name="520521901201.csv")
    assert caught.value.code == "intake.no_header"
    batch = intake.receive(files=[("fake.xlsx", b"just words")], **act)
    (item,) = batch.items.all()
    assert item.code == "text_named_workbook" and ".xlsx" in intake.reason(item)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_cannot_be_taken_changes_nothing(kind: str, stage: Any) -> None:
    make, code = UNREADABLE[kind]
    before = AuditEntry.objects.count()
    with pytest.raises(Invalid) as caught:
        stage(make())
    assert caught.value.code == f"intake.{code}"
    assert caught.value.data["fix"] in str(caught.value.message)
    assert "%(" not in str(caught.value.message)
    assert not RegisterFile.objects.exists() and AuditEntry.objects.count() == before


def test_all_missing_columns_are_named_in_the_language_of_the_page(stage: Any) -> None:
    content = UNREADABLE["missing columns"][0]()
    for language, names in (
        ("zh-hans", ("户编号", "姓名", "与户主关系")),
        ("en", ("household number", "relation")),
    ):
        with translation.override(language), pytest.raises(Invalid) as caught:
            stage(content)
        assert all(name in str(caught.value.message) for name in names)


def test_two_sheets_with_registers_are_refused_and_a_note_sheet_is_not(stage: Any) -> None:
    def second(book: Any, page: Any, first: int) -> None:
        other = book.add_worksheet("第二张")
        other.write_row(0, 0, ["户编号", "姓名", "与户主关系", "公民身份号码"])
        other.write_row(1, 0, ["1", "张三", "户主", ""])

    with pytest.raises(Invalid, match=r"intake\.several_registers"):
        stage(workbook(demo_people(), tweak=second))
    file = stage(workbook(demo_people(), more_sheets=["填表说明"]))
    assert [view.code for view in intake.problems(file.pk, scope=ALL)] == ["sheets_ignored"]


def test_a_hidden_sheet_is_not_read(stage: Any) -> None:
    def hide(book: Any, page: Any, first: int) -> None:
        other = book.add_worksheet("旧表")
        other.write_row(0, 0, ["户编号", "姓名", "与户主关系", "公民身份号码"])
        other.write_row(1, 0, ["1", "张三", "户主", ""])
        other.hide()

    assert stage(workbook(demo_people(), tweak=hide)).problem_count == 0


def test_formats_left_behind_far_out_are_no_reason_to_refuse(stage: Any) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    assert stage(in_sheet(lambda part: part.replace(b"</sheetData>", far))).people == 6


def test_an_unknown_or_wrong_area(stage: Any, county: Any) -> None:
    with pytest.raises(NotFound, match="unknown_area"):
        stage(village_id=10**9)
    with pytest.raises(AppError):
        stage(village_id=county.county.pk)
    with pytest.raises(Invalid, match="not_a_village"):
        stage(village_id=county.township.pk)


@pytest.mark.parametrize("title", ["户籍人口登记表", "大方县农村人口登记表", "村级人口信息台账"])
def test_a_title_that_names_no_village_is_a_warning(stage: Any, title: str) -> None:
    file = stage(workbook(demo_people(), title=title, notes=[]))
    assert [view.code for view in intake.problems(file.pk, scope=ALL)] == ["title_area_unknown"]
    assert file.error_count == 0


@pytest.mark.parametrize(
    "title", ["大方县（示例）无名乡无名村户籍人口登记表", "云岭镇大青山村人口表", "红星社区登记表"]
)
def test_a_village_nobody_knows_is_refused(stage: Any, title: str) -> None:
    with pytest.raises(Invalid, match="other_village"):
        stage(workbook(demo_people(), title=title, notes=[]))


@pytest.mark.parametrize(
    "title", ["云岭镇青山村人口表", "关于青山村的登记表", "青山村", "大方县青山村村民台账"]
)
def test_titles_of_the_village(stage: Any, title: str) -> None:
    assert stage(workbook(demo_people(), title=title, notes=[])).problem_count == 0


def test_a_former_name_of_the_village_is_its_name(stage: Any, county: Any) -> None:
    county.village.codes.create(
        code="520521901299", system="stat", name="老鹰村", valid_from="2001-01-01", valid_to="2010-11-01"
    )
    assert stage(workbook(demo_people(), title="云岭镇老鹰村登记表", notes=[])).problem_count == 0


def test_cells_that_cannot_be_read(stage: Any, act: dict[str, Any]) -> None:
    people = demo_people()
    people[0]["公民身份号码"] = float(people[0]["公民身份号码"].replace("X", "0"))
    people[3]["出生日期"] = "1992-02-30"
    people[5]["村民组"] = "九十九组"

    def formula(book: Any, page: Any, first: int) -> None:
        page.write_formula(first + 4, 8, "=A1", None, people[4]["公民身份号码"])

    file = stage(workbook(people, tweak=formula))
    with translation.override("en"):
        found = {view.code: view for view in intake.problems(file.pk, scope=ALL) if view.level == "error"}
    assert {code: view.cell for code, view in found.items()} == {
        "id_digits_lost": "I5",
        "birth_impossible": "H8",
        "formula_cell": "I9",
        "unknown_group": "C10",
    }
    assert "type the number again" in found["id_digits_lost"].fix
    assert file.held_households == 3 and file.new_count == 0
    done = intake.apply_file(file_id=file.pk, accept_partial=True, **act)
    assert done.people == 0 and StagedRow.objects.exclude(payload="").count() == 0


def test_numbers_for_household_and_phone_are_read_as_written(stage: Any) -> None:
    people = [person | {"户编号": int(person["户编号"])} for person in demo_people()]
    people[0]["联系电话"] = 14000001111
    file = stage(workbook(people, merge=False))
    assert (file.households, file.error_count, file.warning_count) == (3, 0, 0)


def test_a_workbook_counted_from_1904(stage: Any) -> None:
    content = repacked(
        workbook(demo_people()[:1] + demo_people()[5:]),
        lambda name, part: (
            part.replace(b"<workbookPr ", b'<workbookPr date1904="1" ') if name == "xl/workbook.xml" else part
        ),
    )
    sheet, _others = read.open_sheet(content)
    assert sheet.base_1904


def test_where_formulas_stand_when_cells_have_no_reference() -> None:
    part = b'<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c><f>A1</f><v>1</v></c></row>'
    assert archive.formulas_and_errors(part) == (frozenset({(1, 0)}), frozenset({(0, 1)}))


@pytest.mark.parametrize("size", [1, 7, 100, 2000, 4000])
def test_any_bytes_are_refused_in_order(size: int) -> None:
    content = workbook(demo_people())
    for start in range(0, len(content), max(1, len(content) // 40)):
        dented = bytearray(content)
        for place in range(start, min(start + size, len(content))):
            dented[place] ^= 0x5A
        try:
            read.open_sheet(bytes(dented))
        except RegisterError as error:
            assert error.code  # refused with a reason; never another exception
    assert not StagedProblem.objects.exists()
